"""Comparing shares: p-values, and what is left of them when many are looked at."""

from __future__ import annotations

from collections.abc import Sequence

from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest


def two_proportions_p(k0: float, n0: float, k1: float, n1: float) -> float:
    """Two-sided p-value of the same share on both sides (z test with the pooled share).

    Counts with 0 ≤ k ≤ n and n > 0, else ValueError. 1 where both sides are all or nothing alike:
    there is nothing that could differ.
    """
    if not (0 <= k0 <= n0 and 0 <= k1 <= n1 and n0 > 0 and n1 > 0):
        raise ValueError(
            f"counts must satisfy 0 <= k <= n and n > 0; got {k0} of {n0} and {k1} of {n1}.\n"
            "Hint: count people who did it, not how often they did."
        )
    if k0 + k1 in (0, n0 + n1):
        return 1.0
    _, p_value = proportions_ztest([k1, k0], [n1, n0])
    return float(p_value)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted for how many there are, in the same order (Benjamini & Hochberg 1995).

    Calling everything at or below 0.05 a difference is wrong in at most 5 % of what is called so.
    Empty in, empty out; every value in [0, 1], else ValueError.
    """
    if any(not 0 <= p <= 1 for p in p_values):
        raise ValueError(f"p-values lie in [0, 1]; got {list(p_values)}.")
    if not p_values:
        return []
    return [float(p) for p in multipletests(list(p_values), method="fdr_bh")[1]]
