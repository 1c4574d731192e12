"""Parts of slides: text, tables and native line charts in the product's look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Inches, Length, Pt

from charts.theme import LIGHT
from metrics.metric import Unit
from reports.number_formats import axis_format, value_format
from reports.pack import Cell, Legend, Plot, Table, Tone

COLOURS: dict[Tone, str] = {
    Tone.PLAIN: LIGHT.text,
    Tone.MUTED: LIGHT.muted,
    Tone.GOOD: LIGHT.good,
    Tone.BAD: LIGHT.bad,
    Tone.SIGNAL: LIGHT.signal,
}


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[Length, Length, Length, Length]:
        return Inches(self.left), Inches(self.top), Inches(self.width), Inches(self.height)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one look; sizes are points."""

    text: str
    size: float = 14
    bold: bool = False
    colour: str = LIGHT.text


def rgb(colour: str) -> RGBColor:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return RGBColor(red, green, blue)  # type: ignore[no-untyped-call]


def put_text(
    slide: Any,
    box: Box,
    paragraphs: Sequence[Sequence[Run]],
    language: str,
    *,
    align: Any = PP_ALIGN.LEFT,
    anchor: Any = MSO_ANCHOR.TOP,
    space: float = 0,
) -> Any:
    """A text box without inner margins, so that texts stand on the slide's own lines."""
    shape = slide.shapes.add_textbox(*box.emu)
    frame = shape.text_frame
    bare(frame, anchor)
    fill(frame, paragraphs, language, align=align, space=space)
    return shape


def bare(frame: Any, anchor: Any = MSO_ANCHOR.TOP) -> None:
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, anchor


def fill(
    frame: Any,
    paragraphs: Sequence[Sequence[Run]],
    language: str,
    *,
    align: Any = PP_ALIGN.LEFT,
    space: float = 0,
) -> None:
    """Write paragraphs into a frame that is still empty."""
    for n, runs in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
        paragraph.alignment = align
        if n:
            paragraph.space_before = Pt(space)
        for run in runs:
            _write(paragraph, run, language)


def _write(paragraph: Any, run: Run, language: str) -> None:
    made = paragraph.add_run()
    made.text = run.text
    made.font.size, made.font.bold = Pt(run.size), run.bold
    made.font.color.rgb = rgb(run.colour)
    # The language decides which of the theme's fonts PowerPoint takes for shared punctuation.
    made._r.get_or_add_rPr().set("lang", "zh-CN" if language == "zh" else "en-GB")


def put_table(
    slide: Any,
    box: Box,
    table: Table,
    widths: Sequence[float],
    language: str,
    *,
    size: float = 12,
    row_height: float = 0.3,
    strong_first_row: bool = False,
) -> None:
    """A native table: hairlines between rows, numbers to the right, nothing else."""
    rows = len(table.rows) + 1
    frame = slide.shapes.add_table(rows, len(table.header), *box.emu)
    made = frame.table
    _plain_style(frame)
    for n, width in enumerate(widths):
        made.columns[n].width = Inches(width)
    tall = max(name.count("\n") for name in table.header) + 1
    made.rows[0].height = Inches(row_height if tall == 1 else row_height * 1.5)
    for n in range(1, rows):
        made.rows[n].height = Inches(row_height)
    for column, name in enumerate(table.header):
        _head(made.cell(0, column), name, _is_number(table, column), language, size)
    for n, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            strong = strong_first_row and n == 1 and column > 0
            run = Run(cell.text, size + 4 if strong else size, strong, COLOURS[cell.tone])
            _body(made.cell(n, column), run, _is_number(table, column), language)


def _is_number(table: Table, column: int) -> bool:
    return column > 0 and column not in table.words


def _head(cell: Any, name: str, number: bool, language: str, size: float) -> None:
    lines = [[Run(line, size - 1 if n == 0 else size - 3, n == 0, LIGHT.muted)]
             for n, line in enumerate(name.split("\n"))]  # fmt: skip
    _cell(cell, lines, number, language, MSO_ANCHOR.BOTTOM)
    _rule(cell, LIGHT.comparison, 1.0)


def _body(cell: Any, run: Run, number: bool, language: str) -> None:
    _cell(cell, [[run]], number, language, MSO_ANCHOR.MIDDLE)
    _rule(cell, LIGHT.grid, 0.75)


def _cell(cell: Any, lines: Sequence[Sequence[Run]], number: bool, language: str, at: Any) -> None:
    cell.margin_left = cell.margin_right = Inches(0.06)
    cell.margin_top = cell.margin_bottom = Inches(0.02)
    cell.vertical_anchor = at
    cell.fill.background()
    fill(cell.text_frame, lines, language, align=PP_ALIGN.RIGHT if number else PP_ALIGN.LEFT)


def _plain_style(frame: Any) -> None:
    """No banding and PowerPoint's style without any lines: each cell draws its own."""
    properties = frame._element.graphic.graphicData.tbl.tblPr
    for name in ("firstRow", "bandRow"):
        properties.attrib.pop(name, None)
    style = properties.find("{http://schemas.openxmlformats.org/drawingml/2006/main}tableStyleId")
    if style is not None:
        style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
    properties.set("firstRow", "1")


def _rule(cell: Any, colour: str, points: float) -> None:
    """A line under a cell; PowerPoint's tables know them only in XML."""
    properties = cell._tc.get_or_add_tcPr()
    line = OxmlElement("a:lnB")
    line.set("w", str(int(points * 12700)))
    solid, paint = OxmlElement("a:solidFill"), OxmlElement("a:srgbClr")
    paint.set("val", colour.lstrip("#"))
    solid.append(paint)
    line.append(solid)
    properties.insert(0, line)


def put_chart(
    slide: Any, box: Box, plot: Plot, legend: Legend, unit: Unit, currency: str | None
) -> None:
    """A native line chart whose numbers a reader can edit in PowerPoint."""
    data: Any = CategoryChartData(number_format=value_format(unit, currency))  # type: ignore[no-untyped-call]
    data.categories = [b.tick for b in plot.buckets]
    looks = [name for name, _ in _series(plot, legend)]
    for name, values in _series(plot, legend):
        data.add_series(name, values)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *box.emu, data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", plot.alt)
    chart = frame.chart
    chart.has_legend = chart.has_title = False
    chart.font.size, chart.font.color.rgb = Pt(10), rgb(LIGHT.muted)
    _axes(chart, plot, unit, currency)
    for series, name in zip(chart.plots[0].series, looks, strict=True):
        _look(series, name, plot, legend)


def _series(plot: Plot, legend: Legend) -> list[tuple[str, list[float | None]]]:
    """What is behind first: the last series is drawn on top."""
    found: list[tuple[str, list[float | None]]] = []
    if plot.has_limits:
        found.append((legend.high, [b.high for b in plot.buckets]))
        found.append((legend.mean, [b.mean for b in plot.buckets]))
        found.append((legend.low, [b.low for b in plot.buckets]))
    if plot.has_before:
        found.append((legend.before, [b.before for b in plot.buckets]))
    if plot.has_target:
        found.append((legend.target, [b.target for b in plot.buckets]))
    found.append((legend.now, [b.value for b in plot.buckets]))
    return found


def _axes(chart: Any, plot: Plot, unit: Unit, currency: str | None) -> None:
    value, category = chart.value_axis, chart.category_axis
    value.minimum_scale, value.maximum_scale = plot.axis.low, plot.axis.high
    value.major_unit = plot.axis.step
    value.has_major_gridlines = True
    value.major_gridlines.format.line.color.rgb = rgb(LIGHT.grid)
    value.major_gridlines.format.line.width = Pt(0.75)
    value.format.line.fill.background()
    value.major_tick_mark = category.major_tick_mark = XL_TICK_MARK.NONE
    value.tick_labels.number_format = axis_format(plot.axis, unit, currency)
    value.tick_labels.number_format_is_linked = False
    category.format.line.color.rgb = rgb(LIGHT.grid)
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW


def _look(series: Any, name: str, plot: Plot, legend: Legend) -> None:
    series.smooth = False
    line = series.format.line
    series.marker.style = XL_MARKER_STYLE.NONE
    if name == legend.now:
        line.color.rgb, line.width = rgb(LIGHT.accent), Pt(2.5)
        _points(series, plot)
    elif name == legend.before:
        line.color.rgb, line.width = rgb(LIGHT.comparison), Pt(1.5)
    elif name == legend.target:
        line.color.rgb, line.width, line.dash_style = rgb(LIGHT.text), Pt(1.5), MSO_LINE.DASH
    else:
        line.color.rgb, line.width = rgb(LIGHT.comparison), Pt(1)
        line.dash_style = MSO_LINE.ROUND_DOT if name == legend.mean else MSO_LINE.SQUARE_DOT


def _points(series: Any, plot: Plot) -> None:
    """Open periods are hollow with a dashed way to them; a signal is a diamond."""
    series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 7
    paint(series.marker, LIGHT.accent, LIGHT.accent)
    for n, bucket in enumerate(plot.buckets):
        if bucket.value is None or not (bucket.open or bucket.signal):
            continue
        point = series.points[n]
        edge = LIGHT.signal if bucket.signal else LIGHT.accent
        point.marker.style = XL_MARKER_STYLE.DIAMOND if bucket.signal else XL_MARKER_STYLE.CIRCLE
        point.marker.size = 11 if bucket.signal else 7
        paint(point.marker, LIGHT.paper if bucket.open else edge, edge)
        line = point.format.line
        line.color.rgb, line.width = rgb(LIGHT.accent), Pt(2.5)
        if bucket.open:
            line.dash_style = MSO_LINE.SQUARE_DOT


def paint(marker: Any, inside: str, edge: str) -> None:
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = rgb(inside)
    marker.format.line.color.rgb = rgb(edge)


def tone(cell: Cell) -> str:
    return COLOURS[cell.tone]
