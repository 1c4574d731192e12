"""Series and bridges small enough to check by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from data.scope import Span
from i18n import Text, Words
from metrics.catalog import METRICS
from metrics.metric import Metric
from metrics.periods import Grain, following, last_year
from metrics.reading import Reading, Reason
from metrics.scorecard import Point, Series
from metrics.stats.bridges import Bridge, Part
from metrics.stats.xmr import Limits

EN, ZH = Text("en"), Text("zh")

LIMITS = Limits(mean=1000, low=800, high=1200, mean_range=75, range_high=245, n=10)


def missing(reason: Reason = Reason.NOT_COVERED) -> Reading:
    return Reading.missing(reason)


def series(
    values: Sequence[float | Reading],
    *,
    key: str = "mapu",
    first: date = date(2011, 1, 1),
    grain: Grain = Grain.MONTH,
    before: Sequence[float] = (),
    running_last: bool = False,
) -> Series:
    """One bucket a value, one after another; a number stands for its reading."""
    metric: Metric = METRICS[key]
    points: list[Point] = []
    start = first
    for n, value in enumerate(values):
        end = following(start, grain)
        reading = value if isinstance(value, Reading) else Reading(value)
        running = running_last and n == len(values) - 1
        points.append(Point(Span(start, end), reading, running))
        start = end
    earlier = tuple(
        Point(last_year(p.span), Reading(v), False) for p, v in zip(points, before, strict=False)
    )
    return Series(metric, grain, tuple(points), earlier, {}, (), "v1")


NAMES = {
    "new": Words("New buyers", "新买家"),
    "retained": Words("Retained buyers", "留存买家"),
    "resurrected": Words("Resurrected buyers", "回流买家"),
}

GROWTH = Bridge(
    start=1425,
    end=1664,
    parts=(Part("new", 322), Part("retained", -120), Part("resurrected", 37)),
)
"""1425 + 322 − 120 + 37 = 1664: a change of 17 %."""

NUDGE = Bridge(
    start=1_161_817.38,
    end=1_172_000.10,
    parts=(Part("new", 32_100.50), Part("retained", -25_000.25), Part("resurrected", 3_082.47)),
)
"""A change of 10,182.72, which is 0.9 %."""
