"""Where the time of a refresh goes: statements by the serving table that they write."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from data.rollups import rollup


class Meter:
    """Seconds by serving table. What is read or put aside on the way counts for the table that is
    written next; commits count for none."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._began = 0.0
        self._waiting = 0.0

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
        self._began = time.perf_counter()

    def _after(self, *found: Any) -> None:
        context = found[4]
        self._waiting += time.perf_counter() - self._began
        statement = getattr(context.compiled, "statement", None)
        written = str(getattr(getattr(statement, "table", None), "name", ""))
        if written in rollup.tables:
            self.seconds[written] = self.seconds.get(written, 0.0) + self._waiting
            self._waiting = 0.0
