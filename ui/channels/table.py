"""The table of the channel page: one row a channel (campaign, market, platform)."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from charts.reading_lines import reading_lines
from charts.sparkline import sparkline_svg
from charts.theme import palette
from charts.words import sparkline_alt
from data.serving.spend import KINDS
from format import dates, numbers
from i18n import Text, Words
from metrics.channels.people import Who
from metrics.channels.result import Row, Table
from metrics.channels.spec import (
    AGAIN_WITHIN,
    HORIZONS,
    KIND_NAMES,
    LEVELS,
    RETAINED_ON,
    Cost,
    value_name,
)
from metrics.channels.text import Answer, as_csv
from metrics.metric import Unit
from metrics.reading import REASONS, Reading
from metrics.scorecard import Point
from ui.channels.asked import Asked
from ui.channels.parts import node_below
from ui.channels.people import BEHIND, number_of
from ui.cost_change import cost_change
from ui.number_menu.entries import Entry, metric_entries
from ui.number_menu.links import PLACE
from ui.page import section
from ui.row_table import Cell, RowColumn, RowOf, opened, picked, row_table
from ui.session import choose, dark, text, warehouse

KEY = "channel_table"
_CUSTOMERS, _TREND, _REGISTERED = 1, 3, 13
"""Places of columns: two open people, one holds the small trends."""


def table_section(found: Table, asked: Asked) -> None:
    """Every row with its figures; a name opens the level below, a count the people."""
    tr = text()
    section(
        tr(Words("Row by row", "逐行明细")),
        tr(
            Words(
                "A name opens the level below, an underlined count the people; hover for intervals "
                "and parts.",
                "点击名称下钻，点击带下划线的人数查看名单，悬停查看区间与分子分母。",
            )
        ),
    )
    _legend(found, tr)
    shown = [*found.rows, found.total]
    most = max((_spent(r) for r in found.rows), default=0.0)
    rows = [
        RowOf(
            n,
            _name(found, r, tr),
            _with_menus(_cells(found, r, asked, most, tr), r, found),
            opens=node_below(found, r) is not None,
            strong=r is found.total,
            where=r.value or "",
        )
        for n, r in enumerate(shown)
    ]

    def drill() -> None:
        at = opened(KEY)
        node = None if at is None else node_below(found, shown[at])
        if node is not None:
            choose(path=node.path)

    def people() -> None:
        at = picked(KEY)
        if at is None:
            return
        who = Who.CUSTOMERS if at[1] == _CUSTOMERS else Who.REGISTERED
        number = number_of(found, shown[at[0]], who)
        if number is not None:
            BEHIND.want(number)

    row_table(
        rows,
        _columns(found, asked, tr),
        corner=tr(LEVELS[found.node.by]),
        label=tr(Words("Costs and value by {level}", "按{level}的成本与价值"),
                 level=LEVELS[found.node.by]),
        dark=dark(),
        key=KEY,
        on_pick=people,
        on_open=drill,
        menus=menus_of(found, asked.cost, tr),
    )  # fmt: skip


def menus_of(found: Table, cost: Cost, tr: Text) -> dict[str, list[Entry]]:
    """Of the columns that are metrics of the catalog: all spend, by channel, over whole days."""
    if found.node.path or cost is not Cost.MARKETING:
        return {}
    of, by = found.span, ((found.node.by, PLACE),)
    return {
        f"{key}{mark}": metric_entries(key, tr, of=of, path=path, explain="link")
        for key in IN_CATALOG.values()
        for mark, path in (("", ()), (">", by))
    }


IN_CATALOG = {0: "spend", 2: "blended_cac", 4: "mer", 13: "new_users", 14: "cpr"}
"""Metrics of the catalog by their column; each channel's is the same number by the channel."""


def _with_menus(cells: list[Cell], row: Row, found: Table) -> tuple[Cell, ...]:
    whole = row is found.total
    if row.value is None and not whole:
        return tuple(cells)
    menus = {n: key if whole else f"{key}>" for n, key in IN_CATALOG.items()}
    return tuple(replace(cell, menu=menus.get(n, "")) for n, cell in enumerate(cells))


def _spent(row: Row) -> float:
    return sum(max(v, 0.0) for v in row.now.spend.values())


def kind_colours(is_dark: bool) -> dict[str, str]:
    """One hue from dark to light, in the order in which costs are added."""
    shades = palette(is_dark).sequential
    return dict(zip(KINDS, reversed(shades[-len(KINDS) :]), strict=True))


def _legend(found: Table, tr: Text) -> None:
    """Which shade is which kind of cost, of the kinds there are."""
    inks = kind_colours(dark())
    there = [k for k in KINDS if found.total.now.spend[k]]
    if len(there) < 2:
        return
    marks = "".join(
        f'<span style="display:inline-block;width:10px;height:10px;background:{inks[k]};'
        f'margin:0 4px 0 12px"></span>{tr(KIND_NAMES[k])}'
        for k in there
    )
    st.html(f'<p class="ns-sub">{tr(Words("Spend:", "花费："))}{marks}</p>')


def _name(found: Table, row: Row, tr: Text) -> str:
    if row is found.total:
        return tr(Words("All", "合计"))
    return value_name(found.node.by, row.value, tr, row.members)


def _columns(found: Table, asked: Asked, tr: Text) -> list[RowColumn]:
    def cohort(days: int) -> str:
        span = found.cohorts.get(days)
        return "" if span is None else dates.span(span.start, span.end, tr)

    weeks = tr(Words("{n} weeks", "近 {n} 周"), n=len(found.weeks))
    horizon = asked.horizon
    names: list[tuple[Words, str]] = [
        (Words("Spend", "花费"), ""),
        (Words("New customers", "新客"), tr(Words("share", "占比"))),
        (Words("CAC", "获客成本"), tr(Words("change", "变化"))),
        (Words("CAC trend", "成本走势"), weeks),
        (Words("ROAS", "ROAS"), tr(Words("revenue ÷ spend", "收入 ÷ 花费"))),
        (Words("LTV : CAC", "LTV : CAC 倍数"), tr(Words("{n} days", "{n} 天"), n=horizon)),
        (Words("Payback", "回本"), tr(Words("within {n} days", "{n} 天内"), n=horizon)),
        *[(Words(f"LTV {d} d", f"{d} 日 LTV"), cohort(d)) for d in HORIZONS],
        (Words(f"Active on day {RETAINED_ON}", f"{RETAINED_ON} 日留存"), cohort(RETAINED_ON)),
        (Words(f"Again within {AGAIN_WITHIN} d", f"{AGAIN_WITHIN} 日复购"), cohort(AGAIN_WITHIN)),
        (Words("Registrations", "注册"), ""),
        (Words("Cost per registration", "注册成本"), ""),
        (Words("Impressions", "展示"), ""),
        (Words("Clicks", "点击"), ""),
    ]
    return [
        RowColumn(tr(name), sub, number=place != _TREND) for place, (name, sub) in enumerate(names)
    ]


def _cells(found: Table, row: Row, asked: Asked, most: float, tr: Text) -> list[Cell]:
    now, cost, currency = row.now, asked.cost, asked.scope.currency

    def count(n: int, *, pick: bool = False, sub: str = "") -> Cell:
        return Cell(numbers.full(n, Unit.COUNT, tr), sub, pick=pick and n > 0)

    listable = row.value is not None or row is found.total
    worth = found.worth(row, asked.horizon, cost)
    ltv = [found.worth(row, d, cost).ltv for d in HORIZONS]
    share = found.share(row)
    return [
        _spend_cell(row, found, most, cost, tr, currency),
        count(now.customers, pick=listable, sub=numbers.short(share.value, Unit.SHARE, tr)),
        _cac_cell(row, cost, tr, currency),
        _trend_cell(found, row, cost, tr, currency),
        value_cell(now.roas(cost), Unit.TIMES, tr, currency),
        value_cell(worth.ltv_cac, Unit.TIMES, tr, currency),
        _payback_cell(worth.payback, tr),
        *[value_cell(r, Unit.MONEY, tr, currency) for r in ltv],
        value_cell(found.retained(row), Unit.SHARE, tr, currency),
        value_cell(found.again(row), Unit.SHARE, tr, currency),
        count(now.registrations, pick=listable),
        value_cell(now.cpr(cost), Unit.MONEY, tr, currency),
        count(now.impressions) if now.impressions else _absent(),
        count(now.clicks) if now.clicks else _absent(),
    ]


def _absent() -> Cell:
    return Cell(numbers.NO_VALUE, tone="none")


def value_cell(reading: Reading, unit: str, tr: Text, currency: str) -> Cell:
    """A number with its parts and interval on hover, or why there is none."""
    if reading.reason is not None:
        return Cell(numbers.NO_VALUE, tone="none", lines=(tr(REASONS[reading.reason]),))
    both = (Unit.MONEY, Unit.MONEY) if unit == Unit.TIMES else None
    lines = reading_lines(reading, unit, tr, currency, units=both)
    text_ = numbers.short(reading.value, unit, tr, currency)
    return Cell(text_, lines=tuple(line for line in lines if line))


def _spend_cell(row: Row, found: Table, most: float, cost: Cost, tr: Text, currency: str) -> Cell:
    now = row.now
    inks = kind_colours(dark())
    parts = [(k, now.spend[k]) for k in KINDS if now.spend[k]]
    lines = [f"{tr(KIND_NAMES[k])} {numbers.full(v, Unit.MONEY, tr, currency)}" for k, v in parts]
    if cost is Cost.LOADED:
        amount = numbers.full(now.discounts, Unit.MONEY, tr, currency)
        lines.append(f"{tr(Words('Discounts of first orders', '首单优惠'))} {amount}")
    wide = 0.0 if row is found.total or not most else 1 / most
    bars = tuple((v * wide, inks[k]) for k, v in parts if v > 0 and wide)
    text_ = numbers.short(now.cost(cost), Unit.MONEY, tr, currency)
    return Cell(text_, lines=tuple(lines), bars=bars)


def _cac_cell(row: Row, cost: Cost, tr: Text, currency: str) -> Cell:
    cell = value_cell(row.now.cac(cost), Unit.MONEY, tr, currency)
    change = row.change(cost)
    if change is None:
        return cell
    said, judged = cost_change(change)
    words = Words("change {change} ({low} to {high})", "变化 {change}（{low} 至 {high}）")
    whole, low, high = (numbers.signed_percent(v) for v in change)
    told = tr(words, change=whole, low=low, high=high)
    return Cell(cell.text, said, judged, lines=(*cell.lines, told))


def _trend_cell(found: Table, row: Row, cost: Cost, tr: Text, currency: str) -> Cell:
    points = [
        Point(span, reading, running)
        for (span, reading), (_, running) in zip(found.trend(row, cost), found.weeks, strict=True)
    ]
    if all(p.reading.value is None for p in points):
        return _absent()
    svg = sparkline_svg(points, tr, dark(), unit=Unit.MONEY, currency=currency, width=96, height=28)
    return Cell(spark=svg, spark_alt=sparkline_alt(points, Unit.MONEY, tr, currency=currency))


def _payback_cell(reading: Reading, tr: Text) -> Cell:
    if reading.value is None:
        reason = reading.reason
        return Cell(
            numbers.NO_VALUE, tone="none", lines=() if reason is None else (tr(REASONS[reason]),)
        )
    return Cell(tr(Words("day {n}", "第 {n} 天"), n=int(reading.value)))


def every_number(found: Table, asked: Asked) -> None:
    """The whole table as a file."""
    tr, w = text(), warehouse()
    answer = Answer(w, asked.scope, found, asked.cost)
    st.download_button(
        tr(Words("Download CSV", "下载 CSV")),
        lambda: as_csv(answer).encode("utf-8-sig"),
        file_name=f"northstar_channels_{w.shop}_{found.span.start}.csv",
        mime="text/csv",
        on_click="ignore",
        key="download_channels",
    )
