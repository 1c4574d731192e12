"""The split's two numbers against scipy's own distributions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, dirichlet_multinomial, multinomial

from metrics.stats.experiments.srm import sample_ratio

arms = st.lists(
    st.tuples(st.integers(0, 3_000_000), st.floats(0.05, 1.0)), min_size=2, max_size=5
).filter(lambda pairs: sum(n for n, _ in pairs) > 0)


@given(arms)
def test_as_scipy(pairs: list[tuple[int, float]]) -> None:
    counts, weights = [n for n, _ in pairs], [w for _, w in pairs]
    found = sample_ratio(counts, weights)
    assert found is not None
    total, scale = sum(counts), math.fsum(weights)
    shares = [w / scale for w in weights]
    told = chisquare(counts, [total * p for p in shares])
    assert found.chi_square == pytest.approx(told.statistic, rel=1e-9, abs=1e-9)
    assert found.p_value == pytest.approx(told.pvalue, rel=1e-9, abs=1e-300)
    log_e = dirichlet_multinomial.logpmf(
        counts, [10_000 * p for p in shares], total
    ) - multinomial.logpmf(counts, total, [w / math.fsum(shares) for w in shares])
    assert math.log(found.e_value or 5e-324) == pytest.approx(
        min(max(float(log_e), math.log(5e-324)), 700.0), abs=1e-5
    )
