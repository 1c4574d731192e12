"""Looks at a test with a planned end: how far a statistic must lie from zero at each of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from metrics.stats.experiments.sums import Floats

_SAME_LOOK = 1e-5
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_FARTHEST = 9.0
_SMALLEST = 1e-300


class Spending(StrEnum):
    """How the error is spent over the information."""

    OBRIEN_FLEMING = "obrien_fleming"
    POCOCK = "pocock"
    POWER = "power"


@dataclass(frozen=True, slots=True)
class Boundary:
    """One look: the share of the planned information, the statistic to exceed, and the two-sided
    p-value that is the same. `past_plan`: more units than were planned; the last boundary holds."""

    fraction: float
    z: float
    level: float
    past_plan: bool = False


def spent(fraction: float, alpha: float, spending: Spending) -> float:
    """Error of one side, of `alpha` in all, that may be spent up to a fraction in (0, 1].

    Lan & DeMets (1983), Biometrika 70:659: O'Brien–Fleming type 2(1 − Φ(z(α/2) / √t)), Pocock type
    α ln(1 + (e − 1)t); power α t² (Kim & DeMets 1987, Biometrika 74:149, with exponent 2).
    """
    if spending is Spending.OBRIEN_FLEMING:
        return float(2 * ndtr(ndtri(alpha / 2) / math.sqrt(fraction)))
    if spending is Spending.POCOCK:
        return alpha * math.log1p((math.e - 1) * fraction)
    return alpha * fraction**2


def boundaries(
    fractions: Sequence[float],
    *,
    alpha: float = 0.05,
    spending: Spending = Spending.OBRIEN_FLEMING,
) -> tuple[Boundary, ...]:
    """The boundary of each look so far, symmetric about zero; each side spends `alpha` / 2.

    `fractions` are units seen / units planned, ascending and above 0, else ValueError. They need
    not have been planned. A look that adds less than 1e-5 has the boundary of the one before; from
    1 on the boundary of the end holds.

    Recursive integration of the density of those that went on (Armitage, McPherson & Rowe 1969),
    Gauss–Legendre. Five even looks at 5 %: 4.877 3.357 2.680 2.290 2.031 (Proschan, Lan & Wittes
    2006; R ldbounds).
    """
    _require(fractions, alpha)
    made: list[Boundary] = []
    walk = _Walk()
    used = 0.0
    for asked in fractions:
        fraction = min(asked, 1.0)
        if made and fraction - walk.time < _SAME_LOOK:
            last = made[-1]
            made.append(Boundary(asked, last.z, last.level, asked > 1 + _SAME_LOOK))
            continue
        allowed = spent(fraction, alpha / 2, spending)
        z = walk.step(fraction, allowed - used)
        used = allowed
        made.append(Boundary(asked, z, float(2 * ndtr(-z)), asked > 1 + _SAME_LOOK))
    return tuple(made)


def inflation(
    looks: int,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    spending: Spending = Spending.OBRIEN_FLEMING,
) -> float:
    """By how much `looks` even looks raise the sample size of a test with one; at least 1.

    The drift at which the boundaries are crossed with probability `power`, squared, over that of a
    single look (Jennison & Turnbull 2000, chapter 2). About 1.03 for O'Brien–Fleming.
    """
    fractions = [(k + 1) / looks for k in range(looks)]
    bounds = [b.z for b in boundaries(fractions, alpha=alpha, spending=spending)]
    single = float(-ndtri(alpha / 2) + ndtri(power))
    drift = brentq(lambda d: crossed(fractions, bounds, d) - power, single * 0.9, single * 2)
    return float(max(1.0, (drift / single) ** 2))


def crossed(fractions: Sequence[float], bounds: Sequence[float], drift: float = 0.0) -> float:
    """Probability that a statistic with expectation `drift`·√t leaves (−z, z) at some look."""
    walk = _Walk(drift)
    return math.fsum(walk.leave(fraction, z) for fraction, z in zip(fractions, bounds, strict=True))


class _Walk:
    """Brownian motion that has stayed inside so far: its places and their weighted density."""

    def __init__(self, drift: float = 0.0) -> None:
        self.time, self._drift, self._last = 0.0, drift, 0.0
        self._places, self._mass = np.array([0.0]), np.array([1.0])

    def step(self, time: float, error: float) -> float:
        """Go to `time`; the boundary that so much error of one side leaves through."""
        error = max(error, _SMALLEST)
        root = math.sqrt(time)
        ends = 0.0, float(-ndtri(_SMALLEST)) + 1
        if self.time == 0.0:
            z = float(-ndtri(error))
        elif self._above(ends[1] * root, time) >= error:
            z = ends[1]
        else:
            z = self._leaving(time, error, ends)
        self.leave(time, z)
        self._last = z
        return z

    def _leaving(self, time: float, error: float, ends: tuple[float, float]) -> float:
        """Newton on the logarithm, which is nearly a parabola: a few steps where bisection takes
        twenty. Bisection where it doesn't settle."""
        root, wanted = math.sqrt(time), math.log(error)
        z = self._last if self._last else min(float(-ndtri(error)), ends[1])
        for _ in range(12):
            above, density = self._above(z * root, time), self._density(z * root, time)
            if above <= 0 or density <= 0:
                break
            moved = z + (math.log(above) - wanted) * above / (density * root)
            if not ends[0] <= moved <= ends[1]:
                break
            if abs(moved - z) < 1e-12:
                return moved
            z = moved
        return float(brentq(lambda b: self._above(b * root, time) - error, *ends, xtol=1e-12))

    def leave(self, time: float, z: float) -> float:
        """Go to `time` and drop what lies outside (−z, z); the probability dropped."""
        edge = z * math.sqrt(time)
        gone = self._above(edge, time) + self._below(-edge, time)
        centre = self._drift * time
        reach = _FARTHEST * math.sqrt(time)
        self._spread(time, max(-edge, centre - reach), min(edge, centre + reach))
        return gone

    def _above(self, edge: float, time: float) -> float:
        """Mass beyond an upper edge at a later time."""
        step = time - self.time
        gaps = (edge - self._places - self._drift * step) / math.sqrt(step)
        return float(self._mass @ ndtr(-gaps))

    def _density(self, edge: float, time: float) -> float:
        """How fast the mass beyond an edge falls as the edge goes up."""
        width = math.sqrt(time - self.time)
        gaps = (edge - self._places - self._drift * (time - self.time)) / width
        return float(self._mass @ np.exp(-0.5 * gaps * gaps)) / (width * math.sqrt(2 * math.pi))

    def _below(self, edge: float, time: float) -> float:
        step = time - self.time
        gaps = (edge - self._places - self._drift * step) / math.sqrt(step)
        return float(self._mass @ ndtr(gaps))

    def _spread(self, time: float, low: float, high: float) -> None:
        step = time - self.time
        width = math.sqrt(step)
        if high <= low:
            self._places, self._mass, self.time = np.array([0.0]), np.array([0.0]), time
            return
        # Panels of 16 nodes, each about five steps of the walk wide: exact to twelve digits where
        # steps are of like size. A tiny step after a long one costs digits (3e-4 of z at worst).
        panels = min(max(4, math.ceil((high - low) / (5 * width))), 400)
        places, weights = _composite(low, high, panels)
        # Without a drift the lower half mirrors the upper one.
        mirrored = self._drift == 0.0
        reached = places[len(places) // 2 :] if mirrored else places
        away = (reached[:, None] - self._places[None, :] - self._drift * step) / width
        density = np.exp(-0.5 * away * away) @ self._mass / (width * math.sqrt(2 * math.pi))
        if mirrored:
            density = np.concatenate([density[::-1], density])
        self._places, self._mass, self.time = places, density * weights, time


def _composite(low: float, high: float, panels: int) -> tuple[Floats, Floats]:
    edges = np.linspace(low, high, panels + 1)
    half = (edges[1:] - edges[:-1])[:, None] / 2
    middle = (edges[1:] + edges[:-1])[:, None] / 2
    return (middle + half * _NODES).ravel(), (half * _WEIGHTS).ravel()


def _require(fractions: Sequence[float], alpha: float) -> None:
    ascending = all(a <= b for a, b in pairwise(fractions))
    if not fractions or not ascending or fractions[0] <= 0 or not 0 < alpha < 1:
        raise ValueError(
            f"looks have ascending fractions above 0 and alpha lies in (0, 1); "
            f"got {list(fractions)}, alpha={alpha}.\n"
            "Hint: a fraction is units seen / units planned, over both arms."
        )
