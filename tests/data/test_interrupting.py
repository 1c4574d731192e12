"""How a stopped statement ends on each database: for certain, at once, and alone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Select, event, func, literal, select
from sqlalchemy.exc import DBAPIError

from data import stopping
from data.dialects import interrupt
from data.rollups import facts
from data.scope import LOCAL_VIEWER
from data.settings import Limits
from data.stopping import Stop, stoppable
from data.warehouse import Shelf, Warehouse
from i18n import Problem
from tests.world import World, order, world


def endless() -> Select[Any]:
    """Counts to two thousand million, one row after the other."""
    n = select(literal(1).label("n")).cte("n", recursive=True)
    n = n.union_all(select(n.c.n + 1).where(n.c.n < 2_000_000_000))
    return select(func.count()).select_from(n)


class Readers:
    """Several readers of one version who share its connections. `begun` is set when a statement is
    about to go to the database."""

    def __init__(self, made: World) -> None:
        self.made = made
        self.version = str(made.versions.current())
        self.engine: Engine = made.versions.reader(self.version)
        self.begun = Event()
        self.threads = ThreadPoolExecutor()
        event.listen(self.engine, "before_cursor_execute", lambda *_: self.begun.set())

    def page(self) -> Warehouse:
        shelf = Shelf("world", self.made.shop, self.made.versions, Limits())
        return shelf.open(LOCAL_VIEWER, version=self.version, engine=self.engine)

    def ask(self, stop: Stop) -> Future[Any]:
        """Something endless, which has begun when this returns."""

        def read() -> object:
            with stoppable(stop):
                return self.page().fetch(endless())

        self.begun.clear()
        asked = self.threads.submit(read)
        self.begun.wait()
        return asked


@pytest.fixture(params=["duckdb", "postgresql"])
def readers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Readers]:
    where = tmp_path
    if request.param == "postgresql":
        where = request.getfixturevalue("postgres_database")()
    found = Readers(world(where, orders=[order(1, "2024-01-01")]))
    yield found
    found.threads.shutdown()


def interrupted(asked: Future[Any]) -> bool:
    """Whether it ended by an interrupt, not by its time limit."""
    error = asked.exception()
    assert isinstance(error, Problem)
    assert error.code == "statement_stopped"
    assert isinstance(error.__cause__, DBAPIError)
    reason = str(error.__cause__.orig)
    return "Interrupted" in reason or "user request" in reason


def test_one_stop_is_enough(readers: Readers) -> None:
    stop = Stop()
    asked = readers.ask(stop)
    stop.now()
    assert interrupted(asked)


def test_an_interrupt_that_comes_too_early_is_not_the_last(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one is sent before the database has the statement; it would be forgotten, and the
    statement would run to its time limit."""
    sent = Event()

    def tell(connection: Connection) -> None:
        interrupt(connection)
        sent.set()

    monkeypatch.setattr(stopping, "interrupt", tell)
    stop = Stop()

    def too_early(*_: object) -> None:
        if not stop.asked:
            Thread(target=stop.now, daemon=True).start()
            sent.wait()

    event.listen(readers.engine, "before_cursor_execute", too_early)
    assert interrupted(readers.ask(stop))


def test_others_on_the_same_connections_go_on(readers: Readers) -> None:
    impatient, patient = Stop(), Stop()
    first, second = readers.ask(impatient), readers.ask(patient)
    impatient.now()
    assert interrupted(first)
    assert not second.done()
    assert len(readers.page().fetch(select(facts)))
    patient.now()
