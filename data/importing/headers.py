"""What a source calls its columns: one name of the mapping, several spellings in the wild.

The same report has English headers in one account and Chinese ones in another, and writes the
currency into the header (`Amount spent (USD)`). A file's columns are renamed to the mapping's names
before anything else looks at them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from data.importing.problems import did_you_mean
from i18n import Problem, Words

CAPTURED = " (*)"
"""`spend (*)` is the column that holds what `*` stood for in the header of `spend`."""


@dataclass(frozen=True)
class Naming:
    """`spellings` lists what a column may be called in the file, the first that is there is taken;
    a column that is not listed is called by its own name. `optional` ones may be absent: they are
    empty then."""

    spellings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()

    def rename(self, header: list[str]) -> list[str]:
        """The header by the mapping's names. A column that is not chosen but has a name that
        another one gets is marked, so that no name stands for two columns."""
        chosen = {self._place(name, header): name for name in self.spellings}
        taken = {name for place, name in chosen.items() if place is not None}
        return [
            chosen[n] if n in chosen else (f"{name} [{n + 1}]" if name in taken else name)
            for n, name in enumerate(header)
        ]

    def needed(self, columns: Iterable[str]) -> list[str]:
        """Those of the columns that the file itself must have."""
        made = {name + CAPTURED for name in self.spellings}
        return [c for c in columns if c not in self.optional and c not in made]

    def fits(self, header: list[str], columns: Sequence[str]) -> bool:
        """Whether the header has every column that must be there."""
        return set(self.needed(columns)) <= set(self.rename(header))

    def check(self, shown: str, header: list[str], columns: Sequence[str]) -> None:
        """Raises `Problem` for the first column that has spellings and none of them is there."""
        found = set(self.rename(header))
        for name in self.needed(columns):
            if name in found or name not in self.spellings:
                continue
            spelt = list(self.spellings[name])
            raise Problem(
                "file_unknown_header",
                Words(
                    en="{file} has no column for {name}: none of {spelt}. Its columns are: "
                    "{names}.",
                    zh="{file} 中没有“{name}”列：未找到 {spelt}。文件中的列有：{names}。",
                ),
                did_you_mean(spelt[0], header),
                file=shown,
                name=name,
                spelt=", ".join(spelt),
                names=", ".join(header),
            )

    def completed(self, table: pa.Table, header: list[str], columns: Iterable[str]) -> pa.Table:
        """The renamed table with the columns that the file does not have itself: optional ones,
        empty, and what stood for `*` in a header."""
        for name in columns:
            if name in table.column_names:
                continue
            if name.endswith(CAPTURED) and name.removesuffix(CAPTURED) in self.spellings:
                text = self._captured(name.removesuffix(CAPTURED), header)
            elif name in self.optional:
                text = None
            else:
                continue
            values = pa.array([text], pa.string()).take(pa.array([0] * table.num_rows, pa.int64()))
            table = table.append_column(name, values)
        return table

    def _place(self, name: str, header: list[str]) -> int | None:
        cells = [_plain(cell) for cell in header]
        for spelling in self.spellings[name]:
            pattern = _pattern(spelling)
            for n, cell in enumerate(cells):
                if pattern.fullmatch(cell):
                    return n
        return None

    def _captured(self, name: str, header: list[str]) -> str | None:
        place = self._place(name, header)
        if place is None:
            return None
        cell = _plain(header[place])
        for spelling in self.spellings[name]:
            found = _pattern(spelling).fullmatch(cell)
            if found is not None:
                return found.group(1).upper() if found.re.groups else None
        return None


AS_WRITTEN = Naming()
"""Every column is called what the mapping calls it."""


@dataclass(frozen=True)
class Wanted:
    """The columns that a file is read for, by the mapping's names, how they may be spelt, and
    whether lines with a title may stand above the header."""

    columns: list[str]
    naming: Naming = AS_WRITTEN
    title_lines: bool = False

    def place(self, records: Sequence[list[str]]) -> int:
        """Which of a file's first records is its header."""
        if not self.title_lines:
            return 0
        return header_place(records, lambda header: self.naming.fits(header, self.columns))


FIRST_RECORDS = 40
"""How far down the header of a file with title lines is looked for."""


def header_place(records: Sequence[list[str]], fits: Callable[[list[str]], bool]) -> int:
    """Which of a file's first records is its header: the first that has every needed column, else
    the one with the most cells, of which a message can then say what is missing."""
    for n, record in enumerate(records[:FIRST_RECORDS]):
        if fits(record):
            return n
    widths = [sum(bool(cell.strip()) for cell in record) for record in records[:FIRST_RECORDS]]
    return widths.index(max(widths)) if widths else 0


def _pattern(spelling: str) -> re.Pattern[str]:
    return re.compile(re.escape(_plain(spelling)).replace(r"\*", r"([^()]+)"))


def _plain(text: str) -> str:
    """A header without the differences that nobody means: case, width, spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", " ", folded).strip()
