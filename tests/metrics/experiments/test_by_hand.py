"""What single units did, small enough to compute by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data.scope import Scope
from data.unit_outcomes import MEASURES, PRIORS, UNRATED, VARIABLES
from metrics.experiments.sums import ALL, fetched
from tests.metrics.experiments.asking import listed
from tests.metrics.experiments.trials import made, met, unit
from tests.world import Row, at, event, fx, item, order, refund, user


def nonzero(row: dict[str, Any]) -> dict[str, float]:
    return {v: row[v] for v in VARIABLES if row[v]}


def test_every_measure_and_prior(tmp_path: Path) -> None:
    """Before: an order of 50 (cost 20) ten days ago and 5 of it back three days ago, a visit five
    days ago. In the week after: 100 − 10 + 6 with cost 40 and 200 with cost 90, 30 of the first
    paid back (a third of what was paid, so a third of its cost came back), visits on days 2 and 7.
    """
    shop_of = made(
        tmp_path,
        orders=[
            order("u", "2024-02-20", 50, order_id="past", cost_amount=20),
            order("u", "2024-03-02 09:00", 100, order_id="one", discount_amount=10,
                  shipping_amount=6, cost_amount=40),
            order("u", "2024-03-04 09:00", 200, cost_amount=90),
        ],
        refunds=[
            refund("2024-02-27", 5, order_id="past"),
            refund("2024-03-05", 30, order_id="one"),
        ],
        events=[event("u", f"2024-{d} 10:00") for d in ("02-25", "03-01", "03-03", "03-08")],
    )  # fmt: skip
    one_back, past_back = 40 * 30 / 90, 20 * 5 / 50
    assert nonzero(unit(shop_of)) == pytest.approx({
        "bought": 1, "orders": 2, "gmv": 300, "net_revenue": 300 - 10 + 6 - 30,
        "margin": 290 - (40 - one_back) - 90 - 30, "refunds": 30,
        # March 2 and 4 by the orders, 3 and 8 by visits; March 1 is the day of exposure.
        "active_days": 4, "returned": 1,
        "prior_orders": 1, "prior_gmv": 50, "prior_net_revenue": 45,
        "prior_margin": 50 - (20 - past_back) - 5, "prior_active_days": 2,
    }, abs=1e-4)  # fmt: skip


def test_the_first_order_of_a_life(tmp_path: Path) -> None:
    shop_of = made(tmp_path, orders=[order("u", "2024-03-05"), order("u", "2024-03-06")])
    assert unit(shop_of)["first_order"] == 1


def test_who_did_nothing_has_zeros(tmp_path: Path) -> None:
    row = unit(made(tmp_path))
    assert [row[v] for v in (*MEASURES, *PRIORS, UNRATED)] == [0] * 15


@pytest.mark.parametrize(
    ("when", "orders", "prior"),
    [
        ("2024-02-02 11:59:59", 0, 0),
        ("2024-02-02 12:00:00", 0, 1),
        ("2024-03-01 11:59:59", 0, 1),
        ("2024-03-01 12:00:00", 1, 0),
        ("2024-03-08 11:59:59", 1, 0),
        ("2024-03-08 12:00:00", 0, 0),
    ],
)
def test_windows_to_the_second(tmp_path: Path, when: str, orders: int, prior: int) -> None:
    """28 and 7 times 24 hours around 12:00:00 of March 1: the first second is in, the last out."""
    row = unit(made(tmp_path, orders=[order("u", when)]))
    assert (row["orders"], row["prior_orders"]) == (orders, prior)


@pytest.mark.parametrize(
    ("when", "refunds", "prior"),
    [
        ("2024-02-02 11:59:59", 0, 0), ("2024-02-02 12:00:00", 0, 4),
        ("2024-03-01 11:59:59", 0, 4), ("2024-03-01 12:00:00", 4, 0),
        ("2024-03-08 11:59:59", 4, 0), ("2024-03-08 12:00:00", 0, 0),
    ],
)  # fmt: skip
def test_a_refund_counts_when_it_was_paid_back(
    tmp_path: Path, when: str, refunds: int, prior: int
) -> None:
    """Whenever its order was: here in the year before."""
    sold = order("u", "2023-12-01", 10, order_id="old")
    row = unit(made(tmp_path, orders=[sold], refunds=[refund(when, 4, order_id="old")]))
    assert (row["refunds"], row["net_revenue"], row["prior_net_revenue"]) == (
        refunds, -refunds, -prior,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("refunded", "told"),
    [
        ({"user_id": "u"}, 4),
        ({"user_id": "u", "order_id": "never loaded"}, 4),
        ({"order_id": "unpaid", "user_id": "u"}, 0),
        ({"order_id": "of w", "user_id": "u"}, 0),
        ({}, 0),
    ],
)
def test_whose_refund_it_is(tmp_path: Path, refunded: Row, told: int) -> None:
    """Its order's, if that was ever loaded; a refund of an unpaid order is none."""
    shop_of = made(
        tmp_path,
        users=[user("u", "2023-06-01"), user("w")],
        orders=[
            order("u", "2024-02-20", order_id="unpaid", status="pending"),
            order("w", "2024-02-20", order_id="of w"),
        ],
        refunds=[refund("2024-03-02", 4, **refunded)],
    )
    assert unit(shop_of)["refunds"] == told


def test_other_currencies_at_the_rate_of_their_day(tmp_path: Path) -> None:
    """10 USD at 7 and 10 at 8; the refund names CNY. In USD: 20, and 15 CNY at 7.5."""
    shop_of = made(
        tmp_path,
        orders=[
            order("u", "2024-03-02", 10, currency="USD", order_id="one"),
            order("u", "2024-03-03", 10, currency="USD"),
        ],
        refunds=[refund("2024-03-04", 15, order_id="one", currency="CNY")],
        fx_rates=[
            *fx("USD", 7, at("2024-03-02").date()),
            *fx("USD", 8, at("2024-03-03").date()),
            *fx("USD", "7.5", at("2024-03-04").date()),
        ],
    )
    assert (unit(shop_of)["gmv"], unit(shop_of)["net_revenue"]) == (150, 135)
    in_dollars = unit(shop_of, currency="USD")
    assert (in_dollars["gmv"], in_dollars["net_revenue"]) == pytest.approx((20, 18))


def test_what_no_rate_converts_is_told_and_not_zero_in_silence(tmp_path: Path) -> None:
    """An order and a refund in yen, before the window and in it: money is missing, orders are
    not."""
    shop_of = made(
        tmp_path,
        orders=[
            order("u", "2024-02-20", 500, currency="JPY", order_id="yen"),
            order("u", "2024-03-02", 10),
        ],
        refunds=[refund("2024-03-04", 15, order_id="yen")],
    )
    row = unit(shop_of)
    assert row[UNRATED] == 2
    assert (row["gmv"], row["refunds"], row["orders"], row["prior_orders"]) == (10, 0, 1, 1)
    warehouse = shop_of.warehouse()
    experiment = listed(warehouse)["x"]
    for from_units in (True, False):
        found = fetched(
            warehouse, Scope("CNY"), experiment, 7, [("gmv", "prior_gmv")], from_units=from_units
        )
        assert found.unrated == 2
    warehouse.close()


@pytest.mark.parametrize(
    ("zone", "exposed", "on", "active"),
    [
        # Shanghai is 8 hours ahead: 16:00 UTC is midnight.
        ("Asia/Shanghai", "2024-03-01 15:59:59", "2024-03-01", 1),
        ("Asia/Shanghai", "2024-03-01 16:00:00", "2024-03-02", 0),
        # New York is 5 hours behind, from March 10 on 4.
        ("America/New_York", "2024-03-02 04:59:59", "2024-03-01", 1),
        ("America/New_York", "2024-03-02 05:00:00", "2024-03-02", 1),
        ("America/New_York", "2024-03-11 03:59:59", "2024-03-10", 0),
        ("America/New_York", "2024-03-11 04:00:00", "2024-03-11", 0),
    ],
)
def test_days_are_those_of_the_shop(
    tmp_path: Path, zone: str, exposed: str, on: str, active: int
) -> None:
    """A visit on March 2 at 20:00 UTC: March 3 in Shanghai, March 2 in New York."""
    visit = event("u", "2024-03-02 20:00" if zone != "Asia/Shanghai" else "2024-03-02 15:00")
    shop_of = made(tmp_path, zone=zone, exposures=[met("u", exposed)], events=[visit])
    row = unit(shop_of)
    assert str(row["exposed_on"])[:10] == on
    expected = active if zone == "Asia/Shanghai" else int(on < "2024-03-02")
    assert row["active_days"] == expected


@pytest.mark.parametrize(("day", "seven", "fourteen"), [(7, 1, 0), (8, 0, 1), (14, 0, 1)])
def test_returned_asks_for_the_last_week(
    tmp_path: Path, day: int, seven: int, fourteen: int
) -> None:
    shop_of = made(tmp_path, events=[event("u", f"2024-03-{1 + day:02}")])
    assert (unit(shop_of, 7)["returned"], unit(shop_of, 14)["returned"]) == (seven, fourteen)


def test_orders_are_no_activity_where_the_shop_says_so(tmp_path: Path) -> None:
    more: dict[str, Any] = {
        "orders": [order("u", "2024-03-05")],
        "events": [event("u", "2024-03-06", "search"), event("u", "2024-03-07", "page_view")],
    }
    assert unit(made(tmp_path / "a", **more))["active_days"] == 3
    chosen = made(tmp_path / "b", activity_events=["search"], **more)
    assert unit(chosen)["active_days"] == 1


def test_goods_that_came_back_cost_nothing(tmp_path: Path) -> None:
    """Two lines of 30 and 20; the second came back for 50: margin is 100 − 30 − 50."""
    shop_of = made(
        tmp_path,
        orders=[order("u", "2024-03-02", 100, order_id="o")],
        order_items=[item("o", "one", cost_amount=30), item("o", "two", cost_amount=20)],
        refunds=[refund("2024-03-03", 50, order_id="o", item_id="two")],
    )
    assert unit(shop_of)["margin"] == 20


def test_everybody_at_registration_brings_all_revenue(tmp_path: Path) -> None:
    """Nine users meet the test as they register and order 1 to 9 within four weeks: the revenue of
    both arms is that of the orders table, 45."""
    names = [str(n) for n in range(1, 10)]
    shop_of = made(
        tmp_path,
        users=[user(n, f"2024-03-0{n} 10:00") for n in names],
        exposures=[met(n, f"2024-03-0{n} 10:00", "ab"[int(n) % 2]) for n in names],
        orders=[order(n, f"2024-03-1{n}", n) for n in names],
    )
    warehouse = shop_of.warehouse()
    experiment, vector = listed(warehouse)["x"], ("net_revenue", "prior_net_revenue")
    for from_units in (True, False):
        found = fetched(warehouse, Scope("CNY"), experiment, 28, [vector], from_units=from_units)
        rows = [found.of(vector, k) for k in found.rows if k[0] == ALL]
        assert sum(s.n * s.shift[0] + s.sums[0] for s in rows) == pytest.approx(45)
        assert len(found.of_days()) == 9
    warehouse.close()
