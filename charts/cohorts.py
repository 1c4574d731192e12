"""The cohort heatmap: a row per cohort, a column per period, every cell with its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape

import plotly.graph_objects as go

from charts.cards import card
from charts.cohort_rows import (
    APART,
    POOLED_ROW,
    CohortRow,
    PooledCell,
    caveats,
    draw_sizes,
    top_of,
)
from charts.reading_lines import is_open, reading_lines
from charts.shades import Shades, ink
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, Palette, layout, palette, text_width, tint
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import Reading

ROW, COLUMN = 28, 46
"""Pixels: how high a row is, and how wide a column has to be for its number."""
_HEAD, _FOOT = 40, 44
_GAP = 0.03

_POOLED = Words("All cohorts", "全部同期群")
_POOLED_OF = Words("cohorts whose period is over: {n}", "该期已结束的同期群：{n} 个")
_NO_POOLED = Words("no cohort has completed this period", "尚无同期群完成该期")
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


class Part(StrEnum):
    """The whole figure, or its two sides: names and sizes that stand still while the cells beside
    them scroll."""

    WHOLE = "whole"
    NAMES = "names"
    CELLS = "cells"


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
    rows = len(cohorts) + 1 + APART
    height = round(_HEAD + ROW * rows + _FOOT)
    alt = _alt(pooled, columns, names, name, unit, tr, currency)
    sketch = Sketch(layout(dark, tr, height=height, alt=alt))
    sketch.layout["meta"]["width"] = width_needed(len(columns))
    left = 0
    if part is not Part.CELLS:
        left = 12 + max(text_width(t) for t in (*names, f"<b>{tr(_POOLED)}</b>"))
        draw_sizes(sketch, cohorts, names, tr, colours, whole=part is Part.WHOLE)
    if part is not Part.NAMES:
        cells = _cells(cohorts, pooled, columns, names, name, unit, shades, tr, currency)
        _draw_cells(sketch, cells, len(columns), columns)
        _write_key(sketch, shades, unit, tr, currency, colours, dark=dark, left=left)
    sketch.axis(
        "yaxis",
        range=[rows, 0],
        tickmode="array",
        tickvals=[top_of(n) + 0.5 for n in range(-1, len(cohorts))],
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
                    *caveats(cohort, tr),
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
        base=[top_of(c.row) + _GAP for c in cells],
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
