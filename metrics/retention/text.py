"""Retention as JSON at full precision, as CSV, or as a table for the eye."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from data.scope import Scope
from data.warehouse import Warehouse
from format import numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import REASONS, Maturity, Reading, as_document
from metrics.retention.result import Cohort, Retention, Shift, shift
from metrics.retention.spec import Value
from metrics.retention.words import column_name, return_name, rule, start_name
from metrics.user_segments import segment_words

UNITS: dict[Value, Unit] = {
    Value.USERS: Unit.SHARE,
    Value.ORDERS: Unit.COUNT,
    Value.REVENUE: Unit.MONEY,
    Value.MARGIN: Unit.MONEY,
    Value.REVENUE_RETENTION: Unit.SHARE,
}


def as_json(found: Retention, warehouse: Warehouse, scope: Scope, tr: Text) -> str:
    """Everything that is known; keys are stable. Shares in [0, 1], money in `currency`, `to` is
    exclusive. The rule is in the reader's language, as the page shows it."""
    spec = found.spec
    document = {
        "shop": warehouse.shop,
        "metric": "retention",
        "data_version": found.version,
        "data_through": warehouse.coverage.through.isoformat() + "Z",
        "timezone": warehouse.reporting.timezone,
        "week_start": warehouse.reporting.week_start,
        "currency": scope.currency,
        "filters": {c.dimension: sorted(c.values) for c in scope.choices},
        "ignored_filters": list(found.ignored),
        "from": found.span.start.isoformat(),
        "to": found.span.end.isoformat(),
        "start": spec.start,
        "start_event": spec.start_event or None,
        "return": spec.returning,
        "return_event": spec.return_event or None,
        "grain": spec.grain,
        "clock": spec.clock,
        "kind": spec.kind,
        "value": spec.value,
        "unit": UNITS[spec.value],
        "returns_count_as_activity": spec.returns_count,
        "activity_is_orders": found.activity_is_orders,
        "rule": rule(spec, tr),
        "columns": [{"first": c.first, "last": c.last} for c in found.columns],
        "cohorts": [_cohort(found, cohort) for cohort in found.cohorts],
        "pooled": [
            {**as_document(p.reading, "assumed"), "cohorts": p.cohorts} for p in found.pooled
        ],
        "breakdown": found.by,
        "segments": [
            {
                "value": s.value,
                "size": s.size,
                "pooled": [
                    {**as_document(p.reading, "assumed"), "cohorts": p.cohorts} for p in s.pooled
                ],
            }
            for s in found.segments
        ],
        "shifts": _shifts(found),
        "sql": {"retention": found.sql, "intervals": found.interval_sql or None},
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _cohort(found: Retention, cohort: Cohort) -> dict[str, Any]:
    return {
        "from": cohort.span.start.isoformat(),
        "to": cohort.span.end.isoformat(),
        "whole": cohort.whole,
        "size": cohort.size,
        "small": cohort.small,
        "reason": cohort.reason,
        "cells": [as_document(cell, "assumed") for cell in cohort.cells],
    }


def _shifts(found: Retention) -> list[dict[str, Any] | None]:
    """Per column: the last mature cohorts against the ones before."""
    return [_shift(shift(found, n)) for n in range(len(found.columns) if found.cohorts else 0)]


def _shift(moved: Shift | None) -> dict[str, Any] | None:
    if moved is None:
        return None
    return {
        "before": [s.start.isoformat() for s in moved.before],
        "after": [s.start.isoformat() for s in moved.after],
        "base": moved.base.reading.value,
        "now": moved.now.reading.value,
        "points": moved.difference.diff,
        "interval": [moved.difference.low, moved.difference.high],
        "p_value": moved.p_value,
    }


CSV_HEADER = (
    "group", "from", "to", "whole", "size", "small", "first_period", "last_period", "value",
    "numerator", "denominator", "low", "high", "reason", "maturity", "assumed", "cohorts",
    "data_version",
)  # fmt: skip
POOLED = "(pooled)"


def as_csv(found: Retention) -> str:
    """One line per cohort and column, then the pooled columns, then those of each segment."""
    return csv_text(CSV_HEADER, _csv_rows(found))


def _csv_rows(found: Retention) -> Iterator[Sequence[object]]:
    for cohort in found.cohorts:
        about = ("", cohort.span.start, cohort.span.end, cohort.whole, cohort.size, cohort.small)
        for n, cell in enumerate(cohort.cells):
            yield _csv_row(found, about, n, cell, None)
    start, end = found.span.start, found.span.end
    groups = [(POOLED, found.size, found.pooled)]
    groups += [("(other)" if s.value is None else s.value, s.size, s.pooled)
               for s in found.segments]  # fmt: skip
    for name, size, pooled in groups:
        for n, p in enumerate(pooled):
            yield _csv_row(found, (name, start, end, "", size, ""), n, p.reading, p.cohorts)


def _csv_row(
    found: Retention, about: Sequence[object], n: int, r: Reading, cohorts: int | None
) -> Sequence[object]:
    column = found.columns[n]
    return (
        *about, column.first, column.last, r.value, r.numerator, r.denominator, r.low, r.high,
        r.reason, r.maturity, r.assumed, cohorts, found.version,
    )  # fmt: skip


def as_table(found: Retention, warehouse: Warehouse, scope: Scope, tr: Text) -> str:
    """The triangle with the pooled row and the segments below, and the rule under it. Running
    values stand in brackets."""
    header = [
        tr(Words("Cohort", "同期群")),
        tr(Words("People", "人数")),
        *[column_name(found.spec, c, tr) for c in found.columns],
        tr(Words("Note", "备注")),
    ]
    rows = [_table_row(found, cohort, scope, tr) for cohort in found.cohorts]
    groups = [(tr(Words("Pooled", "合计")), found.size, found.pooled)]
    if found.by is not None:
        groups += [(tr(segment_words(found.by, s.value)), s.size, s.pooled) for s in found.segments]
    for name, size, pooled in groups:
        values = [_value(found, p.reading, scope, tr) for p in pooled]
        rows.append([name, numbers.full(size, "count", tr), *values, ""])
    filters = [f"{tr(c.of.name)}{tr(Words(': ', '：'))}{c.sentence(tr)}" for c in scope.choices]
    asked = tr(
        Words("{start} → {returned}", "{start} → {returned}"),
        start=start_name(found.spec, tr),
        returned=return_name(found.spec, tr),
    )
    through = tr(
        Words("data through {through} UTC", "数据截至 {through} UTC"),
        through=f"{warehouse.coverage.through:%Y-%m-%d %H:%M}",
    )
    about = " · ".join([warehouse.shop, asked, *filters, through])
    right = tuple(range(1, len(header) - 1))
    below = [rule(found.spec, tr), tr(_RUNNING)]
    if found.activity_is_orders:
        below.append(tr(ORDERS_ONLY))
    return "\n".join([about, "", *aligned(header, rows, right=right), "", *below]) + "\n"


def _table_row(found: Retention, cohort: Cohort, scope: Scope, tr: Text) -> list[str]:
    notes = []
    if cohort.reason is not None:
        notes.append(tr(REASONS[cohort.reason]))
    if cohort.small:
        notes.append(tr(SMALL_COHORT))
    if not cohort.whole:
        notes.append(tr(Words("cut by the range", "被所选范围截断")))
    return [
        cohort.span.start.isoformat(),
        numbers.full(cohort.size, "count", tr),
        *[_value(found, cell, scope, tr) for cell in cohort.cells],
        tr(Words("; ", "；")).join(notes),
    ]


def _value(found: Retention, r: Reading, scope: Scope, tr: Text) -> str:
    if r.value is None:
        return ""
    text = numbers.full(r.value, UNITS[found.spec.value], tr, scope.currency)
    return f"({text})" if r.maturity is Maturity.RUNNING else text


SMALL_COHORT = Words("few people", "人数很少")
ORDERS_ONLY = Words(
    "No event of the shop names a user: activity is its paid orders.",
    "店铺的行为事件未关联到用户：活跃以付款订单计。",
)
_RUNNING = Words(
    "In brackets: periods still running, to date; they are in no pooled value.",
    "括号内为进行中的周期，统计至今，不计入合计。",
)
