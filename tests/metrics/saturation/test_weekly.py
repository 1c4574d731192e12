"""The weeks as the database sums them: traps by hand, and the same on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.scope import LOCAL_VIEWER, Scope, Viewer
from metrics.saturation.spec import Basis
from metrics.saturation.weekly import Channel, Weekly, weekly
from tests.metrics.saturation.shop import MONDAY, two_channels
from tests.world import Row, World, order, shop, user, world


def spend(day: str, amount: Any, channel: str = "kol", **more: Any) -> Row:
    return {
        "day": date.fromisoformat(day), "channel": channel, "country": "CN", "kind": "ads",
        "spend": Decimal(str(amount)), **more,
    }  # fmt: skip


def asked(
    made: World,
    scope: Scope | None = None,
    basis: Basis = Basis.REGISTERED,
    viewer: Viewer = LOCAL_VIEWER,
) -> Weekly:
    warehouse = made.warehouse(viewer)
    found = weekly(warehouse, scope or Scope("CNY"), basis)
    warehouse.close()
    return found


def channel(found: Weekly, key: str = "kol") -> Channel:
    return next(c for c in found.channels if c.key == key)


def january(folder: Path | str, **tables: list[Row]) -> World:
    """Data from Monday 1 January to the end of Sunday 11 February 2024: six weeks."""
    first = user("first", "2024-01-01 00:00", channel="direct", country="CN")
    users = [first, *tables.pop("users", [])]
    return world(folder, through="2024-02-12 00:00", users=users, **tables)


def test_only_complete_weeks_count(tmp_path: Path) -> None:
    """Data from a Wednesday to a Thursday: the weeks between."""
    made = world(
        tmp_path,
        users=[user(1, "2024-01-03 10:00")],
        marketing_spend=[spend("2024-01-03", 5), spend("2024-01-08", 7), spend("2024-02-01", 9)],
        orders=[order(1, "2024-01-03 11:00")],
        through="2024-02-02 00:00",
    )
    found = asked(made)
    assert [w.start for w in found.weeks] == [date(2024, 1, d) for d in (8, 15, 22)]
    assert channel(found).media.tolist() == [[7, 0, 0]]


def test_weeks_begin_on_sunday_where_the_shop_says_so(tmp_path: Path) -> None:
    made = world(
        tmp_path, settings=shop(week_start="sunday"), users=[user(1, "2024-01-07 10:00")],
        marketing_spend=[spend("2024-01-07", 5), spend("2024-01-13", 7), spend("2024-01-14", 1)],
        through="2024-01-21 00:00",
    )  # fmt: skip
    assert channel(asked(made)).media.tolist() == [[12, 1]]


def test_a_customer_counts_in_the_week_of_registration(tmp_path: Path) -> None:
    """Registered on 3 January; paid on the 10th: week 1. Paid first on day 31: nobody's week."""
    made = january(
        tmp_path,
        users=[user(n, "2024-01-03 10:00", channel="kol", country="CN") for n in (1, 2, 3)],
        orders=[
            order(1, "2024-01-10 10:00"),
            order(1, "2024-01-11 10:00"),
            order(2, "2024-02-02 09:00"),
            order(3, "2024-02-03 10:00"),
        ],
    )
    assert channel(asked(made)).customers.tolist() == [[2, 0, 0, 0, 0, 0]]


def test_or_in_that_of_the_first_order(tmp_path: Path) -> None:
    made = january(
        tmp_path,
        users=[user(n, "2024-01-03 10:00", channel="kol", country="CN") for n in (1, 2)],
        orders=[
            order(1, "2024-01-10 10:00"), order(1, "2024-01-11 10:00"), order(2, "2024-02-10"),
        ],
    )  # fmt: skip
    found = asked(made, basis=Basis.FIRST_ORDER)
    assert channel(found).customers.tolist() == [[0, 1, 0, 0, 0, 1]]
    assert found.mature.all()


def test_weeks_are_mature_when_their_last_customer_could_have_bought(tmp_path: Path) -> None:
    """30 days after the end of the first week (8 January) is 7 February; after the second the
    14th, which lies beyond the data."""
    assert asked(january(tmp_path)).mature.tolist() == [True, *[False] * 5]


def test_kinds_of_cost_are_kept_apart(tmp_path: Path) -> None:
    kinds = {
        "ads": 1,
        "promotion": 2,
        "strange": 4,
        "materials": 8,
        "commission": 16,
        "rewards": 32,
    }
    made = january(
        tmp_path, marketing_spend=[spend("2024-01-02", v, kind=k) for k, v in kinds.items()]
    )
    found = channel(asked(made))
    assert [float(v[0, 0]) for v in (found.media, found.materials, found.result)] == [7, 8, 48]


def test_credit_notes_are_netted_and_known(tmp_path: Path) -> None:
    made = january(tmp_path, marketing_spend=[spend("2024-01-02", 50), spend("2024-01-03", -20)])
    found = channel(asked(made))
    assert (found.media[0, 0], found.credits[0, 0]) == (30, -20)


def test_money_is_converted_at_the_rate_of_its_day(tmp_path: Path) -> None:
    """10 USD at 7, 10 USD at 8, and 10 GBP without a rate in the third week."""
    made = january(
        tmp_path,
        marketing_spend=[
            spend("2024-01-02", 10, currency="USD"),
            spend("2024-01-09", 10, currency="USD"),
            spend("2024-01-16", 10, currency="GBP"),
        ],
        fx_rates=[
            {"day": date(2024, 1, d), "currency": "USD", "rate": Decimal(r)}
            for d, r in ((2, 7), (9, 8))
        ],
    )
    found = channel(asked(made))
    assert found.media[0, :3].tolist() == [70, 80, 0]
    assert found.unrated.tolist() == [False, False, True, False, False, False]


def test_spend_is_not_multiplied_by_customers_or_rows(tmp_path: Path) -> None:
    """Three customers, two campaigns: 30 is spent, once."""
    made = january(
        tmp_path,
        users=[user(n, "2024-01-03 10:00", channel="kol", country="CN") for n in (1, 2, 3)],
        orders=[order(n, "2024-01-04 10:00") for n in (1, 2, 3)],
        marketing_spend=[spend("2024-01-03", 10, campaign="a"), spend("2024-01-03", 20)],
    )
    found = channel(asked(made))
    assert (found.media.sum(), found.customers.sum()) == (30, 3)


def test_campaign_days_of_other_markets_do_not_count_under_a_filter(tmp_path: Path) -> None:
    made = january(
        tmp_path,
        calendar=[
            {"day": date(2024, 1, 9), "name": "A", "market": "CN"},
            {"day": date(2024, 1, 16), "name": "B", "market": "US"},
            {"day": date(2024, 1, 23), "name": "C", "market": None},
        ],
    )
    assert asked(made).campaign.tolist() == [False, True, True, True, False, False]
    cn = Scope.of("CNY", market=frozenset({"CN"}))
    assert asked(made, cn).campaign.tolist() == [False, True, False, True, False, False]


def two_markets() -> dict[str, list[Row]]:
    return {
        "users": [
            user(1, "2024-01-03 10:00", channel="kol", country="CN"),
            user(2, "2024-01-03 10:00", channel="kol", country="US"),
        ],
        "orders": [order(1, "2024-01-04 10:00"), order(2, "2024-01-04 10:00")],
        "marketing_spend": [
            spend("2024-01-03", 10), spend("2024-01-03", 20, country="US"),
            spend("2024-01-03", 40, country=None),
        ],
    }  # fmt: skip


def test_a_viewer_of_one_market_sees_its_money_and_customers_only(tmp_path: Path) -> None:
    """Spend that names no market is nobody's in particular."""
    made = january(tmp_path, **two_markets())
    everything = channel(asked(made))
    assert (everything.media.sum(), everything.customers.sum()) == (70, 2)
    seen = channel(asked(made, viewer=Viewer("lin", markets=frozenset({"US"}))))
    assert seen.markets == ("US",)
    assert (seen.media.sum(), seen.customers.sum()) == (20, 1)


def test_a_viewer_without_markets_sees_nothing(tmp_path: Path) -> None:
    made = january(tmp_path, **two_markets())
    assert asked(made, viewer=Viewer("nobody", markets=frozenset())).channels == ()


@pytest.mark.parametrize("basis", Basis)
def test_postgresql_says_the_same(
    tmp_path: Path, postgres_database: Callable[[], str], basis: Basis
) -> None:
    rows = two_channels(12)
    rows["calendar"] = [{"day": MONDAY + timedelta(days=16), "name": "A", "market": None}]
    until = f"{MONDAY + timedelta(days=84)} 00:00"
    here, there = (
        asked(world(place, through=until, **rows), basis=basis)
        for place in (tmp_path, postgres_database())
    )
    assert here.weeks == there.weeks
    for name in ("campaign", "mature"):
        assert getattr(here, name).tolist() == getattr(there, name).tolist()
    assert [c.key for c in here.channels] == [c.key for c in there.channels]
    for one, other in zip(here.channels, there.channels, strict=True):
        assert one.days == other.days
        for name in ("media", "materials", "result", "credits", "customers"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=1e-9)
