"""Parts of a workbook: harmless texts, formatted numbers, native line charts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.chart import LineChart, Reference
from openpyxl.chart.marker import DataPoint, Marker
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from charts.theme import LIGHT
from metrics.metric import Unit
from reports.number_formats import axis_format, cell_format, cell_number
from reports.pack import Cell, Legend, Page, Plot, Table, Tone

PLAIN, BOLD, TITLE, MUTED, LINK = "plain", "bold", "title", "muted", "link"
_COLOURS: dict[Tone, str] = {
    Tone.PLAIN: LIGHT.text,
    Tone.MUTED: LIGHT.muted,
    Tone.GOOD: LIGHT.good,
    Tone.BAD: LIGHT.bad,
    Tone.SIGNAL: LIGHT.signal,
}
WORDS = Alignment(horizontal="left", indent=1)
"""Words keep a distance from the numbers before them."""
TOP = Alignment(vertical="top")
"""Of several lines the first is seen."""
_LONGEST = 32_767
"""Characters that a cell of a spreadsheet holds."""
_EMU = 12_700


@dataclass(frozen=True, slots=True)
class Styles:
    """One font for the whole workbook, that of the reader's script."""

    language: str

    def font(self, look: str = PLAIN, colour: str | None = None) -> Font:
        name = "Microsoft YaHei" if self.language == "zh" else "Calibri"
        own = {MUTED: LIGHT.muted, LINK: LIGHT.accent}.get(look, LIGHT.text)
        return Font(
            name=name,
            size=16 if look == TITLE else 11,
            bold=look in (BOLD, TITLE),
            underline="single" if look == LINK else None,
            color=(colour or own).lstrip("#"),
        )


def put_text(
    sheet: Worksheet,
    where: str,
    text: str,
    styles: Styles,
    look: str = PLAIN,
    *,
    wrap: bool = False,
) -> None:
    """Text that stays text: what begins like a formula is neither run nor turned into one when
    somebody edits the cell."""
    if not text:
        return
    cell = sheet[where]
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST]
    cell.data_type = "s"
    cell.font = styles.font(look)
    if text.lstrip().startswith(("=", "+", "-", "@")):
        cell.quotePrefix = True
    if wrap:
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def put_number(
    sheet: Worksheet,
    row: int,
    column: int,
    value: float,
    code: str,
    styles: Styles,
    colour: str | None = None,
) -> None:
    cell = sheet.cell(row, column, value)
    cell.number_format = code
    cell.font = styles.font(colour=colour)


def put_header(
    sheet: Worksheet,
    row: int,
    names: Sequence[str],
    styles: Styles,
    *,
    words: Sequence[int] = (),
) -> None:
    """Names over numbers stand to the right, over `words` to the left; long ones on two lines."""
    if max(len(name) for name in names) > 16:
        sheet.row_dimensions[row].height = 31
    for column, name in enumerate(names, start=1):
        cell = sheet.cell(row, column)
        put_text(sheet, cell.coordinate, name, styles, MUTED)
        cell.border = Border(bottom=Side("thin", color=LIGHT.comparison.lstrip("#")))
        left = column == 1 or column - 1 in words
        cell.alignment = Alignment(
            horizontal="left" if left else "right",
            indent=1 if left and column > 1 else 0,
            wrap_text=True,
            vertical="bottom",
        )


def put_row(
    sheet: Worksheet,
    row: int,
    cells: Iterable[Cell],
    unit: Unit,
    currency: str | None,
    table: Table,
    styles: Styles,
) -> None:
    """Numbers as numbers in their format; the rest as text, why there is no number beside it."""
    for column, cell in enumerate(cells, start=1):
        number = cell_number(cell)
        colour = _COLOURS[cell.tone]
        if number is not None:
            put_number(
                sheet,
                row,
                column,
                number,
                cell_format(cell, unit, currency, styles.language),
                styles,
                colour,
            )
            continue
        where = sheet.cell(row, column).coordinate
        put_text(sheet, where, cell.why or cell.text, styles)
        if cell.text:
            sheet[where].font = styles.font(colour=colour)
        if column > 1:
            words = column - 1 in table.words
            sheet[where].alignment = WORDS if words else Alignment(horizontal="right")


def put_line_chart(
    sheet: Worksheet, anchor: str, plot: Plot, rows: tuple[int, int], legend: Legend, page: Page
) -> None:
    """A native chart of the columns B to G of these rows, named by the header above them."""
    chart = LineChart()
    chart.height, chart.width = 8.2, 16.0
    chart.title = None
    chart.legend.position = "b"
    first, last = rows
    for column, shown, look in (
        (7, plot.has_limits, _line(LIGHT.comparison, 1, "sysDash")),
        (6, plot.has_limits, _line(LIGHT.comparison, 1, "sysDot")),
        (5, plot.has_limits, _line(LIGHT.comparison, 1, "sysDash")),
        (3, plot.has_before, _line(LIGHT.comparison, 1.5)),
        (4, plot.has_target, _line(LIGHT.text, 1.5, "dash")),
        (2, True, _line(LIGHT.accent, 2.5)),
    ):
        if shown:
            chart.add_data(
                Reference(sheet, min_col=column, min_row=first - 1, max_row=last),
                titles_from_data=True,
            )
            series = chart.series[-1]
            series.smooth = False
            series.graphicalProperties = GraphicalProperties(ln=look)
            series.marker = Marker(symbol="none")
    _points(chart.series[-1], plot)
    chart.set_categories(Reference(sheet, min_col=8, min_row=first, max_row=last))
    _axes(chart, plot, page)
    sheet.add_chart(chart, anchor)


def _line(colour: str, points: float, dash: str | None = None) -> LineProperties:
    return LineProperties(
        solidFill=colour.lstrip("#"), w=int(points * _EMU), prstDash=dash, cap="rnd"
    )


def _points(series: Any, plot: Plot) -> None:
    """As everywhere: hollow while open, a diamond for a signal."""
    series.marker = _marker("circle", 7, LIGHT.accent, LIGHT.accent)
    for n, bucket in enumerate(plot.buckets):
        if bucket.value is None or not (bucket.open or bucket.signal):
            continue
        edge = LIGHT.signal if bucket.signal else LIGHT.accent
        inside = LIGHT.paper if bucket.open else edge
        size = 11 if bucket.signal else 7
        point = DataPoint(
            idx=n, marker=_marker("diamond" if bucket.signal else "circle", size, inside, edge)
        )
        point.spPr = GraphicalProperties(
            ln=_line(LIGHT.accent, 2.5, "sysDash" if bucket.open else None)
        )
        series.dPt.append(point)


def _marker(symbol: str, size: int, inside: str, edge: str) -> Marker:
    look = GraphicalProperties(solidFill=inside.lstrip("#"), ln=_line(edge, 1.5))
    return Marker(symbol=symbol, size=size, spPr=look)


def _axes(chart: LineChart, plot: Plot, page: Page) -> None:
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = plot.axis.low, plot.axis.high
    chart.y_axis.majorUnit = plot.axis.step
    chart.y_axis.number_format = axis_format(plot.axis, page.unit, page.currency)
    chart.y_axis.title = chart.x_axis.title = None
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=_line(LIGHT.grid, 0.75))
    chart.y_axis.spPr = GraphicalProperties(ln=LineProperties(noFill=True))
    chart.x_axis.spPr = GraphicalProperties(ln=_line(LIGHT.grid, 1))
    chart.x_axis.tickLblPos = "low"
