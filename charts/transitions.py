"""Who moved from which lifecycle state into which, between two days, as bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

import plotly.graph_objects as go

from charts.cards import card
from charts.shades import mixed
from charts.sketch import Sketch
from charts.states import state_colours, with_year
from charts.theme import SMALL, layout, palette
from format import numbers
from i18n import Text, Words
from metrics.metric import Unit

_FLOW_HEIGHT, _FLOW_FOOT, _PAD = 380, 12, 14
_FROM_TO = Words("{before} → {after}", "{before} → {after}")
_ALT_MOVED = Words(
    "From {before} to {after}, {n} users; {stayed} stayed in their state.",
    "从 {before} 到 {after}，共 {n} 名用户；{stayed} 状态未变。",
)
_FLOW_TOP = 26


def state_flow(
    cells: Mapping[tuple[str, str], int],
    rows: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    on: tuple[date, date],
    tr: Text,
    *,
    dark: bool,
) -> go.Figure:
    """Bands from left to right, as wide as they have users, in the colour of where they come from.

    `cells` by the keys of state before and after; `rows` and `columns` are (key, name) of both
    sides, `on` the two days. ValueError without rows or columns. It answers no clicks.
    """
    if not rows or not columns:
        raise ValueError("a flow needs states on both sides; got none")
    colours = palette(dark)
    of_row = {a: sum(cells.get((a, b), 0) for b, _ in columns) for a, _ in rows}
    of_column = {b: sum(cells.get((a, b), 0) for a, _ in rows) for b, _ in columns}
    left, right = [r for r in rows if of_row[r[0]]], [c for c in columns if of_column[c[0]]]
    inks = state_colours([k for k, _ in (*left, *right)], colours)
    moves = [
        (y, len(left) + x, cells[a, b], tr(_FROM_TO, before=m, after=n))
        for y, (a, m) in enumerate(left)
        for x, (b, n) in enumerate(right)
        if cells.get((a, b), 0)
    ]
    alt = _alt_moved(cells, of_row, on, tr)
    sketch = Sketch(layout(dark, tr, height=_FLOW_HEIGHT, alt=alt))
    counts = [of_row[k] for k, _ in left] + [of_column[k] for k, _ in right]
    labels = [
        f"{escape(name)} {numbers.short(n, Unit.COUNT, tr)}"
        for (_, name), n in zip((*left, *right), counts, strict=True)
    ]
    sketch.trace(
        "sankey",
        arrangement="fixed",
        domain={"x": [0, 1], "y": [0, 1]},
        textfont={"size": SMALL, "color": colours.text, "shadow": "none"},
        node={
            "label": labels,
            "color": inks,
            "pad": _PAD,
            "thickness": 14,
            "line": {"width": 0},
            "x": [*[0.001] * len(left), *[0.999] * len(right)],
            "y": [*_places(counts[: len(left)]), *_places(counts[len(left) :])],
            "hovertemplate": "%{label}<extra></extra>",
        },
        link={
            "source": [m[0] for m in moves],
            "target": [m[1] for m in moves],
            "value": [m[2] for m in moves],
            "color": [mixed(colours.paper, inks[m[0]], 0.45) for m in moves],
            "customdata": [
                card([name, numbers.full(n, Unit.COUNT, tr)]) for _, _, n, name in moves
            ],
            "hovertemplate": "%{customdata}<extra></extra>",
        },
    )
    for x, day in ((0, on[0]), (1, on[1])):
        sketch.note(
            text=with_year(day, tr),
            xref="paper",
            yref="paper",
            x=x,
            y=1,
            yshift=6,
            xanchor="left" if x == 0 else "right",
            yanchor="bottom",
            font={"size": SMALL, "color": colours.muted},
        )
    sketch.layout.update(margin={"l": 6, "r": 6, "t": _FLOW_TOP, "b": _FLOW_FOOT, "pad": 0})
    return sketch.figure()


def _places(counts: Sequence[int]) -> list[float]:
    """The middles of nodes one below the other, from the top; the library would put them in an
    order of its own."""
    free = 1 - _PAD * (len(counts) - 1) / (_FLOW_HEIGHT - _FLOW_TOP - _FLOW_FOOT)
    total, above, found = sum(counts), 0, []
    for place, n in enumerate(counts):
        gaps = (1 - free) / max(len(counts) - 1, 1) * place
        found.append(min(max((above + n / 2) / total * free + gaps, 0.001), 0.999))
        above += n
    return found


def _alt_moved(
    cells: Mapping[tuple[str, str], int],
    of_row: Mapping[str, int],
    on: tuple[date, date],
    tr: Text,
) -> str:
    return tr(
        _ALT_MOVED,
        before=with_year(on[0], tr),
        after=with_year(on[1], tr),
        n=numbers.full(sum(of_row.values()), Unit.COUNT, tr),
        stayed=numbers.full(sum(n for (a, b), n in cells.items() if a == b), Unit.COUNT, tr),
    )
