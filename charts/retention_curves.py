"""Retention as lines: a curve over the periods for each segment, and one period over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from itertools import pairwise
from typing import Protocol

import plotly.graph_objects as go

from charts.cards import card
from charts.cohorts import CohortRow, PooledCell
from charts.funnel_cards import fitted
from charts.overlays import PLOT, End, label_ends, right_margin
from charts.reading_lines import is_open, reading_lines
from charts.segments import segment_colours
from charts.sketch import Sketch
from charts.theme import (
    NORMAL,
    SMALL,
    Axis,
    Palette,
    axis_for,
    layout,
    palette,
    text_width,
    tint,
)
from data.scope import Span
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import Reading
from metrics.stats.intervals import Difference

_TOP, _BOTTOM = 30, 40
_NAME_WIDTH = 104
_MOST_TICKS = 9
_MOST_TIMES = 5
_ALONE, _AMONG_OTHERS = 0.2, 0.1
_SMALLEST_P = 0.001

_COHORTS = Words("{n} cohorts whose period is over", "{n} 个该期已结束的同期群")
_PEOPLE = Words("{name} ({n})", "{name}（{n}）")
_SMALL = Words("fewer than 30 people: too few to judge", "不足 30 人，样本过小，不宜判断")
_CUT = Words("the range holds a part of this cohort only", "所选范围只含该同期群的一部分")
_SO_FAR = Words("{value} so far", "{value}（截至目前）")
_COMPARED = Words(
    "last {n} mature cohorts against {m} before", "最近 {n} 个成熟同期群对比此前 {m} 个"
)
_SHIFT = Words(
    "{change} ({low} to {high}), {verdict}, p = {p}",
    "{change}（{low} 至 {high}），{verdict}，p = {p}",
)
_TINY = Words(
    "{change} ({low} to {high}), {verdict}, p < {p}",
    "{change}（{low} 至 {high}），{verdict}，p < {p}",
)
_SIGNIFICANT = Words("significant", "显著")
_NOT_SIGNIFICANT = Words("not significant", "不显著")
_ALT_CURVES = Words("{name} by period: {lines}.", "{name}按期数：{lines}。")
_ALT_LINE = Words(
    "{segment} from {first} ({first_period}) to {last} ({last_period})",
    "{segment}从 {first}（{first_period}）到 {last}（{last_period}）",
)
_ALT_OVER_TIME = Words("{name} by cohort: {course}.", "{name}按同期群：{course}。")
_NO_VALUES = Words("no value", "无数值")
_BETWEEN = Words("; ", "；")


class PooledLine(Protocol):
    """One segment (`value` None: all others) over the columns."""

    @property
    def value(self) -> str | None: ...
    @property
    def size(self) -> int: ...
    @property
    def pooled(self) -> Sequence[PooledCell]: ...


class ShiftOfCohorts(Protocol):
    """The last mature cohorts against the mature ones before."""

    @property
    def before(self) -> Sequence[Span]: ...
    @property
    def after(self) -> Sequence[Span]: ...
    @property
    def base(self) -> PooledCell: ...
    @property
    def now(self) -> PooledCell: ...
    @property
    def difference(self) -> Difference: ...
    @property
    def p_value(self) -> float: ...


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    colour: str
    line: PooledLine


def retention_curves(
    lines: Sequence[PooledLine],
    names: Sequence[str],
    columns: Sequence[str],
    title: str,
    unit: str,
    tr: Text,
    *,
    dark: bool,
    dimension: str | None = None,
    currency: str | None = None,
) -> go.Figure:
    """A line for each segment over the periods, pooled over mature cells, its interval as a band,
    its name at the right end. One line without a `dimension` is everybody.

    A first column in which everybody is at 100 % by definition is left out: it would press the
    others flat. `customdata` of a point is the segment's value and its column by place.
    ValueError without lines.
    """
    if not lines:
        raise ValueError("retention curves need at least one line; got none")
    colours = palette(dark)
    inks = segment_colours(dimension, [s.value for s in lines], colours)
    drawn = [_Line(n, c, s) for n, c, s in zip(names, inks, lines, strict=True)]
    first = _first_column(lines, unit)
    values = [
        v
        for s in lines
        for p in s.pooled[first:]
        for v in (p.reading.value, p.reading.low, p.reading.high)
        if v is not None
    ]
    axis = axis_for(values, unit, tr, currency, from_zero=True)
    alt = _alt_curves(drawn, columns, first, title, unit, tr, currency)
    sketch = Sketch(layout(dark, tr, height=_TOP + PLOT + _BOTTOM, alt=alt))
    alpha = _ALONE if len(lines) == 1 else _AMONG_OTHERS
    for line in drawn:
        _draw_band(sketch, line, first, alpha)
    ends = []
    for line in drawn:
        _draw_curve(sketch, line, columns, first, title, unit, tr, currency, colours)
        known = [p.reading.value for p in line.line.pooled if p.reading.value is not None]
        if known:
            text = escape(fitted(line.name, _NAME_WIDTH, size=SMALL)[0])
            ends.append(End(known[-1], text, line.colour, SMALL))
    label_ends(sketch, ends, axis)
    at = list(range(first, len(columns)))
    every = -(-len(at) // _MOST_TICKS)
    sketch.axis(
        "xaxis",
        range=[first - 0.3, max(len(columns) - 1, first + 1) + 0.1],
        tickmode="array",
        tickvals=at[::every],
        ticktext=[escape(columns[n]) for n in at[::every]],
        tickangle=0,
    )
    _finish(sketch, axis, right_margin(ends))
    return sketch.figure()


def _first_column(lines: Sequence[PooledLine], unit: str) -> int:
    firsts = [s.pooled[0].reading.value for s in lines if s.pooled]
    full = unit == Unit.SHARE and all(v in (None, 1.0) for v in firsts)
    return 1 if full and len(lines[0].pooled) > 1 else 0


def _draw_band(sketch: Sketch, line: _Line, first: int, alpha: float) -> None:
    known = [
        (n, p.reading.low, p.reading.high)
        for n, p in enumerate(line.line.pooled)
        if n >= first and p.reading.low is not None and p.reading.high is not None
    ]
    if known:
        xs = [n for n, *_ in known]
        sketch.trace(
            "scatter",
            name="interval",
            x=[*xs, *reversed(xs)],
            y=[*[low for _, low, _ in known], *[high for *_, high in reversed(known)]],
            mode="lines",
            fill="toself",
            fillcolor=tint(line.colour, alpha),
            line={"width": 0},
            hoverinfo="skip",
        )


def _draw_curve(
    sketch: Sketch,
    line: _Line,
    columns: Sequence[str],
    first: int,
    title: str,
    unit: str,
    tr: Text,
    currency: str | None,
    colours: Palette,
) -> None:
    shown = [
        (n, p) for n, p in enumerate(line.line.pooled) if n >= first and p.reading.value is not None
    ]
    people = tr(_PEOPLE, name=line.name, n=numbers.full(line.line.size, Unit.COUNT, tr))
    sketch.trace(
        "scatter",
        name="curve",
        x=[n for n, _ in shown],
        y=[p.reading.value for _, p in shown],
        mode="lines+markers",
        line={"color": line.colour, "width": 2},
        marker={"size": 5, "color": line.colour, "line": {"width": 1, "color": colours.paper}},
        unselected={"marker": {"opacity": 1}},
        hoverinfo="text",
        hovertext=[
            card(
                [
                    f"{title} · {columns[n]}",
                    *reading_lines(
                        p.reading, unit, tr, currency, people, tr(_COHORTS, n=p.cohorts)
                    ),
                ]
            )
            for n, p in shown
        ],
        customdata=[[line.line.value, n] for n, _ in shown],
        cliponaxis=False,
    )


def over_time(
    points: Sequence[tuple[CohortRow, Reading]],
    title: str,
    unit: str,
    grain: str,
    tr: Text,
    *,
    dark: bool,
    shift: ShiftOfCohorts | None = None,
    currency: str | None = None,
) -> go.Figure:
    """One period by cohort: a line with its interval as a band. Cohorts whose period still runs
    are hollow and joined by dashes, small ones grey, those without a value a tick at the foot that says why.

    With `shift`, the pooled rate of the last mature cohorts and of those before as level lines,
    and the test in words. `customdata` of a point is the cohort by place. ValueError without
    points.
    """
    if not points:
        raise ValueError("one period over time needs at least one cohort; got none")
    colours = palette(dark)
    # The wide interval of a cohort of a few people would press all others flat.
    values = [
        v
        for c, r in points
        for v in (r.value, *(() if c.small else (r.low, r.high)))
        if v is not None
    ]
    axis = axis_for(values, unit, tr, currency)
    alt = _alt_over_time(points, title, unit, grain, tr, currency)
    top = _TOP if shift is None else _TOP + 12
    sketch = Sketch(layout(dark, tr, height=top + PLOT + _BOTTOM, alt=alt))
    _draw_time_band(sketch, points, colours)
    if shift is not None:
        _draw_shift(sketch, shift, tr, colours)
    _draw_time_lines(sketch, points, colours)
    _draw_time_points(sketch, points, axis, title, unit, grain, tr, currency, colours)
    ends = _time_ends(points, unit, tr, currency, colours)
    label_ends(sketch, ends, axis)
    every = -(-len(points) // _MOST_TIMES)
    kept = points[(len(points) - 1) % every :: every]
    half = timedelta(days=max(c.span.days for c, _ in points)) * 0.6
    sketch.axis(
        "xaxis",
        type="date",
        range=[_middle(points[0][0].span) - half, _middle(points[-1][0].span) + half],
        tickmode="array",
        tickvals=[_middle(c.span) for c, _ in kept],
        ticktext=dates.ticks([(c.span.start, c.span.end) for c, _ in kept], grain, tr),
        tickangle=0,
    )
    _finish(sketch, axis, right_margin(ends), top)
    return sketch.figure()


def _finish(sketch: Sketch, axis: Axis, right: int, top: int = _TOP) -> None:
    sketch.axis("yaxis", **axis.options())
    left = 14 + max((text_width(t, SMALL) for t in axis.labels), default=0)
    sketch.layout.update(
        hovermode="closest",
        margin={"l": left, "r": right, "t": top, "b": _BOTTOM, "pad": 4},
    )


def _middle(span: Span) -> datetime:
    start = datetime(span.start.year, span.start.month, span.start.day)
    return start + timedelta(days=span.days) / 2


def _draw_time_band(
    sketch: Sketch, points: Sequence[tuple[CohortRow, Reading]], colours: Palette
) -> None:
    """One band for each run of neighbours with an interval."""
    runs: list[list[tuple[datetime, float, float]]] = [[]]
    for cohort, r in points:
        if r.low is None or r.high is None:
            runs.append([])
        else:
            runs[-1].append((_middle(cohort.span), r.low, r.high))
    for run in runs:
        if run:
            xs = [x for x, *_ in run]
            sketch.trace(
                "scatter",
                name="interval",
                x=[*xs, *reversed(xs)],
                y=[*[low for _, low, _ in run], *[high for *_, high in reversed(run)]],
                mode="lines",
                fill="toself",
                fillcolor=tint(colours.accent, 0.2),
                line={"width": 0},
                hoverinfo="skip",
            )


def _draw_time_lines(
    sketch: Sketch, points: Sequence[tuple[CohortRow, Reading]], colours: Palette
) -> None:
    """Solid between finished neighbours, dashed to and from those that are not."""
    for dash in ("solid", "4px,3px"):
        xs: list[datetime | None] = []
        ys: list[float | None] = []
        for (one, a), (other, b) in pairwise(points):
            if a.value is None or b.value is None:
                continue
            if (is_open(a) or is_open(b)) == (dash != "solid"):
                xs += [_middle(one.span), _middle(other.span), None]
                ys += [a.value, b.value, None]
        if xs:
            sketch.trace(
                "scatter",
                name="final" if dash == "solid" else "not final",
                x=xs,
                y=ys,
                mode="lines",
                line={"color": colours.accent, "width": 2, "dash": dash},
                hoverinfo="skip",
            )


def _draw_time_points(
    sketch: Sketch,
    points: Sequence[tuple[CohortRow, Reading]],
    axis: Axis,
    title: str,
    unit: str,
    grain: str,
    tr: Text,
    currency: str | None,
    colours: Palette,
) -> None:
    def hover(cohort: CohortRow, reading: Reading) -> str:
        period = dates.bucket(cohort.span.start, cohort.span.end, grain, tr)
        small, cut = (tr(_SMALL) if cohort.small else None), (None if cohort.whole else tr(_CUT))
        return card([title, *reading_lines(reading, unit, tr, currency, period), small, cut])

    known = [(n, c, r) for n, (c, r) in enumerate(points) if r.value is not None]
    gone = [(n, c, r) for n, (c, r) in enumerate(points) if r.value is None]
    edges = [colours.comparison if c.small else colours.accent for _, c, _ in known]
    sketch.trace(
        "scatter",
        name="points",
        x=[_middle(c.span) for _, c, _ in known],
        y=[r.value for *_, r in known],
        mode="markers",
        marker={
            "size": [5 if len(points) > 45 else 7] * len(known),
            "color": [
                colours.paper if is_open(r) else colour
                for (*_, r), colour in zip(known, edges, strict=True)
            ],
            "line": {"width": 2, "color": edges},
            "opacity": 1,
        },
        unselected={"marker": {"opacity": 1}},
        hoverinfo="text",
        hovertext=[hover(c, r) for _, c, r in known],
        customdata=[n for n, *_ in known],
        cliponaxis=False,
    )
    if gone:
        sketch.trace(
            "scatter",
            name="missing",
            x=[_middle(c.span) for _, c, _ in gone],
            y=[axis.low] * len(gone),
            mode="markers",
            marker={
                "symbol": "line-ns-open",
                "size": 9,
                "color": colours.comparison,
                "line": {"width": 2, "color": colours.comparison},
            },
            hoverinfo="text",
            hovertext=[hover(c, r) for _, c, r in gone],
            customdata=[n for n, *_ in gone],
            cliponaxis=False,
        )


def _draw_shift(sketch: Sketch, shift: ShiftOfCohorts, tr: Text, colours: Palette) -> None:
    """Both pooled rates as level lines over their cohorts, and the test above the figure."""
    for spans, pooled in ((shift.before, shift.base), (shift.after, shift.now)):
        sketch.shape(
            "line",
            x0=datetime.combine(spans[0].start, datetime.min.time()),
            x1=datetime.combine(spans[-1].end, datetime.min.time()),
            y0=pooled.reading.value,
            y1=pooled.reading.value,
            line={"color": colours.text, "width": 1.5, "dash": "dot"},
        )
    d = shift.difference
    p = (
        f"< {_SMALLEST_P:g}"
        if shift.p_value < _SMALLEST_P
        else f"= {numbers.full(shift.p_value, 'times', tr)}"
    )
    sketch.note(
        text=escape(
            tr(
                _SHIFT,
                n=len(shift.after),
                m=len(shift.before),
                change=numbers.signed_change(0, d.diff, Unit.SHARE, tr),
                low=numbers.signed_points(d.low),
                high=numbers.signed_points(d.high),
                verdict=_SIGNIFICANT if shift.p_value < 0.05 else _NOT_SIGNIFICANT,
                p=p,
            )
        ),
        xref="paper",
        yref="paper",
        x=0,
        y=1,
        yshift=6,
        xanchor="left",
        yanchor="bottom",
        align="left",
        font={"size": SMALL, "color": colours.muted},
    )


def _time_ends(
    points: Sequence[tuple[CohortRow, Reading]],
    unit: str,
    tr: Text,
    currency: str | None,
    colours: Palette,
) -> list[End]:
    last = next((r for _, r in reversed(points) if r.value is not None), None)
    if last is None or last.value is None:
        return []
    text = f"<b>{numbers.short(last.value, unit, tr, currency)}</b>"
    if is_open(last):
        text = tr(_SO_FAR, value=text)
    return [End(last.value, text, colours.accent, NORMAL)]


def _alt_curves(
    drawn: Sequence[_Line],
    columns: Sequence[str],
    first: int,
    title: str,
    unit: str,
    tr: Text,
    currency: str | None,
) -> str:
    said = []
    for line in drawn:
        known = [
            (columns[n], p.reading.value)
            for n, p in enumerate(line.line.pooled)
            if n >= first and p.reading.value is not None
        ]
        if known:
            said.append(_course(line.name, known, unit, tr, currency))
    return tr(_ALT_CURVES, name=title, lines=tr(_BETWEEN).join(said) or tr(_NO_VALUES))


def _alt_over_time(
    points: Sequence[tuple[CohortRow, Reading]],
    title: str,
    unit: str,
    grain: str,
    tr: Text,
    currency: str | None,
) -> str:
    known = [
        (dates.bucket(c.span.start, c.span.end, grain, tr), r.value)
        for c, r in points
        if r.value is not None
    ]
    course = _course("", known, unit, tr, currency) if known else tr(_NO_VALUES)
    return tr(_ALT_OVER_TIME, name=title, course=course.strip())


def _course(
    name: str,
    known: Sequence[tuple[str, float]],
    unit: str,
    tr: Text,
    currency: str | None,
) -> str:
    return tr(
        _ALT_LINE,
        segment=name,
        first=numbers.short(known[0][1], unit, tr, currency),
        first_period=known[0][0],
        last=numbers.short(known[-1][1], unit, tr, currency),
        last_period=known[-1][0],
    )
