"""Every sum of the channel table against the oracle, at every level, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from data.scope import LOCAL_VIEWER, Viewer
from data.warehouse import Warehouse
from i18n import Problem
from metrics.channels.bridge import moved, opened
from metrics.channels.cohort import by_age
from metrics.channels.people import Counted, Who, channel_people
from metrics.channels.result import Row, Table, channels
from metrics.channels.spec import Cost, Node
from metrics.people import people_page
from metrics.periods import step_of
from metrics.reading import Reason
from tests.metrics.channels.oracle import ChannelOracle, Told
from tests.metrics.channels.small_channels import small_channels
from tests.metrics.lifecycle.test_oracle import CHINA, built
from tests.metrics.oracle import Oracle
from tests.metrics.small_shops import SmallShop, seeds

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
# The cost of a part that came back is kept with four decimals, as money is.
PATHS: tuple[tuple[str, ...], ...] = ((), ("kol",), ("direct", "unknown", "CN"))


def assert_row(told: Told, row: Row) -> None:
    now = row.now
    assert now.customers == len(told.customers)
    assert now.registrations == told.registrations
    assert (now.impressions, now.clicks) == (told.impressions, told.clicks)
    if told.spend_lost:
        # A sum without a rate withholds the cost; days that cancel out to zero do not.
        assert now.spend_unrated or now.cac(Cost.MARKETING).reason is not Reason.NO_RATE
    for kind, amount in told.spend.items():
        assert now.spend[kind] == pytest.approx(float(amount), abs=1e-3)
    assert now.revenue == pytest.approx(float(told.revenue), abs=1e-3)
    assert now.discounts == pytest.approx(float(told.discounts), abs=1e-3)
    cac = now.cac(Cost.MARKETING)
    if cac.value is not None:
        assert cac.value * now.customers == pytest.approx(sum(now.spend.values()))
        assert cac.low is not None
        assert cac.high is not None
        assert cac.low <= cac.value <= cac.high


def assert_values(oracle: ChannelOracle, found: Table, path: tuple[str, ...]) -> None:
    for days, span in found.cohorts.items():
        told = oracle.value(span, days, path)
        for row in found.rows:
            assert row.value is not None
            brought, wanted = row.brought[days], told[row.value]
            assert brought.people == wanted.people == row.of_cohort[days].customers
            if days == 30:
                assert brought.retained == wanted.retained
            if days == 90:
                assert brought.again == wanted.again
            assert bool(brought.unrated) == wanted.lost
            if wanted.lost:
                continue
            margin = sum(m for m, _ in brought.at.values())
            revenue = sum(r for _, r in brought.at.values())
            assert margin == pytest.approx(float(wanted.margin), abs=1e-3)
            assert revenue == pytest.approx(float(wanted.revenue), abs=1e-3)
            assert all(0 <= age < days for age in brought.at)
            assert by_age(brought, Cost.MARKETING, found.reporting) is not None


def assert_bridges(warehouse: Warehouse, found: Table, made: SmallShop) -> None:
    """Effects sum to the change, and those of an opened row to its own."""
    change = moved(found, Cost.MARKETING)
    if change is None or found.against is None:
        return
    whole = change.bridge.end - change.bridge.start
    assert sum(e.total for e in change.effects) == pytest.approx(whole)
    assert found.total.before is not None
    before, now = found.total.before, found.total.now
    assert change.bridge.end == pytest.approx(now.cost(Cost.MARKETING) / now.customers)
    assert change.bridge.start == pytest.approx(before.cost(Cost.MARKETING) / before.customers)
    for row in found.rows:
        if row.value is None or not found.node.opens:
            continue
        below = channels(
            warehouse, made.scopes[0], found.span, found.against, found.node.into(row.value)
        )
        inner = opened(found, row, below, Cost.MARKETING)
        assert inner is not None
        mine = next((e.total for e in change.effects if e.key == row.value), 0.0)
        assert sum(e.total for e in inner.effects) == pytest.approx(mine, abs=1e-3)


def assert_as_told(made: SmallShop, warehouse: Warehouse, markets: frozenset[str] | None) -> None:
    told = Oracle(made.shop, made.rows, made.through)
    span = made.spans[0]
    for scope in made.scopes:
        oracle = ChannelOracle(told, scope, markets)
        for path in PATHS:
            try:
                found = channels(warehouse, scope, span, step_of(span).back(span), Node(path))
            except Problem as problem:
                if problem.code == "channels_no_day":
                    continue
                raise
            rows = oracle.table(found.span, path)
            listed = {r.value for r in found.rows}
            assert {v for v, t in rows.items() if t.customers or any(t.spend.values())} <= listed
            for row in found.rows:
                assert row.value is not None
                assert_row(rows[row.value], row)
            assert_values(oracle, found, path)
            assert found.total.now.customers == sum(len(t.customers) for t in rows.values())
            if scope is made.scopes[0] and not path:
                assert_bridges(warehouse, found, made)
                for row in found.rows[:2]:
                    for who in Who:
                        n = row.now.customers if who is Who.CUSTOMERS else row.now.registrations
                        counted = Counted(found.span, (row.value or "",), who)
                        people = channel_people(warehouse, scope, counted)
                        assert people_page(warehouse, people).total == n


@settings(max_examples=12, deadline=None, phases=UNSHRUNK)
@given(seeds)
def test_as_the_oracle_tells(seed: int) -> None:
    made = small_channels(seed)
    with TemporaryDirectory() as folder:
        assert_as_told(made, built(made, Path(folder), LOCAL_VIEWER), None)


@settings(max_examples=4, deadline=None, phases=UNSHRUNK)
@given(seeds)
def test_for_a_viewer_of_some_markets(seed: int) -> None:
    made = small_channels(seed)
    with TemporaryDirectory() as folder:
        assert_as_told(made, built(made, Path(folder), Viewer("lin", markets=CHINA)), CHINA)


@settings(
    max_examples=3,
    deadline=None,
    phases=UNSHRUNK,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seeds)
def test_on_postgres(postgres_database: Callable[[], str], seed: int) -> None:
    made = small_channels(seed)
    assert_as_told(made, built(made, postgres_database()), None)
