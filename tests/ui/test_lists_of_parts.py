"""Panels of growth and of states: parts sum to the whole, and lists name as many as they say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.audiences.definitions import of_growth, of_states, people_of
from metrics.growth.people import FlowBar, MoneyBar, flow_people, money_people
from metrics.growth.result import money_growth, user_growth
from metrics.growth.spec import Criterion, Flow, MoneyFlow
from metrics.people import people_page
from metrics.periods import Grain
from metrics.states.people import state_people
from metrics.states.result import Asked
from metrics.states.spec import State
from tests.world import event, order, user, world
from ui.growth import segments as growth
from ui.lifecycle_states import segments as states

CNY = Scope("CNY")
RANGE = Span(date(2024, 1, 1), date(2024, 3, 1))
MOST = 3


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Sixteen users of five markets; the n-th is active and buys every n-th week."""
    days = [date(2024, 1, 1).toordinal() + 7 * k for k in range(9)]
    people = [f"u{n}" for n in range(1, 17)]
    visits, orders = [], []
    for n, who in enumerate(people, 1):
        for k, at in enumerate(days):
            if k % n == n % 3:
                day = str(date.fromordinal(at + n % 5))
                visits.append(event(who, f"{day} 10:00", "view_item"))
                orders.append(order(who, day, 10 + k * n))
    made = world(
        tmp_path_factory.mktemp("parts"),
        users=[
            user(who, "2024-01-01", country=("CN", "US", "DE", "FR", "GB")[n % 5])
            for n, who in enumerate(people)
        ],
        events=visits,
        orders=orders,
        through="2024-03-04",
    )
    opened = made.warehouse()
    yield opened
    opened.close()


@pytest.mark.parametrize("criterion", Criterion)
def test_every_flow_of_every_part_lists_its_users(
    warehouse: Warehouse, criterion: Criterion
) -> None:
    split = user_growth(warehouse, CNY, RANGE, Grain.WEEK, criterion, "market", MOST)
    assert [p.value for p in split.parts].count(None) == 1
    listed = 0
    for period, whole in enumerate(split.whole):
        if not whole.period.follows:
            continue
        for flow in Flow:
            bars = [growth.Bar(n, period, flow.value) for n in range(len(split.parts))]
            amounts = [growth.amount_of(split, bar) or 0 for bar in bars]
            assert sum(amounts) == whole.of(flow)
            for bar, amount in zip(bars, amounts, strict=True):
                number = growth.number_of(split, bar)
                if not amount:
                    assert number is None
                    continue
                assert isinstance(number, FlowBar)
                assert people_page(warehouse, flow_people(warehouse, CNY, number)).total == amount
                kept = people_of(warehouse, CNY, of_growth(number))
                assert people_page(warehouse, kept).total == amount
                listed += 1
    assert listed > 20


def test_every_part_of_money_lists_buyers_whose_changes_sum_to_it(warehouse: Warehouse) -> None:
    split = money_growth(warehouse, CNY, RANGE, Grain.WEEK, "market", MOST)
    for period, whole in enumerate(split.whole):
        for flow in MoneyFlow:
            bars = [growth.Bar(n, period, flow.value) for n in range(len(split.parts))]
            if whole.reason is None and flow is not MoneyFlow.GUESTS:
                amounts = [growth.amount_of(split, bar) or 0.0 for bar in bars]
                assert sum(amounts) == pytest.approx(whole.of(flow), abs=1e-6)
    for bar in growth.choices(split):
        number = growth.number_of(split, bar)
        assert isinstance(number, MoneyBar)
        page = people_page(warehouse, money_people(warehouse, CNY, number))
        change = [c.key for c in page.columns].index("change")
        assert sum(r[change] for r in page.rows) == pytest.approx(growth.amount_of(split, bar))


def test_guests_and_the_net_open_nobody(warehouse: Warehouse) -> None:
    split = user_growth(warehouse, CNY, RANGE, Grain.WEEK, Criterion.ACTIVE, "market", MOST)
    for bar in (growth.Bar(0, 2, "net"), growth.Bar(99, 2, "new"), growth.Bar(0, 99, "new")):
        assert growth.number_of(split, bar) is None


def test_every_state_of_every_part_lists_its_users(warehouse: Warehouse) -> None:
    asked = Asked(warehouse, CNY)
    days = asked.ends(RANGE, Grain.WEEK)
    parts, whole = asked.trends(days, "market", MOST), asked.trend(days)
    assert [p.value for p in parts].count(None) == 1
    for at, snapshot in enumerate(whole):
        for state in State:
            points = [states.Point(n, at, state) for n in range(len(parts))]
            counts = [states.count_of(parts, point) for point in points]
            assert sum(counts) == snapshot.counts[state]
            for point, n in zip(points, counts, strict=True):
                if n and at in (0, len(days) - 1):
                    bar = states.bar_of(parts, point)
                    people = state_people(warehouse, CNY, bar)
                    assert people_page(warehouse, people).total == n
                    kept = people_of(warehouse, CNY, of_states(bar))
                    assert people_page(warehouse, kept).total == n


def test_a_point_that_is_gone_opens_nobody(warehouse: Warehouse) -> None:
    asked = Asked(warehouse, CNY)
    parts = asked.trends(asked.ends(RANGE, Grain.WEEK), "market", MOST)
    assert states.count_of(parts, states.Point(9, 0, State.NEW)) == 0
    assert states.count_of(parts, states.Point(0, 99, State.NEW)) == 0
