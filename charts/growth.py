"""Growth accounting: who came above zero, who went below it, the net between, the quick ratio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import plotly.graph_objects as go

from charts.cards import card
from charts.growth_parts import NET, QUICK, draw_quick_ratio, flow_colours, flow_key
from charts.sketch import Sketch
from charts.theme import (
    SMALL,
    Axis,
    Palette,
    axis_for,
    layout,
    palette,
    text_width,
)
from charts.time_lines import draw_course, middle, time_axis
from data.scope import Span
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import Reading

_KEY_LINE, _PLOT, _APART, _STRIP, _BOTTOM, _RIGHT = 16, 250, 34, 74, 40, 16
_MOST_TICKS = 5
_WIDE = 0.78

_OF_CHANGE = Words("{share} of all gained", "占全部流入的 {share}")
_OF_LOSS = Words("{share} of all lost", "占全部流出的 {share}")
_RUNNING = Words("still running, not final", "进行中，未定稿")
_NO_FLOWS = Words(
    "no flows: there is no period before it in the data", "无流量：数据中没有更早的周期"
)
_ALT = Words(
    "{n} periods to {last}: {parts}; net {net}.", "截至 {last} 的 {n} 个周期：{parts}；净增 {net}。"
)
_ALT_PART = Words("{name} {value}", "{name} {value}")
_ALT_NONE = Words("No flows in any of the {n} periods.", "{n} 个周期均无流量。")
_COMMA = Words(", ", "、")


@dataclass(frozen=True, slots=True)
class Stack:
    """One part of the change in every period, with its sign: what is gained above zero, what is
    lost below. None where a period has no flows. `key` decides the colour and travels along."""

    key: str
    name: str
    values: Sequence[float | None]


def flows(
    periods: Sequence[tuple[Span, bool]],
    stacks: Sequence[Stack],
    quick_ratio: Sequence[Reading],
    unit: str,
    grain: str,
    tr: Text,
    *,
    dark: bool,
    currency: str | None = None,
) -> go.Figure:
    """Bars of each period's parts about zero, their sum as a line, the quick ratio in a strip.

    `periods` are spans with whether they still run: their bars are hollow and the lines to them
    dashed. Parts are stacked in the order given, from zero outwards. `customdata` of a bar is
    [period, key], of a point of the strip the period, by place. ValueError without periods, or
    where a part has not one value per period.
    """
    _check(periods, stacks, quick_ratio)
    colours = palette(dark)
    inks = flow_colours([s.key for s in stacks], colours)
    key = flow_key([s.name for s in stacks], inks, tr, colours)
    top = 10 + _KEY_LINE * len(key)
    inner = _PLOT + _APART + _STRIP
    height = top + inner + _BOTTOM
    net = [_sum([s.values[n] for s in stacks]) for n in range(len(periods))]
    alt = _alt(periods, stacks, net, unit, grain, tr, currency)
    sketch = Sketch(layout(dark, tr, height=height, alt=alt))
    for stack, ink in zip(stacks, inks, strict=True):
        _draw_bars(sketch, periods, stack, stacks, ink, unit, grain, tr, currency, colours)
    course = [(middle(p), v, running) for (p, running), v in zip(periods, net, strict=True)]
    # The pale edge keeps the line apart from the bars below it.
    draw_course(sketch, course, [("edge", colours.paper, 4.5), ("line", colours.text, 1.5)])
    _draw_net(sketch, periods, net, unit, grain, tr, currency, colours)
    axis = _about_zero(stacks, len(periods), unit, tr, currency)
    ratios = draw_quick_ratio(sketch, periods, quick_ratio, grain, tr, colours)
    _write(sketch, "<br>".join(key), 1.0, 6, colours.muted)
    _write(sketch, tr(QUICK), _STRIP / inner, 4, colours.muted)
    sketch.axis(
        "yaxis",
        **axis.options(),
        domain=[1 - _PLOT / inner, 1],
        zeroline=True,
        zerolinecolor=colours.comparison,
        zerolinewidth=1,
    )
    sketch.axis(
        "yaxis2",
        **ratios.options(),
        domain=[0, _STRIP / inner],
        fixedrange=True,
        showgrid=True,
        gridcolor=colours.grid,
        tickfont={"color": colours.muted, "size": SMALL},
        zeroline=False,
    )
    labels = (*axis.labels, *ratios.labels)
    left = 14 + max((text_width(t, SMALL) for t in labels), default=0)
    axis_of_time = time_axis([p for p, _ in periods], grain, tr, _MOST_TICKS)
    sketch.axis("xaxis", **axis_of_time, anchor="y2")
    sketch.layout.update(
        barmode="relative",
        hovermode="closest",
        margin={"l": left, "r": _RIGHT, "t": top, "b": _BOTTOM, "pad": 4},
    )
    return sketch.figure()


def _check(
    periods: Sequence[tuple[Span, bool]], stacks: Sequence[Stack], quick_ratio: Sequence[Reading]
) -> None:
    if not periods:
        raise ValueError("growth needs at least one period; got none")
    for name, values in [*((s.key, s.values) for s in stacks), ("quick_ratio", quick_ratio)]:
        if len(values) != len(periods):
            raise ValueError(f"{name} has {len(values)} values for {len(periods)} periods")


def _sum(values: Sequence[float | None]) -> float | None:
    """The net; None where the period has no flows."""
    known = [v for v in values if v is not None]
    return sum(known) if known else None


def _about_zero(stacks: Sequence[Stack], n: int, unit: str, tr: Text, currency: str | None) -> Axis:
    ups = [sum(max(s.values[i] or 0, 0) for s in stacks) for i in range(n)]
    downs = [sum(min(s.values[i] or 0, 0) for s in stacks) for i in range(n)]
    return axis_for([*ups, *downs, 0], unit, tr, currency, most_ticks=6)


def _draw_bars(
    sketch: Sketch,
    periods: Sequence[tuple[Span, bool]],
    stack: Stack,
    stacks: Sequence[Stack],
    ink: str,
    unit: str,
    grain: str,
    tr: Text,
    currency: str | None,
    colours: Palette,
) -> None:
    shown = [
        (n, span, running, v)
        for n, ((span, running), v) in enumerate(zip(periods, stack.values, strict=True))
        if v is not None
    ]
    sketch.trace(
        "bar",
        name=stack.key,
        x=[middle(span) for _, span, *_ in shown],
        y=[v for *_, v in shown],
        width=[
            timedelta(days=span.days * _WIDE) / timedelta(milliseconds=1) for _, span, *_ in shown
        ],
        marker={
            "color": [colours.paper if running else ink for *_, running, _ in shown],
            "line": {
                "width": [1.5 if running else 0 for *_, running, _ in shown],
                "color": ink,
            },
        },
        unselected={"marker": {"opacity": 1}},
        hoverinfo="text",
        hovertext=[
            card(
                [
                    stack.name,
                    numbers.plus(numbers.full(v, unit, tr, currency), v),
                    _share(v, [s.values[n] for s in stacks], tr),
                    dates.bucket(span.start, span.end, grain, tr),
                    tr(_RUNNING) if running else None,
                ]
            )
            for n, span, running, v in shown
        ],
        customdata=[[n, stack.key] for n, *_ in shown],
    )


def _share(value: float, all_values: Sequence[float | None], tr: Text) -> str | None:
    """Of everything that moved in the same direction."""
    same = sum(v for v in all_values if v is not None and v * value > 0)
    if not same:
        return None
    words = _OF_CHANGE if value > 0 else _OF_LOSS
    return tr(words, share=numbers.short(value / same, Unit.SHARE, tr))


def _draw_net(
    sketch: Sketch,
    periods: Sequence[tuple[Span, bool]],
    net: Sequence[float | None],
    unit: str,
    grain: str,
    tr: Text,
    currency: str | None,
    colours: Palette,
) -> None:
    shown = [(n, *periods[n], v) for n, v in enumerate(net) if v is not None]
    sketch.trace(
        "scatter",
        name="net",
        x=[middle(span) for _, span, *_ in shown],
        y=[v for *_, v in shown],
        mode="markers",
        marker={
            "size": 8,
            "color": [colours.paper if running else colours.text for *_, running, _ in shown],
            "line": {
                "width": 1.5,
                "color": [colours.text if running else colours.paper for *_, running, _ in shown],
            },
            "opacity": 1,
        },
        unselected={"marker": {"opacity": 1}},
        hoverinfo="text",
        hovertext=[
            card(
                [
                    tr(NET),
                    numbers.plus(numbers.full(v, unit, tr, currency), v),
                    dates.bucket(span.start, span.end, grain, tr),
                    tr(_RUNNING) if running else None,
                ]
            )
            for _, span, running, v in shown
        ],
        customdata=[[n, "net"] for n, *_ in shown],
        cliponaxis=False,
    )
    gone = [(n, periods[n][0]) for n, v in enumerate(net) if v is None]
    if gone:
        sketch.trace(
            "scatter",
            name="missing",
            x=[middle(span) for _, span in gone],
            y=[0] * len(gone),
            mode="markers",
            marker={
                "symbol": "line-ns-open",
                "size": 9,
                "color": colours.comparison,
                "line": {"width": 2, "color": colours.comparison},
            },
            hoverinfo="text",
            hovertext=[
                card([dates.bucket(span.start, span.end, grain, tr), tr(_NO_FLOWS)])
                for _, span in gone
            ],
            customdata=[[n, "net"] for n, _ in gone],
        )


def _write(sketch: Sketch, text: str, at: float, above: int, colour: str) -> None:
    sketch.note(
        text=text,
        xref="paper",
        yref="paper",
        x=0,
        y=at,
        yshift=above,
        xanchor="left",
        yanchor="bottom",
        align="left",
        font={"size": SMALL, "color": colour},
    )


def _alt(
    periods: Sequence[tuple[Span, bool]],
    stacks: Sequence[Stack],
    net: Sequence[float | None],
    unit: str,
    grain: str,
    tr: Text,
    currency: str | None,
) -> str:
    """The last finished period in words."""
    done = [n for n, v in enumerate(net) if v is not None and not periods[n][1]]
    if not done:
        return tr(_ALT_NONE, n=len(periods))
    last = done[-1]

    def signed(value: float | None) -> str:
        text = numbers.short(value, unit, tr, currency)
        return numbers.plus(text, value) if value is not None else text

    span = periods[last][0]
    parts = [tr(_ALT_PART, name=s.name, value=signed(s.values[last])) for s in stacks]
    return tr(
        _ALT,
        n=len(periods),
        last=dates.bucket(span.start, span.end, grain, tr),
        parts=tr(_COMMA).join(parts),
        net=signed(net[last]),
    )
