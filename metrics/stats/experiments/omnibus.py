"""Several arms at once: do they differ at all, before any two are told apart?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2
from statsmodels.stats.oneway import anova_generic

from metrics.stats.experiments.effect import Status


@dataclass(frozen=True, slots=True)
class Omnibus:
    """`statistic` on `df` (chi-square) or `df` and `df_within` (F); None, with the reason in
    `status`, where it can't be computed."""

    statistic: float | None
    df: float | None
    df_within: float | None
    p_value: float | None
    status: Status


def rates_differ(counts: Sequence[tuple[int, int]]) -> Omnibus:
    """Pearson's chi-square over (converted, units) of each arm, on arms − 1 degrees of freedom.

    EMPTY_ARM with fewer than two arms or one without units; NO_VARIANCE where nobody or everybody
    converted. 0 ≤ converted ≤ units, else ValueError.
    """
    if any(not 0 <= k <= n for k, n in counts):
        raise ValueError(f"conversions must lie in [0, n]; got {list(counts)}.")
    if len(counts) < 2 or any(not n for _, n in counts):
        return _nothing(Status.EMPTY_ARM)
    total, converted = sum(n for _, n in counts), sum(k for k, _ in counts)
    if converted in (0, total):
        return _nothing(Status.NO_VARIANCE)
    share = converted / total
    statistic = sum((k - n * share) ** 2 / (n * share * (1 - share)) for k, n in counts)
    df = len(counts) - 1
    return Omnibus(statistic, df, None, float(chi2.sf(statistic, df)), Status.OK)


def means_differ(arms: Sequence[tuple[float, float, int]]) -> Omnibus:
    """Welch's analysis of variance over (mean, variance of a unit, units) of each arm.

    Welch (1951), Biometrika 38:330; statsmodels' `anova_generic`. EMPTY_ARM with fewer than two
    arms or one without units, ONE_UNIT with a single one, NO_VARIANCE or ONE_ARM_CONSTANT where
    all arms or one have no spread.
    """
    if len(arms) < 2 or any(not n for *_, n in arms):
        return _nothing(Status.EMPTY_ARM)
    if any(n < 2 for *_, n in arms):
        return _nothing(Status.ONE_UNIT)
    flat = sum(v <= 0 for _, v, _ in arms)
    if flat:
        return _nothing(Status.NO_VARIANCE if flat == len(arms) else Status.ONE_ARM_CONSTANT)
    means, variances, n = (np.array(v) for v in zip(*arms, strict=True))
    found = anova_generic(means, variances, n, use_var="unequal")
    return Omnibus(
        float(found.statistic), float(found.df_num), float(found.df_denom), float(found.pvalue),
        Status.OK,
    )  # fmt: skip


def _nothing(status: Status) -> Omnibus:
    return Omnibus(None, None, None, None, status)
