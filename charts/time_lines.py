"""Lines over time: buckets at their middle, solid between what is final, dashed to what is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from charts.sketch import Sketch
from data.scope import Span
from format import dates
from i18n import Text

DASHED = "4px,3px"


def middle(span: Span) -> datetime:
    """Where a bucket stands on an axis of time."""
    start = datetime(span.start.year, span.start.month, span.start.day)
    return start + timedelta(days=span.days) / 2


def draw_course(
    sketch: Sketch,
    points: Sequence[tuple[datetime | float, float | None, bool]],
    strokes: Sequence[tuple[str, str, float]],
    **options: Any,
) -> None:
    """A line through values, each with whether it is open: dashed to and from those, and no line
    to where there is none. `strokes` are (name, colour, width), the lowest first."""
    for dash in ("solid", DASHED):
        xs: list[datetime | float | None] = []
        ys: list[float | None] = []
        for (at, before, one), (then, after, other) in pairwise(points):
            if before is not None and after is not None and (one or other) == (dash == DASHED):
                xs += [at, then, None]
                ys += [before, after, None]
        for name, colour, width in strokes:
            if xs:
                sketch.trace(
                    "scatter",
                    name=name,
                    x=xs,
                    y=ys,
                    mode="lines",
                    line={"color": colour, "width": width, "dash": dash},
                    hoverinfo="skip",
                    **options,
                )


def time_axis(spans: Sequence[Span], grain: str, tr: Text, most_ticks: int) -> dict[str, Any]:
    """Ticks by bucket, thinned from the end so that the last one is always named."""
    every = -(-len(spans) // most_ticks)
    kept = spans[(len(spans) - 1) % every :: every]
    half = timedelta(days=max(s.days for s in spans)) * 0.6
    return {
        "type": "date",
        "range": [middle(spans[0]) - half, middle(spans[-1]) + half],
        "tickmode": "array",
        "tickvals": [middle(s) for s in kept],
        "ticktext": dates.ticks([(s.start, s.end) for s in kept], grain, tr),
        "tickangle": 0,
    }
