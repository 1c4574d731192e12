"""A sheet of targets: columns metric, from and target, read whole or refused with every fault.

A metric is named by its key or its name in either language. Shares may be written as 3.2% or 0.032,
never as 3.2. Nothing is taken from a sheet with a fault in it: half a plan is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from data.importing.amounts import read_amount
from data.importing.problems import did_you_mean
from data.settings import Reporting
from i18n import LANGUAGES, Problem, Text, Words
from metrics.catalog import METRICS
from metrics.meeting.bucket_text import Bucket, read_bucket
from metrics.meeting.sheet import Cell, Line, read_sheet
from metrics.metric import Metric, Unit
from store import TargetGrain

COLUMNS: dict[str, Words] = {
    "metric": Words("metric", "指标"),
    "from": Words("from", "周期"),
    "target": Words("target", "目标"),
}
FAULTS_TOLD = 12
"""Faults said with their line; of more than these only how many there are."""
_ALSO = {"起始": "from", "开始": "from", "起始日": "from", "时间": "from", "目标值": "target"}


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target of a sheet, and the line it stands in."""

    line: int
    metric: Metric
    grain: TargetGrain
    start: date
    value: float


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell; `column` counts from 0."""

    line: int
    column: int
    words: Words
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Read:
    """A row whose cells make sense by themselves."""

    line: Line
    metric: Metric
    bucket: Bucket
    value: float


def read_targets(content: bytes, shown: str, reporting: Reporting) -> tuple[TargetRow, ...]:
    """Every target of a file. Raises a `Problem` that names the line and column of each fault."""
    header, *lines = read_sheet(content, shown)
    places = _places(header, shown)
    faults: list[Fault] = []
    read = [found for line in lines if (found := _row(line, places, reporting, faults))]
    rows = _decided(read, places["from"], faults, reporting)
    _twice(rows, places["from"], faults)
    if faults:
        raise _problem(faults, header, shown)
    return tuple(rows)


def metric_named(text: str) -> Metric | None:
    """A metric by its key or its name in either language; upper and lower case are one."""
    return _BY_NAME.get(_folded(text))


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("（", "(").replace("）", ")").split())


_BY_NAME = {_folded(name): m for m in METRICS.values() for name in (m.key, m.name.en, m.name.zh)}


def _places(header: Line, shown: str) -> dict[str, int]:
    """Where each column stands; a `Problem` that says which are missing."""
    known = {_folded(w): key for key, words in COLUMNS.items() for w in (key, words.en, words.zh)}
    known |= _ALSO
    places: dict[str, int] = {}
    for n, cell in enumerate(header.cells):
        key = known.get(_folded(str(cell or "")))
        if key is not None and key in places:
            raise Problem("targets_columns", _COLUMN_TWICE, _COLUMNS, file=shown, column=cell)
        if key is not None:
            places[key] = n
    missing = [COLUMNS[key] for key in COLUMNS if key not in places]
    if missing:
        found = ", ".join(str(c) for c in header.cells if c is not None)
        raise Problem(
            "targets_columns", _NO_COLUMN, _COLUMNS, file=shown, line=header.number,
            missing=_listed(missing), found=found,
        )  # fmt: skip
    return places


def _listed(words: Iterable[Words]) -> Words:
    all_ = list(words)
    return Words(", ".join(w.en for w in all_), "、".join(w.zh for w in all_))


def _row(
    line: Line, places: Mapping[str, int], reporting: Reporting, faults: list[Fault]
) -> _Read | None:
    cells = {k: line.cells[n] if n < len(line.cells) else None for k, n in places.items()}

    def fault(key: str, words: Words, **values: object) -> None:
        faults.append(Fault(line.number, places[key], words, values))

    before = len(faults)
    metric = _metric(cells["metric"], fault)
    bucket = read_bucket(cells["from"], reporting.week_start)
    if bucket is None:
        fault("from", _NO_BUCKET, found=_shown(cells["from"]))
    elif not bucket.grains:
        start = _SUNDAY if reporting.week_start == "sunday" else _MONDAY
        fault("from", _WRONG_DAY, found=bucket.start, day=start)
    value = _value(cells["target"], metric, fault)
    if len(faults) > before or metric is None or bucket is None or value is None:
        return None
    return _Read(line, metric, bucket, value)


_Told = Callable[..., None]


def _metric(cell: Cell, fault: _Told) -> Metric | None:
    if not isinstance(cell, str):
        fault("metric", _NO_METRIC, found=_shown(cell), hint=Words("", ""))
        return None
    metric = metric_named(cell)
    if metric is None:
        near = did_you_mean(cell, [m.key for m in METRICS.values()])
        fault("metric", _NO_METRIC, found=_shown(cell), hint=near)
    return metric


def _value(cell: Cell, metric: Metric | None, fault: _Told) -> float | None:
    percent = isinstance(cell, str) and cell.rstrip().endswith(("%", "％"))
    number = _number(cell)
    if number is None:
        fault("target", _NO_NUMBER, found=_shown(cell))
        return None
    if metric is None:
        return None
    is_share = metric.unit is Unit.SHARE
    if percent and not is_share:
        fault("target", _NO_SHARE, name=metric.name, found=_shown(cell))
        return None
    if is_share and number > 1:
        fault("target", _OVER_ONE, name=metric.name, found=_shown(cell))
        return None
    if number < 0 and metric.unit is not Unit.MONEY:
        fault("target", _BELOW_ZERO, name=metric.name, found=_shown(cell))
        return None
    return float(number)


def _number(cell: Cell) -> Decimal | None:
    """The exact number of a cell; a per cent sign divides by a hundred."""
    if isinstance(cell, float):
        return Decimal(repr(cell)) if abs(cell) < float("inf") else None
    if not isinstance(cell, str):
        return None
    text = cell.rstrip().rstrip("%％")
    number = read_amount(text, ".")
    return number / 100 if number is not None and len(text) < len(cell.rstrip()) else number


def _decided(
    read: list[_Read], place: int, faults: list[Fault], reporting: Reporting
) -> list[TargetRow]:
    """Each row with its grain. A day that is the first of a month and of a week follows the other
    rows of its metric, where they agree."""
    sure: dict[str, set[TargetGrain]] = {}
    for one in read:
        if len(one.bucket.grains) == 1:
            sure.setdefault(one.metric.key, set()).add(one.bucket.grains[0])
    made: list[TargetRow] = []
    for one in read:
        known = set(one.bucket.grains)
        grains = known if len(known) == 1 else sure.get(one.metric.key, set())
        if len(grains) != 1:
            faults.append(Fault(one.line.number, place, _EITHER, {"found": one.bucket.start}))
            continue
        [grain] = grains
        made.append(TargetRow(one.line.number, one.metric, grain, one.bucket.start, one.value))
    return made


def _twice(rows: list[TargetRow], place: int, faults: list[Fault]) -> None:
    first: dict[tuple[str, str, date], int] = {}
    for row in rows:
        key = (row.metric.key, row.grain, row.start)
        if key in first:
            values = {"line": first[key], "name": row.metric.name}
            faults.append(Fault(row.line, place, _TWICE, values))
        else:
            first[key] = row.line


def _shown(cell: Cell) -> str:
    return "" if cell is None else f"{cell:g}" if isinstance(cell, float) else str(cell)[:60]


def _problem(faults: list[Fault], header: Line, shown: str) -> Problem:
    """All faults in one message, by line, each in both languages."""
    faults.sort(key=lambda f: (f.line, f.column))
    told: dict[str, str] = {}
    for language in LANGUAGES:
        tr = Text(language)
        lines = [
            tr(
                _AT, line=f.line, column=chr(ord("A") + f.column) if f.column < 26 else "…",
                heading=header.cells[f.column], what=tr(f.words, **f.values).strip(),
            )
            for f in faults[:FAULTS_TOLD]
        ]  # fmt: skip
        if len(faults) > FAULTS_TOLD:
            lines.append(tr(_MORE, n=len(faults) - FAULTS_TOLD))
        told[language] = "\n".join(lines)
    return Problem(
        "targets_faults", _FAULTS if len(faults) > 1 else _FAULT, Words("{told}", "{told}"),
        file=shown, n=len(faults), told=Words(told["en"], told["zh"]),
    )  # fmt: skip


_COLUMNS = Words(
    "A sheet of targets has the columns metric, from and target. Nothing was imported.",
    "目标表应包含“指标”“周期”“目标”三列。本次未导入任何内容。",
)
_NO_COLUMN = Words(
    "{file}, line {line}: no column {missing}. Its columns are: {found}.",
    "{file} 第 {line} 行：缺少“{missing}”列。文件中的列有：{found}。",
)
_COLUMN_TWICE = Words(
    "{file} has the column “{column}” more than once.", "{file} 中“{column}”列出现了多次。"
)
_FAULTS = Words(
    "{file}: {n} faults, nothing was imported.", "{file}：有 {n} 处错误，未导入任何内容。"
)
_FAULT = Words("{file}: one fault, nothing was imported.", "{file}：有 1 处错误，未导入任何内容。")
_AT = Words(
    "Line {line}, column {column} “{heading}”: {what}",
    "第 {line} 行 {column} 列“{heading}”：{what}",
)
_MORE = Words("And {n} more.", "另有 {n} 处。")
_NO_METRIC = Words("there is no metric “{found}”. {hint}", "没有指标“{found}”。{hint}")
_NO_BUCKET = Words(
    "“{found}” is no week (2026-W40), month (2026-10) or first day of a week.",
    "“{found}”不是周（2026-W40）、月（2026-10）或一周的起始日。",
)
_WRONG_DAY = Words(
    "{found} begins neither a week (weeks start on {day}) nor a month.",
    "{found} 既不是一周的起始日（每周从{day}开始），也不是月初。",
)
_MONDAY, _SUNDAY = Words("Monday", "周一"), Words("Sunday", "周日")
_EITHER = Words(
    "{found} begins a week and a month; write 2026-W40 or 2026-10 instead.",
    "{found} 既是一周的起始日又是月初，请改写为 2026-W40 或 2026-10 的形式。",
)
_TWICE = Words(
    "{name} has a target for it in line {line} already.", "第 {line} 行已有“{name}”在该周期的目标。"
)
_NO_NUMBER = Words("“{found}” is no number.", "“{found}”不是数字。")
_NO_SHARE = Words(
    "{name} is not a share: {found} means nothing.", "“{name}”不是比率，不能写成 {found}。"
)
_OVER_ONE = Words(
    "{name} is a share, and {found} is more than all; write 3.2% or 0.032.",
    "“{name}”是比率，{found} 超过 100%，请写成 3.2% 或 0.032。",
)
_BELOW_ZERO = Words("{name} can't be below zero: {found}.", "“{name}”不能小于零：{found}。")
