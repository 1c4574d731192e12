"""Budgets that move: by hand on known curves, and the laws that hold for every plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.saturation.result import Curve
from metrics.saturation.whatif import Movable, balanced, best_shift, outcome, within
from metrics.stats.response import Fit


def known(channel: str, half: float, today: float = 1000.0, *, noise: float = 0.0) -> Movable:
    """120 x a / (a + half) customers a week, a relative to 1,000; the level known up to `noise`."""
    draws = np.ones(800)
    level = 120 / (1 + half) * (1 + noise * np.random.default_rng(1).standard_normal((800, 1)))
    usual = np.array([1000.0])
    fit = Fit(
        0 * draws, half * draws, draws, 0 * draws, level, usual, 1.0, 99.0, 99.0, 800.0, usual
    )
    curve = Curve(fit, np.array([today]), (500.0, 1500.0))
    return Movable(channel, curve, None, today, float(np.median(curve.draws([today]))))


def test_moving_money_by_hand() -> None:
    """120 a / (a + 1) from 1 to 1.5: 60 to 72. 120 a / (a + 0.2) from 1 to 0.5: 100 to 85.71."""
    search, video = known("paid_search", 1.0), known("short_video", 0.2)
    found = outcome([search, video], {"paid_search": 1500, "short_video": 500})
    assert found.channels[0].change.value == pytest.approx(12)
    assert found.channels[1].change.value == pytest.approx(85.7142857 - 100)
    assert found.change.value == pytest.approx(12 - 14.2857143)
    assert found.today == pytest.approx(160)
    assert (found.spend_today, found.spend) == (2000, 2000)
    assert found.is_sure


def test_a_plan_of_today_changes_nothing() -> None:
    found = outcome([known("a", 1.0, noise=0.1)], {})
    assert (found.change.low, found.change.value, found.change.high) == (0, 0, 0)


def test_spend_beyond_what_was_seen_is_marked_and_bounded() -> None:
    """Seen: 500 to 1,500. Up to half as much again, down to two thirds of the least."""
    one = known("a", 1.0)
    assert within(one, 99_999) == 2250
    assert within(one, 0) == pytest.approx(500 / 1.5)
    assert outcome([one], {"a": 1600}).beyond == ("a",)
    assert outcome([one], {"a": 1500}).beyond == ()
    assert outcome([one], {"a": 400}).beyond == ("a",)


def test_what_one_takes_the_others_give_in_proportion() -> None:
    """300 more for a: b (1,000) and c (500) give 200 and 100."""
    channels = [known("a", 1.0), known("b", 1.0), known("c", 1.0, today=500.0)]
    found = balanced(channels, {"a": 1300}, "a", 2500)
    assert found == pytest.approx({"a": 1300, "b": 800, "c": 400})


def test_nobody_gives_more_than_the_reach() -> None:
    """b and c can fall to 333.33 each: 833.33 are free, and a gets no more than these."""
    channels = [known("a", 1.0, today=1000), known("b", 1.0), known("c", 1.0, today=500.0)]
    found = balanced(channels, {"a": 2250}, "a", 2500)
    assert found["b"] == pytest.approx(1000 / 3)
    assert found["c"] == pytest.approx(1000 / 3)
    assert found["a"] == pytest.approx(2500 - 2000 / 3)


spends = st.lists(st.floats(400, 2200), min_size=2, max_size=5)


@given(spends, st.data())
def test_a_fixed_total_stays(todays: list[float], data: Any) -> None:
    channels = [known(f"c{n}", 1.0, today=t) for n, t in enumerate(todays)]
    moved = data.draw(st.sampled_from([c.channel for c in channels]))
    wanted = data.draw(st.floats(0, 5000))
    found = balanced(channels, {moved: wanted}, moved, sum(todays))
    assert sum(found.values()) == pytest.approx(sum(todays), rel=1e-6)
    for one in channels:
        low, high = one.reach
        assert low - 1e-6 <= found[one.channel] <= high + 1e-6


@settings(max_examples=25)
@given(st.floats(0.1, 5), st.floats(400, 2200), st.floats(1.0, 2.0))
def test_more_money_never_brings_fewer(half: float, spend: float, times: float) -> None:
    one = known("a", half, noise=0.1)
    less, more = (outcome([one], {"a": s}).change for s in (spend, spend * times))
    assert more.value >= less.value - 1e-9


def test_draws_of_two_channels_are_no_pairs() -> None:
    """Two channels that are known to 10 % each: together their changes are as open as the root of
    the sum of squares says, not as their sum."""
    one, two = known("a", 1.0, noise=0.1), known("b", 1.0, noise=0.1)
    single = outcome([one], {"a": 1500}).change
    both = outcome([one, two], {"a": 1500, "b": 1500}).change
    assert both.value == pytest.approx(2 * single.value, rel=0.02)
    assert (both.high - both.low) / (single.high - single.low) == pytest.approx(2**0.5, rel=0.08)


def test_a_tenth_goes_from_the_dear_to_the_cheap() -> None:
    """Marginal cost at 1,000: half 1: 1000 x 4 / 120 = 33; half 0.2: 1000 x 1.44 / 24 = 60."""
    found = best_shift([known("a", 1.0), known("b", 0.2)])
    assert found is not None
    assert (found.dear.channel, found.cheap.channel, found.money) == ("b", "a", 100)
    assert found.outcome.change.value > 0
