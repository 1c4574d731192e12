"""Tables in pieces that fit a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reports.pack import Table


def in_parts(table: Table, most: int) -> Iterator[Table]:
    """A table in pieces of at most so many rows, titles counted; none for one without rows. A
    piece that begins within a section says its title again."""
    start, room, title = 0, most, ""
    titles = dict(table.sections)
    for n in range(len(table.rows)):
        title = titles.get(n, title)
        needed = 2 if n in titles or (n == start and title) else 1
        if room < needed and n > start:
            yield _part(table, start, n)
            start, room, needed = n, most, 2 if title else 1
        room -= needed
    if start < len(table.rows):
        yield _part(table, start, len(table.rows))


def _part(table: Table, start: int, end: int) -> Table:
    before = [title for n, title in table.sections if n <= start]
    inside = [(n - start, title) for n, title in table.sections if start < n < end]
    sections = (*(((0, before[-1]),) if before else ()), *inside)
    return replace(table, rows=table.rows[start:end], sections=sections)
