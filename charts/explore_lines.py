"""One metric over time, a line for each of a few values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import plotly.graph_objects as go

from charts.cards import point_card
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
from charts.segments import segment_colours
from charts.sketch import Sketch
from charts.theme import SMALL, axis_for, layout, palette
from charts.time_lines import draw_course, middle, time_axis
from data.scope import Span
from format import numbers
from i18n import Text, Words
from metrics.metric import Metric
from metrics.scorecard import Point

_MOST_TIMES = 4
_NAME = 16
_ALT = Words("{metric} over time by value: {course}.", "{metric}走势，按取值：{course}。")
_COURSE = Words("{name} from {first} to {last}", "{name} 由 {first} 至 {last}")
_BETWEEN = Words("; ", "；")


@dataclass(frozen=True, slots=True)
class ValueLine:
    """`value` chooses the colour where the dimension has its own; None is all of them."""

    name: str
    value: str | None
    points: tuple[Point, ...]


def value_lines(
    lines: Sequence[ValueLine],
    dimension: str,
    metric: Metric,
    grain: str,
    tr: Text,
    *,
    dark: bool,
    currency: str,
    marks: Sequence[tuple[date, Words]] = (),
) -> go.Figure:
    """A line each, named at its end; buckets that run or are cut are hollow and joined by dashes.
    `marks` are days with a name, drawn as thin lines. ValueError without lines or where no line
    has a value."""
    known = [line for line in lines if any(p.reading.value is not None for p in line.points)]
    if not known:
        raise ValueError("lines over time need at least one value; got none")
    p, unit = palette(dark), metric.unit
    coloured = segment_colours(dimension, [line.value for line in known], p)
    # All of them together is not a value without a name, which is grey too.
    inks = [
        p.text if line.value is None else ink for line, ink in zip(known, coloured, strict=True)
    ]
    values = [v.reading.value for line in known for v in line.points if v.reading.value is not None]
    axis = axis_for(values, unit, tr, currency, from_zero=metric.denominator is None)
    alt = _alt(known, metric, tr, currency)
    spans = [pt.span for pt in known[0].points]
    ends: list[End] = [
        _end(line, ink, unit, tr, currency) for line, ink in zip(known, inks, strict=True)
    ]
    right = right_margin(ends)
    sketch = Sketch(layout(dark, tr, height=TOP + PLOT + BOTTOM, alt=alt))
    shown_days = Span(spans[0].start, spans[-1].end)
    rows = draw_marks(sketch, marks, shown_days, right, tr, p)
    top = TOP + NAME_ROW * max(rows - 1, 0)
    for line, ink in zip(known, inks, strict=True):
        course = [(middle(pt.span), pt.reading.value, pt.running) for pt in line.points]
        draw_course(sketch, course, [(line.name, ink, 1.5 if line.value is None else 2)])
        shown = [pt for pt in line.points if pt.reading.value is not None]
        sketch.trace(
            "scatter",
            name=line.name,
            mode="markers",
            x=[middle(pt.span) for pt in shown],
            y=[pt.reading.value for pt in shown],
            marker={
                "size": 6,
                "color": [p.paper if pt.running else ink for pt in shown],
                "line": {"width": 1.5, "color": ink},
                "opacity": 1,
            },
            hoverinfo="text",
            hovertext=[
                f"<b>{escape(line.name)}</b><br>{point_card(pt, metric, grain, tr, currency)}"
                for pt in shown
            ],
            cliponaxis=False,
        )
    label_ends(sketch, ends, axis)
    sketch.axis("xaxis", **time_axis(spans, grain, tr, _MOST_TIMES))
    sketch.axis("yaxis", **axis.options())
    sketch.layout.update(
        height=top + PLOT + BOTTOM,
        hovermode="closest",
        margin={"l": LEFT, "r": right, "t": top, "b": BOTTOM, "pad": 4},
    )
    return sketch.figure()


def _end(line: ValueLine, ink: str, unit: str, tr: Text, currency: str) -> End:
    """The name and the last value of a line."""
    last = [pt.reading.value for pt in line.points if pt.reading.value is not None][-1]
    said = numbers.short(last, unit, tr, currency)
    return End(last, f"{escape(_short(line.name))} {said}", ink, SMALL)


def _short(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"


def _alt(lines: Sequence[ValueLine], metric: Metric, tr: Text, currency: str) -> str:
    def said(line: ValueLine) -> str:
        shown = [p.reading.value for p in line.points if p.reading.value is not None]
        first, last = (numbers.short(v, metric.unit, tr, currency) for v in (shown[0], shown[-1]))
        return tr(_COURSE, name=line.name, first=first, last=last)

    return tr(_ALT, metric=metric.name, course=tr(_BETWEEN).join(said(x) for x in lines))
