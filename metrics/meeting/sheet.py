"""The first sheet of a CSV or XLSX file as rows of cells, each with its line."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from data.importing.file_problems import empty, truncated
from i18n import Problem, Words

Cell = str | float | date | None
MOST_LINES = 5000
MOST_BYTES = 5_000_000
_ENCODINGS = ("utf-8-sig", "gb18030")
"""The second is what Chinese spreadsheets write as CSV; it reads plain ASCII too."""


class Line(NamedTuple):
    """`number` is that of the row in the file, from 1."""

    number: int
    cells: tuple[Cell, ...]


def read_sheet(content: bytes, shown: str) -> list[Line]:
    """The lines that hold anything, the header first. `shown` is the file's name: it says the kind
    and stands in messages."""
    if len(content) > MOST_BYTES:
        raise Problem("sheet_large", _LARGE, _SPLIT, file=shown, most=MOST_BYTES // 1_000_000)
    name = shown.lower()
    if name.endswith((".xlsx", ".xlsm")):
        lines = _workbook(content, shown)
    elif name.endswith((".csv", ".tsv", ".txt")):
        lines = _text(content, shown)
    else:
        raise Problem("sheet_kind", _KIND, _KIND_HINT, file=shown)
    if len(lines) < 2:
        raise empty(shown)
    if len(lines) > MOST_LINES:
        raise Problem("sheet_long", _LONG, _SPLIT, file=shown, n=len(lines), most=MOST_LINES)
    return lines


def _text(content: bytes, shown: str) -> list[Line]:
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Problem("sheet_encoding", _ENCODING, _ENCODING_HINT, file=shown)
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[Line] = []
    try:
        for row in reader:
            cells = tuple(cell.strip() or None for cell in row)
            if any(cells):
                found.append(Line(reader.line_num, cells))
    except csv.Error as error:
        raise truncated(shown, str(error)) from error
    return found


def _workbook(content: bytes, shown: str) -> list[Line]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = enumerate(book.worksheets[0].iter_rows(values_only=True), start=1)
        found = [Line(number, _cells(row)) for number, row in rows if any(_cells(row))]
        book.close()
    except (
        zipfile.BadZipFile, InvalidFileException, zlib.error, KeyError, IndexError, OSError,
        ValueError, EOFError,
    ) as error:  # fmt: skip
        raise truncated(shown, f"not a readable workbook ({error})") from error
    return found


def _cells(row: Sequence[object]) -> tuple[Cell, ...]:
    made: list[Cell] = []
    for cell in row:
        match cell:
            case None:
                made.append(None)
            case bool():
                made.append("TRUE" if cell else "FALSE")
            case int() | float():
                made.append(float(cell))
            case datetime():
                made.append(cell.date())
            case date():
                made.append(cell)
            case _:
                made.append(str(cell).strip() or None)
    return tuple(made)


_LARGE = Words("{file} is larger than {most} MB.", "{file} 超过 {most} MB。")
_LONG = Words(
    "{file} has {n} lines; at most {most} are read.", "{file} 共 {n} 行，最多读取 {most} 行。"
)
_SPLIT = Words("Split the file. Nothing was imported.", "请拆分文件。本次未导入任何内容。")
_KIND = Words("{file} is neither CSV nor XLSX.", "{file} 不是 CSV 或 XLSX 文件。")
_KIND_HINT = Words(
    "Save it as .xlsx or .csv. Nothing was imported.",
    "请另存为 .xlsx 或 .csv。本次未导入任何内容。",
)
_ENCODING = Words(
    "{file} is not text in UTF-8 or GB 18030.", "{file} 不是 UTF-8 或 GB 18030 编码的文本。"
)
_ENCODING_HINT = Words(
    "Save it as CSV UTF-8 or as XLSX. Nothing was imported.",
    "请另存为 UTF-8 编码的 CSV，或 XLSX。本次未导入任何内容。",
)
