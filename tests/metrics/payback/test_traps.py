"""What makes payback wrong, each small enough to compute by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.scope import Scope, Span, Viewer
from i18n import Problem
from metrics.channels.spec import Cost
from metrics.payback.result import Cohort, payback
from metrics.payback.spec import WITHIN, By, Days, old_enough
from metrics.reading import Maturity, Reason
from tests.metrics.payback.shops import BOTH, JANUARY, asked, first, january, orders, spend
from tests.world import days, fx, order, refund, user


def values(cohort: Cohort, *ages: int, cost: Cost = Cost.MARKETING) -> list[float | None]:
    steps = cohort.worth(cost).steps
    return [steps[age].value.value for age in ages]


def test_value_grows_by_age_and_is_read_against_the_cost(tmp_path: Path) -> None:
    """100 spent on two customers: 50 each. Day 0: (40 + 20) / 2 = 30; from day 4: 80 / 2 = 40."""
    found = first(january(tmp_path, spend(100)))
    assert (found.size, found.cac(Cost.MARKETING).value, found.whole_days) == (2, 50, 10)
    assert values(found, 0, 3, 4, 9) == [30, 30, 40, 40]
    assert [r.value for r in found.ratios((1, 5), Cost.MARKETING)] == [0.6, 0.8]


def test_the_cost_of_the_month_is_paid_back_on_the_day_that_reaches_it(tmp_path: Path) -> None:
    """80 / 2 = 40 is reached on day 4 exactly; a cent more is not."""
    assert first(january(tmp_path / "a", spend(80))).back(Cost.MARKETING).day.value == 4
    back = first(january(tmp_path / "b", spend("80.02"))).back(Cost.MARKETING)
    assert (back.day.value, back.day.reason, back.last) == (None, Reason.NOT_PAID_BACK, 9)
    assert back.so_far.value == pytest.approx(40 / 40.01)


def test_what_only_a_part_has_reached_is_theirs_alone_and_decides_nothing(tmp_path: Path) -> None:
    """User 2 is followed for 21 days, user 1 for 36. From day 21 on only user 1 counts, with 60:
    more than the cost of 50, but it is not the cohort's. Nothing stands after day 35."""
    found = first(january(tmp_path, spend(100)))
    steps = found.worth(Cost.MARKETING).steps
    assert len(steps) == 36
    assert [(steps[n].people, steps[n].value.value) for n in (20, 21, 35)] == [
        (2, 40), (1, 60), (1, 60),
    ]  # fmt: skip
    assert [steps[n].value.maturity for n in (9, 10, 21)] == [
        Maturity.MATURE, Maturity.RUNNING, Maturity.RUNNING,
    ]  # fmt: skip
    assert steps[21].value.left_out == 1
    assert found.back(Cost.MARKETING).day.value is None
    assert found.value_within(37, Cost.MARKETING).reason is Reason.IMMATURE


def test_a_day_is_24_hours_from_the_first_order(tmp_path: Path) -> None:
    """120 hours after it is day 5, a second earlier day 4."""
    for name, when, day in (("a", "2024-01-10 10:00:00", 5), ("b", "2024-01-10 09:59:59", 4)):
        listed = orders()
        listed[1] = order(1, when, 30, cost_amount=10)
        made = january(tmp_path / name, spend(80), orders=listed)
        assert first(made).back(Cost.MARKETING).day.value == day


def test_a_refund_takes_away_on_the_day_of_the_setting(tmp_path: Path) -> None:
    """10 of user 1's first order come back three days later."""
    listed = orders()
    back = refund("2024-01-08 12:00", 10, order_id=listed[0]["order_id"])
    by_order = january(tmp_path / "o", spend(100), orders=listed, refunds=[back])
    by_day = january(
        tmp_path / "r", spend(100), orders=listed, refunds=[back],
        settings={"refund_day": "refund"},
    )  # fmt: skip
    # A sixth of the first order comes back, and with it a sixth of its cost of 20.
    assert values(first(by_order), 0, 3) == pytest.approx([25 + 10 / 6, 25 + 10 / 6])
    assert values(first(by_day), 0, 3) == pytest.approx([30 + 10 / 6, 25 + 10 / 6])


def test_customers_of_the_last_complete_day_are_new_but_of_no_age(tmp_path: Path) -> None:
    """User 3 first pays on February 10: a new customer of February with no day behind her."""
    late = order(3, "2024-02-10 08:00", 90, cost_amount=0)
    made = january(tmp_path, spend(30, "2024-02-02"), more=[late], people=[user(3)])
    february = asked(made, BOTH).cohorts[1]
    assert (february.size, february.worth(Cost.MARKETING).steps) == (1, ())
    assert february.days.running
    assert february.cac(Cost.MARKETING).value == 30
    assert february.back(Cost.MARKETING).day.reason is Reason.IMMATURE


def test_guests_and_test_users_are_no_customers(tmp_path: Path) -> None:
    more = [order(None, "2024-01-06", 500), order("t", "2024-01-06", 500, cost_amount=0)]
    made = january(tmp_path, spend(100), more=more, people=[user("t", is_test=True)])
    assert first(made).size == 2
    assert values(first(made), 0) == [30]


def test_free_customers_have_no_cost_rather_than_none_to_pay(tmp_path: Path) -> None:
    """User 1 came by KOL, which cost 40; user 2 by paid search, which cost nothing."""
    found = asked(january(tmp_path, spend(40, channel="kol")), by=By.CHANNEL)
    kol, search = found.cohorts
    assert (kol.value, kol.back(Cost.MARKETING).day.value) == ("kol", 0)
    assert search.cac(Cost.MARKETING).reason is Reason.NO_SPEND
    assert search.back(Cost.MARKETING).day.reason is Reason.NO_SPEND
    assert {r.reason for r in search.ratios(WITHIN[:1], Cost.MARKETING)} == {Reason.NO_SPEND}
    assert found.whole.cac(Cost.MARKETING).value == 20


def test_spend_without_customers_stays_visible(tmp_path: Path) -> None:
    costs = [spend(40, channel="kol"), spend(70, channel="offline")]
    found = asked(january(tmp_path, *costs), by=By.CHANNEL)
    offline = next(c for c in found.cohorts if c.value == "offline")
    assert (offline.size, offline.cac(Cost.MARKETING).reason) == (0, Reason.NO_CUSTOMERS)
    assert offline.back(Cost.MARKETING).day.reason is Reason.NO_CUSTOMERS
    assert found.whole.spent.cost(Cost.MARKETING) == 110


def test_more_credit_notes_than_spend_are_no_cost(tmp_path: Path) -> None:
    found = first(january(tmp_path, spend(40), spend(-50)))
    assert found.back(Cost.MARKETING).day.reason is Reason.CREDITS


def test_an_unknown_cost_of_goods_gives_no_value_or_an_assumed_one(tmp_path: Path) -> None:
    """A third order of 40 without a cost: more than 1 % of 180. At 50 % of 90 + 50 + 40 = 90."""
    more = [order(2, "2024-01-21 12:00", 40)]
    found = first(january(tmp_path / "a", spend(100), more=more))
    assert found.worth(Cost.MARKETING).reason is Reason.COST_UNKNOWN
    assert found.back(Cost.MARKETING).day.reason is Reason.COST_UNKNOWN
    half = first(january(tmp_path / "b", spend(80), more=more, settings={"margin_rate": 0.5}))
    assert values(half, 0, 1, 4) == [27.5, 37.5, 45]
    back = half.back(Cost.MARKETING)
    assert (back.day.value, back.day.assumed) == (4, True)


def test_a_missing_rate_ends_the_value_on_its_day(tmp_path: Path) -> None:
    """User 1's second order is in dollars without a rate: until day 3 all is known."""
    listed = orders()
    listed[1] = order(1, "2024-01-10 09:00", 30, cost_amount=10, currency="USD")
    found = first(january(tmp_path / "a", spend(80), orders=listed))
    assert values(found, 3, 4) == [30, None]
    back = found.back(Cost.MARKETING)
    assert (back.day.reason, back.last) == (Reason.NO_RATE, 3)
    cheap = first(january(tmp_path / "b", spend(50), orders=listed))
    assert cheap.back(Cost.MARKETING).day.value == 0
    rates = fx("USD", 2, *days(date(2024, 1, 1), 60))
    rated = first(january(tmp_path / "c", spend(80), orders=listed, fx_rates=rates))
    assert values(rated, 4) == [50]


def test_spend_without_a_rate_is_no_cost(tmp_path: Path) -> None:
    found = first(january(tmp_path, spend(80), spend(10, currency="USD")))
    assert found.back(Cost.MARKETING).day.reason is Reason.NO_RATE


def test_loaded_costs_take_the_first_discount_and_give_it_back(tmp_path: Path) -> None:
    """User 1's first order has a discount of 10: the cost is 80 + 10 over 2 = 45; the value of day
    0 is (30 + 10 + 20) / 2 = 30, of day 4 another 10: 40. Without the load 40 against 35."""
    listed = orders()
    listed[0] = order(1, "2024-01-05 10:00", 60, cost_amount=20, discount_amount=10)
    found = first(january(tmp_path, spend(50), spend(30, kind="rewards"), orders=listed))
    assert [found.cac(c).value for c in Cost] == [25, 40, 45]
    assert values(found, 0, 4) == [25, 35]
    assert values(found, 0, 4, cost=Cost.LOADED) == [30, 40]
    assert [found.back(c).day.value for c in Cost] == [0, None, None]


def test_the_pooled_value_is_a_ratio_of_sums_over_mature_months(tmp_path: Path) -> None:
    """January: 60 of 100 on day 0. February: 3 customers, of whom one is of the last day; it is not
    over. December's only customer: 10 of 20. Pooled within a day: 70 / 120."""
    more = [
        order(4, "2023-12-05 10:00", 30, cost_amount=20),
        order(3, "2024-02-10 10:00", 90, cost_amount=0),
    ]
    costs = [spend(100), spend(20, "2023-12-20"), spend(5, "2024-02-02")]
    made = january(tmp_path, *costs, more=more, people=[user(3), user(4)])
    found = asked(made, Span(date(2023, 12, 1), date(2024, 3, 1)))
    pooled = found.pooled(1, Cost.MARKETING)
    assert (pooled.cohorts, pooled.reading.value) == (2, pytest.approx(70 / 120))
    assert found.pooled(30, Cost.MARKETING).cohorts == 1
    assert found.pooled(90, Cost.MARKETING).reading.reason is Reason.IMMATURE


def test_channels_and_markets_partition_customers_and_spend(tmp_path: Path) -> None:
    """Customers and costs of every level sum to the month's, unknown ones among them; cost per
    customer times customers is the spend."""
    costs = [
        spend(40, channel="kol", country="CN"),
        spend(30, channel="paid_search", country="US"),
        spend(10),
    ]
    made = january(tmp_path, *costs, more=[order(5, "2024-01-07", 10, cost_amount=1)])
    month = asked(made).cohorts[0]
    for by in (By.CHANNEL, By.MARKET):
        found = asked(made, by=by)
        assert sum(c.size for c in found.cohorts) == month.size == 3
        total = sum(c.spent.cost(Cost.MARKETING) for c in found.cohorts)
        assert total == month.spent.cost(Cost.MARKETING) == 80
        for cohort in found.cohorts:
            cac = cohort.cac(Cost.MARKETING)
            assert cac.value is not None
            assert cac.value * cohort.size == pytest.approx(cohort.spent.cost(Cost.MARKETING))
        assert values(found.whole, 0, 4) == values(month, 0, 4)


def test_values_beyond_the_most_are_one_cohort(tmp_path: Path) -> None:
    costs = [spend(40, channel="kol"), spend(30, channel="paid_search")]
    warehouse = january(tmp_path, *costs).warehouse()
    found = payback(warehouse, Scope("CNY"), JANUARY, By.CHANNEL, most=1)
    assert [(c.value, c.size, c.members) for c in found.cohorts] == [("kol", 1, 1), (None, 1, 1)]
    assert values(found.cohorts[1], 0) == [20]


def test_compared_cohorts_are_all_old_enough(tmp_path: Path) -> None:
    """Of 425 days 180 days of age leave more than half; of six weeks 30 do not, so all are kept."""
    made = january(tmp_path, spend(80))
    assert asked(made, by=By.CHANNEL).least_age == 0
    coverage = made.warehouse().coverage
    year = [Days(Span(date(2022, 12, 13), coverage.until), True, False)]
    days_, least = old_enough(year, coverage)
    assert (least, days_.span.end) == (180, date(2023, 8, 15))


def test_a_viewer_sees_the_customers_and_costs_of_one_market(tmp_path: Path) -> None:
    costs = [spend(40, country="CN"), spend(300, country="US"), spend(7)]
    made = january(tmp_path, *costs)
    found = asked(made, viewer=Viewer("lin", markets=frozenset({"CN"}))).cohorts[0]
    assert (found.size, found.cac(Cost.MARKETING).value) == (1, 40)
    assert values(found, 0, 4) == [40, 60]


def test_guests_alone_cannot_be_followed(tmp_path: Path) -> None:
    scope = Scope.of("CNY", customer=frozenset({"guest"}))
    found = asked(january(tmp_path, spend(80)), scope=scope)
    assert (found.whole.size, found.reason) == (0, Reason.GUESTS_ONLY)


def test_a_range_outside_the_data_says_so(tmp_path: Path) -> None:
    warehouse = january(tmp_path, spend(80)).warehouse()
    for span in (
        Span(date(2020, 1, 1), date(2020, 2, 1)),
        Span(date(2025, 1, 1), date(2025, 2, 1)),
    ):
        with pytest.raises(Problem, match="no complete day"):
            asked(warehouse, span)


def test_more_months_than_can_be_shown_are_refused(tmp_path: Path) -> None:
    early = [order(9, "2018-01-05", 10, cost_amount=1)]
    made = january(tmp_path, spend(80), more=early)
    with pytest.raises(Problem, match="74 months"):
        asked(made, Span(date(2018, 1, 1), date(2024, 3, 1)))


def test_without_spend_on_record_the_page_has_nothing_to_compare(tmp_path: Path) -> None:
    assert "marketing_spend" in asked(january(tmp_path)).lacking[0]
