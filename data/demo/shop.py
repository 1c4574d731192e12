"""The demo shop: its rows, table by table, and the truth about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from data.demo import shared
from data.demo.cell import make_world, simulate
from data.demo.rows import CELL_TABLES
from data.demo.spec import CELL, DemoSpec
from data.demo.spend import spend_rows
from data.demo.truth import Ledger

_SHARED_TABLES = 5


class DemoShop:
    """A cross-border shop that never was, the same each time it is asked for by the same spec.

    `batches()` hands out rows of the canonical tables; `steps` is how many batches there will be.
    `truth` is filled while they are handed out and complete after the last: what was put into the
    data (rates, lifts, curves) and exact totals without test users. It can be written as JSON.
    """

    def __init__(self, spec: DemoSpec) -> None:
        self.spec = spec
        self.truth: dict[str, object] = {}
        self._cells_per_batch = max(spec.users_per_batch // CELL, 1)

    @property
    def steps(self) -> int:
        """Number of batches that `batches()` yields."""
        groups = -(-self.spec.cells // self._cells_per_batch)
        return groups * len(CELL_TABLES) + _SHARED_TABLES

    def batches(self) -> Iterator[tuple[str, pa.Table]]:
        """Canonical table name and rows of it, until the shop is complete.

        Shared tables come first but for `marketing_spend`, which comes last: commission and
        rewards are known only when all orders are.
        """
        rows: Counter[str] = Counter()
        for name, table in self._batches():
            rows[name] += table.num_rows
            self.truth["rows"] = dict(rows)
            yield name, table

    def _batches(self) -> Iterator[tuple[str, pa.Table]]:
        spec = self.spec
        world = make_world(spec)
        ledger = Ledger(world)
        yield "calendar", _table([shared.calendar(spec)])
        yield "fx_rates", _table([shared.fx_rates(world.rates)])
        yield "experiments", _table([shared.experiments(spec)])
        yield "experiment_arms", _table([shared.experiment_arms()])
        for first in range(0, spec.cells, self._cells_per_batch):
            found: dict[str, list[Any]] = {table: [] for table in CELL_TABLES}
            for number in range(first, min(first + self._cells_per_batch, spec.cells)):
                cell = simulate(world, number)
                ledger.add(cell)
                for table, rows in CELL_TABLES.items():
                    found[table].append(rows(world, cell))
            for table in CELL_TABLES:
                yield table, _table(found.pop(table))
        spent = spend_rows(spec, world.seasons, world.plan, ledger.commission, ledger.rewards)
        self.truth.update(ledger.close(spent))
        yield "marketing_spend", _table([shared.marketing_spend(world, spent)])


def _table(batches: list[Any]) -> pa.Table:
    return pa.Table.from_batches(batches)
