"""A store of its own for every test, on both databases."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.schema import CreateSchema, DropSchema

from i18n import Problem, Text
from store import OverviewDeck, Store, open_store

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


Opens = Callable[..., Store]


class Clock:
    """Noon UTC of 1 May 2024, one minute later at every look."""

    def __init__(self) -> None:
        self.now = datetime(2024, 5, 1, 11, 59, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def deck(*tiles: str, north_star: str = "mapu") -> OverviewDeck:
    """A deck of the tiles given, filled up to the three that are the fewest allowed."""
    return OverviewDeck(north_star=north_star, tiles=(*tiles, "gmv", "orders", "aov")[:12])


def told(problem: Problem, code: str, en: str, zh: str) -> None:
    """The problem has this code and says this in both languages."""
    assert problem.code == code, str(problem)
    assert en in problem.say(Text("en"))
    assert zh in problem.say(Text("zh"))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A schema of its own on the test server, gone afterwards."""
    server = os.environ.get("NORTHSTAR_TEST_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL server: NORTHSTAR_TEST_POSTGRES is not set")
    schema = f"store_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(CreateSchema(schema))
    url = make_url(server).update_query_dict({"options": f"-csearch_path={schema}"})
    yield url.render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(DropSchema(schema, cascade=True))
    engine.dispose()


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest) -> str:
    """The address of a store that is not there yet."""
    address: str = request.getfixturevalue(f"{request.param}_url")
    return address


@pytest.fixture
def opened() -> Iterator[Opens]:
    """`open_store`, closed when the test is over."""
    stores: list[Store] = []

    def opens(url: str, wait_seconds: float = 5) -> Store:
        stores.append(open_store(url, clock=Clock(), wait_seconds=wait_seconds))
        return stores[-1]

    yield opens
    for each in stores:
        each.close()


@pytest.fixture
def store(url: str, opened: Opens) -> Store:
    return opened(url)
