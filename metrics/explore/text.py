"""The answer as JSON and as CSV at full precision, and as a table for the eye or a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from data.dimensions import DIMENSIONS
from data.scope import Scope, Span
from data.warehouse import Warehouse
from format import dates, numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.explore.result import Cell, Column, Grid, Line
from metrics.explore.spec import BY, Shape, other_name, value_name
from metrics.metric import Unit
from metrics.periods import Grain
from metrics.reading import REASONS, Reading, as_document

TOTAL, OTHER = "(all)", "(other)"
ALL = Words("All", "合计")
UNSPLIT = Words("not broken down by {by}", "无法按{by}拆分")
_METRIC = Words("Metric", "指标")
_BEFORE = Words("{name}, compared", "{name}（对比期）")
_CHANGE = Words("{name}, change", "{name}（变化）")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question found, and of which warehouse."""

    warehouse: Warehouse
    scope: Scope
    found: Grid
    grain: Grain


@dataclass(frozen=True, slots=True)
class Wide:
    """The answer as it stands in a file: heads, rows of plain values, and the unit of each (None:
    text)."""

    heads: list[str]
    rows: list[list[object]]
    units: list[list[Unit | None]]


def column_name(column: Column, spec_split: str | None, grain: Grain, tr: Text) -> str:
    """What a column holds, as its head says."""
    if column.span is not None:
        return dates.bucket(column.span.start, column.span.end, grain, tr)
    if spec_split is not None and column.value is not None:
        return value_name(spec_split, column.value, tr)
    if column.members:
        return other_name(column.members, tr)
    return tr(column.metric.name)


def line_name(line: Line, by: str, tr: Text) -> str:
    return other_name(line.members, tr) if line.value is None else value_name(by, line.value, tr)


def wide(answer: Answer, tr: Text) -> Wide:
    """One row a value, the total last; on the leaderboard one row a metric, the total first. Each
    number stands beside what it is compared with and its change (relative; of shares in points).
    Empty where there is no value."""
    found = answer.found
    if found.spec.shape is Shape.BOARD:
        return _wide_board(answer, tr)
    heads = [tr(BY[found.spec.by])]
    for column in found.columns:
        name = column_name(column, found.spec.split, answer.grain, tr)
        heads += _heads(name, column, found, tr)
    made = Wide(heads, [], [])
    for line in (*found.lines, found.total):
        row: list[object] = [tr(ALL) if line is found.total else line_name(line, found.spec.by, tr)]
        units: list[Unit | None] = [None]
        for column, cell in zip(found.columns, line.cells, strict=True):
            row += _plain(cell, column, found)
            units += _units(column, found)
        made.rows.append(row)
        made.units.append(units)
    return made


def _wide_board(answer: Answer, tr: Text) -> Wide:
    found = answer.found
    lines = (found.total, *found.lines)
    heads = [tr(_METRIC)]
    for line in lines:
        name = tr(ALL) if line is found.total else line_name(line, found.spec.by, tr)
        heads += _heads(name, found.columns[0], found, tr)
    made = Wide(heads, [], [])
    for n, column in enumerate(found.columns):
        row: list[object] = [tr(column.metric.name)]
        units: list[Unit | None] = [None]
        for line in lines:
            row += _plain(line.cells[n], column, found)
            units += _units(column, found)
        made.rows.append(row)
        made.units.append(units)
    return made


def _is_compared(column: Column, found: Grid) -> bool:
    return found.days.base is not None and column.span is None


def _heads(name: str, column: Column, found: Grid, tr: Text) -> list[str]:
    if not _is_compared(column, found):
        return [name]
    return [name, tr(_BEFORE, name=name), tr(_CHANGE, name=name)]


def _plain(cell: Cell, column: Column, found: Grid) -> list[object]:
    value: list[object] = [_value(cell.reading)]
    if _is_compared(column, found):
        value += [_value(cell.base), change_of(cell, column)]
    return value


def _units(column: Column, found: Grid) -> list[Unit | None]:
    unit = column.metric.unit
    return [unit, unit, Unit.SHARE] if _is_compared(column, found) else [unit]


def change_of(cell: Cell, column: Column) -> float | None:
    """Relative to before; of a share the difference, which is in points."""
    if cell.change is None:
        return None
    if column.metric.unit is Unit.SHARE:
        return cell.change.absolute
    return cell.change.relative if cell.change.before > 0 else None


def _value(reading: Reading | None) -> float | None:
    return None if reading is None else reading.value


def _cells(found: Grid) -> Iterator[tuple[str, Line, Column, Cell]]:
    """Every number with the value it is of, the total last."""
    for line in (*found.lines, found.total):
        name = TOTAL if line is found.total else OTHER if line.value is None else line.value
        for column, cell in zip(found.columns, line.cells, strict=True):
            yield name, line, column, cell


def _of_column(column: Column) -> str:
    if column.is_whole or column.span is not None:
        return ""
    return OTHER if column.value is None else column.value


def as_csv(answer: Answer) -> str:
    """One line per number: keys are stable, empty where there is no value."""
    found = answer.found
    header = (
        found.spec.by, "members", "metric", found.spec.split or "split", "from", "to", "value",
        "numerator", "denominator", "low", "high", "share", "compared", "change", "reason",
        "data_version",
    )  # fmt: skip

    def lines() -> Iterator[tuple[object, ...]]:
        for name, line, column, cell in _cells(found):
            span, r = column.span or found.days.now, cell.reading
            yield (
                name, line.members, column.metric.key, _of_column(column), span.start, span.end,
                *((None,) * 5 if r is None else
                  (r.value, r.numerator, r.denominator, r.low, r.high)),
                cell.share, _value(cell.base),
                None if cell.change is None else cell.change.absolute,
                "not_broken_down" if r is None else r.reason, found.version,
            )  # fmt: skip

    return csv_text(header, lines())


def as_json(answer: Answer) -> str:
    """Everything that is known; keys are stable. Shares in [0, 1], money in `currency`, `to` is
    exclusive."""
    w, found = answer.warehouse, answer.found
    spec, days = found.spec, found.days
    document = {
        "shop": w.shop,
        "data_version": found.version,
        "data_through": w.coverage.through.isoformat() + "Z",
        "timezone": w.reporting.timezone,
        "currency": answer.scope.currency,
        **_days("", days.now),
        "compared": None if days.base is None else _days("", days.base),
        "by": spec.by,
        "shape": spec.shape,
        "split": spec.split,
        "path": [{"dimension": d, "value": v} for d, v in spec.path],
        "order": spec.order,
        "top": spec.top,
        "filters": {c.dimension: sorted(c.values) for c in answer.scope.choices},
        "ignored_filters": {m: list(names) for m, names in found.ignored.items() if names},
        "not_broken_down": [m.key for m in found.unsplit],
        "lacking": {m.metric.key: list(m.lacking) for m in found.missing},
        "cells": [
            {
                "value": name,
                "members": line.members,
                "metric": column.metric.key,
                "column": _of_column(column) or None,
                "bucket": None if column.span is None else _days("", column.span),
                "reading": None
                if cell.reading is None
                else as_document(cell.reading, "left_out", "assumed"),
                "compared": None if cell.base is None else as_document(cell.base),
                "change": None if cell.change is None else cell.change.absolute,
                "share": cell.share,
            }
            for name, line, column, cell in _cells(found)
        ],
        "sql": dict(found.sql),
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _days(prefix: str, span: Span) -> dict[str, Any]:
    return {f"{prefix}from": span.start.isoformat(), f"{prefix}to": span.end.isoformat()}


def as_table(answer: Answer, tr: Text) -> str:
    """Aligned columns with a line on what they are of. A leaderboard has a row a metric."""
    found, spec = answer.found, answer.found.spec
    colon = tr(Words(": ", "："))
    about = " · ".join(
        [
            answer.warehouse.shop,
            f"{found.days.now.start} – {found.days.now.end}",
            *[f"{tr(BY[d])}{colon}{value_name(d, v, tr)}" for d, v in spec.path],
            *[f"{tr(c.of.name)}{colon}{c.sentence(tr)}" for c in answer.scope.choices],
            tr(Words("version {version}", "版本 {version}"), version=found.version),
        ]
    )
    if spec.shape is Shape.BOARD:
        header, body = _board(answer, tr)
    else:
        header = [
            tr(BY[spec.by]),
            *[column_name(c, spec.split, answer.grain, tr) for c in found.columns],
        ]
        body = [
            [
                tr(ALL) if line is found.total else line_name(line, spec.by, tr),
                *[cell_text(cell, c, found, answer.scope.currency, tr)
                  for c, cell in zip(found.columns, line.cells, strict=True)],
            ]
            for line in (*found.lines, found.total)
        ]  # fmt: skip
    shown = aligned(header, body, right=range(1, len(header)))
    said = notes(found, tr)
    return "\n".join([about, "", *shown, *(["", *said] if said else [])]) + "\n"


def notes(found: Grid, tr: Text) -> list[str]:
    """What makes these numbers other than they seem: metrics that can't be broken down so or that
    the shop lacks, filters that some could not honour."""
    between = tr(Words(", ", "、"))
    said: list[str] = []
    if found.unsplit:
        by = between.join(
            tr(BY[d]).lower() for d in filter(None, (found.spec.by, found.spec.split))
        )
        names = between.join(tr(m.name) for m in found.unsplit)
        said.append(tr(_UNSPLIT, by=by, names=names))
    if found.missing:
        lacking = [f"{tr(m.metric.name)} ({', '.join(m.lacking)})" for m in found.missing]
        said.append(tr(_MISSING, names=tr(Words("; ", "；")).join(lacking)))
    ignored = {d for names in found.ignored.values() for d in names}
    if ignored:
        names = between.join(tr(DIMENSIONS[d].name) for d in DIMENSIONS if d in ignored)
        said.append(tr(_IGNORED, names=names))
    return said


_UNSPLIT = Words(
    "Not broken down by {by}: {names}. Their totals stand.",
    "无法按{by}拆分：{names}（合计仍有效）。",
)
_MISSING = Words(
    "Not shown, the shop has no data for: {names}.", "未显示（店铺缺少数据）：{names}。"
)
_IGNORED = Words(
    "Part of these numbers can't be filtered by {names}.", "部分数字无法按“{names}”筛选。"
)


def _board(answer: Answer, tr: Text) -> tuple[list[str], list[list[str]]]:
    found, by = answer.found, answer.found.spec.by
    lines = (*found.lines, found.total)
    names = [tr(ALL) if x is found.total else line_name(x, by, tr) for x in lines]
    body = [
        [
            tr(column.metric.name),
            *[cell_text(x.cells[n], column, found, answer.scope.currency, tr) for x in lines],
        ]
        for n, column in enumerate(found.columns)
    ]
    return [tr(_METRIC), *names], body


def cell_text(cell: Cell, column: Column, found: Grid, currency: str, tr: Text) -> str:
    """A value with its change, or why there is none."""
    if cell.reading is None:
        return tr(UNSPLIT, by=BY[found.spec.by])
    if cell.reading.reason is not None:
        return tr(REASONS[cell.reading.reason])
    said = numbers.full(cell.reading.value, column.metric.unit, tr, currency)
    if cell.change is None:
        return said
    change = numbers.signed_change(
        cell.change.before, cell.change.after, column.metric.unit, tr, currency
    )
    return f"{said} ({change})"
