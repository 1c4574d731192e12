"""Does the effect differ between segments, or do they only look different?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import chi2, norm

from metrics.stats.experiments.effect import Effect


@dataclass(frozen=True, slots=True)
class Shrunken:
    """A segment's effect drawn towards the whole, as far as its own noise calls for."""

    diff: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """Cochran's Q on `df` degrees of freedom and its p-value (before any correction for the number
    of segmentations), I² (share of the variation that is not noise), the variance `tau2` between
    segments, their common effect, and each segment's shrunken one (None where it had no effect)."""

    q: float
    df: int
    p_value: float
    i_squared: float
    tau2: float
    common: float
    common_se: float
    shrunken: tuple[Shrunken | None, ...]


def heterogeneity(effects: Sequence[Effect], *, alpha: float = 0.05) -> Heterogeneity | None:
    """Whether disjoint segments have one effect. None with fewer than two that have an answer.

    Cochran (1954), Biometrics 10:101; I²: Higgins & Thompson (2002), Stat. Med. 21:1539; random
    effects: DerSimonian & Laird (1986). Say "differs by segment" only where p after Holm over all
    segmentations looked at is below 0.05; else show the shrunken effects. Segments are made of what
    was known before exposure.
    """
    known = [(e.diff, e.se * e.se) for e in effects if e.diff is not None and e.se]
    if len(known) < 2:
        return None
    weights = [1 / v for _, v in known]
    total = math.fsum(weights)
    fixed = math.fsum(w * d for w, (d, _) in zip(weights, known, strict=True)) / total
    q = math.fsum(w * (d - fixed) ** 2 for w, (d, _) in zip(weights, known, strict=True))
    df = len(known) - 1
    scale = total - math.fsum(w * w for w in weights) / total
    tau2 = max(0.0, (q - df) / scale)
    random = [1 / (v + tau2) for _, v in known]
    whole = math.fsum(random)
    common = math.fsum(w * d for w, (d, _) in zip(random, known, strict=True)) / whole
    spread = 1 / whole
    z = float(norm.isf(alpha / 2))
    return Heterogeneity(
        q,
        df,
        float(chi2.sf(q, df)),
        max(0.0, (q - df) / q) if q > 0 else 0.0,
        tau2,
        common,
        math.sqrt(spread),
        tuple(_drawn(e, common, spread, tau2, z) for e in effects),
    )


def _drawn(effect: Effect, common: float, spread: float, tau2: float, z: float) -> Shrunken | None:
    """Morris (1983), J. Am. Stat. Assoc. 78:47, with the uncertainty of the common effect."""
    if effect.diff is None or not effect.se:
        return None
    variance = effect.se**2
    own = tau2 / (tau2 + variance)
    diff = common + own * (effect.diff - common)
    half = z * math.sqrt(own * variance + (1 - own) ** 2 * spread)
    return Shrunken(diff, diff - half, diff + half)
