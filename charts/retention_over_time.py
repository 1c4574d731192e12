"""One period of retention by cohort: is day 7 getting better?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Protocol

import plotly.graph_objects as go

from charts.cards import card
from charts.cohort_rows import CohortRow, PooledCell, caveats
from charts.overlays import PLOT, End, label_ends, right_margin
from charts.reading_lines import is_open, reading_lines
from charts.retention_curves import BOTTOM, NO_VALUES, TOP, course_words, finish
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, Axis, Palette, axis_for, layout, palette, tint
from charts.time_lines import draw_course, middle, time_axis
from data.scope import Span
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import Reading
from metrics.stats.intervals import Difference

_MOST_TIMES = 5
_SMALLEST_P = 0.001
_SO_FAR = Words("{value} so far", "{value}（截至目前）")
_COMPARED = Words(
    "mature cohorts: the last {n} against {m} before", "最近 {n} 个成熟同期群对比此前 {m} 个"
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
_ALT_OVER_TIME = Words("{name} by cohort: {course}.", "{name}按同期群：{course}。")


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
    are hollow and joined by dashes, small ones grey, those without a value a tick at the foot that
    says why.

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
    top = TOP if shift is None else TOP + 12
    sketch = Sketch(layout(dark, tr, height=top + PLOT + BOTTOM, alt=alt))
    _draw_time_band(sketch, points, colours)
    if shift is not None:
        _draw_shift(sketch, shift, tr, colours)
    course = [(middle(c.span), r.value, is_open(r)) for c, r in points]
    draw_course(sketch, course, [("course", colours.accent, 2)])
    _draw_time_points(sketch, points, axis, title, unit, grain, tr, currency, colours)
    ends = _time_ends(points, unit, tr, currency, colours)
    label_ends(sketch, ends, axis)
    spans = [c.span for c, _ in points]
    sketch.axis("xaxis", **time_axis(spans, grain, tr, _MOST_TIMES))
    finish(sketch, axis, right_margin(ends), top)
    return sketch.figure()


def _draw_time_band(
    sketch: Sketch, points: Sequence[tuple[CohortRow, Reading]], colours: Palette
) -> None:
    """One band for each run of neighbours with an interval."""
    runs: list[list[tuple[datetime, float, float]]] = [[]]
    for cohort, r in points:
        if r.low is None or r.high is None:
            runs.append([])
        else:
            runs[-1].append((middle(cohort.span), r.low, r.high))
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
        return card(
            [title, *reading_lines(reading, unit, tr, currency, period), *caveats(cohort, tr)]
        )

    known = [(n, c, r) for n, (c, r) in enumerate(points) if r.value is not None]
    gone = [(n, c, r) for n, (c, r) in enumerate(points) if r.value is None]
    edges = [colours.comparison if c.small else colours.accent for _, c, _ in known]
    sketch.trace(
        "scatter",
        name="points",
        x=[middle(c.span) for _, c, _ in known],
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
            x=[middle(c.span) for _, c, _ in gone],
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
    tiny = shift.p_value < _SMALLEST_P
    said = (
        tr(_COMPARED, n=len(shift.after), m=len(shift.before)),
        tr(
            _TINY if tiny else _SHIFT,
            change=numbers.signed_change(0, d.diff, Unit.SHARE, tr),
            low=numbers.signed_points(d.low),
            high=numbers.signed_points(d.high),
            verdict=_SIGNIFICANT if shift.p_value < 0.05 else _NOT_SIGNIFICANT,
            p=f"{_SMALLEST_P:g}" if tiny else numbers.full(shift.p_value, Unit.TIMES, tr),
        ),
    )
    sketch.note(
        text="<br>".join(map(escape, said)),
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
    course = course_words("", known, unit, tr, currency) if known else tr(NO_VALUES)
    return tr(_ALT_OVER_TIME, name=title, course=course.strip())
