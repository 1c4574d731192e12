"""The parts of the Data health page: checks by severity, the contract, rows by day, rejects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import streamlit as st

from charts.rows import rows_by_day
from charts.theme import CONFIG, palette
from data.checks.days import RowsByDay
from data.checks.everything import Check
from data.checks.finding import SEVERITIES, Cell, Listing, Severity
from data.checks.imports import rejected_cells
from data.warehouse import Warehouse
from format import numbers
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.health import Health, TableState, health
from ui.html import escape
from ui.page import section
from ui.session import dark, notice, remembered, scope
from ui.tables import html_table

MARKS: dict[Severity, str] = {
    Severity.ERROR: "✕",
    Severity.WARNING: "▲",
    Severity.INFO: "•",
    Severity.OK: "✓",
}
"""Told apart without colour; the severity itself stands in words above."""

FIRST_SCREEN = (80, 200, 200, 200)
"""Heights in pixels: title and finding, then checks."""

TEN_MINUTES = 10

DAYS_DRAWN = 366
TABLES_DRAWN = 4


def looked(warehouse: Warehouse) -> Health:
    """Data health of this version, looked at once in ten minutes: only the hours since the
    refresh change by the clock."""
    now = datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0)
    now = now.replace(minute=now.minute - now.minute % TEN_MINUTES)
    return remembered(lambda: health(warehouse, now), "health", now)


def say_filters_do_not_apply() -> None:
    """A filter that is not honoured is announced, never skipped in silence."""
    if scope().choices:
        notice(
            Words(
                "The filters do not apply here: Data health looks at everything you may see.",
                "筛选在此不生效：数据健康检查的是您可查看的全部数据。",
            )
        )


def show_checks(found: Health, warehouse: Warehouse, tr: Text) -> None:
    """Every check, the worst first: what, how bad, what to do, the rows, what was asked."""
    # The framework writes the label of a compact expander too faintly to be read by everybody.
    label = "[class*=st-key-check] summary"
    style = f"opacity:1!important;color:{palette(dark()).text}!important"
    st.html(f"<style>{label},{label} *{{{style}}}</style>")
    for severity in Severity:
        checks = [c for c in found.checks if c.severity is severity]
        if not checks:
            continue
        section(f"{tr(SEVERITIES[severity])} · {len(checks)}")
        if severity is Severity.OK:
            _show_in_order(checks, warehouse, tr)
        else:
            for check in checks:
                _show_check(check, warehouse, tr)


def _show_in_order(checks: list[Check], warehouse: Warehouse, tr: Text) -> None:
    """What is in order, a line each."""
    with st.container(key="checks_in_order"):
        st.html("".join(_line(check, tr) for check in checks))
        with _when_opened(_SQL, "in_order", tr) as opened:
            for check in checks if opened else ():
                st.html(_line(check, tr))
                _show_sql(check, warehouse)


def _show_check(check: Check, warehouse: Warehouse, tr: Text) -> None:
    with st.container(key=f"check_{check.key}"):
        advice = "" if check.advice is None else f'<p class="ns-sub">{escape(tr(check.advice))}</p>'
        st.html(_line(check, tr) + advice)
        if check.key == "rejected_rows":
            offer_rejects(warehouse, tr)
        rows = Words("Rows and SQL", "明细与 SQL")
        with _when_opened(_SQL if check.listing is None else rows, check.key, tr) as opened:
            if opened:
                if check.listing is not None:
                    st.html(listing_html(tr(check.name), check.listing, tr))
                _show_sql(check, warehouse)


@contextmanager
def _when_opened(label: Words, key: str, tr: Text) -> Iterator[bool]:
    """A fold that says whether it is open: what nobody looks at is neither compiled nor sent."""
    fold = st.expander(
        tr(label), type="compact", key=f"rows_{key}_{tr.language}", on_change="rerun"
    )
    with fold:
        yield bool(fold.open)


_SQL = Words("SQL", "SQL")


def _line(check: Check, tr: Text) -> str:
    return (
        f"<p style='margin:0 0 .2rem'><span aria-hidden='true'>{MARKS[check.severity]}</span> "
        f"<strong>{escape(tr(check.name))}</strong> · {escape(tr(check.sentence))}</p>"
    )


def _show_sql(check: Check, warehouse: Warehouse) -> None:
    for statement in check.sql(warehouse):
        st.code(statement, language="sql", wrap_lines=True)


def listing_html(title: str, listing: Listing, tr: Text) -> str:
    """A small table; numbers in full, columns of numbers to the right."""
    rows = [[_cell(cell, tr) for cell in row] for row in listing.rows]
    numeric = {
        n
        for n in range(1, len(listing.columns))
        if any(isinstance(row[n], int | float) for row in listing.rows)
    }
    return html_table(title, [tr(c) for c in listing.columns], rows, numeric=numeric)


def _cell(cell: Cell, tr: Text) -> str:
    if isinstance(cell, Words):
        return tr(cell)
    if isinstance(cell, float):
        return numbers.full(cell, "money", tr, "")
    if isinstance(cell, int):
        return numbers.full(cell, "count", tr)
    return numbers.NO_VALUE if cell is None else cell


def offer_rejects(warehouse: Warehouse, tr: Text) -> None:
    """The rejected cells as a file, made on click; nothing where there are none to be seen."""
    if rejected_cells(warehouse) is None:
        return
    st.download_button(
        tr(Words("Download the rejected rows (CSV)", "下载拒收的行（CSV）")),
        lambda: rejects_file(warehouse),
        file_name=f"rejected_{warehouse.shop}_{warehouse.version}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
    )
    if not warehouse.viewer.personal_data:
        _aside(
            tr(
                Words(
                    "Without what stood in the rows: they may describe a person.",
                    "不含行内原始内容：其中可能有个人信息。",
                )
            )
        )


def rejects_file(warehouse: Warehouse) -> bytes:
    """The CSV as a spreadsheet opens it: marked as UTF-8, no cell is run as a formula."""
    cells = rejected_cells(warehouse)
    if cells is None:
        return b""
    plain = cells.astype(object).where(cells.notna(), None)
    return csv_text(list(plain.columns), plain.itertuples(index=False)).encode("utf-8-sig")


def show_contract(found: Health, tr: Text) -> None:
    """Every table of the contract: what is there, what is not, what that switches off."""
    header = (
        Words("Table", "数据表"),
        Words("For", "用途"),
        Words("Rows", "行数"),
        Words("Columns present", "已有字段"),
        Words("Columns missing", "缺少字段"),
        Words("Switched off on Overview", "总览中因此停用"),
    )
    rows = [
        [
            t.table,
            tr(t.lights_up),
            numbers.full(t.rows, "count", tr),
            ", ".join(t.present) or numbers.NO_VALUE,
            _absent(t, tr),
            tr(Words(", ", "、")).join(tr(m.name) for m in t.off) or numbers.NO_VALUE,
        ]
        for t in found.tables
    ]
    title = tr(Words("Tables of the contract", "标准表清单"))
    st.html(html_table(title, [tr(h) for h in header], rows, numeric={2}))
    _aside(
        tr(
            Words(
                "A missing table or column is mapped in the shop's mapping.yaml "
                "(docs/guides/importing.md).",
                "缺少的表或字段可在店铺的 mapping.yaml 中映射（见 docs/guides/importing.md）。",
            )
        )
    )


def _absent(t: TableState, tr: Text) -> str:
    if not t.rows:
        return tr(Words("the whole table", "整张表"))
    required = tr(Words(" (required)", "（必填）"))
    named = [c + required if c in t.required_absent else c for c in t.absent]
    return ", ".join(named) or numbers.NO_VALUE


def _aside(words: str) -> None:
    st.html(f'<p class="ns-sub">{escape(words)}</p>')


def show_days(found: Health, tr: Text) -> None:
    """Rows by day of the chosen tables over the last year of data, gaps marked."""
    tables = {d.table: d for d in found.days}
    chosen = st.pills(
        tr(Words("Tables", "数据表")),
        list(tables),
        selection_mode="multi",
        default=_first_tables(list(tables)),
        key="health_tables",
    )
    drawn = [tables[name] for name in tables if name in chosen]
    if not drawn:
        st.info(tr(Words("Choose a table to see its rows by day.", "请选择数据表以查看每日行数。")))
        return
    days, counts, gaps = days_drawn(drawn)
    figure = rows_by_day(days, counts, gaps, tr, dark=dark())
    st.plotly_chart(
        figure, theme=None, key="rows_by_day", config=dict(CONFIG), alt=figure.layout.meta["alt"]
    )
    if min(d.days[0] for d in drawn) < days[0]:
        _aside(
            tr(
                Words(
                    "The last {n} days; earlier gaps stand under “Missing days”.",
                    "仅显示最近 {n} 天，更早的缺口见“缺失的日期”。",
                ),
                n=numbers.full(len(days), "count", tr),
            )
        )


def _first_tables(tables: list[str]) -> list[str]:
    """Tables that matter most, in the order of the menu."""
    wanted = ("orders", "events", "users", "refunds", "marketing_spend")
    return [name for name in wanted if name in tables][:TABLES_DRAWN] or tables[:1]


def days_drawn(
    drawn: list[RowsByDay],
) -> tuple[list[date], dict[str, list[int]], set[date]]:
    """The last year of days of some tables on one axis; days outside a table's own are empty."""
    last = max(d.days[-1] for d in drawn)
    first = max(min(d.days[0] for d in drawn), last - timedelta(days=DAYS_DRAWN - 1))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    counts: dict[str, list[int]] = {}
    for d in drawn:
        own = dict(zip(d.days, d.counts, strict=True))
        counts[d.table] = [own.get(day, 0) for day in days]
    return days, counts, {day for d in drawn for day in d.missing if day >= first}
