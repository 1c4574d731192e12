"""What is left of p-values when many are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from statsmodels.stats.multitest import multipletests


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
    made = iter(float(p) for p in multipletests(known, method=correction.value)[1])
    return [None if p is None else next(made) for p in p_values]
