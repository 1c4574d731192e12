"""Options of limits: the median range, a trend forced on or off, limits that are widened."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from metrics.stats.xmr import (
    LIMIT,
    MEDIAN_LIMIT,
    MEDIAN_RANGE_LIMIT,
    RANGE_LIMIT,
    Rule,
    Verdict,
    judge,
    limits,
)

D2 = 2 / math.sqrt(math.pi)
"""Mean of the range of two standard normal values."""
D3 = math.sqrt(2 - 4 / math.pi)
"""Its standard deviation."""
D4 = math.sqrt(2) * float(stats.norm.ppf(0.75))
"""Its median."""


def test_the_constants_are_those_of_two_normal_values() -> None:
    """3 / d2 = 2.66, (d2 + 3 d3) / d2 = 3.268 and by the median 3 / d4 = 3.145, 3.865 (Wheeler
    2003, Making Sense of Data, table A.1; the last is printed from d4 = 0.954)."""
    assert (LIMIT, RANGE_LIMIT, MEDIAN_LIMIT, MEDIAN_RANGE_LIMIT) == (2.66, 3.268, 3.145, 3.865)
    assert pytest.approx(3 / D2, abs=0.002) == LIMIT
    assert pytest.approx((D2 + 3 * D3) / D2, abs=0.002) == RANGE_LIMIT
    assert pytest.approx(3 / D4, abs=0.002) == MEDIAN_LIMIT
    assert pytest.approx((D2 + 3 * D3) / D4, abs=0.003) == MEDIAN_RANGE_LIMIT


ODD_WEEK = [10.0, 12.0, 10.0, 12.0, 90.0, 12.0, 10.0, 12.0, 10.0]
"""Ranges 2, 2, 2, 78, 78, 2, 2, 2: mean 21, median 2; the mean of the values is 178 / 9."""


def test_one_odd_week_does_not_widen_limits_by_the_median() -> None:
    by_mean, by_median = limits(ODD_WEEK), limits(ODD_WEEK, by_median=True)
    assert by_mean is not None
    assert by_median is not None
    assert by_mean.mean == by_median.mean == pytest.approx(178 / 9)
    assert by_mean.mean_range == 21
    assert (by_median.mean_range, by_median.reach) == (2, pytest.approx(6.29))
    assert by_median.range_high == pytest.approx(7.73)
    assert judge(ODD_WEEK, 30).verdict is Verdict.NOISE
    assert judge(ODD_WEEK, 30, by_median=True).rule is Rule.OUTSIDE


def test_a_trend_can_be_forced_and_forbidden() -> None:
    """1, 3, 2, 4, 3, 5, 4, 6, 5, 7: the median slope of all pairs is 1/2. From the level a value
    of 5 more steps on would be high, along the trend 7 is usual."""
    rising = [1.0, 3.0, 2.0, 4.0, 3.0, 5.0, 4.0, 6.0, 5.0, 7.0]
    left, followed, level = (limits(rising, trended=t) for t in (None, True, False))
    assert left is not None
    assert followed is not None
    assert level is not None
    assert level == left  # four values in a row lie on one side: no drift is seen
    assert (level.slope, level.mean) == (0, 4)
    assert followed.slope == pytest.approx(0.5, abs=0.03)
    assert followed.mean > 6
    steady = [5.0, 6.0] * 5
    forced = limits(steady, trended=True)
    assert forced is not None
    assert forced.slope == pytest.approx(0, abs=0.2)


def test_limits_are_widened_about_their_mean() -> None:
    plain, wide = limits([10, 12] * 5), limits([10, 12] * 5, widened=1.5)
    assert plain is not None
    assert wide is not None
    assert wide.mean == plain.mean
    assert wide.high - wide.mean == pytest.approx(1.5 * (plain.high - plain.mean))


def test_how_far_and_how_long_are_told() -> None:
    """Mean 11, reach 5.32: 16.32 lies three standard deviations away, 13.66 half of that."""
    steady = [10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0]
    assert judge(steady, 16.32).distance == pytest.approx(3)
    assert judge(steady, 13.66).distance == pytest.approx(1.5)
    assert judge(steady, 8.34).distance == pytest.approx(-1.5)
    assert judge(steady, 13.0).run == 2  # the 12 before it too
    assert judge(steady, [13.0, 13.0, 9.0]).run == 1
    assert judge([5.0] * 8, 6.0).distance == math.inf
    assert judge([5.0] * 8, 5.0).distance == 0
