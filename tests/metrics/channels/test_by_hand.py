"""Costs and values that can be added up on paper."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from data.scope import Scope, Span, Viewer
from i18n import Problem
from metrics.channels.bridge import moved, opened, summary
from metrics.channels.result import (
    Row,
    Table,
    channels,
    cohorts_of,
    days_without_spend,
    paid,
)
from metrics.channels.spec import Cost, Node
from metrics.reading import Reason
from tests.world import Row as Data
from tests.world import World, order, shop, user, world

JANUARY = Span(date(2024, 1, 1), date(2024, 2, 1))
FEBRUARY = Span(date(2024, 2, 1), date(2024, 3, 1))


def spent(day: str, channel: str, amount: object, **more: object) -> Data:
    return {
        "day": date.fromisoformat(day),
        "channel": channel,
        "spend": Decimal(str(amount)),
        **more,
    }


@pytest.fixture
def small(tmp_path: Path) -> World:
    """January: search brings two customers for 100 + 20 (materials), kol one for 90, direct one for
    nothing; social costs 50 and brings nobody. February: search brings one for 100, kol two for 90,
    of whom the one of the campaign `live` costs 60. Data to the end of May."""
    return world(
        tmp_path,
        settings=shop(),
        through="2024-06-01",
        users=[
            user("s1", "2024-01-02", channel="paid_search", campaign="brand"),
            user("s2", "2024-01-03", channel="paid_search", campaign="generic"),
            user("k1", "2024-01-04", channel="kol", campaign="live"),
            user("d1", "2024-01-05", channel="direct"),
            user("s3", "2024-02-02", channel="paid_search", campaign="brand"),
            user("k2", "2024-02-03", channel="kol", campaign="live"),
            user("k3", "2024-02-04", channel="kol", campaign="post"),
            user("looked", "2024-01-06", channel="kol"),
            user("first", "2024-01-01", channel="direct"),
        ],
        orders=[
            order("s1", "2024-01-10", 80, cost_amount=30, discount_amount=10),
            order("s1", "2024-01-20", 50, cost_amount=20),
            order("s2", "2024-01-11", 60, cost_amount=40),
            order("k1", "2024-01-12", 100, cost_amount=40),
            order("d1", "2024-01-13", 10, cost_amount=4),
            order("s3", "2024-02-10", 60, cost_amount=40),
            order("k2", "2024-02-10", 60, cost_amount=40),
            order("k3", "2024-02-10", 60, cost_amount=40),
        ],
        marketing_spend=[
            spent("2024-01-01", "paid_search", 100, campaign="brand", clicks=30, impressions=900),
            spent("2024-01-01", "paid_search", 20, kind="materials"),
            spent("2024-01-02", "kol", 90, kind="promotion", campaign="live"),
            spent("2024-01-02", "paid_social", 50),
            spent("2024-02-01", "paid_search", 100, campaign="brand"),
            spent("2024-02-02", "kol", 60, kind="promotion", campaign="live"),
            spent("2024-02-02", "kol", 30, kind="promotion", campaign="post"),
        ],
    )


def asked(shop_of: World, span: Span = JANUARY, path: tuple[str, ...] = ()) -> Table:
    against = JANUARY if span is FEBRUARY else None
    return channels(shop_of.warehouse(), Scope("CNY"), span, against, Node(path))


def row(found: Table, value: str) -> Row:
    return next(r for r in found.rows if r.value == value)


def test_cost_per_customer_and_per_registration(small: World) -> None:
    """Search: 120 / 2 customers = 60, ads alone 100 / 2 = 50, loaded (120 + 10 discount) / 2 = 65.
    KOL: 90 / 1 customer, 90 / 2 registrations = 45: never mixed."""
    found = asked(small)
    search, kol = row(found, "paid_search").now, row(found, "kol").now
    costs = [search.cac(c).value for c in (Cost.ADS, Cost.MARKETING, Cost.LOADED)]
    assert costs == [50, 60, 65]
    assert kol.cac(Cost.MARKETING).value == 90
    assert kol.cpr(Cost.MARKETING).value == 45
    assert (search.clicks, search.impressions) == (30, 900)


def test_blended_and_paid(small: World) -> None:
    """All: 260 / 4 customers = 65. Paid channels: 260 / 3 = 86.67, since direct is not paid for."""
    found = asked(small)
    assert found.total.now.cac(Cost.MARKETING).value == 65
    bought = paid(found)
    assert bought is not None
    assert bought.cac(Cost.MARKETING).value == pytest.approx(260 / 3)


def test_no_spend_and_no_customers_are_said_not_divided(small: World) -> None:
    found = asked(small)
    assert row(found, "direct").now.cac(Cost.MARKETING).reason is Reason.NO_SPEND
    assert row(found, "paid_social").now.cac(Cost.MARKETING).reason is Reason.NO_CUSTOMERS
    assert row(found, "kol").now.cac(Cost.ADS).reason is Reason.NO_SPEND


def test_roas_is_revenue_over_spend(small: World) -> None:
    """Search: 80 − 10 + 50 + 60 = 180 net over 120. All: 180 + 100 + 10 = 290 over 260 (MER)."""
    found = asked(small)
    assert row(found, "paid_search").now.roas(Cost.MARKETING).value == pytest.approx(1.5)
    assert found.total.now.roas(Cost.MARKETING).value == pytest.approx(290 / 260)


def test_value_and_payback(small: World) -> None:
    """Search, 90 days: margin 40 (day 0) + 20 (day 0 of the other) = 60 of two customers, 30 each;
    on day 10 another 30: 45 each, which is not 60. Loaded: the discount of 10 goes back, 50 each.
    KOL: 60 of one, short of 90. Direct: 6, and no cost to reach. With ads alone (50 each) search
    does not pay back either; the 90 days of everybody: (90 + 60 + 6) / 4 = 39."""
    found = asked(small)
    search = found.worth(row(found, "paid_search"), 90, Cost.MARKETING)
    assert (search.ltv.value, search.ltv_cac.value) == (45, 0.75)
    assert search.payback.reason is Reason.NOT_PAID_BACK
    loaded = found.worth(row(found, "paid_search"), 90, Cost.LOADED)
    assert (loaded.ltv.value, loaded.cac.value) == (50, 65)
    direct = found.worth(row(found, "direct"), 90, Cost.MARKETING)
    assert (direct.ltv.value, direct.payback.reason) == (6, Reason.NO_SPEND)
    assert found.worth(found.total, 90, Cost.MARKETING).ltv.value == 39


def test_payback_is_the_first_day_that_reaches_the_cost(tmp_path: Path) -> None:
    """40 of cost; 20 of margin on the first day, 20 more 12 days and an hour later: day 12."""
    made = world(
        tmp_path,
        settings=shop(),
        through="2024-06-01",
        users=[user("a", channel="kol")],
        orders=[
            order("a", "2024-01-05 10:00", 30, cost_amount=10),
            order("a", "2024-01-17 11:00", 25, cost_amount=5),
        ],
        marketing_spend=[spent("2024-01-05", "kol", 40)],
    )
    found = asked(made)
    assert found.worth(row(found, "kol"), 30, Cost.MARKETING).payback.value == 12


def test_retained_and_again(small: World) -> None:
    """Of the two customers of search one ordered again, nobody was there on day 30."""
    found = asked(small)
    search = row(found, "paid_search")
    assert (found.again(search).value, found.retained(search).value) == (0.5, 0)


def test_drill_partitions_spend_and_customers(small: World) -> None:
    """Search: brand 100 and one customer, generic nobody's spend and one customer, 20 of materials
    without a campaign and nobody. Together the row above."""
    found = asked(small, path=("paid_search",))
    seen = {r.value: (r.now.cost(Cost.MARKETING), r.now.customers) for r in found.rows}
    assert seen == {"brand": (100, 1), "generic": (0, 1), "unknown": (20, 0)}
    assert found.total.now.cac(Cost.MARKETING).value == 60


def test_the_bridge_closes_and_opens(small: World) -> None:
    """January 260 / 4 = 65, February 190 / 3 = 63.33."""
    found = asked(small, FEBRUARY)
    change = moved(found, Cost.MARKETING)
    assert change is not None
    assert (change.bridge.start, change.bridge.end) == (65, pytest.approx(190 / 3))
    assert sum(e.total for e in change.effects) == pytest.approx(190 / 3 - 65)
    drawn = summary(change)
    assert sum(p.value for p in drawn.parts) == pytest.approx(drawn.end - drawn.start)
    kol = row(found, "kol")
    inner = opened(found, kol, asked(small, FEBRUARY, ("kol",)), Cost.MARKETING)
    assert inner is not None
    assert {e.key for e in inner.effects} == {"live", "post"}
    whole = next(e.total for e in change.effects if e.key == "kol")
    assert sum(e.total for e in inner.effects) == pytest.approx(whole)


def test_credit_notes_beyond_the_spend_have_no_cost(tmp_path: Path) -> None:
    made = world(
        tmp_path,
        settings=shop(),
        users=[user("a", channel="kol")],
        orders=[order("a", "2024-01-05")],
        marketing_spend=[spent("2024-01-05", "kol", 10), spent("2024-01-06", "kol", -30)],
        through="2024-02-10",
    )
    now = row(asked(made), "kol").now
    assert (now.cost(Cost.MARKETING), now.cac(Cost.MARKETING).reason) == (-20, Reason.CREDITS)


def test_a_currency_without_a_rate_withholds_the_cost(tmp_path: Path) -> None:
    made = world(
        tmp_path,
        settings=shop(),
        users=[user("a", channel="kol")],
        orders=[order("a", "2024-01-05")],
        marketing_spend=[spent("2024-01-05", "kol", 10, currency="XAU")],
        through="2024-02-10",
    )
    found = asked(made)
    assert row(found, "kol").now.cac(Cost.MARKETING).reason is Reason.NO_RATE
    assert found.total.now.cac(Cost.MARKETING).reason is Reason.NO_RATE


def test_many_campaigns_are_capped_and_nothing_is_lost(tmp_path: Path) -> None:
    """300 campaigns of 1 each, 40 rows and one of the 260 others."""
    made = world(
        tmp_path,
        settings=shop(),
        users=[user("a", channel="kol", campaign="c299")],
        orders=[order("a", "2024-01-05")],
        marketing_spend=[spent("2024-01-05", "kol", 1, campaign=f"c{n}") for n in range(300)],
        through="2024-02-10",
    )
    found = asked(made, path=("kol",))
    assert len(found.rows) == 41
    assert (found.rows[-1].value, found.rows[-1].members) == (None, 260)
    assert found.total.now.cost(Cost.MARKETING) == 300
    assert found.rows[0].value == "c299"


def test_a_day_without_spend_in_the_middle_is_named(small: World) -> None:
    """Both months have spend on the 1st and 2nd alone: all days between lack it."""
    gaps = days_without_spend(small.warehouse(), Scope("CNY"), JANUARY)
    assert (gaps[0], gaps[-1], len(gaps)) == (date(2024, 1, 3), date(2024, 1, 31), 29)
    assert days_without_spend(small.warehouse(), Scope("CNY"), Span(date(2024, 3, 1),
                              date(2024, 4, 1))) == ()  # fmt: skip


def test_cohorts_are_old_enough_or_there_is_none(small: World) -> None:
    """Of May nobody is 30 days old on June 1: the cohort ends with the first of May, 31 days long.
    90 days: ends on March 3 (exclusive). 180 and 365 days reach before the data."""
    coverage = small.warehouse().coverage
    may = Span(date(2024, 5, 1), date(2024, 6, 1))
    assert cohorts_of(may, coverage) == {
        30: Span(date(2024, 4, 1), date(2024, 5, 2)),
        90: Span(date(2024, 2, 1), date(2024, 3, 3)),
    }
    assert cohorts_of(JANUARY, coverage)[90] == JANUARY


def test_filters_that_spend_does_not_know_are_said(small: World) -> None:
    """This shop's spend has no country and no platform, and is never a guest's or a member's."""
    w = small.warehouse()
    scope = Scope.of("CNY", market=frozenset({"CN"}), customer=frozenset({"identified"}))
    found = channels(w, scope, JANUARY)
    assert (found.unsplit, found.ignored) == (("market",), ("customer",))
    of_china = small.warehouse(Viewer("lin", markets=frozenset({"CN"})))
    assert channels(of_china, Scope("CNY"), JANUARY).unsplit == ("market",)
    assert asked(small).unsplit == ()


def test_places_that_are_none(small: World) -> None:
    for path in (("a", "b", "c", "d"), ("a", "")):
        with pytest.raises(Problem, match="drill"):
            asked(small, path=path)
    with pytest.raises(Problem, match="complete day"):
        asked(small, Span(date(2025, 1, 1), date(2025, 2, 1)))
