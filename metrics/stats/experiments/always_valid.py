"""Looks at a test without a planned end: intervals that hold at all looks together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scipy.optimize import brentq
from scipy.stats import norm

from metrics.stats.experiments.effect import Effect
from metrics.stats.experiments.group_sequential import crossed
from metrics.stats.experiments.sums import Sums

DEFAULT_UNITS = 5_000
"""Units of both arms at which the interval is tightest, where no size was planned."""


@dataclass(frozen=True, slots=True)
class Gate:
    """How much each arm needs before anything is concluded: the sequence is asymptotic, and early
    looks at rare events have far too small a variance. `effective` is `Sums.effective`
    (conversions, or about the number of buyers); `units` the number of units.

    A metric around zero (a margin with losses) has few effective units for ever: judge it by more
    `units` and an `effective` of 0.
    """

    effective: float = 30.0
    units: int = 60

    def open(self, *arms: Sums) -> bool:
        return all(a.n >= self.units and a.effective >= self.effective for a in arms)


@dataclass(frozen=True, slots=True)
class AlwaysValid:
    """`effect` with its interval and p-value replaced by those that hold at any look; `opened` says
    whether the gate lets anything be concluded yet."""

    effect: Effect
    opened: bool

    @property
    def significant(self) -> bool:
        return self.opened and self.effect.significant


@dataclass(frozen=True, slots=True)
class Course:
    """What all looks together say: the smallest p so far, and what every interval holds. An empty
    intersection (`low` above `high`) says that the effect itself has moved."""

    p_value: float | None
    low: float | None
    high: float | None


def mixture(units: float, alpha: float, planned: float) -> tuple[float, float]:
    """(rho², k) of the normal mixture: rho² makes the interval tightest at `planned` units."""
    log = math.log(alpha)
    rho2 = (-2 * log + math.log1p(-2 * log)) / planned
    return rho2, units * rho2 + 1


def widths(fractions: Sequence[float], alpha: float) -> tuple[float, ...]:
    """How many standard errors the interval reaches, at each share of the planned units."""
    rho2, _ = mixture(1.0, alpha, 1.0)
    return tuple(
        math.sqrt(2 * k / (t * rho2) * (0.5 * math.log(k) - math.log(alpha)))
        for t, k in ((t, t * rho2 + 1) for t in fractions)
    )


def inflation(looks: int, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """By how much an always-valid test that is looked at `looks` times, evenly, until the planned
    units, needs more of them than one look: the drift at which it concludes with probability
    `power` by then, squared, over that of a single look. About 1.7 to 2; the gate is not counted.
    """
    fractions = [(n + 1) / looks for n in range(looks)]
    bounds = widths(fractions, alpha)
    single = float(norm.isf(alpha / 2) + norm.ppf(power))
    drift = brentq(
        lambda d: crossed(fractions, bounds, d) - power, single * 0.9, single * 6, xtol=1e-9
    )
    return float(max(1.0, (drift / single) ** 2))


def always_valid(
    effect: Effect,
    control: Sums,
    treatment: Sums,
    *,
    planned: float = DEFAULT_UNITS,
    gate: Gate | None = None,
) -> AlwaysValid:
    """A fixed-horizon `effect` (any method, with its own difference and se) as an asymptotic
    confidence sequence: its interval holds at every look with probability 1 − alpha.

    Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2023), arXiv:2103.06476, with rho²
    after Howard et al. (2021): half width se·√(2k/(nρ²)·ln(√k/α)), k = nρ² + 1, n units of both
    arms; p = min(1, √k·exp(−ρ²n·diff²/(2k·se²))). The same formula as GrowthBook's and, with 10,000
    planned units, Eppo's. `control` and `treatment` are asked by the gate alone. An effect without
    an answer comes back as it is, closed.
    """
    gate = gate or Gate()
    if effect.diff is None or not effect.se:
        return AlwaysValid(effect, False)
    n = effect.n_control + effect.n_treatment
    rho2, k = mixture(n, effect.alpha, planned)
    quantile = math.sqrt(2 * k / (n * rho2) * (0.5 * math.log(k) - math.log(effect.alpha)))
    z = effect.diff / effect.se
    log_p = 0.5 * math.log(k) - rho2 * n * z * z / (2 * k)
    p = math.exp(min(0.0, log_p))
    held = effect.widened(quantile, p_value=p, statistic=z, df=None)
    return AlwaysValid(held, gate.open(control, treatment))


def lower_bound(effect: Effect, *, planned: float = DEFAULT_UNITS) -> float | None:
    """The one-sided form for a guardrail: the effect lies above it at every look with probability
    1 − alpha (Waudby-Smith et al. 2023). None where there is no effect."""
    if effect.diff is None or not effect.se:
        return None
    n, alpha = effect.n_control + effect.n_treatment, effect.alpha
    rho2, k = mixture(n, min(2 * alpha, 0.999), planned)
    return effect.diff - effect.se * math.sqrt(
        2 * k / (n * rho2) * math.log1p(math.sqrt(k) / (2 * alpha))
    )


def course(looks: Iterable[AlwaysValid]) -> Course:
    """Running minimum of p and intersection of the intervals, over looks with an open gate."""
    seen = [look.effect for look in looks if look.opened]
    p = [e.p_value for e in seen if e.p_value is not None]
    low = [e.low for e in seen if e.low is not None]
    high = [e.high for e in seen if e.high is not None]
    return Course(min(p, default=None), max(low, default=None), min(high, default=None))
