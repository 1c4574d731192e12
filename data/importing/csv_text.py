"""Text files with a delimiter, read into text columns with the line of every row."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from data.importing.file_problems import check_columns, empty, truncated
from data.importing.headers import FIRST_RECORDS, Wanted
from data.importing.raw import SpoiltLine
from i18n import Problem, Words

_BLOCK = 32 << 20
"""Bytes parsed at once; a single row must fit."""
_HEAD = 1 << 20
"""Bytes in which the header must stand."""


@dataclass(frozen=True)
class Lines:
    """A text file's cells (an empty one is null), the line of each row, the lines that have too
    many or too few cells, and how many lines above the header hold a title."""

    table: pa.Table
    lines: np.ndarray
    spoilt: tuple[SpoiltLine, ...]
    titles: int


def read_csv(content: bytes, shown: str, encoding: str, delimiter: str, wanted: Wanted) -> Lines:
    """All cells as text by the mapping's names. Blank lines are passed over and counted as
    lines."""
    text = _utf8(content, shown, encoding)
    text, above, titles = _below_titles(text, delimiter, wanted)
    records = _parse(text, shown, delimiter)
    if records.table.num_rows == 0:
        raise empty(shown)
    header = [str(cell or "").strip() for cell in records.table.slice(0, 1).to_pylist()[0].values()]
    _check_delimiter(shown, header, delimiter, wanted)
    names = check_columns(shown, header, wanted)
    starts = records.first_lines(text) + above
    _check_closed(records, text, shown, starts)
    table = records.table.slice(1).rename_columns(
        [f"{name}#{n}" if names.count(name) > 1 else name for n, name in enumerate(names)]
    )
    filled = ~_blank(table)
    table = wanted.naming.completed(table, header, wanted.columns)
    spoilt = tuple(
        SpoiltLine(int(starts[row.number - 1]), row.cells, row.expected, row.text)
        for row in records.spoilt
    )
    lines = np.delete(starts, [row.number - 1 for row in records.spoilt])[1:]
    return Lines(table.filter(pa.array(filled)), lines[filled], spoilt, titles)


def _below_titles(text: bytes, delimiter: str, wanted: Wanted) -> tuple[bytes, int, int]:
    """The text from its header on, how many lines stand above it, and how many of them hold
    anything."""
    if not wanted.title_lines:
        return text, 0, 0
    head = io.StringIO(text[:_HEAD].decode("utf-8", errors="replace"), newline="")
    reader = csv.reader(head, delimiter=delimiter)
    records, ends = [], [0]
    for record in islice(reader, FIRST_RECORDS):
        records.append([cell.strip() for cell in record])
        ends.append(reader.line_num)
    place = wanted.place(records)
    above = ends[place]
    below = text.split(b"\n", above)[-1]
    return below, above, sum(any(record) for record in records[:place])


@dataclass(frozen=True)
class _SpoiltRecord:
    number: int
    cells: int
    expected: int
    text: str


@dataclass(frozen=True)
class _Records:
    """Every record of the text, the header being the first, with those that could not be split."""

    table: pa.Table
    spoilt: list[_SpoiltRecord]

    def first_lines(self, text: bytes) -> np.ndarray:
        """The line each record starts on, the spoilt ones included. A cell may hold line
        breaks, so records and lines are not the same thing."""
        count = self.table.num_rows + len(self.spoilt)
        breaks = np.zeros(count, dtype=np.int64)
        if text.count(b"\n") > count:
            inside = sum(
                pc.fill_null(pc.count_substring(column, "\n"), 0).to_numpy().astype(np.int64)
                for column in self.table.itercolumns()
            )
            spoilt_at = [row.number - 1 for row in self.spoilt]
            good = np.setdiff1d(np.arange(count), spoilt_at)
            breaks[good] = inside
            for row in self.spoilt:
                breaks[row.number - 1] = row.text.count("\n")
        return np.cumsum(breaks + 1) - breaks


def _utf8(content: bytes, shown: str, encoding: str) -> bytes:
    """The text as UTF-8 without a byte order mark."""
    if content.startswith(codecs.BOM_UTF8):
        content, encoding = content[len(codecs.BOM_UTF8) :], "utf-8"
    try:
        text = content.decode(encoding)
    except LookupError as error:
        raise Problem(
            "file_encoding",
            Words(
                en="{file}: “{encoding}” is not the name of an encoding.",
                zh="{file}：没有名为“{encoding}”的编码。",
            ),
            Words(en="Use utf-8, gb18030, cp1252 …", zh="请使用 utf-8、gb18030、cp1252 等。"),
            file=shown,
            encoding=encoding,
        ) from error
    except UnicodeError as error:
        at = error.start if isinstance(error, UnicodeDecodeError) else 0
        raise Problem(
            "file_encoding",
            Words(
                en="{file} is not {encoding}: byte {at} (line {line}) is 0x{byte}.",
                zh="{file} 不是 {encoding} 编码：第 {at} 个字节（第 {line} 行）为 0x{byte}。",
            ),
            Words(
                en="Set encoding: {guess} on the source.",
                zh="请在数据源中设置 encoding: {guess}。",
            ),
            file=shown,
            encoding=encoding,
            at=at + 1,
            line=content.count(b"\n", 0, at) + 1,
            byte=content[at : at + 1].hex().upper(),
            guess=_guess(content),
        ) from error
    if "\x00" in text[:4096]:
        raise Problem(
            "file_encoding",
            Words(
                en="{file} is not {encoding} text: it holds zero bytes.",
                zh="{file} 不是 {encoding} 文本：其中含有零字节。",
            ),
            Words(
                en="Set encoding: {guess} on the source, or format: if it is not a text file.",
                zh="请设置 encoding: {guess}；若不是文本文件，请写明 format:。",
            ),
            file=shown,
            encoding=encoding,
            guess="utf-16",
        )
    return text.encode() if encoding.lower() not in ("utf-8", "utf8") else content


def _guess(content: bytes) -> str:
    """The most likely encoding of bytes that are not what was declared."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = content[: 1 << 20]
    for encoding in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            text = decoder.decode(sample)
        except UnicodeDecodeError:
            continue
        foreign = [c for c in text if ord(c) > 0x7F]
        common = sum("\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\uffef" for c in foreign)
        if encoding == "utf-8" or common > len(foreign) * 0.8:
            return encoding
    return "cp1252"


def _parse(text: bytes, shown: str, delimiter: str) -> _Records:
    spoilt: list[_SpoiltRecord] = []

    def keep_spoilt(row: arrow_csv.InvalidRow) -> str:
        spoilt.append(_SpoiltRecord(row.number, row.actual_columns, row.expected_columns, row.text))
        return "skip"

    try:
        table = arrow_csv.read_csv(
            io.BytesIO(text),
            read_options=arrow_csv.ReadOptions(
                # One thread: only then does the parser say which record is spoilt.
                use_threads=False,
                autogenerate_column_names=True,
                block_size=min(_BLOCK, len(text) + 1),
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=keep_spoilt,
            ),
            convert_options=_as_text(text, delimiter),
        )
    except pa.ArrowInvalid as error:
        raise truncated(shown, str(error).splitlines()[0]) from error
    return _Records(table.combine_chunks(), spoilt)


def _as_text(text: bytes, delimiter: str) -> arrow_csv.ConvertOptions:
    """Every column is text; meaning is given later, by the mapping. The parser names columns
    f0, f1, … by their place in the header."""
    head = io.StringIO(text[:_HEAD].decode("utf-8", errors="replace"), newline="")
    widest = len(next(csv.reader(head, delimiter=delimiter), []))
    return arrow_csv.ConvertOptions(
        column_types={f"f{n}": pa.string() for n in range(widest)},
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
        null_values=[""],
        check_utf8=False,
    )


def _blank(table: pa.Table) -> np.ndarray:
    blank = np.ones(table.num_rows, dtype=bool)
    for column in table.itercolumns():
        blank &= pc.is_null(column).to_numpy()
        if not blank.any():
            break
    return blank


def _check_delimiter(shown: str, header: list[str], delimiter: str, wanted: Wanted) -> None:
    """One column where several were asked for: the delimiter is another one."""
    if len(header) > 1 or wanted.naming.fits(header, wanted.columns):
        return
    counts = {mark: header[0].count(mark) for mark in ",;\t|" if mark != delimiter}
    seen = max(counts, key=counts.__getitem__)
    if counts[seen] == 0:
        return
    raise Problem(
        "file_delimiter",
        Words(
            en="{file} has one column when split at {delimiter}: {header}.",
            zh="{file} 按 {delimiter} 分隔后只有一列：{header}。",
        ),
        Words(en="Set delimiter: {seen} on the source.", zh="请在数据源中设置 delimiter: {seen}。"),
        file=shown,
        delimiter=_mark(delimiter),
        header=header[0][:120],
        seen=_mark(seen),
    )


def _mark(delimiter: str) -> str:
    return '"\\t"' if delimiter == "\t" else f'"{delimiter}"'


def _check_closed(records: _Records, text: bytes, shown: str, starts: np.ndarray) -> None:
    """A quote that is opened and never closed swallows the rest of the file into one cell."""
    if text.count(b'"') % 2 == 0:
        return
    last = len(starts)
    if records.spoilt and records.spoilt[-1].number == last:
        cells = [records.spoilt[-1].text]
    else:
        cells = list(records.table.slice(records.table.num_rows - 1).to_pylist()[0].values())
    if any(cell is not None and "\n" in cell for cell in cells):
        line = int(starts[-1])
        raise truncated(shown, f'a quote (") opened on line {line} is never closed')
