"""A column given its meaning: values, and which cells could not be read and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Fault:
    """Rows (their places in the column, from 0) that can't be read for one reason."""

    rows: np.ndarray
    reason: str
    found: list[str]
    expected: str


@dataclass(frozen=True)
class Parsed:
    """Values in a column's own type; a cell that could not be read is null and has a fault.
    `notes` counts what was read by a rule worth knowing."""

    values: pa.Array
    faults: tuple[Fault, ...] = ()
    notes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Cells:
    """One source column on its way to a meaning, with what is needed to say where a cell is."""

    file: str
    column: str
    values: pa.Array
    lines: np.ndarray

    def line_of(self, text: str) -> int:
        """The line of the first cell that holds exactly this text."""
        return int(self.lines[pc.index(self.values, text).as_py()])


def fault(cells: pa.Array, bad: np.ndarray, reason: str, expected: str) -> tuple[Fault, ...]:
    """The fault of the marked rows, or none. `found` is the cell as it stands in the source."""
    rows = np.flatnonzero(bad)
    if not len(rows):
        return ()
    found = pc.cast(cells.take(pa.array(rows)), pa.string(), safe=False)
    return (Fault(rows, reason, ["" if t is None else t for t in found.to_pylist()], expected),)


def mask(values: pa.Array) -> np.ndarray:
    """A Boolean column as a NumPy mask; unknown is false."""
    return np.asarray(pc.fill_null(values, False).to_numpy(zero_copy_only=False), dtype=bool)


def missing(values: pa.Array) -> np.ndarray:
    """Where a column has no value."""
    return np.asarray(pc.is_null(values).to_numpy(zero_copy_only=False), dtype=bool)
