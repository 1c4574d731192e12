"""Effects with their intervals around zero, one below the other: a forest plot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from charts.about_zero import frame_rows
from charts.cards import card
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, Axis, Palette, axis_for, layout, palette, text_width
from format import numbers
from i18n import Text, Words

_LEFT, _TOP, _BOTTOM = 126, 28, 28
_LEAST_RIGHT, _MOST_RIGHT = 108, 190
_ROW, _NAME_WIDTH = 48, 114
_UP, _DOWN = "▲", "▼"
_INTERVAL = Words("95% interval {low} to {high}", "95% 区间 {low} 至 {high}")
_ALT = Words("{title}: {parts}.", "{title}：{parts}。")


@dataclass(frozen=True, slots=True)
class Row:
    """One effect: `said` is its verdict in a word or two. `good` is None where it is not judged
    (grey); `aside` rows are drawn thin and hollow: they stand for comparison only."""

    name: str
    diff: float
    low: float
    high: float
    said: str
    good: bool | None = None
    aside: bool = False


def effect_whiskers(
    rows: Sequence[Row],
    title: str,
    unit: str,
    write: Callable[[float], str],
    tr: Text,
    *,
    dark: bool,
    percent: bool = False,
    most: float | None = None,
) -> go.Figure:
    """Dots with whiskers on one scale, zero always on it. `unit` is that of the axis, "share" in
    points, or with `percent` in per cent; `write` puts a difference in words. Whiskers that reach
    beyond `most` on either side run out of the plot. ValueError without rows."""
    if not rows:
        raise ValueError("a forest needs at least one effect; got none")
    colours = palette(dark)
    sketch = Sketch(
        layout(
            dark,
            tr,
            height=_TOP + _BOTTOM + _ROW * len(rows),
            alt=tr(
                _ALT,
                title=title,
                parts=tr(Words("; ", "；")).join(_told(r, write, tr) for r in rows),
            ),
        )
    )
    for at, row in enumerate(rows):
        _whisker(sketch, at, row, colours)
        _label(sketch, at, row, write, colours)
    _dots(sketch, rows, write, tr, colours)
    names = [row.name for row in rows]
    frame_rows(
        sketch,
        names,
        _axis(rows, unit, tr, percent, most),
        title,
        colours,
        left=_LEFT,
        name_width=_NAME_WIDTH,
    )
    sketch.layout.update(
        hovermode="closest",
        margin={"l": _LEFT, "r": _right(rows, write), "t": _TOP, "b": _BOTTOM, "pad": 8},
    )
    return sketch.figure()


def _right(rows: Sequence[Row], write: Callable[[float], str]) -> int:
    """Room for what is said at the right edge."""
    widths = [max(text_width(write(r.diff)) + 14, text_width(r.said, SMALL)) for r in rows]
    return min(max(_LEAST_RIGHT, 14 + max(widths)), _MOST_RIGHT)


def _axis(rows: Sequence[Row], unit: str, tr: Text, percent: bool, most: float | None) -> Axis:
    ends = [0.0, *(v for r in rows for v in (r.low, r.high))]
    if most is not None:
        ends = [min(max(v, -most), most) for v in ends] + [r.diff for r in rows]
    low, high = min(ends), max(ends)
    room = (high - low or 1.0) * 0.08
    axis = axis_for([low - room, high + room], unit, tr, most_ticks=3 if percent else 5, room=0)
    labels = tuple(
        numbers.plus(text if percent else text.removesuffix("%"), at)
        for text, at in zip(axis.labels, axis.values, strict=True)
    )
    return Axis(axis.low, axis.high, axis.values, labels)


def _colour(row: Row, colours: Palette) -> str:
    if row.good is None or row.aside:
        return colours.comparison
    return colours.good if row.good else colours.bad


def _whisker(sketch: Sketch, at: int, row: Row, colours: Palette) -> None:
    sketch.trace(
        "scatter",
        name="interval",
        cliponaxis=True,
        x=[row.low, row.high],
        y=[at, at],
        mode="lines+markers",
        line={"color": _colour(row, colours), "width": 1 if row.aside else 2.5},
        marker={"symbol": "line-ns-open", "size": 8, "line": {"width": 1 if row.aside else 2}},
        hoverinfo="skip",
    )


def _dots(
    sketch: Sketch,
    rows: Sequence[Row],
    write: Callable[[float], str],
    tr: Text,
    colours: Palette,
) -> None:
    sketch.trace(
        "scatter",
        name="effects",
        x=[r.diff for r in rows],
        y=list(range(len(rows))),
        mode="markers",
        marker={
            "size": 10,
            "color": [colours.paper if r.aside else _colour(r, colours) for r in rows],
            "line": {"width": 2, "color": [_colour(r, colours) for r in rows]},
            "opacity": 1,
        },
        hoverinfo="text",
        hovertext=[
            card(
                [
                    r.name,
                    write(r.diff),
                    tr(_INTERVAL, low=write(r.low), high=write(r.high)),
                    r.said,
                ]
            )
            for r in rows
        ],
        cliponaxis=False,
    )


def _label(
    sketch: Sketch, at: int, row: Row, write: Callable[[float], str], colours: Palette
) -> None:
    """The effect and what is said of it, at the right edge."""
    arrow = "" if row.good is None or row.aside else f"{_UP if row.diff > 0 else _DOWN} "
    judged = not row.aside and row.good is not None
    colour = _colour(row, colours) if judged else colours.text
    for text, size, shade, shift in (
        (f"<b>{arrow}{write(row.diff)}</b>", NORMAL, colour, 8),
        (row.said, SMALL, colour if judged else colours.muted, -8),
    ):
        sketch.note(
            text=text,
            xref="paper",
            x=1,
            xshift=10,
            y=at,
            yshift=shift,
            xanchor="left",
            yanchor="middle",
            font={"size": size, "color": shade},
        )


def _told(row: Row, write: Callable[[float], str], tr: Text) -> str:
    words = Words(
        "{name} {diff}, {low} to {high} ({said})", "{name} {diff}，{low} 至 {high}（{said}）"
    )
    return tr(
        words, name=row.name, diff=write(row.diff), low=write(row.low), high=write(row.high),
        said=row.said,
    )  # fmt: skip
