"""Conversion by when they entered: the whole funnel as a line, its steps as small ones below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

import plotly.graph_objects as go

from charts.cards import card
from charts.funnel_cards import (
    counted,
    fitted,
    in_lines,
    interval_line,
    maturity_line,
    rate_line,
    step_title,
)
from charts.overlays import LEFT
from charts.sketch import Sketch
from charts.theme import NARROW, NORMAL, SMALL, Palette, axis_for, layout, palette, tint
from data.scope import Span
from format import dates, numbers
from i18n import Text, Words
from metrics.funnels.result import FunnelTrend, TrendPoint
from metrics.funnels.spec import Funnel
from metrics.reading import Maturity, Reading

_RIGHT, _TOP, _BOTTOM = 84, 28, 44
_MAIN, _BETWEEN = 190, 42
_ROW, _ROW_PLOT, _ROW_BELOW = 68, 34, 8
"""Pixels from one small line to the next, of its plot, and below it; its name stands above."""
_LEAST = 0.02
"""Small lines show at least two points of change, so that noise stays small."""
_MOST_TICKS = {"day": 4, "week": 4}
_MOST_SHORT_TICKS = 7
_CROWDED = 45

_MAIN_NAME = Words("All who entered: to {step}", "总转化率：到达 {step}")
_ROWS_NAME = Words("Of the step before, on one scale", "上一步转化率（各步刻度一致）")
_SO_FAR = Words("{value} so far", "{value} 至今")
_NOT_BEGUN = Words("not begun yet", "尚未开始")
_RUNNING = Words("still running, not final", "进行中，未定稿")
_ENTERED = Words("{counted} entered", "进入：{counted}")
_COURSE = Words("{first} ({first_period}) to {last} ({last_period})",
                "从 {first}（{first_period}）到 {last}（{last_period}）")  # fmt: skip
_NO_VALUE = Words("no value yet", "尚无数值")
_ALT = Words("Conversion to {step} by time of entry: {course}.",
             "按进入时间统计的“{step}”总转化率：{course}。")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    """One rate through all buckets, on a y axis of its own. `main`: of all who entered, to the last
    step; the others are of the step before."""

    step: int
    main: bool
    y: str

    def reading(self, point: TrendPoint) -> Reading:
        step = point.total.steps[self.step - 1]
        return step.overall if self.main else step.from_before

    def known(self, points: Sequence[TrendPoint]) -> list[tuple[TrendPoint, Reading, float]]:
        """The buckets that have a value; one that has not begun has none."""
        found = [(p, self.reading(p)) for p in points if p.maturity is not Maturity.NOT_BEGUN]
        return [(p, r, r.value) for p, r in found if r.value is not None]


def funnel_trend_lines(trend: FunnelTrend, funnel: Funnel, tr: Text, *, dark: bool) -> go.Figure:
    """Conversion to the last step by bucket of entry, with its 95 % interval as a band; below it,
    where there are more than two steps, every step's rate of the step before. The small lines
    float, but a point of change is equally high in all of them.

    Points that are not final are hollow and joined by dashes. Buckets that have not begun are
    shaded and say so. `customdata` of each point: first and last day of its bucket, and the step.
    Raises `ValueError` for a trend without buckets.
    """
    if not trend.points:
        raise ValueError("a trend needs at least one bucket; got none")
    colours = palette(dark)
    last = len(funnel.steps)
    main = _Line(last, True, "y")
    small = [_Line(n, False, f"y{n}") for n in range(2, last + 1)] if last > 2 else []
    inner = _MAIN + (_BETWEEN + _ROW * len(small) if small else 0)
    alt = _alt(main, trend, funnel, tr)
    sketch = Sketch(layout(dark, tr, height=_TOP + inner + _BOTTOM, alt=alt))
    _shade_not_begun(sketch, trend, tr, colours)
    _draw_band(sketch, main, trend, colours)
    _draw_line(sketch, main, trend, funnel, tr, colours)
    axis = axis_for(_reach(main, trend), "share", tr)
    sketch.axis("yaxis", **axis.options(), domain=[1 - _MAIN / inner, 1])
    title = tr(_MAIN_NAME, step=step_title(funnel, last, tr))
    _write(sketch, title, 1.0, 8, colours.text)
    if small:
        _write(sketch, tr(_ROWS_NAME), 1 - (_MAIN + 28) / inner, 0, colours.muted)
    half = _half_span(small, trend)
    for row, line in enumerate(small):
        bottom = 1 - (_MAIN + _BETWEEN + (row + 1) * _ROW - _ROW_BELOW) / inner
        top = bottom + _ROW_PLOT / inner
        values = [v for _, _, v in line.known(trend.points)] or [0.0]
        middle = (min(values) + max(values)) / 2
        sketch.axis(
            f"yaxis{line.step}",
            domain=[bottom, top],
            range=[middle - half, middle + half],
            showticklabels=False,
            showgrid=False,
            zeroline=False,
            fixedrange=True,
        )
        _draw_line(sketch, line, trend, funnel, tr, colours)
        _write(sketch, step_title(funnel, line.step, tr), top, 3, colours.text)
    sketch.axis("xaxis", **_time_axis(trend, tr), anchor="free", position=0)
    sketch.layout.update(
        hovermode="closest",
        hoverdistance=-1,
        margin={"l": LEFT, "r": _RIGHT, "t": _TOP, "b": _BOTTOM, "pad": 4},
    )
    return sketch.figure()


def _middle(span: Span) -> datetime:
    start = datetime(span.start.year, span.start.month, span.start.day)
    return start + timedelta(days=span.days) / 2


def _is_hollow(point: TrendPoint, reading: Reading) -> bool:
    running = reading.maturity is Maturity.RUNNING or reading.left_out > 0
    return running or point.maturity is Maturity.RUNNING


def _reach(line: _Line, trend: FunnelTrend) -> list[float]:
    """Every value and end of an interval that is drawn."""
    ends = [(v, r.low, r.high) for _, r, v in line.known(trend.points)]
    return [e for three in ends for e in three if e is not None]


def _half_span(lines: Sequence[_Line], trend: FunnelTrend) -> float:
    """Half of what every small line shows from bottom to top: enough for the liveliest."""
    spans = [_LEAST]
    for line in lines:
        values = [v for _, _, v in line.known(trend.points)]
        if values:
            spans.append(max(values) - min(values))
    return max(spans) * 0.58


def _draw_band(sketch: Sketch, line: _Line, trend: FunnelTrend, colours: Palette) -> None:
    """The interval: a band along neighbours, a whisker where a bucket stands alone."""
    places = {p.span: n for n, p in enumerate(trend.points)}
    known = [
        (p, r.low, r.high)
        for p, r, _ in line.known(trend.points)
        if r.low is not None and r.high is not None
    ]
    runs = groupby(enumerate(known), lambda item: places[item[1][0].span] - item[0])
    for _, run in runs:
        bounds = [item for _, item in run]
        at = [_middle(p.span) for p, _, _ in bounds]
        low, high = [b[1] for b in bounds], [b[2] for b in bounds]
        alone = len(bounds) == 1
        sketch.trace(
            "scatter",
            name="interval",
            x=[*at, *reversed(at)],
            y=[*high, *reversed(low)],
            mode="lines",
            fill="none" if alone else "toself",
            fillcolor=tint(colours.accent, 0.2),
            line={"width": 6 if alone else 0, "color": tint(colours.accent, 0.2)},
            hoverinfo="skip",
        )


def _draw_line(
    sketch: Sketch,
    line: _Line,
    trend: FunnelTrend,
    funnel: Funnel,
    tr: Text,
    colours: Palette,
) -> None:
    """Solid between finished neighbours, dashed to and from those that are not; then the points,
    and the last value beside its own."""
    colour = colours.accent if line.main else colours.muted
    places = {p.span: n for n, p in enumerate(trend.points)}
    known = line.known(trend.points)
    for name, hollow in (("solid", False), ("dashed", True)):
        xs: list[datetime | None] = []
        ys: list[float | None] = []
        for (a, ra, va), (b, rb, vb) in pairwise(known):
            beside = places[b.span] - places[a.span] == 1
            if beside and (_is_hollow(a, ra) or _is_hollow(b, rb)) == hollow:
                xs += [_middle(a.span), _middle(b.span), None]
                ys += [va, vb, None]
        if xs:
            sketch.trace(
                "scatter",
                name=f"{name} {line.y}",
                x=xs,
                y=ys,
                yaxis=line.y,
                mode="lines",
                line={
                    "color": colour,
                    "width": 2 if line.main else 1.5,
                    "dash": "4px,3px" if hollow else "solid",
                },
                hoverinfo="skip",
            )
    size = (4 if len(trend.points) > _CROWDED else 7) if line.main else 4
    hollows = [_is_hollow(p, r) for p, r, _ in known]
    sketch.trace(
        "scatter",
        name=f"points {line.y}",
        x=[_middle(p.span) for p, _, _ in known],
        y=[v for _, _, v in known],
        yaxis=line.y,
        mode="markers",
        marker={
            "size": [size + 2 if h else size for h in hollows],
            "color": [colours.paper if h else colour for h in hollows],
            "line": {"width": 2 if line.main else 1.5, "color": colour},
            "opacity": 1,
        },
        hoverinfo="text",
        hovertext=[_card(line, p, trend, funnel, tr) for p, _, _ in known],
        customdata=[_bucket(p.span, line.step) for p, _, _ in known],
        cliponaxis=False,
    )
    if known:
        point, reading, value = known[-1]
        text = f"<b>{numbers.short(value, 'share', tr)}</b>"
        if line.main and _is_hollow(point, reading):
            text = tr(_SO_FAR, value=text)
        sketch.note(
            text=text,
            x=_middle(point.span),
            xshift=8,
            y=value,
            yref=line.y,
            xanchor="left",
            yanchor="middle",
            font={
                "size": NORMAL if line.main else SMALL,
                "color": colours.accent if line.main else colours.text,
            },
        )


def _shade_not_begun(sketch: Sketch, trend: FunnelTrend, tr: Text, colours: Palette) -> None:
    """Blank is not zero: the buckets after the end of the data, with the words on top."""
    later = [p.span for p in trend.points if p.maturity is Maturity.NOT_BEGUN]
    if not later:
        return
    sketch.shape(
        "rect",
        x0=datetime(later[0].start.year, later[0].start.month, later[0].start.day),
        x1=datetime(later[-1].end.year, later[-1].end.month, later[-1].end.day),
        yref="paper",
        y0=0,
        y1=1,
        fillcolor=tint(colours.comparison, 0.12),
        line={"width": 0},
    )
    sketch.note(
        text=f'<span style="color:{colours.comparison}">■</span> {tr(_NOT_BEGUN)}',
        xref="paper",
        yref="paper",
        x=1,
        xshift=_RIGHT - 8,
        y=1,
        yshift=8,
        xanchor="right",
        yanchor="bottom",
        font={"size": SMALL, "color": colours.muted},
    )


def _write(sketch: Sketch, text: str, at: float, shift: int, colour: str) -> None:
    """The name of a plot, above it."""
    room = NARROW - LEFT - 40
    sketch.note(
        text=in_lines(fitted(text, room, size=SMALL)),
        xref="paper",
        yref="paper",
        x=0,
        xshift=12 - LEFT,
        y=at,
        yshift=shift,
        xanchor="left",
        yanchor="bottom",
        font={"size": SMALL, "color": colour},
    )


def _card(line: _Line, point: TrendPoint, trend: FunnelTrend, funnel: Funnel, tr: Text) -> str:
    reading, span = line.reading(point), point.span
    return card(
        [
            step_title(funnel, line.step, tr),
            rate_line(reading, tr),
            interval_line(reading, tr),
            dates.bucket(span.start, span.end, trend.grain, tr),
            tr(_ENTERED, counted=counted(point.total.entered, funnel, tr)),
            tr(_RUNNING) if point.maturity is Maturity.RUNNING else None,
            maturity_line(reading, tr),
        ]
    )


def _bucket(span: Span, step: int) -> list[str | int]:
    return [span.start.isoformat(), (span.end - dates.DAY).isoformat(), step]


def _time_axis(trend: FunnelTrend, tr: Text) -> dict[str, Any]:
    """Ticks by bucket, thinned from the end so that the last one is always named."""
    points = trend.points
    every = -(-len(points) // _MOST_TICKS.get(trend.grain, _MOST_SHORT_TICKS))
    kept = points[(len(points) - 1) % every :: every]
    half = timedelta(days=max(p.span.days for p in points)) * 0.6
    return {
        "type": "date",
        "range": [_middle(points[0].span) - half, _middle(points[-1].span) + half],
        "tickmode": "array",
        "tickvals": [_middle(p.span) for p in kept],
        "ticktext": dates.ticks([(p.span.start, p.span.end) for p in kept], trend.grain, tr),
        "tickangle": 0,
    }


def _alt(line: _Line, trend: FunnelTrend, funnel: Funnel, tr: Text) -> str:
    known = line.known(trend.points)
    course = tr(_NO_VALUE)
    if known:
        said = [
            (
                numbers.short(value, "share", tr),
                dates.bucket(p.span.start, p.span.end, trend.grain, tr),
            )
            for p, _, value in (known[0], known[-1])
        ]
        course = tr(
            _COURSE,
            first=said[0][0],
            first_period=said[0][1],
            last=said[1][0],
            last_period=said[1][1],
        )
    return tr(_ALT, step=step_title(funnel, line.step, tr), course=course)
