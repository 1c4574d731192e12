"""What many experiments came to: the effects of winners without the winner's curse, and the pace.

Who ships what looked best adds up luck as well as effect: of two experiments with the same true
effect, the one with the luckier error wins. The sum of the winners' observed effects is therefore
too high on average (Lee & Shen 2018, "Winner's curse: bias estimation for total effects of features
in online controlled experiments", KDD: 491). Drawing every effect towards zero as far as the spread
of all of them calls for takes that off.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scipy.optimize import brentq
from scipy.stats import chi2, norm

from metrics.stats.checks import require_finite

FEWEST = 3
"""Experiments from which on the spread of true effects is estimated: with two, one effect would
judge the other, and the interval below has no meaning (Morris 1983 divides by k − 2)."""
FOUR_WEEKS = 28


@dataclass(frozen=True, slots=True)
class Estimate:
    """One observed effect: `gain` relative to control (0.02 is 2 %, above zero is better) with its
    standard error. Several of one `experiment` (arms, metrics) are allowed."""

    experiment: str
    gain: float
    se: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """An effect drawn towards zero, with its 95 % interval; `share` of the observed one is left."""

    gain: float
    low: float
    high: float
    share: float


@dataclass(frozen=True, slots=True)
class Total:
    """A weighted sum of drawn effects and, beside it, the naive sum of the observed ones."""

    value: float
    low: float
    high: float
    naive: float
    naive_low: float
    naive_high: float


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """True effects are taken to spread as N(0, `tau2`), with the 95 % interval of `tau2`. `drawn`
    in the order of `estimates`."""

    estimates: tuple[Estimate, ...]
    tau2: float
    tau2_low: float
    tau2_high: float
    drawn: tuple[Drawn, ...]
    _own: tuple[float, ...]
    _shared: tuple[float, ...]

    def total(self, weights: Sequence[float], *, alpha: float = 0.05) -> Total:
        """Σ weight · effect; a weight for every estimate, 0 for those that are not in the sum.

        Effects err apart from each other, but all of them are drawn by the same `tau2`: what is
        not known of that adds up (see `shrunken`).
        """
        require_finite(list(weights), "weights")
        if len(weights) != len(self.estimates):
            raise ValueError(f"{len(self.estimates)} weights are needed; got {len(weights)}.")
        pairs = list(zip(weights, self.estimates, strict=True))
        value = math.fsum(w * d.gain for w, d in zip(weights, self.drawn, strict=True))
        own = math.fsum(w * w * v for w, v in zip(weights, self._own, strict=True))
        shared = math.fsum(w * s for w, s in zip(weights, self._shared, strict=True))
        naive = math.fsum(w * e.gain for w, e in pairs)
        z = float(norm.isf(alpha / 2))
        half = z * math.sqrt(own + shared * shared)
        plain = z * math.sqrt(math.fsum((w * e.se) ** 2 for w, e in pairs))
        return Total(value, value - half, value + half, naive, naive - plain, naive + plain)


def shrunken(estimates: Sequence[Estimate], *, alpha: float = 0.05) -> Shrinkage | None:
    """Normal–normal empirical Bayes; None with fewer than `FEWEST` experiments.

    Prior N(0, τ²): a change is as likely to harm as to help until shown otherwise. τ² by Paule &
    Mandel (1982), J. Res. NBS 87:377: Σ gain² / (se² + τ²) = k, as the mean of the prior is known;
    0 where the effects spread no more than their errors do. Its interval by Viechtbauer (2007),
    Stat. Med. 26:37. An effect keeps the share 1 − B = τ² / (τ² + se²) of itself (Efron & Morris
    1975, J. Am. Stat. Assoc. 70:311). That τ² is not known either widens its interval (Morris 1983,
    J. Am. Stat. Assoc. 78:47): the variance is (1 − B)·se² + (B·gain)²·2/(k − 2)·(V̄ + τ²)/(se² +
    τ²), with V̄ the mean of se² by 1/(se² + τ²). Estimates that share a control err alike: that
    leaves τ² unbiased, the intervals somewhat too short. Standard errors above 0 and finite, else
    ValueError.
    """
    require_finite([x for e in estimates for x in (e.gain, e.se)], "gains and errors")
    if any(e.se <= 0 for e in estimates):
        raise ValueError("standard errors are above 0; leave out effects that have none.")
    if len({e.experiment for e in estimates}) < FEWEST:
        return None
    k = len(estimates)
    tau2 = _tau2(estimates, k)
    rest = [e.se**2 + tau2 for e in estimates]
    middle = math.fsum(e.se**2 / t for e, t in zip(estimates, rest, strict=True)) / math.fsum(
        1 / t for t in rest
    )
    z = float(norm.isf(alpha / 2))
    drawn, own, shared = [], [], []
    for e, t in zip(estimates, rest, strict=True):
        lost = e.se**2 / t
        share = tau2 / t
        own.append(share * e.se**2)
        shared.append(lost * e.gain * math.sqrt(2 / (k - 2) * (middle + tau2) / t))
        half = z * math.sqrt(own[-1] + shared[-1] ** 2)
        gain = share * e.gain
        drawn.append(Drawn(gain, gain - half, gain + half, share))
    return Shrinkage(
        tuple(estimates),
        tau2,
        _tau2(estimates, float(chi2.isf(alpha / 2, k))),
        _tau2(estimates, float(chi2.ppf(alpha / 2, k))),
        tuple(drawn),
        tuple(own),
        tuple(shared),
    )


def _tau2(estimates: Sequence[Estimate], target: float) -> float:
    """Where Σ gain² / (se² + τ²) comes down to `target`; 0 where it begins below."""

    def above(tau2: float) -> float:
        return math.fsum(e.gain**2 / (e.se**2 + tau2) for e in estimates) - target

    if above(0.0) <= 0:
        return 0.0
    # At Σ gain² / target every term is at most its share of the target.
    most = math.fsum(e.gain**2 for e in estimates) / target
    solved: Callable[..., float] = brentq
    return float(solved(above, 0.0, most, xtol=1e-16, rtol=1e-13))


@dataclass(frozen=True, slots=True)
class Pace:
    """How often something happened in so many days."""

    n: int
    days: int

    @property
    def per_four_weeks(self) -> float:
        return self.n * FOUR_WEEKS / self.days


def pace(on: Sequence[date], start: date, end: date) -> Pace | None:
    """Of the days in [start, end); None where that is less than four weeks, which is too short to
    speak of a pace."""
    days = (end - start).days
    if days < FOUR_WEEKS:
        return None
    return Pace(sum(start <= d < end for d in on), days)


def by_month(on: Sequence[date], start: date, end: date) -> tuple[tuple[date, int], ...]:
    """The first of every month that [start, end) touches, and how many of the days lie in it."""
    made, month = [], start.replace(day=1)
    while month < end:
        after = (month + timedelta(days=31)).replace(day=1)
        made.append((month, sum(max(month, start) <= d < min(after, end) for d in on)))
        month = after
    return tuple(made)
