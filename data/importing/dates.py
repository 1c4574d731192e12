"""Dates and times as exports write them, read into UTC instants or plain days.

The order of day and month is a setting of the source, or is chosen for a whole file from the
cells that leave no doubt; a file that contradicts itself is refused with the two lines.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.importing.clocks import from_utc, to_utc
from data.importing.parsed import Cells, Fault, Parsed, fault, mask, missing
from data.importing.problems import BAD_DATE, did_you_mean
from i18n import Problem, Words

_TIME = (
    r"(?:[T ]\s*(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"(?:\s?(?P<p>[AaPp])\.?[Mm]\.?)?(?:\s?(?P<z>Z|UTC|[+-]\d{2}:?\d{2}))?)?$"
)
_SHAPES = {
    "ymd": r"^(?P<Y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?" + _TIME,
    "dmy": r"^(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<Y>\d{4}|\d{2})" + _TIME,
    "mdy": r"^(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})[-/.](?P<Y>\d{4}|\d{2})" + _TIME,
    "compact": r"^(?P<Y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:(?P<H>\d{2})(?P<M>\d{2})(?P<S>\d{2}))?$",
}
"""How dates are written without a format being set; a dotted 31.12.2024 is always day first."""
NAMED_FORMATS = ("ymd", "dmy", "mdy", "compact", "epoch_s", "epoch_ms")
"""Words that `date_format` accepts beside a strftime pattern."""

_SLASHED = r"^(\d{1,2})([-/])(\d{1,2})[-/](\d{4}|\d{2})(?:[T ].*)?$"
_DOTTED = r"^\d{1,2}\.\d{1,2}\.(\d{4}|\d{2})(?:[T ].*)?$"

_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})", "y": r"(?P<Y>\d{2})", "m": r"(?P<m>\d{1,2})", "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})", "I": r"(?P<H>\d{1,2})", "M": r"(?P<M>\d{1,2})",
    "S": r"(?P<S>\d{1,2})", "f": r"(?P<f>\d{1,9})", "p": r"(?P<p>[AaPp])\.?[Mm]\.?",
    "z": r"(?P<z>Z|[+-]\d{2}:?\d{2})", "b": r"(?P<b>[A-Za-z]{3})", "B": r"(?P<b>[A-Za-z]{3})[a-z]*",
    "a": r"[A-Za-z]{3}", "A": r"[A-Za-z]+", "%": "%",
}  # fmt: skip
_MONTHS = {
    name: str(number)
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        start=1,
    )
}


@dataclass(frozen=True)
class Clock:
    """How a source's times are to be read."""

    zone: str
    date_format: str | None = None


@dataclass(frozen=True)
class _Local:
    """Wall-clock times in microseconds, with the offset where the text carries one."""

    micros: np.ndarray
    good: np.ndarray
    offset: np.ndarray
    has_offset: np.ndarray


def instants(cells: Cells, clock: Clock) -> Parsed:
    """A column as instants in UTC without an offset. A time without an offset is local to
    `clock.zone`: one that occurs twice is the first, one that the clocks skip is moved on by the
    gap; both are counted. A bare day is its first instant."""
    values = cells.values
    if pa.types.is_null(values.type):
        return Parsed(pa.nulls(len(values), pa.timestamp("us")))
    if pa.types.is_timestamp(values.type) and values.type.tz is not None:
        return Parsed(pc.cast(pc.cast(values, pa.timestamp("us", "UTC"), safe=False),
                              pa.timestamp("us")))  # fmt: skip
    local, faults = _local(cells, clock)
    notes: Counter[str] = Counter()
    utc = local.micros - local.offset
    naive = local.good & ~local.has_offset
    if naive.any():
        utc[naive], notes = to_utc(local.micros[naive], clock.zone)
    stamps = pa.array(utc.astype("datetime64[us]"), mask=~local.good)
    return Parsed(stamps, faults, notes)


def days(cells: Cells, clock: Clock) -> Parsed:
    """A column as days. An instant with an offset is the day it falls on in `clock.zone`."""
    values = cells.values
    if pa.types.is_null(values.type):
        return Parsed(pa.nulls(len(values), pa.date32()))
    if pa.types.is_timestamp(values.type) and values.type.tz is not None:
        utc = pc.cast(pc.cast(values, pa.timestamp("us", "UTC"), safe=False), pa.timestamp("us"))
        micros = pc.fill_null(pc.cast(utc, pa.int64()), 0).to_numpy()
        known = ~missing(values)
        faults: tuple[Fault, ...] = ()
        local = _Local(micros, known, np.zeros_like(micros), known)
    else:
        local, faults = _local(cells, clock)
    wall = local.micros.copy()
    if local.has_offset.any():
        chosen = local.has_offset
        wall[chosen] = from_utc((local.micros - local.offset)[chosen], clock.zone)
    whole = (wall // 86_400_000_000).astype("datetime64[D]")
    return Parsed(pa.array(whole, pa.date32(), mask=~local.good), faults)


def _local(cells: Cells, clock: Clock) -> tuple[_Local, tuple[Fault, ...]]:
    values = cells.values
    known = ~missing(values)
    zeros = np.zeros(len(values), dtype=np.int64)
    never = np.zeros(len(values), dtype=bool)
    kind = values.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        stamps = pc.cast(values, pa.timestamp("us"), safe=False)
        micros = pc.fill_null(pc.cast(stamps, pa.int64()), 0).to_numpy().copy()
        return _Local(micros, known, zeros, never), ()
    if clock.date_format in ("epoch_s", "epoch_ms"):
        return _epoch(cells, clock.date_format)
    if pa.types.is_integer(kind) and clock.date_format is not None:
        values = pc.cast(values, pa.string())  # 20240131 stored as a number
    elif not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        bad = fault(values, known, BAD_DATE, clock.date_format or "2024-01-31 09:30")
        return _Local(zeros, never, zeros, never), bad
    coded = values.dictionary_encode()
    words = coded.dictionary
    pattern, style = (
        _chosen(cells, words) if clock.date_format is None else _pattern(cells, clock.date_format)
    )
    read = _read(words, pattern)
    index = pc.fill_null(coded.indices, 0).to_numpy()
    if len(words) == 0:
        return _Local(zeros, never, zeros, never), ()
    good = read.good[index] & known
    return (
        _Local(read.micros[index], good, read.offset[index], read.has_offset[index] & good),
        fault(values, known & ~good, BAD_DATE, style),
    )


def _epoch(cells: Cells, unit: str) -> tuple[_Local, tuple[Fault, ...]]:
    values = cells.values
    text = pc.cast(values, pa.string()) if not pa.types.is_string(values.type) else values
    good = mask(pc.match_substring_regex(text, r"^-?\d{1,15}(\.\d+)?$"))
    shown = pc.if_else(pa.array(good), text, "0")
    factor = 1_000_000 if unit == "epoch_s" else 1_000
    seconds = pc.cast(shown, pa.float64()).to_numpy(zero_copy_only=False)
    micros = np.round(seconds * factor).astype(np.int64)
    bad = fault(values, ~missing(values) & ~good, BAD_DATE, unit)
    return _Local(micros, good, np.zeros_like(micros), good.copy()), bad


def _pattern(cells: Cells, date_format: str) -> tuple[str, str]:
    """A format as the setting writes it: one of our words, or a strftime pattern."""
    if date_format in _SHAPES:
        return _SHAPES[date_format], date_format
    parts = re.split(r"%(.)", date_format)
    pattern = ""
    for number, part in enumerate(parts):
        if number % 2 == 0:
            pattern += re.escape(part).replace(r"\ ", r"\s+")
        elif part in _DIRECTIVES:
            pattern += _DIRECTIVES[part]
        else:
            parts = []
            break
    if len(parts) < 3 or "(?P<Y>" not in pattern:
        raise Problem(
            "date_format",
            Words(
                en="{file}, column {column}: “{format}” is not a date format.",
                zh="{file} 的 {column} 列：“{format}”不是有效的日期格式。",
            ),
            did_you_mean(date_format, (*NAMED_FORMATS, "%Y-%m-%d %H:%M:%S", "%d/%m/%Y")),
            file=cells.file,
            column=cells.column,
            format=date_format,
        )
    return f"^{pattern}$", date_format


def _chosen(cells: Cells, words: pa.Array) -> tuple[str, str]:
    """The one way in which a column's dates are written. Raises `Problem` for two ways."""
    shapes: dict[str, str] = {}
    for shape, pattern in (
        ("ymd", _SHAPES["ymd"]), ("compact", _SHAPES["compact"]), ("slashed", _SLASHED),
        ("dotted", _DOTTED),
    ):  # fmt: skip
        found = words.filter(pc.match_substring_regex(words, pattern))
        if len(found):
            shapes[shape] = found[0].as_py()
    if len(shapes) > 1:
        a, b = list(shapes.values())[:2]
        raise _two_formats(cells, a, b)
    shape = next(iter(shapes), "ymd")
    if shape == "dotted":
        return _SHAPES["dmy"], "31.12.2024"
    if shape == "slashed":
        order = _day_month_order(cells, words)
        return _SHAPES[order], "31/12/2024" if order == "dmy" else "12/31/2024"
    return _SHAPES[shape], "2024-12-31" if shape == "ymd" else "20241231"


def _day_month_order(cells: Cells, words: pa.Array) -> str:
    slashed = words.filter(pc.match_substring_regex(words, _SLASHED))
    first = pc.cast(pc.replace_substring_regex(slashed, _SLASHED, r"\1"), pa.int32())
    second = pc.cast(pc.replace_substring_regex(slashed, _SLASHED, r"\3"), pa.int32())
    day_first = slashed.filter(pc.and_(pc.greater(first, 12), pc.less_equal(second, 12)))
    month_first = slashed.filter(pc.and_(pc.greater(second, 12), pc.less_equal(first, 12)))
    if len(day_first) and len(month_first):
        raise _two_formats(cells, day_first[0].as_py(), month_first[0].as_py())
    if len(day_first):
        return "dmy"
    if len(month_first):
        return "mdy"
    example = slashed[0].as_py()
    raise Problem(
        "dates_ambiguous",
        Words(
            en="{file}, column {column}, line {line}: “{text}” may have the day or the month "
            "first, and no other cell of the column tells.",
            zh="{file} 的 {column} 列第 {line} 行：“{text}”可能是日在前，也可能是月在前，"
            "同列其他值也无法判断。",
        ),
        Words(
            en="Set date_format: dmy (day first) or date_format: mdy (month first) on the source.",
            zh="请在数据源中设置 date_format: dmy（日在前）或 date_format: mdy（月在前）。",
        ),
        file=cells.file,
        column=cells.column,
        line=cells.line_of(example),
        text=example,
    )


def _two_formats(cells: Cells, a: str, b: str) -> Problem:
    return Problem(
        "dates_two_formats",
        Words(
            en="{file}, column {column}, holds dates in two formats: “{a}” (line {line_a}) and "
            "“{b}” (line {line_b}).",
            zh="{file} 的 {column} 列有两种日期写法：“{a}”（第 {line_a} 行）与"
            "“{b}”（第 {line_b} 行）。",
        ),
        Words(
            en="A spreadsheet may have swapped day and month in the file: export it again, or set "
            "date_format: (dmy, mdy, ymd or a pattern such as %d/%m/%Y %H:%M); dates of the other "
            "kind are then rejected and counted.",
            zh="文件可能被表格软件改动过日月顺序，请重新导出；或设置 date_format:（dmy、mdy、"
            "ymd 或 %d/%m/%Y %H:%M 这样的格式），另一种写法的行会被拒收并计数。",
        ),
        file=cells.file,
        column=cells.column,
        a=a,
        line_a=cells.line_of(a),
        b=b,
        line_b=cells.line_of(b),
    )


def _read(words: pa.Array, pattern: str) -> _Local:
    """Every distinct text by one pattern; a day that is not in the calendar is not good."""
    parts = pc.extract_regex(words, pattern)
    good = ~missing(parts)
    names = [parts.type.field(n).name for n in range(parts.type.num_fields)]

    def number(name: str, default: int = 0) -> np.ndarray:
        if name not in names:
            return np.full(len(words), default, dtype=np.int64)
        text = pc.struct_field(parts, name)
        if name == "b":
            text = pa.array(
                [_MONTHS.get((t or "").lower(), "0") for t in text.to_pylist()], pa.string()
            )
        filled = pc.if_else(pc.equal(pc.fill_null(text, ""), ""), str(default), text)
        return np.array(pc.cast(pc.fill_null(filled, str(default)), pa.int64()).to_numpy())

    def text(name: str) -> np.ndarray:
        if name not in names:
            return np.full(len(words), "", dtype=object)
        column = pc.fill_null(pc.struct_field(parts, name), "")
        return np.array(column.to_numpy(zero_copy_only=False))

    year, day = number("Y", 1970), number("d", 1)
    month = number("b" if "b" in names else "m", 1)
    year = np.where(year < 100, np.where(year < 70, year + 2000, year + 1900), year)
    hour, minute, second = number("H"), number("M"), number("S")
    half = text("p")
    has_half = half != ""
    good &= ~has_half | ((hour >= 1) & (hour <= 12))
    hour = np.where(has_half, hour % 12 + np.where(np.isin(half, ["p", "P"]), 12, 0), hour)
    good &= (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (year >= 1)
    good &= (hour < 24) & (minute < 60) & (second < 60)
    safe_month = np.where(good, month, 1)
    months = ((year - 1970) * 12 + safe_month - 1).astype("datetime64[M]")
    whole = months.astype("datetime64[D]") + (np.where(good, day, 1) - 1)
    good &= whole.astype("datetime64[M]") == months
    micros = whole.astype("datetime64[us]").astype(np.int64)
    micros += ((hour * 60 + minute) * 60 + second) * 1_000_000
    if "f" in names:
        digits = pc.fill_null(pc.struct_field(parts, "f"), "")
        micros += pc.cast(
            pc.utf8_slice_codeunits(pc.utf8_rpad(digits, 6, "0"), 0, 6), pa.int64()
        ).to_numpy()
    zone = text("z")
    offset = np.array([_offset_micros(z) for z in zone], dtype=np.int64)
    return _Local(micros, good, offset, zone != "")


def _offset_micros(zone: str) -> int:
    if zone[:1] not in ("+", "-"):
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return (minutes if zone[0] == "+" else -minutes) * 60_000_000
