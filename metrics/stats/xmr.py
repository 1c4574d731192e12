"""Signal or noise: process-behaviour (XmR) limits of a metric's own history.

Wheeler, "Understanding Variation" (1993): natural limits are mean ± 2.66 × the mean moving range.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import median

from metrics.stats.checks import require_finite

MINIMUM_POINTS = 8
LIMIT = 2.66
"""3 / d2 with d2 = 1.128, for moving ranges of two."""
RANGE_LIMIT = 3.268
"""D4 for moving ranges of two."""
_ROUNDING = 1e-12
"""Closer than this share of the values' size, two numbers differ by arithmetic, not in fact."""


class Rule(StrEnum):
    """What made a value a signal."""

    OUTSIDE = "outside"
    RUN_OF_8 = "run_of_8"
    THREE_OF_FOUR = "three_of_four"


class Verdict(StrEnum):
    SIGNAL_UP = "signal_up"
    SIGNAL_DOWN = "signal_down"
    NOISE = "noise"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Limits:
    """Natural limits, in the metric's unit. `range_high` bounds the moving range.

    With a `slope` (per step) they are those of the step after the baseline: `mean` is where the
    trend leads, and the limits lie around it.
    """

    mean: float
    low: float
    high: float
    mean_range: float
    range_high: float
    n: int
    slope: float = 0.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a value is signal, by which rule, against which limits, from how many points."""

    verdict: Verdict
    rule: Rule | None
    limits: Limits | None
    points: int


def limits(
    baseline: Sequence[float], *, floor: float | None = None, ceiling: float | None = None
) -> Limits | None:
    """Natural limits of a baseline in order of time; None below `MINIMUM_POINTS` points.

    A baseline that drifts (a run of 8 on one side of its mean) has no level to return to: its
    limits follow the median slope (Sen 1968, J. Am. Stat. Assoc. 63:1379), or everything in a
    growing shop would be a signal. `floor` and `ceiling` are what the metric can't pass: a share
    stays within [0, 1]. A missing or endless number is a ValueError.
    """
    require_finite(baseline, "the baseline's values")
    n = len(baseline)
    if n < MINIMUM_POINTS:
        return None
    slope = _median_slope(baseline) if _drifts(baseline) else 0.0
    level = [v - slope * i for i, v in enumerate(baseline)]
    mean = math.fsum(level) / n + slope * n
    ranges = [abs(b - a) for a, b in pairwise(level)]
    mean_range = math.fsum(ranges) / len(ranges)
    low, high = mean - LIMIT * mean_range, mean + LIMIT * mean_range
    return Limits(
        mean,
        _within(low, floor, ceiling),
        _within(high, floor, ceiling),
        mean_range,
        RANGE_LIMIT * mean_range,
        n,
        slope,
    )


def _within(value: float, floor: float | None, ceiling: float | None) -> float:
    """Both limits keep to both bounds: a trend may lead past what the metric can be."""
    value = value if floor is None else max(value, floor)
    return value if ceiling is None else min(value, ceiling)


def _drifts(baseline: Sequence[float]) -> bool:
    """Whether 8 values in a row lie on one side of the mean."""
    mean = math.fsum(baseline) / len(baseline)
    sides = [int(v > mean) - int(v < mean) for v in baseline]  # NumPy's truths don't subtract
    return any(abs(sum(sides[i : i + 8])) == 8 for i in range(len(sides) - 7))


def _median_slope(baseline: Sequence[float]) -> float:
    """The median of the slopes between all pairs of points: a few odd points don't turn it."""
    slopes = [
        (later - earlier) / (j - i)
        for i, earlier in enumerate(baseline)
        for j, later in enumerate(baseline)
        if j > i
    ]
    return median(slopes)


def judge(
    baseline: Sequence[float],
    recent: Sequence[float] | float,
    *,
    floor: float | None = None,
    ceiling: float | None = None,
) -> Judgement:
    """Judge the last of `recent` against the limits of `baseline`, which must not contain it.

    Outside the limits; or the last 8 values on one side of the mean; or 3 of the last 4 nearer to
    a limit than to the mean, the judged one among them. On a drifting baseline the values are
    judged by their distance from the trend. On a baseline that never moved, any other value is a
    signal; a difference of rounding is none. A missing or endless number is a ValueError.
    """
    values = [recent] if isinstance(recent, (int, float)) else list(recent)
    if not values:
        raise ValueError("judge needs at least one value.\nHint: pass the latest one.")
    require_finite(values, "the values to judge")
    found = limits(baseline, floor=floor, ceiling=ceiling)
    if found is None:
        return Judgement(Verdict.TOO_FEW, None, None, len(baseline))
    whole = [*baseline, *values]
    level = [v + found.slope * (found.n - i) for i, v in enumerate(whole)]
    up = Verdict.SIGNAL_UP if level[-1] > found.mean else Verdict.SIGNAL_DOWN
    rule = _rule(level, found, _ROUNDING * max(abs(v) for v in whole))
    return Judgement(Verdict.NOISE if rule is None else up, rule, found, len(baseline))


def _rule(level: Sequence[float], found: Limits, slack: float) -> Rule | None:
    """The first rule that the last value breaks; values are already freed from the trend."""
    last = level[-1]
    if last > found.high + slack or last < found.low - slack:
        return Rule.OUTSIDE
    if abs(last - found.mean) <= slack:
        return None
    side = 1 if last > found.mean else -1
    beyond = [side * (v - found.mean) for v in level[-8:]]
    if all(b > slack for b in beyond):
        return Rule.RUN_OF_8
    # Half way to the limit as it is before `floor` or `ceiling` cuts it: a quarter line drawn to
    # the cut one would lie among the everyday values of a rare share.
    quarter = LIMIT * found.mean_range / 2 + slack
    far = [b > quarter for b in beyond[-4:]]
    return Rule.THREE_OF_FOUR if far[-1] and sum(far) >= 3 else None
