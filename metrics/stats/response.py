"""How customers answer to spend: carry-over, a saturating curve, and what the next one costs.

A market's expected customers in a week are

    level x demand x g(a),    g(a) = base + (1 - base) x H(a) / H(1),    H(a) = a^n / (a^n + half^n)

where `a` is the week's spend with carry-over, relative to the market's usual spend (1 is usual).
`H` is Hill's curve (Michaelis–Menten where n = 1), the carry-over geometric: Jin, Wang, Sun, Chan &
Koehler (2017), "Bayesian methods for media mix modeling with carryover and shape effects". Markets
have levels of their own and share the curve, as in Sun, Wang, Jin, Chan & Koehler (2017),
"Geo-level Bayesian hierarchical media mix modeling": totals over markets would blur it, since the
same money buys less where media are dear. No SQL, no randomness that is not seeded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEAST = 1e-9
"""The smallest share of usual customers the curve knows, so that its logarithm exists."""


def adstock(spend: Floats, carry: float | Floats) -> Floats:
    """Spend as it works: a share `carry` of each week's effect comes a week later, and so on.

    Weights (1 - carry) x carry^k sum to 1, so that steady spend works as itself: [100, 0, 0] with
    a carry of 0.5 is [50, 25, 12.5] after weeks without spend. What came before the first week is
    taken to be nothing for a series that starts with its first spend; see `settled`. Weeks run
    along the last axis; an array of carries gives one result for each, along the first axis.
    """
    keep = np.asarray(carry, dtype=float)
    lead = keep.reshape(keep.shape + (1,) * (spend.ndim - 1))
    out = np.empty(keep.shape + spend.shape)
    before = np.zeros(keep.shape + spend.shape[:-1])
    for week in range(spend.shape[-1]):
        before = lead * before + (1 - lead) * spend[..., week]
        out[..., week] = before
    return out


def settled(spend: Floats, weeks: int = 8) -> Floats:
    """The series with its first weeks' mean put before it `weeks` times: a history that begins in
    the middle of things is taken to have gone on before as it began."""
    first = spend[..., : min(4, spend.shape[-1])].mean(axis=-1, keepdims=True)
    return np.concatenate([np.repeat(first, weeks, axis=-1), spend], axis=-1)


def hill(relative: Floats, half: Floats | float, shape: Floats | float) -> Floats:
    """a^n / (a^n + half^n): 0 at nothing, one half at `half`, 1 in the end."""
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(1 / (1 + np.exp(-shape * (np.log(relative) - np.log(half)))))


def response(
    relative: Floats, base: Floats | float, half: Floats | float, shape: Floats | float
) -> Floats:
    """Customers relative to those of usual spend: 1 at 1, `base` at nothing."""
    rise = hill(relative, half, shape) / hill(np.asarray(1.0), half, shape)
    return np.asarray(base + (1 - base) * rise)


def slope(
    relative: Floats, base: Floats | float, half: Floats | float, shape: Floats | float
) -> Floats:
    """The derivative of `response`."""
    h, usual = hill(relative, half, shape), hill(np.asarray(1.0), half, shape)
    return np.asarray((1 - base) / usual * shape * h * (1 - h) / np.maximum(relative, LEAST))


@dataclass(frozen=True, eq=False)
class Series:
    """Weeks of one channel. `spend` and `customers` are by market and week; spend is never
    negative. `used` are the weeks that the curve is fitted to (the others still carry over).
    `controls` are by week and column: what else moves customers, each about 0 on average and of
    size 1; `now` is their values today."""

    spend: Floats
    customers: Floats
    used: Flags
    controls: Floats
    now: Floats

    def __post_init__(self) -> None:
        markets, weeks = self.spend.shape
        if (
            self.customers.shape != (markets, weeks)
            or self.used.shape != (weeks,)
            or self.controls.shape[0] != weeks
            or self.now.shape != (self.controls.shape[1],)
        ):
            raise ValueError("spend, customers, used, controls and now must fit each other")
        if (self.spend < 0).any():
            raise ValueError("spend must not be negative; settle credit notes first")
        if (self.usual <= 0).any() or (self.customers[:, self.used].sum(axis=1) <= 0).any():
            raise ValueError("each market needs spend and customers in the weeks used")

    @cached_property
    def usual(self) -> Floats:
        """Mean weekly spend of each market in the weeks used."""
        return np.asarray(self.spend[:, self.used].mean(axis=1))

    @cached_property
    def relative(self) -> Floats:
        return np.asarray(self.spend / self.usual[:, None])


@dataclass(frozen=True, eq=False)
class Fit:
    """Draws from what the data allow, one per row: each is a whole curve.

    `level` is customers per week and market at usual spend and today's demand. `spread` is how much
    more weeks scatter than counts alone would (1: not at all); `gain` how much better the curve
    fits than no effect of spend at all, `bend` how much better than a straight line, both as twice
    the difference of the log-likelihood over `spread`. `effective` draws of equal weight would tell
    as much.
    """

    carry: Floats
    half: Floats
    shape: Floats
    base: Floats
    level: Floats
    usual: Floats
    spread: float
    gain: float
    bend: float
    effective: float
    expected: Floats
    """Customers of each week used, over all markets, under the curve that fits best."""

    def customers(self, spend: Floats) -> Floats:
        """Customers a week by draw and row of `spend` (rows by market), if it is kept up."""
        relative = (spend / self.usual)[None]
        g = response(relative, *(v[:, None, None] for v in (self.base, self.half, self.shape)))
        return np.asarray((self.level[:, None, :] * g).sum(axis=2))

    def slopes(self, spend: Floats) -> Floats:
        """Customers per unit of money by draw, when spend grows from `spend` (by market) in
        every market by the same share."""
        relative = (spend / self.usual)[None]
        g = slope(relative, *(v[:, None] for v in (self.base, self.half, self.shape)))
        grown = (self.level * g * (spend / self.usual)[None]).sum(axis=1)
        return np.asarray(grown / spend.sum())


@dataclass(frozen=True, slots=True)
class Range:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


def ranged(draws: Floats) -> Range:
    low, value, high = np.quantile(draws, (0.025, 0.5, 0.975))
    return Range(float(value), float(low), float(high))


def seasons_of(weeks: int) -> Floats:
    """Controls by week: a trend, and from a year on the yearly wave; of size 1 each, 0 on average.
    In less than a year a wave can't be told from a trend."""
    week = np.arange(weeks, dtype=float)
    trend = (week - week.mean()) / max(float(week.std()), 1.0)
    if weeks < 52:
        return np.asarray(trend[:, None])
    turn = 2 * np.pi * week * 7 / 365.25
    return np.asarray(np.column_stack([trend, 2**0.5 * np.sin(turn), 2**0.5 * np.cos(turn)]))
