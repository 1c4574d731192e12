"""Sample ratio mismatch: did the arms get the units that they were meant to?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import chdtrc

ALARM_P = 0.001
ALARM_E = 1_000.0
_CONCENTRATION = 10_000.0


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """`p_value` for one look (alarm below 0.001), `e_value` for any number of looks (alarm above
    1,000). `expected` units per arm, in the order asked."""

    observed: tuple[int, ...]
    expected: tuple[float, ...]
    chi_square: float
    df: int
    p_value: float
    e_value: float

    @property
    def alarm(self) -> bool:
        """At one look."""
        return self.p_value < ALARM_P

    @property
    def alarm_any_time(self) -> bool:
        """Looked at as often as one likes: wrong in at most one healthy test of a thousand."""
        return self.e_value > ALARM_E


def sample_ratio(observed: Sequence[int], weights: Sequence[float]) -> SampleRatio | None:
    """Units of each arm against the weights as configured, in any scale (50, 50 or 0.9, 0.1).

    Chi-square over the arms with a weight, df = those − 1 (Fabijan et al. 2019, KDD). e-value:
    Dirichlet-multinomial over multinomial, concentration 10,000 (Lindon & Malek 2022, NeurIPS).
    None where there are no units or fewer than two arms with a weight. ValueError where a count or
    weight is negative or not finite, or an arm without weight has units: it is not in the plan.
    """
    if len(observed) != len(weights):
        raise ValueError(f"one weight for each arm; got {len(observed)} and {len(weights)}.")
    if any(n < 0 for n in observed) or any(not (math.isfinite(w) and w >= 0) for w in weights):
        raise ValueError(f"counts and weights are not negative; got {observed}, {weights}.")
    if any(n and not w for n, w in zip(observed, weights, strict=True)):
        raise ValueError(
            f"an arm without weight has units; got {observed} with weights {weights}.\n"
            "Hint: give the weights as they were configured, or leave the arm out."
        )
    kept = [(n, w) for n, w in zip(observed, weights, strict=True) if w]
    total = sum(n for n, _ in kept)
    if len(kept) < 2 or not total:
        return None
    scale = math.fsum(w for _, w in kept)
    shares = [(n, w / scale) for n, w in kept]
    statistic = math.fsum((n - total * p) ** 2 / (total * p) for n, p in shares)
    log_e = _log_e(shares, total)
    whole = math.fsum(weights)
    return SampleRatio(
        tuple(int(n) for n in observed),
        tuple(total * w / whole for w in weights),
        statistic,
        len(kept) - 1,
        float(chdtrc(len(kept) - 1, statistic)),
        math.exp(min(log_e, 700.0)),
    )


def _log_e(shares: Sequence[tuple[int, float]], total: int) -> float:
    """Dirichlet-multinomial over multinomial; what both count alike cancels out. In plain gamma
    functions: a page asks it of every day and segment, and scipy's distributions check their
    arguments for longer than they compute."""
    lgamma, k = math.lgamma, _CONCENTRATION
    parts = math.fsum(lgamma(n + k * p) - lgamma(k * p) - n * math.log(p) for n, p in shares)
    return lgamma(k) - lgamma(total + k) + parts
