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
from metrics.survival.spec import Criterion

_TOP, _BOTTOM, _RIGHT, _PLOT = 44, 44, 14, 220
_MOST_BARS = 60
_WIDTHS = (1, 2, 5, 7, 14, 30, 90)
"""Days of one bar: the narrowest that keeps the bars few enough to tell apart."""

_AXIS: dict[Criterion, Words] = {
    Criterion.ACTIVE: Words("days between two active days", "两次活跃相隔天数"),
    Criterion.BOUGHT: Words("days between two purchases", "两次购买相隔天数"),
}
_COUNT: dict[Criterion, Words] = {
    Criterion.ACTIVE: Words("{n} times back", "{n} 次回访"),
    Criterion.BOUGHT: Words("{n} repeat purchases", "{n} 次复购"),
}
_SUGGESTED = Words("suggested: {days} days ({share})", "建议：{days} 天（{share}）")
_CHOSEN = Words("in force: {days} days ({share})", "当前：{days} 天（{share}）")
_ONE_DAY = Words("after {day} days", "相隔 {day} 天")
_DAYS = Words("after {first}–{last} days", "相隔 {first}–{last} 天")
_SO_FAR = Words("{share} of them by then", "至此累计占 {share}")
_ALT = Words("{count} by days away. {mark}.", "{count}，按相隔天数分布。{mark}。")
_ALT_NONE = Words("Nobody has come back yet.", "尚无人回来。")


def histogram(found: ChurnGap, tr: Text, *, dark: bool, chosen: int | None = None) -> go.Figure:
    """Bars of comebacks by how long they took, in days or in as many days as keep the bars few. The
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
        name="gaps",
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
    if found.suggested is not None:
        _mark(sketch, found, found.suggested, end, 0, colours.text, tr)
    if chosen is not None and chosen != found.suggested:
        _mark(sketch, found, chosen, end, 1, colours.muted, tr)
    sketch.axis("xaxis", **{**ages.options(), "range": [0, end]})
    sketch.axis("yaxis", **counts.options())
    _name_axis(sketch, tr(_AXIS[found.criterion]), colours)
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
    words = _SUGGESTED if row == 0 else _CHOSEN
    text = tr(words, share=share, days=numbers.full(days, Unit.COUNT, tr))
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


def _name_axis(sketch: Sketch, name: str, colours: Palette) -> None:
    sketch.note(
        text=name,
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
    count = tr(_COUNT[found.criterion], n=numbers.full(n, Unit.COUNT, tr))
    return card([days, count, tr(_SO_FAR, share=so_far)])


def _alt(found: ChurnGap, tr: Text) -> str:
    if found.suggested is None:
        return tr(_ALT_NONE)
    share = numbers.short(found.within(found.suggested), Unit.SHARE, tr)
    days = numbers.full(found.suggested, Unit.COUNT, tr)
    count = tr(_COUNT[found.criterion], n=numbers.full(found.comebacks, Unit.COUNT, tr))
    return tr(_ALT, count=count, mark=tr(_SUGGESTED, share=share, days=days))
