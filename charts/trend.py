"""One metric over time: against the year before, and against its own natural limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from html import escape
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from charts import words
from charts.cards import point_card
from charts.outside import is_hollow, outside
from charts.theme import NORMAL, SMALL, Axis, Palette, axis_for, layout, palette, tint
from data.scope import Span
from format import dates, numbers
from i18n import Text, Words
from metrics.scorecard import Point, Series
from metrics.stats.xmr import Limits

HEIGHT = 340
_TOP, _BOTTOM = 34, 44
_LINE_GAP = 15
"""Pixels that two labels at the right edge keep from each other."""
_MOST_TICKS = {"day": 4, "week": 4}
_MOST_SHORT_TICKS = 7
"""Names of days are wide; months and quarters are short. Chosen for a screen of 360 pixels."""
_PLOT = HEIGHT - _TOP - _BOTTOM
_MARK_LINE = 15
_LIFT = 18
"""Pixels that the words of the natural limits take above the plot."""
_NARROW_PLOT = 240
"""Width of the plot on a screen of 360 pixels, for which names must not meet."""
_MARK_ROWS = 2

_YEAR_BEFORE = Words("year before", "上年同期")
_YEAR_BEFORE_IS = Words("year before: {value}", "上年同期：{value}")
_WHOLE_YEAR_BEFORE_IS = Words("year before, whole period: {value}", "上年同期（完整周期）：{value}")
_NATURAL = Words("natural limits {low} – {high}", "自然波动范围 {low} – {high}")


def trend(
    series: Series,
    limits: Limits | None,
    marks: Sequence[tuple[date, Words]],
    tr: Text,
    *,
    dark: bool,
    currency: str | None,
) -> go.Figure:
    """The series as a line with markers; the y axis floats.

    Running and immature points are hollow and joined by a dashed line; a point outside `limits`
    is a larger diamond in the signal colour; where there is no value the line is broken and a
    short tick at the foot says why on hover. `marks` are days worth remembering, such as
    campaigns. `customdata` of each marker is its bucket's first and last day.
    """
    if not series.points:
        raise ValueError("a trend needs at least one point; got an empty series")
    colours = palette(dark)
    unit = series.metric.unit
    axis = _axis(series, limits, tr, currency)
    figure = go.Figure(
        layout=layout(
            dark, tr, height=HEIGHT, alt=words.trend_alt(series, limits, tr, currency=currency)
        )
    )
    ends: list[tuple[float, str, str, int]] = []
    if limits is not None:
        _draw_limits(figure, limits, axis, unit, tr, currency, colours)
    last_before = _draw_before(figure, series, colours)
    if last_before is not None:
        ends.append((last_before, tr(_YEAR_BEFORE), colours.muted, SMALL))
    _draw_lines(figure, series.points, colours)
    _draw_points(figure, series, limits, tr, currency, colours)
    _draw_missing(figure, series, axis, tr, currency, colours)
    last = next((p for p in reversed(series.points) if p.reading.value is not None), None)
    if last is not None and last.reading.value is not None:
        label = numbers.short(last.reading.value, unit, tr, currency)
        ends.append((last.reading.value, f"<b>{label}</b>", colours.accent, NORMAL + 1))
    figure.update_xaxes(**_time_axis(series, tr))
    figure.update_yaxes(**axis.options())
    _label_ends(figure, ends, axis)
    rows = _draw_marks(figure, marks, series, tr, colours, lift=_LIFT if limits else 2)
    right = 20 + max((_width(text) for _, text, _, _ in ends), default=0)
    figure.update_layout(
        hovermode="x",
        hoverdistance=60,
        margin={"l": 58, "r": right, "t": _TOP + _MARK_LINE * rows, "b": _BOTTOM, "pad": 4},
        height=HEIGHT + _MARK_LINE * rows,
    )
    return figure


def _middle(span: Span) -> datetime:
    """Buckets stand at their middle, so that a marked day falls beside its own bucket's point."""
    start = datetime(span.start.year, span.start.month, span.start.day)
    return start + timedelta(days=span.days) / 2


def _values(points: Sequence[Point]) -> list[float | None]:
    return [p.reading.value for p in points]


def _axis(series: Series, limits: Limits | None, tr: Text, currency: str | None) -> Axis:
    shown = [v for v in _values(series.points) + _values(series.before) if v is not None]
    if limits is not None:
        shown += [limits.low, limits.high]
    return axis_for(shown, series.metric.unit, tr, currency)


def _draw_limits(
    figure: go.Figure,
    limits: Limits,
    axis: Axis,
    unit: str,
    tr: Text,
    currency: str | None,
    colours: Palette,
) -> None:
    figure.add_shape(
        type="rect",
        xref="paper",
        x0=0,
        x1=1,
        y0=max(limits.low, axis.low),
        y1=min(limits.high, axis.high),
        fillcolor=tint(colours.comparison, 0.14),
        line_width=0,
        layer="below",
    )
    figure.add_shape(
        type="line",
        xref="paper",
        x0=0,
        x1=1,
        y0=limits.mean,
        y1=limits.mean,
        line={"color": colours.comparison, "width": 1, "dash": "dot"},
        layer="below",
    )
    low, high = (numbers.short(v, unit, tr, currency) for v in (limits.low, limits.high))
    figure.add_annotation(
        text=tr(_NATURAL, low=low, high=high),
        xref="paper",
        yref="paper",
        x=0,
        y=1,
        yshift=4,
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        font={"size": SMALL, "color": colours.muted},
    )


def _draw_before(figure: go.Figure, series: Series, colours: Palette) -> float | None:
    """The year before, under the same buckets. Returns its last value, where its name goes."""
    pairs = [
        (_middle(p.span), b.reading.value)
        for p, b in zip(series.points, series.before, strict=False)
    ]
    known = [value for _, value in pairs if value is not None]
    if not known:
        return None
    figure.add_scatter(
        name="before",
        x=[x for x, _ in pairs],
        y=[y for _, y in pairs],
        mode="lines+markers" if len(known) == 1 else "lines",
        line={"color": colours.comparison, "width": 1.5},
        hoverinfo="skip",
    )
    return known[-1]


def _draw_lines(figure: go.Figure, points: Sequence[Point], colours: Palette) -> None:
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
            figure.add_scatter(
                name=name,
                x=xs,
                y=ys,
                mode="lines",
                line={"color": colours.accent, "width": 2, "dash": dash},
                hoverinfo="skip",
            )


def _draw_points(
    figure: go.Figure,
    series: Series,
    limits: Limits | None,
    tr: Text,
    currency: str | None,
    colours: Palette,
) -> None:
    shown = [(i, p) for i, p in enumerate(series.points) if p.reading.value is not None]
    signals = [outside(p, limits) for _, p in shown]
    crowded = len(series.points) > 45
    size = 4 if crowded else 7
    edge = [colours.signal if s else colours.accent for s in signals]
    figure.add_scatter(
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
    figure: go.Figure,
    series: Series,
    axis: Axis,
    tr: Text,
    currency: str | None,
    colours: Palette,
) -> None:
    gaps = [(i, p) for i, p in enumerate(series.points) if p.reading.value is None]
    if not gaps:
        return
    figure.add_scatter(
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


def _label_ends(figure: go.Figure, ends: Sequence[tuple[float, str, str, int]], axis: Axis) -> None:
    """Names and last values at the right edge, pushed apart where they would touch."""
    per_pixel = (axis.high - axis.low) / _PLOT
    ordered = sorted(ends, key=lambda end: end[0])
    floor = -float("inf")
    for value, text, colour, size in ordered:
        pixel = max(value / per_pixel, floor)
        floor = pixel + _LINE_GAP
        figure.add_annotation(
            text=text,
            xref="paper",
            x=1,
            xshift=6,
            y=value,
            yshift=pixel - value / per_pixel,
            xanchor="left",
            yanchor="middle",
            showarrow=False,
            font={"color": colour, "size": size},
        )


def _draw_marks(
    figure: go.Figure,
    marks: Sequence[tuple[date, Words]],
    series: Series,
    tr: Text,
    colours: Palette,
    lift: int,
) -> int:
    """Thin lines with a name on top, `lift` pixels above the plot, in as many rows as they need
    (two at most; a name that finds no room is left to the line). Returns the rows used."""
    first, last = series.points[0].span.start, series.points[-1].span.end
    inside = sorted((d, w) for d, w in marks if first <= d < last)
    taken = [-float("inf")] * _MARK_ROWS
    rows = 0
    for day, name in inside:
        at = datetime(day.year, day.month, day.day, 12)
        place = (day - first) / (last - first)
        half = (_width(tr(name)) + 8) / _NARROW_PLOT / 2
        row = next((r for r in range(_MARK_ROWS) if place - half >= taken[r]), None)
        top = 0 if row is None else lift + _MARK_LINE * row
        figure.add_shape(
            type="line",
            x0=at,
            x1=at,
            yref="paper",
            y0=0,
            y1=1 + top / _PLOT,
            line={"color": colours.comparison, "width": 1},
            layer="below",
        )
        if row is None:
            continue
        taken[row] = place + half
        rows = max(rows, row + 1)
        figure.add_annotation(
            text=escape(tr(name)),
            hovertext=escape(dates.day(day, tr)),
            x=at,
            yref="paper",
            y=1,
            yshift=top,
            xanchor="left" if place < half else "right" if place > 1 - half else "center",
            yanchor="bottom",
            showarrow=False,
            font={"size": SMALL, "color": colours.muted},
        )
    return rows


def _width(text: str) -> int:
    """About how many pixels a small label takes; Chinese characters are twice as wide."""
    plain = text.replace("<b>", "").replace("</b>", "")
    return sum(12 if ord(c) > 0x2E7F else 7 for c in plain)
