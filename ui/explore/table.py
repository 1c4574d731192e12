"""The table of the Explore page: values in rows, or metrics on the leaderboard."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from charts.reading_lines import interval_of, maturity_of, parts_of, value_of
from format import numbers
from i18n import Text, Words
from metrics.explore.people import who_is_listed
from metrics.explore.result import Cell as Number
from metrics.explore.result import Column, Grid, Line
from metrics.explore.spec import BY, SHAPES, SMALL, Shape
from metrics.explore.text import ALL, UNSPLIT, column_name, line_name
from metrics.metric import Unit
from metrics.reading import REASONS, Reason
from ui.explore.asked import Asked, ask_for, offered
from ui.explore.menus import menu_of, menus_of, where_of
from ui.explore.people import BEHIND, can_list, go_down, number_of
from ui.page import compared_days, comparison_name, section
from ui.row_table import Cell, RowColumn, RowOf, opened, picked, row_table
from ui.session import dark, text, warehouse

KEY = "explore_table"
_BEFORE = Words("{days}: {value}", "{days}：{value}")
_SHARE = Words("{share} of all", "占整体 {share}")
_TOO_FEW = Words("fewer than {n}: too small to judge", "不足 {n}，样本过小")
FEWER = Words("< {n}", "不足 {n}")
"""What stands in place of a share of too few."""


def table_section(found: Grid, asked: Asked) -> None:
    """Every value with its changes; a name opens the level below, a number the people."""
    tr = text()
    if found.spec.shape is Shape.BOARD:
        section(tr(SHAPES[Shape.BOARD]), tr(_BOARD_SUB, against=comparison_name(tr)))
        _board(found, asked, tr)
        return
    section(tr(Words("Value by value", "逐项明细")), _legend(found, tr))
    _values(found, asked, tr)


_DOWN = Words("A name goes one level down, to the {below}.", "点击名称下钻到{below}。")
_LAST = Words("A name opens the people behind it.", "点击名称查看名单。")
_PICK = Words("An underlined number opens the people behind it.", "点击带下划线的数字查看名单。")
_AGAINST = Words("Change {against}.", "变化为{against}。")


def _legend(found: Grid, tr: Text) -> str:
    """What can be clicked, and what the changes are against."""
    below = found.spec.below(offered())
    lists = any(who_is_listed(c.metric) is not None for c in found.columns)
    said = []
    if below is not None:
        said.append(tr(_DOWN, below=tr(BY[below]).lower()))
    elif lists:
        said.append(tr(_LAST))
    if lists:
        said.append(tr(_PICK))
    if found.days.base is not None:
        said.append(tr(_AGAINST, against=comparison_name(tr)))
    return tr(Words(" ", "")).join(said)


_BOARD_SUB = Words(
    "All metrics by every value; a name opens the metric, an underlined number the people; "
    "change {against}.",
    "全部指标 × 全部取值；点击名称查看该指标，点击带下划线的数字查看名单；变化为{against}。",
)


def _values(found: Grid, asked: Asked, tr: Text) -> None:
    lines = (*found.lines, found.total)
    columns = [
        RowColumn(
            column_name(c, found.spec.split, asked.grain, tr),
            _under(found, c, tr),
            note=tr(c.metric.meaning),
        )
        for c in found.columns
    ]
    rows = []
    for n, line in enumerate(lines):
        whole = line is found.total
        cells = [_cell(found, line, c, place, asked, tr) for place, c in enumerate(found.columns)]
        name = tr(ALL) if whole else line_name(line, found.spec.by, tr)
        opens = line.value is not None and not whole
        rows.append(RowOf(n, name, tuple(cells), opens=opens, strong=whole, where=where_of(line)))
    row_table(
        rows, columns, corner=tr(BY[found.spec.by]), label=tr(Words("Values", "取值")),
        dark=dark(), key=KEY,
        on_open=lambda: _opened(found, lines),
        on_pick=lambda: _picked(found, lines, by_row=True), menus=menus_of(found, tr),
    )  # fmt: skip


def _under(found: Grid, column: Column, tr: Text) -> str:
    """What stands in the second line of a column's cells."""
    said = []
    if found.days.base is not None and column.span is None:
        said.append(tr(Words("change", "变化")))
    if column.metric.denominator is None and column.span is None:
        said.append(tr(Words("share", "占比")))
    return " · ".join(said)


def _board(found: Grid, asked: Asked, tr: Text) -> None:
    lines = (found.total, *found.lines)
    names = [tr(ALL) if x is found.total else line_name(x, found.spec.by, tr) for x in lines]
    rows = [
        RowOf(
            n,
            tr(c.metric.name),
            tuple(_cell(found, line, c, n, asked, tr, shares=False) for line in lines),
            opens=True,
        )
        for n, c in enumerate(found.columns)
        if any(_has_value(line.cells[n]) for line in lines)
    ]
    row_table(
        rows, [RowColumn(name, where=where_of(x)) for name, x in zip(names, lines, strict=True)],
        corner=tr(Words("Metric", "指标")),
        label=tr(SHAPES[Shape.BOARD]), dark=dark(), key=KEY,
        on_open=lambda: _metric_opened(found),
        on_pick=lambda: _picked(found, lines, by_row=False), menus=menus_of(found, tr),
    )  # fmt: skip

    _without_value(found, lines, tr)


def _has_value(number: Number) -> bool:
    return number.reading is not None and number.reading.value is not None


def _without_value(found: Grid, lines: tuple[Line, ...], tr: Text) -> None:
    """Metrics that have no number here at all are named with the reason, not drawn as dashes."""
    by_reason: dict[Reason, list[str]] = {}
    for n, column in enumerate(found.columns):
        first = found.total.cells[n].reading
        if first is not None and first.reason and not any(_has_value(x.cells[n]) for x in lines):
            by_reason.setdefault(first.reason, []).append(tr(column.metric.name))
    between = tr(Words(", ", "、"))
    for reason, names in by_reason.items():
        words = Words("No value here ({reason}): {names}.", "无数值（{reason}）：{names}。")
        st.caption(tr(words, reason=REASONS[reason], names=between.join(names)))


def _opened(found: Grid, lines: tuple[Line, ...]) -> None:
    place = opened(KEY)
    if place is not None:
        go_down(found, lines[place])


def _metric_opened(found: Grid) -> None:
    place = opened(KEY)
    if place is not None:
        key = found.columns[place].metric.key
        ask_for(replace(found.spec, metrics=(key,), shape=Shape.METRICS))


def _picked(found: Grid, lines: tuple[Line, ...], *, by_row: bool) -> None:
    at = picked(KEY)
    if at is None:
        return
    row, place = at if by_row else (at[1], at[0])
    number = number_of(found, lines[row], found.columns[place])
    if number is not None:
        BEHIND.want(number)


def _cell(
    found: Grid,
    line: Line,
    column: Column,
    place: int,
    asked: Asked,
    tr: Text,
    *,
    shares: bool = True,
) -> Cell:
    number, currency = line.cells[place], asked.scope.currency
    if number.reading is None:
        why = tr(UNSPLIT, by=BY[found.spec.by])
        return Cell(numbers.NO_VALUE, tone="none", lines=(why,))
    if number.reading.reason is not None:
        why = tr(REASONS[number.reading.reason])
        return Cell(
            numbers.NO_VALUE,
            tone="none",
            lines=(why, *_compared(number, column, found, tr, currency)),
        )
    unit = column.metric.unit
    whole = line is found.total
    small = number.small and not whole  # the whole stays as every other page has it
    said = numbers.full(number.reading.value, unit, tr, currency)
    return Cell(
        text=tr(FEWER, n=SMALL) if small else said,
        sub=""
        if small
        else _change(number, column, tr, currency, shares=shares and line is not found.total),
        lines=cell_lines(number, column, found, tr, currency),
        pick=can_list(found, line, column, place),
        menu=menu_of(found, line, column, place),
        tone="none" if number.small else "",
    )


def _change(number: Number, column: Column, tr: Text, currency: str, *, shares: bool) -> str:
    """The change, and the part of all beside it."""
    said = []
    if number.change is not None:
        before, after = number.change.before, number.change.after
        said.append(numbers.signed_change(before, after, column.metric.unit, tr, currency))
    if shares and number.share is not None and column.span is None:
        said.append(numbers.short(number.share, Unit.SHARE, tr))
    return " · ".join(said)


def _compared(
    number: Number, column: Column, found: Grid, tr: Text, currency: str
) -> tuple[str, ...]:
    if number.base is None or found.days.base is None:
        return ()
    days = compared_days(found.days.base, warehouse().coverage, tr)
    if number.base.reason is not None:
        return (tr(_BEFORE, days=days, value=REASONS[number.base.reason]),)
    value = numbers.full(number.base.value, column.metric.unit, tr, currency)
    return (tr(_BEFORE, days=days, value=value),)


def cell_lines(
    number: Number, column: Column, found: Grid, tr: Text, currency: str
) -> tuple[str, ...]:
    """What a cell tells on hover, in the order of every card."""
    r, unit = number.reading, column.metric.unit
    if r is None:
        return ()
    said = [
        value_of(r, unit, tr, currency),
        parts_of(r, unit, tr, currency) if column.metric.denominator else None,
        interval_of(r, unit, tr, currency),
        None
        if number.share is None
        else tr(_SHARE, share=numbers.short(number.share, Unit.SHARE, tr)),
        *_compared(number, column, found, tr, currency),
        maturity_of(r, tr),
        tr(_TOO_FEW, n=SMALL) if number.small else None,
    ]
    return tuple(line for line in said if line)
