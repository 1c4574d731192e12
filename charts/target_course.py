"""A target's course: the running sum against an even plan, and where it is heading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import plotly.graph_objects as go

from charts.cards import card
from charts.overlays import (
    BOTTOM,
    LEFT,
    NAME_ROW,
    PLOT,
    TOP,
    End,
    draw_marks,
    label_ends,
    right_margin,
)
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, axis_for, layout, palette
from format import dates, numbers
from i18n import Text, Words
from metrics.meeting.course import Course

_MOST_TICKS = 4


def target_course(
    course: Course,
    tr: Text,
    *,
    dark: bool,
    currency: str | None,
    marks: Sequence[tuple[date, Words]] = (),
) -> go.Figure:
    """The sum so far as a line with a marker at its last day, its way on dashed, the even plan
    grey. Each day tells on hover what the plan asked for by then; `marks` are days worth
    remembering."""
    colours, pace = palette(dark), course.pace
    unit = pace.metric.unit
    last, reached = course.so_far[-1]
    end = course.ahead[-1][1] if course.ahead else reached
    shown = [0.0, pace.target, *[v for _, v in course.so_far], *[v for _, v in course.ahead]]
    axis = axis_for(shown, unit, tr, currency, from_zero=True)
    sketch = Sketch(layout(dark, tr, alt=alt_text(course, tr, currency)))
    midnight = datetime(pace.span.start.year, pace.span.start.month, pace.span.start.day)
    over = midnight + timedelta(days=pace.span.days)
    sketch.trace(
        "scatter", name="plan", x=[midnight, over], y=[0, pace.target], mode="lines",
        line={"color": colours.comparison, "width": 1.5}, hoverinfo="skip",
    )  # fmt: skip
    if course.ahead:
        sketch.trace(
            "scatter", name="ahead", x=[_at(d) for d, _ in course.ahead],
            y=[v for _, v in course.ahead], mode="lines",
            line={"color": colours.accent, "width": 2, "dash": "4px,3px"},
            hoverinfo="text", hovertext=_cards(course, course.ahead, tr, currency),
        )  # fmt: skip
    sizes = [9 if day == last else 4 for day, _ in course.so_far]
    sketch.trace(
        "scatter", name="so far", x=[_at(d) for d, _ in course.so_far],
        y=[v for _, v in course.so_far], mode="lines+markers",
        line={"color": colours.accent, "width": 2},
        marker={"size": sizes, "color": colours.accent, "opacity": 1},
        hoverinfo="text", hovertext=_cards(course, course.so_far, tr, currency), cliponaxis=False,
    )  # fmt: skip

    def said(value: float) -> str:
        return numbers.short(value, unit, tr, currency)

    ends = [
        End(pace.target, tr(_TARGET, value=said(pace.target)), colours.muted, SMALL),
        End(end, f"<b>{said(end)}</b>", colours.accent, NORMAL),
    ]
    right = right_margin(ends)
    label_ends(sketch, ends, axis)
    top = TOP + NAME_ROW * draw_marks(sketch, marks, pace.span, right, tr, colours)
    sketch.axis("xaxis", type="date", range=[midnight, over], **_ticks(course, tr))
    sketch.axis("yaxis", **axis.options())
    sketch.layout.update(
        hovermode="closest",
        hoverdistance=-1,
        margin={"l": LEFT, "r": right, "t": top, "b": BOTTOM, "pad": 4},
        height=top + PLOT + BOTTOM,
    )
    return sketch.figure()


def alt_text(course: Course, tr: Text, currency: str | None) -> str:
    """The same for those who do not see it."""
    pace = course.pace

    def said(value: float) -> str:
        return numbers.short(value, pace.metric.unit, tr, currency)

    day, reached = course.so_far[-1]
    words = _ALT if course.ahead else _ALT_OVER
    return tr(
        words, metric=pace.metric.name, reached=said(reached), day=dates.day(day, tr),
        due=said(course.due(day)), end=said(course.ahead[-1][1] if course.ahead else reached),
        target=said(pace.target),
    )  # fmt: skip


def _at(day: date) -> datetime:
    """A running sum stands at the end of its day."""
    return datetime(day.year, day.month, day.day) + timedelta(days=1)


def _cards(
    course: Course, points: Sequence[tuple[date, float]], tr: Text, currency: str | None
) -> list[str]:
    unit = course.pace.metric.unit
    made = []
    for day, value in points:
        full = numbers.full(value, unit, tr, currency)
        due = tr(_DUE, value=numbers.full(course.due(day), unit, tr, currency))
        known = day <= course.so_far[-1][0]
        made.append(
            card([
                tr(course.pace.metric.name), full if known else tr(_EXPECTED, value=full), due,
                dates.day(day, tr, year_of=date(1, 1, 1)),
            ])
        )  # fmt: skip
    return made


def _ticks(course: Course, tr: Text) -> dict[str, object]:
    """Days named at their ends, thinned so that the last is always one of them."""
    span = course.pace.span
    days = [span.start + timedelta(days=n) for n in range(span.days)]
    every = -(-len(days) // _MOST_TICKS)
    kept = days[(len(days) - 1) % every :: every]
    return {
        "tickmode": "array",
        "tickvals": [_at(day) for day in kept],
        "ticktext": dates.ticks([(day, day + dates.DAY) for day in kept], "day", tr),
        "tickangle": 0,
    }


_TARGET = Words("target {value}", "目标 {value}")
_DUE = Words("even plan by then: {value}", "匀速计划应达：{value}")
_EXPECTED = Words("{value} expected", "预计 {value}")
_ALT = Words(
    "{metric}: {reached} by {day}, where an even plan asks for {due}; heading for {end} of a "
    "target of {target}.",
    "{metric}：截至{day} {reached}，匀速计划应达 {due}；预计期末 {end}，目标 {target}。",
)
_ALT_OVER = Words(
    "{metric}: {reached} of a target of {target}.", "{metric}：{reached}，目标 {target}。"
)
