"""Intervals against published numbers, then the laws that need none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.stats.intervals import wilson

# Newcombe RG (1998), Stat Med 17:857-872, table I, method 3 (Wilson score, no correction).
NEWCOMBE_1998 = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]

counts = st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(("k", "n", "low", "high"), NEWCOMBE_1998)
def test_wilson_matches_the_published_table(k: int, n: int, low: float, high: float) -> None:
    assert wilson(k, n) == pytest.approx((low, high), abs=5e-5)


@given(counts)
def test_the_interval_holds_the_share_and_stays_a_share(kn: tuple[int, int]) -> None:
    k, n = kn
    low, high = wilson(k, n)
    assert -1e-12 <= low <= k / n + 1e-12
    assert k / n - 1e-12 <= high <= 1 + 1e-12


@given(counts)
def test_counting_failures_mirrors_the_interval(kn: tuple[int, int]) -> None:
    k, n = kn
    low, high = wilson(k, n)
    assert wilson(n - k, n) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@pytest.mark.parametrize(("k", "n"), [(0, 0), (5, 4), (-1, 4)])
def test_counts_that_cannot_be_are_refused_with_a_hint(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="Hint: count people"):
        wilson(k, n)
