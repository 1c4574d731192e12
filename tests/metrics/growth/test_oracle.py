"""Every flow of users and money, whole and by segment, against the oracle, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import select

from data.rollups import BACK, user_numbers
from data.scope import LOCAL_VIEWER, Scope, Viewer
from data.warehouse import Warehouse
from metrics.families import FAMILY_OF
from metrics.growth.money import money
from metrics.growth.people import FlowBar, MoneyBar, flow_people, money_people
from metrics.growth.result import MoneyFlows, UserFlows, money_growth, user_growth
from metrics.growth.spec import DIMENSIONS, Criterion, Flow, MoneyFlow, cut_of
from metrics.measures import measure
from metrics.people import people_page
from metrics.periods import Grain
from tests.metrics.growth.oracle import GrowthOracle
from tests.metrics.growth.small_histories import small_histories
from tests.metrics.lifecycle.test_oracle import CHINA, built
from tests.metrics.oracle import Oracle
from tests.metrics.small_shops import SmallShop, seeds

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
MOST = 2


def names_of(warehouse: Warehouse) -> Mapping[int, str]:
    rows = warehouse.fetch(select(user_numbers.c.user_no, user_numbers.c.user_id))
    return {int(n): str(u) for n, u in rows.itertuples(index=False)}


def assert_users(told: dict[str, set[str]], found: UserFlows) -> None:
    assert found.active == len(told.get("active", ()))
    if not found.period.follows:
        assert (found.before, found.new, found.churned, found.net) == (None, None, None, None)
        return
    assert found.back is not None
    for flow in Flow:
        assert found.of(flow) == len(told.get(flow.value, ()))
    assert [found.back[b] for b in BACK] == [len(told.get(f"back_{n}", ())) for n in range(5)]
    assert found.net == (found.new or 0) + (found.resurrected or 0) - (found.churned or 0)


def assert_as_told(made: SmallShop, warehouse: Warehouse, markets: frozenset[str] | None) -> None:
    told = Oracle(made.shop, made.rows, made.through)
    names = names_of(warehouse)
    for scope in made.scopes:
        oracle = GrowthOracle(told, scope, markets)
        for span, grain in zip(made.spans, (Grain.MONTH, Grain.WEEK), strict=True):
            if span.start > warehouse.coverage.last_day or span.end <= warehouse.coverage.start:
                continue
            for criterion in Criterion:
                whole = user_growth(warehouse, scope, span, grain, criterion)
                for n, one in enumerate(whole.whole):
                    expected = oracle.flows(criterion, one.period.before, one.period.span)
                    assert_users(expected, one)
                    if grain is Grain.MONTH and n % 4 == len(made.rows["orders"]) % 4:
                        assert_people(warehouse, scope, one, criterion, expected, names)
                assert_parts(warehouse, scope, made, oracle, criterion, grain)
            for cash in money_growth(warehouse, scope, span, grain).whole:
                assert_money(oracle, cash)


def assert_people(
    warehouse: Warehouse,
    scope: Scope,
    found: UserFlows,
    criterion: Criterion,
    expected: dict[str, set[str]],
    names: Mapping[int, str],
) -> None:
    """The list behind each bar names exactly those users."""
    bars: dict[str, FlowBar] = {"active": FlowBar(found.period, criterion)}
    if found.period.follows:
        bars |= {f: FlowBar(found.period, criterion, f) for f in Flow}
        bars |= {
            f"back_{n}": FlowBar(found.period, criterion, Flow.RESURRECTED, away=b)
            for n, b in enumerate(BACK)
        }
    for key, bar in bars.items():
        rows = warehouse.fetch(select(flow_people(warehouse, scope, bar).rows))
        assert sorted(names[int(n)] for n in rows["person_no"]) == sorted(expected.get(key, ()))


def assert_parts(
    warehouse: Warehouse,
    scope: Scope,
    made: SmallShop,
    oracle: GrowthOracle,
    criterion: Criterion,
    grain: Grain,
) -> None:
    """Each value has the flows of its own users; the rest are together, and nobody is missing."""
    for dimension in DIMENSIONS[len(made.rows["orders"]) % len(DIMENSIONS) :][:1]:
        found = user_growth(warehouse, scope, made.spans[0], grain, criterion, dimension, MOST)
        named = {p.value for p in found.parts}
        for part in found.parts:
            for one in part.flows:
                told = oracle.flows(criterion, one.period.before, one.period.span)
                mine = {
                    flow: {u for u in users if _in(oracle.home(u)[dimension], part.value, named)}
                    for flow, users in told.items()
                }
                assert_users(mine, one)


def _in(home: str, value: str | None, named: set[str | None]) -> bool:
    return home not in named if value is None else home == value


def assert_money(oracle: GrowthOracle, found: MoneyFlows) -> None:
    expected = oracle.money(found.period.before, found.period.span)
    if expected is None:
        assert found.unrated > 0
        return
    assert found.unrated == 0
    for name, amount in expected.items():
        assert getattr(found, name) == pytest.approx(float(amount), abs=1e-6), name


@settings(max_examples=6, phases=UNSHRUNK)
@given(seeds)
def test_flows_are_what_the_oracle_says_on_duckdb(seed: int) -> None:
    made = small_histories(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        assert_as_told(made, warehouse, None)
        warehouse.close()


@settings(max_examples=2, phases=UNSHRUNK)
@given(seeds)
def test_a_viewer_of_one_market_sees_its_flows_only(seed: int) -> None:
    made = small_histories(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder), Viewer("lin", markets=CHINA))
        assert_as_told(made, warehouse, CHINA)
        warehouse.close()


@settings(
    max_examples=2, phases=UNSHRUNK, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seeds)
def test_flows_are_what_the_oracle_says_on_postgresql(
    postgres_database: Callable[[], str], seed: int
) -> None:
    made = small_histories(seed)
    warehouse = built(made, postgres_database())
    assert_as_told(made, warehouse, None)
    warehouse.close()


def exact_rows(
    made: SmallShop, warehouse: Warehouse, scope: Scope, grain: Grain, by: str | None
) -> list[dict[str, Any]]:
    """The rows of the money statement as the database sums them: decimals, not floats."""
    c = warehouse.coverage
    cut = cut_of(made.spans[0], grain, made.shop.reporting.week_start, c.start, c.last_day)
    statement = money(warehouse.sources(scope), cut, by)
    with warehouse._engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(statement)]


@settings(max_examples=6, phases=UNSHRUNK)
@given(seeds)
def test_the_parts_of_the_change_sum_to_it_exactly_in_decimals(seed: int) -> None:
    """For every period and every segment, and the segments sum to the whole."""
    made = small_histories(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        for grain in (Grain.WEEK, Grain.MONTH):
            scope = made.scopes[0]
            sums: dict[str | None, dict[int, Decimal]] = {}
            for by in (None, *DIMENSIONS):
                for r in exact_rows(made, warehouse, scope, grain, by):
                    if r["unrated"]:
                        continue
                    parts = (
                        r["new"] + r["resurrected"] + r["expansion"] - r["contraction"]
                        - r["churned"] + r["guests"] - r["before_guests"]
                    )  # fmt: skip
                    assert r["total"] - r["before_total"] == parts
                    assert r["retained"] - r["before_retained"] == r["expansion"] - r["contraction"]
                    of = sums.setdefault(by, {})
                    no = int(r["period_no"])
                    of[no] = of.get(no, Decimal(0)) + r["expansion"] + 3 * r["churned"]
            for by in DIMENSIONS:
                for no, total in sums.get(None, {}).items():
                    assert sums[by][no] == total
        warehouse.close()


@settings(max_examples=5, phases=UNSHRUNK)
@given(seeds)
def test_totals_are_the_scorecards_own_numbers(seed: int) -> None:
    """GMV, buyers and active users of the same period, from other tables."""
    made = small_histories(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        families = [FAMILY_OF[k] for k in ("gmv", "buyers", "active_users")]
        for scope in made.scopes:
            span, grain = made.spans[0], Grain.MONTH
            cash = money_growth(warehouse, scope, span, grain).whole
            people = {c: user_growth(warehouse, scope, span, grain, c).whole for c in Criterion}
            card = measure(warehouse, scope, [m.period.span for m in cash], families)
            for n, m in enumerate(cash):
                row = card.row(m.period.span)
                if m.unrated == 0:
                    assert m.total == pytest.approx(row["gmv"], abs=1e-9)
                assert people[Criterion.BOUGHT][n].active == row["buyers"]
                assert people[Criterion.ACTIVE][n].active == row["active_users"]
        warehouse.close()


@settings(max_examples=4, phases=UNSHRUNK)
@given(seeds)
def test_the_buyers_behind_a_part_bring_all_of_it(seed: int) -> None:
    made = small_histories(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder), LOCAL_VIEWER)
        told = Oracle(made.shop, made.rows, made.through)
        names = names_of(warehouse)
        for scope in made.scopes:
            oracle = GrowthOracle(told, scope)
            for one in money_growth(warehouse, scope, made.spans[0], Grain.MONTH).whole:
                if one.reason is not None:
                    continue
                flows = oracle.flows("bought", one.period.before, one.period.span)
                for flow in MoneyFlow:
                    bar = MoneyBar(one.period, Grain.MONTH, flow)
                    listed = warehouse.fetch(select(money_people(warehouse, scope, bar).rows))
                    change = 0.0 if flow is MoneyFlow.GUESTS else one.of(flow)
                    assert listed["change"].sum() == pytest.approx(change, abs=1e-6)
                    if flow.value in flows:
                        assert {names[int(n)] for n in listed["person_no"]} == flows[flow.value]
        warehouse.close()


def test_the_list_of_a_bar_can_be_paged(tmp_path: Path) -> None:
    made = small_histories(11)
    warehouse = built(made, tmp_path)
    found = user_growth(warehouse, made.scopes[0], made.spans[0], Grain.MONTH, Criterion.ACTIVE)
    last = max(found.whole, key=lambda f: f.active)
    bar = FlowBar(last.period, Criterion.ACTIVE)
    page = people_page(warehouse, flow_people(warehouse, made.scopes[0], bar), limit=1)
    assert (page.total, len(page.rows)) == (last.active, 1)
