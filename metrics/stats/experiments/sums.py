"""Sufficient statistics of one arm: a count, shifted sums and their cross-products."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from metrics.stats.checks import require_finite

Floats = NDArray[np.float64]
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Sums:
    """One arm: `n` units (those that were randomised) and, for each of p variables v with a fixed
    `shift` k, Σ(v − k) and the p × p matrix of Σ(v − k)(w − l), row by row.

    The order of variables says what they are: (y) a mean, (y, x) a mean with a covariate, (y, d) a
    ratio of sums, (y, d, x, w) a ratio with a covariate that is a ratio too. Any round `shift` near
    the mean will do; without one, values that are large beside their spread lose it: Σy² of values
    near 1e9 has no digits left for a variance of 1. Sums of disjoint units add: `a + b`.

    ValueError where n is negative, the shapes do not fit or a number is not finite.
    """

    n: int
    shift: tuple[float, ...]
    sums: tuple[float, ...]
    products: tuple[float, ...]

    def __post_init__(self) -> None:
        size = len(self.sums)
        if self.n < 0 or len(self.shift) != size or len(self.products) != size * size:
            raise ValueError(
                f"sums of {size} variables need n >= 0, {size} shifts and {size * size} products; "
                f"got n={self.n}, {len(self.shift)} shifts, {len(self.products)} products."
            )
        require_finite([*self.shift, *self.sums, *self.products], "sums")

    @classmethod
    def of_mean(cls, n: int, total: float, squares: float, *, shift: float = 0.0) -> Sums:
        """From Σ(y − shift) and Σ(y − shift)²."""
        return cls(n, (shift,), (total,), (squares,))

    @classmethod
    def of_sd(cls, n: int, mean: float, sd: float) -> Sums:
        """From a mean and a standard deviation (with n − 1), as a report gives them."""
        if sd < 0:
            raise ValueError(f"a standard deviation is not negative; got {sd}.")
        return cls(n, (mean,), (0.0,), (sd * sd * max(n - 1, 0),))

    @classmethod
    def of_counts(cls, successes: int, n: int) -> Sums:
        """From converted units of all units: y is 1 or 0. 0 ≤ successes ≤ n, else ValueError."""
        if not 0 <= successes <= n:
            raise ValueError(
                f"conversions must lie in [0, n]; got conversions={successes}, n={n}.\n"
                "Hint: count converted units, not conversion events."
            )
        return cls(n, (0.0,), (float(successes),), (float(successes),))

    @classmethod
    def of_values(cls, *columns: Sequence[float], shift: Sequence[float] | None = None) -> Sums:
        """From one value per unit and variable. Without `shift`, each column's own rounded mean."""
        values = np.array(columns, dtype=np.float64)
        if values.ndim != 2:
            raise ValueError("all variables need one value for each unit.")
        require_finite(values.ravel().tolist(), "values")
        n = values.shape[1]
        if shift is None:
            shift = (
                tuple(float(round(v)) for v in values.mean(axis=1)) if n else (0.0,) * len(values)
            )
        moved = values - np.array(shift, dtype=np.float64)[:, None]
        return cls(
            n,
            tuple(float(k) for k in shift),
            tuple(math.fsum(row) for row in moved),
            tuple(math.fsum(a * b) for a in moved for b in moved),
        )

    def __add__(self, other: Sums) -> Sums:
        """The sums of both groups of units together; a different shift is taken over exactly."""
        return Sums.together((self, other))

    @classmethod
    def together(cls, parts: Sequence[Sums]) -> Sums:
        """The sums of one group of units or more, with the shift of the first."""
        shift = parts[0].shift
        all_parts = [part.shifted(shift) for part in parts]
        return cls(
            sum(part.n for part in all_parts),
            shift,
            tuple(map(sum, zip(*(part.sums for part in all_parts), strict=True))),
            tuple(map(sum, zip(*(part.products for part in all_parts), strict=True))),
        )

    def shifted(self, shift: Sequence[float]) -> Sums:
        """The same units with other shifts."""
        if tuple(shift) == self.shift:
            return self
        step = np.subtract(self.shift, shift)
        s = np.array(self.sums)
        q = self._matrix() + np.outer(step, s) + np.outer(s, step) + self.n * np.outer(step, step)
        moved = s + self.n * step
        return Sums(self.n, tuple(shift), tuple(moved.tolist()), tuple(q.ravel().tolist()))

    def scaled(self, factor: float) -> Sums:
        """Every value times a factor, as in another unit."""
        return Sums(
            self.n,
            tuple(k * factor for k in self.shift),
            tuple(s * factor for s in self.sums),
            tuple(q * factor * factor for q in self.products),
        )

    @cached_property
    def means(self) -> tuple[float, ...]:
        """Mean of each variable; n above 0."""
        return tuple(k + s / self.n for k, s in zip(self.shift, self.sums, strict=True))

    @cached_property
    def covariance(self) -> Floats:
        """The p × p sample covariance (with n − 1); n at least 2.

        What rounding put below zero on the diagonal is zero; more than that is a ValueError: the
        sums then belong to no real values.
        """
        s = np.array(self.sums)
        squares = self._matrix()
        spread = squares - np.outer(s, s) / self.n
        for i in range(len(s)):
            if spread[i, i] < -_ROUNDING * max(squares[i, i], 1e-300):
                raise ValueError(
                    f"these sums belong to no real values: their spread would be {spread[i, i]}.\n"
                    "Hint: take all sums from the same rows of the same statement."
                )
            # Closer than the rounding of the sums themselves is no spread at all.
            if spread[i, i] <= 4 * np.finfo(float).eps * squares[i, i]:
                spread[i, :] = spread[:, i] = 0.0
        found = np.asarray(spread / (self.n - 1))
        found.flags.writeable = False
        return found

    @property
    def effective(self) -> float:
        """How many units carry the total of the first variable: (Σy)² / Σy² of the values as they
        are. Conversions for a rate, about the number of buyers for revenue; 0 where all are 0."""
        k, s, q = self.shift[0], self.sums[0], self.products[0]
        total, squares = s + self.n * k, q + 2 * k * s + self.n * k * k
        return total * total / squares if squares > 0 else 0.0

    def _matrix(self) -> Floats:
        size = len(self.sums)
        return np.array(self.products, dtype=np.float64).reshape(size, size)
