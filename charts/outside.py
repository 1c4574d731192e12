"""Which points of a series are not final, and which lie outside the natural limits."""

from __future__ import annotations

from i18n import Words
from metrics.reading import Maturity
from metrics.scorecard import Point
from metrics.stats.xmr import Limits

_ABOVE = Words("signal: above the natural limits", "显著：高于自然波动上限")
_BELOW = Words("signal: below the natural limits", "显著：低于自然波动下限")


def is_hollow(point: Point) -> bool:
    """Whether a point is not final: its period runs, is cut, or its window is still open."""
    reading = point.reading
    return point.running or reading.maturity is Maturity.RUNNING or reading.left_out > 0


def outside(point: Point, limits: Limits | None) -> Words | None:
    """What a finished point beyond the natural limits is called; None for all others."""
    value = point.reading.value
    if limits is None or value is None or is_hollow(point):
        return None
    if value > limits.high:
        return _ABOVE
    return _BELOW if value < limits.low else None
