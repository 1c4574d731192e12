"""Means and ratios of sums, with and without a covariate from before the experiment."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from metrics.stats.experiments.effect import (
    ArmMean,
    Effect,
    Method,
    Status,
    contrast,
    undefined,
)
from metrics.stats.experiments.sums import Floats, Sums

FEW_UNITS = 30
"""Below this many units an arm, the delta method is a rough guess."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A comparison with CUPED beside the plain one. `theta` is what one unit of the covariate is
    worth; `variance_reduction` is 1 − (se adjusted / se plain)², which is worth
    1 / (1 − reduction) − 1 more traffic. None where either comparison has no answer."""

    effect: Effect
    plain: Effect
    theta: float
    variance_reduction: float | None

    @property
    def worth_traffic(self) -> float | None:
        r = self.variance_reduction
        return None if r is None or r >= 1 else 1 / (1 - r) - 1


def welch(control: Sums, treatment: Sums, *, alpha: float = 0.05) -> Effect:
    """Difference of two means per unit, in the unit of y; `Sums` of (y).

    Never Student's pooled variance: with few units and unequal spread it is wrong one time in four.
    EMPTY_ARM, ONE_UNIT, NO_VARIANCE or ONE_ARM_CONSTANT where it cannot be computed.
    """
    return _compared(control, treatment, Method.WELCH, alpha)


def ratio_delta(control: Sums, treatment: Sums, *, alpha: float = 0.05) -> Effect:
    """Difference of two ratios of sums Σy / Σd (orders per session, AOV, …); `Sums` of (y, d), one
    row per unit that was randomised.

    Delta method, Deng, Knoblich & Lu (2018), KDD, arXiv:1803.06336: the spread of (y − R·d) / mean
    d over the units; a variance over sessions would pretend that one person's sessions are
    independent. Also for clusters, as units. ZERO_DENOMINATOR where Σd of an arm is not above 0;
    trust it from about 30 units an arm on.
    """
    return _compared(control, treatment, Method.RATIO_DELTA, alpha)


def cuped(control: Sums, treatment: Sums, *, alpha: float = 0.05) -> Adjusted:
    """A comparison of means, with less noise: `Sums` of (y, x), x the same unit's value from before
    its exposure (0 for who was not there yet).

    Deng, Xu, Kohavi & Walker (2013), WSDM: y − θ(x − mean of x over both arms), θ = cov(y, x) /
    var(x) over all units of both arms as one sample. Where x has no spread θ is 0 and the plain
    result comes back. The lift relates to the adjusted control.
    """
    return _adjusted(control, treatment, 1, alpha)


def cuped_ratio(control: Sums, treatment: Sums, *, alpha: float = 0.05) -> Adjusted:
    """The same for a ratio of sums: `Sums` of (y, d, x, w), x / w the ratio before exposure.

    Both ratios are linearised (delta method), θ is that of the linearised values of all units.
    Where Σw is not above 0 the plain result comes back.
    """
    return _adjusted(control, treatment, 2, alpha)


def cuped_effect(control: Sums, treatment: Sums, width: int, *, alpha: float = 0.05) -> Effect:
    """The effect of `cuped` (`width` 1) or `cuped_ratio` (2) alone: what a course of many looks
    needs of it."""
    method = Method.CUPED if width == 1 else Method.CUPED_RATIO
    _require_variables(control, treatment, 2 * width)
    found = _not_computable(control, treatment, width)
    if found is not None:
        return undefined(control.n, treatment.n, method, found)
    worth = _worth(control, treatment, width)
    if worth is None:
        return _unadjusted(control, treatment, width, alpha)
    adjusted = [_corrected(arm, width, *worth) for arm in (control, treatment)]
    return contrast(adjusted[0], adjusted[1], method, alpha)


def arm_mean(arm: Sums, width: int) -> ArmMean | None:
    """One arm's mean of (y), or with `width` 2 its ratio of (y, d), with the variance of it; None
    with fewer than two units or nothing to divide by."""
    if arm.n < 2 or not _has_ratio(arm, 0, width):
        return None
    return _plain(arm, width)


def _compared(control: Sums, treatment: Sums, method: Method, alpha: float) -> Effect:
    width = 2 if method is Method.RATIO_DELTA else 1
    _require_variables(control, treatment, width)
    found = _not_computable(control, treatment, width)
    if found is not None:
        return undefined(control.n, treatment.n, method, found)
    return contrast(_plain(control, width), _plain(treatment, width), method, alpha)


def _adjusted(control: Sums, treatment: Sums, width: int, alpha: float) -> Adjusted:
    effect = cuped_effect(control, treatment, width, alpha=alpha)
    if _not_computable(control, treatment, width) is not None:
        plain_method = Method.WELCH if width == 1 else Method.RATIO_DELTA
        return Adjusted(effect, replace(effect, method=plain_method), 0.0, None)
    plain = _unadjusted(control, treatment, width, alpha)
    worth = _worth(control, treatment, width)
    if worth is None:
        return Adjusted(plain, plain, 0.0, 0.0 if plain.se else None)
    reduction = None
    if effect.se is not None and plain.se is not None:
        reduction = 1 - (effect.se / plain.se) ** 2
    return Adjusted(effect, plain, worth[0], reduction)


def _unadjusted(control: Sums, treatment: Sums, width: int, alpha: float) -> Effect:
    method = Method.WELCH if width == 1 else Method.RATIO_DELTA
    return contrast(_plain(control, width), _plain(treatment, width), method, alpha)


def _worth(control: Sums, treatment: Sums, width: int) -> tuple[float, float] | None:
    """θ and the covariate's own value over both arms; None where the covariate says nothing."""
    both = control + treatment
    if not all(_has_ratio(a, width, width) for a in (control, treatment, both)):
        return None
    outcome, before = _gradient(both, 0, width), _gradient(both, width, width)
    spread = float(before @ both.covariance @ before)
    if spread <= 0:
        return None
    return float(outcome @ both.covariance @ before) / spread, _ratio(both, width, width)


def _corrected(arm: Sums, width: int, theta: float, centre: float) -> ArmMean:
    """An arm's number less what its units' past explains."""
    mean = _ratio(arm, 0, width) - theta * (_ratio(arm, width, width) - centre)
    gradient = _gradient(arm, 0, width) - theta * _gradient(arm, width, width)
    return _arm(arm, mean, gradient)


def _plain(arm: Sums, width: int) -> ArmMean:
    return _arm(arm, _ratio(arm, 0, width), _gradient(arm, 0, width))


def _arm(arm: Sums, mean: float, gradient: Floats) -> ArmMean:
    """`gradient`: how the arm's number moves with the mean of each variable."""
    variance = float(gradient @ arm.covariance @ gradient)
    scale = float(np.abs(gradient) @ np.abs(arm.covariance) @ np.abs(gradient))
    if variance <= 1e-14 * scale:
        variance = 0.0  # terms that cancel leave rounding behind, not spread
    return ArmMean(arm.n, mean, variance / arm.n, arm.n - 1)


def _ratio(arm: Sums, start: int, width: int) -> float:
    means = arm.means
    return means[start] if width == 1 else means[start] / means[start + 1]


def _gradient(arm: Sums, start: int, width: int) -> Floats:
    gradient = np.zeros(len(arm.sums))
    if width == 1:
        gradient[start] = 1.0
    else:
        below = arm.means[start + 1]
        gradient[start] = 1 / below
        gradient[start + 1] = -_ratio(arm, start, width) / below
    return gradient


def _has_ratio(arm: Sums, start: int, width: int) -> bool:
    return width == 1 or (math.isfinite(arm.means[start + 1]) and arm.means[start + 1] > 0)


def _not_computable(control: Sums, treatment: Sums, width: int) -> Status | None:
    if not control.n or not treatment.n:
        return Status.EMPTY_ARM
    if control.n < 2 or treatment.n < 2:
        return Status.ONE_UNIT
    if not (_has_ratio(control, 0, width) and _has_ratio(treatment, 0, width)):
        return Status.ZERO_DENOMINATOR
    return None


def _require_variables(control: Sums, treatment: Sums, least: int) -> None:
    for arm in (control, treatment):
        if len(arm.sums) < least or len(arm.sums) != len(control.sums):
            raise ValueError(
                f"both arms need sums of the same variables, at least {least}; "
                f"got {len(control.sums)} and {len(treatment.sums)}."
            )
