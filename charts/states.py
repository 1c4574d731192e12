"""Lifecycle states: how many users stand where over time, and who moved where between two days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

import plotly.graph_objects as go

from charts.cards import card
from charts.funnel_cards import fitted
from charts.reading_lines import reading_lines
from charts.shades import Shades, ink, mixed
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, Palette, axis_for, layout, palette, text_width
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import share

NOT_YET = "not_yet"
"""The key of users who had not registered yet."""

_TOP, _BOTTOM, _PLOT = 26, 40, 300
_APART = 15
_ROW, _HEAD, _FOOT = 44, 58, 12
_GAP = 0.03
_NAME_WIDTH = 92
_MOST_TICKS = 5
_FLOW_HEIGHT = 380

_RUNNING = Words("still running, not final", "进行中，未定稿")
_TOTAL = Words("total", "合计")
_USERS = Words("users", "用户数")
_SHARE = Words("{share} of all users", "占全部用户 {share}")
_FROM_TO = Words("{before} → {after}", "{before} → {after}")
_OF_ROW = Words("share of the row: where those of the left went", "按行占比：左侧各状态的去向")
_ALT = Words("On {day}: {parts}.", "{day}：{parts}。")
_ALT_PART = Words("{name} {value}", "{name} {value}")
_ALT_MOVED = Words(
    "From {before} to {after}, {n} users; {stayed} stayed in their state.",
    "从 {before} 到 {after}，共 {n} 名用户；{stayed} 状态未变。",
)
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
    height = _HEAD + _ROW * (len(rows) + 1) + _FOOT
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
    names = [escape(fitted(name, _NAME_WIDTH, size=NORMAL)[0]) for _, name in rows]
    sketch.axis(
        "xaxis",
        side="top",
        range=[-0.5, len(columns) + 0.4],
        tickmode="array",
        tickvals=list(range(len(columns))),
        ticktext=["<br>".join(map(escape, fitted(n, 60, 2, SMALL))) for _, n in columns],
        tickfont={"color": colours.text, "size": SMALL},
        tickangle=0,
    )
    sketch.axis(
        "yaxis",
        range=[len(rows) + 1, 0],
        tickmode="array",
        tickvals=[n + 0.5 for n in range(len(rows) + 1)],
        ticktext=[*names, tr(_TOTAL)],
        tickfont={"color": colours.text, "size": NORMAL},
        showgrid=False,
    )
    left = 12 + max(text_width(n) for n in (*names, tr(_TOTAL)))
    _write_days(sketch, on, left, tr, colours)
    sketch.layout.update(
        barmode="overlay",
        hovermode="closest",
        margin={"l": left, "r": 6, "t": _HEAD, "b": _FOOT, "pad": 6},
    )
    return sketch.figure()


def _cell_text(n: int, row: int, tr: Text) -> str:
    if not n:
        return "0"
    count = numbers.short(n, Unit.COUNT, tr)
    return f"<b>{count}</b><br>{numbers.short(n / row, Unit.SHARE, tr)}"


def _move_card(before: str, after: str, n: int, row: int, on: tuple[date, date], tr: Text) -> str:
    name = tr(_FROM_TO, before=before, after=after)
    days = tr(_FROM_TO, before=_day(on[0], tr), after=_day(on[1], tr))
    if not row:
        return card([name, numbers.full(n, Unit.COUNT, tr), days])
    lines = reading_lines(share(n, row), Unit.SHARE, tr, None, days)
    return card([name, *lines])


def _day(day: date, tr: Text) -> str:
    return dates.day(day, tr, year_of=date(1, 1, 1))


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
    sketch: Sketch, on: tuple[date, date], left: int, tr: Text, colours: Palette
) -> None:
    """Which day the rows are of and which the columns, and what shades the cells."""
    days = tr(_FROM_TO, before=_day(on[0], tr), after=_day(on[1], tr))
    sketch.note(
        text=f"{escape(days)} · {escape(tr(_OF_ROW))}",
        xref="paper",
        yref="paper",
        x=0,
        xshift=4 - left,
        y=1,
        yshift=34,
        xanchor="left",
        yanchor="bottom",
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
            "pad": 14,
            "thickness": 14,
            "line": {"width": 0},
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
            text=_day(day, tr),
            xref="paper",
            yref="paper",
            x=x,
            y=1,
            yshift=6,
            xanchor="left" if x == 0 else "right",
            yanchor="bottom",
            font={"size": SMALL, "color": colours.muted},
        )
    sketch.layout.update(margin={"l": 6, "r": 6, "t": _TOP, "b": 12, "pad": 0})
    return sketch.figure()


def _alt(days: Sequence[tuple[date, bool]], states: Sequence[StateLine], tr: Text) -> str:
    parts = [
        tr(_ALT_PART, name=s.name, value=numbers.short(s.counts[-1], Unit.COUNT, tr))
        for s in states
    ]
    return tr(_ALT, day=_day(days[-1][0], tr), parts=tr(_COMMA).join(parts))


def _alt_moved(
    cells: Mapping[tuple[str, str], int],
    of_row: Mapping[str, int],
    on: tuple[date, date],
    tr: Text,
) -> str:
    return tr(
        _ALT_MOVED,
        before=_day(on[0], tr),
        after=_day(on[1], tr),
        n=numbers.full(sum(of_row.values()), Unit.COUNT, tr),
        stayed=numbers.full(sum(n for (a, b), n in cells.items() if a == b), Unit.COUNT, tr),
    )
