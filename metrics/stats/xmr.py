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
MEDIAN_LIMIT = 3.145
"""The same from the median moving range: 3 / d4 with d4 = 0.954. One odd week does not widen it."""
MEDIAN_RANGE_LIMIT = 3.865
"""The limit of the moving range, from its median."""
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
    """Natural limits, in the metric's unit. `range_high` bounds the moving range, and `mean_range`
    is the typical one: the mean, or with `by_median` the median.

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
    by_median: bool = False

    @property
    def reach(self) -> float:
        """From the mean to a limit, before a bound of the metric cuts it."""
        return (MEDIAN_LIMIT if self.by_median else LIMIT) * self.mean_range


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a value is signal, by which rule, against which limits, from how many points.

    `distance` is how far it lies from the mean, in standard deviations as the limits see them (3 is
    the limit), and `run` how many values up to it lie on its side of the mean.
    """

    verdict: Verdict
    rule: Rule | None
    limits: Limits | None
    points: int
    distance: float = 0.0
    run: int = 0


def limits(
    baseline: Sequence[float],
    *,
    floor: float | None = None,
    ceiling: float | None = None,
    trended: bool | None = None,
    by_median: bool = False,
    widened: float = 1.0,
) -> Limits | None:
    """Natural limits of a baseline in order of time; None below `MINIMUM_POINTS` points.

    A baseline that drifts (a run of 8 on one side of its mean) has no level to return to: its
    limits follow the median slope (Sen 1968, J. Am. Stat. Assoc. 63:1379), or everything in a
    growing shop would be a signal; `trended` forces that on or off. `by_median` takes the median
    moving range, which odd weeks in the baseline do not widen, and `widened` multiplies the range.
    `floor` and `ceiling` are what the metric can't pass: a share stays within [0, 1]. A missing or
    endless number is a ValueError.
    """
    require_finite(baseline, "the baseline's values")
    n = len(baseline)
    if n < MINIMUM_POINTS:
        return None
    follows = _drifts(baseline) if trended is None else trended
    slope = _median_slope(baseline) if follows else 0.0
    level = [v - slope * i for i, v in enumerate(baseline)]
    mean = math.fsum(level) / n + slope * n
    ranges = [abs(b - a) for a, b in pairwise(level)]
    typical = widened * (median(ranges) if by_median else math.fsum(ranges) / len(ranges))
    reach = (MEDIAN_LIMIT if by_median else LIMIT) * typical
    return Limits(
        mean,
        _within(mean - reach, floor, ceiling),
        _within(mean + reach, floor, ceiling),
        typical,
        (MEDIAN_RANGE_LIMIT if by_median else RANGE_LIMIT) * typical,
        n,
        slope,
        by_median,
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
    trended: bool | None = None,
    by_median: bool = False,
    widened: float = 1.0,
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
    found = limits(
        baseline,
        floor=floor,
        ceiling=ceiling,
        trended=trended,
        by_median=by_median,
        widened=widened,
    )
    if found is None:
        return Judgement(Verdict.TOO_FEW, None, None, len(baseline))
    whole = [*baseline, *values]
    level = [v + found.slope * (found.n - i) for i, v in enumerate(whole)]
    slack = _ROUNDING * max(abs(v) for v in whole)
    rule = _rule(level, found, slack)
    up = Verdict.SIGNAL_UP if level[-1] > found.mean else Verdict.SIGNAL_DOWN
    away = level[-1] - found.mean
    return Judgement(
        Verdict.NOISE if rule is None else up,
        rule,
        found,
        len(baseline),
        _distance(away, found.reach, slack),
        _run(level, found.mean, slack),
    )


def _distance(away: float, reach: float, slack: float) -> float:
    """In thirds of the way to the limit; endless where nothing ever moved and this one did."""
    if abs(away) <= slack:
        return 0.0
    return 3 * away / reach if reach > slack else math.copysign(math.inf, away)


def _run(level: Sequence[float], mean: float, slack: float) -> int:
    """How many of the last values lie on one side of the mean, without a gap."""
    side = 1 if level[-1] > mean else -1
    n = 0
    while n < len(level) and side * (level[-1 - n] - mean) > slack:
        n += 1
    return n


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
    quarter = found.reach / 2 + slack
    far = [b > quarter for b in beyond[-4:]]
    return Rule.THREE_OF_FOUR if far[-1] and sum(far) >= 3 else None
