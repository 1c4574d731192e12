"""Seasons by hand, then the laws."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.stats.season import DAYS, WEEKS, season
from metrics.stats.xmr import Verdict, judge

WEEKDAYS = [80.0, 90.0, 100.0, 100.0, 110.0, 130.0, 90.0]
"""Mean 100: a shop that sells most on Saturdays."""


def test_days_of_the_week_by_hand() -> None:
    """Two weeks, the second ten higher all over: relatives of each week's own mean."""
    found = season([*WEEKDAYS, *WEEKDAYS], DAYS)
    assert found is not None
    assert found.multiplicative
    assert found.indices == pytest.approx([v / 100 for v in WEEKDAYS])
    assert found.without(130, 5) == pytest.approx(100)
    assert found.put_back(100, 5) == pytest.approx(130)
    assert found.index(-1) == found.index(6)  # the last known day is a Sunday


def test_a_saturday_is_no_signal_once_its_season_is_out() -> None:
    """Four usual weeks, then a Saturday of 130 and a Tuesday of 130: only the Tuesday is odd."""
    wobble = [1.01, 0.99, 1.0, 0.98, 1.02]
    known = [v * wobble[n % 5] for n, v in enumerate(WEEKDAYS * 4)]
    found = season(known, DAYS)
    assert found is not None
    freed = [found.without(v, n - 28) for n, v in enumerate(known)]
    saturday = judge(freed, found.without(131, 5), widened=found.widened)
    tuesday = judge(freed, found.without(131, 1), widened=found.widened)
    assert saturday.verdict is Verdict.NOISE
    assert tuesday.verdict is Verdict.SIGNAL_UP


def test_two_whole_years_are_needed() -> None:
    assert season([1.0] * (2 * WEEKS - 1), WEEKS) is None
    assert season([1.0] * (2 * WEEKS), WEEKS) is not None


def test_a_season_with_nothing_in_it_adds() -> None:
    found = season([0.0, 4.0, 2.0, 6.0], 2)
    assert found is not None
    assert not found.multiplicative
    assert found.indices == pytest.approx([-1.5, 1.5])  # slope 1 a step is trend, not season


@given(
    st.lists(st.floats(-50, 50), min_size=2, max_size=12),
    st.integers(2, 4),
    st.floats(-3, 3),
    st.floats(-100, 100),
)
def test_a_straight_line_with_a_season_comes_apart(
    shape: list[float], cycles: int, slope: float, level: float
) -> None:
    """level + slope × t + season: what is left without the season is a straight line."""
    period = len(shape)
    middle = math.fsum(shape) / period
    values = [level - 1e4 + slope * t + shape[t % period] - middle for t in range(period * cycles)]
    found = season(values, period)
    assert found is not None
    left = [found.without(v, t) for t, v in enumerate(values)]
    steps = [b - a for a, b in pairwise(left)]
    assert steps == pytest.approx([slope] * len(steps), abs=1e-6)


@given(st.lists(st.floats(1, 1e6), min_size=8, max_size=40))
def test_what_is_taken_out_can_be_put_back(values: list[float]) -> None:
    found = season(values, 4)
    assert found is not None
    middle = math.fsum(found.indices) / 4
    assert middle == pytest.approx(1 if found.multiplicative else 0, abs=1e-9)
    for step in range(-4, 8):
        assert found.put_back(found.without(7.0, step), step) == pytest.approx(7)


def test_limits_of_adjusted_noise_are_wide_enough_for_the_next_value() -> None:
    """Two years of noise about a season: 0.9 % of the next weeks are called a signal, and without
    the widening 10 % (2,000 draws)."""
    rng = np.random.default_rng(8)
    shape = 1 + 0.3 * np.sin(np.arange(WEEKS) / WEEKS * 2 * math.pi)
    widened = narrow = 0
    runs = 2000
    for _ in range(runs):
        values = (np.tile(shape, 3)[: 2 * WEEKS + 1] * rng.normal(100, 5, 2 * WEEKS + 1)).tolist()
        found = season(values[:-1], WEEKS)
        assert found is not None
        freed = [found.without(v, n - 2 * WEEKS) for n, v in enumerate(values[:-1])][-26:]
        now = found.without(values[-1], 0)
        widened += judge(freed, now, widened=found.widened).rule is not None
        narrow += judge(freed, now).rule is not None
    assert widened / runs <= 0.025
    assert narrow / runs >= 0.08


@pytest.mark.parametrize("bad", [[1.0, math.nan, 1.0, 1.0], [1.0, math.inf, 1.0, 1.0]])
def test_gaps_are_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="season"):
        season(bad, 2)
    with pytest.raises(ValueError, match="two steps"):
        season([1.0, 2.0], 1)
