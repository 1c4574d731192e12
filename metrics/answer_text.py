"""An answer as JSON at full precision, as CSV, or as a table for the eye."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from data.scope import Span
from format import numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.answer import Answer, Row
from metrics.metric import Metric, Unit
from metrics.reading import REASONS, as_document


def as_json(answer: Answer) -> str:
    """Everything that is known of the answer; the keys are stable, the language is none."""
    return json.dumps(document(answer), ensure_ascii=False, indent=2)


def document(answer: Answer) -> dict[str, Any]:
    """The answer as plain values. Money is in `currency`, shares in [0, 1], `to` is exclusive."""
    warehouse, coverage = answer.warehouse, answer.warehouse.coverage
    metrics = dict.fromkeys(row.metric for row in answer.rows)
    return {
        "shop": warehouse.shop,
        "data_version": warehouse.version,
        "data_from": coverage.start.isoformat(),
        "data_through": coverage.through.isoformat() + "Z",
        "refreshed_at": coverage.built_at.isoformat() + "Z",
        "timezone": warehouse.reporting.timezone,
        "currency": answer.scope.currency,
        "refund_day": warehouse.reporting.refund_day,
        **_span(answer.span),
        "grain": answer.grain,
        "comparison": answer.comparison,
        "filters": {c.dimension: sorted(c.values) for c in answer.scope.choices},
        "metrics": [_metric(answer, metric) for metric in metrics],
        "missing": [{"key": m.metric.key, "lacking": list(m.lacking)} for m in answer.missing],
        "sql": dict(answer.sql),
    }


def _metric(answer: Answer, metric: Metric) -> dict[str, Any]:
    return {
        "key": metric.key,
        "name": metric.name._asdict(),
        "unit": metric.unit,
        "identified_only": metric.identified_only,
        "ignored_filters": list(answer.ignored[metric.key]),
        "sql": list(answer.families[metric.key]),
        "ranges": [_range(row) for row in answer.rows if row.metric is metric],
    }


def _range(row: Row) -> dict[str, Any]:
    base = None
    if row.base is not None and row.compared is not None:
        base = {**_span(row.compared), **as_document(row.base, "left_out", "assumed")}
    change = None
    if row.change is not None:
        change = {"absolute": row.change.absolute, "relative": row.change.relative}
    return {
        **_span(row.span),
        "running": row.running,
        **as_document(row.reading, "left_out", "assumed"),
        "compared": base,
        "change": change,
        "verdict": row.verdict,
    }


def _span(span: Span) -> dict[str, str]:
    return {"from": span.start.isoformat(), "to": span.end.isoformat()}


CSV_HEADER = (
    "metric", "from", "to", "running", "value", "unit", "currency", "numerator", "denominator",
    "low", "high", "reason", "maturity", "left_out", "assumed", "compared_from", "compared_to",
    "compared_value", "change", "relative_change", "verdict", "ignored_filters", "data_version",
)  # fmt: skip


def as_csv(answer: Answer) -> str:
    """One line per metric and range, numbers at full precision."""
    return csv_text(CSV_HEADER, (_csv_row(answer, row) for row in answer.rows))


def _csv_row(answer: Answer, row: Row) -> Sequence[object]:
    reading, base, change = row.reading, row.base, row.change
    money = row.metric.unit is Unit.MONEY
    return (
        row.metric.key, row.span.start, row.span.end, _flag(row.running), reading.value,
        row.metric.unit, answer.scope.currency if money else None, reading.numerator,
        reading.denominator, reading.low, reading.high, reading.reason, reading.maturity,
        reading.left_out, _flag(reading.assumed),
        row.compared and row.compared.start, row.compared and row.compared.end,
        base and base.value, change and change.absolute, change and change.relative, row.verdict,
        " ".join(answer.ignored[row.metric.key]), answer.warehouse.version,
    )  # fmt: skip


def _flag(value: bool) -> str:
    return "true" if value else "false"


def as_table(answer: Answer, tr: Text) -> str:
    """The answer as aligned columns with a line on what it is of, and notes below."""
    header = [
        tr(Words("Metric", "指标")),
        tr(Words("From", "起（含）")),
        tr(Words("To (exclusive)", "止（不含）")),
        tr(Words("Value", "数值")),
        tr(Words("Compared with", "对比值")),
        tr(Words("Change", "变化")),
        tr(Words("Note", "备注")),
    ]
    rows = [_table_row(answer, row, tr) for row in answer.rows]
    lines = [_about(answer, tr), "", *aligned(header, rows, right=(3, 4, 5))]
    lines += [
        tr(
            Words("{name}: the shop lacks {lacking}", "{name}：店铺缺少 {lacking}"),
            name=m.metric.name,
            lacking=", ".join(m.lacking),
        )
        for m in answer.missing
    ]
    return "\n".join(lines) + "\n"


def _about(answer: Answer, tr: Text) -> str:
    """The scope in words: shop, filters, currency, how far the data goes."""
    filters = [
        f"{tr(c.of.name)}{tr(Words(': ', '：'))}{c.sentence(tr)}" for c in answer.scope.choices
    ]
    return " · ".join(
        [
            answer.warehouse.shop,
            *filters,
            answer.scope.currency,
            tr(
                Words("data through {through} UTC", "数据截至 {through} UTC"),
                through=f"{answer.warehouse.coverage.through:%Y-%m-%d %H:%M}",
            ),
            tr(Words("version {version}", "版本 {version}"), version=answer.warehouse.version),
        ]
    )


def _table_row(answer: Answer, row: Row, tr: Text) -> list[str]:
    unit, change = row.metric.unit, row.change
    currency = answer.scope.currency
    moved = ""
    if change is not None:
        moved = numbers.signed_change(change.before, change.after, unit, tr, currency)
    return [
        tr(row.metric.name),
        f"{row.span.start}",
        f"{row.span.end}",
        numbers.full(row.reading.value, unit, tr, currency),
        "" if row.base is None else numbers.full(row.base.value, unit, tr, currency),
        moved,
        tr(Words("; ", "；")).join(_notes(answer, row, tr)),
    ]


def _notes(answer: Answer, row: Row, tr: Text) -> Iterator[str]:
    reading = row.reading
    if reading.reason is not None:
        yield tr(REASONS[reading.reason])
    elif row.running:
        yield tr(Words("not over", "未结束"))
    if reading.left_out:
        yield tr(Words("{n:,} not mature, left out", "{n:,} 人未成熟，未计入"), n=reading.left_out)
    if reading.assumed:
        yield tr(Words("assumed margin", "按假设毛利率估算"))
    if answer.ignored[row.metric.key]:
        yield tr(
            Words("filters not applied: {names}", "未应用的筛选：{names}"),
            names=", ".join(answer.ignored[row.metric.key]),
        )
