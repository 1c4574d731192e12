"""Stop what another thread is reading: the reader pressed a button, or asked something else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Condition

from sqlalchemy import Connection

from data.dialects import interrupt
from i18n import Problem, Words

_AGAIN_SECONDS = 0.05
_LONGEST_SECONDS = 5.0
"""A statement that can't be interrupted in this time ends by its own time limit."""


class Stop:
    """A hold on the statements of one read. `now` may be called from any thread, at any time and
    more than once: what runs is interrupted in the database, what would follow does not begin."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._running: Connection | None = None
        self.asked = False

    def now(self) -> None:
        """Returns when nothing runs any more. A database forgets an interrupt that arrives just
        before the statement does, so it is told until the statement is over; never by a connection
        that was given back."""
        end = time.monotonic() + _LONGEST_SECONDS
        with self._changed:
            self.asked = True
            while self._running is not None and time.monotonic() < end:
                interrupt(self._running)
                self._changed.wait(_AGAIN_SECONDS)

    @contextmanager
    def over(self, connection: Connection) -> Iterator[None]:
        """While a statement runs on `connection`. Raises a `Problem` if a stop was asked for."""
        with self._changed:
            if self.asked:
                raise stopped()
            self._running = connection
        try:
            yield
        finally:
            with self._changed:
                self._running = None
                self._changed.notify_all()


_CURRENT: ContextVar[Stop | None] = ContextVar("stop", default=None)


@contextmanager
def stoppable(stop: Stop) -> Iterator[None]:
    """Every statement of this thread, until the end of the block, heeds `stop`."""
    token = _CURRENT.set(stop)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current_stop() -> Stop:
    """The stop that this thread heeds; one that nobody holds, outside of `stoppable`."""
    return _CURRENT.get() or Stop()


def stopped() -> Problem:
    return Problem(
        "statement_stopped",
        Words("The question was stopped before it was answered.", "查询已停止，没有结果。"),
        Words("Ask again when you need the answer.", "需要结果时请重新统计。"),
    )
