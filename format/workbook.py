"""Rows as an Excel workbook: numbers stay numbers, written as their unit is; text runs nothing."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from format.csv_text import STARTS_A_FORMULA
from format.numbers import WITHOUT_CENTS, currency_symbol

_FORMATS = {"count": "#,##0", "share": "0.0%", "times": "#,##0.000"}
_WIDEST, _NUMBER_WIDTH = 44, 16
_MOST_TITLE = 31
"""Characters of a sheet's name."""
_NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True, slots=True)
class Sheet:
    """`units` say how the number of each cell is written (see `format.numbers`; None: as it is),
    money in `currency`; `notes` stand below the rows: where the numbers come from."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[object]]
    units: Sequence[Sequence[str | None]]
    currency: str | None = None
    notes: Sequence[str] = ()


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """The sheets as an XLSX file, header and first column frozen."""
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _write(book.create_sheet(sheet.title.translate(_NOT_IN_TITLES)[:_MOST_TITLE]), sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(page: Any, sheet: Sheet) -> None:
    for n, name in enumerate(sheet.heads, 1):
        head = page.cell(1, n)
        _put(head, name)
        head.font = Font(bold=True)
        head.alignment = Alignment(horizontal="left" if n == 1 else "right", wrap_text=True)
    for place, (row, units) in enumerate(zip(sheet.rows, sheet.units, strict=True), 2):
        for n, (value, unit) in enumerate(zip(row, units, strict=True), 1):
            cell = page.cell(place, n)
            _put(cell, value)
            if unit is not None and isinstance(value, int | float):
                cell.number_format = number_format(unit, sheet.currency)
    for n, note in enumerate(sheet.notes, len(sheet.rows) + 3):
        _put(page.cell(n, 1), note)
    names = [sheet.heads[0], *[str(row[0]) for row in sheet.rows]]
    page.column_dimensions["A"].width = min(_WIDEST, 3 + max(map(_wide, names)))
    for n in range(2, len(sheet.heads) + 1):
        page.column_dimensions[get_column_letter(n)].width = _NUMBER_WIDTH
    page.freeze_panes = "B2"


def _put(cell: Any, value: object) -> None:
    """A value as it is; text is marked as text, so that none of it is run as a formula, nor when
    the cell is edited."""
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.data_type = "s"
    if value.lstrip().startswith(STARTS_A_FORMULA) or value.startswith(STARTS_A_FORMULA):
        cell.quotePrefix = True


def _wide(text: str) -> int:
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def number_format(unit: str, currency: str | None) -> str:
    """How a spreadsheet shows a number of this unit: money with its currency, shares in per
    cent."""
    if unit != "money":
        return _FORMATS[unit]
    digits = "#,##0" if currency in WITHOUT_CENTS else "#,##0.00"
    symbol = currency_symbol(currency).strip("\u202f") if currency else ""
    return f'"{symbol}"{digits}' if symbol else digits
