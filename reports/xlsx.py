"""The pack as a workbook: an index, a sheet a metric with numbers and native charts."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from charts.theme import text_width
from reports.number_formats import value_format
from reports.pack import Fact, Legend, Pack, Page, Plot, Step, Table
from reports.xlsx_parts import (
    BOLD,
    LINK,
    MUTED,
    TITLE,
    TOP,
    WORDS,
    Styles,
    put_header,
    put_line_chart,
    put_number,
    put_row,
    put_text,
)

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31
DATA_ROW = 6
CHART_COLUMN, LAST_COLUMN = "J", "S"
FINDING_PIXELS = 950
"""About how wide the summary is, in letters of twelve pixels."""


def write_xlsx(pack: Pack, step: Step) -> bytes:
    """The workbook as a file. `step` hears the share that is done."""
    book, styles = Workbook(), Styles(pack.language)
    index = book.active
    index.title = pack.words.contents
    names = _sheet_names([page.name for page in pack.pages], {pack.words.contents})
    _index(index, pack, names, styles)
    for n, (page, name) in enumerate(zip(pack.pages, names, strict=True)):
        _metric(book.create_sheet(name), page, pack, styles)
        step(0.8 * (n + 1) / len(pack.pages))
    taken = {pack.words.contents, *names}
    for title, table in (
        (pack.words.experiments, pack.experiments),
        (pack.words.decisions, pack.decisions),
    ):
        if table.rows:
            [name] = _sheet_names([title], taken)
            _list(book.create_sheet(name), title, table, styles)
            taken.add(name)
    [name] = _sheet_names([pack.words.appendix], taken)
    _appendix(book.create_sheet(name), pack, styles)
    out = io.BytesIO()
    book.save(out)
    step(1.0)
    return out.getvalue()


def _sheet_names(titles: Sequence[str], taken: set[str]) -> list[str]:
    """Names that a spreadsheet accepts: short, without its own signs, each once."""
    used = {name.casefold() for name in taken}
    made = []
    for title in titles:
        plain = _FORBIDDEN.sub(" ", title).strip(" '")[:_LONGEST_NAME] or "-"
        name, n = plain, 2
        while name.casefold() in used:
            ending = f" {n}"
            name, n = plain[: _LONGEST_NAME - len(ending)] + ending, n + 1
        used.add(name.casefold())
        made.append(name)
    return made


def _index(sheet: Worksheet, pack: Pack, names: Sequence[str], styles: Styles) -> None:
    """What the review opens with, and every metric in one table that links to its sheet."""
    put_text(sheet, "A1", f"{pack.title} · {pack.subtitle}", styles, TITLE)
    put_text(sheet, "A2", pack.scope, styles, MUTED)
    put_text(sheet, "A3", pack.finding, styles, BOLD, wrap=True)
    sheet.merge_cells(start_row=3, start_column=1, end_row=3, end_column=len(pack.summary.header))
    sheet.row_dimensions[3].height = 16 * (1 + text_width(pack.finding) // FINDING_PIXELS)
    row = 4
    for p in pack.opening:
        put_text(sheet, f"A{row}", f"{p.title}: {p.text}", styles)
        row += 1
    row += 1
    put_header(sheet, row, pack.summary.header, styles, words=pack.summary.words)
    sheet.freeze_panes = "B1"
    by_row = iter(zip(pack.pages, names, strict=True))
    for title, cells in pack.summary.titled():
        row += 1
        if title is not None:
            put_text(sheet, f"A{row}", title, styles, MUTED)
            continue
        page, name = next(by_row)
        put_row(sheet, row, cells, page.unit, page.currency, pack.summary, styles)
        where, quoted = f"A{row}", name.replace("'", "''")
        sheet[where].hyperlink = Hyperlink(ref=where, location=f"'{quoted}'!A1")
        sheet[where].font = styles.font(LINK)
    columns = len(pack.summary.header)
    _widths(sheet, [30, *(_room(sheet, n, 13) for n in range(2, columns - 1)), 18, 16])
    _printed(sheet)


def _metric(sheet: Worksheet, page: Page, pack: Pack, styles: Styles) -> None:
    """Weeks and months as numbers on the left, their charts on the right, the strip below."""
    put_text(sheet, "A1", page.name, styles, TITLE)
    put_text(sheet, "A2", page.finding, styles, BOLD)
    owner = f"{pack.words.owner} {page.owner}" if page.owner else ""
    put_text(sheet, "A3", " · ".join(p for p in (page.section, owner) if p), styles, MUTED)
    row = DATA_ROW
    for n, plot in enumerate(page.plots):
        last = _numbers(sheet, row, plot, page, pack.legend, styles)
        anchor = f"{CHART_COLUMN}{2 + 18 * n}"
        put_line_chart(sheet, anchor, plot, (row + 1, last), pack.legend, page)
        row = last + 3
    row = _strip(sheet, max(row, 2 + 18 * len(page.plots) + 1), page, styles)
    for p in page.beside:
        put_text(sheet, f"A{row}", f"{p.title} · {p.lead}", styles, MUTED)
        put_text(sheet, f"B{row}", p.text, styles)
        row += 1
    row = _facts(sheet, row + 1, page.definition, styles)
    # Statements are for the screen: on paper they would make the sheet as wide as their lines.
    sheet.print_area = f"A1:{LAST_COLUMN}{row}"
    sql = tuple(Fact(f"{pack.words.sql} · {family}", text) for family, text in page.sql)
    _facts(sheet, row + 1, sql, styles)
    _widths(sheet, [32, *(_room(sheet, n, 15) for n in range(2, 8)), 12, 16])
    sheet.freeze_panes = "B2"
    _printed(sheet)


def _numbers(
    sheet: Worksheet, row: int, plot: Plot, page: Page, legend: Legend, styles: Styles
) -> int:
    """A plot as a table, unrounded; returns its last row."""
    put_text(sheet, f"A{row - 1}", plot.title, styles, BOLD)
    names = (legend.now, legend.before, legend.target, legend.low, legend.mean, legend.high)
    put_header(sheet, row, ("", *names, legend.tick, ""), styles, words=(7, 8))
    for bucket in plot.buckets:
        row += 1
        put_text(sheet, f"A{row}", bucket.name, styles)
        values = (bucket.value, bucket.before, bucket.target, bucket.low, bucket.mean, bucket.high)
        for column, value in enumerate(values, start=2):
            if value is not None:
                code = value_format(page.unit, page.currency, value)
                put_number(sheet, row, column, value, code, styles)
        for letter, text in (("H", bucket.tick.replace("\n", " ")), ("I", bucket.why)):
            put_text(sheet, f"{letter}{row}", text, styles, MUTED)
            sheet[f"{letter}{row}"].alignment = WORDS
    return row


def _strip(sheet: Worksheet, row: int, page: Page, styles: Styles) -> int:
    header = tuple(name.replace("\n", " · ") for name in page.strip.header)
    put_header(sheet, row, header, styles)
    for cells in page.strip.rows:
        row += 1
        put_row(sheet, row, cells, page.unit, page.currency, page.strip, styles)
    return row + 2


def _list(sheet: Worksheet, title: str, table: Table, styles: Styles) -> None:
    """A table of words."""
    put_text(sheet, "A1", title, styles, TITLE)
    put_header(sheet, 3, table.header, styles, words=table.words)
    for n, cells in enumerate(table.rows, start=4):
        for column, cell in enumerate(cells, start=1):
            put_text(sheet, sheet.cell(n, column).coordinate, cell.text, styles, wrap=True)
    _widths(sheet, [48, *[20] * (len(table.header) - 1)])
    _printed(sheet)


def _appendix(sheet: Worksheet, pack: Pack, styles: Styles) -> None:
    put_text(sheet, "A1", pack.words.appendix, styles, TITLE)
    left_out = tuple(Fact(pack.words.left_out, text) for text in pack.left_out)
    _facts(sheet, 3, (*pack.facts, *left_out), styles)
    _widths(sheet, [30, 110])
    _printed(sheet)


def _facts(sheet: Worksheet, row: int, facts: Sequence[Fact], styles: Styles) -> int:
    for fact in facts:
        put_text(sheet, f"A{row}", fact.name, styles, MUTED)
        put_text(sheet, f"B{row}", fact.text, styles)
        sheet[f"B{row}"].alignment = TOP
        row += 1
    return row


def _room(sheet: Worksheet, column: int, least: float) -> float:
    """Letters that the numbers of a column need: one that does not fit shows as ###."""
    [cells] = sheet.iter_cols(min_col=column, max_col=column)
    shown = [f"{c.value:,.2f}" for c in cells if isinstance(c.value, (int, float))]
    return max([least, *(len(text) + 5 for text in shown)])


def _widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    for n, width in enumerate(widths):
        sheet.column_dimensions["ABCDEFGHIJKLMNOP"[n]].width = width


def _printed(sheet: Worksheet) -> None:
    """On paper a sheet is as wide as the page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.sheet_view.showGridLines = False
