"""Where the time of a refresh goes: statements by the serving table that they write.

Wall clock and processor time (of all threads) are kept apart: on a machine that is busy with other
work only the second can be compared.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event

from bench.timing import cpu_seconds
from data.rollups import rollup


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of wall clock and of processor time."""

    wall: float = 0.0
    cpu: float = 0.0

    @classmethod
    def so_far(cls) -> Spent:
        return cls(time.perf_counter(), cpu_seconds())

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.wall + other.wall, self.cpu + other.cpu)

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.wall - other.wall, self.cpu - other.cpu)

    def __str__(self) -> str:
        return f"{self.wall:,.2f} s (cpu {self.cpu:,.2f})"


def least(runs: Iterable[Spent]) -> Spent:
    """The least of both, each for itself."""
    listed = list(runs)
    return Spent(min(r.wall for r in listed), min(r.cpu for r in listed))


class Meter:
    """Time by serving table. What is read or put aside on the way counts for the table that is
    written next; commits count for none."""

    def __init__(self) -> None:
        self.by_table: dict[str, Spent] = {}
        self._began = Spent()
        self._waiting = Spent()

    @contextmanager
    def over(self, connection: Connection) -> Iterator[Meter]:
        """Count the statements of this connection for the length of the block."""
        hooks = {"before_cursor_execute": self._before, "after_cursor_execute": self._after}
        for name, hook in hooks.items():
            event.listen(connection, name, hook)
        try:
            yield self
        finally:
            for name, hook in hooks.items():
                event.remove(connection, name, hook)

    def _before(self, *_: Any) -> None:
        self._began = Spent.so_far()

    def _after(self, *found: Any) -> None:
        context = found[4]
        self._waiting += Spent.so_far() - self._began
        statement = getattr(context.compiled, "statement", None)
        written = str(getattr(getattr(statement, "table", None), "name", ""))
        if written in rollup.tables:
            self.by_table[written] = self.by_table.get(written, Spent()) + self._waiting
            self._waiting = Spent()
