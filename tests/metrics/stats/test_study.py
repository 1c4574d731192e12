"""How often the 95 % hold and how often a healthy value is called a signal, by simulation.

`make study` runs it. Bounds are what was measured, with room for the chance of the simulation
itself; the seed is fixed, so that a run says the same every time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from metrics.stats.intervals import mean_t, ratio_delta, wilson, wilson_difference
from metrics.stats.xmr import Rule, judge

pytestmark = pytest.mark.study

RUNS = 4_000
WEEKS = 26

Draw = Callable[[np.random.Generator, int], np.ndarray]


def covered(hits: int) -> float:
    return hits / RUNS


@pytest.mark.parametrize("n", [20, 100, 2_000])
@pytest.mark.parametrize("share", [0.002, 0.05, 0.3, 0.98])
def test_wilson_covers_a_share(share: float, n: int) -> None:
    """Whole counts make it uneven: 92 % at worst here, where the textbook interval has 4 %."""
    rng = np.random.default_rng(1)
    drawn = rng.binomial(n, share, RUNS)
    known = {int(k): wilson(int(k), n) for k in np.unique(drawn)}
    hits = sum(known[int(k)][0] <= share <= known[int(k)][1] for k in drawn)
    assert covered(hits) >= 0.91


@pytest.mark.parametrize(("n0", "n1"), [(20, 20), (100, 400), (2_000, 2_000)])
@pytest.mark.parametrize(("p0", "p1"), [(0.002, 0.004), (0.05, 0.05), (0.3, 0.5), (0.95, 0.99)])
def test_newcombe_covers_a_difference(p0: float, p1: float, n0: int, n1: int) -> None:
    """94.4 % at worst here; well above 95 % where almost nobody converts."""
    rng = np.random.default_rng(2)
    drawn = list(zip(rng.binomial(n0, p0, RUNS), rng.binomial(n1, p1, RUNS), strict=True))
    known = {(k0, k1): wilson_difference(k0, n0, k1, n1) for k0, k1 in set(drawn)}
    hits = sum(known[pair].low <= p1 - p0 <= known[pair].high for pair in drawn)
    assert covered(hits) >= 0.935


@pytest.mark.parametrize(
    ("draw", "truth", "n", "least"),
    [
        (lambda g, n: g.normal(50, 10, n), 50.0, 5, 0.94),
        (lambda g, n: g.gamma(2, 30, n), 60.0, 200, 0.94),
        # Order values with a long tail: 93.5 % of 200 buyers, 94.9 % of 3,000.
        (lambda g, n: g.lognormal(4, 1, n), float(np.exp(4.5)), 200, 0.925),
        (lambda g, n: g.lognormal(4, 1, n), float(np.exp(4.5)), 3_000, 0.935),
    ],
    ids=["normal of 5", "gamma of 200", "log-normal of 200", "log-normal of 3000"],
)
def test_t_covers_a_mean(draw: Draw, truth: float, n: int, least: float) -> None:
    rng = np.random.default_rng(3)
    hits = 0
    for _ in range(RUNS):
        y = draw(rng, n)
        low, high = mean_t(float(y.sum()), float(y @ y), n)
        hits += low <= truth <= high
    assert covered(hits) >= least


@pytest.mark.parametrize("n", [30, 300])
def test_the_delta_method_covers_what_orders_as_units_do_not(n: int) -> None:
    """Users differ in what an order is worth: 95 % by users, 65 % as if orders were independent."""
    rng = np.random.default_rng(4)
    hits = naive = 0
    for _ in range(RUNS):
        orders = 1 + rng.poisson(3, n)
        level = rng.normal(50, 20, n)
        values = np.repeat(level, orders) + rng.normal(0, 5, int(orders.sum()))
        spend = np.add.reduceat(values, np.r_[0, np.cumsum(orders)[:-1]])
        low, high = ratio_delta(
            float(spend.sum()),
            int(orders.sum()),
            float(spend @ spend),
            int(orders @ orders),
            float(spend @ orders),
            n,
        )
        hits += low <= 50 <= high
        low, high = mean_t(float(values.sum()), float(values @ values), len(values))
        naive += low <= 50 <= high
    assert covered(hits) >= 0.935
    assert covered(naive) < 0.70


@pytest.mark.parametrize(
    ("draw", "floor", "most"),
    [
        (lambda g, n: g.normal(100, 5, n), None, 0.02),
        (lambda g, n: g.binomial(400, 0.05, n) / 400, 0.0, 0.02),
        # Skewed or rare: the long side passes limits that are as wide on both.
        (lambda g, n: g.binomial(400, 0.01, n) / 400, 0.0, 0.03),
        (lambda g, n: g.poisson(2, n).astype(float), 0.0, 0.035),
        (lambda g, n: 100 * g.lognormal(0, 0.3, n), 0.0, 0.03),
    ],
    ids=["normal", "share of 5 %", "share of 1 %", "count of 2", "log-normal"],
)
def test_a_healthy_value_is_rarely_a_signal(draw: Draw, floor: float | None, most: float) -> None:
    """1.5 % of a normal metric's weeks by all rules, 2.8 % of a count of 2."""
    rng = np.random.default_rng(5)
    found: Counter[Rule | None] = Counter()
    for _ in range(RUNS):
        values = draw(rng, WEEKS + 1).tolist()
        found[judge(values[:-1], values[-1], floor=floor).rule] += 1
    assert 1 - found[None] / RUNS <= most
    assert found[Rule.THREE_OF_FOUR] / RUNS <= 0.01


@pytest.mark.parametrize(("shift", "least"), [(3, 0.45), (4, 0.77)])
def test_a_jump_is_seen_in_its_first_week(shift: float, least: float) -> None:
    """By three and four standard deviations of the weekly noise: in 49 % and 80 %."""
    rng = np.random.default_rng(6)
    seen = 0
    for _ in range(RUNS):
        values = rng.normal(0, 1, WEEKS).tolist()
        seen += judge(values, float(rng.normal(shift, 1))).rule is Rule.OUTSIDE
    assert seen / RUNS >= least


def test_the_run_rules_find_the_small_shift_that_the_limits_miss() -> None:
    """A level 1.5 standard deviations higher: within eight weeks 86 % see it by any rule, 44 % by
    the limits alone. The price: 13 % of shops where nothing moved have a signal in eight weeks."""
    rng = np.random.default_rng(7)
    runs = RUNS // 4
    any_rule = outside = healthy = 0
    for _ in range(runs):
        baseline = rng.normal(0, 1, WEEKS).tolist()
        moved, same = (rng.normal(level, 1, 8).tolist() for level in (1.5, 0))
        rules = [judge(baseline, moved[: i + 1]).rule for i in range(8)]
        any_rule += any(rules)
        outside += Rule.OUTSIDE in rules
        healthy += any(judge(baseline, same[: i + 1]).rule for i in range(8))
    assert any_rule / runs >= 0.82
    assert outside / runs <= 0.50
    assert healthy / runs <= 0.16
