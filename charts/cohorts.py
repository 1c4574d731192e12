"""The cohort heatmap: a row per cohort, a column per period, every cell with its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Protocol

import plotly.graph_objects as go

from charts.cards import card
from charts.reading_lines import is_open, reading_lines
from charts.shades import Shades, ink
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, Palette, layout, palette, text_width, tint
from data.scope import Span
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import Reading

ROW, COLUMN = 28, 46
"""Pixels: how high a row is, and how wide a column has to be for its number."""
_HEAD, _FOOT, _APART = 40, 44, 0.35
_SIZE_SHARE = 0.085
_ROOM_FOR_NUMBERS = 1.6
"""How wide the column of sizes is, in lengths of its longest bar."""
_GAP = 0.03

_POOLED = Words("All cohorts", "全部同期群")
_POOLED_OF = Words("{n} cohorts whose period is over", "{n} 个该期已结束的同期群")
_NO_POOLED = Words("no cohort has completed this period", "尚无同期群完成该期")
_SIZE = Words("People", "人数")
_SIZE_IS = Words("{n} people", "{n} 人")
_SMALL = Words("fewer than 30 people: too few to judge", "不足 30 人，样本过小，不宜判断")
_CUT = Words("the range holds a part of this cohort only", "所选范围只含该同期群的一部分")
_KEY = Words(
    "{box} still running, to date, not in “{pooled}”<br>blank: not begun · shade from 0 to {most}",
    "{box} 进行中，截至目前，不计入“{pooled}”<br>空白：尚未开始 · 颜色由浅到深：0 至 {most}",
)
_KEY_DARK = Words(
    "{box} still running, to date, not in “{pooled}”<br>blank: not begun · brighter is more, to "
    "{most}",
    "{box} 进行中，截至目前，不计入“{pooled}”<br>空白：尚未开始 · 越亮越高，最高 {most}",
)
_ALT = Words(
    "{name}, {n} cohorts from {first} to {last}. {pooled}: {values}.",
    "{name}，{n} 个同期群，从 {first} 到 {last}。{pooled}：{values}。",
)
_ALT_VALUE = Words("{column} {value}", "{column} {value}")
_COMMA = Words(", ", "、")
_MOST_SAID = 6


class CohortRow(Protocol):
    """What a cohort has to say of itself; `cells` hold one reading per column."""

    @property
    def span(self) -> Span: ...
    @property
    def whole(self) -> bool: ...
    @property
    def size(self) -> int: ...
    @property
    def small(self) -> bool: ...
    @property
    def cells(self) -> Sequence[Reading]: ...


class PooledCell(Protocol):
    """A column over its mature cells, and how many cohorts those are."""

    @property
    def reading(self) -> Reading: ...
    @property
    def cohorts(self) -> int: ...


class Part(StrEnum):
    """The whole figure, or its two sides: names and sizes that stand still while the cells beside
    them scroll."""

    WHOLE = "whole"
    NAMES = "names"
    CELLS = "cells"


POOLED_ROW = -1
"""The cohort in the `customdata` of the pooled row."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """One cell, drawn."""

    row: int
    column: int
    text: str
    fill: str
    ink: str
    edge: str
    hover: str


def width_needed(columns: int) -> int:
    """Pixels that so many columns of cells need: below it the cells should scroll."""
    return COLUMN * columns + 16


def heatmap(
    cohorts: Sequence[CohortRow],
    pooled: Sequence[PooledCell],
    columns: Sequence[str],
    name: str,
    unit: str,
    grain: str,
    tr: Text,
    *,
    dark: bool,
    currency: str | None = None,
    part: Part = Part.WHOLE,
) -> go.Figure:
    """The pooled row on top, then the cohorts in the order given, each with its size as a bar.

    Mature cells are shaded from zero to the highest value after the first column (which is 100 %
    by definition where people begin by what they return for). Running cells are hollow: outlined,
    their text muted. A cell without a value is blank, its hover says why. Cohorts marked small
    recede. `name` says what the numbers are; `columns` name the periods.

    `customdata` of a cell is [cohort, column] by place, -1 for the pooled row. `meta["width"]` is
    what the cells need. ValueError without cohorts, or where a row has not one cell per column.
    """
    _check(cohorts, pooled, columns)
    colours = palette(dark)
    shades = Shades(colours, _most(cohorts, pooled))
    year_of = cohorts[-1].span.start
    names = [dates.bucket(c.span.start, c.span.end, grain, tr, year_of) for c in cohorts]
    rows = len(cohorts) + 1 + _APART
    height = round(_HEAD + ROW * rows + _FOOT)
    alt = _alt(pooled, columns, names, name, unit, tr, currency)
    sketch = Sketch(layout(dark, tr, height=height, alt=alt))
    sketch.layout["meta"]["width"] = width_needed(len(columns))
    left = 0
    if part is not Part.CELLS:
        left = 12 + max(text_width(t) for t in (*names, f"<b>{tr(_POOLED)}</b>"))
        _draw_sizes(sketch, cohorts, names, tr, colours, whole=part is Part.WHOLE)
    if part is not Part.NAMES:
        cells = _cells(cohorts, pooled, columns, names, name, unit, shades, tr, currency)
        _draw_cells(sketch, cells, len(columns), columns)
        _write_key(sketch, shades, unit, tr, currency, colours, dark=dark, left=left)
    sketch.axis(
        "yaxis",
        range=[rows, 0],
        tickmode="array",
        tickvals=[_top(n) + 0.5 for n in range(-1, len(cohorts))],
        ticktext=[f"<b>{tr(_POOLED)}</b>", *map(escape, names)],
        tickfont={"color": colours.text, "size": NORMAL},
        showgrid=False,
        showticklabels=part is not Part.CELLS,
    )
    sketch.layout.update(
        barmode="overlay",
        bargap=0,
        hovermode="closest",
        margin={"l": max(left, 4), "r": 6, "t": _HEAD, "b": _FOOT, "pad": 6},
    )
    return sketch.figure()


def _check(
    cohorts: Sequence[CohortRow], pooled: Sequence[PooledCell], columns: Sequence[str]
) -> None:
    if not cohorts:
        raise ValueError("a heatmap needs at least one cohort; got none")
    lengths = {len(c.cells) for c in cohorts} | {len(pooled)}
    if lengths != {len(columns)}:
        raise ValueError(f"rows have {sorted(lengths)} cells for {len(columns)} columns")


def _most(cohorts: Sequence[CohortRow], pooled: Sequence[PooledCell]) -> float:
    """The highest mature value after the first column; of the first if there is no other."""
    listed = [(n, r) for c in cohorts for n, r in enumerate(c.cells)]
    listed += [(n, p.reading) for n, p in enumerate(pooled)]
    known = [(n, r.value) for n, r in listed if r.value is not None and not is_open(r)]
    return max([v for n, v in known if n] or [v for _, v in known], default=0.0)


def _top(cohort: int) -> float:
    """Where a cohort's row begins, in rows from the top; the pooled row stands apart."""
    return 0.0 if cohort == POOLED_ROW else cohort + 1 + _APART


def _cells(
    cohorts: Sequence[CohortRow],
    pooled: Sequence[PooledCell],
    columns: Sequence[str],
    names: Sequence[str],
    name: str,
    unit: str,
    shades: Shades,
    tr: Text,
    currency: str | None,
) -> list[_Cell]:
    made = []
    for n, (column, cell) in enumerate(zip(columns, pooled, strict=True)):
        of = tr(_POOLED_OF, n=cell.cohorts) if cell.cohorts else tr(_NO_POOLED)
        hover = card(
            [
                f"{name} · {column}",
                *reading_lines(cell.reading, unit, tr, currency, tr(_POOLED), of),
            ]
        )
        made.append(_cell(POOLED_ROW, n, cell.reading, unit, shades, tr, currency, hover))
    for row, (cohort, label) in enumerate(zip(cohorts, names, strict=True)):
        for n, (column, reading) in enumerate(zip(columns, cohort.cells, strict=True)):
            hover = card(
                [
                    f"{name} · {column}",
                    *reading_lines(reading, unit, tr, currency, label),
                    tr(_SMALL) if cohort.small else None,
                    None if cohort.whole else tr(_CUT),
                ]
            )
            faint = cohort.small
            made.append(_cell(row, n, reading, unit, shades, tr, currency, hover, faint=faint))
    return made


def _cell(
    row: int,
    column: int,
    reading: Reading,
    unit: str,
    shades: Shades,
    tr: Text,
    currency: str | None,
    hover: str,
    *,
    faint: bool = False,
) -> _Cell:
    colours = shades.palette
    if reading.value is None:
        clear = tint(colours.paper, 0)
        return _Cell(row, column, "", clear, colours.muted, clear, hover)
    text = _number(reading.value, shades.most, unit, tr, currency)
    if is_open(reading):
        edge = colours.comparison
        return _Cell(row, column, text, colours.paper, colours.muted, edge, hover)
    fill = shades.fill(reading.value, faint=faint)
    return _Cell(row, column, text, fill, ink(fill), fill, hover)


def _number(value: float, most: float, unit: str, tr: Text, currency: str | None) -> str:
    """With as many decimals as the others, so that a column can be read down."""
    if unit == Unit.SHARE and value == 1:
        return numbers.short(value, unit, tr)
    return numbers.alike([value], unit, tr, currency, by=most, figures=3)[0]


def _draw_cells(sketch: Sketch, cells: Sequence[_Cell], width: int, columns: Sequence[str]) -> None:
    sketch.trace(
        "bar",
        name="cells",
        x=[c.column for c in cells],
        y=[1 - 2 * _GAP] * len(cells),
        base=[_top(c.row) + _GAP for c in cells],
        width=1 - 2 * _GAP,
        text=[f"<b>{c.text}</b>" if c.row == POOLED_ROW and c.text else c.text for c in cells],
        textposition="inside",
        insidetextanchor="middle",
        constraintext="none",
        textangle=0,
        textfont={"size": SMALL, "color": [c.ink for c in cells]},
        marker={
            "color": [c.fill for c in cells],
            "line": {"width": 1, "color": [c.edge for c in cells]},
        },
        unselected={"marker": {"opacity": 1}},
        hoverinfo="text",
        hovertext=[c.hover for c in cells],
        customdata=[[c.row, c.column] for c in cells],
        cliponaxis=False,
    )
    sketch.axis(
        "xaxis",
        side="top",
        range=[-0.5, width - 0.5],
        tickmode="array",
        tickvals=list(range(width)),
        ticktext=[escape(c) for c in columns],
        tickangle=0,
    )


def _draw_sizes(
    sketch: Sketch,
    cohorts: Sequence[CohortRow],
    names: Sequence[str],
    tr: Text,
    colours: Palette,
    *,
    whole: bool,
) -> None:
    """How many people each cohort holds: a bar from the left, its number at the right end."""
    most = max((c.size for c in cohorts), default=0) or 1
    at = [_top(n) + 0.5 for n in range(len(cohorts))]
    total = sum(c.size for c in cohorts)
    sketch.trace(
        "bar",
        name="sizes",
        orientation="h",
        x=[c.size / most for c in cohorts],
        y=at,
        width=0.72,
        xaxis="x2" if whole else "x",
        marker={"color": tint(colours.comparison, 0.32), "line": {"width": 0}},
        unselected={"marker": {"opacity": 1}},
        hoverinfo="text",
        hovertext=[
            card(
                [
                    label,
                    tr(_SIZE_IS, n=numbers.full(c.size, Unit.COUNT, tr)),
                    tr(_SMALL) if c.small else None,
                    None if c.whole else tr(_CUT),
                ]
            )
            for c, label in zip(cohorts, names, strict=True)
        ],
        customdata=[[n, 0] for n in range(len(cohorts))],
    )
    axis = "x2" if whole else "x"
    for y, size, is_total in [
        (0.5, total, True),
        *[(y, c.size, False) for y, c in zip(at, cohorts, strict=True)],
    ]:
        text = numbers.full(size, Unit.COUNT, tr)
        sketch.note(
            text=f"<b>{text}</b>" if is_total else text,
            xref=f"{axis} domain",
            x=1,
            xshift=-2,
            y=y,
            xanchor="right",
            yanchor="middle",
            font={"size": SMALL, "color": colours.text},
        )
    sketch.note(
        text=tr(_SIZE),
        xref=f"{axis} domain",
        yref="paper",
        x=1,
        xshift=-2,
        y=1,
        yshift=4,
        xanchor="right",
        yanchor="bottom",
        font={"size": SMALL, "color": colours.muted},
    )
    options = {
        "range": [0, _ROOM_FOR_NUMBERS],
        "showticklabels": False,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
    if whole:
        sketch.axis("yaxis", anchor="x2")
        sketch.axis("xaxis2", domain=[0, _SIZE_SHARE], anchor="y", **options)
        sketch.axis("xaxis", domain=[_SIZE_SHARE + 0.01, 1])
    else:
        sketch.axis("xaxis", **options)


def _write_key(
    sketch: Sketch,
    shades: Shades,
    unit: str,
    tr: Text,
    currency: str | None,
    colours: Palette,
    *,
    dark: bool,
    left: int,
) -> None:
    sketch.note(
        text=tr(
            _KEY_DARK if dark else _KEY,
            box=f'<span style="color:{colours.comparison}">▭</span>',
            pooled=tr(_POOLED),
            most=numbers.short(shades.most, unit, tr, currency),
        ),
        xref="paper",
        yref="paper",
        x=0,
        xshift=4 - left,
        y=0,
        yshift=-8,
        xanchor="left",
        yanchor="top",
        align="left",
        font={"size": SMALL, "color": colours.muted},
    )


def _alt(
    pooled: Sequence[PooledCell],
    columns: Sequence[str],
    names: Sequence[str],
    name: str,
    unit: str,
    tr: Text,
    currency: str | None,
) -> str:
    said = [
        tr(_ALT_VALUE, column=c, value=numbers.short(p.reading.value, unit, tr, currency))
        for c, p in list(zip(columns, pooled, strict=True))[:_MOST_SAID]
    ]
    return tr(
        _ALT,
        name=name,
        n=len(names),
        first=names[0],
        last=names[-1],
        pooled=tr(_POOLED),
        values=tr(_COMMA).join(said),
    )
