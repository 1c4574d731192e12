"""Native tables on slides: hairlines between rows, numbers to the right, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Inches

from charts.theme import LIGHT
from reports.pack import Table
from reports.pptx_text import COLOURS, Box, Run, fill

_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's own style without lines and fills."""
_STYLE_ID = "{http://schemas.openxmlformats.org/drawingml/2006/main}tableStyleId"


@dataclass(frozen=True, slots=True)
class Look:
    """Points of the text, inches of a row, and whether the first row's numbers are large."""

    size: float = 12
    row: float = 0.3
    large_first: bool = False


def put_table(
    slide: Any, box: Box, table: Table, widths: Sequence[float], language: str, look: Look
) -> None:
    """A table whose section titles are rows across it."""
    rows = list(table.titled())
    frame = slide.shapes.add_table(len(rows) + 1, len(table.header), *box.emu)
    made = frame.table
    _plain(frame)
    for n, width in enumerate(widths):
        made.columns[n].width = Inches(width)
    tall = max(name.count("\n") for name in table.header)
    made.rows[0].height = Inches(look.row * (1.5 if tall else 1))
    for column, name in enumerate(table.header):
        _head(made.cell(0, column), table, column, name, language, look.size)
    for n, (title, cells) in enumerate(rows, start=1):
        large = look.large_first and n == 1
        made.rows[n].height = Inches(look.row * (1.25 if large else 1))
        if title is not None:
            _title(made, n, title, language, look.size)
            continue
        for column, cell in enumerate(cells):
            strong = large and column > 0
            run = Run(cell.text, look.size + 4 * strong, strong, COLOURS[cell.tone])
            where = made.cell(n, column)
            _cell(where, table, column, [[run]], language, MSO_ANCHOR.MIDDLE)
            _rule(where, LIGHT.grid, 0.75)


def _head(cell: Any, table: Table, column: int, name: str, language: str, size: float) -> None:
    lines = [
        [Run(line, size - 1 if n == 0 else size - 2, n == 0, LIGHT.muted)]
        for n, line in enumerate(name.split("\n"))
    ]
    _cell(cell, table, column, lines, language, MSO_ANCHOR.BOTTOM)
    _rule(cell, LIGHT.comparison, 1.0)


def _title(made: Any, row: int, title: str, language: str, size: float) -> None:
    first, last = made.cell(row, 0), made.cell(row, len(made.columns) - 1)
    first.merge(last)
    first.margin_left, first.margin_top, first.margin_bottom = 0, 0, Inches(0.02)
    first.vertical_anchor = MSO_ANCHOR.BOTTOM
    fill(first.text_frame, [[Run(title, size - 1, True, LIGHT.muted)]], language)
    for column in range(len(made.columns)):
        made.cell(row, column).fill.background()
        _rule(made.cell(row, column), LIGHT.grid, 0.75)


def _cell(
    cell: Any, table: Table, column: int, lines: Sequence[Sequence[Run]], language: str, at: Any
) -> None:
    """Words keep a distance from the numbers before them."""
    cell.margin_left = Inches(0.0 if column == 0 else 0.16 if column in table.words else 0.04)
    cell.margin_right = Inches(0.06)
    cell.margin_top = cell.margin_bottom = Inches(0.02)
    cell.vertical_anchor = at
    cell.fill.background()
    number = column > 0 and column not in table.words
    fill(cell.text_frame, lines, language, align=PP_ALIGN.RIGHT if number else PP_ALIGN.LEFT)


def _plain(frame: Any) -> None:
    """No banding: each cell draws its own line."""
    properties = frame._element.graphic.graphicData.tbl.tblPr
    properties.attrib.pop("bandRow", None)
    style = properties.find(_STYLE_ID)
    if style is not None:
        style.text = _NO_STYLE


def _rule(cell: Any, colour: str, points: float) -> None:
    """A line under a cell; python-pptx has no word for it."""
    properties = cell._tc.get_or_add_tcPr()
    line = OxmlElement("a:lnB")
    line.set("w", str(int(points * 12700)))
    solid, paint = OxmlElement("a:solidFill"), OxmlElement("a:srgbClr")
    paint.set("val", colour.lstrip("#"))
    solid.append(paint)
    line.append(solid)
    properties.insert(0, line)
