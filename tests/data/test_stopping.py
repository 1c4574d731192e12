"""A read that is stopped ends in the database, and only that one."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.sql.expression import Select

from data import rollups
from data.stopping import Stop, stoppable
from data.warehouse import Warehouse
from i18n import Problem
from tests.world import World, event, user, world

NAMES = ("page_view", "search", "view_item", "add_to_cart", "begin_checkout", "share", "login")
"""Several, or the engine would know the answer from the one value there is."""


@pytest.fixture(params=["duckdb", "postgres"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    folder: Path | str = tmp_path / "wh"
    if request.param == "postgres":
        folder = request.getfixturevalue("postgres_database")()
    rows = {
        "users": [user(1, "2024-01-01")],
        "events": [event(1, f"2024-01-01 10:{n:02d}", NAMES[n % 7]) for n in range(60)],
    }
    return world(folder, through="2024-01-15", **rows)


def endless() -> Select[tuple[int]]:
    """60 events, seven times crossed: 2.8 trillion rows, more than any time limit lets pass."""
    log = rollups.event_log
    many = [log.alias(f"again_{n}") for n in range(7)]
    away = sum((t.c.event_no for t in many), start=0)
    return (
        select(func.count())
        .select_from(many[0])
        .where(*[t.c.person_no >= 0 for t in many[1:]], away % 5 == 3)
    )


def count(w: Warehouse) -> int:
    return int(w.fetch(select(func.count()).select_from(rollups.event_log)).iloc[0, 0])


def test_a_statement_that_runs_is_interrupted(shop: World) -> None:
    stop, told = Stop(), list[Problem]()

    def read() -> None:
        with stoppable(stop):
            try:
                shop.warehouse().fetch(endless())
            except Problem as problem:
                told.append(problem)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    while thread.is_alive():
        time.sleep(0.05)
        stop.now()
    assert [p.code for p in told] == ["statement_stopped"]
    assert count(shop.warehouse()) == 60


def test_what_would_follow_a_stop_does_not_begin(shop: World) -> None:
    """Two statements of one read: stopped between them, the second never runs."""
    stop = Stop()
    with stoppable(stop):
        assert count(shop.warehouse()) == 60
        stop.now()
        with pytest.raises(Problem) as told:
            count(shop.warehouse())
    assert told.value.code == "statement_stopped"


def test_another_read_goes_on(shop: World) -> None:
    stop = Stop()
    stop.now()
    with stoppable(Stop()):
        assert count(shop.warehouse()) == 60
    assert count(shop.warehouse()) == 60
