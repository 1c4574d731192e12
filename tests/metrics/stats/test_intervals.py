"""Intervals against published numbers, then the laws that need none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

from metrics.stats.intervals import mean_t, ratio_delta, wilson, wilson_difference

# Newcombe RG (1998), Stat Med 17:857-872, table I, method 3 (Wilson score, no correction).
NEWCOMBE_1998 = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]

# Newcombe RG (1998), Stat Med 17:873-890, table II, method 10: k0/n0, k1/n1.
NEWCOMBE_1998_DIFFERENCE = [
    ((48, 80), (56, 70), 0.0524, 0.3339),
    ((3, 10), (9, 10), 0.1705, 0.8090),
    ((0, 10), (10, 10), 0.6075, 1.0000),
]

counts = st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
units = st.lists(st.tuples(st.integers(-1000, 1000), st.integers(1, 50)), min_size=2, max_size=40)


@pytest.mark.parametrize(("k", "n", "low", "high"), NEWCOMBE_1998)
def test_wilson_matches_the_published_table(k: int, n: int, low: float, high: float) -> None:
    assert wilson(k, n) == pytest.approx((low, high), abs=5e-5)


@given(counts)
def test_the_interval_holds_the_share_and_stays_a_share(kn: tuple[int, int]) -> None:
    k, n = kn
    low, high = wilson(k, n)
    assert 0 <= low <= k / n <= high <= 1


def test_nobody_of_seven_starts_at_zero_exactly() -> None:
    """Rounding would leave 2.8e-17, which prints as more than nothing."""
    assert wilson(0, 7)[0] == 0
    assert wilson(20, 20)[1] == 1


@given(counts)
def test_counting_failures_mirrors_the_interval(kn: tuple[int, int]) -> None:
    k, n = kn
    low, high = wilson(k, n)
    assert wilson(n - k, n) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@pytest.mark.parametrize(
    ("k", "n"), [(0, 0), (5, 4), (-1, 4), (math.nan, 4), (1, math.nan), (1, math.inf)]
)
def test_counts_that_cannot_be_are_refused_with_a_hint(k: float, n: float) -> None:
    with pytest.raises(ValueError, match="Hint: count people"):
        wilson(k, n)
    with pytest.raises(ValueError, match="Hint: count people"):
        wilson_difference(1, 2, k, n)


@pytest.mark.parametrize(("old", "new", "low", "high"), NEWCOMBE_1998_DIFFERENCE)
def test_the_difference_matches_the_published_table(
    old: tuple[int, int], new: tuple[int, int], low: float, high: float
) -> None:
    found = wilson_difference(*old, *new)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert found.diff == pytest.approx(new[0] / new[1] - old[0] / old[1])


def test_nobody_in_either_sample_is_not_certainty() -> None:
    """0 of 10 against 0 of 10: the textbook interval would be 0 to 0."""
    found = wilson_difference(0, 10, 0, 10)
    assert (found.diff, found.low, found.high) == pytest.approx((0, -0.2775, 0.2775), abs=5e-5)


def test_a_difference_of_everything_stays_within_one() -> None:
    """None of 1 against all of 27: rounding would end the interval at 1.0000000000000002."""
    assert wilson_difference(0, 1, 27, 27).high == 1
    assert wilson_difference(10, 10, 0, 3).low == -1


@given(counts, counts)
def test_the_difference_is_held_and_mirrored(a: tuple[int, int], b: tuple[int, int]) -> None:
    there, back = wilson_difference(*a, *b), wilson_difference(*b, *a)
    assert -1 <= there.low <= there.diff + 1e-12
    assert there.diff - 1e-12 <= there.high <= 1
    assert tuple(there) == pytest.approx((-back.diff, -back.high, -back.low), abs=1e-12)


# Means


def sums(values: Sequence[int]) -> tuple[int, int, int]:
    return sum(values), sum(v * v for v in values), len(values)


def test_a_mean_matches_the_published_interval() -> None:
    """NIST/SEMATECH e-Handbook 1.3.5.2, ZARR13.DAT: N 195, mean 9.261460, sd 0.022789 → 9.258242
    to 9.264679."""
    n, mean, sd = 195, 9.261460, 0.022789
    found = mean_t(n * mean, (n - 1) * sd**2 + n * mean**2, n)
    assert found == pytest.approx((9.258242, 9.264679), abs=2e-6)


def test_a_mean_by_hand() -> None:
    """1, 2, 3: mean 2, s = 1, t(2) = 4.303: 2 ± 4.303 / √3 = −0.484 to 4.484."""
    assert mean_t(*sums([1, 2, 3])) == pytest.approx((-0.484, 4.484), abs=5e-4)


def test_large_values_keep_their_spread() -> None:
    """1,000,000,000 + 1, 2, 3 has the width of 1, 2, 3. In floating point Σy² − (Σy)²/n is 0."""
    big = 1_000_000_000
    low, high = mean_t(*sums([big + 1, big + 2, big + 3]))
    assert (low - big, high - big) == pytest.approx((-0.484, 4.484), abs=5e-4)
    total, squares, n = sums([big + 1, big + 2, big + 3])
    decimal = mean_t(Decimal(total), Decimal(squares), n)
    assert decimal == (low, high)


def test_equal_values_have_no_width_for_all_rounding() -> None:
    """0.1 ten times, with Σy² one rounding step below (Σy)²/n = 0.1: that is no error."""
    low, high = mean_t(1.0, math.nextafter(0.1, 0), 10)
    assert low == pytest.approx(0.1)
    assert high == pytest.approx(0.1)


def test_sums_of_different_rows_are_refused() -> None:
    """Σy = 10 over 2 units needs Σy² of at least 50."""
    with pytest.raises(ValueError, match="Hint: take all sums from the same rows"):
        mean_t(10, 40, 2)


@pytest.mark.parametrize("n", [0, 1])
def test_one_unit_has_no_interval(n: int) -> None:
    with pytest.raises(ValueError, match="at least 2 units"):
        mean_t(5, 25, n)
    with pytest.raises(ValueError, match="at least 2 units"):
        ratio_delta(5, 1, 25, 1, 5, n)


def test_a_missing_sum_is_refused() -> None:
    with pytest.raises(ValueError, match="Hint"):
        mean_t(math.nan, 1, 2)


@given(units, st.integers(-10_000, 10_000))
def test_adding_to_everybody_moves_the_interval(rows: list[tuple[int, int]], shift: int) -> None:
    values = [y for y, _ in rows]
    low, high = mean_t(*sums(values))
    moved = mean_t(*sums([v + shift for v in values]))
    assert moved == pytest.approx((low + shift, high + shift), abs=1e-6)


# Ratios


def products(rows: Sequence[tuple[int, int]]) -> tuple[int, int, int, int, int, int]:
    y, x = [r[0] for r in rows], [r[1] for r in rows]
    yx = zip(y, x, strict=True)
    return (
        sum(y),
        sum(x),
        sum(v * v for v in y),
        sum(v * v for v in x),
        sum(a * b for a, b in yx),
        len(rows),
    )


def test_a_ratio_by_hand() -> None:
    """Users with (spend, orders) (10, 1), (30, 2), (20, 3): R = 60 / 6 = 10. y − 10x = 0, 10, −10:
    variance 100, x̄ = 2, so the error is 10 / (2√3) = 2.887, × t(2) = 4.303 → ± 12.42."""
    found = ratio_delta(*products([(10, 1), (30, 2), (20, 3)]))
    assert found == pytest.approx((10 - 12.42, 10 + 12.42), abs=5e-3)


def test_one_user_with_many_orders_is_one_unit() -> None:
    """20 users, each with 10 orders of one value: 1 or 3, ten users each. The orders say ± 0.14
    as if 200 people had decided; the users say ± 0.48."""
    rows = [(10, 10)] * 10 + [(30, 10)] * 10
    low, high = ratio_delta(*products(rows))
    assert (high - low) / 2 == pytest.approx(0.48, abs=0.005)
    orders_low, orders_high = mean_t(*sums([1] * 100 + [3] * 100))
    assert (orders_high - orders_low) / 2 == pytest.approx(0.14, abs=0.005)


def test_a_ratio_that_never_varies_has_no_width() -> None:
    """Everybody pays exactly 7 an order, whatever they order: nothing is uncertain."""
    assert ratio_delta(*products([(7, 1), (21, 3), (14, 2)])) == pytest.approx((7, 7))


@given(units)
def test_a_ratio_over_ones_is_a_mean(rows: list[tuple[int, int]]) -> None:
    values = [y for y, _ in rows]
    found = ratio_delta(*products([(y, 1) for y in values]))
    assert found == pytest.approx(mean_t(*sums(values)), abs=1e-9)


@given(units)
def test_a_ratio_is_the_formula_on_single_rows(rows: list[tuple[int, int]]) -> None:
    """The residuals themselves, without any sum of squares."""
    n, whole = len(rows), sum(x for _, x in rows)
    rate = sum(y for y, _ in rows) / whole
    spread = math.sqrt(math.fsum((y - rate * x) ** 2 for y, x in rows) / (n - 1))
    half = float(student.ppf(0.975, n - 1)) * spread / (whole / n) / math.sqrt(n)
    assert ratio_delta(*products(rows)) == pytest.approx((rate - half, rate + half), abs=1e-7)


@given(units, st.integers(1, 1000))
def test_the_unit_of_money_scales_the_interval(rows: list[tuple[int, int]], rate: int) -> None:
    low, high = ratio_delta(*products(rows))
    scaled = ratio_delta(*products([(y * rate, x) for y, x in rows]))
    assert scaled == pytest.approx((low * rate, high * rate), abs=1e-6)


@pytest.mark.parametrize("denominator", [0, -3])
def test_a_ratio_over_nothing_has_no_interval(denominator: int) -> None:
    with pytest.raises(ValueError, match="Hint: a ratio over nothing"):
        ratio_delta(1, denominator, 1, 9, 0, 2)
