"""Payback as JSON at full precision, as CSV, or as a table for the eye; and in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from data.scope import Scope
from data.warehouse import Warehouse
from format import dates, numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.channels.spec import COST_RULES, COSTS, Cost, value_name
from metrics.metric import Unit
from metrics.payback.course import Back
from metrics.payback.result import Cohort, Payback
from metrics.payback.spec import BYS, WITHIN, By
from metrics.reading import REASONS, Maturity, Reading, Reason, as_document

ALL, OTHER = "(all)", "(other)"
CUSTOMERS = Words("New customers", "新客")
CAC = Words("CAC", "获客成本")
PAYBACK = Words("Payback", "回本周期")

_DAY, _FIRST = Words("day {n}", "第 {n} 天"), Words("first day", "首日")
_NOT_YET = Words("not yet: {share} by day {n}", "未回本：第 {n} 天达 {share}")
_HORIZON, _FIRST_24 = Words("{n} d", "{n} 天"), Words("24 h", "24 小时")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call of the command line found."""

    warehouse: Warehouse
    scope: Scope
    found: Payback
    cost: Cost


def cohort_name(cohort: Cohort, by: By, tr: Text) -> str:
    """The month, or the channel or market; of all others how many they are."""
    if by is By.MONTH:
        return dates.month(cohort.days.span.start, tr)
    return value_name(by.value, cohort.value, tr, cohort.members)


def horizon_name(days: int, tr: Text) -> str:
    """`24 h`, `30 d`: within how many days of 24 hours."""
    return tr(_FIRST_24) if days == 1 else tr(_HORIZON, n=days)


def day_text(day: float, tr: Text) -> str:
    """`day 143`; day 0, the 24 hours after the first order, is the first day."""
    return tr(_FIRST) if day == 0 else tr(_DAY, n=int(day))


def back_text(back: Back, tr: Text) -> str:
    """The day, or how far a cohort has come, or why there is none."""
    if back.day.value is not None:
        return day_text(back.day.value, tr)
    if back.day.reason is Reason.NOT_PAID_BACK and back.last is not None:
        share = numbers.short(back.so_far.value, Unit.SHARE, tr)
        return tr(_NOT_YET, share=share, n=back.last)
    return tr(REASONS[back.day.reason or Reason.NO_ROWS])


def multiple(value: float | None) -> str:
    """Value / cost with two decimals: 1.00 is paid back."""
    if value is None:
        return numbers.NO_VALUE
    # A multiple just below 1 must not read as paid back.
    shown = 0.99 if 0.99 < value < 1 else value
    return f"{shown:.2f}".replace("-", numbers.MINUS)


def lines(found: Payback) -> list[tuple[str, Cohort]]:
    """Every cohort, then all of them; the command line and a page's table read the same."""
    named = [(_key(c, found.by), c) for c in found.cohorts]
    return [*named, (ALL, found.whole)]


def _key(cohort: Cohort, by: By) -> str:
    if by is By.MONTH:
        return f"{cohort.days.span.start:%Y-%m}"
    return OTHER if cohort.value is None else cohort.value


def ratio(found: Payback, cohort: Cohort, days: int, cost: Cost) -> Reading:
    """Value / cost of a row; that of all months is pooled over the mature ones."""
    if cohort is found.whole and found.by is By.MONTH:
        return found.pooled(days, cost).reading
    return cohort.ratios((days,), cost)[0]


def as_json(answer: Answer, tr: Text) -> str:
    """Everything that is known; keys are stable. Money in `currency`, `to` is exclusive; the value
    of an age is that of the customers who are that old, per customer."""
    w, found, cost = answer.warehouse, answer.found, answer.cost
    document = {
        "shop": w.shop,
        "data_version": found.version,
        "data_through": w.coverage.through.isoformat() + "Z",
        "timezone": w.reporting.timezone,
        "currency": answer.scope.currency,
        "by": found.by,
        "cost": cost,
        "rule": tr(COST_RULES[cost]),
        "value": w.reporting.ltv_value,
        "least_age_days": found.least_age,
        "filters": {c.dimension: sorted(c.values) for c in answer.scope.choices},
        "reason": found.reason,
        "rows": [_document(key, cohort, answer) for key, cohort in lines(found)],
        "sql": list(found.sql),
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _document(key: str, cohort: Cohort, answer: Answer) -> dict[str, Any]:
    found, cost = answer.found, answer.cost
    pooled = cohort is found.whole and found.by is By.MONTH
    days, back = cohort.days, cohort.back(cost)
    return {
        "cohort": key,
        "from": days.span.start.isoformat(),
        "to": days.span.end.isoformat(),
        "whole": days.whole,
        "running": days.running,
        "customers": cohort.size,
        "spend": dict(cohort.spent.spend),
        "cost": cohort.spent.cost(cost),
        "cac": as_document(cohort.cac(cost), "assumed"),
        "mature_days": cohort.whole_days,
        "payback_day": None if pooled else as_document(back.day, "assumed"),
        "so_far": None if pooled else {"day": back.last, **as_document(back.so_far, "assumed")},
        "value_cac": {
            str(n): as_document(ratio(found, cohort, n, cost), "assumed") for n in WITHIN
        },
        "ages": []
        if pooled
        else [
            {"age": s.age, "customers": s.people, "value": s.value.value,
             "mature": s.value.maturity is Maturity.MATURE, "reason": s.value.reason}
            for s in cohort.worth(cost).steps
        ],
    }  # fmt: skip


def as_csv(found: Payback, cost: Cost) -> str:
    """One line per cohort at full precision; empty where there is no value."""
    header = (
        found.by.value, "from", "to", "running", "customers", "cost", "cac", "cac_low", "cac_high",
        "mature_days", "payback_day", "value_cac_so_far", *[f"value_cac_{n}" for n in WITHIN],
        "reason", "data_version",
    )  # fmt: skip

    def line(key: str, cohort: Cohort) -> tuple[object, ...]:
        cac, back = cohort.cac(cost), cohort.back(cost)
        pooled = cohort is found.whole and found.by is By.MONTH
        return (
            key,
            cohort.days.span.start,
            cohort.days.span.end,
            cohort.days.running,
            cohort.size,
            cohort.spent.cost(cost),
            cac.value,
            cac.low,
            cac.high,
            cohort.whole_days,
            None if pooled else back.day.value,
            None if pooled else back.so_far.value,
            *[ratio(found, cohort, n, cost).value for n in WITHIN],
            None if pooled else back.day.reason,
            found.version,
        )

    return csv_text(header, (line(key, cohort) for key, cohort in lines(found)))


def as_table(answer: Answer, tr: Text) -> str:
    """Aligned columns with a line on what they are of; the rule stands below."""
    found, cost = answer.found, answer.cost
    colon = tr(Words(": ", "："))
    span = found.whole.days.span
    about = " · ".join(
        [
            answer.warehouse.shop,
            dates.span(span.start, span.end, tr),
            *[f"{tr(c.of.name)}{colon}{c.sentence(tr)}" for c in answer.scope.choices],
            tr(Words("version {version}", "版本 {version}"), version=found.version),
        ]
    )
    header, rows = table(found, cost, answer.scope.currency, tr)
    body = aligned(header, rows, right=range(1, len(header)))
    rule = f"{tr(COSTS[cost])}{colon}{tr(COST_RULES[cost])}"
    return "\n".join([about, "", *body, "", rule]) + "\n"


def table(found: Payback, cost: Cost, currency: str, tr: Text) -> tuple[list[str], list[list[str]]]:
    """Every cohort and all of them as text in the reader's language."""
    header = [BYS[found.by], CUSTOMERS, Words("Cost", "费用"), CAC, PAYBACK]
    within = [horizon_name(n, tr) for n in WITHIN]
    return [*[tr(w) for w in header], *within], [
        _text_row(key, cohort, found, cost, currency, tr) for key, cohort in lines(found)
    ]


def _text_row(
    key: str, cohort: Cohort, found: Payback, cost: Cost, currency: str, tr: Text
) -> list[str]:
    total = key == ALL
    name = tr(Words("All", "合计")) if total else cohort_name(cohort, found.by, tr)
    pooled = total and found.by is By.MONTH
    return [
        name,
        numbers.full(cohort.size, Unit.COUNT, tr),
        numbers.full(cohort.spent.cost(cost), Unit.MONEY, tr, currency),
        numbers.full(cohort.cac(cost).value, Unit.MONEY, tr, currency),
        numbers.NO_VALUE if pooled else back_text(cohort.back(cost), tr),
        *[multiple(ratio(found, cohort, n, cost).value) for n in WITHIN],
    ]


def value_words(found: Payback, cost: Cost) -> Words:
    """What is cumulated per customer."""
    if found.reporting.ltv_value == "net_revenue":
        return Words("net revenue", "净收入")
    if any(s.value.assumed for c in found.cohorts for s in c.worth(cost).steps[:1]):
        rate = f"{100 * (found.reporting.margin_rate or 0):g}"
        return Words(f"gross margin (assumed {rate} %)", f"毛利（假设毛利率 {rate}%）")
    return Words("gross margin", "毛利")
