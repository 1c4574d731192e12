"""Native line charts on slides: their numbers stay editable in PowerPoint."""

from __future__ import annotations

from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Pt

from charts.theme import LIGHT
from metrics.metric import Unit
from reports.number_formats import axis_format, format_like, value_format
from reports.pack import Legend, Plot
from reports.pptx_text import Box, rgb


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
    _label(chart.plots[0].series[-1], plot, unit, currency)


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
    if plot.notes:
        noted = _noted(plot)
        tops = [plot.axis.high if n in noted else None for n in range(len(plot.buckets))]
        found.append((legend.note, tops))
    found.append((legend.now, [b.value for b in plot.buckets]))
    return found


def _noted(plot: Plot) -> dict[int, str]:
    """The annotated days of each bucket that has any."""
    found: dict[int, str] = {}
    for at, day in plot.notes:
        n = min(max(round(at), 0), len(plot.buckets) - 1)
        found[n] = f"{found[n]}, {day}" if n in found else day
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
    elif name == legend.note:
        line.fill.background()
        _notes(series, plot)
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


def _notes(series: Any, plot: Plot) -> None:
    """A small mark at the top of the plot with its day; the text stands beside the strip."""
    series.marker.style, series.marker.size = XL_MARKER_STYLE.SQUARE, 5
    paint(series.marker, LIGHT.comparison, LIGHT.comparison)
    noted, half = _noted(plot), len(plot.buckets) / 2
    for n, day in noted.items():
        if (n - 1 if n >= half else n + 1) in noted:
            continue  # two names would meet
        label = series.points[n].data_label
        label.text_frame.text = day
        run = label.text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.color.rgb = Pt(10), rgb(LIGHT.muted)
        label.position = XL_LABEL_POSITION.LEFT if n >= half else XL_LABEL_POSITION.RIGHT


def _label(series: Any, plot: Plot, unit: Unit, currency: str | None) -> None:
    """The last value stands beside its point, and follows it when somebody edits the numbers."""
    known = [n for n, bucket in enumerate(plot.buckets) if bucket.value is not None]
    if not known:
        return
    bucket = plot.buckets[known[-1]]
    label = series.points[known[-1]].data_label
    label.font.size, label.font.bold = Pt(11), True
    label.font.color.rgb = rgb(LIGHT.signal if bucket.signal else LIGHT.accent)
    falls = len(known) > 1 and (plot.buckets[known[-2]].value or 0) > (bucket.value or 0)
    label.position = XL_LABEL_POSITION.BELOW if falls else XL_LABEL_POSITION.ABOVE
    number = OxmlElement("c:numFmt")
    number.set("formatCode", format_like(bucket.text, unit, currency))
    number.set("sourceLinked", "0")
    label._dLbl.insert(1, number)


def paint(marker: Any, inside: str, edge: str) -> None:
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = rgb(inside)
    marker.format.line.color.rgb = rgb(edge)
