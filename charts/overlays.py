"""What is laid over a line of time: natural limits, marked days, names at the right edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

import plotly.graph_objects as go

from charts.theme import NARROW, SMALL, Axis, Palette, text_width, tint
from data.scope import Span
from format import dates, numbers
from i18n import Text, Words
from metrics.stats.xmr import Limits

LEFT, TOP, BOTTOM = 58, 34, 44
PLOT = 262
"""Pixels of the margins, and the height between them; rows of names on top come in addition."""
NAME_ROW = 15
_NAME_ROWS = 2
_LIFT = 3
_APART = 15
"""Pixels that two labels at the right edge keep from each other."""

_NATURAL = Words("natural limits {low} – {high}", "自然波动范围 {low} – {high}")


@dataclass(frozen=True, slots=True)
class End:
    """A label at the right edge, at the height of a line's last value."""

    value: float
    text: str
    colour: str
    size: int


def draw_limits(figure: go.Figure, limits: Limits, axis: Axis, colours: Palette) -> None:
    """The natural limits as a quiet band behind the data, their mean as a dotted line."""
    figure.add_shape(
        type="rect",
        xref="paper",
        x0=0,
        x1=1,
        y0=max(limits.low, axis.low),
        y1=min(limits.high, axis.high),
        fillcolor=tint(colours.comparison, 0.14),
        line_width=0,
        layer="below",
    )
    figure.add_shape(
        type="line",
        xref="paper",
        x0=0,
        x1=1,
        y0=limits.mean,
        y1=limits.mean,
        line={"color": colours.comparison, "width": 1, "dash": "dot"},
        layer="below",
    )


def label_limits(
    figure: go.Figure,
    limits: Limits,
    unit: str,
    tr: Text,
    currency: str | None,
    colours: Palette,
    *,
    above: int,
) -> None:
    """The band's name and numbers, above so many rows of marked days, whose lines end below it."""
    low, high = (numbers.short(v, unit, tr, currency) for v in (limits.low, limits.high))
    swatch = f'<span style="color:{colours.comparison}">■</span>'
    figure.add_annotation(
        text=f"{swatch} {tr(_NATURAL, low=low, high=high)}",
        xref="paper",
        yref="paper",
        x=0,
        y=1,
        yshift=_LIFT + NAME_ROW * above,
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        font={"size": SMALL, "color": colours.muted},
    )


def right_margin(ends: Sequence[End]) -> int:
    """Pixels that the labels at the right edge need."""
    return 14 + max((text_width(end.text, end.size) for end in ends), default=2)


def label_ends(figure: go.Figure, ends: Sequence[End], axis: Axis) -> None:
    """Names and last values at the right edge, pushed apart where they would touch."""
    per_pixel = (axis.high - axis.low) / PLOT
    free_from = -float("inf")
    for end in sorted(ends, key=lambda e: e.value):
        wanted = end.value / per_pixel
        placed = max(wanted, free_from)
        free_from = placed + _APART
        figure.add_annotation(
            text=end.text,
            xref="paper",
            x=1,
            xshift=6,
            y=end.value,
            yshift=placed - wanted,
            xanchor="left",
            yanchor="middle",
            showarrow=False,
            font={"color": end.colour, "size": end.size},
        )


def draw_marks(
    figure: go.Figure,
    marks: Sequence[tuple[date, Words]],
    shown: Span,
    right: int,
    tr: Text,
    colours: Palette,
) -> int:
    """Thin lines with a name on top, in as many rows as they need for a narrow screen, at most
    two: a name that finds no room is left to the line. Returns the rows used.

    `shown` is the range of the axis and `right` the margin beside it.
    """
    width = NARROW - LEFT - right
    taken = [-float("inf")] * _NAME_ROWS
    rows = 0
    for day, name in sorted((d, w) for d, w in marks if shown.start <= d < shown.end):
        at = datetime(day.year, day.month, day.day, 12)
        place = (day - shown.start).days / shown.days * width
        anchor, left, end = _place(place, text_width(tr(name), SMALL), width)
        row = next((r for r in range(_NAME_ROWS) if left >= taken[r]), None)
        height = 0 if row is None else _LIFT + NAME_ROW * row
        figure.add_shape(
            type="line",
            x0=at,
            x1=at,
            yref="paper",
            y0=0,
            y1=1 + height / PLOT,
            line={"color": tint(colours.comparison, 0.7), "width": 1},
            layer="below",
        )
        if row is None:
            continue
        taken[row] = end + 6
        rows = max(rows, row + 1)
        figure.add_annotation(
            text=escape(tr(name)),
            hovertext=escape(dates.day(day, tr)),
            x=at,
            yref="paper",
            y=1,
            yshift=height,
            xanchor=anchor,
            yanchor="bottom",
            showarrow=False,
            font={"size": SMALL, "color": colours.muted},
        )
    return rows


def _place(at: float, length: int, width: float) -> tuple[str, float, float]:
    """How a name is anchored to its line so that it stays in the plot, and where it then lies."""
    if at < length / 2:
        return "left", at, at + length
    if at > width - length / 2:
        return "right", at - length, at
    return "center", at - length / 2, at + length / 2
