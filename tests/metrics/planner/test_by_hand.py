"""Answers of a small shop that can be added up by hand, and every reason for none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from data.scope import LOCAL_VIEWER, Scope, Viewer
from data.warehouse import Warehouse
from metrics.experiments.outcomes import outcome
from metrics.planner import history
from metrics.planner.answer import Plan, planned
from metrics.planner.baseline import traffic
from metrics.planner.sizes import detectable, units_for
from metrics.planner.spec import (
    Guarded,
    Meeting,
    Question,
    Refusal,
    default_question,
    lacking,
)
from metrics.stats.experiments.modes import Mode
from tests.metrics.planner.shop import made, newcomers
from tests.world import order, shop, user, world

SCOPE = Scope("CNY")
BOUGHT = Question(outcome("bought_within_14_days"), Meeting.REGISTRATION, lift=0.2, mode=Mode.FIXED)


@pytest.fixture(scope="module")
def shop_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    warehouse = made(tmp_path_factory.mktemp("planner")).warehouse()
    yield warehouse
    warehouse.close()


def test_registrations_are_as_many_every_day(shop_: Warehouse) -> None:
    """Four a day over the last 56 complete days: the last is April 29."""
    found = traffic(shop_, SCOPE, Meeting.REGISTRATION)
    assert found is not None
    assert (found.days.start, found.days.end) == (date(2024, 3, 5), date(2024, 4, 30))
    assert found.by_day[:50] == (4,) * 50


def test_visits_bring_everybody_in_a_week_and_then_only_the_new(shop_: Warehouse) -> None:
    """200 regulars come once a week: all are met within seven days, none again. Of the newcomers
    the two that buy are met on the day they do."""
    found = traffic(shop_, SCOPE, Meeting.VISIT)
    assert found is not None
    assert sum(found.by_day[:7]) == 200 + 7 * 2
    assert found.by_day[7:40] == (2,) * 33
    weekly_users = 200
    assert sum(found.by_day[:28]) < weekly_users * 4 / 2


def test_baseline_is_of_people_whose_window_is_over(shop_: Warehouse) -> None:
    """Two of four buy within 14 days; the last to be counted registered on April 15."""
    plan = planned(shop_, SCOPE, BOUGHT)
    assert plan.history is not None
    assert plan.history.end == date(2024, 4, 16)
    assert (plan.baseline.units, plan.baseline.value) == (56 * 4, 0.5)
    assert plan.baseline.variance == pytest.approx(0.25)


def test_the_answer_is_the_formula_on_that_baseline(shop_: Warehouse) -> None:
    """50 % against 60 %: R power.prop.test says 387.34 in each group. At four a day, 194 days."""
    plan = planned(shop_, SCOPE, BOUGHT)
    assert plan.size is not None
    assert plan.size.units == (388, 388)
    assert plan.size.days == 194
    assert plan.per_day == pytest.approx(4, abs=0.3)


def test_half_the_traffic_takes_twice_as_long(shop_: Warehouse) -> None:
    plan = planned(shop_, SCOPE, replace(BOUGHT, traffic=0.5, lift=0.4))
    whole = planned(shop_, SCOPE, replace(BOUGHT, lift=0.4))
    assert plan.size is not None
    assert whole.size is not None
    assert plan.size.units == whole.size.units
    assert plan.size.days == pytest.approx(2 * (whole.size.days or 0), abs=1)


def test_two_weeks_detect_what_their_units_detect(shop_: Warehouse) -> None:
    """56 registrations in two weeks."""
    plan = planned(shop_, SCOPE, BOUGHT)
    week = next(w for w in plan.weeks if w.weeks == 2)
    assert week.units == pytest.approx(56, abs=2)
    lift = detectable(BOUGHT, plan.baseline, plan.per_day * 14)
    assert week.lift == pytest.approx(lift)
    assert units_for(BOUGHT, plan.baseline, lift or 0) == pytest.approx(plan.per_day * 14, rel=1e-5)


def test_visits_never_bring_more_than_came(shop_: Warehouse) -> None:
    """A lift of 1 % would take more users than came in 56 days: no number of days is made up."""
    asked = replace(BOUGHT, meeting=Meeting.VISIT, lift=0.01)
    plan = planned(shop_, SCOPE, asked)
    assert plan.size is not None
    assert plan.size.days is None
    assert plan.weeks[-1].weeks == 8
    assert plan.weeks[-1].units == traffic_of(plan)


def traffic_of(plan: Plan) -> int:
    assert plan.traffic is not None
    return sum(plan.traffic.by_day)


def test_size_grows_with_the_mode(shop_: Warehouse) -> None:
    plan = planned(shop_, SCOPE, BOUGHT)
    totals = {s.mode: s.total for s in plan.modes}
    assert totals[Mode.FIXED] < totals[Mode.GROUP_SEQUENTIAL] < totals[Mode.ALWAYS_VALID]


def test_cuped_is_not_counted_on_where_the_past_is_missing(tmp_path: Path) -> None:
    """Data from January 1 to March 31: the grown days begin on January 21, and 28 days before it
    there is nothing."""
    w = world(tmp_path / "wh", settings=shop(), through="2024-03-31", **newcomers()).warehouse()
    asked = Question(outcome("orders_within_14_days"), Meeting.REGISTRATION)
    assert planned(w, SCOPE, asked).baseline.correlation is None
    w.close()


def test_newcomers_have_no_past_to_adjust_by(shop_: Warehouse) -> None:
    asked = Question(outcome("orders_within_14_days"), Meeting.REGISTRATION)
    assert planned(shop_, SCOPE, asked).baseline.correlation == 0


def test_a_filter_narrows_the_population(shop_: Warehouse) -> None:
    us = Scope.of("CNY", market=frozenset({"US"}))
    found = traffic(shop_, us, Meeting.VISIT)
    assert found is not None
    assert sum(found.by_day) == 50


def test_a_viewer_plans_with_the_own_markets_alone(tmp_path: Path) -> None:
    one = made(tmp_path)
    whole, own = (one.warehouse(v) for v in (LOCAL_VIEWER, Viewer("wu", frozenset({"US"}))))
    found = traffic(own, SCOPE, Meeting.VISIT)
    assert found is not None
    assert sum(found.by_day) == 50
    assert "US" in found.sql
    whole.close()
    own.close()


def test_a_sample_keeps_the_baseline(shop_: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many units are read for the spread: one in five here; traffic counts everybody."""
    asked = replace(BOUGHT, lift=0.5)
    whole = planned(shop_, SCOPE, asked)
    monkeypatch.setattr("metrics.planner.baseline.MOST_UNITS", 50)
    some = planned(shop_, SCOPE, asked)
    assert history.MOST_UNITS > 50
    assert some.every == 5
    assert some.traffic == whole.traffic
    assert some.baseline.units < whole.baseline.units / 4
    assert some.baseline.value == pytest.approx(0.5, abs=0.15)


def test_guardrails_are_told_at_the_planned_size(shop_: Warehouse) -> None:
    guard = Guarded(outcome("gmv_within_14_days"), 0.3)
    plan = planned(shop_, SCOPE, replace(BOUGHT, guardrails=(guard,)))
    [row] = plan.guardrails
    assert row.power is not None
    assert row.units is not None
    assert plan.size is not None
    assert (row.power > 0.8) == (plan.size.total > row.units)


def test_a_quantile_is_planned_from_order_values(shop_: Warehouse) -> None:
    """Half the orders are of 40, half of 20 + the day's number, which is 70 on the first day that
    is looked at: the median lies in the middle of 40 and 70."""
    asked = Question(outcome("order_value_p50_within_14_days"), Meeting.REGISTRATION, lift=0.5)
    plan = planned(shop_, SCOPE, asked)
    assert plan.baseline.value == pytest.approx(55)
    assert plan.size is not None


def refusal(
    warehouse: Warehouse, asked: Question, scope: Scope = SCOPE
) -> tuple[Refusal | None, bool]:
    plan = planned(warehouse, scope, asked)
    warehouse.close()
    return plan.refusal, plan.size is None


def test_no_answer_says_why(tmp_path: Path) -> None:
    """Nobody; nobody's window over; nothing bought; everybody bought; guests alone; too large."""
    early = [user(n, "2024-01-02") for n in range(9)]

    def of(name: str, through: str, **tables: object) -> Warehouse:
        return world(tmp_path / name, settings=shop(), through=through, **tables).warehouse()  # type: ignore[arg-type]

    asked = BOUGHT
    long_ago = of("a", "2024-06-30", users=early)
    assert refusal(long_ago, asked) == (Refusal.NOBODY, True)
    assert refusal(of("b", "2024-01-10", users=early), asked) == (Refusal.NOT_MATURE, True)
    assert refusal(of("c", "2024-02-10", users=early), asked) == (Refusal.ZERO, True)
    sold = [order(n, "2024-01-03") for n in range(9)]
    everybody = of("d", "2024-02-10", users=early, orders=sold)
    assert refusal(everybody, asked) == (Refusal.NO_VARIANCE, True)
    guests = Scope.of("CNY", customer=frozenset({"guest"}))
    some = of("e", "2024-02-10", users=early, orders=sold[:6])
    assert refusal(some, asked, guests) == (Refusal.GUESTS, True)
    some = of("f", "2024-02-10", users=early, orders=sold[:6])
    assert refusal(some, replace(asked, lift=0.6)) == (Refusal.TOO_LARGE, True)
    few = of("g", "2024-02-10", users=early, orders=sold[:2])
    quantile = replace(asked, outcome=outcome("order_value_p50_within_14_days"))
    assert refusal(few, quantile) == (Refusal.TOO_FEW_VALUES, True)


def test_what_the_shop_lacks_is_named(tmp_path: Path) -> None:
    w = world(tmp_path / "wh", settings=shop(), through="2024-02-10", users=[user(1)]).warehouse()
    assert "orders" in lacking(w.coverage, default_question())
    w.close()


def test_buyers_without_a_table_of_users_are_met_when_they_buy(tmp_path: Path) -> None:
    """A shop of nothing but orders: on visits there is an answer, registrations are not known."""
    sold = [order(n, f"2024-01-{1 + d:02d}") for d in range(28) for n in range(d * 3, d * 3 + 3)]
    w = world(tmp_path / "wh", settings=shop(), through="2024-02-10", orders=sold).warehouse()
    assert lacking(w.coverage, default_question()) == ()
    registered = replace(default_question(), meeting=Meeting.REGISTRATION)
    assert lacking(w.coverage, registered) == ("users.registered_at",)
    found = traffic(w, SCOPE, Meeting.VISIT)
    assert found is not None
    assert found.by_day[:28] == (3,) * 28
    w.close()
