"""How far each segment got: small multiples of a funnel's rates on one scale."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from charts.cards import card
from charts.funnel_cards import (
    counted,
    fitted,
    in_lines,
    interval_line,
    maturity_line,
    rate_line,
    step_title,
)
from charts.sketch import Sketch
from charts.theme import NARROW, NORMAL, SMALL, Palette, layout, palette, text_width
from data.dimensions import CHANNEL
from format import numbers
from i18n import Text, Words
from metrics.funnels.names import segment_name
from metrics.funnels.result import NOT_REACHED, OTHER, FunnelCounts, Segment

FEWEST = 30
"""A segment of fewer units is too small to judge, and grey."""

_SIDE, _LINE = 12, 15
_PANEL, _PLOT, _BELOW = 130, 66, 24
"""Pixels from one panel to the next, of its bars, and of the steps' numbers below them; its title
and the largest number above the bars take the rest."""
_GAP = 0.06
_MOST_LABELLED = 8
_FEW = 4
"""Up to so many bars, two panels stand side by side on the narrowest screen."""

_KEY = Words(
    "share of those who entered (number beside the name); {mark} all",
    "占进入漏斗者（名称旁数字）的比例；{mark} 全部",
)
_OF_ALL = Words("all: {share}", "全部：{share}")
_FROM_BEFORE = Words("of the step before: {rate}", "上一步转化率：{rate}")
_OVERALL = Words("of all who entered: {rate}", "总转化率：{rate}")
_SMALL = Words("too few to judge", "样本过少，不宜判断")
_ALT_ONE = Words("{name} {share} of {counted}", "{name} {share}（{counted}）")
_ALT = Words("Reached {step} by segment: {parts}.", "各分组到达“{step}”的比例：{parts}。")


@dataclass(frozen=True, slots=True)
class _Panel:
    """The axes of one segment."""

    number: int
    left: float
    right: float
    bottom: float
    top: float

    @property
    def suffix(self) -> str:
        return "" if self.number == 0 else str(self.number + 1)


def segment_bars(counts: FunnelCounts, tr: Text, *, dark: bool) -> go.Figure:
    """A panel for each segment, in the order of `counts`: a bar for each step after the first, the
    share of those who entered. All panels have one scale from zero; a thin line across each
    bar is the rate of everybody. `customdata` of each bar is the segment's value and the step.
    Raises `ValueError` where there are no segments.
    """
    if not counts.segments:
        raise ValueError("small multiples need at least one segment; got none")
    colours = palette(dark)
    bars = len(counts.funnel.steps) - 1
    columns = 2 if bars <= _FEW and len(counts.segments) > 1 else 1
    key = [
        tr(_KEY, mark=f'<span style="color:{colours.text}">━</span>'),
        *_names(counts, tr),
    ]
    top = 8 + _LINE * len(key)
    lines = -(-len(counts.segments) // columns)
    inner = lines * _PANEL
    sketch = Sketch(layout(dark, tr, height=top + inner, alt=_alt(counts, tr)))
    highest = max(
        (s.overall.value or 0 for g in (counts.total, *counts.segments) for s in g.steps[1:]),
        default=0,
    )
    for n, segment in enumerate(counts.segments):
        row, column = divmod(n, columns)
        width = (1 - _GAP * (columns - 1)) / columns
        bottom = 1 - ((row + 1) * _PANEL - _BELOW) / inner
        left = column * (width + _GAP)
        panel = _Panel(n, left, left + width, bottom, bottom + _PLOT / inner)
        _draw(sketch, panel, counts, segment, highest or 1, tr, colours)
    sketch.note(
        text="<br>".join(key),
        xref="paper",
        yref="paper",
        x=0,
        y=1,
        yshift=2,
        xanchor="left",
        yanchor="bottom",
        align="left",
        font={"size": SMALL, "color": colours.muted},
    )
    sketch.layout.update(
        hovermode="closest",
        margin={"l": _SIDE, "r": _SIDE, "t": top, "b": 0, "pad": 0},
    )
    return sketch.figure()


def _names(counts: FunnelCounts, tr: Text) -> list[str]:
    """What the numbers below the bars stand for, in as many lines as a narrow screen needs."""
    words = [step_title(counts.funnel, n, tr) for n in range(2, len(counts.funnel.steps) + 1)]
    made = [""]
    for word in words:
        longer = f"{made[-1]} · {word}" if made[-1] else word
        if made[-1] and fitted(longer, NARROW - 2 * _SIDE, size=SMALL) != [longer]:
            made.append(word)
        else:
            made[-1] = longer
    return [in_lines(fitted(line, NARROW - 2 * _SIDE, size=SMALL)) for line in made]


def _draw(
    sketch: Sketch,
    panel: _Panel,
    counts: FunnelCounts,
    segment: Segment,
    highest: float,
    tr: Text,
    colours: Palette,
) -> None:
    steps, of_all = segment.steps[1:], counts.total.steps[1:]
    at = list(range(len(steps)))
    x, y = f"x{panel.suffix}", f"y{panel.suffix}"
    sketch.axis(
        f"xaxis{panel.suffix}",
        domain=[panel.left, panel.right],
        anchor=y,
        range=[-0.5, len(steps) - 0.5],
        tickmode="array",
        tickvals=at,
        ticktext=[str(s.step) for s in steps],
        tickangle=0,
        tickfont={"color": colours.muted, "size": SMALL},
        showgrid=False,
        fixedrange=True,
    )
    sketch.axis(
        f"yaxis{panel.suffix}",
        domain=[panel.bottom, panel.top],
        anchor=x,
        range=[0, highest],
        showticklabels=False,
        showgrid=False,
        zeroline=True,
        zerolinecolor=colours.comparison,
        zerolinewidth=1,
        fixedrange=True,
    )
    sketch.trace(
        "bar",
        name=segment_name(segment.value, counts.breakdown, tr),
        x=at,
        y=[s.overall.value for s in steps],
        xaxis=x,
        yaxis=y,
        width=0.6,
        marker={"color": _colour(counts, segment, colours), "line": {"width": 0}},
        hoverinfo="text",
        hovertext=[_card(counts, segment, n, tr) for n in range(1, len(segment.steps))],
        customdata=[[segment.value, s.step] for s in steps],
    )
    for place, (step, everybody) in enumerate(zip(steps, of_all, strict=True)):
        level = everybody.overall.value
        if level is not None:
            sketch.shape(
                "line",
                layer="above",
                xref=x,
                yref=y,
                x0=place - 0.36,
                x1=place + 0.36,
                y0=level,
                y1=level,
                line={"color": colours.text, "width": 1.5},
            )
        if len(steps) > _MOST_LABELLED and step is not steps[-1]:
            continue
        sketch.note(
            text=numbers.short(step.overall.value, "share", tr),
            xref=x,
            yref=y,
            x=place,
            y=max(step.overall.value or 0, level or 0),
            yshift=3,
            xanchor="center" if len(steps) <= _MOST_LABELLED else "right",
            yanchor="bottom",
            font={"size": SMALL, "color": colours.text},
        )
    _write_title(sketch, panel, counts, segment, tr, colours)


def _write_title(
    sketch: Sketch,
    panel: _Panel,
    counts: FunnelCounts,
    segment: Segment,
    tr: Text,
    colours: Palette,
) -> None:
    """The segment and how many entered, above its bars."""
    room = (NARROW - 2 * _SIDE) * (panel.right - panel.left)
    number = f" · {numbers.full(segment.entered, 'count', tr)}"
    full = segment_name(segment.value, counts.breakdown, tr)
    name = in_lines(fitted(full, round(room) - text_width(number), size=NORMAL))
    sketch.note(
        text=f'<b>{name}</b><span style="color:{colours.muted}">{escape(number)}</span>',
        xref="paper",
        yref="paper",
        x=panel.left,
        y=panel.top,
        yshift=21,
        xanchor="left",
        yanchor="bottom",
        font={"size": NORMAL, "color": colours.text},
    )


def _colour(counts: FunnelCounts, segment: Segment, colours: Palette) -> str:
    """A channel's own colour; the accent for other properties; grey for the rest and the few."""
    if segment.value in (OTHER, NOT_REACHED) or segment.entered < FEWEST:
        return colours.comparison
    by_channel = counts.breakdown is not None and counts.breakdown.column == CHANNEL.key
    return colours.channel(segment.value or "") if by_channel else colours.accent


def _card(counts: FunnelCounts, segment: Segment, place: int, tr: Text) -> str:
    step, everybody = segment.steps[place], counts.total.steps[place]
    return card(
        [
            segment_name(segment.value, counts.breakdown, tr),
            step_title(counts.funnel, step.step, tr),
            tr(_OVERALL, rate=rate_line(step.overall, tr)),
            interval_line(step.overall, tr),
            tr(_FROM_BEFORE, rate=rate_line(step.from_before, tr)),
            tr(_OF_ALL, share=numbers.full(everybody.overall.value, "share", tr)),
            maturity_line(step.overall, tr),
            tr(_SMALL) if segment.entered < FEWEST else None,
        ]
    )


def _alt(counts: FunnelCounts, tr: Text) -> str:
    parts = [
        tr(
            _ALT_ONE,
            name=segment_name(s.value, counts.breakdown, tr),
            share=numbers.short(s.steps[-1].overall.value, "share", tr),
            counted=counted(s.entered, counts.funnel, tr),
        )
        for s in counts.segments
    ]
    last = step_title(counts.funnel, len(counts.funnel.steps), tr)
    return tr(_ALT, step=last, parts=tr(Words(", ", "、")).join(parts))
