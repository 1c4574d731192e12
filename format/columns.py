"""Rows as columns that line up in a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence


def aligned(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()
) -> Iterator[str]:
    """Lines of a table whose columns line up in a terminal, Chinese characters two wide."""
    cells = [list(header), *[list(row) for row in rows]]
    widths = [max(_width(row[n]) for row in cells) for n in range(len(header))]
    for number, row in enumerate(cells):
        padded = []
        for n, cell in enumerate(row):
            blank = " " * (widths[n] - _width(cell))
            padded.append(blank + cell if n in right else cell + blank)
        yield "  ".join(padded).rstrip()
        if number == 0:
            yield "  ".join("-" * width for width in widths)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
