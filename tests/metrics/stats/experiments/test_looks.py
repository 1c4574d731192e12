"""Looks before the end: published boundaries, the always-valid sequence, its gate, the modes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from metrics.stats.experiments.always_valid import (
    Gate,
    always_valid,
    course,
    lower_bound,
    mixture,
)
from metrics.stats.experiments.effect import Effect, Status
from metrics.stats.experiments.group_sequential import (
    Spending,
    boundaries,
    crossed,
    inflation,
    spent,
)
from metrics.stats.experiments.means import welch
from metrics.stats.experiments.modes import at_any_time, fixed, group_sequential
from metrics.stats.experiments.proportions import two_proportions
from metrics.stats.experiments.sums import Sums

FIVE = (0.2, 0.4, 0.6, 0.8, 1.0)


@pytest.mark.parametrize(
    ("spending", "published"),
    [
        (Spending.OBRIEN_FLEMING, [4.877, 3.357, 2.680, 2.290, 2.031]),
        (Spending.POCOCK, [2.438, 2.427, 2.410, 2.397, 2.386]),
    ],
)
def test_the_published_boundaries_of_five_even_looks(spending, published):
    """Lan & DeMets, two-sided 5 %, as R's ldbounds prints them."""
    found = boundaries(FIVE, spending=spending)
    assert [round(b.z, 3) for b in found] == published
    assert [b.level for b in found] == pytest.approx([2 * norm.sf(b.z) for b in found])


def test_one_look_is_the_plain_test():
    assert boundaries([1.0])[0].z == pytest.approx(1.959964, abs=1e-6)


def test_two_uneven_looks_are_the_bivariate_normal():
    """Brute force: P(|z₁| > b₁ or |z₂| > b₂) with correlation √(t₁/t₂) is 5 %."""
    t = (0.3, 1.0)
    (one, two) = (b.z for b in boundaries(t, spending=Spending.POCOCK))
    rho = math.sqrt(t[0] / t[1])
    both = multivariate_normal(cov=[[1, rho], [rho, 1]])

    def cdf(a, b):
        return both.cdf([a, b])

    inside = cdf(one, two) - cdf(-one, two) - cdf(one, -two) + cdf(-one, -two)
    assert 1 - inside == pytest.approx(0.05, abs=1e-6)
    assert 2 * norm.sf(one) == pytest.approx(2 * spent(0.3, 0.025, Spending.POCOCK))


@given(
    st.lists(st.integers(1, 1000), min_size=1, max_size=12, unique=True).map(sorted),
    st.sampled_from(Spending),
)
def test_any_looks_spend_what_is_allowed_and_no_more(ticks, spending):
    fractions = [t / 1000 for t in ticks]
    z = [b.z for b in boundaries(fractions, spending=spending)]
    allowed = 2 * spent(fractions[-1], 0.025, spending)
    assert crossed(fractions, z) == pytest.approx(allowed, abs=1e-8)


def test_a_look_that_adds_nothing_has_the_boundary_before():
    one, two, three = boundaries([0.5, 0.500001, 1.0])
    assert two.z == one.z
    assert three.z == pytest.approx(boundaries([0.5, 1.0])[1].z)


def test_past_the_plan_the_last_boundary_holds():
    found = boundaries([0.5, 1.0, 1.2])
    assert found[2].z == found[1].z
    assert [b.past_plan for b in found] == [False, False, True]


def test_very_early_looks_are_endless_but_finite():
    found = boundaries([0.001, 0.01, 1.0])
    assert all(math.isfinite(b.z) for b in found)
    assert found[0].z > 30
    assert found[2].z == pytest.approx(1.96, abs=0.001)


@pytest.mark.parametrize("fractions", [[], [0.0, 1.0], [0.5, 0.4]])
def test_looks_out_of_order_are_refused(fractions):
    with pytest.raises(ValueError, match="ascending"):
        boundaries(fractions)


def test_looks_cost_a_few_percent_of_sample_size():
    """O'Brien–Fleming 1.02 to 1.03 for five looks (Jennison & Turnbull 2000), Pocock a fifth."""
    assert 1.02 < inflation(5, power=0.9) < 1.03
    assert 1.17 < inflation(5, power=0.9, spending=Spending.POCOCK) < 1.23
    assert inflation(1) == pytest.approx(1.0, abs=1e-9)


def rates(xc: int, nc: int, xt: int, nt: int) -> tuple[Effect, Sums, Sums]:
    return two_proportions(xc, nc, xt, nt), Sums.of_counts(xc, nc), Sums.of_counts(xt, nt)


@given(st.integers(40, 900), st.integers(40, 900))
def test_always_valid_p_and_interval_agree(xc, xt):
    found = always_valid(*rates(xc, 1000, xt, 1000)).effect
    assert (found.low > 0 or found.high < 0) == (found.p_value < 0.05)
    assert found.low < found.diff < found.high


def test_the_sequence_written_out():
    """half width = √(2k/(n²ρ²)·ln(√k/α))·se·√n, tightest at the planned size."""
    effect, c, t = rates(500, 5000, 560, 5000)
    found = always_valid(effect, c, t, planned=10_000).effect
    rho2 = (-2 * math.log(0.05) + math.log(1 - 2 * math.log(0.05))) / 10_000
    n, k = 10_000, 10_000 * rho2 + 1
    half = effect.se * math.sqrt(n) * math.sqrt(2 * k / (n * n * rho2) * math.log(k**0.5 / 0.05))
    assert found.high - found.diff == pytest.approx(half, rel=1e-10)
    assert mixture(n, 0.05, 10_000) == pytest.approx((rho2, k))


def test_always_valid_is_wider_than_fixed_and_p_is_larger():
    effect, c, t = rates(500, 5000, 600, 5000)
    found = always_valid(effect, c, t).effect
    assert found.high - found.low > effect.high - effect.low
    assert found.p_value > effect.p_value


def test_the_gate_keeps_early_looks_silent():
    """0 of 60 against 400 of 4,000: far apart by a variance that nobody knows yet."""
    effect, c, t = rates(400, 4000, 0, 60)
    look = always_valid(effect, c, t)
    assert not look.opened
    assert not look.significant
    assert always_valid(effect, c, t, gate=Gate(0, 0)).significant


def test_the_gate_opens_at_thirty_conversions_and_sixty_units():
    assert Gate().open(Sums.of_counts(30, 60))
    assert not Gate().open(Sums.of_counts(29, 600))
    assert not Gate().open(Sums.of_counts(30, 59))


def test_a_course_keeps_the_smallest_p_and_what_all_intervals_hold():
    looks = [always_valid(*rates(x, n, x + d, n)) for x, n, d in ((50, 500, 5), (500, 5000, 90))]
    found = course(looks)
    assert found.p_value == min(look.effect.p_value for look in looks)
    assert found.low == max(look.effect.low for look in looks)
    assert course([]).p_value is None


def test_a_guardrails_bound_is_nearer_than_the_two_sided_end():
    effect, c, t = rates(500, 5000, 500, 5000)
    two_sided = always_valid(effect, c, t).effect.low
    assert two_sided < lower_bound(effect) < effect.diff


def test_group_sequential_needs_more_early_and_hardly_more_at_the_end():

    def compare(a):
        return two_proportions(500, 5000, 575, 5000, alpha=a)

    assert fixed(compare).conclusive
    early, late = group_sequential(compare, (0.5,)), group_sequential(compare, (0.5, 1.0))
    assert not early.conclusive
    assert not early.is_last
    assert early.effect.low < 0 < early.effect.high
    assert late.conclusive
    assert late.is_last
    assert late.effect.low > 0
    assert late.p_value is None


def test_without_an_answer_nothing_is_concluded():

    def compare(a):
        return two_proportions(0, 100, 0, 100, alpha=a)

    sums = Sums.of_counts(0, 100)
    for look in (
        fixed(compare),
        group_sequential(compare, (0.5, 1.0)),
        at_any_time(compare, sums, sums),
    ):
        assert not look.conclusive
        assert look.effect.status is Status.NO_VARIANCE


def test_few_units_widen_the_boundary():
    """Three units an arm at t = 4.9: beyond the z boundary of the look, far from its level."""
    c, t = Sums.of_values([0.0, 1.0, 2.0]), Sums.of_values([4.0, 5.0, 6.0])

    def compare(a):
        return welch(c, t, alpha=a)

    look = group_sequential(compare, (0.2,))
    assert look.nominal.statistic > look.boundary.z
    assert not look.conclusive


def test_all_against_none_is_no_division_by_zero():
    """Neither rate varies: the exact interval stands, the sequence has nothing to go by."""
    effect, c, t = rates(0, 700, 700, 700)
    assert (effect.se, effect.significant) == (0.0, True)
    assert not always_valid(effect, c, t).significant
    assert lower_bound(effect) is None
