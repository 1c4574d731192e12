"""What is left of p-values when many are looked at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum


class Correction(StrEnum):
    """Holm: no false claim among all (decisions). BH: few among those claimed (exploration). BY:
    the same whatever the p-values have to do with each other."""

    HOLM = "holm"
    BENJAMINI_HOCHBERG = "fdr_bh"
    BENJAMINI_YEKUTIELI = "fdr_by"


def adjusted(p_values: Sequence[float | None], correction: Correction) -> list[float | None]:
    """Adjusted p-values in the same order; None stays None and does not count in the family.

    Holm (1979), Scand. J. Stat. 6:65; Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57:289;
    Benjamini & Yekutieli (2001), Ann. Stat. 29:1165. Every value in [0, 1], else ValueError.
    """
    known = [p for p in p_values if p is not None]
    if any(not 0 <= p <= 1 for p in known):
        raise ValueError(f"p-values lie in [0, 1]; got {list(p_values)}.")
    if not known:
        return [None] * len(p_values)
    made = iter(_adjusted(known, correction))
    return [None if p is None else next(made) for p in p_values]


def _adjusted(known: Sequence[float], correction: Correction) -> list[float]:
    """Own lines: statsmodels' `multipletests` collects garbage on every call, a tenth of a second
    each, where a page corrects dozens of small families."""
    m = len(known)
    order = sorted(range(m), key=lambda i: known[i])
    made = [0.0] * m
    if correction is Correction.HOLM:
        running = 0.0
        for rank, i in enumerate(order):
            running = max(running, (m - rank) * known[i])
            made[i] = min(1.0, running)
        return made
    yekutieli = correction is Correction.BENJAMINI_YEKUTIELI
    factor = math.fsum(1 / k for k in range(1, m + 1)) if yekutieli else 1.0
    running = 1.0
    for rank in range(m, 0, -1):
        i = order[rank - 1]
        running = min(running, factor * m * known[i] / rank)
        made[i] = running
    return made
