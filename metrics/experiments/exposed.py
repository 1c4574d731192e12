"""Who met an experiment: how many per arm, day and segment, and who does not count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from data.dimensions import MARKET
from data.scope import Scope
from data.serving.experiments import ALL, EXPOSED, SEGMENTATIONS
from data.warehouse import Warehouse
from metrics.experiments.record import Experiment
from metrics.experiments.sums import units_of


@dataclass(frozen=True, slots=True)
class Exposed:
    """Units by segmentation, segment, day (of `all` alone) and arm; then those who are left out:
    `crossed` were seen in several arms, `early` before the start, `late` after the end. `units`
    counts everybody, them included."""

    counts: Mapping[tuple[str, str, date | None, str], int]
    units: int
    crossed: int
    early: int
    late: int

    def arm(self, name: str) -> int:
        return sum(n for k, n in self.counts.items() if k[0] == ALL and k[3] == name)

    def arms(self) -> list[str]:
        """Arms with anybody, by name."""
        return sorted({k[3] for k, n in self.counts.items() if k[0] == ALL and n})

    def days(self) -> list[date]:
        return sorted({k[2] for k in self.counts if k[0] == ALL and k[2] is not None})

    def on(self, day: date) -> dict[str, int]:
        return {k[3]: n for k, n in self.counts.items() if k[0] == ALL and k[2] == day}

    def segments(self, segmentation: str) -> dict[str, dict[str, int]]:
        """By segment, then arm."""
        found: dict[str, dict[str, int]] = {}
        for (name, segment, _, arm), n in self.counts.items():
            if name == segmentation:
                found.setdefault(segment, {})[arm] = n
        return found


def is_kept(scope: Scope, experiment: Experiment) -> bool:
    """Whether the kept counts answer for this experiment and these filters."""
    return experiment.known_times and all(c.dimension == MARKET.key for c in scope.choices)


def exposed(warehouse: Warehouse, scope: Scope, experiment: Experiment) -> Exposed:
    """Two statements: the counts, and who is left out."""
    frame = warehouse.fetch(counts_statement(warehouse, scope, experiment))
    counts: dict[tuple[str, str, date | None, str], int] = {}
    for name, segment, on, arm, n in frame.itertuples(index=False):
        day = None if pd.isna(on) else pd.Timestamp(on).date()
        counts[(str(name), str(segment), day, str(arm))] = int(n)
    left = warehouse.fetch(left_out_statement(warehouse, scope, experiment))
    units, crossed, early, late = (int(n or 0) for n in left.itertuples(index=False).__next__())
    return Exposed(counts, units, crossed, early, late)


def counts_statement(warehouse: Warehouse, scope: Scope, experiment: Experiment) -> Select[Any]:
    """Units that count, whether their windows are over or not."""
    src = warehouse.sources(scope)
    if is_kept(scope, experiment):
        e = src.experiment_cells.c
        of_day = case((e.segmentation == ALL, e.exposed_on))
        return (
            select(
                e.segmentation,
                e.segment,
                of_day.label("exposed_on"),
                e.arm,
                func.sum(e.n).label("n"),
            )
            .where(e.experiment_id == experiment.key, e.days == EXPOSED)
            .group_by(e.segmentation, e.segment, of_day, e.arm)
        )
    u = units_of(src, experiment).c
    made = []
    for name in (ALL, *SEGMENTATIONS):
        segment = literal("", String) if name == ALL else u[name]
        on = u.exposed_on if name == ALL else cast(null(), Date)
        by = (u.exposed_on, u.arm) if name == ALL else (segment, u.arm)
        head = literal(name, String).label("segmentation")
        made.append(
            select(
                head,
                segment.label("segment"),
                on.label("exposed_on"),
                u.arm,
                func.count().label("n"),
            ).group_by(*by)
        )
    return select(union_all(*made).subquery("exposed"))


def left_out_statement(warehouse: Warehouse, scope: Scope, experiment: Experiment) -> Select[Any]:
    """One row: everybody, and who does not count for which reason (in several arms first)."""
    u = warehouse.sources(scope).experiment_units.c
    crossed = u.arms > 1
    if experiment.known_times:
        start = cast(literal(experiment.started_on or date.min), Date)
        early, late = (
            and_(~u.in_time, u.exposed_on <= start),
            and_(~u.in_time, u.exposed_on > start),
        )
    else:
        early = u.exposed_on < cast(literal(experiment.started_on or date.min), Date)
        late = u.exposed_on > cast(literal(experiment.ended_on or date.max), Date)

    def many(condition: ColumnElement[bool]) -> Any:
        return func.sum(case((condition, 1), else_=0))

    return select(
        func.count().label("units"),
        many(crossed).label("crossed"),
        many(and_(~crossed, early)).label("early"),
        many(and_(~crossed, late)).label("late"),
    ).where(u.experiment_id == experiment.key)
