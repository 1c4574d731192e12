"""Growth accounting: who came above zero, who went below it, the net between, the quick ratio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

import plotly.graph_objects as go

from charts.cards import card
from charts.reading_lines import reading_lines
from charts.shades import mixed
from charts.sketch import Sketch
from charts.theme import (
    NARROW,
    NORMAL,
    SMALL,
    Axis,
    Palette,
    axis_for,
    layout,
    palette,
    text_width,
)
from data.scope import Span
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import Reading

_KEY_LINE, _PLOT, _APART, _STRIP, _BOTTOM, _RIGHT = 16, 250, 34, 74, 40, 16
_MOST_TICKS = 5
_WIDE = 0.78

_NET = Words("net", "净增")
_QUICK = Words("Quick ratio: gained / lost; above 1 it grows", "速动比：流入 ÷ 流出，大于 1 即增长")
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
    key = _key(stacks, inks, tr, colours)
    top = 10 + _KEY_LINE * len(key)
    inner = _PLOT + _APART + _STRIP
    height = top + inner + _BOTTOM
    net = [_sum([s.values[n] for s in stacks]) for n in range(len(periods))]
    alt = _alt(periods, stacks, net, unit, grain, tr, currency)
    sketch = Sketch(layout(dark, tr, height=height, alt=alt))
    for stack, ink in zip(stacks, inks, strict=True):
        _draw_bars(sketch, periods, stack, stacks, ink, unit, grain, tr, currency, colours)
    _draw_line(sketch, periods, net, "y", colours.text, colours)
    _draw_net(sketch, periods, net, unit, grain, tr, currency, colours)
    axis = _about_zero(stacks, len(periods), unit, tr, currency)
    ratios = _draw_quick(sketch, periods, quick_ratio, grain, tr, colours)
    _write(sketch, "<br>".join(key), 1.0, 6, colours.muted)
    _write(sketch, tr(_QUICK), _STRIP / inner, 4, colours.muted)
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
    _time_axis(sketch, [p for p, _ in periods], grain, tr)
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


def flow_colours(keys: Sequence[str], colours: Palette) -> list[str]:
    """New is the accent, other gains paler shades of it; losses are grey, churn the darkest.
    Whether that is good is said by the direction, not by a colour."""
    paper = colours.paper
    known = {
        "new": colours.accent,
        "resurrected": mixed(paper, colours.accent, 0.62),
        "expansion": mixed(paper, colours.accent, 0.34),
        "churned": mixed(colours.comparison, colours.text, 0.25),
        "contraction": mixed(paper, colours.comparison, 0.62),
        "guests": mixed(paper, colours.signal, 0.5),
    }
    return [known.get(key, colours.comparison) for key in keys]


def _key(stacks: Sequence[Stack], inks: Sequence[str], tr: Text, colours: Palette) -> list[str]:
    """The names beside their colours, in as many lines as the narrowest screen needs."""
    marks = [
        *[(s.name, f'<span style="color:{c}">■</span>') for s, c in zip(stacks, inks, strict=True)],
        (tr(_NET), f'<span style="color:{colours.text}">●</span>'),
    ]
    lines: list[list[str]] = [[]]
    used = 0
    for name, mark in marks:
        width = text_width(f"■ {name}    ", SMALL)
        if lines[-1] and used + width > NARROW - 70:
            lines.append([])
            used = 0
        lines[-1].append(f"{mark} {escape(name)}")
        used += width
    return ["   ".join(line) for line in lines]


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
        x=[_middle(span) for _, span, *_ in shown],
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


def _draw_line(
    sketch: Sketch,
    periods: Sequence[tuple[Span, bool]],
    values: Sequence[float | None],
    axis: str,
    ink: str,
    colours: Palette,
) -> None:
    """Solid between finished neighbours, dashed to one that still runs."""
    for dash in ("solid", "4px,3px"):
        xs: list[datetime | None] = []
        ys: list[float | None] = []
        for n in range(1, len(periods)):
            before, after = values[n - 1], values[n]
            is_open = periods[n - 1][1] or periods[n][1]
            if before is not None and after is not None and is_open == (dash != "solid"):
                xs += [_middle(periods[n - 1][0]), _middle(periods[n][0]), None]
                ys += [before, after, None]
        if xs:
            sketch.trace(
                "scatter",
                name="line",
                x=xs,
                y=ys,
                yaxis=axis,
                mode="lines",
                line={"color": ink, "width": 1.5, "dash": dash},
                hoverinfo="skip",
            )


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
        x=[_middle(span) for _, span, *_ in shown],
        y=[v for *_, v in shown],
        mode="markers",
        marker={
            "size": 6,
            "color": [colours.paper if running else colours.text for *_, running, _ in shown],
            "line": {"width": 1.5, "color": colours.text},
            "opacity": 1,
        },
        unselected={"marker": {"opacity": 1}},
        hoverinfo="text",
        hovertext=[
            card(
                [
                    tr(_NET),
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
            x=[_middle(span) for _, span in gone],
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


def _draw_quick(
    sketch: Sketch,
    periods: Sequence[tuple[Span, bool]],
    readings: Sequence[Reading],
    grain: str,
    tr: Text,
    colours: Palette,
) -> Axis:
    """The strip below: points, the line at 1, the last finished value in words."""
    values = [r.value for r in readings]
    known = [(n, v) for n, v in enumerate(values) if v is not None]
    axis = axis_for([v for _, v in known] + [1.0], Unit.TIMES, tr, most_ticks=3, room=0.15)
    sketch.shape(
        "line",
        xref="paper",
        x0=0,
        x1=1,
        yref="y2",
        y0=1,
        y1=1,
        line={"color": colours.comparison, "width": 1, "dash": "dot"},
    )
    _draw_line(sketch, periods, values, "y2", colours.accent, colours)
    sketch.trace(
        "scatter",
        name="quick_ratio",
        x=[_middle(periods[n][0]) for n, _ in known],
        y=[v for _, v in known],
        yaxis="y2",
        mode="markers",
        marker={
            "size": 6,
            "color": [colours.paper if periods[n][1] else colours.accent for n, _ in known],
            "line": {"width": 1.5, "color": colours.accent},
            "opacity": 1,
        },
        unselected={"marker": {"opacity": 1}},
        hoverinfo="text",
        hovertext=[
            card(
                [
                    tr(_QUICK),
                    *reading_lines(
                        readings[n],
                        Unit.TIMES,
                        tr,
                        None,
                        dates.bucket(periods[n][0].start, periods[n][0].end, grain, tr),
                    ),
                ]
            )
            for n, _ in known
        ],
        customdata=[n for n, _ in known],
        cliponaxis=False,
    )
    if known:
        n, last = known[-1]
        sketch.note(
            text=f"<b>{numbers.short(last, Unit.TIMES, tr)}</b>",
            x=_middle(periods[n][0]),
            yref="y2",
            y=last,
            yshift=9,
            xanchor="center",
            yanchor="bottom",
            font={"size": NORMAL, "color": colours.accent},
        )
    return axis


def _time_axis(sketch: Sketch, spans: Sequence[Span], grain: str, tr: Text) -> None:
    every = -(-len(spans) // _MOST_TICKS)
    kept = spans[(len(spans) - 1) % every :: every]
    half = timedelta(days=max(s.days for s in spans)) * 0.6
    sketch.axis(
        "xaxis",
        type="date",
        range=[_middle(spans[0]) - half, _middle(spans[-1]) + half],
        tickmode="array",
        tickvals=[_middle(s) for s in kept],
        ticktext=dates.ticks([(s.start, s.end) for s in kept], grain, tr),
        tickangle=0,
        anchor="y2",
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


def _middle(span: Span) -> datetime:
    start = datetime(span.start.year, span.start.month, span.start.day)
    return start + timedelta(days=span.days) / 2


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
