"""Comparing shares against published numbers, then the laws that need none."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.stats.proportions import (
    RelativeRate,
    benjamini_hochberg,
    relative_rate,
    two_proportions_p,
)

# Physicians' Health Study, N Engl J Med 318:262 (1988): heart attacks of 11,034 on placebo and
# 11,037 on aspirin. Agresti, An Introduction to Categorical Data Analysis, section 2.2: the
# difference is 0.0077 and the relative risk 1.82.
PLACEBO, ASPIRIN = (189, 11_034), (104, 11_037)

# Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57:289, section 4.1: 15 endpoints of a trial.
ENDPOINTS = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
    0.6528, 0.7590, 1.0000,
]  # fmt: skip

counts = st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def katz(k0: int, n0: int, k1: int, n1: int) -> RelativeRate:
    """Katz, Baptista, Azen & Pike (1978), Biometrics 34:469, method C, written out."""
    ratio = (k1 / n1) / (k0 / n0)
    spread = math.sqrt(1 / k1 - 1 / n1 + 1 / k0 - 1 / n0)
    return RelativeRate(ratio, *[ratio * math.exp(s * 1.959964 * spread) for s in (-1, 1)])


def test_the_published_relative_risk_of_a_heart_attack() -> None:
    found = relative_rate(*ASPIRIN, *PLACEBO)
    assert found is not None
    assert round(found.ratio, 2) == 1.82
    assert found == pytest.approx(katz(*ASPIRIN, *PLACEBO), rel=1e-6)


def test_the_test_of_two_shares_is_the_chi_square_of_the_table() -> None:
    """Without correction z² is Pearson's χ², here worked out from the four cells."""
    (a, n0), (c, n1) = PLACEBO, ASPIRIN
    b, d = n0 - a, n1 - c
    chi_square = (n0 + n1) * (a * d - b * c) ** 2 / ((a + c) * (b + d) * n0 * n1)
    expected = math.erfc(math.sqrt(chi_square / 2))
    assert two_proportions_p(*PLACEBO, *ASPIRIN) == pytest.approx(expected, rel=1e-9)


def test_the_published_trial_has_four_endpoints_that_differ() -> None:
    """The paper rejects the four smallest at 5 %; the fourth is 0.0095 × 15 / 4."""
    found = benjamini_hochberg(ENDPOINTS)
    assert [p <= 0.05 for p in found] == [True] * 4 + [False] * 11
    assert found[3] == pytest.approx(0.0095 * 15 / 4)


def test_nothing_to_adjust_is_nothing() -> None:
    assert benjamini_hochberg([]) == []


def test_a_p_value_outside_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match="p-values"):
        benjamini_hochberg([0.1, 1.2])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_adjusting_keeps_the_order_and_never_lowers(p_values: list[float]) -> None:
    found = benjamini_hochberg(p_values)
    assert all(p - 1e-12 <= q <= 1 for p, q in zip(p_values, found, strict=True))
    in_order = [q for _, q in sorted(zip(p_values, found, strict=True))]
    assert in_order == sorted(in_order)


@pytest.mark.parametrize("alike", [(0, 40, 0, 300), (40, 40, 300, 300)])
def test_where_all_did_alike_there_is_nothing_to_compare(alike: tuple[int, ...]) -> None:
    assert relative_rate(*alike) is None
    assert two_proportions_p(*alike) == 1


def test_no_success_on_one_side_still_has_an_interval() -> None:
    """Half a success on either side: 0.5 / 40.5 against 12.5 / 300.5."""
    found = relative_rate(12, 300, 0, 40)
    assert found is not None
    assert found.ratio == pytest.approx((0.5 / 40.5) / (12.5 / 300.5))
    assert 0 < found.low < found.ratio < 1 < found.high


@given(counts, counts)
def test_swapped_sides_mirror_the_ratio(a: tuple[int, int], b: tuple[int, int]) -> None:
    one, other = relative_rate(*a, *b), relative_rate(*b, *a)
    if one is None or other is None:
        assert a[0] + b[0] in (0, a[1] + b[1])
        return
    assert one.low <= one.ratio <= one.high
    mirrored = (1 / other.ratio, 1 / other.high, 1 / other.low)
    assert one == pytest.approx(mirrored, rel=1e-9)


@given(counts, counts)
def test_the_p_value_is_the_same_from_both_sides(a: tuple[int, int], b: tuple[int, int]) -> None:
    p = two_proportions_p(*a, *b)
    assert 0 <= p <= 1
    assert p == pytest.approx(two_proportions_p(*b, *a), abs=1e-12)


@pytest.mark.parametrize("wrong", [(5, 4, 1, 2), (-1, 4, 1, 2), (0, 0, 1, 2)])
def test_counts_that_cannot_be_are_refused(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="counts must satisfy"):
        relative_rate(*wrong)
