"""Limits and rules by hand; then the laws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from metrics.stats.xmr import MINIMUM_POINTS, Rule, Verdict, judge, limits

STEADY = [10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0]
"""Mean 11, every moving range 2: limits 11 ± 2.66 × 2 = 5.68 and 16.32."""

# Wheeler (2003), Making Sense of Data. Values; mean, mean range, lower, upper, range limit.
SOFTWARE = [5045, 4350, 4350, 3975, 4290, 4430, 4485, 4285]
SOFTWARE += [3980, 3925, 3645, 3760, 3300, 3685, 3463, 5200]
"""P. 382, the data set to verify software with."""
GROUP_A = [43, 40, 37, 33, 30, 33, 34, 35, 29, 33, 31, 39]
GROUP_B = [35, 37, 33, 32, 27, 29, 31, 22, 25, 30, 24, 19]
"""Table 9.1, accident rates: limits 25.6 to 43.9 and 18.0 to 39.3."""

series = st.lists(st.floats(-1e6, 1e6), min_size=MINIMUM_POINTS, max_size=30)


def test_limits_are_the_mean_and_2_66_mean_moving_ranges() -> None:
    found = limits(STEADY)
    assert found is not None
    assert (found.mean, found.mean_range, found.n, found.slope) == (11, 2, 8, 0)
    assert (found.low, found.high) == pytest.approx((5.68, 16.32))
    assert found.range_high == pytest.approx(6.536)


def test_limits_match_wheelers_data_set_for_verifying_software() -> None:
    found = limits(SOFTWARE)
    assert found is not None
    assert found.mean == pytest.approx(4135.50)
    assert found.mean_range == pytest.approx(355.93, abs=0.005)
    assert (found.low, found.high) == pytest.approx((3188.72, 5082.28), abs=0.005)
    assert found.range_high == pytest.approx(1163.19, abs=0.005)


@pytest.mark.parametrize(("values", "low", "high"), [(GROUP_A, 25.6, 43.9), (GROUP_B, 18.0, 39.3)])
def test_limits_match_wheelers_accident_rates(values: list[float], low: float, high: float) -> None:
    found = limits(values)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.05)


def test_limits_match_the_nist_handbook() -> None:
    """NIST/SEMATECH e-Handbook 6.3.2.2: 45.8159 to 55.8041, with 3 / 1.128 unrounded."""
    found = limits([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    assert found is not None
    assert found.mean == pytest.approx(50.81)
    assert (found.low, found.high) == pytest.approx((45.8159, 55.8041), abs=1e-3)


def test_wheelers_second_group_is_signal_against_the_first() -> None:
    """The book marks the 8th, 9th, 11th and 12th value of group B as below group A's limits."""
    outside = [i + 1 for i, v in enumerate(GROUP_B) if judge(GROUP_A, v).rule is Rule.OUTSIDE]
    assert outside == [8, 9, 11, 12]


def test_the_judged_value_would_hide_in_its_own_baseline() -> None:
    """16.4 is a signal against the eight steady values. Had it been counted among them, the mean
    range would be (7 × 2 + 4.4) / 8 = 2.3 and the upper limit 11.6 + 6.118 = 17.72."""
    assert judge(STEADY, 16.4).verdict is Verdict.SIGNAL_UP
    blurred = limits([*STEADY, 16.4])
    assert blurred is not None
    assert blurred.high == pytest.approx(17.718)


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
    assert judge(STEADY, [14.0, 14.0, 14.0, 12.0]).rule is None  # the judged one is not far
    assert judge(STEADY, [11.0, 11.0, 14.0, 14.0]).rule is None  # two of four
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


@pytest.mark.parametrize("n", [9, 11, 13, 26])
@pytest.mark.parametrize("value", [0.1, 1 / 3, 0.1337, 0.1 * 3, 7e8 + 0.1, -0.7])
def test_rounding_makes_no_signal_of_a_constant(value: float, n: int) -> None:
    """The mean of nine times 0.1 * 3 is one rounding step away from it, and no limit is wider."""
    assert judge([value] * n, value).verdict is Verdict.NOISE
    assert judge([value] * n, math.nextafter(value, 1e9)).verdict is Verdict.NOISE


def test_rounding_makes_no_signal_of_a_straight_line() -> None:
    """0.1 more each week, computed by adding: the sums are off by some 1e-15, the limits by 0."""
    line = [0.3]
    for _ in range(26):
        line.append(line[-1] + 0.1)
    assert judge(line[:-1], line[-1]).verdict is Verdict.NOISE
    assert judge(line[:-1], line[-1] + 0.001).verdict is Verdict.SIGNAL_UP


def test_a_cut_limit_does_not_move_the_quarter_line() -> None:
    """Mean 1, mean range 2 (0, 2, 0, 2, …): limits −4.32 to 6.32, the lower one cut to 0. Nothing
    can come near −4.32; half way to the cut limit, 0.5, would make a signal of three zeros."""
    rare = [0.0, 2.0] * 5
    found = limits(rare, floor=0.0)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0, 6.32))
    assert judge(rare, [0.0, 0.0, 0.0], floor=0.0).verdict is Verdict.NOISE


def test_a_trend_does_not_lead_past_what_the_metric_can_be() -> None:
    """A share of 0.79 and 1.2 points more each week, give or take 0.1, is at 1.006 by the trend:
    both limits are 1, and a share of 1 is no signal of a fall."""
    rising = [0.79 + 0.012 * i + 0.001 * (i % 2) for i in range(18)]
    found = limits(rising, floor=0.0, ceiling=1.0)
    assert found is not None
    assert (found.low, found.high) == (1, 1)
    assert judge(rising, 1.0, floor=0.0, ceiling=1.0).rule is not Rule.OUTSIDE


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


def test_numbers_of_a_data_frame_are_numbers() -> None:
    """NumPy's comparisons can't be subtracted from each other like Python's."""
    for value in (16.3, 16.4):
        assert judge(list(np.array(STEADY)), np.float64(value)) == judge(STEADY, value)


def test_a_gap_is_refused_by_its_place() -> None:
    gap: list[Any] = [*STEADY, None]
    with pytest.raises(ValueError, match="number 9 is None"):
        limits(gap)
    with pytest.raises(ValueError, match="Hint: pass the latest one"):
        judge(STEADY, [])


@given(series, st.floats(-1e6, 1e6))
@example([0.1] * 9, 0.1)
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


@given(series)
def test_the_middle_of_the_limits_is_noise(baseline: list[float]) -> None:
    found = limits(baseline)
    assert found is not None
    assert judge(baseline, found.mean).verdict is Verdict.NOISE
