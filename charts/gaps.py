"""How long buyers stay away between two purchases: a histogram with the suggested gap marked."""

from __future__ import annotations

import plotly.graph_objects as go

from charts.cards import card
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, Palette, axis_for, layout, palette, text_width
from format import numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.survival.gaps import ChurnGap

_TOP, _BOTTOM, _RIGHT, _PLOT = 44, 44, 14, 220
_MOST_BARS = 60
_WIDTHS = (1, 2, 5, 7, 14, 30, 90)
"""Days of one bar: the narrowest that keeps the bars few enough to tell apart."""

_AXIS = Words("days since the day before", "距上一次的天数")
_MARK = Words("{share} within {days} days", "{share} 在 {days} 天内")
_COUNT = Words("{n} returns", "{n} 次回访")
_ONE_DAY = Words("after {day} days", "相隔 {day} 天")
_DAYS = Words("after {first}–{last} days", "相隔 {first}–{last} 天")
_SO_FAR = Words("{share} of returns by then", "至此累计占 {share}")
_ALT = Words(
    "{n} returns by days away; {share} came within {days} days.",
    "{n} 次回访按相隔天数分布；{share} 在 {days} 天内。",
)
_ALT_NONE = Words("No returns.", "没有回访。")


def histogram(found: ChurnGap, tr: Text, *, dark: bool, chosen: int | None = None) -> go.Figure:
    """Bars of returns by how long they took, in days or in as many days as keep the bars few. The
    suggested gap is a line with its share; `chosen`, where another gap is in force, a second one.
    Bars up to the gap in force are the accent, those after it grey. `customdata` of a bar is its
    first and last day.
    """
    colours = palette(dark)
    gap = chosen if chosen is not None else found.suggested
    sketch = Sketch(layout(dark, tr, height=_TOP + _PLOT + _BOTTOM, alt=_alt(found, tr)))
    longest = found.counts[-1][0] if found.counts else 1
    wide = next((w for w in _WIDTHS if longest / w <= _MOST_BARS), _WIDTHS[-1])
    sums: dict[int, int] = {}
    for days, n in found.counts:
        sums[(days - 1) // wide] = sums.get((days - 1) // wide, 0) + n
    bars = [(k * wide + 1, (k + 1) * wide, sums[k]) for k in sorted(sums)]
    sketch.trace(
        "bar",
        name="returns",
        x=[(first + last) / 2 for first, last, _ in bars],
        y=[n for *_, n in bars],
        width=wide * 0.86,
        marker={
            "color": [
                colours.accent if gap is None or first <= gap else colours.comparison
                for first, *_ in bars
            ],
            "line": {"width": 0},
        },
        hoverinfo="text",
        hovertext=[_card(found, first, last, n, tr) for first, last, n in bars],
        customdata=[[first, last] for first, last, _ in bars],
    )
    counts = axis_for([n for *_, n in bars], Unit.COUNT, tr, from_zero=True, most_ticks=4)
    end = longest + wide
    ages = axis_for([0, end], Unit.COUNT, tr, from_zero=True, most_ticks=6, room=0)
    for n, (days, colour) in enumerate(
        [(found.suggested, colours.text), *([(chosen, colours.muted)] if chosen else [])]
    ):
        if days is not None and (n == 0 or days != found.suggested):
            _mark(sketch, found, days, end, n, colour, tr)
    sketch.axis("xaxis", **{**ages.options(), "range": [0, end]})
    sketch.axis("yaxis", **counts.options())
    _name_axis(sketch, tr, colours)
    left = 14 + max((text_width(t, SMALL) for t in counts.labels), default=0)
    sketch.layout.update(
        hovermode="closest", margin={"l": left, "r": _RIGHT, "t": _TOP, "b": _BOTTOM, "pad": 4}
    )
    return sketch.figure()


def _mark(
    sketch: Sketch, found: ChurnGap, days: int, end: float, row: int, colour: str, tr: Text
) -> None:
    """A line after the last day that is within, its label on the side with more room."""
    at = days + 0.5
    sketch.shape(
        "line",
        x0=at,
        x1=at,
        yref="paper",
        y0=0,
        y1=1 + (4 + 16 * row) / _PLOT,
        line={"color": colour, "width": 1.5, "dash": "solid" if row == 0 else "4px,3px"},
        layer="above",
    )
    left = at > end / 2
    share = numbers.short(found.within(days), Unit.SHARE, tr)
    text = tr(_MARK, share=share, days=numbers.full(days, Unit.COUNT, tr))
    sketch.note(
        text=f"<b>{text}</b>" if row == 0 else text,
        x=at,
        xshift=-5 if left else 5,
        yref="paper",
        y=1,
        yshift=4 + 16 * row,
        xanchor="right" if left else "left",
        yanchor="middle",
        font={"size": NORMAL if row == 0 else SMALL, "color": colour},
    )


def _name_axis(sketch: Sketch, tr: Text, colours: Palette) -> None:
    sketch.note(
        text=tr(_AXIS),
        xref="paper",
        yref="paper",
        x=1,
        y=0,
        yshift=-24,
        xanchor="right",
        yanchor="top",
        font={"size": SMALL, "color": colours.muted},
    )


def _card(found: ChurnGap, first: int, last: int, n: int, tr: Text) -> str:
    days = tr(_ONE_DAY, day=first) if first == last else tr(_DAYS, first=first, last=last)
    so_far = numbers.short(found.within(last), Unit.SHARE, tr)
    return card([days, tr(_COUNT, n=numbers.full(n, Unit.COUNT, tr)), tr(_SO_FAR, share=so_far)])


def _alt(found: ChurnGap, tr: Text) -> str:
    if found.suggested is None:
        return tr(_ALT_NONE)
    return tr(
        _ALT,
        n=numbers.full(found.returns, Unit.COUNT, tr),
        share=numbers.short(found.within(found.suggested), Unit.SHARE, tr),
        days=numbers.full(found.suggested, Unit.COUNT, tr),
    )
