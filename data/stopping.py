"""Stop what another thread is reading: the reader pressed a button, or asked something else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock

from sqlalchemy import Connection

from data.dialects import interrupt
from i18n import Problem, Words


class Stop:
    """A hold on the statements of one read. `now` may be called from any thread, at any time and
    more than once: what runs is interrupted in the database, what would follow does not begin."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: Connection | None = None
        self.asked = False

    def now(self) -> None:
        with self._lock:
            self.asked = True
            if self._running is not None:
                interrupt(self._running)

    @contextmanager
    def over(self, connection: Connection) -> Iterator[None]:
        """While a statement runs on `connection`. Raises a `Problem` if a stop was asked for."""
        with self._lock:
            if self.asked:
                raise stopped()
            self._running = connection
        try:
            yield
        finally:
            with self._lock:
                self._running = None


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
