"""Units and sums of many experiments, in a few statements whatever their number.

For the list: what it needs of an experiment is small, and a statement each would cost more than
what it answers. Experiments that the kept sums don't fit (a filter, another currency, an unusual
window, one that is only planned here) are asked one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Date, Select, and_, case, cast, func, null, select

from data.scope import Scope
from data.serving.experiments import ALL, EXPOSED
from data.sources import Sources
from data.unit_outcomes import pairs_of
from data.warehouse import Warehouse
from metrics.experiments.analysis import vectors_of
from metrics.experiments.exposed import Exposed, exposed, is_kept
from metrics.experiments.record import Experiment
from metrics.experiments.sums import (
    Table,
    cell_means,
    cell_sums,
    fetched,
    fits_cells,
    statement,
    table_of,
)


@dataclass(slots=True)
class Read:
    """Of one experiment: who met it, and its sums by window. `sql` are the statements."""

    met: Exposed
    tables: dict[int, Table] = field(default_factory=dict)
    sql: dict[str, str] = field(default_factory=dict)


def read(warehouse: Warehouse, scope: Scope, experiments: Sequence[Experiment]) -> dict[str, Read]:
    """By key. The sums are of everybody: segments are not told apart."""
    kept = [e for e in experiments if is_kept(scope, e)]
    found = _exposed(warehouse, scope, kept)
    for e in experiments:
        if e.key not in found:
            found[e.key] = Read(exposed(warehouse, scope, e))
    wanted = {e.key: vectors_of(warehouse, e) for e in experiments}
    for days in sorted({d for by_days in wanted.values() for d in by_days}):
        asked = [e for e in experiments if days in wanted[e.key]]
        fitting = [e for e in asked if fits_cells(warehouse, scope, e, days)]
        vectors = sorted({v for e in fitting for v in wanted[e.key][days]})
        tables = _tables(warehouse, scope, fitting, days, vectors)
        for e in asked:
            table = tables.get(e.key)
            if table is None:
                table = fetched(warehouse, scope, e, days, wanted[e.key][days])
                alone = statement(warehouse, scope, e, days, wanted[e.key][days])
                found[e.key].sql[str(days)] = warehouse.sql(alone)
            found[e.key].tables[days] = table
        if fitting:
            together = sums_statement(
                warehouse.sources(scope), [e.key for e in fitting], days, vectors
            )
            for e in fitting:
                found[e.key].sql[str(days)] = warehouse.sql(together)
    return found


def _exposed(
    warehouse: Warehouse, scope: Scope, experiments: Sequence[Experiment]
) -> dict[str, Read]:
    """The same counts as `exposed` has for one."""
    if not experiments:
        return {}
    keys = [e.key for e in experiments]
    counts: dict[str, dict[tuple[str, str, date | None, str], int]] = {k: {} for k in keys}
    counted = counts_statement(warehouse.sources(scope), keys)
    for key, name, segment, on, arm, n in _rows(warehouse, counted):
        counts[str(key)][(str(name), str(segment), _day(on), str(arm))] = int(n)
    left = {k: {"units": 0, "crossed": 0, "early": 0, "late": 0} for k in keys}
    starts = {e.key: e.started_on or date.min for e in experiments}
    for key, crossed, on, n in _rows(warehouse, left_out_statement(warehouse.sources(scope), keys)):
        of, day = left[str(key)], _day(on)
        of["units"] += int(n)
        if crossed:
            of["crossed"] += int(n)
        elif day is not None:
            of["early" if day <= starts[str(key)] else "late"] += int(n)
    sql = {"exposed": warehouse.sql(counted)}
    return {k: Read(Exposed(counts[k], **left[k]), sql=dict(sql)) for k in keys}


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


def _tables(
    warehouse: Warehouse,
    scope: Scope,
    experiments: Sequence[Experiment],
    days: int,
    vectors: Sequence[tuple[str, ...]],
) -> dict[str, Table]:
    if not experiments:
        return {}
    asked = sums_statement(warehouse.sources(scope), [e.key for e in experiments], days, vectors)
    frame = warehouse.fetch(asked)
    parts = {str(key): part for key, part in frame.groupby("experiment_id", sort=False)}
    empty = frame.iloc[:0]
    return {
        e.key: table_of(parts.get(e.key, empty).drop(columns="experiment_id"), days, kept=True)
        for e in experiments
    }


def sums_statement(
    src: Sources, keys: Sequence[str], days: int, vectors: Sequence[tuple[str, ...]]
) -> Select[Any]:
    """Kept sums of everybody by experiment, day and arm, each around its experiment's own means."""
    pairs = pairs_of(vectors)
    e = src.experiment_cells
    mine = (e.c.experiment_id.in_(sorted(keys)), e.c.days == days, e.c.segmentation == ALL)
    cell = select(e).where(*mine).cte("cell")
    c = cell.c
    middle = (
        select(c.experiment_id, *cell_means(cell, pairs)).group_by(c.experiment_id).cte("middle")
    )
    return (
        select(
            c.experiment_id,
            c.segmentation,
            c.segment,
            c.exposed_on,
            c.arm,
            *cell_sums(cell, middle, pairs),
        )
        .join_from(cell, middle, middle.c.experiment_id == c.experiment_id)
        .group_by(c.experiment_id, c.segmentation, c.segment, c.exposed_on, c.arm)
    )


def _rows(warehouse: Warehouse, statement: Select[Any]) -> Iterator[tuple[Any, ...]]:
    yield from warehouse.fetch(statement).itertuples(index=False)


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()
