"""Referral as JSON at full precision, as CSV, or as a table for the eye."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from data.warehouse import Warehouse
from format import numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.reading import REASONS, Maturity, as_document
from metrics.referral.referral import Referral, ReferralAnswer
from metrics.referral.words import (
    MEASURES,
    Measure,
    formula_text,
    medium_name,
    not_counted,
    reading_of,
    value_text,
)

By = Literal["cohort", "medium"]

MATURITIES: dict[Maturity, Words] = {
    Maturity.MATURE: Words("final", "已定稿"),
    Maturity.RUNNING: Words("in progress", "观察中"),
    Maturity.NOT_BEGUN: Words("not begun", "未开始"),
}


def lines(answer: ReferralAnswer, by: By) -> tuple[Referral, ...]:
    """The whole range, then its parts."""
    return (answer.total, *(answer.media if by == "medium" else answer.cohorts))


def as_json(answer: ReferralAnswer, by: By, warehouse: Warehouse, tr: Text) -> str:
    """Everything that is known; keys are stable. Shares in [0, 1], money in `currency`, times in
    days, `to` is exclusive. Formulas are in the reader's language, as the page shows them."""
    document = {
        "shop": warehouse.shop,
        "data_version": answer.version,
        "data_through": answer.coverage.through.isoformat() + "Z",
        "timezone": warehouse.reporting.timezone,
        "currency": answer.scope.currency,
        "currency_of_rewards": answer.own_currency,
        "filters": {c.dimension: sorted(c.values) for c in answer.scope.choices},
        "ignored_filters": list(answer.ignored),
        "from": answer.total.span.start.isoformat(),
        "to": answer.total.span.end.isoformat(),
        "by": by,
        "grain": answer.grain if by == "cohort" else None,
        "settings": answer.rules.model_dump(),
        "formulas": {m: formula_text(m, answer.rules, tr) for m in MEASURES},
        "missing": list(answer.lacking),
        "rows": [_row(row) for row in lines(answer, by)],
        "sql": dict(answer.sql),
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _row(row: Referral) -> dict[str, Any]:
    return {
        "from": row.span.start.isoformat(),
        "to": row.span.end.isoformat(),
        "whole": row.whole,
        "medium": row.medium,
        "maturity": row.maturity,
        "counts": dict(row.counts),
        **{m: as_document(reading_of(row, m), "left_out") for m in MEASURES},
    }


CSV_HEADER = (
    "from", "to", "medium", "cohort_maturity", "measure", "value", "unit", "currency", "numerator",
    "denominator", "low", "high", "reason", "maturity", "left_out", "acquired", "members",
    "data_version",
)  # fmt: skip


def as_csv(answer: ReferralAnswer, by: By) -> str:
    """One line per cohort or medium and measure, numbers at full precision."""
    return csv_text(
        CSV_HEADER,
        (_csv_row(answer, row, measure) for row in lines(answer, by) for measure in MEASURES),
    )


def _csv_row(answer: ReferralAnswer, row: Referral, measure: Measure) -> Sequence[object]:
    r, unit = reading_of(row, measure), MEASURES[measure].unit
    currency = answer.scope.currency if unit == "money" else None
    return (
        row.span.start, row.span.end, row.medium, row.maturity, measure, r.value, unit, currency,
        r.numerator, r.denominator, r.low, r.high, r.reason, r.maturity, r.left_out,
        row.counts["acquired"], row.counts["members"], answer.version,
    )  # fmt: skip


def as_table(answer: ReferralAnswer, by: By, shop: str, tr: Text) -> str:
    """Aligned columns with a line on what they are of; formulas and what is left out below."""
    header, rows = table(answer, by, tr)
    filters = [
        f"{tr(c.of.name)}{tr(Words(': ', '：'))}{c.sentence(tr)}" for c in answer.scope.choices
    ]
    through = tr(
        Words("data through {through} UTC", "数据截至 {through} UTC"),
        through=f"{answer.coverage.through:%Y-%m-%d %H:%M}",
    )
    version = tr(Words("version {version}", "版本 {version}"), version=answer.version)
    about = " · ".join([shop, *filters, answer.scope.currency, through, version])
    below = [
        f"{tr(MEASURES[m].name)}{tr(Words(': ', '：'))}{formula_text(m, answer.rules, tr)}"
        for m in MEASURES
    ]
    body = aligned(header, rows, right=tuple(range(3, 3 + len(MEASURES) + 1)))
    return "\n".join([about, "", *body, "", *below]) + "\n"


def table(answer: ReferralAnswer, by: By, tr: Text) -> tuple[list[str], list[list[str]]]:
    """Rows as text in the reader's language, every number in full with its interval."""
    first = Words("Medium", "邀请方式") if by == "medium" else Words("Users acquired", "获客人数")
    header = [
        tr(Words("From", "起（含）")),
        tr(Words("To (exclusive)", "止（不含）")),
        tr(Words("State", "状态")),
        tr(first),
        *[tr(m.name) for m in MEASURES.values()],
        tr(Words("Note", "备注")),
    ]
    rows = []
    for row in lines(answer, by):
        group = numbers.full(row.counts["acquired"], "count", tr)
        if by == "medium":
            group = tr(Words("All", "全部") if row.medium is None else medium_name(row.medium))
        notes = [tr(REASONS[row.k_factor.reason])] if row.k_factor.reason else []
        rows.append(
            [
                row.span.start.isoformat(),
                row.span.end.isoformat(),
                tr(MATURITIES[row.maturity]),
                group,
                *[_cell(row, m, answer.scope.currency, tr) for m in MEASURES],
                tr(Words("; ", "；")).join([*notes, *not_counted(row, tr)]),
            ]
        )
    return header, rows


def _cell(row: Referral, measure: Measure, currency: str, tr: Text) -> str:
    reading = reading_of(row, measure)
    text = value_text(reading.value, measure, tr, currency)
    if reading.low is None or reading.high is None:
        return text
    low, high = (value_text(v, measure, tr, currency) for v in (reading.low, reading.high))
    return tr(Words("{text} ({low} – {high})", "{text}（{low} – {high}）"),
              text=text, low=low, high=high)  # fmt: skip
