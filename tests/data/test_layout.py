"""Data prepared by another version of the program: said, mended by a refresh, nothing forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, update
from sqlalchemy.schema import DropTable

from data.refresh import refresh
from data.rollups import facts, signups_day
from i18n import LANGUAGES, Problem, Text
from tests.world import World, order, world


@pytest.fixture(params=["duckdb", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """A shop whose serving tables have another layout than this program's."""
    where: Path | str = tmp_path
    if request.param == "postgresql":
        make: Callable[[], str] = request.getfixturevalue("postgres_database")
        where = make()
    made = world(where, orders=[order(1, "2024-01-05")], through="2024-01-08 00:00")
    with made.versions.draft(from_current=True) as draft:
        age(draft.connection)
        draft.publish()
    return made


def age(connection: Connection) -> None:
    connection.execute(DropTable(signups_day))
    connection.execute(update(facts).where(facts.c.key == "layout").values(value="older"))


def test_it_is_said_in_both_languages(old: World) -> None:
    with pytest.raises(Problem) as caught:
        _ = old.warehouse().coverage
    assert caught.value.code == "warehouse_outdated"
    for language in LANGUAGES:
        assert "python -m data refresh --shop world" in caught.value.say(Text(language))


def test_a_refresh_mends_it_and_keeps_how_far_the_data_go(old: World) -> None:
    with old.versions.draft(from_current=True) as draft:
        refresh(draft.connection, old.shop)
        draft.publish()
    assert old.warehouse().coverage.through == datetime(2024, 1, 8)
