"""95 % intervals from counts and sums. Pure: numbers in, numbers out.

Sums of squares lose the spread of values that are large beside it. Where the warehouse sums in
floating point, send sums of `y - k` for a round `k` near the mean and add `k` to both ends; sums of
whole numbers or DECIMAL can be passed as they are, the arithmetic here is exact.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from scipy.stats import t as student
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from metrics.stats.checks import require_finite

Sum = float | Decimal
"""A sum as the warehouse gave it; whole numbers and decimals keep all their digits."""


class Difference(NamedTuple):
    """A difference of two shares and its interval, in share points (0.02 is two points)."""

    diff: float
    low: float
    high: float


def wilson(successes: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of a share. Honest near 0 % and 100 %, where the textbook one is not.

    Wilson (1927), J. Am. Stat. Assoc. 22:209. `successes` in [0, n], n > 0, else ValueError.
    """
    _require_counts(successes, n)
    low, high = proportion_confint(successes, n, alpha=1 - confidence, method="wilson")
    share = successes / n
    # Rounding may put an end on the wrong side of 0, of 1 or of the share itself.
    return max(0.0, min(float(low), share)), min(1.0, max(float(high), share))


def wilson_difference(
    k0: float, n0: float, k1: float, n1: float, confidence: float = 0.95
) -> Difference:
    """By how many share points `k1 / n1` lies above `k0 / n0`, with its interval.

    Newcombe (1998), Stat. Med. 17:873, method 10: stays within [-1, 1], and two samples without a
    success still have a width. Each count in [0, n] and n > 0, else ValueError. The samples are
    different people: the same ones before and after vary together, and this ignores it.
    """
    _require_counts(k0, n0)
    _require_counts(k1, n1)
    low, high = confint_proportions_2indep(
        k1, n1, k0, n0, method="newcomb", compare="diff", alpha=1 - confidence
    )
    return Difference(k1 / n1 - k0 / n0, max(-1.0, float(low)), min(1.0, float(high)))


def mean_t(
    total: Sum, total_of_squares: Sum, n: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Interval of a mean from Σy, Σy² and the count: mean ± t(n − 1)·s/√n.

    In the unit of y; `n` counts independent units (users, not their orders), at least 2.
    ValueError below that, or if the sums belong to no real values (Σy² < (Σy)²/n).
    """
    _require_units(n, total, total_of_squares)
    y, yy = Fraction(total), Fraction(total_of_squares)
    return _around(y / n, _spread(yy - y * y / n, yy), n, confidence)


def ratio_delta(
    sum_y: Sum,
    sum_x: Sum,
    sum_yy: Sum,
    sum_xx: Sum,
    sum_xy: Sum,
    n: int,
    confidence: float = 0.95,
) -> tuple[float, float]:
    """Interval of a ratio of sums, Σy / Σx, both summed per unit first (orders per user, …).

    Delta method (Deng, Knoblich & Lu 2018, KDD): the spread of y − R·x over the units, divided by
    the mean of x. `n` counts units, at least 2; an average over rows instead would pretend that
    one user's orders are independent. Trust it from about 30 units on. ValueError where Σx is not
    above 0, n is below 2 or the sums belong to no real values.
    """
    _require_units(n, sum_y, sum_x, sum_yy, sum_xx, sum_xy)
    if sum_x <= 0:
        raise ValueError(
            f"the denominator's sum must be above 0; got {sum_x}.\n"
            "Hint: a ratio over nothing has no value and no interval; say so instead."
        )
    y, x = Fraction(sum_y), Fraction(sum_x)
    yy, xx, xy = Fraction(sum_yy), Fraction(sum_xx), Fraction(sum_xy)
    rate = y / x
    # y − R·x has the mean 0, so its sum of squares needs no correction.
    squares = _spread(yy - 2 * rate * xy + rate * rate * xx, yy + rate * rate * xx)
    return _around(rate, squares / (x / n) ** 2, n, confidence)


def _around(centre: Fraction, squares: Fraction, n: int, confidence: float) -> tuple[float, float]:
    quantile = float(student.ppf((1 + confidence) / 2, n - 1))
    half = quantile * math.sqrt(squares / (n - 1) / n)
    return float(centre) - half, float(centre) + half


def _spread(squares: Fraction, scale: Fraction) -> Fraction:
    """A sum of squared distances; what rounding put below zero is zero."""
    if squares < -scale / 10**9:
        raise ValueError(
            f"these sums belong to no real values: their spread would be {float(squares)}.\n"
            "Hint: take all sums from the same rows of the same statement."
        )
    return max(squares, Fraction(0))


def _require_counts(successes: float, n: float) -> None:
    if not 0 <= successes <= n or n == 0 or not math.isfinite(n):
        raise ValueError(
            f"successes must lie in [0, n] and n above 0; got successes={successes}, n={n}.\n"
            "Hint: count people who did it, not how often they did."
        )


def _require_units(n: int, *sums: Sum) -> None:
    require_finite([float(s) for s in sums], "sums")
    if n < 2:
        raise ValueError(
            f"an interval needs at least 2 units; got n={n}.\n"
            "Hint: show the value alone and say that it stands on one."
        )
