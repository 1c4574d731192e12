"""Natural limits of a daily series: a Saturday is held against Saturdays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from metrics.metric import Metric
from metrics.scorecard import Point, bounds
from metrics.stats.season import DAYS, season
from metrics.stats.xmr import Limits, limits


def weekday_limits(points: Sequence[Point], metric: Metric) -> tuple[Limits, ...]:
    """The limits of each day of the series, drawn from its finished days before the last of them.
    None at all (empty) where a day lacks its value, there are fewer than two whole weeks, or the
    level drifts: then there is no band to stay in."""
    finished = [n for n, p in enumerate(points) if not p.running]
    if not finished:
        return ()
    judged = finished[-1]
    values = [p.reading.value for p in points[:judged]]
    known = [v for v in values if v is not None]
    found = season(known, DAYS) if len(known) == len(values) else None
    if found is None:
        return ()
    freed = [found.without(v, n - judged) for n, v in enumerate(known)]
    own = limits(freed, widened=found.widened)
    if own is None or own.slope:
        return ()
    floor, ceiling = bounds(metric)

    def within(value: float) -> float:
        value = value if floor is None else max(value, floor)
        return value if ceiling is None else min(value, ceiling)

    made: list[Limits] = []
    for n in range(len(points)):
        ends = (own.mean - own.reach, own.mean, own.mean + own.reach)
        low, mean, high = (within(found.put_back(v, n - judged)) for v in ends)
        made.append(replace(own, low=low, mean=mean, high=high))
    return tuple(made)
