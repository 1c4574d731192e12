"""Identities that hold between numbers, whatever the shop."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest

from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.catalog import METRICS
from metrics.families import FAMILIES
from metrics.measures import measure
from metrics.periods import Comparison, Grain
from metrics.scorecard import Line, all_series, scorecard
from metrics.trees import TREES, read_tree
from tests.world import World, event, fx, order, refund, shop, user, world

FIRST = date(2024, 1, 1)
DAYS = 200
SCOPES = (
    Scope("CNY"),
    Scope("USD"),
    Scope.of("CNY", market=frozenset({"CN"})),
    Scope.of("CNY", customer=frozenset({"identified"})),
)
SPANS = (
    Span(date(2024, 5, 1), date(2024, 6, 1)),
    Span(date(2024, 4, 1), date(2024, 4, 8)),
    Span(date(2024, 5, 15), date(2024, 5, 16)),
    Span(date(2024, 7, 1), date(2024, 8, 1)),  # running: the data ends on July 18th
)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> World:
    """40 people and 10 visitors over 200 days, every table in use."""
    rnd = Random(7)

    def when() -> str:
        return f"{FIRST + timedelta(days=rnd.randrange(DAYS))} {rnd.randrange(24):02}:07"

    people = [str(n) for n in range(40)]
    sales = [
        order(
            rnd.choice((*people, None)), when(), rnd.randrange(5, 90), country="CN",
            currency=rnd.choice(("CNY", "USD")), discount_amount=1, cost_amount=2,
            session_id=f"s{rnd.randrange(200)}",
        )
        for _ in range(300)
    ]  # fmt: skip
    visits = [
        event(who, when(), session_id=f"s{rnd.randrange(200)}", visitor_id=visitor)
        for who, visitor in (
            (rnd.choice(people), None) if rnd.random() < 0.7 else (None, f"v{rnd.randrange(10)}")
            for _ in range(900)
        )
    ]
    return world(
        tmp_path_factory.mktemp("busy"),
        settings=shop(timezone="Asia/Shanghai"),
        through="2024-07-18 16:00",
        users=[user(n, when(), country=rnd.choice(("CN", "US"))) for n in people],
        orders=sales,
        events=visits,
        identities=[
            {"visitor_id": f"v{n}", "user_id": str(n), "linked_at": None} for n in range(5)
        ],
        refunds=[refund(when(), 2, order_id=rnd.choice(sales)["order_id"]) for _ in range(30)],
        fx_rates=fx("USD", 7, *[FIRST + timedelta(days=n) for n in range(-1, DAYS + 2)]),
    )


@pytest.fixture(scope="module")
def page(busy: World) -> Iterator[Warehouse]:
    warehouse = busy.warehouse()
    yield warehouse
    warehouse.close()


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_measures_of_one_range_agree_with_each_other(page: Warehouse, scope: Scope) -> None:
    for row in measure(page, scope, SPANS, FAMILIES).rows:
        assert row["buyers"] == row["buyers_new"] + row["buyers_returning"]
        assert row["buyers_returning"] == row["buyers_retained"] + row["buyers_resurrected"]
        assert row["repeat_buyers"] <= row["buyers"] <= row["visitors"]
        assert row["buyers"] <= row["orders_identified"] <= row["orders"]
        assert row["gmv"] == pytest.approx(row["gmv_identified"] + row["gmv_guest"])
        assert row["gmv_identified"] == pytest.approx(row["gmv_new"] + row["gmv_returning"])
        assert row["active_users"] <= row["visitors"]
        assert row["sessions_converted"] <= row["sessions"]
        assert row["wau"] <= row["mau"]
        assert row["customer_members"] == row["first_buyers"] == row["buyers_new"]
        assert row["net_revenue"] == pytest.approx(
            row["gmv"] - row["discounts"] + row["shipping"] - row["refunds"]
        )


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_days_add_up_to_the_range_where_a_measure_adds(page: Warehouse, scope: Scope) -> None:
    """GMV, orders, registrations, sessions and user-days add up; people never exceed their sum."""
    whole = SPANS[0]
    days = [
        Span(whole.start + timedelta(days=n), whole.start + timedelta(days=n + 1))
        for n in range(whole.days)
    ]
    *parts, total = measure(page, scope, [*days, whole], FAMILIES).rows
    for name in ("gmv", "net_revenue", "orders", "new_users", "sessions", "first_buyers"):
        assert sum(p[name] for p in parts) == pytest.approx(total[name]), name
    assert sum(p["user_days"] for p in parts) == total["user_days"] >= total["active_users"]
    assert sum(p["active_users"] for p in parts) == total["user_days"]
    for name in ("buyers", "active_users", "visitors"):
        assert max(p[name] for p in parts) <= total[name] <= sum(p[name] for p in parts), name


@pytest.mark.parametrize("span", SPANS, ids=str)
def test_mapu_is_what_its_tree_adds_up_to(page: Warehouse, span: Span) -> None:
    tree = read_tree(page, Scope("CNY"), "mapu", span, Comparison.PREVIOUS)
    assert tree.reason is None
    card = scorecard(page, Scope("CNY"), span, Comparison.PREVIOUS, ("mapu",))
    assert sum(moved.after for moved in tree.inputs) == card.lines[0].reading.value


@pytest.mark.parametrize("key", list(TREES))
@pytest.mark.parametrize("span", SPANS, ids=str)
def test_trees_close_and_their_bridges_sum(page: Warehouse, key: str, span: Span) -> None:
    found = read_tree(page, Scope("CNY"), key, span, Comparison.PREVIOUS)
    assert found.reason is None
    assert found.bridge is not None
    assert found.before is not None
    assert found.after is not None
    tree = TREES[key]
    rows = measure(page, Scope("CNY"), [found.before, found.after], FAMILIES).rows
    assert found.bridge.start == pytest.approx(rows[0][tree.total])
    assert found.bridge.end == pytest.approx(rows[1][tree.total])
    change = math.fsum(part.value for part in found.bridge.parts)
    assert change == pytest.approx(rows[1][tree.total] - rows[0][tree.total])


@pytest.mark.parametrize("scope", SCOPES, ids=str)
@pytest.mark.parametrize("span", SPANS, ids=str)
def test_a_tiles_sparkline_ends_with_its_value(page: Warehouse, scope: Scope, span: Span) -> None:
    for line in scorecard(page, scope, span, Comparison.PREVIOUS).lines:
        assert line.points[-1].reading == line.reading, line.metric.key
        assert line.points[-1].span == span


@pytest.mark.parametrize("comparison", list(Comparison))
def test_a_tile_is_the_single_bucket_of_its_series(page: Warehouse, comparison: Comparison) -> None:
    """May by month is one bucket: the same reading as the tile of May."""
    scope, may = Scope("CNY"), SPANS[0]
    lines = {line.metric.key: line for line in scorecard(page, scope, may, comparison).lines}
    for found in all_series(page, scope, may, Grain.MONTH, tuple(METRICS)):
        [point] = found.points
        assert point.reading == lines[found.metric.key].reading, found.metric.key


def test_a_comparison_is_the_tile_of_the_range_compared_with(page: Warehouse) -> None:
    scope = Scope("CNY")
    for line in scorecard(page, scope, SPANS[0], Comparison.PREVIOUS).lines:
        assert line.compared is not None
        [earlier] = scorecard(page, scope, line.compared, Comparison.NONE, (line.metric.key,)).lines
        assert line.base == earlier.reading, line.metric.key


def test_markets_split_what_people_add_up_to(page: Warehouse) -> None:
    """A person has one home market, so even distinct people add up over markets."""
    markets = [Scope.of("CNY", market=frozenset({m})) for m in ("CN", "US", "unknown")]
    parts = [measure(page, scope, SPANS, FAMILIES).rows for scope in markets]
    for n, total in enumerate(measure(page, Scope("CNY"), SPANS, FAMILIES).rows):
        for name, value in total.items():
            if name != "complete_days" and "unrated" not in name:
                assert sum(p[n][name] for p in parts) == pytest.approx(value), name


def test_readings_are_plain_numbers(page: Warehouse) -> None:
    """JSON takes them as they are, and nothing in them is not a number."""
    card = scorecard(page, Scope("CNY"), SPANS[0], Comparison.LAST_YEAR)
    text = json.dumps([_plain(line) for line in card.lines], allow_nan=False)
    assert len(json.loads(text)) == len(card.lines) > 20


def _plain(line: Line) -> list[float | None]:
    r = line.reading
    return [r.value, r.numerator, r.denominator, r.low, r.high]
