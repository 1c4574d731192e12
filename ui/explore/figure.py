"""The figure of the Explore page: bars or dots by value, lines over time, shades of a pivot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from charts.explore_lines import ValueLine, value_lines
from charts.explore_rows import ValueRow, value_rows
from charts.segments import MOST as MOST_LINES
from charts.shades import Shades, ink
from charts.theme import palette
from data.dimensions import CHANNEL
from data.scope import Span
from format import numbers
from i18n import Text, Words
from metrics.campaign_days import campaign_days
from metrics.explore.result import Column, Grid, Line
from metrics.explore.spec import BY, SMALL, Shape
from metrics.explore.text import ALL, column_name, line_name
from metrics.metric import Metric
from metrics.periods import Grain
from metrics.reading import REASONS
from metrics.scorecard import Point
from ui.explore.asked import Asked, offered
from ui.explore.people import BEHIND, can_list, go_down, number_of
from ui.explore.table import FEWER, cell_lines
from ui.figures import draw
from ui.heat_table import HeatCell, HeatRow, heat_table, picked
from ui.meeting.marks import marks_for, notes_below
from ui.page import section
from ui.session import dark, remembered, text, warehouse

MOST_DRAWN = 20
"""Rows of a figure; the table holds all of them."""
PIVOT = "explore_pivot"


def figure_section(found: Grid, asked: Asked) -> None:
    """The first metric as a picture."""
    tr = text()
    place = next((n for n, c in enumerate(found.columns) if c.metric == found.decides), 0)
    metric = found.columns[place].metric
    match found.spec.shape:
        case Shape.BOARD:
            return  # it is its own picture
        case Shape.TIME:
            _over_time(found, metric, asked, tr)
        case Shape.SPLIT:
            _pivot(found, metric, asked, tr)
        case _:
            _by_value(found, metric, place, asked, tr)


def _by_value(found: Grid, metric: Metric, place: int, asked: Asked, tr: Text) -> None:
    sums, rows = metric.denominator is None, _rows(found, place, tr)
    section(
        tr(
            Words("{metric} by {by}", "各{by}的{metric}"),
            metric=metric.name,
            by=_lower(found.spec.by, tr),
        ),
        _legend(found, metric, rows, tr),
    )
    if not rows:
        return
    figure = value_rows(
        rows,
        None if sums else found.total.cells[place].reading,
        metric, tr, dark=dark(), currency=asked.scope.currency, small_below=SMALL,
    )  # fmt: skip
    draw(figure, BEHIND.figure_key, **BEHIND.on_select(lambda data, _trace: _drill(found, data)))


def _lower(dimension: str, tr: Text) -> str:
    """A dimension's name in the middle of a sentence."""
    return tr(BY[dimension]).lower()


_HOLLOW = Words("Hollow: what it is compared with.", "空心点为对比期。")
_DOTTED = Words("Dotted: all of them.", "虚线为整体。")
_DOWN = Words("Click one to go one level down.", "点击可下钻一级。")
_LAST = Words("Click one for the people behind it.", "点击可查看名单。")


def _legend(found: Grid, metric: Metric, rows: Sequence[ValueRow], tr: Text) -> str:
    compared = any(r.before is not None and r.before.value is not None for r in rows)
    said = [_HOLLOW] if compared else []
    if metric.denominator is not None:
        said.append(_DOTTED)
    said.append(_LAST if found.spec.below(offered()) is None else _DOWN)
    return tr(Words(" ", "")).join(tr(w) for w in said)


def _rows(found: Grid, place: int, tr: Text) -> list[ValueRow]:
    colours, by = palette(dark()), found.spec.by
    rows = []
    for n, line in enumerate(found.lines[:MOST_DRAWN]):
        cell = line.cells[place]
        if cell.reading is None:
            continue
        own = colours.channel(line.value) if by == CHANNEL.key and line.value else None
        ink_ = colours.comparison if line.value is None else own
        name = line_name(line, by, tr)
        rows.append(ValueRow(n, name, cell.reading, cell.base, ink_, cell.small))
    return rows


def _drill(found: Grid, data: Any) -> None:
    """A click on a bar is one on the row's name."""
    if isinstance(data, int) and 0 <= data < len(found.lines):
        go_down(found, found.lines[data])


def _over_time(found: Grid, metric: Metric, asked: Asked, tr: Text) -> None:
    shown = [line for line in found.lines if line.value is not None][:MOST_LINES]
    words = Words("{metric} over time by {by}", "各{by}的{metric}走势")
    more = len(found.lines) - len(shown)
    section(
        tr(words, metric=metric.name, by=_lower(found.spec.by, tr)),
        tr(
            Words("The first {n}; the table has all.", "图中为前 {n} 项，其余见下表。"),
            n=len(shown),
        )
        if more > 0
        else "",
    )
    lines = [_line(found, line, line_name(line, found.spec.by, tr)) for line in shown]
    if metric.denominator is not None:
        lines.append(_line(found, found.total, tr(ALL)))
    if not any(p.reading.value is not None for line in lines for p in line.points):
        st.caption(tr(Words("No value in any bucket.", "各周期均无数值。")))
        return
    figure = value_lines(
        lines, found.spec.by, metric, asked.grain, tr, dark=dark(),
        currency=asked.scope.currency, marks=_marks(lines, metric, asked.grain),
    )  # fmt: skip
    draw(figure, "explore_lines")
    notes_below(metric.key, _days(lines))


def _marks(lines: Sequence[ValueLine], metric: Metric, by: Grain) -> list[tuple[date, Words]]:
    """What the team wrote of the metric, and the campaign days of the range where buckets are
    short enough to tell them."""
    days = _days(lines)
    written = marks_for(metric.key, days)
    if by not in (Grain.DAY, Grain.WEEK):
        return written
    w = warehouse()
    known = remembered(lambda: campaign_days(w), "campaign_days")
    return [*[(d, words) for d, words in known if days.start <= d < days.end], *written]


def _days(lines: Sequence[ValueLine]) -> Span:
    points = next(line.points for line in lines if line.points)
    return Span(points[0].span.start, points[-1].span.end)


def _line(found: Grid, line: Line, name: str) -> ValueLine:
    points = [
        Point(c.span, cell.reading, c.running)
        for c, cell in zip(found.columns, line.cells, strict=True)
        if c.span is not None and cell.reading is not None
    ]
    return ValueLine(name, None if line is found.total else line.value, tuple(points))


_DARKER = Words("Darker is more.", "颜色越深，数值越大。")
_LIGHTER = Words("Lighter is more.", "颜色越亮，数值越大。")


def _pivot(found: Grid, metric: Metric, asked: Asked, tr: Text) -> None:
    """The second dimension as shades: the whole stands beside the names."""
    split = found.spec.split or ""
    words = Words("{metric} by {by} and {split}", "{metric}按{by}与{split}")
    section(
        tr(words, metric=metric.name, by=_lower(found.spec.by, tr), split=_lower(split, tr)),
        tr(_LIGHTER if dark() else _DARKER),
    )  # fmt: skip
    inner = [(n, c) for n, c in enumerate(found.columns) if not c.is_whole]
    if not inner:
        return
    values = [
        r.value
        for line in found.lines
        for n, _ in inner
        for r in [line.cells[n].reading]
        if r is not None and r.value is not None and not line.cells[n].small
    ]
    shades = Shades(palette(dark()), max(values, default=0.0))
    lines = (found.total, *found.lines)
    heat_table(
        [_heat_row(found, n, line, inner, shades, asked, tr) for n, line in enumerate(lines)],
        [column_name(c, split, asked.grain, tr) for _, c in inner],
        corner=tr(BY[found.spec.by]),
        size_name=tr(ALL),
        label=tr(words, metric=metric.name, by=_lower(found.spec.by, tr), split=_lower(split, tr)),
        dark=dark(),
        key=PIVOT,
        on_pick=lambda: _picked(found, lines, inner),
    )


def _heat_row(
    found: Grid,
    key: int,
    line: Line,
    inner: list[tuple[int, Column]],
    shades: Shades,
    asked: Asked,
    tr: Text,
) -> HeatRow:
    whole, currency = line is found.total, asked.scope.currency
    cells = []
    for n, column in inner:
        number = line.cells[n]
        r = number.reading
        lines = cell_lines(number, column, found, tr, currency)
        if r is None or r.value is None:
            why = tr(REASONS[r.reason]) if r is not None and r.reason else numbers.NO_VALUE
            cells.append(HeatCell("", (why,)))
            continue
        said = numbers.short(r.value, column.metric.unit, tr, currency)
        if number.small and not whole:
            said = tr(FEWER, n=SMALL)
        fill = None if whole or number.small else shades.fill(r.value)
        pick = can_list(found, line, column, n)
        cells.append(HeatCell(said, lines, fill, ink(fill) if fill else None, pick=pick))
    first = line.cells[0].reading
    return HeatRow(
        key=key,
        name=tr(ALL) if whole else line_name(line, found.spec.by, tr),
        size=numbers.short(
            None if first is None else first.value, found.columns[0].metric.unit, tr, currency
        ),
        cells=tuple(cells),
        bar=0.0 if whole else min(line.cells[0].share or 0.0, 1.0),
        strong=whole,
    )


def _picked(found: Grid, lines: tuple[Line, ...], inner: list[tuple[int, Column]]) -> None:
    at = picked(PIVOT)
    if at is None:
        return
    number = number_of(found, lines[at[0]], inner[at[1]][1])
    if number is not None:
        BEHIND.want(number)
