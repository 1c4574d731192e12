"""Lines that share a key become one row, e.g. order lines an order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.importing.amounts import rounded


@dataclass(frozen=True)
class Groups:
    """Lines by their group. Groups are numbered in the order in which the file first names them.
    `order` lists the lines by group, the earliest line of each first."""

    number_of_row: np.ndarray
    count: int
    order: np.ndarray
    starts: np.ndarray

    @property
    def first_rows(self) -> np.ndarray:
        """The earliest line of every group."""
        return np.asarray(self.order[self.starts])

    def first(self, values: pa.Array) -> pa.Array:
        """The value of the earliest line that has one."""
        if values.null_count == 0 or self.count == 0:
            return values.take(pa.array(self.first_rows))
        valid = ~values.is_null().to_numpy(zero_copy_only=False)[self.order]
        place = np.where(valid, np.arange(len(self.order)), len(self.order))
        found = np.minimum.reduceat(place, self.starts)
        none = found == len(self.order)
        # A group without any value points at its own first line, which is empty.
        rows = self.order[np.where(none, self.starts, found)]
        return values.take(pa.array(rows))

    def sum(self, values: pa.Array, kind: pa.DataType) -> pa.Array:
        """The exact sum over the lines; an empty cell adds nothing, none at all is empty."""
        total = self._grouped(values, "sum")
        return rounded(total, kind) if pa.types.is_decimal(kind) else pc.cast(total, kind)

    def extreme(self, values: pa.Array, which: str) -> pa.Array:
        """The smallest (`min`) or largest (`max`) over the lines."""
        return self._grouped(values, which)

    def disagreeing(self, values: pa.Array, chosen: pa.Array) -> int:
        """How many groups hold another value than the one chosen for them."""
        same = pc.equal(values, chosen.take(pa.array(self.number_of_row)))
        other = ~pc.fill_null(same, True).to_numpy(zero_copy_only=False)
        return len(np.unique(self.number_of_row[other]))

    def _grouped(self, values: pa.Array, how: str) -> pa.Array:
        lines = pa.table({"group": pa.array(self.number_of_row), "value": values})
        totals = lines.group_by("group").aggregate([("value", how)]).sort_by("group")
        return totals["value_" + how].combine_chunks()


def groups_of(keys: list[pa.Array], earliest: pa.Array | None) -> Groups:
    """Lines grouped by equal keys, ordered by `earliest` and then by their place in the file."""
    numbers = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        codes = key.dictionary_encode().indices.to_numpy()
        numbers = numbers * (int(codes.max(initial=0)) + 1) + codes
    _, first, numbers = np.unique(numbers, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    numbers = rank[numbers]
    count = len(first)
    if earliest is None:
        order = np.argsort(numbers, kind="stable")
    else:
        latest = np.iinfo(np.int64).max
        times = pc.fill_null(pc.cast(earliest, pa.int64()), latest).to_numpy()
        order = np.lexsort((np.arange(len(numbers)), times, numbers))
    starts = np.searchsorted(numbers[order], np.arange(count))
    return Groups(numbers, count, order, starts)
