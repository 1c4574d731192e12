"""Who moved from which lifecycle state into which, between two days: a matrix, and bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

import plotly.graph_objects as go

from charts.cards import card
from charts.funnel_cards import fitted, in_lines
from charts.reading_lines import reading_lines
from charts.shades import Shades, ink, mixed
from charts.sketch import Sketch
from charts.states import state_colours, with_year
from charts.theme import NORMAL, SMALL, Palette, layout, palette, text_width
from format import numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import share

_ROW, _HEAD, _HIGH_HEAD, _FOOT = 44, 62, 96, 12
_COLUMN = 44
_GAP = 0.03
_NAME_WIDTH = 92
_FLOW_HEIGHT, _FLOW_FOOT, _PAD = 380, 12, 14
_TOTAL = Words("Total", "合计")
_FROM_TO = Words("{before} → {after}", "{before} → {after}")
_OF_ROW = Words("share of the row: where those of the left went", "按行占比：左侧各状态的去向")
_ALT_MOVED = Words(
    "From {before} to {after}, {n} users; {stayed} stayed in their state.",
    "从 {before} 到 {after}，共 {n} 名用户；{stayed} 状态未变。",
)
_FLOW_TOP = 26


def transitions(
    cells: Mapping[tuple[str, str], int],
    rows: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    on: tuple[date, date],
    tr: Text,
    *,
    dark: bool,
) -> go.Figure:
    """The matrix of moves: a row per state on the first day, a column per state on the second, in
    each cell how many users and their share of the row, which shades it.

    `rows` and `columns` are (key, name). Totals stand beside them: the states of the two days.
    `customdata` of a cell is [row's key, column's key]. ValueError without rows or columns.
    """
    if not rows or not columns:
        raise ValueError("a matrix needs rows and columns; got none")
    colours = palette(dark)
    of_row = {a: sum(cells.get((a, b), 0) for b, _ in columns) for a, _ in rows}
    of_column = {b: sum(cells.get((a, b), 0) for a, _ in rows) for b, _ in columns}
    head = _HEAD if _fit(columns) else _HIGH_HEAD
    height = head + _ROW * (len(rows) + 1) + _FOOT
    sketch = Sketch(layout(dark, tr, height=height, alt=_alt_moved(cells, of_row, on, tr)))
    shades = Shades(colours, 1.0)
    drawn = [
        (y, x, a, b, cells.get((a[0], b[0]), 0))
        for y, a in enumerate(rows)
        for x, b in enumerate(columns)
    ]
    fills = [
        shades.fill(n / of_row[a[0]]) if of_row[a[0]] and n else colours.paper
        for *_, a, _, n in drawn
    ]
    sketch.trace(
        "bar",
        name="cells",
        x=[x for _, x, *_ in drawn],
        y=[1 - 2 * _GAP] * len(drawn),
        base=[y + _GAP for y, *_ in drawn],
        width=1 - 2 * _GAP,
        text=[_cell_text(n, of_row[a[0]], tr) for *_, a, _, n in drawn],
        textposition="inside",
        insidetextanchor="middle",
        constraintext="none",
        textangle=0,
        textfont={
            "size": SMALL,
            "color": [ink(f) if f != colours.paper else colours.muted for f in fills],
        },
        marker={"color": fills, "line": {"width": 0}},
        unselected={"marker": {"opacity": 1}},
        hoverinfo="text",
        hovertext=[_move_card(a[1], b[1], n, of_row[a[0]], on, tr) for *_, a, b, n in drawn],
        customdata=[[a[0], b[0]] for *_, a, b, _ in drawn],
    )
    _write_totals(sketch, rows, columns, of_row, of_column, tr, colours)
    names = [fitted(name, _NAME_WIDTH, 2) for _, name in rows]
    sketch.axis(
        "xaxis",
        side="top",
        range=[-0.5, len(columns) + 0.4],
        tickmode="array",
        tickvals=list(range(len(columns))),
        ticktext=[escape(n) for _, n in columns],
        tickfont={"color": colours.text, "size": SMALL},
        tickangle=0 if _fit(columns) else -32,
    )
    sketch.axis(
        "yaxis",
        range=[len(rows) + 1, 0],
        tickmode="array",
        tickvals=[n + 0.5 for n in range(len(rows) + 1)],
        ticktext=[*map(in_lines, names), tr(_TOTAL)],
        tickfont={"color": colours.text, "size": NORMAL},
        showgrid=False,
    )
    left = 12 + max(text_width(line) for lines in (*names, [tr(_TOTAL)]) for line in lines)
    _write_days(sketch, on, left, head, tr, colours)
    sketch.layout.update(
        barmode="overlay",
        hovermode="closest",
        margin={"l": left, "r": 6, "t": head, "b": _FOOT, "pad": 6},
    )
    return sketch.figure()


def _fit(columns: Sequence[tuple[str, str]]) -> bool:
    """Whether the names fit above their columns on the narrowest screen; else they lean."""
    return all(text_width(name, SMALL) <= _COLUMN for _, name in columns)


def _cell_text(n: int, row: int, tr: Text) -> str:
    if not n:
        return "0"
    count = numbers.short(n, Unit.COUNT, tr)
    return f"<b>{count}</b><br>{numbers.short(n / row, Unit.SHARE, tr)}"


def _move_card(before: str, after: str, n: int, row: int, on: tuple[date, date], tr: Text) -> str:
    name = tr(_FROM_TO, before=before, after=after)
    days = tr(_FROM_TO, before=with_year(on[0], tr), after=with_year(on[1], tr))
    if not row:
        return card([name, numbers.full(n, Unit.COUNT, tr), days])
    lines = reading_lines(share(n, row), Unit.SHARE, tr, None, days)
    return card([name, *lines])


def _write_totals(
    sketch: Sketch,
    rows: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    of_row: Mapping[str, int],
    of_column: Mapping[str, int],
    tr: Text,
    colours: Palette,
) -> None:
    placed = [(len(columns), y + 0.5, of_row[a]) for y, (a, _) in enumerate(rows)]
    placed += [(x, len(rows) + 0.5, of_column[b]) for x, (b, _) in enumerate(columns)]
    placed.append((len(columns), len(rows) + 0.5, sum(of_row.values())))
    for x, y, n in placed:
        sketch.note(
            text=numbers.short(n, Unit.COUNT, tr),
            x=x,
            y=y,
            xanchor="center",
            yanchor="middle",
            font={"size": SMALL, "color": colours.text},
        )


def _write_days(
    sketch: Sketch, on: tuple[date, date], left: int, head: int, tr: Text, colours: Palette
) -> None:
    """Which day the rows are of and which the columns, and what shades the cells."""
    days = tr(_FROM_TO, before=with_year(on[0], tr), after=with_year(on[1], tr))
    sketch.note(
        text=f"{escape(days)}<br>{escape(tr(_OF_ROW))}",
        xref="paper",
        yref="paper",
        x=0,
        xshift=4 - left,
        y=1,
        yshift=head - 34,
        xanchor="left",
        yanchor="bottom",
        align="left",
        font={"size": SMALL, "color": colours.muted},
    )


def state_flow(
    cells: Mapping[tuple[str, str], int],
    rows: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    on: tuple[date, date],
    tr: Text,
    *,
    dark: bool,
) -> go.Figure:
    """The same moves as bands from left to right, as wide as they have users, in the colour of
    where they come from. It answers no clicks; the matrix does. Arguments as for `transitions`."""
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
