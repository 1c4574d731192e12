"""Sizes by hand and by law: published numbers, unequal splits, several arms, modes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.power import NormalIndPower, zt_ind_solve_power

from i18n import Problem
from metrics.experiments.outcomes import outcome
from metrics.planner.baseline import Baseline, baseline_of
from metrics.planner.sizes import (
    chance,
    detectable,
    guard_chance,
    guard_units,
    inflation,
    units_for,
)
from metrics.planner.spec import Guarded, Question
from metrics.stats.experiments.modes import Mode
from metrics.stats.experiments.sums import Sums

RATE = Question(outcome("bought_within_14_days"), mode=Mode.FIXED)
MEAN = Question(outcome("gmv_within_14_days"), mode=Mode.FIXED)
TEN_PERCENT = Baseline(1_000, 0.1, 0.09, None, None)
MONEY = Baseline(1_000, 10.0, 400.0, 0.5, None)


def test_ten_against_eleven_percent_needs_14751_an_arm():
    """R: power.prop.test(p1 = .10, p2 = .11, power = .8) says n = 14,750.79 in each group."""
    assert units_for(RATE, TEN_PERCENT, 0.1) / 2 == pytest.approx(14_750.79, abs=0.01)


def test_a_mean_needs_what_statsmodels_says():
    """Mean 10, sd 20, lift 5 %: an effect of 0.025 sd."""
    plain = replace(MEAN, cuped=False)
    theirs = NormalIndPower().solve_power(0.5 / 20, alpha=0.05, power=0.8)
    assert units_for(plain, MONEY, 0.05) / 2 == pytest.approx(theirs, rel=1e-5)


def test_cuped_saves_the_square_of_the_correlation():
    assert units_for(MEAN, MONEY, 0.05) == pytest.approx(
        units_for(replace(MEAN, cuped=False), MONEY, 0.05) * (1 - 0.25)
    )


def test_an_uneven_split_needs_more():
    """80/20 against 50/50: 0.25 / 0.16 as many."""
    even = units_for(MEAN, MONEY, 0.05)
    assert units_for(replace(MEAN, split=(80, 20)), MONEY, 0.05) == pytest.approx(even * 25 / 16)
    assert units_for(replace(MEAN, split=(0.8, 0.2)), MONEY, 0.05) == pytest.approx(even * 25 / 16)


def test_three_arms_pay_for_two_comparisons_and_for_the_third_arm():
    """Pairs hold two thirds of all, each at alpha / 2 (Bonferroni, as Holm begins)."""
    three = replace(MEAN, split=(1, 1, 1), cuped=False)
    pair = 2 * zt_ind_solve_power(0.5 / 20, alpha=0.025, power=0.8)
    assert units_for(three, MONEY, 0.05) == pytest.approx(pair * 1.5, rel=1e-5)
    assert three.level == 0.025
    assert replace(three, primaries=3).level == pytest.approx(0.05 / 6)


def test_the_smallest_treatment_decides():
    """Control 50, treatments 40 and 10: as large as a test with 10 alone beside 50."""
    wide = units_for(replace(MEAN, split=(50, 40, 10)), MONEY, 0.05)
    narrow = units_for(replace(MEAN, split=(50, 10), primaries=2), MONEY, 0.05)
    assert wide == pytest.approx(narrow / 0.6)


def test_a_lift_beyond_all_has_no_size():
    most = Baseline(10, 0.8, 0.16, None, None)
    assert units_for(RATE, most, 0.3) is None
    assert units_for(RATE, most, 0.25) is None
    assert chance(RATE, most, 0.3, 1_000, 1) is None


questions = st.builds(
    replace,
    st.sampled_from([RATE, MEAN]),
    lift=st.floats(0.01, 0.5),
    split=st.lists(st.floats(1, 9), min_size=2, max_size=4).map(tuple),
    power=st.sampled_from([0.7, 0.8, 0.95]),
    alpha=st.sampled_from([0.01, 0.05, 0.1]),
    mode=st.sampled_from(Mode),
)


def base_of(asked: Question) -> Baseline:
    return TEN_PERCENT if asked.outcome.is_rate else MONEY


@given(questions)
def test_the_lift_of_a_size_is_the_lift_it_was_made_for(asked):
    base = base_of(asked)
    units = units_for(asked, base, asked.lift)
    assert detectable(asked, base, units) == pytest.approx(asked.lift, rel=1e-5)


@given(questions, st.integers(1, 12))
def test_power_at_the_size_is_the_power_asked_for_in_every_mode(asked, looks):
    base = base_of(asked)
    units = units_for(asked, base, asked.lift)
    units *= inflation(asked.mode, looks, asked.level, asked.power)
    assert chance(asked, base, asked.lift, units, looks) == pytest.approx(asked.power, abs=1e-4)
    smaller = chance(asked, base, asked.lift * 0.7, units, looks)
    assert 0 < smaller < asked.power
    assert chance(asked, base, 0.0, units, looks) <= asked.level + 1e-6


@given(questions, st.floats(1.01, 5))
def test_more_units_find_smaller_lifts(asked, more):
    base = base_of(asked)
    units = units_for(asked, base, asked.lift)
    assert detectable(asked, base, units * more) < detectable(asked, base, units)


def test_modes_cost_what_they_cost():
    """One look nothing; group-sequential a few percent (Jennison & Turnbull 2000); always valid
    most of the size again."""
    assert inflation(Mode.FIXED, 8, 0.05, 0.8) == 1
    assert 1.02 < inflation(Mode.GROUP_SEQUENTIAL, 5, 0.05, 0.8) < 1.04
    assert 1.7 < inflation(Mode.ALWAYS_VALID, 5, 0.05, 0.8) < 1.9


def test_a_guardrail_has_its_power_at_the_size_it_takes():
    guard = Guarded(outcome("refund_share_within_14_days"), 0.2)
    asked = replace(MEAN, split=(60, 25, 15))
    units = guard_units(asked, guard, MONEY)
    assert guard_chance(asked, guard, MONEY, units) == pytest.approx(0.8)
    assert guard_chance(asked, guard, MONEY, units / 2) < 0.8


def test_a_ratio_varies_by_the_delta_method():
    """Two users: 30 over 1 order, 10 over 3. Ratio 10; y − 10·d is 20 and −20, over a mean of 2
    orders: variance (10² + 10²) / 1 = 200."""
    sums = Sums.of_values([30.0, 10.0], [1.0, 3.0], [0.0, 0.0], [0.0, 0.0])
    base = baseline_of(outcome("gmv_per_order_within_14_days"), sums)
    assert (base.value, base.units, base.correlation) == (10, 2, 0)
    assert base.variance == pytest.approx(200)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lift": 0.0}, "planner_number"),
        ({"lift": float("nan")}, "planner_number"),
        ({"split": (50.0,)}, "planner_split"),
        ({"split": (50.0, 0.0)}, "planner_split"),
        ({"power": 1.0}, "planner_number"),
        ({"alpha": 0.9}, "planner_number"),
        ({"traffic": 0.0}, "planner_number"),
        ({"primaries": 9}, "planner_primaries"),
        ({"guardrails": (Guarded(RATE.outcome, 0.1),)}, "planner_metric_twice"),
        ({"guardrails": (Guarded(MEAN.outcome, 1.5),)}, "planner_number"),
    ],
)
def test_a_question_without_sense_is_refused(changes, code):
    with pytest.raises(Problem) as told:
        replace(RATE, **changes)
    assert told.value.code == code
