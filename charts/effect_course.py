"""How an effect came about: a line with the interval that was valid then, about zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import plotly.graph_objects as go

from charts.cards import INTERVAL, card
from charts.overlays import PLOT, End, label_ends, right_margin
from charts.sketch import Sketch
from charts.theme import NORMAL, Axis, Palette, axis_for, layout, palette, tint
from format import dates, numbers
from i18n import Text, Words

_TOP, _BOTTOM, _LEFT = 16, 40, 64
_MOST_DAYS = 6
_GATED = Words("too few conversions or buyers to conclude yet", "转化或购买人数不足，暂不下结论")
_UNITS = Words("{n} units", "{n} 个样本")
_DAY = Words("day {n}", "第 {n} 天")
_ALT = Words(
    "{title}: {n} points, at the end {last} ({low} to {high}).",
    "{title}：共 {n} 个点，最后为 {last}（{low} 至 {high}）。",
)


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """One place on the line: a date, or whole days since the exposure. `gated` points say nothing
    yet: they are hollow."""

    at: date | int
    diff: float
    low: float
    high: float
    units: int
    gated: bool = False


def effect_course(
    points: Sequence[CoursePoint],
    title: str,
    unit: str,
    write: Callable[[float], str],
    tr: Text,
    *,
    dark: bool,
    good: bool | None = None,
    currency: str | None = None,
) -> go.Figure:
    """The difference, point by point, with its interval as a band and zero as a line. `unit` is
    that of the axis ("share" in points); `good` colours the end of a
    course that is decided. ValueError without points."""
    if not points:
        raise ValueError("a course needs at least one point; got none")
    colours = palette(dark)
    last = points[-1]
    axis = _axis(points, unit, tr, currency)
    alt = tr(
        _ALT, title=title, n=len(points), last=write(last.diff), low=write(last.low),
        high=write(last.high),
    )  # fmt: skip
    sketch = Sketch(layout(dark, tr, height=_TOP + PLOT + _BOTTOM, alt=alt))
    colour = colours.accent if good is None else colours.good if good else colours.bad
    xs = [_place(p.at) for p in points]
    _band(sketch, xs, points, axis, colour)
    _line(sketch, xs, points, write, tr, colours, colour)
    ends = [End(last.diff, f"<b>{write(last.diff)}</b>", colour, NORMAL)]
    label_ends(sketch, ends, axis)
    sketch.axis("xaxis", **_ticks(points, tr), showgrid=False)
    sketch.axis(
        "yaxis",
        **axis.options(),
        showgrid=True,
        gridcolor=colours.grid,
        zeroline=True,
        zerolinecolor=colours.comparison,
        zerolinewidth=1.5,
    )
    sketch.layout.update(
        hovermode="closest",
        margin={"l": _LEFT, "r": right_margin(ends), "t": _TOP, "b": _BOTTOM, "pad": 4},
    )
    return sketch.figure()


def _axis(points: Sequence[CoursePoint], unit: str, tr: Text, currency: str | None) -> Axis:
    """The middle of what there is: early intervals are so wide that they would press the rest flat,
    so the axis is made for the later half, and wider bands run out of the plot."""
    late = points[len(points) // 2 :]
    ends = [0.0, *[p.diff for p in points], *[v for p in late for v in (p.low, p.high)]]
    low, high = min(ends), max(ends)
    room = (high - low or 1.0) * 0.08
    axis = axis_for([low - room, high + room], unit, tr, currency, most_ticks=5, room=0)
    labels = tuple(
        numbers.plus(text.removesuffix("%"), at)
        for text, at in zip(axis.labels, axis.values, strict=True)
    )
    return Axis(axis.low, axis.high, axis.values, labels)


def _band(
    sketch: Sketch, xs: Sequence[Any], points: Sequence[CoursePoint], axis: Axis, colour: str
) -> None:
    def inside(v: float) -> float:
        return min(max(v, axis.low), axis.high)

    sketch.trace(
        "scatter",
        name="interval",
        x=[*xs, *reversed(xs)],
        y=[*[inside(p.low) for p in points], *[inside(p.high) for p in reversed(points)]],
        mode="lines",
        fill="toself",
        fillcolor=tint(colour, 0.2),
        line={"width": 0},
        hoverinfo="skip",
    )


def _line(
    sketch: Sketch,
    xs: Sequence[Any],
    points: Sequence[CoursePoint],
    write: Callable[[float], str],
    tr: Text,
    colours: Palette,
    colour: str,
) -> None:
    sketch.trace(
        "scatter",
        name="effect",
        x=list(xs),
        y=[p.diff for p in points],
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={
            "size": 5 if len(points) > 20 else 7,
            "color": [colours.paper if p.gated else colour for p in points],
            "line": {"width": 1.5, "color": colour},
            "opacity": 1,
        },
        hoverinfo="text",
        hovertext=[
            card(
                [
                    _named(p.at, tr),
                    write(p.diff),
                    tr(INTERVAL, low=write(p.low), high=write(p.high)),
                    tr(_UNITS, n=f"{p.units:,}"),
                    tr(_GATED) if p.gated else None,
                ]
            )
            for p in points
        ],
        cliponaxis=False,
    )


def _place(at: date | int) -> datetime | int:
    return at if isinstance(at, int) else datetime.combine(at, time())


def _named(at: date | int, tr: Text) -> str:
    return tr(_DAY, n=at) if isinstance(at, int) else dates.day(at, tr)


def _ticks(points: Sequence[CoursePoint], tr: Text) -> dict[str, Any]:
    step = max(1, -(-len(points) // _MOST_DAYS))
    kept = list(points)[::step]
    return {
        "tickmode": "array",
        "tickvals": [_place(p.at) for p in kept],
        "ticktext": [str(p.at) if isinstance(p.at, int) else dates.day(p.at, tr) for p in kept],
    }
