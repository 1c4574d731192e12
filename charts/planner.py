"""What a size finds: power against the lift, and the smallest lift against weeks."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from charts.cards import card
from charts.sketch import Sketch
from charts.theme import SMALL, Axis, axis_for, layout, palette, text_width
from format import numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.planner.answer import Week
from metrics.planner.words import percent

HEIGHT = 260
_TOP, _BOTTOM, _RIGHT = 26, 40, 24
_LIFT = Words("true lift", "真实提升")
_WEEKS = Words("{n} weeks", "{n} 周")
_WEEK = Words("1 week", "1 周")
_FOUND = Words("found with {power} power", "检出功效 {power}")
_USERS = Words("{n} users in the test", "{n} 名用户进入测试")
_SMALLEST = Words("smallest lift found: {lift}", "可检出的最小提升：{lift}")
_PLANNED = Words("planned: {lift}", "计划：{lift}")
_ALT_POWER = Words(
    "Power by true lift at the planned size: {low} for a lift of {small}, {power} for {lift}, "
    "{high} for {large}.",
    "计划样本量下各真实提升对应的功效：{small} 为 {low}，{lift} 为 {power}，{large} 为 {high}。",
)
_ALT_WEEKS = Words(
    "Smallest lift found by duration: {first} in {one}, {last} in {many}.",
    "各时长可检出的最小提升：{one}为 {first}，{many}为 {last}。",
)


def power_curve(
    points: Sequence[tuple[float, float]], lift: float, power: float, tr: Text, *, dark: bool
) -> go.Figure:
    """The chance to find each true lift; dotted lines meet at the planned one. ValueError without
    points."""
    if not points:
        raise ValueError("a power curve needs points; got none")
    colours = palette(dark)
    at = min(points, key=lambda p: abs(p[0] - lift))
    small = min(points, key=lambda p: abs(p[0] - lift / 2))
    alt = tr(
        _ALT_POWER,
        low=_share(small[1], tr), small=_share(small[0], tr), power=_share(at[1], tr),
        lift=_share(lift, tr), high=_share(points[-1][1], tr), large=_share(points[-1][0], tr),
    )  # fmt: skip
    sketch = Sketch(layout(dark, tr, height=HEIGHT, alt=alt))
    for ends in (
        {"x0": lift, "x1": lift, "y0": 0, "y1": power},
        {"x0": 0, "x1": lift, "y0": power, "y1": power},
    ):
        line = {"color": colours.muted, "width": 1, "dash": "dot"}
        sketch.shape("line", **ends, line=line)
    sketch.trace(
        "scatter",
        name="power",
        x=[x for x, _ in points],
        y=[y for _, y in points],
        mode="lines",
        line={"color": colours.accent, "width": 2},
        hovertext=[
            card([tr(_FOUND, power=_share(y, tr)), f"{tr(_LIFT)} {_share(x, tr)}"])
            for x, y in points
        ],
        hoverinfo="text",
    )
    _dot(sketch, lift, power, tr(_PLANNED, lift=_share(lift, tr)), colours.accent, colours.paper)
    x_axis = axis_for([x for x, _ in points], Unit.SHARE, tr, from_zero=True, most_ticks=5, room=0)
    y_axis = Axis(0.0, 1.02, (0.0, 0.25, 0.5, 0.75, 1.0), ("0", "25%", "50%", "75%", "100%"))
    sketch.axis("xaxis", **x_axis.options(), tickangle=0)
    _finish(sketch, y_axis, tr)
    return sketch.figure()


def lift_by_weeks(rows: Sequence[Week], lift: float, tr: Text, *, dark: bool) -> go.Figure:
    """The smallest lift that each duration finds; the dotted line is the one that is asked for.
    ValueError where no duration finds any."""
    known = [(row, row.lift) for row in rows if row.lift is not None]
    if not known:
        raise ValueError("no duration finds a lift")
    colours = palette(dark)
    (first, most), (last, least) = known[0], known[-1]
    alt = tr(
        _ALT_WEEKS,
        first=_share(most, tr), one=_weeks(first.weeks, tr), last=_share(least, tr),
        many=_weeks(last.weeks, tr),
    )  # fmt: skip
    sketch = Sketch(layout(dark, tr, height=HEIGHT, alt=alt))
    xs = [row.weeks for row, _ in known]
    sketch.shape(
        "line", x0=0, x1=1, xref="paper", y0=lift, y1=lift,
        line={"color": colours.muted, "width": 1, "dash": "dot"},
    )  # fmt: skip
    # The line falls: below it there is room on the left, above it on the right.
    side = "left" if lift < (most + least) / 2 else "right"
    sketch.note(
        tr(_PLANNED, lift=_share(lift, tr)),
        x=0 if side == "left" else 1, xref="paper", y=lift, xanchor=side, yanchor="bottom",
        font={"size": SMALL, "color": colours.muted},
    )  # fmt: skip
    sketch.trace(
        "scatter",
        name="weeks",
        x=xs,
        y=[v for _, v in known],
        mode="lines+markers",
        line={"color": colours.accent, "width": 2},
        marker={"size": 7, "color": colours.accent, "line": {"width": 1, "color": colours.paper}},
        cliponaxis=False,
        hovertext=[
            card(
                [
                    _weeks(row.weeks, tr),
                    tr(_SMALLEST, lift=_share(v, tr)),
                    tr(_USERS, n=numbers.full(row.units, Unit.COUNT, tr)),
                ]
            )
            for row, v in known
        ],
        hoverinfo="text",
    )
    sketch.axis(
        "xaxis",
        range=[min(xs) - 0.3, max(xs) + 0.3],
        tickmode="array",
        tickvals=xs,
        ticktext=[str(x) for x in xs],
        tickangle=0,
    )
    values = [v for _, v in known]
    _finish(sketch, axis_for([*values, lift], Unit.SHARE, tr, from_zero=True, most_ticks=5), tr)
    return sketch.figure()


def _dot(sketch: Sketch, x: float, y: float, said: str, colour: str, paper: str) -> None:
    sketch.trace(
        "scatter",
        name="planned",
        x=[x],
        y=[y],
        mode="markers",
        marker={"color": paper, "size": 11, "line": {"color": colour, "width": 2}},
        hovertext=[card([said])],
        hoverinfo="text",
    )


def _finish(sketch: Sketch, axis: Axis, tr: Text) -> None:
    sketch.axis("yaxis", **axis.options())
    left = 14 + max(text_width(t, SMALL) for t in axis.labels)
    sketch.layout.update(
        hovermode="closest", margin={"l": left, "r": _RIGHT, "t": _TOP, "b": _BOTTOM, "pad": 4}
    )


def _weeks(n: int, tr: Text) -> str:
    return tr(_WEEK) if n == 1 else tr(_WEEKS, n=n)


def _share(value: float, tr: Text) -> str:
    return percent(value, tr)
