"""What the arms of an experiment came to, as sums: from the kept cells, else from the units.

Kept sums serve where they fit the question: the shop's own currency, no filter but the market, a
usual window. Anything else is asked of the units. Both give the same sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd
from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Float,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from data.dialects import quantile
from data.dimensions import MARKET
from data.scope import Scope
from data.serving.experiments import ALL, SEGMENTATIONS, USUAL_DAYS
from data.sources import Sources
from data.unit_outcomes import (
    UNRATED,
    VARIABLES,
    Parts,
    mature,
    moments,
    pairs_of,
    product_name,
    unit_values,
)
from data.warehouse import Warehouse
from metrics.experiments.record import Experiment
from metrics.stats.experiments.sums import Sums

Key = tuple[str, str, date | None, str]
"""Segmentation, segment, day of exposure (of `ALL` alone), arm."""


@lru_cache
def _columns(variables: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of the products of these variables, row by row of their matrix."""
    order = {v: n for n, v in enumerate(VARIABLES)}
    return tuple(
        product_name(a, b) if order[a] <= order[b] else product_name(b, a)
        for a in variables for b in variables
    )  # fmt: skip


@dataclass(frozen=True)
class Table:
    """Sums by segmentation, segment, day and arm, of the units whose window of `days` is over."""

    days: int
    rows: Mapping[Key, Mapping[str, float]]
    shifted: bool
    unrated: int
    sql: str = ""

    def of(self, variables: Sequence[str], key: Key) -> Sums:
        """The sums of one row; of nobody where there is no such row."""
        row = self.rows.get(key)
        if row is None:
            zeros = (0.0,) * len(variables)
            return Sums(0, zeros, zeros, (0.0,) * len(variables) ** 2)
        shift = [row[f"k_{v}" if self.shifted else v] for v in variables]
        sums = [row[v] if self.shifted else 0.0 for v in variables]
        return Sums(
            int(row["n"]),
            tuple(shift),
            tuple(sums),
            tuple(row[name] for name in _columns(tuple(variables))),
        )

    def arm(self, variables: Sequence[str], arm: str) -> Sums:
        """All days of an arm together."""
        asked = (tuple(variables), arm)
        if asked not in self._arms:
            days = [self.of(variables, (ALL, "", d, arm)) for d in self.of_days()]
            self._arms[asked] = added(variables, days)
        return self._arms[asked]

    def running(self, variables: Sequence[str], arm: str, days: Sequence[date]) -> tuple[Sums, ...]:
        """An arm after each of these days: control is the same for every treatment."""
        asked = (tuple(variables), arm, tuple(days))
        if asked not in self._running:
            made: list[Sums] = []
            for day in days:
                until = made[-1:]
                made.append(added(variables, [*until, self.of(variables, (ALL, "", day, arm))]))
            self._running[asked] = tuple(made)
        return self._running[asked]

    @cached_property
    def _running(self) -> dict[tuple[tuple[str, ...], str, tuple[date, ...]], tuple[Sums, ...]]:
        return {}

    @cached_property
    def _arms(self) -> dict[tuple[tuple[str, ...], str], Sums]:
        """Arms that were added up before: many metrics share their variables."""
        return {}

    def of_days(self) -> list[date]:
        """Days of exposure with anybody, in order."""
        return sorted({k[2] for k in self.rows if k[0] == ALL and k[2] is not None})

    def looks(self, arms: Iterable[str]) -> list[date]:
        """Days of exposure with anybody of these arms: after each of them there is a look."""
        named = set(arms)
        return sorted({k[2] for k in self.rows if k[2] is not None and k[3] in named})

    def segments(self, segmentation: str) -> list[str]:
        """Segments with anybody, in the order of their names."""
        return sorted({k[1] for k in self.rows if k[0] == segmentation})


def added(variables: Sequence[str], parts: Iterable[Sums]) -> Sums:
    """The sums of all parts together."""
    there = [part for part in parts if part.n]
    if not there:
        zeros = (0.0,) * len(variables)
        return Sums(0, zeros, zeros, (0.0,) * len(variables) ** 2)
    return there[0] if len(there) == 1 else Sums.together(there)


@dataclass(frozen=True, slots=True)
class Cap:
    """A percentile at which a unit's money is cut: of all units, or of those above zero."""

    share: float
    nonzero: bool


def fits_cells(warehouse: Warehouse, scope: Scope, experiment: Experiment, days: int) -> bool:
    """Whether the kept sums answer this question."""
    return (
        experiment.known_times
        and days in USUAL_DAYS
        and scope.currency == warehouse.reporting.currency
        and all(c.dimension == MARKET.key for c in scope.choices)
    )


def fetched(
    warehouse: Warehouse,
    scope: Scope,
    experiment: Experiment,
    days: int,
    vectors: Sequence[Sequence[str]],
    *,
    from_units: bool = False,
) -> Table:
    """The sums of these vectors of variables; `from_units` asks the units whatever is kept."""
    asked = statement(warehouse, scope, experiment, days, vectors, from_units=from_units)
    kept = not from_units and fits_cells(warehouse, scope, experiment, days)
    return table_of(warehouse.fetch(asked), days, warehouse.sql(asked), kept=kept)


def table_of(frame: pd.DataFrame, days: int, sql: str, *, kept: bool) -> Table:
    """The rows of a statement on one experiment."""
    names = [str(c) for c in frame.columns]
    rows: dict[Key, Mapping[str, float]] = {}
    unrated = 0
    for values in zip(*[frame[c].tolist() for c in names], strict=True):
        row = dict(zip(names, values, strict=True))
        on = row.pop("exposed_on")
        day = None if pd.isna(on) else pd.Timestamp(on).date()
        key = (str(row.pop("segmentation")), str(row.pop("segment")), day, str(row.pop("arm")))
        unrated += int(row[UNRATED]) if key[0] == ALL else 0
        rows[key] = row
    return Table(days, rows, kept, unrated, sql)


def statement(
    warehouse: Warehouse,
    scope: Scope,
    experiment: Experiment,
    days: int,
    vectors: Sequence[Sequence[str]],
    *,
    from_units: bool = False,
) -> Select[Any]:
    """One row per day and arm (`all`), and per segment and arm of each segmentation."""
    src, pairs = warehouse.sources(scope), pairs_of(vectors)
    if not from_units and fits_cells(warehouse, scope, experiment, days):
        return _from_cells(src, experiment, days, pairs)
    values = values_of(warehouse, src, experiment, days)
    return _from_values(values, pairs)


def units_of(src: Sources, experiment: Experiment) -> CTE:
    """The units that count: seen in one arm, in the time of the experiment."""
    u = src.experiment_units
    return select(u).where(*_counted(u, experiment)).cte("experiment_unit")


def _counted(u: CTE, experiment: Experiment) -> list[ColumnElement[bool]]:
    mine = [u.c.experiment_id == experiment.key, u.c.arms == 1]
    if experiment.known_times:
        return [*mine, u.c.in_time]
    if experiment.started_on is not None:
        mine.append(u.c.exposed_on >= cast(literal(experiment.started_on), Date))
    if experiment.ended_on is not None:
        mine.append(u.c.exposed_on <= cast(literal(experiment.ended_on), Date))
    return mine


def parts_of(src: Sources) -> Parts:
    """What outcomes are read from, as this viewer may see it."""
    return Parts(src.sales, src.linked_refunds, src.loose_refunds, src.person_day, src.rates)


def values_of(warehouse: Warehouse, src: Sources, experiment: Experiment, days: int) -> CTE:
    """One row per mature unit with its values."""
    units = units_of(src, experiment)
    grown = select(units).where(mature(units.c.exposed_on, days, warehouse.coverage.until))
    return unit_values(grown.cte("mature_unit"), parts_of(src), days)


def _from_values(values: CTE, pairs: Sequence[tuple[str, str]]) -> Select[Any]:
    v, made = values.c, []
    for name in (ALL, *SEGMENTATIONS):
        segment = literal("", String) if name == ALL else v[name]
        on = v.exposed_on if name == ALL else cast(null(), Date)
        keys = (
            literal(name, String).label("segmentation"),
            segment.label("segment"),
            on.label("exposed_on"),
            v.arm,
        )
        by = (v.exposed_on, v.arm) if name == ALL else (segment, v.arm)
        made.append(moments(values, keys, pairs).group_by(*by))
    return select(union_all(*made).subquery("cell"))


def _from_cells(
    src: Sources, experiment: Experiment, days: int, pairs: Sequence[tuple[str, str]]
) -> Select[Any]:
    """Cells added up: sums and products around one mean per variable (`k_…`), so that large values
    keep their spread."""
    e = src.experiment_cells
    cell = select(e).where(e.c.experiment_id == experiment.key, e.c.days == days).cte("cell")
    c = cell.c
    middle = select(*cell_means(cell, pairs)).cte("middle")
    on = case((c.segmentation == ALL, c.exposed_on))
    keys = (c.segmentation, c.segment, on, c.arm)
    return (
        select(
            c.segmentation,
            c.segment,
            on.label("exposed_on"),
            c.arm,
            *cell_sums(cell, middle, pairs),
        )
        .join_from(cell, middle, literal(True))
        .group_by(*keys)
    )


def _variables(pairs: Sequence[tuple[str, str]]) -> list[str]:
    return [v for v in VARIABLES if any(v in pair for pair in pairs)]


def cell_means(cell: CTE, pairs: Sequence[tuple[str, str]]) -> list[ColumnElement[Any]]:
    """The mean of each variable over everybody in these cells."""
    c = cell.c
    total = func.sum(case((c.segmentation == ALL, c.n), else_=0))
    return [
        (
            func.sum(case((c.segmentation == ALL, c.n * c[v]), else_=0.0)) / func.nullif(total, 0)
        ).label(v)
        for v in _variables(pairs)
    ]


def cell_sums(cell: CTE, middle: CTE, pairs: Sequence[tuple[str, str]]) -> list[ColumnElement[Any]]:
    """Counts, and sums and products around the `middle`, of cells that are grouped somehow."""
    c, m, variables = cell.c, middle.c, _variables(pairs)
    n = cast(c.n, Float)
    return [
        func.sum(c.n).label("n"),
        func.sum(c[UNRATED]).label(UNRATED),
        *[func.min(m[v]).label(f"k_{v}") for v in variables],
        *[func.sum(n * (c[v] - m[v])).label(v) for v in variables],
        *[
            func.sum(c[product_name(a, b)] + n * (c[a] - m[a]) * (c[b] - m[b])).label(
                product_name(a, b)
            )
            for a, b in pairs
        ],
    ]


def capped(values: CTE, variables: Sequence[str], cap: Cap) -> tuple[CTE, Select[Any]]:
    """The values with these variables cut at their percentile over all arms, and the caps
    themselves (`cap_…`, and `over_…`: how many units lie above)."""
    v = values.c
    at = {
        name: quantile(
            case((v[name] > 0, v[name])) if cap.nonzero else v[name], literal(cap.share, Float)
        )
        for name in variables
    }
    caps = select(*[q.label(f"cap_{n}") for n, q in at.items()]).cte("caps")

    def cut(name: str) -> ColumnElement[Any]:
        if name not in variables:
            return v[name]
        return func.least(v[name], func.coalesce(caps.c[f"cap_{name}"], v[name])).label(name)

    names = [c.name for c in v]
    made = select(*[cut(n) for n in names]).join_from(values, caps, literal(True)).cte("cut_value")
    over = select(
        *[func.min(caps.c[f"cap_{n}"]).label(f"cap_{n}") for n in variables],
        *[
            func.sum(case((v[n] > caps.c[f"cap_{n}"], 1), else_=0)).label(f"over_{n}")
            for n in variables
        ],
    ).join_from(values, caps, literal(True))
    return made, over
