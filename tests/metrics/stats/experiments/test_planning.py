"""What planning asks of the statistics: guardrails, drift, and what looking at any time costs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from metrics.stats.experiments import always_valid, power
from metrics.stats.experiments.means import welch
from metrics.stats.experiments.non_inferiority import non_inferior
from metrics.stats.experiments.sums import Sums


def test_a_guardrail_needs_the_units_that_non_inferiority_takes():
    """Mean 10, sd 20, margin 5 %: 0.5 to see. With 18,820 units an arm the statistic is expected at
    0.5 / (20·√((1 + 0.95²) / 18,820)) = 2.486 = 1.645 + 0.842."""
    units = power.units_for_margin(10, 20, 0.05)
    assert units == pytest.approx(37_639.4, abs=0.1)
    expected = 0.5 / (20 * math.sqrt((1 + 0.95**2) / (units / 2)))
    assert expected == pytest.approx(1.644854 + 0.841621, abs=1e-5)
    assert power.power_for_margin(10, 20, 0.05, units) == pytest.approx(0.8)
    assert power.power_for_margin(10, 20, 0.05, 0.0) == pytest.approx(0.05)
    fewer = power.units_for_margin(10, 20, 0.05, lower_is_better=True)
    assert fewer == pytest.approx(units * (1 + 1.05**2) / (1 + 0.95**2))


def test_a_guardrail_is_shown_as_often_as_the_power_says():
    """4,000 tests of two arms that are alike, judged by `non_inferior`: 80 % ± 2 %."""
    rng = np.random.default_rng(1)
    n, runs = 500, 4_000
    margin = 0.1
    sd = 2.0
    mean = sd * math.sqrt(power.units_for_margin(1.0, 1.0, margin) / (2 * n))
    held = 0
    for _ in range(runs):
        arms = [Sums.of_sd(n, rng.normal(mean, sd / math.sqrt(n)), sd) for _ in range(2)]
        held += non_inferior(welch(arms[0], arms[1]), margin).holds
    assert held / runs == pytest.approx(0.8, abs=0.02)


def test_drift_is_what_the_statistic_is_expected_at():
    """At the units needed it is z(0.025) + z(0.2) = 2.80; with a quarter of them half of that."""
    assert power.drift_of(100, 100) == pytest.approx(2.801585, abs=1e-5)
    assert power.drift_of(25, 100) == pytest.approx(2.801585 / 2, abs=1e-5)


@pytest.mark.parametrize("looks", [1, 4, 12])
def test_an_always_valid_test_of_its_inflated_size_concludes_as_often_as_asked(looks):
    """Walks with the drift of that size, looked at evenly: 80 % ± 2 % leave the interval."""
    rng = np.random.default_rng(looks)
    single = 1.959964 + 0.841621
    drift = single * math.sqrt(always_valid.inflation(looks))
    fractions = [(n + 1) / looks for n in range(looks)]
    steps = rng.normal(drift / looks, math.sqrt(1 / looks), (8_000, looks)).cumsum(axis=1)
    z = np.abs(steps) / np.sqrt(fractions)
    found = (z > always_valid.widths(fractions, 0.05)).any(axis=1).mean()
    assert found == pytest.approx(0.8, abs=0.02)


def test_widths_are_those_of_the_interval():
    """At the planned size, as `always_valid` widens an effect of that many units."""
    effect = welch(Sums.of_sd(2_500, 10, 3), Sums.of_sd(2_500, 10.2, 3))
    held = always_valid.always_valid(
        effect, Sums.of_sd(2_500, 10, 3), Sums.of_sd(2_500, 10.2, 3), planned=5_000
    ).effect
    [width] = always_valid.widths([1.0], 0.05)
    assert held.high - held.diff == pytest.approx(width * effect.se)
