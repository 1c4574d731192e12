"""Who met an experiment: how many per arm, day and segment, and who does not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from data.sources import Sources
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
    if is_kept(scope, experiment):
        return exposed_together(warehouse, scope, [experiment])[experiment.key]
    src = warehouse.sources(scope)
    counts = {
        (str(name), str(segment), _day(on), str(arm)): int(n)
        for name, segment, on, arm, n in _rows(warehouse, units_counted(src, experiment))
    }
    [left] = _rows(warehouse, units_left_out(src, experiment))
    return Exposed(counts, *[int(n or 0) for n in left])


def exposed_together(
    warehouse: Warehouse, scope: Scope, experiments: Sequence[Experiment]
) -> dict[str, Exposed]:
    """The same of many experiments at once, from the kept counts that answer for all of them; by
    key."""
    if not experiments:
        return {}
    keys, src = [e.key for e in experiments], warehouse.sources(scope)
    counts: dict[str, dict[tuple[str, str, date | None, str], int]] = {k: {} for k in keys}
    for key, name, segment, on, arm, n in _rows(warehouse, counts_statement(src, keys)):
        counts[str(key)][(str(name), str(segment), _day(on), str(arm))] = int(n)
    left = {k: {"units": 0, "crossed": 0, "early": 0, "late": 0} for k in keys}
    starts = {e.key: e.started_on or date.min for e in experiments}
    for key, crossed, on, n in _rows(warehouse, left_out_statement(src, keys)):
        of, day = left[str(key)], _day(on)
        of["units"] += int(n)
        if crossed:
            of["crossed"] += int(n)
        elif day is not None:
            of["early" if day <= starts[str(key)] else "late"] += int(n)
    return {k: Exposed(counts[k], **left[k]) for k in keys}


def counts_statement(src: Sources, keys: Sequence[str]) -> Select[Any]:
    """Units that count, by experiment, segmentation, segment, day (of `all` alone) and arm."""
    e = src.experiment_cells.c
    of_day = case((e.segmentation == ALL, e.exposed_on))
    by = (e.experiment_id, e.segmentation, e.segment, of_day, e.arm)
    return (
        select(
            e.experiment_id,
            e.segmentation,
            e.segment,
            of_day.label("exposed_on"),
            e.arm,
            func.sum(e.n).label("n"),
        )
        .where(e.experiment_id.in_(sorted(keys)), e.days == EXPOSED)
        .group_by(*by)
    )


def left_out_statement(src: Sources, keys: Sequence[str]) -> Select[Any]:
    """Everybody by experiment, whether they were seen in several arms, and the day of those who
    were exposed before the start or after the end."""
    u = src.experiment_units.c
    crossed = case((u.arms > 1, 1), else_=0)
    outside = case((and_(u.arms == 1, ~u.in_time), u.exposed_on), else_=cast(null(), Date))
    return (
        select(
            u.experiment_id,
            crossed.label("crossed"),
            outside.label("exposed_on"),
            func.count().label("n"),
        )
        .where(u.experiment_id.in_(sorted(keys)))
        .group_by(u.experiment_id, crossed, outside)
    )


def units_counted(src: Sources, experiment: Experiment) -> Select[Any]:
    """Units that count, whether their windows are over or not, asked of the units themselves."""
    u = units_of(src, experiment).c
    made = []
    for name in (ALL, *SEGMENTATIONS):
        segment = literal("", String) if name == ALL else u[name]
        on = u.exposed_on if name == ALL else cast(null(), Date)
        by = (u.exposed_on, u.arm) if name == ALL else (segment, u.arm)
        made.append(
            select(
                literal(name, String).label("segmentation"),
                segment.label("segment"),
                on.label("exposed_on"),
                u.arm,
                func.count().label("n"),
            ).group_by(*by)
        )
    return select(union_all(*made).subquery("exposed"))


def units_left_out(src: Sources, experiment: Experiment) -> Select[Any]:
    """One row: everybody, and who does not count for which reason (in several arms first)."""
    u = src.experiment_units.c
    start = cast(literal(experiment.started_on or date.min), Date)
    crossed = u.arms > 1
    early: ColumnElement[bool] = u.exposed_on < start
    late: ColumnElement[bool] = u.exposed_on > cast(literal(experiment.ended_on or date.max), Date)
    if experiment.known_times:
        early = and_(~u.in_time, u.exposed_on <= start)
        late = and_(~u.in_time, u.exposed_on > start)

    def many(condition: ColumnElement[bool]) -> Any:
        return func.sum(case((condition, 1), else_=0))

    return select(
        func.count().label("units"),
        many(crossed).label("crossed"),
        many(and_(~crossed, early)).label("early"),
        many(and_(~crossed, late)).label("late"),
    ).where(u.experiment_id == experiment.key)


def _rows(warehouse: Warehouse, statement: Select[Any]) -> Iterator[tuple[Any, ...]]:
    yield from warehouse.fetch(statement).itertuples(index=False)


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()
