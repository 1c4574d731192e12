"""Traffic, baseline and spread of every metric against the oracle, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from data.scope import LOCAL_VIEWER, Scope, Viewer
from data.warehouse import Warehouse
from metrics.experiments.outcomes import BASES, BEFORE_DAYS, Kind, Outcome
from metrics.planner import baseline
from metrics.planner.answer import planned
from metrics.planner.baseline import past, traffic
from metrics.planner.history import Population, grown, units
from metrics.planner.spec import Meeting, Refusal, default_question
from metrics.stats.experiments.quantiles import enough_for, quantile_arm
from tests.metrics.channels.small_channels import small_channels
from tests.metrics.lifecycle.test_oracle import CHINA, built
from tests.metrics.oracle import Oracle
from tests.metrics.planner.oracle import PlannerOracle, spread
from tests.metrics.small_shops import SmallShop, seeds

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
SUMMED = [b for b in BASES if b.kind is not Kind.QUANTILE]
QUANTILES = [b for b in BASES if b.kind is Kind.QUANTILE]


def assert_as_told(made: SmallShop, w: Warehouse, markets: frozenset[str] | None) -> None:
    told = Oracle(made.shop, made.rows, made.through)
    for n, scope in enumerate(made.scopes):
        oracle = PlannerOracle(told, scope, markets)
        if w.sources(scope).only_guests():
            assert planned(w, scope, default_question()).refusal is Refusal.GUESTS
            continue
        for meeting in Meeting:
            assert_traffic(oracle, w, scope, meeting)
            days = (1, 5, 14, 30)[(n + len(made.rows["refunds"])) % 4]
            assert_baselines(oracle, w, scope, meeting, days)
            for base in QUANTILES:
                assert_quantile(oracle, w, scope, meeting, Outcome(base, days))


def assert_traffic(oracle: PlannerOracle, w: Warehouse, scope: Scope, meeting: Meeting) -> None:
    """New users by day, each once."""
    found = traffic(w, scope, meeting)
    if found is None:
        return
    on = [m.on for m in oracle.met(meeting, found.days)]
    days = [found.days.start + timedelta(days=n) for n in range(found.days.days)]
    assert found.by_day == tuple(on.count(d) for d in days)


def assert_baselines(
    oracle: PlannerOracle, w: Warehouse, scope: Scope, meeting: Meeting, days: int
) -> None:
    """Every metric of every number of days met: value, variance, correlation, or the refusal."""
    outcomes = tuple(Outcome(b, days) for b in SUMMED)
    found = past(w, scope, meeting, days, outcomes)
    if found is None:
        return
    met = oracle.met(meeting, found.days)
    rows = [(m.on, oracle.values(m, days)) for m in met]
    assert found.reaches_back == (
        found.days.start - timedelta(days=BEFORE_DAYS) >= w.coverage.start
    )
    for one in outcomes:
        running = found.running(one)
        for upto in (7, found.days.days):
            base = running[min(upto, len(running)) - 1]
            mine = [r for on, r in rows if on < found.days.start + timedelta(days=upto)]
            assert base.units == len(mine)
            if len(mine) < 2:
                assert base.refusal is Refusal.NOBODY
                continue
            bottom = one.base.bottom
            if bottom is not None and sum(r[bottom] for r in mine) == 0:
                assert base.refusal is Refusal.ZERO
                continue
            value, variance, correlation = spread(one, mine)
            # The cost of goods is kept to four decimals; all else is exact.
            exact = 1e-4 if one.base.key == "margin" else 1e-9
            assert base.value == pytest.approx(value, rel=exact, abs=exact)
            if base.refusal is not None:
                assert abs(value) < exact or variance < 1e-9 * max(1.0, value * value)
                continue
            assert base.variance == pytest.approx(variance, rel=max(exact, 1e-7))
            if not found.reaches_back or not one.has_prior:
                assert base.correlation is None
            elif base.correlation is not None and correlation is not None:
                assert base.correlation == pytest.approx(correlation, abs=2e-3)


def assert_quantile(
    oracle: PlannerOracle, w: Warehouse, scope: Scope, meeting: Meeting, one: Outcome
) -> None:
    """As the statistics of experiments have it of raw values, per user met."""
    days, share = grown(w.coverage, one.days), one.base.share or 0.5
    found = baseline.values(w, scope, meeting, one)
    if days is None:
        assert found is Refusal.NOT_MATURE
        return
    met = oracle.met(meeting, days)
    pairs = [(m.user, v) for m in met for v in oracle.order_values(m, one.days)]
    if not pairs or not enough_for(share, len(pairs)):
        assert found is Refusal.TOO_FEW_VALUES
        return
    assert not isinstance(found, Refusal)
    arm = quantile_arm([v for _, v in pairs], share, units=[u for u, _ in pairs])
    count, base = found.by_count[-1]
    assert (count, base.units) == (len(pairs), len(met))
    assert base.value == pytest.approx(arm.at, rel=1e-9)
    half = 2 * 1.959963984540054
    variance = (arm.n - 1) / arm.n * ((arm.high - arm.low) / half) ** 2 * arm.cluster_factor
    if base.refusal is None:
        assert base.variance == pytest.approx(variance * len(met), rel=1e-6)
    else:
        assert variance == pytest.approx(0, abs=1e-12) or arm.units == 1 or arm.at == 0


@given(seeds)
@settings(max_examples=10, phases=UNSHRUNK)
def test_history_is_what_the_rows_say(seed: int) -> None:
    made = small_channels(seed)
    with TemporaryDirectory() as folder:
        assert_as_told(made, built(made, Path(folder)), None)


@given(seeds)
@settings(max_examples=4, phases=UNSHRUNK)
def test_and_of_the_viewers_markets_alone(seed: int) -> None:
    made = small_channels(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder), Viewer("lin", markets=CHINA))
        assert_as_told(made, warehouse, CHINA)


@pytest.mark.postgres
@given(seed=seeds)
@settings(
    max_examples=3, phases=UNSHRUNK, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_on_postgresql_too(seed: int, postgres_database: Callable[[], str]) -> None:
    made = small_channels(seed)
    assert_as_told(made, built(made, postgres_database()), None)


@given(seeds)
@settings(max_examples=3, phases=UNSHRUNK)
def test_a_sample_is_of_every_kth_number_and_nobody_else(seed: int) -> None:
    """One in three: the units of the sample are those of all whose number is a multiple."""
    made = small_channels(seed)
    with TemporaryDirectory() as folder:
        w = built(made, Path(folder), LOCAL_VIEWER)
        days = grown(w.coverage, 1)
        if days is None:
            return
        src, zone = w.sources(made.scopes[0]), w.reporting.zone
        for meeting in Meeting:
            every, some = (
                w.fetch(units(src, Population(meeting, days, zone, k)).select()) for k in (1, 3)
            )
            kept = sorted(int(n) for n in every["person_no"] if int(n) % 3 == 0)
            assert sorted(int(n) for n in some["person_no"]) == kept
            assert not np.any(every["person_no"].duplicated())
