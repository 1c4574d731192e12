"""One metric over time: against the year before, and against its own natural limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from charts import words
from charts.cards import point_card
from charts.outside import is_hollow, outside
from charts.overlays import (
    BOTTOM,
    LEFT,
    NAME_ROW,
    PLOT,
    TOP,
    End,
    draw_limits,
    draw_limits_by_day,
    draw_marks,
    label_ends,
    label_limits,
    name_limits_by_day,
    right_margin,
)
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, Axis, Palette, axis_for, layout, palette
from data.scope import Span
from format import dates, numbers
from i18n import Text, Words
from metrics.scorecard import Point, Series
from metrics.stats.xmr import Limits

_MOST_TICKS = {"day": 4, "week": 4}
_MOST_SHORT_TICKS = 7
"""Names of days are wide; months and quarters are short. Chosen for a screen of 360 pixels."""

_SO_FAR = Words("{value} so far", "{value} 至今")
_YEAR_BEFORE = Words("year before", "上年同期")
_YEAR_BEFORE_IS = Words("year before: {value}", "上年同期：{value}")
_WHOLE_YEAR_BEFORE_IS = Words("year before, whole period: {value}", "上年同期（完整周期）：{value}")


def trend(
    series: Series,
    limits: Limits | None,
    marks: Sequence[tuple[date, Words]],
    tr: Text,
    *,
    dark: bool,
    currency: str | None,
    by_day: Sequence[Limits] = (),
) -> go.Figure:
    """The series as a line with markers; the y axis floats.

    Running and immature points are hollow and joined by a dashed line; a point outside `limits`
    is a larger diamond in the signal colour; where there is no value the line is broken and a
    short tick at the foot says why on hover. `marks` are days worth remembering, such as
    campaigns. `customdata` of each marker is its bucket's first and last day. `by_day` are limits
    of each point's own, in place of `limits`.
    """
    if not series.points:
        raise ValueError("a trend needs at least one point; got an empty series")
    colours = palette(dark)
    unit = series.metric.unit
    each: Sequence[Limits | None] = by_day or [limits] * len(series.points)
    axis = _axis(series, each, tr, currency)
    alt = words.trend_alt(series, each, tr, currency=currency)
    sketch = Sketch(layout(dark, tr, alt=alt))
    if by_day:
        draw_limits_by_day(sketch, [p.span for p in series.points], by_day, axis, colours)
    elif limits is not None:
        draw_limits(sketch, limits, axis, colours)
    _draw_before(sketch, series, colours)
    _draw_lines(sketch, series.points, colours)
    _draw_points(sketch, series, each, tr, currency, colours)
    _draw_missing(sketch, series, axis, tr, currency, colours)
    ends = _ends(series, tr, currency, colours)
    right = right_margin(ends)
    label_ends(sketch, ends, axis)
    shown = Span(series.points[0].span.start, series.points[-1].span.end)
    rows = draw_marks(sketch, marks, shown, right, tr, colours)
    if by_day:
        name_limits_by_day(sketch, tr, colours, above=rows)
    elif limits is not None:
        label_limits(sketch, limits, unit, tr, currency, colours, above=rows)
    top = TOP + NAME_ROW * rows
    sketch.axis("xaxis", **_time_axis(series, tr))
    sketch.axis("yaxis", **axis.options())
    sketch.layout.update(
        hovermode="closest",
        hoverdistance=-1,
        margin={"l": LEFT, "r": right, "t": top, "b": BOTTOM, "pad": 4},
        height=top + PLOT + BOTTOM,
    )
    return sketch.figure()


def _ends(series: Series, tr: Text, currency: str | None, colours: Palette) -> list[End]:
    """The last value of the metric, and the name of the year before beside its last value."""
    ends: list[End] = []
    last = next((p for p in reversed(series.points) if p.reading.value is not None), None)
    if last is not None and last.reading.value is not None:
        value = last.reading.value
        text = f"<b>{numbers.short(value, series.metric.unit, tr, currency)}</b>"
        if is_hollow(last):
            text = tr(_SO_FAR, value=text)
        ends.append(End(value, text, colours.accent, NORMAL))
    before = [v for v in _values(series.before) if v is not None]
    if before:
        ends.append(End(before[-1], tr(_YEAR_BEFORE), colours.muted, SMALL))
    return ends


def _middle(span: Span) -> datetime:
    """Buckets stand at their middle, so that a marked day falls beside its own bucket's point."""
    start = datetime(span.start.year, span.start.month, span.start.day)
    return start + timedelta(days=span.days) / 2


def _values(points: Sequence[Point]) -> list[float | None]:
    return [p.reading.value for p in points]


def _axis(series: Series, each: Sequence[Limits | None], tr: Text, currency: str | None) -> Axis:
    shown = [v for v in _values(series.points) + _values(series.before) if v is not None]
    shown += [v for one in each if one is not None for v in (one.low, one.high)]
    return axis_for(shown, series.metric.unit, tr, currency)


def _draw_before(sketch: Sketch, series: Series, colours: Palette) -> None:
    """The year before, under the same buckets."""
    known = [v for v in _values(series.before) if v is not None]
    if not known:
        return
    pairs = list(zip(series.points, series.before, strict=False))
    sketch.trace(
        "scatter",
        name="before",
        x=[_middle(p.span) for p, _ in pairs],
        y=[b.reading.value for _, b in pairs],
        mode="lines+markers" if len(known) == 1 else "lines",
        line={"color": colours.comparison, "width": 1.5},
        hoverinfo="skip",
    )


def _draw_lines(sketch: Sketch, points: Sequence[Point], colours: Palette) -> None:
    """Solid between finished neighbours, dashed to and from those that are not."""
    solid: tuple[list[datetime | None], list[float | None]] = ([], [])
    dashed: tuple[list[datetime | None], list[float | None]] = ([], [])
    for a, b in pairwise(points):
        if a.reading.value is None or b.reading.value is None:
            continue
        xs, ys = dashed if is_hollow(a) or is_hollow(b) else solid
        xs += [_middle(a.span), _middle(b.span), None]
        ys += [a.reading.value, b.reading.value, None]
    for name, (xs, ys), dash in (("solid", solid, "solid"), ("dashed", dashed, "4px,3px")):
        if xs:
            sketch.trace(
                "scatter",
                name=name,
                x=xs,
                y=ys,
                mode="lines",
                line={"color": colours.accent, "width": 2, "dash": dash},
                hoverinfo="skip",
            )


def _draw_points(
    sketch: Sketch,
    series: Series,
    each: Sequence[Limits | None],
    tr: Text,
    currency: str | None,
    colours: Palette,
) -> None:
    shown = [(i, p) for i, p in enumerate(series.points) if p.reading.value is not None]
    signals = [outside(p, each[i]) for i, p in shown]
    crowded = len(series.points) > 45
    size = 4 if crowded else 7
    edge = [colours.signal if s else colours.accent for s in signals]
    sketch.trace(
        "scatter",
        name="points",
        x=[_middle(p.span) for _, p in shown],
        y=[p.reading.value for _, p in shown],
        mode="markers",
        marker={
            "symbol": ["diamond" if s else "circle" for s in signals],
            "size": [
                11 if s else size + 1 if is_hollow(p) else size
                for s, (_, p) in zip(signals, shown, strict=True)
            ],
            "color": [
                colours.paper if is_hollow(p) else c for c, (_, p) in zip(edge, shown, strict=True)
            ],
            "line": {"width": 2, "color": edge},
            "opacity": 1,
        },
        hoverinfo="text",
        hovertext=[
            _card(series, i, tr, currency, None if s is None else tr(s))
            for s, (i, _) in zip(signals, shown, strict=True)
        ],
        customdata=[_bucket_ends(p.span) for _, p in shown],
        cliponaxis=False,
    )


def _draw_missing(
    sketch: Sketch,
    series: Series,
    axis: Axis,
    tr: Text,
    currency: str | None,
    colours: Palette,
) -> None:
    gaps = [(i, p) for i, p in enumerate(series.points) if p.reading.value is None]
    if not gaps:
        return
    sketch.trace(
        "scatter",
        name="missing",
        x=[_middle(p.span) for _, p in gaps],
        y=[axis.low] * len(gaps),
        mode="markers",
        marker={
            "symbol": "line-ns-open",
            "size": 9,
            "color": colours.comparison,
            "line": {"width": 2, "color": colours.comparison},
        },
        hoverinfo="text",
        hovertext=[_card(series, i, tr, currency, None) for i, _ in gaps],
        customdata=[_bucket_ends(p.span) for _, p in gaps],
        cliponaxis=False,
    )


def _card(series: Series, index: int, tr: Text, currency: str | None, signal: str | None) -> str:
    metric, grain, point = series.metric, series.grain, series.points[index]
    earlier = None
    if index < len(series.before) and series.before[index].reading.value is not None:
        value = numbers.full(series.before[index].reading.value, metric.unit, tr, currency)
        earlier = tr(_WHOLE_YEAR_BEFORE_IS if point.running else _YEAR_BEFORE_IS, value=value)
    return point_card(point, metric, grain, tr, currency, earlier, signal)


def _bucket_ends(span: Span) -> list[str]:
    return [span.start.isoformat(), (span.end - timedelta(days=1)).isoformat()]


def _time_axis(series: Series, tr: Text) -> dict[str, Any]:
    """Ticks by bucket, thinned from the end so that the last one is always named."""
    points = series.points
    every = -(-len(points) // _MOST_TICKS.get(series.grain, _MOST_SHORT_TICKS))
    kept = points[(len(points) - 1) % every :: every]
    half = timedelta(days=max(p.span.days for p in points)) * 0.6
    return {
        "type": "date",
        "range": [_middle(points[0].span) - half, _middle(points[-1].span) + half],
        "tickmode": "array",
        "tickvals": [_middle(p.span) for p in kept],
        "ticktext": dates.ticks([(p.span.start, p.span.end) for p in kept], series.grain, tr),
        "tickangle": 0,
        "showspikes": False,
    }
