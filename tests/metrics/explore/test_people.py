"""Every metric's list is as long as its people part counts, or says why nobody is listed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from data.dimensions import GUEST
from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.catalog import METRICS
from metrics.explore.lists import LISTS
from metrics.explore.people import (
    WHO,
    Basis,
    basis_of,
    days_of,
    people_behind,
    people_of_measure,
    why_nobody,
    within,
)
from metrics.families import FAMILY_OF
from metrics.measures import measure
from metrics.parts import measure_parts
from metrics.people import PeoplePage, people_page
from tests.pages.shop import THROUGH, made, rows
from tests.world import World, at, event, world

CNY = Scope("CNY")
WEEK = Span(date(2024, 1, 8), date(2024, 1, 15))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> World:
    return made(tmp_path_factory.mktemp("behind"))


@pytest.fixture(scope="module")
def warehouse(shop: World) -> Warehouse:
    return shop.warehouse()


def counted(w: Warehouse, scope: Scope, name: str, span: Span) -> float:
    return measure(w, scope, [span], {FAMILY_OF[name]}).row(span)[name]


def listed(w: Warehouse, people: object) -> PeoplePage:
    assert people is not None
    return people_page(w, people)  # type: ignore[arg-type]


def ids(page: PeoplePage) -> list[object]:
    at = [c.key for c in page.columns].index("person_id")
    return sorted(row[at] for row in page.rows)


@pytest.mark.parametrize("key", METRICS)
def test_the_whole_catalog_lists_as_many_as_it_counts(warehouse: Warehouse, key: str) -> None:
    metric = METRICS[key]
    basis = basis_of(metric)
    people = people_behind(warehouse, CNY, metric, WEEK)
    if people is None:
        assert why_nobody(warehouse, CNY, metric, WEEK) is not None
        assert key in ("conversion_rate", "spend")
        return
    assert basis is not None
    assert basis.measure in WHO
    days = days_of(basis, WEEK, warehouse)
    assert days is not None
    assert listed(warehouse, people).total == counted(warehouse, CNY, basis.measure, days)


def test_who_stands_behind_the_numbers_of_a_week_by_hand(warehouse: Warehouse) -> None:
    """Users 1 and 2 paid that week, 1 twice; both for the first time; all three looked around."""
    found = {
        key: ids(listed(warehouse, people_behind(warehouse, CNY, METRICS[key], WEEK)))
        for key in ("gmv", "repeat_buyer_share", "returning_buyer_share", "arpu", "mau", "cpr")
    }
    assert found == {
        "gmv": ["1", "2"],
        "repeat_buyer_share": ["1"],
        "returning_buyer_share": [],
        "arpu": ["1", "2", "3"],
        "mau": ["1", "2", "3"],
        "cpr": [],
    }
    assert ids(listed(warehouse, people_behind(warehouse, CNY, METRICS["blended_cac"], WEEK))) == [
        "1",
        "2",
    ]


def test_a_value_of_a_dimension_lists_its_own_people(warehouse: Warehouse) -> None:
    china = people_behind(warehouse, CNY, METRICS["gmv"], WEEK, {"market": "CN"})
    page = listed(warehouse, china)
    at = {c.key: n for n, c in enumerate(page.columns)}
    assert [(r[at["person_id"]], r[at["orders_in"]], r[at["gmv_in"]]) for r in page.rows] == [
        ("1", 2, 150.25)
    ]
    assert people_of_campaign(warehouse, "unknown") == ["1", "2"]
    assert people_of_campaign(warehouse, "brand") == []


def people_of_campaign(warehouse: Warehouse, campaign: str) -> list[object]:
    by = {"campaign": campaign}
    return ids(listed(warehouse, people_behind(warehouse, CNY, METRICS["buyers"], WEEK, by)))


def test_a_value_outside_the_filter_lists_nobody(warehouse: Warehouse) -> None:
    """The scope keeps China; a list of the United States under it is empty, not of China."""
    china = Scope.of("CNY", market=frozenset({"CN"}))
    assert within(china, {"market": "US"}).kept("market") == frozenset()
    people = people_behind(warehouse, china, METRICS["buyers"], WEEK, {"market": "US"})
    assert listed(warehouse, people).total == 0


def test_guests_sessions_and_spend_say_why_nobody_is_listed(warehouse: Warehouse) -> None:
    def why(key: str, **by: str) -> str:
        found = why_nobody(warehouse, CNY, METRICS[key], WEEK, by)
        return "" if found is None else found.en

    assert "no identity" in why("gmv", customer=GUEST)
    assert "session is not a person" in why("conversion_rate")
    assert "counts nobody" in why("spend")
    after = Span(date(2024, 2, 1), date(2024, 2, 2))
    assert why_nobody(warehouse, CNY, METRICS["gmv"], after) is not None
    assert people_behind(warehouse, CNY, METRICS["gmv"], after) is None


def test_a_shop_without_names_says_what_is_lacking(tmp_path: Path) -> None:
    """Orders of guests alone: GMV has a value, and nobody behind it."""
    tables = rows()
    guests = [{**o, "user_id": None} for o in tables["orders"]]
    w = world(tmp_path / "guests", through=THROUGH, orders=guests, fx_rates=tables["fx_rates"])
    found = why_nobody(w.warehouse(), CNY, METRICS["gmv"], WEEK)
    assert found is not None
    assert "orders.user_id" in found.en


@pytest.mark.parametrize("by", ["market", "campaign"])
def test_every_value_of_a_dimension_lists_as_many_as_it_counts(tmp_path: Path, by: str) -> None:
    """Every list, of every value, against the measure broken down; a campaign brought user 1, and
    somebody who never registered looked around."""
    tables = rows()
    tables["users"][0]["campaign"] = "spring"
    looked = [event(None, "2024-01-09 10:00", "view_item", visitor_id="v1", country="CN")]
    tables["events"] = [*tables["events"], *looked]
    tables["identities"] = [{"visitor_id": "v2", "user_id": "2", "linked_at": at("2024-01-05")}]
    w = world(tmp_path / "wh", through=THROUGH, **tables).warehouse()
    able = {FAMILY_OF[name] for name in LISTS if by in FAMILY_OF[name].splits}
    parts = measure_parts(w, CNY, [WEEK], able, [by])
    listed_, told = {}, {}
    for (value,), [row] in parts.rows.items():
        for name in (n for n in LISTS if FAMILY_OF[n] in able):
            people = people_of_measure(w, CNY, Basis(name), WEEK, {by: value})
            found = w.fetch(select(func.count().label("n")).select_from(people.rows))
            listed_[value, name], told[value, name] = int(found["n"].iloc[0]), row[name]
    assert listed_ == told
    assert sum(v for (_, name), v in told.items() if name == "visitors") == 4
    w.close()
