"""Units and sums of many experiments, in a few statements whatever their number.

For the list: what it needs of an experiment is small, and a statement each would cost more than
what it answers. Experiments that the kept sums don't fit (a filter, another currency, an unusual
window, one that is only planned here) are asked one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select

from data.scope import Scope
from data.serving.experiments import ALL
from data.sources import Sources
from data.unit_outcomes import pairs_of
from data.warehouse import Warehouse
from metrics.experiments.analysis import vectors_of
from metrics.experiments.exposed import Exposed, exposed, exposed_together, is_kept
from metrics.experiments.record import Experiment
from metrics.experiments.sums import (
    Table,
    cell_means,
    cell_sums,
    fetched,
    fits_cells,
    table_of,
)


@dataclass(slots=True)
class Read:
    """Of one experiment: who met it, and its sums by window."""

    met: Exposed
    tables: dict[int, Table] = field(default_factory=dict)


def read(warehouse: Warehouse, scope: Scope, experiments: Sequence[Experiment]) -> dict[str, Read]:
    """By key. The sums are of everybody: segments are not told apart."""
    kept = exposed_together(warehouse, scope, [e for e in experiments if is_kept(scope, e)])
    found = {
        e.key: Read(kept[e.key] if e.key in kept else exposed(warehouse, scope, e))
        for e in experiments
    }
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
            found[e.key].tables[days] = table
    return found


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
    empty, sql = frame.iloc[:0], warehouse.sql(asked)
    return {
        e.key: table_of(parts.get(e.key, empty).drop(columns="experiment_id"), days, sql, kept=True)
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
