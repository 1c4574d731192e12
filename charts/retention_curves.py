"""Retention as curves over the periods, one for each segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

import plotly.graph_objects as go

from charts.cards import card
from charts.cohort_rows import PooledCell
from charts.funnel_cards import fitted
from charts.overlays import PLOT, End, label_ends, right_margin
from charts.reading_lines import reading_lines
from charts.segments import segment_colours
from charts.sketch import Sketch
from charts.theme import (
    SMALL,
    Axis,
    Palette,
    axis_for,
    layout,
    palette,
    text_width,
    tint,
)
from format import numbers
from i18n import Text, Words
from metrics.metric import Unit

TOP, BOTTOM = 30, 40
_NAME_WIDTH = 104
_MOST_TICKS = 9
_ALONE, _AMONG_OTHERS = 0.2, 0.1
_COHORTS = Words("cohorts whose period is over: {n}", "该期已结束的同期群：{n} 个")
_PEOPLE = Words("{name} ({n})", "{name}（{n}）")
_ALT_CURVES = Words("{name} by period: {lines}.", "{name}按期数：{lines}。")
_ALT_LINE = Words(
    "{segment} from {first} ({first_period}) to {last} ({last_period})",
    "{segment}从 {first}（{first_period}）到 {last}（{last_period}）",
)
NO_VALUES = Words("no value", "无数值")
_BETWEEN = Words("; ", "；")


class PooledLine(Protocol):
    """One segment (`value` None: all others) over the columns."""

    @property
    def value(self) -> str | None: ...
    @property
    def size(self) -> int: ...
    @property
    def pooled(self) -> Sequence[PooledCell]: ...


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
    sketch = Sketch(layout(dark, tr, height=TOP + PLOT + BOTTOM, alt=alt))
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
    finish(sketch, axis, right_margin(ends))
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
            said.append(course_words(line.name, known, unit, tr, currency))
    return tr(_ALT_CURVES, name=title, lines=tr(_BETWEEN).join(said) or tr(NO_VALUES))


def finish(sketch: Sketch, axis: Axis, right: int, top: int = TOP) -> None:
    """The axis of values, and margins around its labels and those at the right edge."""
    sketch.axis("yaxis", **axis.options())
    left = 14 + max((text_width(t, SMALL) for t in axis.labels), default=0)
    sketch.layout.update(
        hovermode="closest",
        margin={"l": left, "r": right, "t": top, "b": BOTTOM, "pad": 4},
    )


def course_words(
    name: str,
    known: Sequence[tuple[str, float]],
    unit: str,
    tr: Text,
    currency: str | None,
) -> str:
    """Where a line begins and ends."""
    return tr(
        _ALT_LINE,
        segment=name,
        first=numbers.short(known[0][1], unit, tr, currency),
        first_period=known[0][0],
        last=numbers.short(known[-1][1], unit, tr, currency),
        last_period=known[-1][0],
    )
