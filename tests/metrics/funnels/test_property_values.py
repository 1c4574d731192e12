"""Values are proposed where the chosen events have them, the most frequent first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.scope import LOCAL_VIEWER, Scope, Viewer
from data.warehouse import Warehouse
from metrics.funnels.events import property_values
from tests.world import World, event, user, world

EVENTS = [
    event(1, "2024-01-01 10:00", "view_item", channel="email", properties='{"colour": "red"}'),
    event(1, "2024-01-01 11:00", "view_item", channel="email"),
    event(1, "2024-01-01 12:00", "view_item", channel="kol"),
    event(2, "2024-01-01 13:00", "view_item", channel=""),
    event(2, "2024-01-01 14:00", "search", channel="direct"),
]


@pytest.fixture(params=["duckdb", "postgres"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    folder: Path | str = tmp_path / "wh"
    if request.param == "postgres":
        folder = request.getfixturevalue("postgres_database")()
    users = [user(1, "2023-12-31", country="CN"), user(2, "2023-12-31", country="US")]
    return world(folder, through="2024-01-15", users=users, events=EVENTS)


@pytest.fixture
def w(shop: World) -> Iterator[Warehouse]:
    warehouse = shop.warehouse()
    yield warehouse
    warehouse.close()


def test_the_most_frequent_first_and_nothing_is_no_value(w: Warehouse) -> None:
    found = property_values(w, Scope("CNY"), ["view_item"], "channel")
    assert list(found.items()) == [("email", 2), ("kol", 1)]


def test_only_of_the_chosen_events(w: Warehouse) -> None:
    assert property_values(w, Scope("CNY"), ["search"], "channel") == {"direct": 1}
    assert property_values(w, Scope("CNY"), ["never_heard_of"], "channel") == {}


def test_of_a_property_of_ones_own(w: Warehouse) -> None:
    assert property_values(w, Scope("CNY"), ["view_item"], "properties.colour") == {"red": 1}


def test_no_more_than_asked_for(w: Warehouse) -> None:
    assert property_values(w, Scope("CNY"), ["view_item"], "channel", most=1) == {"email": 2}


def test_a_viewer_sees_no_value_that_only_other_markets_have(shop: World) -> None:
    """User 2 of the United States came directly; a viewer of China does not learn of it."""
    assert LOCAL_VIEWER.markets is None
    china = shop.warehouse(viewer=Viewer("lin", markets=frozenset({"CN"}), personal_data=False))
    assert property_values(china, Scope("CNY"), ["search"], "channel") == {}
