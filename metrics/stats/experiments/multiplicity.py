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
    made = iter(_of_all(known, correction))
    return [None if p is None else next(made) for p in p_values]


def _of_all(known: Sequence[float], correction: Correction) -> list[float]:
    """Own code, checked against statsmodels': that collects all garbage of the process at each
    call, which takes longer than every other statistic of a page together."""
    m = len(known)
    order = sorted(range(m), key=known.__getitem__)
    found = [0.0] * m
    if correction is Correction.HOLM:
        most = 0.0
        for rank, place in enumerate(order):
            most = max(most, (m - rank) * known[place])
            found[place] = min(1.0, most)
        return found
    factor = 1.0
    if correction is Correction.BENJAMINI_YEKUTIELI:
        factor = math.fsum(1 / k for k in range(1, m + 1))
    least = 1.0
    for rank in range(m, 0, -1):
        place = order[rank - 1]
        least = min(least, known[place] * m * factor / rank)
        found[place] = least
    return found
