"""Targets written as a sheet that `read_targets` reads back, and a sheet laid over what is kept."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import openpyxl
from openpyxl.styles import Font

from data.settings import Reporting
from format.csv_text import csv_text
from i18n import Problem, Text
from metrics.catalog import METRICS
from metrics.meeting.bucket_text import write_bucket
from metrics.meeting.target_file import COLUMNS, TargetRow
from metrics.meeting.targets import currency_of
from metrics.metric import Metric, Unit
from store import MetricTargets, Saved, TargetGrain
from store.target import record_name

_TEXT = "@"
"""The format of cells that a spreadsheet must not turn into dates."""


@dataclass(frozen=True, slots=True)
class Step:
    """One target before and after a sheet is taken over; `before` is None where there is none."""

    row: TargetRow
    before: float | None

    @property
    def changes(self) -> bool:
        return self.before != self.row.value


@dataclass(frozen=True, slots=True)
class Plan:
    """A sheet laid over what is kept: each record's new body with the revision it rests on, and
    every target of the sheet as a step. Targets that the sheet does not name stay."""

    edits: dict[str, tuple[MetricTargets, int | None]]
    steps: tuple[Step, ...]


def laid_over(
    rows: Iterable[TargetRow], kept: Sequence[Saved[MetricTargets]], reporting: Reporting
) -> Plan:
    """What saving the rows would make of the kept targets. Records that would stay as they are
    are not edited; amounts of a former currency of the shop are not kept beside new ones."""
    by_name = {one.name: one for one in kept}
    by_record: dict[tuple[str, TargetGrain], dict[date, float | None]] = {}
    steps: list[Step] = []
    for row in rows:
        saved = by_name.get(record_name(row.metric.key, row.grain))
        before = _values(saved, currency_of(row.metric, reporting)).get(row.start)
        steps.append(Step(row, before))
        by_record.setdefault((row.metric.key, row.grain), {})[row.start] = row.value
    edits: dict[str, tuple[MetricTargets, int | None]] = {}
    for (key, grain), values in by_record.items():
        name = record_name(key, grain)
        body = with_edits(by_name.get(name), METRICS[key], grain, values, reporting)
        kept_one = by_name.get(name)
        if kept_one is None or kept_one.content != body:
            edits[name] = (body, None if kept_one is None else kept_one.revision)
    return Plan(edits, tuple(steps))


def with_edits(
    saved: Saved[MetricTargets] | None,
    metric: Metric,
    grain: TargetGrain,
    edits: Mapping[date, float | None],
    reporting: Reporting,
) -> MetricTargets:
    """The kept targets of a metric with some of them changed; None takes one away."""
    currency = currency_of(metric, reporting)
    values = _values(saved, currency)
    for start, value in edits.items():
        if value is None:
            values.pop(start, None)
        else:
            values[start] = value
    return MetricTargets(
        metric=metric.key, grain=grain, values=dict(sorted(values.items())), currency=currency
    )


def _values(saved: Saved[MetricTargets] | None, currency: str | None) -> dict[date, float]:
    if saved is None or isinstance(saved.content, Problem) or saved.body.currency != currency:
        return {}
    return dict(saved.body.values)


def as_csv(targets: Iterable[MetricTargets], tr: Text) -> str:
    """Every target as a line; shares in per cent, everything else in full."""
    lines = [
        [_name(key, tr), write_bucket(start, grain), _written(METRICS.get(key), value)]
        for key, grain, start, value in _listed(targets)
    ]
    return csv_text(_header(tr), lines)


def as_xlsx(targets: Iterable[MetricTargets], tr: Text) -> bytes:
    """The same as a workbook, shares as per cent cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    if sheet is None:
        raise ValueError("a new workbook has a sheet")
    sheet.title = tr(COLUMNS["target"])
    sheet.append(_header(tr))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for key, grain, start, value in _listed(targets):
        sheet.append([_name(key, tr), write_bucket(start, grain), value])
        metric = METRICS.get(key)
        name, bucket, target = sheet[sheet.max_row]
        name.data_type, bucket.number_format = "s", _TEXT
        target.number_format = "0.00%" if metric and metric.unit is Unit.SHARE else "#,##0.##"
    for letter, width in zip("ABC", (36, 14, 18), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _header(tr: Text) -> list[str]:
    return [tr(words) for words in COLUMNS.values()]


def _name(key: str, tr: Text) -> str:
    """A metric that has gone is written by its key."""
    return tr(METRICS[key].name) if key in METRICS else key


def _written(metric: Metric | None, value: float) -> str | Decimal:
    """A number stays one, so that a minus in front is not taken for a formula."""
    exact = Decimal(repr(value))
    if metric is not None and metric.unit is Unit.SHARE:
        return f"{_plain(exact * 100)}%"
    return Decimal(_plain(exact))


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _listed(targets: Iterable[MetricTargets]) -> list[tuple[str, TargetGrain, date, float]]:
    order = {key: n for n, key in enumerate(METRICS)}
    found = [(t.metric, t.grain, on, v) for t in targets for on, v in t.values.items()]
    return sorted(found, key=lambda f: (order.get(f[0], len(order)), f[0], f[1], f[2]))
