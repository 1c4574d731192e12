"""Lifecycle states over time: how many users stand where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

import plotly.graph_objects as go

from charts.cards import card
from charts.shades import mixed
from charts.sketch import Sketch
from charts.theme import SMALL, Palette, axis_for, layout, palette, text_width
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit

NOT_YET = "not_yet"
"""The key of users who had not registered yet."""

_TOP, _BOTTOM, _PLOT = 26, 40, 300
_APART = 15
_MOST_TICKS = 5
_RUNNING = Words("still running, not final", "进行中，未定稿")
_SHARE = Words("{share} of all users", "占全部用户 {share}")
_ALT = Words("On {day}: {parts}.", "{day}：{parts}。")
_ALT_PART = Words("{name} {value}", "{name} {value}")
_COMMA = Words(", ", "、")


@dataclass(frozen=True, slots=True)
class StateLine:
    """One state over the days asked for; `key` decides the colour and travels along."""

    key: str
    name: str
    counts: Sequence[int]


def state_colours(keys: Sequence[str], colours: Palette) -> list[str]:
    """Who is there, in shades of one hue; who is not, in greys. In dark theme much is light."""
    ramp, paper = colours.sequential, colours.paper
    known = {
        "active": ramp[6],
        "resurrected": ramp[4],
        "new": ramp[2],
        "dormant": mixed(paper, colours.comparison, 0.42),
        "churned": mixed(paper, colours.comparison, 0.85),
        NOT_YET: mixed(paper, colours.comparison, 0.2),
    }
    return [known.get(key, colours.comparison) for key in keys]


def states_over_time(
    days: Sequence[tuple[date, bool]],
    states: Sequence[StateLine],
    tr: Text,
    *,
    dark: bool,
) -> go.Figure:
    """Stacked areas, the first state at the foot, so that the whole is all users of a day. Names
    stand at the right end. `days` come with whether they still run: the last one is then marked.

    `customdata` of a point is [day by place, state]. ValueError without days, or where a state has
    not one count per day.
    """
    if not days:
        raise ValueError("states over time need at least one day; got none")
    for state in states:
        if len(state.counts) != len(days):
            raise ValueError(f"{state.key} has {len(state.counts)} counts for {len(days)} days")
    colours = palette(dark)
    totals = [sum(s.counts[n] for s in states) for n in range(len(days))]
    inks = state_colours([s.key for s in states], colours)
    axis = axis_for([0, *totals], Unit.COUNT, tr, from_zero=True)
    alt = _alt(days, states, tr)
    sketch = Sketch(layout(dark, tr, height=_TOP + _PLOT + _BOTTOM, alt=alt))
    at = [datetime(d.year, d.month, d.day, 12) for d, _ in days]
    for state, colour in zip(states, inks, strict=True):
        sketch.trace(
            "scatter",
            name=state.key,
            x=at,
            y=list(state.counts),
            stackgroup="states",
            mode="lines+markers",
            line={"width": 1, "color": colours.paper},
            marker={"size": 8, "color": colour, "opacity": 0},
            unselected={"marker": {"opacity": 0}},
            fillcolor=colour,
            hoveron="points",
            hoverinfo="text",
            hovertext=[
                card(
                    [
                        state.name,
                        numbers.full(n, Unit.COUNT, tr),
                        tr(_SHARE, share=numbers.short(n / total, Unit.SHARE, tr))
                        if total
                        else None,
                        dates.day(day, tr, year_of=date(1, 1, 1)),
                        tr(_RUNNING) if running else None,
                    ]
                )
                for n, total, (day, running) in zip(state.counts, totals, days, strict=True)
            ],
            customdata=[[n, state.key] for n in range(len(days))],
        )
    right = _label_areas(sketch, states, axis.high - axis.low, tr, colours)
    if days[-1][1]:
        sketch.shape(
            "line",
            layer="above",
            x0=at[-1],
            x1=at[-1],
            yref="paper",
            y0=0,
            y1=1,
            line={"color": colours.text, "width": 1, "dash": "4px,3px"},
        )
    every = -(-len(days) // _MOST_TICKS)
    kept = list(range((len(days) - 1) % every, len(days), every))
    sketch.axis(
        "xaxis",
        type="date",
        range=[at[0], at[-1]] if len(at) > 1 else None,
        tickmode="array",
        tickvals=[at[n] for n in kept],
        ticktext=dates.ticks([(days[n][0], days[n][0] + dates.DAY) for n in kept], "day", tr),
        tickangle=0,
    )
    sketch.axis("yaxis", **axis.options(), showgrid=False)
    left = 14 + max((text_width(t, SMALL) for t in axis.labels), default=0)
    sketch.layout.update(
        hovermode="closest",
        margin={"l": left, "r": right, "t": _TOP, "b": _BOTTOM, "pad": 4},
    )
    return sketch.figure()


def _label_areas(
    sketch: Sketch, states: Sequence[StateLine], height: float, tr: Text, colours: Palette
) -> int:
    """Name and last count beside the middle of each area, pushed apart; returns the pixels that
    they need."""
    foot, free = 0.0, -float("inf")
    texts = []
    for state in states:
        n = state.counts[-1]
        middle = (foot + n / 2) / height * _PLOT
        placed = max(middle, free)
        free = placed + _APART
        foot += n
        text = f"{escape(state.name)} <b>{numbers.short(n, Unit.COUNT, tr)}</b>"
        texts.append(text)
        sketch.note(
            text=text,
            xref="paper",
            x=1,
            xshift=6,
            yref="paper",
            y=0,
            yshift=placed,
            xanchor="left",
            yanchor="middle",
            font={"size": SMALL, "color": colours.text},
        )
    return 14 + max((text_width(t, SMALL) for t in texts), default=0)


def with_year(day: date, tr: Text) -> str:
    """A day of the past by its full name."""
    return dates.day(day, tr, year_of=date(1, 1, 1))


def _alt(days: Sequence[tuple[date, bool]], states: Sequence[StateLine], tr: Text) -> str:
    parts = [
        tr(_ALT_PART, name=s.name, value=numbers.short(s.counts[-1], Unit.COUNT, tr))
        for s in states
    ]
    return tr(_ALT, day=with_year(days[-1][0], tr), parts=tr(_COMMA).join(parts))
