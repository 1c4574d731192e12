"""What returns with the calendar: indices by week of the year or day of the week, taken out before
a value is judged and put back where it is shown.

Seasonal relatives as in Wheeler, "Making Sense of Data" (2003), chapter 13: each value against the
level of its own year, averaged over the years.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from metrics.stats.checks import require_finite

FEWEST_CYCLES = 2
"""Whole years (or weeks) without which a season can't be told from chance."""
WEEKS, DAYS = 52, 7
"""Steps of a cycle: weeks in a year, as the year before is compared; days in a week."""


@dataclass(frozen=True, slots=True)
class Season:
    """`indices[0]` belongs to the step after the last known one, `indices[1]` to the next, and so
    around. Multiplicative indices have mean 1, additive ones mean 0."""

    period: int
    cycles: int
    multiplicative: bool
    indices: tuple[float, ...]

    @property
    def widened(self) -> float:
        """By how much the limits of adjusted values are too narrow for a value still to come.

        The indices were found from the same values, whose own chance they have swallowed: over c
        cycles those keep a variance of 1 − 1/c, and the next value has 1 + 1/c.
        """
        return math.sqrt((self.cycles + 1) / (self.cycles - 1))

    def index(self, step: int) -> float:
        """Of a step after the last known one (0 is the next, −1 the last known)."""
        return self.indices[step % self.period]

    def without(self, value: float, step: int) -> float:
        """The value freed from its season."""
        index = self.index(step)
        return value / index if self.multiplicative else value - index

    def put_back(self, value: float, step: int) -> float:
        """What an adjusted value stands for at this step."""
        index = self.index(step)
        return value * index if self.multiplicative else value + index


def season(values: Sequence[float], period: int) -> Season | None:
    """The season of values in order of time, without gaps; None below two whole cycles.

    It multiplies where every value is above zero, else it adds. A trend is taken out by the
    difference between the cycles' means, which no season can bend. A missing or endless number is
    a ValueError, and so is a multiplicative step that is always nothing.
    """
    require_finite(values, "the values of a season")
    if period < 2:
        raise ValueError(f"a season has two steps or more; got {period}")
    cycles = len(values) // period
    if cycles < FEWEST_CYCLES:
        return None
    used = list(values[len(values) - cycles * period :])
    multiplicative = all(v > 0 for v in used)
    means = [math.fsum(used[c * period : (c + 1) * period]) / period for c in range(cycles)]
    slope = (means[-1] - means[0]) / (period * (cycles - 1))
    middle = (period - 1) / 2
    sums = [0.0] * period
    for n, value in enumerate(used):
        cycle, step = divmod(n, period)
        level = means[cycle] + slope * (step - middle)
        if multiplicative and level <= 0:
            level = means[cycle]
        sums[step] += value / level if multiplicative else value - level
    relatives = [s / cycles for s in sums]
    centre = math.fsum(relatives) / period
    made = [r / centre if multiplicative else r - centre for r in relatives]
    return Season(period, cycles, multiplicative, tuple(made))
