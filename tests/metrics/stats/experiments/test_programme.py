"""The programme's impact: by hand, by its laws, and by simulation; the pace by the calendar."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from metrics.stats.experiments.programme import Estimate, by_month, pace, shrunken


def of(*pairs: tuple[float, float]) -> list[Estimate]:
    return [Estimate(f"e{n}", gain, se) for n, (gain, se) in enumerate(pairs)]


gains = st.floats(-0.5, 0.5).map(lambda x: round(x, 4))
errors = st.floats(0.005, 0.3).map(lambda x: round(x, 4))
programmes = st.lists(st.tuples(gains, errors), min_size=3, max_size=12).map(lambda p: of(*p))


def test_equal_errors_by_hand() -> None:
    """Gains of 4, −2 and 4 % with errors of 2 %: τ² = (16 + 4 + 16) / 3 − 4 = 8 (in %²), so 8 / 12
    of each is left: 2.67, −1.33, 2.67 %."""
    found = shrunken(of((0.04, 0.02), (-0.02, 0.02), (0.04, 0.02)))
    assert found is not None
    assert found.tau2 == pytest.approx(8e-4, rel=1e-9)
    assert [d.gain for d in found.drawn] == pytest.approx([0.08 / 3, -0.04 / 3, 0.08 / 3])
    assert found.drawn[0].share == pytest.approx(2 / 3)
    # Morris: B = 1/3, variance = (1 − B)·4 + B²·16·2/(3 − 2)·1 = 8/3 + 32/9 (in %²)
    half = 1.959963985 * math.sqrt(8 / 3 + 32 / 9) / 100
    assert found.drawn[0].high - found.drawn[0].gain == pytest.approx(half)


def test_a_sum_by_hand() -> None:
    """The two winners of above: 5.33 % where the naive sum says 8 %. Own errors 2 · 8/3; what is
    not known of τ² errs alike in both: (2 · √(32/9))²."""
    found = shrunken(of((0.04, 0.02), (-0.02, 0.02), (0.04, 0.02)))
    assert found is not None
    total = found.total((1, 0, 1))
    assert total.value == pytest.approx(0.16 / 3)
    assert total.naive == pytest.approx(0.08)
    assert total.naive_high - total.naive == pytest.approx(1.959963985 * math.sqrt(8) / 100)
    half = 1.959963985 * math.sqrt(2 * 8 / 3 + 4 * 32 / 9) / 100
    assert total.high - total.value == pytest.approx(half)


def test_effects_that_spread_no_more_than_their_errors_are_nothing() -> None:
    """τ² = 0: every effect is drawn to zero, but not with certainty."""
    found = shrunken(of((0.02, 0.02), (-0.01, 0.02), (0.01, 0.02)))
    assert found is not None
    assert found.tau2 == 0
    assert [d.gain for d in found.drawn] == [0, 0, 0]
    total = found.total((1, 1, 1))
    assert total.value == 0
    assert total.low < 0 < total.high


def test_two_experiments_tell_nothing_of_a_spread_however_many_arms_they_have() -> None:
    two = [Estimate("a", 0.1, 0.01), Estimate("a", 0.2, 0.01), Estimate("b", 0.1, 0.01)]
    assert shrunken(two) is None
    assert shrunken([*two, Estimate("c", 0.0, 0.01)]) is not None


@pytest.mark.parametrize("se", [0.0, -0.1, math.inf, math.nan])
def test_an_effect_without_an_error_is_refused(se: float) -> None:
    with pytest.raises(ValueError, match=r"above 0|finite"):
        shrunken(of((0.1, 0.1), (0.1, 0.1), (0.1, se)))


@given(programmes)
def test_tau2_solves_its_equation_and_lies_in_its_interval(estimates: list[Estimate]) -> None:
    found = shrunken(estimates)
    assert found is not None
    k = len(estimates)

    def spread(tau2: float) -> float:
        return sum(e.gain**2 / (e.se**2 + tau2) for e in estimates)

    for tau2, target in (
        (found.tau2, k),
        (found.tau2_low, chi2.isf(0.025, k)),
        (found.tau2_high, chi2.isf(0.975, k)),
    ):
        if tau2 > 0:
            assert spread(tau2) == pytest.approx(target, rel=1e-6)
        else:
            assert spread(0.0) <= target * (1 + 1e-9)
    assert found.tau2_low <= found.tau2 <= found.tau2_high


@given(programmes)
def test_effects_are_drawn_towards_zero_and_never_over_it(estimates: list[Estimate]) -> None:
    found = shrunken(estimates)
    assert found is not None
    for e, d in zip(estimates, found.drawn, strict=True):
        assert abs(d.gain) <= abs(e.gain)
        assert d.gain * e.gain >= 0
        assert d.low <= d.gain <= d.high


@given(programmes)
def test_with_many_units_nothing_is_taken_off(estimates: list[Estimate]) -> None:
    """A hundred million times the units: errors of a ten-thousandth."""
    sure = [Estimate(e.experiment, e.gain, e.se * 1e-4) for e in estimates]
    found = shrunken(sure)
    assert found is not None
    if sum(e.gain**2 for e in estimates) > 1e-4:
        for e, d in zip(sure, found.drawn, strict=True):
            assert d.gain == pytest.approx(e.gain, rel=1e-2, abs=1e-9)


@given(programmes, st.floats(0.1, 50.0))
def test_a_sum_is_that_of_its_parts_in_any_unit(estimates: list[Estimate], scale: float) -> None:
    """Halves add up, and weights of orders a month in place of shares only change the unit."""
    found = shrunken(estimates)
    assert found is not None
    k = len(estimates)
    left = found.total([1.0 if n % 2 else 0.0 for n in range(k)])
    right = found.total([0.0 if n % 2 else 1.0 for n in range(k)])
    whole, scaled = found.total([1.0] * k), found.total([scale] * k)
    assert left.value + right.value == pytest.approx(whole.value)
    assert left.naive + right.naive == pytest.approx(whole.naive)
    assert scaled.value == pytest.approx(scale * whole.value)
    assert scaled.high - scaled.low == pytest.approx(scale * (whole.high - whole.low))


@given(programmes)
def test_worse_mirrors_better(estimates: list[Estimate]) -> None:
    found = shrunken(estimates)
    turned = shrunken([Estimate(e.experiment, -e.gain, e.se) for e in estimates])
    assert found is not None
    assert turned is not None
    assert turned.tau2 == found.tau2
    assert [d.gain for d in turned.drawn] == [-d.gain for d in found.drawn]


def test_the_naive_sum_overstates_and_the_drawn_one_does_not() -> None:
    """Two thousand programmes of twenty experiments, true effects N(0, 2 %), errors from 1 to 4 %;
    shipped is what is better by its own test. The binomial and sampling errors are a tenth of the
    margins below."""
    rng = np.random.default_rng(20)
    off, naive_off, truth, covered = [], [], [], 0
    runs = 2000
    for _ in range(runs):
        true = rng.normal(0.0, 0.02, 20)
        se = rng.uniform(0.01, 0.04, 20)
        seen = true + rng.normal(0.0, 1.0, 20) * se
        found = shrunken(of(*zip(seen.tolist(), se.tolist(), strict=True)))
        assert found is not None
        shipped = (seen > 1.96 * se).astype(float)
        total = found.total(shipped.tolist())
        real = float((true * shipped).sum())
        truth.append(real)
        off.append(total.value - real)
        naive_off.append(total.naive - real)
        covered += total.low <= real <= total.high
    assert np.mean(naive_off) > 0.3 * np.mean(truth)
    assert abs(np.mean(off)) < 0.1 * np.mean(truth)
    assert 0.93 < covered / runs < 0.99


def test_pace_by_hand() -> None:
    """Three starts in 84 days are one in four weeks; the day after the last does not count."""
    days = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 25), date(2026, 3, 26)]
    found = pace(days, date(2026, 1, 1), date(2026, 3, 26))
    assert found is not None
    assert (found.n, found.days, found.per_four_weeks) == (3, 84, 1.0)


def test_less_than_four_weeks_is_no_pace() -> None:
    assert pace([date(2026, 1, 5)], date(2026, 1, 1), date(2026, 1, 28)) is None


def test_months_without_any_stay_in_the_course() -> None:
    days = [date(2025, 12, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)]
    assert by_month(days, date(2025, 12, 15), date(2026, 3, 1)) == (
        (date(2025, 12, 1), 1),
        (date(2026, 1, 1), 0),
        (date(2026, 2, 1), 2),
    )
