"""Every age of every cohort against the oracle, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from sqlalchemy import select

from data.scope import LOCAL_VIEWER, Scope, Span, Viewer
from data.warehouse import Warehouse
from i18n import Problem
from metrics.channels.cohort import worth
from metrics.channels.result import channels
from metrics.channels.spec import Cost
from metrics.payback.people import Cell, payback_people
from metrics.payback.result import Cohort, payback
from metrics.payback.spec import By
from metrics.reading import Maturity, Reason
from tests.metrics.oracle import Oracle
from tests.metrics.payback.oracle import Customer, PaybackOracle, spend_rows
from tests.metrics.small_shops import SmallShop, seeds, small_shop
from tests.world import world

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
CHINA = frozenset({"CN"})


def made_of(seed: int) -> SmallShop:
    """A small shop with spend; the value is net revenue, a known or an assumed margin."""
    made = small_shop(seed, most=30)
    made.rows["marketing_spend"] = spend_rows(seed)
    more = [{"ltv_value": "net_revenue"}, {"margin_rate": 0.4}, {}][seed % 3]
    reporting = made.shop.reporting.model_copy(update=more)
    return SmallShop(
        made.shop.model_copy(update={"reporting": reporting}),
        made.rows, made.through, made.spans, made.scopes,
    )  # fmt: skip


def built(made: SmallShop, where: Path | str, viewer: Viewer = LOCAL_VIEWER) -> Warehouse:
    through = None if made.through is None else made.through.isoformat()
    warehouse = world(where, settings=made.shop, through=through, **made.rows).warehouse(viewer)
    try:
        _ = warehouse.coverage
    except Problem as problem:
        assume(problem.code != "warehouse_empty")  # nothing that counts: not an example
        raise
    return warehouse


def about(told: Any) -> Any:
    """The warehouse keeps amounts to four decimals and rates to fourteen, which the oracle does
    not; a rate of thousands carries that into the third decimal."""
    return pytest.approx(float(told), rel=1e-5, abs=1e-3)


def home_of(by: By, value: str | None) -> dict[str, str]:
    return {} if by is By.MONTH or value is None else {by.value: value}


def assert_cohort(oracle: PaybackOracle, by: By, found: Cohort, cost: Cost) -> None:
    span = found.days.span
    who = oracle.cohort(span, **home_of(by, found.value))
    assert found.size == len(who)
    steps = found.worth(cost).steps
    if found.worth(cost).reason is Reason.COST_UNKNOWN:
        assert oracle.basis(who) is None
        return
    assert len(steps) == max([(oracle.told.until - c.day).days - 1 for c in who], default=0)
    for step in steps:
        expected = oracle.value(who, step.age, cost)
        assert expected is not None
        assert step.people == expected[0]
        if expected[1] is None:
            assert step.value.reason is Reason.NO_RATE
            continue
        assert step.value.numerator == about(expected[1])
        mature = (oracle.told.until - span.end).days > step.age
        assert (step.value.maturity is Maturity.MATURE) == mature
    assert_back(oracle, found, who, cost, home_of(by, found.value))


def assert_back(
    oracle: PaybackOracle, found: Cohort, who: list[Customer], cost: Cost, home: dict[str, str]
) -> None:
    """The cost, and the first mature age that reaches it."""
    span, cac, day = found.days.span, found.cac(cost), found.back(cost).day
    spent = oracle.spent(span, **home)
    if spent is None:
        assert cac.reason is Reason.NO_RATE
        assert day.value is None
        return
    total = spent.get("ads", 0) if cost is Cost.ADS else sum(spent.values())
    if cost is Cost.LOADED:
        rates = [oracle.rate(c.first) for c in who]
        if None in rates:
            return
        total += sum(c.first.amounts["discounts"] * (oracle.rate(c.first) or 0) for c in who)
    if cac.value is None:
        assert cac.reason in (Reason.NO_RATE, Reason.NO_SPEND, Reason.CREDITS, Reason.NO_CUSTOMERS)
        assert cac.reason is Reason.NO_RATE or total <= 0 or not who
        return
    assert cac.value * len(who) == about(total)
    expected = None
    for age in range(max((oracle.told.until - span.end).days, 0)):
        told = oracle.value(who, age, cost)
        if told is None or told[1] is None:
            break
        if float(told[1]) == about(total) and told[1] != total:
            return  # decided by a decimal that the warehouse does not keep
        if told[1] >= total:
            expected = age
            break
    assert day.value == expected


def assert_as_told(made: SmallShop, warehouse: Warehouse, markets: frozenset[str] | None) -> None:
    told = Oracle(made.shop, made.rows, made.through, markets)
    for scope, span, cost in zip(made.scopes, made.spans, (Cost.MARKETING, Cost.LOADED),
                                 strict=False):  # fmt: skip
        oracle = PaybackOracle(told, scope, markets)
        for by in By:
            try:
                found = payback(warehouse, scope, span, by)
            except Problem:
                outside = (warehouse.coverage.until, warehouse.coverage.start)
                assert span.start >= outside[0] or span.end <= outside[1]
                continue
            for cohort in found.cohorts:
                assert_cohort(oracle, by, cohort, cost)
                assert_cohort(oracle, by, cohort, Cost.ADS)
            if by is not By.MONTH:
                assert_cohort(oracle, By.MONTH, found.whole, cost)
            assert_people(warehouse, scope, by, found.cohorts)
            assert found.whole.size == sum(c.size for c in found.cohorts)


def assert_people(warehouse: Warehouse, scope: Scope, by: By, cohorts: tuple[Cohort, ...]) -> None:
    """The list behind a cell has its customers, and of them the revenue."""
    for cohort in cohorts:
        for within in (None, 1, 30):
            cell = Cell((cohort.days.span,), within, by, cohort.value)
            rows = warehouse.fetch(select(payback_people(warehouse, scope, cell).rows))
            counted = cohort.size
            if within is not None:
                steps = cohort.worth(Cost.MARKETING).steps
                if cohort.worth(Cost.MARKETING).reason is not None:
                    continue
                counted = steps[within - 1].people if within <= len(steps) else 0
                if counted and cohort.reporting.ltv_value == "net_revenue":
                    total = steps[within - 1].value.numerator
                    if total is not None:
                        assert rows["net_revenue"].sum() == about(total)
            assert len(rows) == counted
            assert rows["person_no"].nunique() == counted


@settings(max_examples=12, phases=UNSHRUNK)
@given(seeds)
def test_every_age_is_what_the_oracle_says_on_duckdb(seed: int) -> None:
    made = made_of(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        assert_as_told(made, warehouse, None)
        warehouse.close()


@settings(max_examples=4, phases=UNSHRUNK)
@given(seeds)
def test_a_viewer_of_one_market_sees_its_customers_and_costs_only(seed: int) -> None:
    made = made_of(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder), Viewer("lin", markets=CHINA))
        assert_as_told(made, warehouse, CHINA)
        warehouse.close()


@settings(
    max_examples=4, phases=UNSHRUNK, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seeds)
def test_every_age_is_what_the_oracle_says_on_postgresql(
    postgres_database: Callable[[], str], seed: int
) -> None:
    made = made_of(seed)
    warehouse = built(made, postgres_database())
    assert_as_told(made, warehouse, None)
    warehouse.close()


@settings(max_examples=6, phases=UNSHRUNK)
@given(seeds)
def test_the_value_is_the_ltv_of_the_channel_table(seed: int) -> None:
    """The same customers, the same days after the first order, from another statement."""
    made = made_of(3 * (seed // 3))  # net revenue: one kind of value whatever the days
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        until = warehouse.coverage.until
        scope = Scope.of(made.shop.reporting.currency)
        for month in payback(warehouse, scope, Span(date(2024, 1, 1), until)).cohorts:
            # Drawn shops may end before their first complete day, or on that of a month.
            complete = min(month.days.span.end, until)
            if month.size and max(month.days.span.start, warehouse.coverage.start) < complete:
                same_as_channels(warehouse, scope, month)
        warehouse.close()


def same_as_channels(warehouse: Warehouse, scope: Scope, month: Cohort) -> None:
    found = channels(warehouse, scope, month.days.span)
    assert found.total.now.customers == month.size
    for days, span in found.cohorts.items():
        if span != month.days.span:
            continue
        for cost in Cost:
            told = worth(found.total.brought[days], month.spent, days, cost, found.reporting)
            mine = month.value_within(days, cost)
            if not month.size:
                continue
            assert mine.reason == told.ltv.reason
            if told.ltv.value is not None:
                assert mine.value == pytest.approx(told.ltv.value, abs=1e-9)
            back = month.back(cost).day.value
            if told.payback.value is not None:
                assert back == told.payback.value
