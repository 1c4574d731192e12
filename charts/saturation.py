"""A channel's response curve: weekly new customers on weekly spend, its band, its weeks, today."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go

from charts.cards import INTERVAL, card
from charts.sketch import Sketch
from charts.theme import SMALL, Palette, axis_for, layout, palette, text_width, tint
from data.dimensions import CHANNEL
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.saturation.result import ChannelCurve, Curve, Point

HEIGHT = 250
_TOP, _BOTTOM = 26, 34
_BAND, _WEEKS = 0.2, 0.45
_TODAY = Words("today {money}", "当前 {money}")
_PLAN = Words("plan {money}", "方案 {money}")
_X = Words("spend a week", "周花费")
_Y = Words("new customers a week", "周新客")
_BEYOND = Words("beyond the spend seen so far", "超出已有花费范围")
_SPENT = Words("{money} a week", "每周 {money}")
_WEEK = Words("week of {days}", "{days} 当周")
_CUSTOMERS = Words("{n} new customers", "{n} 位新客")
_ALT = Words(
    "{name}: {low} to {high} new customers a week at today's {money}; {more} to {most} at "
    "{much} a week. {weeks} weeks are drawn.",
    "{name}：当前每周花费 {money}，周新客 {low} 至 {high}；每周 {much} 时为 {more} 至 {most}。"
    "图中共 {weeks} 周。",
)


def response_curve(
    channel: ChannelCurve,
    tr: Text,
    *,
    dark: bool,
    currency: str,
    measured: bool = False,
    plan: float | None = None,
) -> go.Figure:
    """The curve with its band, dashed beyond the spend seen so far; a dot for each week that it
    was fitted to, a line at today's spend and, where it differs, one at the plan's.

    `measured` greys the curve: an experiment says what the next customer costs. ValueError for a
    channel without a curve.
    """
    curve = channel.curve
    if curve is None:
        raise ValueError(f"{channel.channel} has no curve; its refusal says why")
    colours = palette(dark)
    ink = colours.comparison if measured else colours.channel(channel.channel)
    points, weeks = curve.points(plan), [w for w in channel.weeks if w.used]
    ends = [points[0].spend, points[-1].spend]
    x_axis = axis_for(ends, Unit.MONEY, tr, currency, most_ticks=4, room=0.0)
    heights = curve.adjusted(weeks).tolist() if weeks else []
    tops = [*(p.customers.high for p in points), *heights]
    y_axis = axis_for(tops, Unit.COUNT, tr, from_zero=True, most_ticks=4)
    name = tr(CHANNEL.label(channel.channel))
    alt = _alt(name, curve, points, len(weeks), currency, tr)
    sketch = Sketch(layout(dark, tr, height=HEIGHT, alt=alt))
    _draw_band(sketch, points, ink)
    sketch.trace(
        "scatter",
        name="weeks",
        x=[w.spend for w in weeks],
        y=heights,
        mode="markers",
        marker={"color": tint(ink, _WEEKS), "size": 5},
        hovertext=[
            card(
                [
                    tr(_WEEK, days=dates.span(w.span.start, w.span.end, tr, None)),
                    tr(_CUSTOMERS, n=numbers.full(w.customers, Unit.COUNT, tr)),
                    tr(_SPENT, money=numbers.full(w.spend, Unit.MONEY, tr, currency)),
                ]
            )
            for w in weeks
        ],
        hoverinfo="text",
    )
    _draw_curve(sketch, curve, points, ink, name, currency, tr)
    _draw_today(sketch, curve.spend, tr(_TODAY, money=_money(curve.spend, currency, tr)), colours)
    if plan is not None and abs(plan / curve.spend - 1) > 0.005:
        _draw_plan(sketch, curve, plan, currency, colours, tr)
    left = 16 + max(text_width(label, SMALL) for label in y_axis.labels)
    sketch.axis("yaxis", **y_axis.options())
    sketch.axis(
        "xaxis", **x_axis.options(), tickangle=0, ticks="outside", ticklen=4, tickcolor=colours.grid
    )
    sketch.layout.update(
        hovermode="closest", margin={"l": left, "r": 20, "t": _TOP, "b": _BOTTOM, "pad": 0}
    )
    return sketch.figure()


def axis_words(tr: Text) -> str:
    """What the axes of every curve are, said once above them."""
    return tr(Words("{y}, across: {x}", "{y}、{x}"), y=_Y, x=_X)


def _money(amount: float, currency: str, tr: Text) -> str:
    return numbers.short(amount, Unit.MONEY, tr, currency)


def _draw_band(sketch: Sketch, points: tuple[Point, ...], ink: str) -> None:
    xs = [p.spend for p in points]
    sketch.trace(
        "scatter",
        name="interval",
        x=[*xs, *reversed(xs)],
        y=[*(p.customers.low for p in points), *(p.customers.high for p in reversed(points))],
        mode="lines",
        fill="toself",
        fillcolor=tint(ink, _BAND),
        line={"width": 0},
        hoverinfo="skip",
    )


def _draw_curve(
    sketch: Sketch,
    curve: Curve,
    points: tuple[Point, ...],
    ink: str,
    name: str,
    currency: str,
    tr: Text,
) -> None:
    """Solid where spend was seen, dashed on both sides of it; the parts meet at a point."""
    low, high = curve.seen
    inner = [n for n, p in enumerate(points) if low <= p.spend <= high]
    first, last = (inner[0], inner[-1]) if inner else (0, 0)
    parts = (
        ("below", points[: first + 1], "dash"),
        ("curve", points[first : last + 1], "solid"),
        ("above", points[last:], "dash"),
    )
    for key, part, dash in parts:
        if len(part) < 2:
            continue
        sketch.trace(
            "scatter",
            name=key,
            x=[p.spend for p in part],
            y=[p.customers.value for p in part],
            mode="lines",
            line={"color": ink, "width": 2, "dash": dash},
            hovertext=[_card(p, name, currency, tr, seen=dash == "solid") for p in part],
            hoverinfo="text",
        )


def _card(point: Point, name: str, currency: str, tr: Text, *, seen: bool) -> str:
    def people(n: float) -> str:
        return numbers.short(n, Unit.TIMES, tr)

    found = point.customers
    return card(
        [
            name,
            tr(_CUSTOMERS, n=people(found.value)),
            tr(INTERVAL, low=people(found.low), high=people(found.high)),
            tr(_SPENT, money=_money(point.spend, currency, tr)),
            None if seen else tr(_BEYOND),
        ]
    )


def _draw_today(sketch: Sketch, spend: float, label: str, colours: Palette) -> None:
    sketch.shape(
        "line", x0=spend, x1=spend, y0=0, y1=1, yref="paper",
        line={"color": colours.muted, "width": 1, "dash": "dot"},
    )  # fmt: skip
    sketch.note(
        escape(label), x=spend, y=1, yref="paper", yanchor="bottom", xanchor="center",
        font={"size": SMALL, "color": colours.muted},
    )  # fmt: skip


def _draw_plan(
    sketch: Sketch, curve: Curve, plan: float, currency: str, colours: Palette, tr: Text
) -> None:
    """A ring where the plan lies on the curve."""
    draws = sorted(curve.draws([plan])[:, 0].tolist())
    middle = draws[len(draws) // 2]
    sketch.trace(
        "scatter",
        name="plan",
        x=[plan],
        y=[middle],
        mode="markers",
        marker={
            "color": colours.paper, "size": 11, "line": {"color": colours.text, "width": 2},
        },
        hovertext=[card([tr(_PLAN, money=_money(plan, currency, tr))])],
        hoverinfo="text",
    )  # fmt: skip


def _alt(
    name: str, curve: Curve, points: tuple[Point, ...], weeks: int, currency: str, tr: Text
) -> str:
    now = min(points, key=lambda p: abs(p.spend - curve.spend)).customers
    end = points[-1]

    def people(n: float) -> str:
        return numbers.short(n, Unit.TIMES, tr)

    return tr(
        _ALT,
        name=name,
        low=people(now.low),
        high=people(now.high),
        money=_money(curve.spend, currency, tr),
        more=people(end.customers.low),
        most=people(end.customers.high),
        much=_money(end.spend, currency, tr),
        weeks=weeks,
    )
