"""The published figures of one day of the Google Merchandise Store, from the rows as imported.

The funnel is counted here by walking events in plain Python: each step at most once per unit,
`purchase` at the instant of the order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal

import pandas as pd
import pytest

from data.building import Imported, import_mapping
from data.scope import Scope, Span
from data.settings import Settings
from data.warehouse import Shelf, Warehouse
from metrics.asked import scope, values_of
from metrics.families import FAMILY_OF
from metrics.measures import measure
from tests.real.conftest import MERCH_MAPPING

DAY = Span(date(2017, 8, 1), date(2017, 8, 2))
STEPS = ("view_item", "add_to_cart", "begin_checkout", "purchase")
"""The shop's path to an order; the third is any of its checkout pages."""


@pytest.fixture(scope="module")
def events(merch_import: Imported) -> pd.DataFrame:
    assert merch_import.batch is not None
    return merch_import.batch.tables["events"].to_pandas()


@pytest.fixture(scope="module")
def orders(merch_import: Imported) -> pd.DataFrame:
    assert merch_import.batch is not None
    return merch_import.batch.tables["orders"].to_pandas()


@pytest.fixture(scope="module")
def path(events: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """One row per event of the funnel, purchases from orders alone."""
    columns = ["visitor_id", "session_id", "event", "occurred_at"]
    before = events[events["event"].isin(STEPS[:-1])][columns]
    paid = orders.rename(columns={"ordered_at": "occurred_at"}).assign(event="purchase")
    return pd.concat([before, paid[columns]])


def test_every_hit_is_an_event(merch_import: Imported, events: pd.DataFrame) -> None:
    assert merch_import.batch is not None
    (file,) = merch_import.batch.files
    assert (file.rows_read, file.rows_loaded) == (13_233, 13_233)
    assert (file.rows_set_aside, file.rows_rejected) == (0, 0)
    assert len(events) == events["event_id"].nunique() == 13_233
    assert Counter(events["event"]) == {
        "page_view": 9_250,
        "select_item": 1_676,
        "view_item": 1_267,
        "add_to_cart": 494,
        "begin_checkout": 330,
        "purchase": 92,
        "remove_from_cart": 75,
        "interaction": 49,
    }


def test_a_session_is_named_by_visitor_and_visit(events: pd.DataFrame) -> None:
    """A visit's number alone would make 2,509 of the 2,556 sessions."""
    assert events["session_id"].nunique() == 2_556
    assert events["session_id"].str.split("-").str[1].nunique() == 2_509


def test_visitors_keep_their_leading_zeros(events: pd.DataFrame) -> None:
    assert events["visitor_id"].nunique() == 2_293
    assert "024507252193437459" in set(events["visitor_id"])


def test_sessions_by_what_happened_in_them(path: pd.DataFrame) -> None:
    seen = path.groupby("event")["session_id"].nunique()
    assert [seen[step] for step in STEPS] == [430, 176, 100, 43]


def test_a_purchase_recorded_twice_is_one_order(orders: pd.DataFrame) -> None:
    """92 purchase hits carry 43 transaction ids; an order is at the first of its hits."""
    assert len(orders) == orders["order_id"].nunique() == orders["session_id"].nunique() == 43
    first = orders.set_index("order_id").loc["ORD201708012571"]
    assert first["ordered_at"] == datetime(2017, 8, 1, 23, 19, 29, 715000)


def test_revenue_is_that_of_the_sessions(events: pd.DataFrame, orders: pd.DataFrame) -> None:
    """Two orders were paid in two parts; their hits add up to 12.00 more than their sessions."""
    assert sum(orders["gross_amount"]) == Decimal("8890.00")
    assert sum(events["value"].dropna()) == Decimal("8902.00")


def test_channels_of_sessions_and_orders(events: pd.DataFrame, orders: pd.DataFrame) -> None:
    """Links on other sites bring 17 % of the sessions and 27 of the 43 orders."""
    sessions = events.groupby("channel")["session_id"].nunique()
    assert dict(sessions) == {
        "organic_search": 1_346,
        "partner": 436,
        "direct": 400,
        "content": 213,
        "paid_search": 70,
        "affiliate": 52,
        "display": 39,
    }
    assert Counter(orders["channel"])["partner"] == 27
    assert Counter(orders["channel"])["organic_search"] == 6


def test_what_was_not_set_is_empty(events: pd.DataFrame) -> None:
    assert "(not set)" not in set(events["country"]) | set(events["campaign"])
    assert events[events["campaign"].notna()]["session_id"].nunique() == 52


def any_order(unit: Iterable[tuple[datetime, str]]) -> int:
    """How many steps the unit has from the first on, whenever each was."""
    seen = {event for _, event in unit}
    return next((k for k, step in enumerate(STEPS) if step not in seen), len(STEPS))


def in_order(unit: Iterable[tuple[datetime, str]]) -> int:
    """How far the unit gets when a step may not be before the one ahead of it. Taking each step
    as early as possible gets furthest; simultaneous events may follow one another."""
    reached, now = 0, datetime.min
    for step in STEPS:
        later = [at for at, event in unit if event == step and at >= now]
        if not later:
            break
        reached, now = reached + 1, min(later)
    return reached


@pytest.mark.parametrize(
    ("unit", "depth", "expected"),
    [
        pytest.param("session_id", any_order, [430, 152, 73, 30], id="sessions, any order"),
        pytest.param("session_id", in_order, [430, 145, 71, 29], id="sessions, in order"),
        pytest.param("visitor_id", in_order, [394, 133, 67, 30], id="visitors, in order"),
    ],
)
def test_the_funnel_of_the_day(
    path: pd.DataFrame,
    unit: str,
    depth: Callable[[Iterable[tuple[datetime, str]]], int],
    expected: list[int],
) -> None:
    depths = [
        depth(list(zip(rows["occurred_at"], rows["event"], strict=True)))
        for _, rows in path.groupby(unit)
    ]
    assert [sum(d >= k for d in depths) for k in range(1, len(STEPS) + 1)] == expected


def test_the_day_ends_at_midnight_in_california(merch: Warehouse) -> None:
    """Hits go from 07:00 UTC on the 1st to 06:59 UTC on the 2nd: one complete day of the shop."""
    assert merch.coverage.through == datetime(2017, 8, 2, 7)
    assert (merch.coverage.start, merch.coverage.until) == (DAY.start, DAY.end)


def test_numbers_of_a_shop_of_visitors(merch: Warehouse) -> None:
    names = ("orders", "gmv", "sessions")
    row = measure(merch, Scope("USD"), [DAY], [FAMILY_OF[name] for name in names]).rows[0]
    assert [row[name] for name in names] == [43, 8_890.00, 2_556]


def test_a_market_that_only_visited_can_be_asked_for(merch: Warehouse) -> None:
    """India's 155 sessions ordered nothing: no person and no order has that market."""
    assert "India" in values_of(merch, "market")
    kept = scope(merch, None, "all", {"market": "India"})
    row = measure(merch, kept, [DAY], [FAMILY_OF["sessions"], FAMILY_OF["orders"]]).rows[0]
    assert (row["sessions"], row["orders"]) == (155, 0)


def test_the_same_files_again_change_nothing(merch_settings: Settings, merch: Warehouse) -> None:
    again = import_mapping(merch_settings, MERCH_MAPPING)
    assert again.built is None
    assert Shelf.of(merch_settings, "merch").current() == merch.version
