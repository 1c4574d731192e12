"""Lifecycle states by part: the make-up of each over time, all on the same axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import plotly.graph_objects as go

from charts.cards import card
from charts.growth_parts import key_lines
from charts.panels import Panel, height_of, lay_out, write_key
from charts.sketch import Sketch
from charts.states import StateLine, state_colours, with_year
from charts.theme import Axis, Palette, layout, palette
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit

_KEY_LINE = 16
_MOST_TICKS = 2
_RUNNING = Words("still running, not final", "进行中，未定稿")
_OF = Words("{n} of {all} users", "{n} / {all} 名用户")
_ALT = Words("Users on {day} by part: {parts}.", "{day} 各组用户数：{parts}。")
_ALT_PART = Words("{name} {value}", "{name} {value}")
_COMMA = Words(", ", "、")


@dataclass(frozen=True, slots=True)
class StatePanel:
    """One part: its name, and its states as `charts.states.states_over_time` takes them."""

    name: str
    states: Sequence[StateLine]

    def users(self, n: int) -> int:
        return sum(s.counts[n] for s in self.states)


def state_panels(
    days: Sequence[tuple[date, bool]], parts: Sequence[StatePanel], tr: Text, *, dark: bool
) -> go.Figure:
    """Stacked areas of each part's shares, 0 to 100 % in every panel, so that make-ups can be
    compared whatever the size; the title says how many users there are on the last day.

    `customdata` of a point is [part, day, key], by place. ValueError without days or parts.
    """
    if not days or not parts:
        raise ValueError("small multiples need at least one day and one part")
    colours = palette(dark)
    keys = [s.key for s in parts[0].states]
    inks = state_colours(keys, colours)
    lines = key_lines([(s.name, ink) for s, ink in zip(parts[0].states, inks, strict=True)])
    last = len(days) - 1
    titles = [(p.name, numbers.short(p.users(last), Unit.COUNT, tr)) for p in parts]
    top = 14 + _KEY_LINE * len(lines)
    said = tr(_COMMA).join(tr(_ALT_PART, name=name, value=n) for name, n in titles)
    alt = tr(_ALT, day=with_year(days[last][0], tr), parts=said)
    sketch = Sketch(layout(dark, tr, height=height_of(len(parts), top), alt=alt))
    axis = Axis(0, 1, (0, 0.5, 1), ("0%", "50%", "100%"))
    at = [datetime(d.year, d.month, d.day, 12) for d, _ in days]
    panels = lay_out(sketch, titles, _time(days, at, tr), axis, colours, top=top)
    for panel, part in zip(panels, parts, strict=True):
        for state, ink in zip(part.states, inks, strict=True):
            _area(sketch, panel, part, state, days, at, ink, tr, colours)
    write_key(sketch, lines, colours)
    return sketch.figure()


def _time(days: Sequence[tuple[date, bool]], at: Sequence[datetime], tr: Text) -> dict[str, object]:
    every = -(-len(days) // _MOST_TICKS)
    kept = list(range((len(days) - 1) % every, len(days), every))
    return {
        "type": "date",
        "range": [at[0], at[-1]] if len(at) > 1 else None,
        "tickmode": "array",
        "tickvals": [at[n] for n in kept],
        "ticktext": dates.ticks([(days[n][0], days[n][0] + dates.DAY) for n in kept], "day", tr),
        "tickangle": 0,
    }


def _area(
    sketch: Sketch,
    panel: Panel,
    part: StatePanel,
    state: StateLine,
    days: Sequence[tuple[date, bool]],
    at: Sequence[datetime],
    ink: str,
    tr: Text,
    colours: Palette,
) -> None:
    users = [part.users(n) for n in range(len(days))]
    shares = [n / total if total else 0.0 for n, total in zip(state.counts, users, strict=True)]
    sketch.trace(
        "scatter",
        name=state.key,
        x=list(at),
        y=shares,
        stackgroup=f"states{panel.suffix}",
        mode="lines+markers",
        line={"width": 0.5, "color": colours.paper},
        marker={"size": 8, "color": ink, "opacity": 0},
        unselected={"marker": {"opacity": 0}},
        fillcolor=ink,
        hoveron="points",
        hoverinfo="text",
        hovertext=[
            card(
                [
                    f"{part.name} · {state.name}",
                    numbers.full(share, Unit.SHARE, tr),
                    tr(
                        _OF,
                        n=numbers.full(n, Unit.COUNT, tr),
                        all=numbers.full(total, Unit.COUNT, tr),
                    ),
                    with_year(day, tr),
                    tr(_RUNNING) if running else None,
                ]
            )
            for share, n, total, (day, running) in zip(
                shares, state.counts, users, days, strict=True
            )
        ],
        customdata=[[panel.number, n, state.key] for n in range(len(days))],
        **panel.axes,
    )
