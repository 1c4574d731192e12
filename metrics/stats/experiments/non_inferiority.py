"""Guardrails: is treatment at most so much worse than control?"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.stats import t as student

from metrics.stats.experiments.effect import Effect


@dataclass(frozen=True, slots=True)
class NonInferiority:
    """`statistic` and the one-sided p-value of "worse than the margin allows"; `bound` is the end
    of the one-sided interval of treatment − (1 − margin)·control, in the metric's unit. None where
    the effect has no answer; `effect.reason` then says why."""

    margin: float
    statistic: float | None
    df: float | None
    p_value: float | None
    bound: float | None
    alpha: float

    @property
    def holds(self) -> bool:
        return self.p_value is not None and self.p_value < self.alpha


def non_inferior(
    effect: Effect, margin: float, *, alpha: float = 0.05, lower_is_better: bool = False
) -> NonInferiority:
    """Whether treatment loses at most `margin` of control (0.02: two percent of it).

    T = (t − (1 − m)c) / √(var t + (1 − m)² var c): control's own noise counts in the margin. Where
    less is better, (1 + m)c − t. Only for metrics that are not negative. `margin` in (0, 1), else
    ValueError. Source: Rothmann et al. (2003), Stat. Med. 22:239 (linearised margin).
    """
    if not 0 < margin < 1:
        raise ValueError(f"a margin is a share of control between 0 and 1; got {margin}.")
    c, t, variances = effect.control, effect.treatment, effect.variances
    if c is None or t is None or variances is None:
        return NonInferiority(margin, None, None, None, None, alpha)
    factor = 1 + margin if lower_is_better else 1 - margin
    a, b = factor**2 * variances[0], variances[1]
    away = factor * c - t if lower_is_better else t - factor * c
    se = math.sqrt(a + b)
    df = 1 / (
        (a / (a + b)) ** 2 / max(effect.n_control - 1, 1)
        + (b / (a + b)) ** 2 / max(effect.n_treatment - 1, 1)
    )
    bound = away - float(student.isf(alpha, df)) * se
    return NonInferiority(margin, away / se, df, float(student.sf(away / se, df)), bound, alpha)
