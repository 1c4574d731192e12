"""Signal or noise: process-behaviour (XmR) limits of a metric's own history.

Wheeler, "Understanding Variation" (1993): natural limits are mean ± 2.66 × the mean moving range.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

MINIMUM_POINTS = 8
LIMIT = 2.66
"""3 / d2 with d2 = 1.128, for moving ranges of two."""
RANGE_LIMIT = 3.268
"""D4 for moving ranges of two."""


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
    """Natural limits, in the metric's unit. `range_high` bounds the moving range."""

    mean: float
    low: float
    high: float
    mean_range: float
    range_high: float
    n: int


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

    `floor` and `ceiling` are what the metric can't pass: a share stays within [0, 1].
    """
    if any(not math.isfinite(v) for v in baseline):
        raise ValueError(
            "a baseline holds finite numbers only.\nHint: leave out ranges without a value."
        )
    if len(baseline) < MINIMUM_POINTS:
        return None
    mean = math.fsum(baseline) / len(baseline)
    ranges = [abs(b - a) for a, b in pairwise(baseline)]
    mean_range = math.fsum(ranges) / len(ranges)
    low, high = mean - LIMIT * mean_range, mean + LIMIT * mean_range
    return Limits(
        mean,
        low if floor is None else max(low, floor),
        high if ceiling is None else min(high, ceiling),
        mean_range,
        RANGE_LIMIT * mean_range,
        len(baseline),
    )


def judge(
    baseline: Sequence[float],
    recent: Sequence[float] | float,
    *,
    floor: float | None = None,
    ceiling: float | None = None,
) -> Judgement:
    """Judge the last of `recent` against the limits of `baseline`, which must not contain it.

    Outside the limits; or the last 8 values on one side of the mean; or 3 of the last 4 nearer to
    a limit than to the mean, the judged one among them.
    """
    values = [recent] if isinstance(recent, (int, float)) else list(recent)
    if not values or any(not math.isfinite(v) for v in values):
        raise ValueError("judge needs at least one finite value.\nHint: leave out missing ones.")
    found = limits(baseline, floor=floor, ceiling=ceiling)
    if found is None:
        return Judgement(Verdict.TOO_FEW, None, None, len(baseline))
    last = values[-1]
    up = Verdict.SIGNAL_UP if last > found.mean else Verdict.SIGNAL_DOWN
    rule = _rule([*baseline, *values], last, found)
    return Judgement(Verdict.NOISE if rule is None else up, rule, found, len(baseline))


def _rule(series: Sequence[float], last: float, found: Limits) -> Rule | None:
    if last > found.high or last < found.low:
        return Rule.OUTSIDE
    above = last > found.mean
    if last != found.mean and all(
        (v > found.mean) == above != (v == found.mean) for v in series[-8:]
    ):
        return Rule.RUN_OF_8
    quarter = (found.mean + (found.high if above else found.low)) / 2
    far = [v > quarter if above else v < quarter for v in series[-4:]]
    return Rule.THREE_OF_FOUR if far[-1] and sum(far) >= 3 else None
