"""Traps of money, one by one, small enough to add up by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.scope import Scope
from metrics.reading import Reason
from tests.metrics.asking import FEBRUARY, JANUARY, reading, span, value, year
from tests.world import days, event, fx, item, order, refund, shop, user, world


def test_fan_out_lines_do_not_inflate_gmv(tmp_path: Path) -> None:
    """Order a (100) has three lines, order b (50) has one: GMV is 150, not 350."""
    made = year(
        tmp_path,
        orders=[
            order(1, "2024-01-05", 100, order_id="a"),
            order(2, "2024-01-06", 50, order_id="b"),
        ],
        order_items=[item("a", "x"), item("a", "x"), item("a", "y"), item("b", "x")],
    )
    assert value(made, "gmv") == 150
    assert value(made, "orders") == 2


def test_chasm_lines_and_refunds_of_one_order_do_not_multiply(tmp_path: Path) -> None:
    """Two lines and two refunds of one order: 100 − 10 − 20, cost 40 less a quarter and more."""
    made = year(
        tmp_path,
        orders=[order(1, "2024-01-05", 100, order_id="a")],
        order_items=[item("a", "x", cost_amount=30), item("a", "y", cost_amount=10)],
        refunds=[
            refund("2024-01-08", 10, order_id="a"),
            refund("2024-01-09", 20, order_id="a", item_id="y"),
        ],
    )
    assert value(made, "net_revenue") == 70
    # item y came back with its 10; a tenth of the order without naming an item, a tenth of 40
    assert value(made, "gross_margin") == 70 - (40 - 10 - 4)


def test_a_ratio_is_a_ratio_of_sums(tmp_path: Path) -> None:
    """Days of 1 order at 100 and 3 orders at 20: AOV is 160 / 4 = 40, not (100 + 20) / 2."""
    cheap = [order(n, "2024-01-06", 20) for n in (2, 3, 4)]
    made = year(tmp_path, orders=[order(1, "2024-01-05", 100), *cheap])
    found = reading(made, "aov")
    assert (found.value, found.numerator, found.denominator) == (40, 160, 4)


def test_guests_are_in_money_and_not_among_buyers(tmp_path: Path) -> None:
    """User 1 pays 10 twice, two guests pay 5 each: GMV 30, 4 orders, 1 buyer who bought twice."""
    made = year(
        tmp_path,
        orders=[
            order(1, "2024-01-05"),
            order(1, "2024-01-06"),
            order(None, "2024-01-05", 5),
            order(None, "2024-01-06", 5),
        ],
    )
    assert (value(made, "gmv"), value(made, "orders"), value(made, "aov")) == (30, 4, 7.5)
    assert (value(made, "buyers"), value(made, "frequency")) == (1, 2)
    assert value(made, "aov_identified") == 10
    guests = Scope.of("CNY", customer=frozenset({"guest"}))
    assert value(made, "gmv", scope=guests) == 10
    assert reading(made, "buyers", scope=guests).reason is Reason.GUESTS_ONLY
    assert reading(made, "mapu", scope=guests).reason is Reason.GUESTS_ONLY


def test_test_users_are_in_no_number_by_default(tmp_path: Path) -> None:
    """User 9 is a test user with an order, a refund, an event and a session of their own."""
    rows = {
        "users": [user(1, "2024-01-02"), user(9, "2024-01-03", is_test=True)],
        "orders": [order(1, "2024-01-05"), order(9, "2024-01-05", 500, order_id="t")],
        "refunds": [refund("2024-01-06", 7, order_id="t"), refund("2024-01-06", 3, user_id="9")],
        "events": [
            event(1, "2024-01-05", session_id="s1"),
            event(9, "2024-01-05", session_id="s9"),
        ],
    }
    keys = ("gmv", "net_revenue", "buyers", "new_users", "active_users")
    made = year(tmp_path / "without", **rows)
    assert [value(made, key) for key in keys] == [10, 10, 1, 1, 1]
    included = shop(include_test_users=True, ltv_value="net_revenue")
    made = year(tmp_path / "with", settings=included, **rows)
    assert [value(made, key) for key in keys] == [510, 500, 2, 2, 2]
    assert reading(made, "ltv_30_registered").denominator == 2


def test_a_refund_after_the_window_counts_by_the_setting(tmp_path: Path) -> None:
    """Order of January, refunded in February: January is 6 by the order's day, 10 by the
    refund's; GMV is 10 either way."""
    rows = {
        "orders": [order(1, "2024-01-05", order_id="a"), order(2, "2024-02-05", 20)],
        "refunds": [refund("2024-02-10", 4, order_id="a")],
    }
    by_order = year(tmp_path / "order", **rows)
    by_refund = year(tmp_path / "refund", settings=shop(refund_day="refund"), **rows)
    for over, told in ((JANUARY, (10, 6, 10)), (FEBRUARY, (20, 20, 16))):
        assert value(by_order, "gmv", over) == told[0]
        assert value(by_order, "net_revenue", over) == told[1]
        assert value(by_refund, "net_revenue", over) == told[2]


def test_ltv_takes_refunds_back_by_the_same_setting(tmp_path: Path) -> None:
    """10 paid, 4 refunded after 40 days: worth 6 within 30 days by the order's day, 10 by the
    refund's, and 6 within 90 days either way."""
    rows = {
        "orders": [order(1, "2024-01-05", order_id="a")],
        "refunds": [refund("2024-02-14", 4, order_id="a")],
    }
    for refund_day, told in (("order", (6, 6)), ("refund", (10, 6))):
        settings = shop(refund_day=refund_day, ltv_value="net_revenue")
        made = year(tmp_path / refund_day, settings=settings, **rows)
        assert (value(made, "ltv_30"), value(made, "ltv_90")) == told


def test_a_refund_of_an_unpaid_order_takes_nothing_back(tmp_path: Path) -> None:
    """The cancelled order was never in revenue, so its refund is not either."""
    made = year(
        tmp_path,
        orders=[
            order(1, "2024-01-05"),
            order(1, "2024-01-06", 50, order_id="c", status="cancelled"),
        ],
        refunds=[refund("2024-01-07", 50, order_id="c")],
    )
    assert value(made, "net_revenue") == 10


@pytest.mark.parametrize("order_id", [None, "never loaded"])
def test_a_refund_naming_no_known_order_counts_on_its_own_day(
    tmp_path: Path, order_id: str | None
) -> None:
    """10 sold in January; a refund of 4 in February that names no order is February's."""
    made = year(
        tmp_path,
        orders=[order(1, "2024-01-05")],
        refunds=[refund("2024-02-10", 4, order_id=order_id, user_id="1")],
    )
    assert value(made, "net_revenue") == 10
    assert value(made, "net_revenue", FEBRUARY) == -4


def test_a_refund_in_another_currency_is_converted(tmp_path: Path) -> None:
    """100 CNY sold, 1 USD given back at 7: 93 left, in revenue and in customer value."""
    made = year(
        tmp_path,
        settings=shop(ltv_value="net_revenue"),
        orders=[order(1, "2024-01-05", 100, order_id="a", currency="CNY")],
        refunds=[refund("2024-01-06", 1, order_id="a", currency="USD")],
        fx_rates=fx("USD", 7, *days(date(2024, 1, 1), 10)),
    )
    assert value(made, "net_revenue") == 93
    assert value(made, "ltv_30") == 93


def test_the_last_known_rate_holds_for_seven_days(tmp_path: Path) -> None:
    """Quoted on the 1st: still good on the 8th, no rate on the 9th."""
    made = year(
        tmp_path,
        orders=[
            order(1, "2024-01-08", currency="USD"),
            order(1, "2024-01-09", currency="USD"),
            order(1, "2024-01-09", 5, currency="CNY"),
        ],
        fx_rates=fx("USD", 7, date(2024, 1, 1)),
    )
    assert value(made, "gmv", span("2024-01-08", "2024-01-09")) == 70
    ninth = reading(made, "gmv", span("2024-01-09", "2024-01-10"))
    assert ninth.reason is Reason.NO_RATE, "5 would be too low, and 15 a silent rate of 1"
    assert reading(made, "ltv_30").reason is Reason.NO_RATE
    assert value(made, "orders") == 3, "a count needs no rate"


def test_cross_rates_go_through_the_base(tmp_path: Path) -> None:
    """1 USD is 7.2 CNY, 1 EUR is 7.8 CNY: 72 USD are 66.4615… EUR."""
    made = year(
        tmp_path,
        orders=[order(1, "2024-01-05", 72, currency="USD")],
        fx_rates=[*fx("USD", "7.2", date(2024, 1, 5)), *fx("EUR", "7.8", date(2024, 1, 5))],
    )
    assert value(made, "gmv", scope=Scope("EUR")) == pytest.approx(72 * 7.2 / 7.8, rel=1e-12)
    assert value(made, "gmv", scope=Scope("USD")) == 72


def test_a_small_currency_keeps_its_digits(tmp_path: Path) -> None:
    """Ten thousand million dong at 0.000284 CNY, a dollar at 7.2 CNY: 394,444.44 dollars. A cross
    rate cut to eight places (0.00003944) would lose 44 of them."""
    made = year(
        tmp_path,
        orders=[order(1, "2024-01-05", 10**10, currency="VND")],
        fx_rates=[*fx("VND", "0.000284", date(2024, 1, 5)), *fx("USD", "7.2", date(2024, 1, 5))],
    )
    assert value(made, "gmv", scope=Scope("USD")) == pytest.approx(394_444.44, abs=0.01)


def test_a_refund_after_the_last_order_needs_no_rate_for_its_own_currency(tmp_path: Path) -> None:
    """The shop's last order is of the 5th, its last refund of the 20th."""
    made = world(
        tmp_path,
        settings=shop(refund_day="refund"),
        orders=[order(1, "2024-01-05", order_id="a")],
        refunds=[refund("2024-01-20", 4, order_id="a")],
    )
    found = reading(made, "net_revenue", span("2024-01-05", "2024-01-21"))
    assert found.value == 6
    assert made.warehouse().coverage.last_day == date(2024, 1, 19)


def test_a_gift_costs_what_it_cost(tmp_path: Path) -> None:
    """Nothing paid after a full discount, nothing refunded: the goods' 4 are lost all the same."""
    gift = order(1, "2024-01-05", 10, discount_amount=10, cost_amount=4)
    assert value(year(tmp_path, orders=[gift]), "gross_margin") == -4


def test_unknown_cost_withholds_the_margin_or_assumes_the_set_rate(tmp_path: Path) -> None:
    """2 % of GMV without cost is too much; with a rate of 40 % the margin is marked assumed."""
    rows = {
        "orders": [order(1, "2024-01-05", 98, cost_amount=50), order(1, "2024-01-06", 2)],
    }
    assert reading(year(tmp_path / "a", **rows), "gross_margin").reason is Reason.COST_UNKNOWN
    assumed = year(tmp_path / "b", settings=shop(margin_rate=0.4), **rows)
    found = reading(assumed, "gross_margin")
    assert (found.value, found.assumed) == (40, True)
