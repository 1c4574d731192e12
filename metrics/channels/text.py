"""The channel table as JSON at full precision, as CSV, or as a table for the eye."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from data.scope import Scope, Span
from data.serving.spend import KINDS
from data.warehouse import Warehouse
from format import numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.channels.bridge import moved
from metrics.channels.result import Row, Table, paid
from metrics.channels.spec import (
    AGAIN_WITHIN,
    COST_RULES,
    COSTS,
    HORIZONS,
    LEVELS,
    RETAINED_ON,
    Cost,
    value_name,
)
from metrics.metric import Unit
from metrics.reading import REASONS, as_document

TOTAL = "(all)"
OTHER = "(other)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call of the command line found."""

    warehouse: Warehouse
    scope: Scope
    found: Table
    cost: Cost


def lines(found: Table) -> list[tuple[str, Row]]:
    """Every row, then all of them together."""
    named = [(OTHER if r.value is None else r.value, r) for r in found.rows]
    return [*named, (TOTAL, found.total)]


def as_json(answer: Answer, tr: Text) -> str:
    """Everything that is known; keys are stable. Shares in [0, 1], money in `currency`, `to` is
    exclusive; the rule is in the reader's language."""
    w, found = answer.warehouse, answer.found
    bridge = moved(found, answer.cost)
    bought = paid(found)
    document = {
        "shop": w.shop,
        "data_version": found.version,
        "data_through": w.coverage.through.isoformat() + "Z",
        "timezone": w.reporting.timezone,
        "currency": answer.scope.currency,
        "from": found.span.start.isoformat(),
        "to": found.span.end.isoformat(),
        "against": None if found.against is None else _days(found.against),
        "running": found.running,
        "cost": answer.cost,
        "rule": tr(COST_RULES[answer.cost]),
        "level": found.node.by,
        "path": list(found.node.path),
        "filters": {c.dimension: sorted(c.values) for c in answer.scope.choices},
        "ignored_filters": list(found.ignored),
        "unsplit_filters": list(found.unsplit),
        "cohorts": {str(n): _days(s) for n, s in found.cohorts.items()},
        "blended_cac": as_document(found.total.now.cac(answer.cost), "assumed"),
        "paid_cac": None if bought is None else as_document(bought.cac(answer.cost), "assumed"),
        "mer": as_document(found.total.now.roas(answer.cost), "assumed"),
        "rows": [_document(name, row, answer) for name, row in lines(found)],
        "bridge": None
        if bridge is None
        else {
            "before": bridge.bridge.start,
            "after": bridge.bridge.end,
            "effects": [
                {"value": e.key, "mix": e.mix, "rate": e.rate, "came_or_went": e.whole}
                for e in bridge.effects
            ],
        },
        "sql": list(found.sql),
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _days(span: Span) -> dict[str, str]:
    return {"from": span.start.isoformat(), "to": span.end.isoformat()}


def _document(name: str, row: Row, answer: Answer) -> dict[str, Any]:
    found, cost, now = answer.found, answer.cost, row.now
    change = row.change(cost)
    return {
        "value": name,
        "members": row.members,
        "spend": dict(now.spend),
        "cost": now.cost(cost),
        "impressions": now.impressions,
        "clicks": now.clicks,
        "registrations": now.registrations,
        "customers": now.customers,
        "customers_before": None if row.before is None else row.before.customers,
        "cost_before": None if row.before is None else row.before.cost(cost),
        "share_of_customers": as_document(found.share(row), "assumed"),
        "cac": as_document(now.cac(cost), "assumed"),
        "cac_before": None if row.before is None else as_document(row.before.cac(cost), "assumed"),
        "cac_change": None
        if change is None
        else {"relative": change.change, "interval": [change.low, change.high]},
        "cpr": as_document(now.cpr(cost), "assumed"),
        "roas": as_document(now.roas(cost), "assumed"),
        f"retained_on_day_{RETAINED_ON}": as_document(found.retained(row), "assumed"),
        f"again_within_{AGAIN_WITHIN}": as_document(found.again(row), "assumed"),
        "worth": {
            str(days): {
                name: as_document(getattr(found.worth(row, days, cost), name), "assumed")
                for name in ("ltv", "cac", "ltv_cac", "payback")
            }
            for days in HORIZONS
        },
        "claimed_conversions": now.claimed_conversions,
        "claimed_value": now.claimed_value,
    }


_PLAIN = ("impressions", "clicks", "registrations", "customers")


def as_csv(answer: Answer) -> str:
    """One line per row at full precision; empty where there is no value."""
    found, cost = answer.found, answer.cost
    header = (
        found.node.by,
        *[f"spend_{k}" for k in KINDS],
        "cost",
        *_PLAIN,
        "cac",
        "cac_low",
        "cac_high",
        "cac_before",
        "cpr",
        "roas",
        f"retained_on_day_{RETAINED_ON}",
        f"again_within_{AGAIN_WITHIN}",
        *[f"{n}_{d}" for d in HORIZONS for n in ("ltv", "ltv_cac", "payback")],
        "reason",
        "data_version",
    )

    def line(name: str, row: Row) -> tuple[object, ...]:
        now, cac = row.now, row.now.cac(cost)
        worth = [found.worth(row, d, cost) for d in HORIZONS]
        return (
            name,
            *[now.spend[k] for k in KINDS],
            now.cost(cost),
            *[getattr(now, n) for n in _PLAIN],
            cac.value,
            cac.low,
            cac.high,
            None if row.before is None else row.before.cac(cost).value,
            now.cpr(cost).value,
            now.roas(cost).value,
            found.retained(row).value,
            found.again(row).value,
            *[v.value for x in worth for v in (x.ltv, x.ltv_cac, x.payback)],
            cac.reason,
            found.version,
        )

    return csv_text(header, (line(name, row) for name, row in lines(found)))


def as_table(answer: Answer, tr: Text) -> str:
    """Aligned columns with a line on what they are of."""
    found, scope, cost = answer.found, answer.scope, answer.cost
    colon = tr(Words(": ", "："))
    about = " · ".join(
        [
            answer.warehouse.shop,
            f"{found.span.start} – {found.span.end}",
            *[f"{tr(c.of.name)}{colon}{c.sentence(tr)}" for c in scope.choices],
            tr(Words("version {version}", "版本 {version}"), version=found.version),
        ]
    )
    header = [
        LEVELS[found.node.by],
        Words("Spend", "花费"),
        Words("Registrations", "注册"),
        Words("New customers", "新客"),
        Words("CAC", "获客成本"),
        Words("Cost per registration", "注册成本"),
        Words("ROAS (revenue / spend)", "ROAS（收入 ÷ 花费）"),
        Words("LTV 90 days", "90 日价值"),
        Words("Note", "备注"),
    ]
    body = [_text_row(name, row, answer, tr) for name, row in lines(found)]
    shown = aligned([tr(w) for w in header], body, right=range(1, len(header) - 1))
    rule = f"{tr(COSTS[cost])}{colon}{tr(COST_RULES[cost])}"
    return "\n".join([about, "", *shown, "", rule]) + "\n"


def _text_row(name: str, row: Row, answer: Answer, tr: Text) -> list[str]:
    found, cost, currency = answer.found, answer.cost, answer.scope.currency
    now, cac = row.now, row.now.cac(cost)

    def money(value: float | None) -> str:
        return numbers.full(value, Unit.MONEY, tr, currency)

    title = tr(Words("All", "合计"))
    if name != TOTAL:
        title = value_name(found.node.by, row.value, tr, row.members)
    return [
        title,
        money(now.cost(cost)),
        numbers.full(now.registrations, Unit.COUNT, tr),
        numbers.full(now.customers, Unit.COUNT, tr),
        money(cac.value),
        money(now.cpr(cost).value),
        numbers.full(now.roas(cost).value, Unit.TIMES, tr),
        money(found.worth(row, 90, cost).ltv.value),
        "" if cac.reason is None else tr(REASONS[cac.reason]),
    ]
