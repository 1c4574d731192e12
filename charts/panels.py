"""Small multiples over time: a panel for each part, two side by side, all on the same axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from charts.funnel_cards import fitted
from charts.sketch import Sketch
from charts.theme import SMALL, Axis, Palette, text_width

_TITLE, _PLOT, _APART = 20, 76, 12
"""Pixels of a panel's title, of its bars or areas, and below it."""
_TICKS, _RIGHT = 24, 26
_GAP = 0.05
_TITLE_WIDTH = 158
"""What a title may take on the narrowest screen."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The axes of one part: `x` and `y` as traces name them."""

    number: int

    @property
    def suffix(self) -> str:
        return "" if self.number == 0 else str(self.number + 1)

    @property
    def axes(self) -> dict[str, str]:
        return {"xaxis": f"x{self.suffix}", "yaxis": f"y{self.suffix}"}


def height_of(n: int, top: int) -> int:
    """Of a figure with so many panels below a head of `top` pixels."""
    return top + _rows(n) * (_TITLE + _PLOT + _APART) + _TICKS


def lay_out(
    sketch: Sketch,
    titles: Sequence[tuple[str, str]],
    time: Mapping[str, Any],
    axis: Axis,
    colours: Palette,
    *,
    top: int,
) -> list[Panel]:
    """The axes and titles of the panels. A title is a name and what stands behind it, `time` the
    options of the axis of time; its ticks stand once, below the last panel of each column."""
    rows = _rows(len(titles))
    one = _TITLE + _PLOT + _APART
    inner = rows * one
    panels = [Panel(n) for n in range(len(titles))]
    for panel, (name, more) in zip(panels, titles, strict=True):
        row, column = divmod(panel.number, 2)
        width = (1 - _GAP) / 2
        left = column * (width + _GAP)
        above = 1 - (row * one + _TITLE) / inner
        last = panel.number + 2 >= len(titles)
        sketch.axis(
            f"xaxis{panel.suffix}",
            **time,
            domain=[left, left + width],
            anchor=f"y{panel.suffix}",
            showticklabels=last,
            tickfont={"color": colours.muted, "size": SMALL},
        )
        sketch.axis(
            f"yaxis{panel.suffix}",
            **axis.options(),
            domain=[above - _PLOT / inner, above],
            anchor=f"x{panel.suffix}",
            showticklabels=column == 0,
            showgrid=True,
            gridcolor=colours.grid,
            zeroline=axis.low < 0 < axis.high,
            zerolinecolor=colours.comparison,
            zerolinewidth=1,
            fixedrange=True,
            tickfont={"color": colours.muted, "size": SMALL},
        )
        shown = escape(fitted(name, _TITLE_WIDTH - text_width(more, SMALL), size=SMALL)[0])
        sketch.note(
            text=f"<b>{shown}</b> {escape(more)}",
            xref="paper",
            yref="paper",
            x=left,
            y=above,
            yshift=2,
            xanchor="left",
            yanchor="bottom",
            font={"size": SMALL, "color": colours.text},
        )
    labels = max((text_width(t, SMALL) for t in axis.labels), default=0)
    sketch.layout.update(
        hovermode="closest",
        margin={"l": 14 + labels, "r": _RIGHT, "t": top, "b": _TICKS + _APART, "pad": 3},
    )
    return panels


def write_key(sketch: Sketch, lines: Sequence[str], colours: Palette) -> None:
    """What the colours stand for, once above all panels."""
    sketch.note(
        text="<br>".join(lines),
        xref="paper",
        yref="paper",
        x=0,
        y=1,
        yshift=8,
        xanchor="left",
        yanchor="bottom",
        align="left",
        font={"size": SMALL, "color": colours.muted},
    )


def _rows(n: int) -> int:
    return -(-n // 2)
