"""Quantiles (the median order, the slowest tenth of pages), also where one unit has many values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from metrics.stats.experiments.effect import (
    ArmMean,
    Effect,
    Method,
    Status,
    contrast,
    undefined,
)


@dataclass(frozen=True, slots=True)
class QuantileArm:
    """What a warehouse sends for one arm: `n` values, their quantile `at`, and the quantiles at
    share − h and share + h (see `half_range`). `cluster_factor` is how much more the share of
    values at or below the quantile varies between units than between independent values: 1 where
    each unit has one value; `units` is then n."""

    n: int
    at: float
    low: float
    high: float
    cluster_factor: float = 1.0
    units: int | None = None


def half_range(share: float, n: int, alpha: float = 0.05) -> float:
    """h: how far beside `share` the two quantiles are taken whose distance measures the spread."""
    return float(norm.isf(alpha / 2)) * math.sqrt(share * (1 - share) / n)


def enough_for(share: float, n: int, alpha: float = 0.05) -> bool:
    """Whether both quantiles beside it exist."""
    z2 = float(norm.isf(alpha / 2)) ** 2
    return n > z2 * max(share / (1 - share), (1 - share) / share)


def quantile_difference(
    control: QuantileArm, treatment: QuantileArm, share: float, *, alpha: float = 0.05
) -> Effect:
    """Difference of one quantile (`share` in (0, 1), else ValueError), in the unit of the values.

    The spread of a quantile is read off the distance of two beside it (Price & Bonett 2001;
    Deng, Knoblich & Lu 2018, section 4), times the cluster factor. TOO_FEW_FOR_QUANTILE where those
    two do not exist; NO_WIDTH where they are equal; EMPTY_ARM without values.
    """
    if not 0 < share < 1:
        raise ValueError(f"a quantile's share lies between 0 and 1; got {share}.")
    counts = control.n, treatment.n
    if not all(counts):
        return undefined(*counts, Method.QUANTILE, Status.EMPTY_ARM)
    if not all(enough_for(share, n, alpha) for n in counts):
        return undefined(*counts, Method.QUANTILE, Status.TOO_FEW_FOR_QUANTILE)
    if control.high <= control.low or treatment.high <= treatment.low:
        return undefined(*counts, Method.QUANTILE, Status.NO_WIDTH)
    z = float(norm.isf(alpha / 2))
    first, second = (
        ArmMean(
            a.n,
            a.at,
            (a.n - 1) / a.n * ((a.high - a.low) / (2 * z)) ** 2 * a.cluster_factor,
            (a.n if a.units is None else a.units) - 1,
        )
        for a in (control, treatment)
    )
    return contrast(first, second, Method.QUANTILE, alpha)


def quantile_arm(
    values: Sequence[float],
    share: float,
    *,
    units: Sequence[object] | None = None,
    alpha: float = 0.05,
) -> QuantileArm:
    """The same from raw values; `units` names whose value each is, where one unit has several.

    Cluster factor: variance of the share of values at or below the quantile by the delta method
    over units, over that of independent values (Deng, Knoblich & Lu 2018, section 4.2).
    """
    data = np.asarray(values, dtype=np.float64)
    n = len(data)
    if not n:
        return QuantileArm(0, 0.0, 0.0, 0.0)
    h = half_range(share, n, alpha)
    ends = [min(max(share + d, 0.0), 1.0) for d in (0.0, -h, h)]
    at, low, high = (float(v) for v in np.quantile(data, ends))
    if units is None:
        return QuantileArm(n, at, low, high)
    _, places = np.unique(np.asarray(units), return_inverse=True)
    sizes = np.bincount(places)
    below = np.bincount(places, weights=data <= at)
    sums = (sizes.sum(), below.sum(), sizes @ sizes, below @ sizes, below @ below)
    factor = cluster_factor(float(len(sizes)), *[float(v) for v in sums])
    return QuantileArm(n, at, low, high, factor, len(sizes))


def cluster_factor(
    units: float, size: float, below: float, size_size: float, below_size: float, below_below: float
) -> float:
    """How much more the share of values at or below a quantile varies between units than between
    independent values (Deng, Knoblich & Lu 2018, section 4.2), from sums over units of their
    number of values (`size`), of those at or below (`below`), and of products. 1 where it can't be
    told: fewer than two units, or all values on one side."""
    rate = below / size
    alone = rate * (1 - rate) / size
    if units < 2 or alone <= 0:
        return 1.0
    squares = below_below - 2 * rate * below_size + rate * rate * size_size
    mean_size = size / units
    return max(0.0, squares) / (units - 1) / mean_size**2 / units / alone
