"""Two rates: how many of each arm's units converted."""

from __future__ import annotations

import math
from dataclasses import replace

from scipy.stats import binomtest, fisher_exact, norm
from statsmodels.stats.proportion import confint_proportions_2indep

from metrics.stats.experiments.effect import Effect, Method, Status, undefined, with_lift

LEAST_EXPECTED = 5
"""Below this many expected in a cell the normal approximation gives way to the exact test."""
_MANY_UNITS = 1_000_000


def two_proportions(
    converted_control: int,
    n_control: int,
    converted_treatment: int,
    n_treatment: int,
    *,
    alpha: float = 0.05,
) -> Effect:
    """Difference of two conversion rates, in shares (0.02 is two points).

    p: z test with the pooled rate; Fisher's exact test where an expected cell is below 5. Interval:
    Newcombe (1998), Stat. Med. 17:873, method 10, honest near 0 % and 100 %, where Wald's is not.
    Lift: Fieller, on the unpooled variances. Three procedures: within a hair of the threshold one
    may say yes and another no; the p-value decides.

    EMPTY_ARM without units; NO_VARIANCE where nobody or everybody converted in both arms. Counts
    with 0 ≤ converted ≤ n, else ValueError.
    """
    for converted, n in ((converted_control, n_control), (converted_treatment, n_treatment)):
        if not 0 <= converted <= n:
            raise ValueError(
                f"conversions must lie in [0, n]; got conversions={converted}, n={n}.\n"
                "Hint: count converted units, not conversion events."
            )
    if not n_control or not n_treatment:
        return undefined(n_control, n_treatment, Method.POOLED_Z, Status.EMPTY_ARM)
    c, t = converted_control / n_control, converted_treatment / n_treatment
    known = Effect(n_control, n_treatment, Method.POOLED_Z, Status.OK, alpha, c, t, t - c)
    all_units, all_converted = n_control + n_treatment, converted_control + converted_treatment
    if all_converted in (0, all_units):
        return replace(known, status=Status.NO_VARIANCE)
    pooled = all_converted / all_units
    variances = (c * (1 - c) / n_control, t * (1 - t) / n_treatment)
    low, high = confint_proportions_2indep(
        converted_treatment, n_treatment, converted_control, n_control,
        compare="diff", method="newcomb", alpha=alpha,
    )  # fmt: skip
    found = replace(
        known,
        se=math.sqrt(sum(variances)),
        low=max(-1.0, float(low)),
        high=min(1.0, float(high)),
        variances=variances,
    )
    found = with_lift(found, float(norm.isf(alpha / 2)))
    if min(pooled, 1 - pooled) * min(n_control, n_treatment) < LEAST_EXPECTED:
        p = _exact(converted_control, n_control, converted_treatment, n_treatment)
        return replace(found, method=Method.FISHER, p_value=p)
    z = (t - c) / math.sqrt(pooled * (1 - pooled) * (1 / n_control + 1 / n_treatment))
    return replace(found, statistic=z, p_value=float(2 * norm.sf(abs(z))))


def _exact(k0: int, n0: int, k1: int, n1: int) -> float:
    """Fisher's p-value. Among more than a million units, of which so few are in question, drawing
    with and without replacement is the same to a few thousandths, and scipy's sum has no end."""
    if n0 + n1 <= _MANY_UNITS:
        return float(fisher_exact([[k1, n1 - k1], [k0, n0 - k0]]).pvalue)
    if 2 * (k0 + k1) > n0 + n1:
        k0, k1 = n0 - k0, n1 - k1
    small, few = ((k0, n0), k0 + k1) if n0 <= n1 else ((k1, n1), k0 + k1)
    share = few / (n0 + n1)
    if few <= small[1]:
        return float(binomtest(small[0], few, small[1] / (n0 + n1)).pvalue)
    return float(binomtest(small[0], small[1], share).pvalue)
