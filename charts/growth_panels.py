"""Growth by part: the flows of each in a panel of its own, all on the same axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import plotly.graph_objects as go

from charts.cards import card
from charts.growth import Stack
from charts.growth_parts import flow_colours, flow_key
from charts.panels import Panel, height_of, lay_out, write_key
from charts.sketch import Sketch
from charts.theme import Palette, axis_for, layout, palette
from charts.time_lines import middle, time_axis
from data.scope import Span
from format import dates, numbers
from i18n import Text, Words

_KEY_LINE = 16
_MOST_TICKS = 2
_WIDE = 0.8
_RUNNING = Words("still running, not final", "进行中，未定稿")
_NET_OF = Words("net {net}", "净增 {net}")
_ALT = Words("Net of {last} by part: {parts}.", "{last} 各组净增：{parts}。")
_ALT_PART = Words("{name} {value}", "{name} {value}")
_COMMA = Words(", ", "、")


@dataclass(frozen=True, slots=True)
class FlowPanel:
    """One part: its name and its flows, as `charts.growth.flows` takes them."""

    name: str
    stacks: Sequence[Stack]

    def net(self, n: int) -> float | None:
        known = [s.values[n] for s in self.stacks if s.values[n] is not None]
        return sum(v for v in known if v is not None) if known else None


def flow_panels(
    periods: Sequence[tuple[Span, bool]],
    parts: Sequence[FlowPanel],
    unit: str,
    grain: str,
    tr: Text,
    *,
    dark: bool,
    currency: str | None = None,
) -> go.Figure:
    """Bars of each part's gains above zero and losses below it, the net as a dot, in the order
    given. One scale for all: what is small in the whole looks small. The title of a panel says the
    net of the last finished period.

    `customdata` of a bar is [part, period, key], by place. ValueError without parts.
    """
    if not parts:
        raise ValueError("small multiples need at least one part; got none")
    colours = palette(dark)
    keys = [s.key for s in parts[0].stacks]
    inks = flow_colours(keys, colours)
    lines = flow_key([s.name for s in parts[0].stacks], inks, tr, colours)
    done = [
        n for n, (_, running) in enumerate(periods)
        if not running and any(p.net(n) is not None for p in parts)
    ]  # fmt: skip
    last = done[-1] if done else None

    def signed(value: float | None) -> str:
        text = numbers.short(value, unit, tr, currency)
        return text if value is None else numbers.plus(text, value)

    titles = [(p.name, "" if last is None else signed(p.net(last))) for p in parts]
    top = 14 + _KEY_LINE * len(lines)
    alt = _alt(titles, None if last is None else periods[last][0], grain, tr)
    sketch = Sketch(layout(dark, tr, height=height_of(len(parts), top), alt=alt))
    axis = axis_for(_extent(parts, len(periods)), unit, tr, currency, most_ticks=3)
    time = time_axis([p for p, _ in periods], grain, tr, _MOST_TICKS)
    panels = lay_out(sketch, titles, time, axis, colours, top=top)
    for panel, part in zip(panels, parts, strict=True):
        for stack, ink in zip(part.stacks, inks, strict=True):
            _bars(sketch, panel, part, stack, periods, ink, (unit, currency), grain, tr, colours)
        _net(sketch, panel, part, periods, colours)
    write_key(sketch, lines, colours)
    sketch.layout.update(barmode="relative")
    return sketch.figure()


def _extent(parts: Sequence[FlowPanel], n: int) -> list[float]:
    found = [0.0]
    for part in parts:
        for at in range(n):
            values = [s.values[at] or 0 for s in part.stacks]
            found += [sum(v for v in values if v > 0), sum(v for v in values if v < 0)]
    return found


def _bars(
    sketch: Sketch,
    panel: Panel,
    part: FlowPanel,
    stack: Stack,
    periods: Sequence[tuple[Span, bool]],
    ink: str,
    money: tuple[str, str | None],
    grain: str,
    tr: Text,
    colours: Palette,
) -> None:
    shown = [
        (n, span, running, v)
        for n, ((span, running), v) in enumerate(zip(periods, stack.values, strict=True))
        if v
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
            "line": {"width": [1 if running else 0 for *_, running, _ in shown], "color": ink},
        },
        unselected={"marker": {"opacity": 1}},
        hoverinfo="text",
        hovertext=[
            _card(part, n, stack.name, v, span, running, money, grain, tr)
            for n, span, running, v in shown
        ],
        customdata=[[panel.number, n, stack.key] for n, *_ in shown],
        **panel.axes,
    )


def _net(
    sketch: Sketch,
    panel: Panel,
    part: FlowPanel,
    periods: Sequence[tuple[Span, bool]],
    colours: Palette,
) -> None:
    """It neither hides nor answers: near bars this low it would take every click, and its number
    stands on the card of each bar."""
    shown = [(n, v) for n in range(len(periods)) if (v := part.net(n)) is not None]
    sketch.trace(
        "scatter",
        name="net",
        x=[middle(periods[n][0]) for n, _ in shown],
        y=[v for _, v in shown],
        mode="lines+markers",
        line={"color": colours.text, "width": 1},
        marker={
            "size": 3,
            "color": [colours.paper if periods[n][1] else colours.text for n, _ in shown],
            "line": {"width": 1, "color": colours.text},
            "opacity": 1,
        },
        unselected={"marker": {"opacity": 1}},
        hoverinfo="skip",
        cliponaxis=False,
        **panel.axes,
    )


def _card(
    part: FlowPanel,
    n: int,
    flow: str,
    value: float,
    span: Span,
    running: bool,
    money: tuple[str, str | None],
    grain: str,
    tr: Text,
) -> str:
    unit, currency = money
    net = part.net(n) or 0.0

    def signed(amount: float) -> str:
        return numbers.plus(numbers.full(amount, unit, tr, currency), amount)

    return card(
        [
            f"{part.name} · {flow}",
            signed(value),
            tr(_NET_OF, net=signed(net)),
            dates.bucket(span.start, span.end, grain, tr),
            tr(_RUNNING) if running else None,
        ]
    )


def _alt(titles: Sequence[tuple[str, str]], last: Span | None, grain: str, tr: Text) -> str:
    if last is None:
        return tr(_COMMA).join(name for name, _ in titles)
    parts = tr(_COMMA).join(tr(_ALT_PART, name=name, value=net) for name, net in titles)
    return tr(_ALT, last=dates.bucket(last.start, last.end, grain, tr), parts=parts)
