"""Survival from counts: published figures, another implementation, and the laws that need none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from metrics.stats.survival import (
    AtAge,
    Quantile,
    kaplan_meier,
    log_rank,
    pairwise_log_rank,
)

SIX_MP = [AtAge(6, 3, 1), AtAge(7, 1), AtAge(9, 0, 1), AtAge(10, 1, 1), AtAge(11, 0, 1),
          AtAge(13, 1), AtAge(16, 1), AtAge(17, 0, 1), AtAge(19, 0, 1), AtAge(20, 0, 1),
          AtAge(22, 1), AtAge(23, 1), AtAge(25, 0, 1), AtAge(32, 0, 2), AtAge(34, 0, 1),
          AtAge(35, 0, 1)]  # fmt: skip
PLACEBO = [AtAge(1, 2), AtAge(2, 2), AtAge(3, 1), AtAge(4, 2), AtAge(5, 2), AtAge(8, 4),
           AtAge(11, 2), AtAge(12, 2), AtAge(15, 1), AtAge(17, 1), AtAge(22, 1),
           AtAge(23, 1)]  # fmt: skip
"""Weeks in remission of 21 + 21 children with leukemia: Freireich et al. (1963), Blood 21:699,
table in Cox & Oakes (1984), Analysis of Survival Data, p. 8."""

groups = st.lists(
    st.builds(AtAge, st.integers(0, 12), st.integers(0, 4), st.integers(0, 4)), max_size=10
)


def test_the_curve_of_the_leukemia_trial() -> None:
    """Cox & Oakes, table 4.1: survival with 6-MP at weeks 6, 7, 10, 13, 16, 22, 23."""
    curve = kaplan_meier(SIX_MP)
    assert curve is not None
    falls = {s.age: round(s.survival, 3) for s in curve.steps if s.events}
    assert falls == {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert (curve.n, curve.events, curve.last_age) == (21, 9, 35)


def test_the_interval_is_the_one_on_the_log_log_scale() -> None:
    """R 4, survfit(conf.type = "log-log") of the same trial: week 6 0.620–0.952, week 23
    0.188–0.680."""
    curve = kaplan_meier(SIX_MP)
    assert curve is not None
    ends = {s.age: (s.low, s.high) for s in curve.steps}
    assert ends[6] == pytest.approx((0.620, 0.952), abs=5e-4)
    assert ends[23] == pytest.approx((0.188, 0.680), abs=5e-4)


def test_medians_of_the_leukemia_trial() -> None:
    """6-MP 23 weeks from 13 to beyond the end, placebo 8 weeks from 4 to 11 (log-log)."""
    treated, control = kaplan_meier(SIX_MP), kaplan_meier(PLACEBO)
    assert treated is not None
    assert control is not None
    assert treated.quantile() == Quantile(23, 13, None)
    assert control.quantile() == Quantile(8, 4, 11)


def test_the_log_rank_test_of_the_leukemia_trial() -> None:
    """Chi-square 16.79 on one degree of freedom; 19.25 relapses expected with 6-MP, 9 seen
    (Cox & Oakes, section 7.4; R's survdiff prints 16.8, 19.3 and 10.7)."""
    test = log_rank([SIX_MP, PLACEBO])
    assert test is not None
    assert test.chi_square == pytest.approx(16.79, abs=5e-3)
    assert (test.df, test.observed) == (1, (9, 21))
    assert test.expected == pytest.approx((19.25, 10.75), abs=5e-3)
    assert test.p_value == pytest.approx(4.17e-5, abs=1e-7)


def test_by_hand() -> None:
    """Four people: two meet it at age 1, one leaves at 1, one meets it at 3: 4 → ½ → 0."""
    curve = kaplan_meier([AtAge(3, 1), AtAge(1, 2, 1)])
    assert curve is not None
    assert [(s.age, s.at_risk, s.survival) for s in curve.steps] == [(1, 4, 0.5), (3, 1, 0.0)]
    assert curve.at_risk([0, 1, 2, 3, 4]) == (4, 4, 1, 1, 0)
    assert curve.at(0) is None
    assert curve.at(2) == curve.steps[0]
    assert curve.at(4) is None


def test_whoever_leaves_at_an_age_was_at_risk_there() -> None:
    """One meets it at age 5, one leaves at 5: half survive, not none."""
    curve = kaplan_meier([AtAge(5, 1, 1)])
    assert curve is not None
    assert curve.steps[0].survival == 0.5


def test_everybody_or_nobody_left_has_no_interval() -> None:
    curve = kaplan_meier([AtAge(1, 0, 1), AtAge(2, 1), AtAge(3, 1)])
    assert curve is not None
    assert [(s.survival, s.low is None, s.high is None) for s in curve.steps] == [
        (1.0, True, True), (0.5, False, False), (0.0, True, True)
    ]  # fmt: skip


def test_a_median_that_was_not_reached_is_none() -> None:
    curve = kaplan_meier([AtAge(1, 4), AtAge(90, 0, 6)])
    assert curve is not None
    assert curve.quantile() == Quantile(None, 1, None)


def test_half_exactly_is_the_median() -> None:
    """Six of ten at the first age, one of them in three steps of rounding: ½ is reached."""
    curve = kaplan_meier([AtAge(1, 3), AtAge(2, 1), AtAge(3, 1), AtAge(9, 5)])
    assert curve is not None
    assert curve.quantile().age == 3


def test_nobody_watched_is_no_curve_and_no_test() -> None:
    assert kaplan_meier([]) is None
    assert kaplan_meier([AtAge(3, 0, 0)]) is None
    assert log_rank([]) is None
    assert log_rank([SIX_MP, []]) is None
    assert log_rank([[AtAge(1, 0, 5)], [AtAge(2, 0, 5)]]) is None


def test_all_at_once_can_not_be_told_apart() -> None:
    """Everybody meets it at age 0: no difference could show."""
    assert log_rank([[AtAge(0, 3)], [AtAge(0, 4)]]) is None


def test_a_group_that_left_before_the_first_event_takes_no_part() -> None:
    both = log_rank([SIX_MP, PLACEBO, [AtAge(0, 0, 50)]])
    two = log_rank([SIX_MP, PLACEBO])
    assert both is not None
    assert two is not None
    assert (both.df, both.expected[2]) == (1, 0)
    assert both.chi_square == pytest.approx(two.chi_square)


def test_pairs_are_adjusted_for_their_number() -> None:
    """Three pairs, Holm: the smallest p-value times three; equal groups are not told apart."""
    pairs = pairwise_log_rank([SIX_MP, PLACEBO, SIX_MP])
    assert [(p.first, p.second) for p in pairs] == [(0, 1), (1, 2), (0, 2)]
    assert pairs[0].p_adjusted == pytest.approx(3 * pairs[0].test.p_value)
    assert pairs[2].p_adjusted == 1
    explored = pairwise_log_rank([SIX_MP, PLACEBO, SIX_MP], adjust="fdr_bh")
    assert explored[0].p_adjusted == pytest.approx(1.5 * explored[0].test.p_value)
    assert pairwise_log_rank([SIX_MP, []]) == ()


def test_what_is_no_count_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        kaplan_meier([AtAge(-1, 1)])
    with pytest.raises(ValueError, match="not negative"):
        log_rank([[AtAge(1, -1)]])
    curve = kaplan_meier(SIX_MP)
    assert curve is not None
    with pytest.raises(ValueError, match="between 0 and 1"):
        curve.quantile(1)
    with pytest.raises(ValueError, match="holm or fdr_bh"):
        pairwise_log_rank([], adjust="none")


def rows(counts: Sequence[AtAge]) -> tuple[list[int], list[int]]:
    """One row per person, as the other implementation takes them."""
    time = [a.age for a in counts for _ in range(a.events + a.censored)]
    status = [s for a in counts for s in [1] * a.events + [0] * a.censored]
    return time, status


@given(groups)
def test_the_curve_agrees_with_statsmodels(counts: list[AtAge]) -> None:
    time, status = rows(counts)
    curve = kaplan_meier(counts)
    if not time:
        assert curve is None
        return
    assert curve is not None
    other = SurvfuncRight(np.array(time, float), np.array(status))
    ours = {s.age: s for s in curve.steps if s.events}
    assert list(ours) == [int(t) for t in other.surv_times]
    for step, share, at_risk in zip(ours.values(), other.surv_prob, other.n_risk, strict=True):
        assert step.survival == pytest.approx(share, abs=1e-12)
        assert step.at_risk == at_risk


@given(groups)
def test_the_interval_agrees_with_statsmodels(counts: list[AtAge]) -> None:
    """Its Greenwood error of S, put on the scale of log(-log S)."""
    time, status = rows(counts)
    curve = kaplan_meier(counts)
    if curve is None or not any(status):
        return
    other = SurvfuncRight(np.array(time, float), np.array(status))
    fallen = [s for s in curve.steps if s.events]
    for step, share, error in zip(fallen, other.surv_prob, other.surv_prob_se, strict=True):
        if 0 < step.survival < 1:
            half = 1.959964 * error / abs(share * np.log(share))
            ends = share ** np.exp(half), share ** np.exp(-half)
            assert (step.low, step.high) == pytest.approx(ends, rel=1e-6)


@given(st.lists(groups, min_size=2, max_size=4))
def test_the_test_agrees_with_statsmodels(several: list[list[AtAge]]) -> None:
    ours = log_rank(several)
    if ours is None or any(e == 0 for e in ours.expected):
        return
    time, status, group = [], [], []
    for n, counts in enumerate(several):
        t, s = rows(counts)
        time += t
        status += s
        group += [n] * len(t)
    statistic, p_value = survdiff(np.array(time, float), np.array(status), np.array(group))
    assert ours.chi_square == pytest.approx(statistic, rel=1e-6, abs=1e-9)
    assert ours.p_value == pytest.approx(p_value, rel=1e-6, abs=1e-9)


@given(groups, groups)
def test_which_group_comes_first_does_not_matter(a: list[AtAge], b: list[AtAge]) -> None:
    one, other = log_rank([a, b]), log_rank([b, a])
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.p_value == pytest.approx(other.p_value, abs=1e-9)


@given(groups)
def test_the_curve_never_rises_and_its_interval_holds_it(counts: list[AtAge]) -> None:
    curve = kaplan_meier(counts)
    if curve is None:
        return
    shares = [s.survival for s in curve.steps]
    assert shares == sorted(shares, reverse=True)
    for step in curve.steps:
        if step.low is not None and step.high is not None:
            assert 0 <= step.low <= step.survival <= step.high <= 1


@given(groups)
def test_without_censoring_it_is_the_plain_share(counts: list[AtAge]) -> None:
    whole = [AtAge(c.age, c.events + c.censored) for c in counts]
    curve = kaplan_meier(whole)
    if curve is None:
        return
    for step in curve.steps:
        left = sum(c.events for c in whole if c.age > step.age)
        assert step.survival == pytest.approx(left / curve.n, abs=1e-12)
