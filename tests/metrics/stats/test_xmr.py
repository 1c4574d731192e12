"""Limits and rules by hand; then the laws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.stats.xmr import MINIMUM_POINTS, Rule, Verdict, judge, limits

STEADY = [10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0]
"""Mean 11, every moving range 2: limits 11 ± 2.66 × 2 = 5.68 and 16.32."""

series = st.lists(st.floats(-1e6, 1e6), min_size=MINIMUM_POINTS, max_size=30)


def test_limits_are_the_mean_and_2_66_mean_moving_ranges() -> None:
    found = limits(STEADY)
    assert found is not None
    assert (found.mean, found.mean_range, found.n, found.slope) == (11, 2, 8, 0)
    assert (found.low, found.high) == pytest.approx((5.68, 16.32))
    assert found.range_high == pytest.approx(6.536)


def test_seven_points_are_too_few_to_judge() -> None:
    assert limits(STEADY[:7]) is None
    assert judge(STEADY[:7], 1000.0).verdict is Verdict.TOO_FEW


@pytest.mark.parametrize(
    ("value", "verdict", "rule"),
    [
        (16.4, Verdict.SIGNAL_UP, Rule.OUTSIDE),
        (5.6, Verdict.SIGNAL_DOWN, Rule.OUTSIDE),
        (16.3, Verdict.NOISE, None),
        (11.0, Verdict.NOISE, None),
    ],
)
def test_one_value_against_the_limits(value: float, verdict: Verdict, rule: Rule | None) -> None:
    found = judge(STEADY, value)
    assert (found.verdict, found.rule) == (verdict, rule)


def test_eight_in_a_row_on_one_side_is_a_shift_of_level() -> None:
    """Seven values of 12 after the steady ones are noise; with the 12 before them they are the
    eighth in a row, and a signal without any of them being outside."""
    assert judge([*STEADY[:-1], 10.0], [12.0] * 7).rule is None
    assert judge(STEADY, [12.0] * 7).rule is Rule.RUN_OF_8


def test_three_of_four_nearer_to_the_limit_than_to_the_mean() -> None:
    """The quarter line lies at (11 + 16.32) / 2 = 13.66."""
    assert judge(STEADY, [14.0, 11.0, 14.0, 14.0]).rule is Rule.THREE_OF_FOUR
    assert judge(STEADY, [14.0, 14.0, 14.0, 11.0]).rule is None
    assert judge(STEADY, [13.0, 11.0, 13.0, 13.0]).rule is None


def test_a_shop_that_grows_steadily_is_no_signal_every_week() -> None:
    """Ten more each week, give or take one: the next step of the same size is noise, standing
    still is a signal. Against a flat mean both would be far outside."""
    growing = [100.0 + 10 * i + (i % 2) for i in range(20)]
    found = limits(growing)
    assert found is not None
    assert found.slope == pytest.approx(10, abs=0.2)
    assert judge(growing, 300.0).verdict is Verdict.NOISE
    assert judge(growing, 290.0).verdict is Verdict.SIGNAL_DOWN
    assert judge(growing, 320.0).verdict is Verdict.SIGNAL_UP


def test_one_campaign_week_does_not_turn_the_trend() -> None:
    """The median slope of a growing series stays ten with one value tripled."""
    growing = [100.0 + 10 * i for i in range(20)]
    growing[10] *= 3
    found = limits(growing)
    assert found is not None
    assert found.slope == pytest.approx(10, abs=0.5)


def test_a_baseline_that_never_moves_makes_any_move_a_signal() -> None:
    assert judge([5.0] * 9, 5.0).verdict is Verdict.NOISE
    assert judge([5.0] * 9, 5.1).verdict is Verdict.SIGNAL_UP


def test_limits_stay_within_what_the_metric_can_be() -> None:
    found = limits([0.0, 0.9] * 5, floor=0.0, ceiling=1.0)
    assert found is not None
    assert (found.low, found.high) == (0.0, 1.0)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_missing_values_are_refused_not_averaged(bad: float) -> None:
    with pytest.raises(ValueError, match="Hint"):
        limits([*STEADY, bad])
    with pytest.raises(ValueError, match="Hint"):
        judge(STEADY, bad)


@given(series, st.floats(-1e6, 1e6))
def test_turning_everything_upside_down_turns_the_verdict(
    baseline: list[float], value: float
) -> None:
    there = judge(baseline, value)
    back = judge([-v for v in baseline], -value)
    turned = {
        Verdict.SIGNAL_UP: Verdict.SIGNAL_DOWN,
        Verdict.SIGNAL_DOWN: Verdict.SIGNAL_UP,
    }
    assert back.verdict is turned.get(there.verdict, there.verdict)
    assert back.rule is there.rule


@given(series, st.integers(-10, 10))
def test_the_unit_does_not_matter(baseline: list[float], power: int) -> None:
    """Powers of two scale floats exactly: yuan or a fraction of them, the verdict is the same."""
    scale = 2.0**power
    there, scaled = limits(baseline), limits([v * scale for v in baseline])
    assert there is not None
    assert scaled is not None
    assert (scaled.low, scaled.high) == pytest.approx((there.low * scale, there.high * scale))
