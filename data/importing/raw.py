"""What was read from one file before any column is given a meaning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa


@dataclass(frozen=True)
class SpoiltLine:
    """A line that has another number of cells than the header, as it stands in the file."""

    line: int
    cells: int
    expected: int
    text: str


@dataclass(frozen=True)
class Raw:
    """One file's rows: text or typed columns by their names, and the line each row stands on,
    as a person counts in an editor or a spreadsheet (the header of a text file is line 1)."""

    path: str
    sha256: str
    bytes: int
    table: pa.Table
    lines: np.ndarray
    spoilt: tuple[SpoiltLine, ...] = ()
    titles: int = 0
    """Lines above the header that hold a title, where the mapping says there are some."""

    @property
    def rows_read(self) -> int:
        """Rows that hold anything; blank lines are not rows."""
        return int(self.table.num_rows) + len(self.spoilt) + self.titles
