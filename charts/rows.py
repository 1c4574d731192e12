"""Rows loaded by day, a small figure for each table on its own scale, gaps marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from html import escape

import plotly.graph_objects as go

from charts.cards import card
from charts.sketch import Sketch
from charts.theme import SMALL, layout, palette, tint
from charts.words import rows_alt
from format import dates, numbers
from i18n import Text, Words

_ROW = 74
_TOP, _BOTTOM = 22, 40
_MOST_TICKS = 4

_MOST = Words("{table}: at most {most} a day", "{table}：单日最多 {most} 行")
_ROWS = Words("{n} rows", "{n} 行")
_GAP = Words("gap: a day without rows among days with rows", "缺口：前后有数据，当日无数据")
_GAP_LABEL = Words("gap", "缺口")


ROOM_FOR_A_NAME = 0.09
"""The share of the width that a gap's name takes on a narrow screen."""


def rows_by_day(
    days: Sequence[date],
    counts: Mapping[str, Sequence[int]],
    gaps: set[date],
    tr: Text,
    *,
    dark: bool,
) -> go.Figure:
    """`counts` holds for each table one number a day, in the order of `days`.

    A day in `gaps` is shaded through all tables, and carries a cross in each that has no rows
    then, so that a gap is not taken for a thin bar.
    """
    if not days:
        raise ValueError("rows by day need at least one day; got none")
    for table, per_day in counts.items():
        if len(per_day) != len(days):
            raise ValueError(f"{table} has {len(per_day)} counts for {len(days)} days")
    colours = palette(dark)
    height = _TOP + _BOTTOM + _ROW * max(len(counts), 1)
    sketch = Sketch(layout(dark, tr, height=height, alt=rows_alt(days, counts, gaps, tr)))
    at = [datetime(d.year, d.month, d.day, 12) for d in days]
    slot = 1 / max(len(counts), 1)
    for row, (table, per_day) in enumerate(counts.items()):
        top = 1 - row * slot
        suffix = "" if row == 0 else str(row + 1)
        most = max(per_day, default=0)
        sketch.axis(
            f"yaxis{suffix}",
            domain=[top - slot * 0.94, top - slot * 0.28],
            range=[0, most * 1.05 or 1],
            showticklabels=False,
            showgrid=False,
            zeroline=True,
            zerolinecolor=colours.comparison,
            zerolinewidth=1,
            fixedrange=True,
        )
        missing = [n == 0 and d in gaps for d, n in zip(days, per_day, strict=True)]
        sketch.trace(
            "bar",
            name=table,
            x=at,
            y=list(per_day),
            yaxis=f"y{suffix}",
            width=(timedelta(days=1) * 0.82).total_seconds() * 1000,
            marker={"color": colours.accent, "line": {"width": 0}},
            hoverinfo="text",
            hovertext=[
                _card(table, d, n, tr, gap=False) for d, n in zip(days, per_day, strict=True)
            ],
            customdata=[d.isoformat() for d in days],
        )
        if any(missing):
            sketch.trace(
                "scatter",
                name=f"{table} gaps",
                x=[x for x, gone in zip(at, missing, strict=True) if gone],
                y=[(most or 1) * 0.12] * sum(missing),
                yaxis=f"y{suffix}",
                mode="markers",
                marker={
                    "symbol": "x-thin-open",
                    "size": 7,
                    "color": colours.bad,
                    "line": {"width": 2, "color": colours.bad},
                },
                hoverinfo="text",
                hovertext=[
                    _card(table, d, 0, tr, gap=True)
                    for d, gone in zip(days, missing, strict=True)
                    if gone
                ],
                customdata=[d.isoformat() for d, gone in zip(days, missing, strict=True) if gone],
            )
        name = tr(_MOST, table=table, most=numbers.full(most, "count", tr))
        sketch.note(
            text=escape(name),
            xref="paper",
            yref="paper",
            x=0,
            y=top - slot * 0.26,
            xanchor="left",
            yanchor="bottom",
            font={"size": SMALL, "color": colours.text},
        )
    empty = sorted(gaps.intersection(days))
    apart = (days[-1] - days[0]) * ROOM_FOR_A_NAME
    _shade_gaps(sketch, empty, apart, tr, tint(colours.bad, 0.14), colours.bad)
    every = -(-len(days) // _MOST_TICKS)
    kept = days[(len(days) - 1) % every :: every]
    sketch.axis(
        "xaxis",
        type="date",
        range=[at[0] - timedelta(days=0.6), at[-1] + timedelta(days=0.6)],
        tickmode="array",
        tickvals=[datetime(d.year, d.month, d.day, 12) for d in kept],
        ticktext=dates.ticks([(d, d + dates.DAY) for d in kept], "day", tr),
        tickangle=0,
        anchor=f"y{len(counts)}" if len(counts) > 1 else "y",
    )
    sketch.layout.update(
        bargap=0,
        hovermode="closest",
        margin={"l": 8, "r": 24, "t": _TOP, "b": _BOTTOM, "pad": 2},
    )
    return sketch.figure()


def _card(table: str, day: date, n: int, tr: Text, *, gap: bool) -> str:
    return card(
        [
            table,
            tr(_ROWS, n=numbers.full(n, "count", tr)),
            dates.day(day, tr, year_of=date(1, 1, 1)),
            tr(_GAP) if gap else None,
        ]
    )


def _shade_gaps(
    sketch: Sketch, gaps: Sequence[date], apart: timedelta, tr: Text, fill: str, colour: str
) -> None:
    """One band for each run of missing days, named on top where names have room."""
    runs: list[tuple[date, date]] = []
    for day in gaps:
        if runs and day - runs[-1][1] == dates.DAY:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    named: datetime | None = None
    for first, last in runs:
        start = datetime(first.year, first.month, first.day)
        end = datetime(last.year, last.month, last.day) + dates.DAY
        sketch.shape(
            "rect",
            x0=start,
            x1=end,
            yref="paper",
            y0=0,
            y1=1,
            fillcolor=fill,
            line={"width": 0},
        )
        if named is not None and start - named < apart:
            continue  # a name over its neighbour's can't be read; the band still shows
        named = start
        sketch.note(
            text=tr(_GAP_LABEL),
            x=start + (end - start) / 2,
            yref="paper",
            y=1,
            xanchor="center",
            yanchor="bottom",
            font={"size": SMALL, "color": colour},
        )
