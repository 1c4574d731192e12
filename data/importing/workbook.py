"""Sheets of a workbook, read into typed or text columns with the row of every record."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
from openpyxl.utils.exceptions import InvalidFileException

from data.importing.file_problems import check_columns, empty, truncated
from data.importing.headers import FIRST_RECORDS, Wanted
from data.importing.problems import did_you_mean
from i18n import Problem, Words


def read_workbook(
    content: bytes, shown: str, sheet: str | None, wanted: Wanted, decimal: str = "."
) -> tuple[pa.Table, np.ndarray, int]:
    """One sheet (the first unless named) by the mapping's names, each record's row number, and how
    many rows with a title stand above the header. The first row that holds anything is the header
    unless titles are expected. A column of nothing but numbers, or nothing but dates, keeps its
    type; a mixed one becomes text, its numbers written with the `decimal` mark of its texts."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError, EOFError) as error:
        raise truncated(shown, f"not a readable workbook ({error})") from error
    if sheet is not None and sheet not in book.sheetnames:
        raise Problem(
            "file_sheet",
            Words(
                en="{file} has no sheet “{sheet}”. Its sheets are: {names}.",
                zh="{file} 中没有工作表“{sheet}”。现有工作表：{names}。",
            ),
            did_you_mean(sheet, book.sheetnames),
            file=shown,
            sheet=sheet,
            names=", ".join(book.sheetnames),
        )
    page = book[sheet] if sheet is not None else book.worksheets[0]
    try:
        rows = [
            (number, row)
            for number, row in enumerate(page.iter_rows(values_only=True), start=1)
            if any(cell is not None and cell != "" for cell in row)
        ]
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError) as error:
        raise truncated(shown, str(error)) from error
    finally:
        book.close()
    above = wanted.place([[_heading(cell) for cell in row] for _, row in rows[:FIRST_RECORDS]])
    rows = rows[above:]
    if len(rows) < 2:
        raise empty(shown)
    header = [_heading(cell) for cell in rows[0][1]]
    names = check_columns(shown, header, wanted)
    lines = np.array([number for number, _ in rows[1:]], dtype=np.int64)
    arrays = {
        name: _column((row[place] if place < len(row) else None for _, row in rows[1:]), decimal)
        for place, name in enumerate(names)
        if name
    }
    return wanted.naming.completed(pa.table(arrays), header, wanted.columns), lines, above


def first_rows(content: bytes, shown: str, count: int) -> list[list[str]]:
    """The first rows of the first sheet that hold anything, as text."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True, max_row=count)
        found = [[_heading(cell) for cell in row] for row in rows]
        book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError, EOFError) as error:
        raise truncated(shown, f"not a readable workbook ({error})") from error
    return [row for row in found if any(row)]


def _heading(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _column(cells: Iterable[Any], decimal: str) -> pa.Array:
    values = [None if cell == "" else cell for cell in cells]
    kinds = {type(cell) for cell in values if cell is not None}
    if kinds <= {datetime, date} and kinds:
        return pa.array([_instant(cell) for cell in values], pa.timestamp("us"))
    if kinds == {int}:
        return pa.array([None if cell is None else str(cell) for cell in values], pa.string())
    if kinds <= {int, float} and kinds:
        return pa.array([None if v is None else float(v) for v in values], pa.float64())
    return pa.array([_text(cell, decimal) for cell in values], pa.string())


def _instant(cell: date | None) -> datetime | None:
    if cell is None or isinstance(cell, datetime):
        return cell
    return datetime(cell.year, cell.month, cell.day)


def _text(cell: Any, decimal: str) -> str | None:
    match cell:
        case None:
            return None
        case bool():
            return "true" if cell else "false"
        case datetime():
            return cell.isoformat(sep=" ")
        case date() | time():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
        case float():
            return str(cell).replace(".", decimal)
        case _:
            return str(cell)
