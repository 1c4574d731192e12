"""Attribution as JSON at full precision, as CSV, or as a table for the eye."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from data.dimensions import CHANNEL
from data.scope import Scope
from data.warehouse import Warehouse
from format import numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.attribution.campaigns import Campaigns
from metrics.attribution.journeys import Journeys
from metrics.attribution.result import Attribution, ChannelCredits
from metrics.attribution.spec import (
    CONVERSIONS,
    DATED,
    DIRECT,
    MODELS,
    RULES,
    Conversions,
    Model,
    Spec,
)
from metrics.attribution.spend import OTHER
from metrics.channels.spec import NO_CAMPAIGN
from metrics.metric import Unit
from metrics.reading import REASONS, Reading, as_document

DIRECT_NAME = Words("Direct / no touch on record", "直接访问 / 无触点记录")
OTHERS = Words("{n} other campaigns", "其他 {n} 个推广活动")
_OTHER_SPEND = Words("Campaigns without credit", "无归因的推广活动")
_COST = {
    Conversions.NEW: Words("CAC", "获客成本"),
    Conversions.ORDERS: Words("Cost per order", "单均成本"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call of the command line found; `campaigns` of one channel, where asked for."""

    warehouse: Warehouse
    scope: Scope
    found: Attribution
    journeys: Journeys | None = None
    campaigns: Campaigns | None = None

    @property
    def rows(self) -> tuple[ChannelCredits, ...]:
        return self.found.channels if self.campaigns is None else self.campaigns.rows

    def name(self, row: ChannelCredits, tr: Text) -> str:
        if self.campaigns is None:
            return channel_name(row.channel, tr)
        return campaign_name(row.channel, self.campaigns.others, tr)


def channel_name(channel: str, tr: Text) -> str:
    """As every page calls it; direct holds the conversions without a touch as well."""
    return tr(DIRECT_NAME if channel == DIRECT else CHANNEL.label(channel))


def campaign_name(campaign: str, others: int, tr: Text) -> str:
    if campaign == OTHER:
        return tr(OTHERS, n=numbers.full(others, Unit.COUNT, tr)) if others else tr(_OTHER_SPEND)
    return tr(NO_CAMPAIGN) if campaign == "unknown" else campaign


def cost_name(conversions: Conversions) -> Words:
    """What spend per conversion is called."""
    return _COST[conversions]


def rule_text(model: Model, spec: Spec, tr: Text) -> str:
    """How a model shares out credit, in words."""
    return tr(RULES[model], half_life_days=spec.half_life_days)


def as_json(answer: Answer, tr: Text) -> str:
    """Everything that is known; keys are stable. Money in `currency`, `to` is exclusive; names and
    rules are in the reader's language."""
    w, found = answer.warehouse, answer.found
    q = found.question
    document: dict[str, Any] = {
        "shop": w.shop,
        "data_version": found.version,
        "data_through": w.coverage.through.isoformat() + "Z",
        "timezone": w.reporting.timezone,
        "currency": answer.scope.currency,
        "from": q.span.start.isoformat(),
        "to": q.span.end.isoformat(),
        "conversions_counted": found.spec.conversions,
        "dated": found.spec.dated,
        "lookback_days": found.spec.lookback_days,
        "half_life_days": found.spec.half_life_days,
        "kinds": list(found.spec.kinds),
        "filters": {c.dimension: sorted(c.values) for c in answer.scope.choices},
        "ignored_filters": list(found.ignored),
        "reason": found.reason,
        "running": found.running,
        "conversions": found.conversions,
        "without_touch": found.untouched,
        "revenue": found.revenue,
        "unrated_conversions": found.unrated,
        "models": {
            m: {"name": tr(MODELS[m]), "rule": rule_text(m, found.spec, tr)} for m in found.models
        },
        "checks": [
            {
                "model": c.model,
                "credits": c.credits,
                "credits_outside": c.outside,
                "conversions": c.conversions,
                "holds": c.holds,
            }
            for c in found.checks
        ],
        "removal_effects": dict(found.effects),
        "channel": None if answer.campaigns is None else answer.campaigns.channel,
        "rows": [_document(row, found) for row in answer.rows],
        "sql": dict(found.sql),
    }
    if answer.journeys is not None:
        document["paths"] = [
            {"channels": list(p.channels), "earlier_steps_cut": p.cut,
             "conversions": p.conversions, "revenue": p.revenue}
            for p in answer.journeys.paths
        ]  # fmt: skip
        document["conversions_by_steps"] = {str(k): n for k, n in answer.journeys.steps.items()}
        document["conversions_by_days"] = {str(k): n for k, n in answer.journeys.days.items()}
    return json.dumps(document, ensure_ascii=False, indent=2)


def _document(row: ChannelCredits, found: Attribution) -> dict[str, Any]:
    spend = row.spend
    return {
        "value": row.channel or "(other)",
        "without_touch": row.untouched,
        "spend": None if spend is None else spend.amount,
        "claimed_conversions": None if spend is None else spend.claimed_conversions,
        "claimed_value": None if spend is None else spend.claimed_value,
        "models": {
            m: {
                "credits": row.credit[m].credits,
                "credits_outside": row.credit[m].outside,
                "revenue": row.credit[m].revenue,
                "cost": as_document(row.cost(m)),
                "roas": as_document(row.roas(m)),
                "overclaim": as_document(row.overclaim(m)),
            }
            for m in found.models
        },
    }


CSV_HEADER = (
    "value", "model", "credits", "credits_outside", "revenue", "spend", "cost", "cost_reason",
    "roas", "roas_reason", "claimed_conversions", "claimed_value", "overclaim", "currency",
    "data_version",
)  # fmt: skip


def as_csv(answer: Answer) -> str:
    """One line per channel (or campaign) and model, numbers at full precision."""
    found = answer.found
    return csv_text(
        CSV_HEADER, (_csv_row(row, m, answer) for row in answer.rows for m in found.models)
    )


def _csv_row(row: ChannelCredits, model: Model, answer: Answer) -> Sequence[object]:
    credit, cost, roas, spend = row.credit[model], row.cost(model), row.roas(model), row.spend
    return (
        row.channel or "(other)", model, credit.credits, credit.outside, credit.revenue,
        None if spend is None else spend.amount, cost.value, cost.reason, roas.value, roas.reason,
        None if spend is None else spend.claimed_conversions,
        None if spend is None else spend.claimed_value,
        row.overclaim(model).value, answer.scope.currency, answer.found.version,
    )  # fmt: skip


def as_table(answer: Answer, tr: Text) -> str:
    """What was asked, credits side by side, what each cost, and the rules below."""
    found, currency = answer.found, answer.scope.currency
    spec = found.spec
    about = [
        answer.warehouse.shop,
        tr(CONVERSIONS[spec.conversions]),
        tr(DATED[spec.dated]),
        tr(Words("look-back {n} days", "回溯 {n} 天"), n=spec.lookback_days),
        currency,
        tr(Words("version {version}", "版本 {version}"), version=found.version),
    ]
    models = list(found.models)
    header = [
        tr(CHANNEL.name),
        *[tr(MODELS[m]) for m in models],
        tr(Words("Spend", "花费")),
        *[f"{tr(cost_name(spec.conversions))} · {tr(MODELS[m])}" for m in models],
    ]
    rows = [
        [
            answer.name(row, tr),
            *[credit_text(row.credit[m].credits, tr) for m in models],
            numbers.full(None if row.spend is None else row.spend.amount, Unit.MONEY, tr, currency),
            *[reading_text(row.cost(m), Unit.MONEY, tr, currency) for m in models],
        ]
        for row in answer.rows
    ]
    body = aligned(header, rows, right=tuple(range(1, len(header))))
    below = [f"{tr(MODELS[m])}{tr(Words(': ', '：'))}{rule_text(m, spec, tr)}" for m in models]
    return "\n".join([" · ".join(about), "", *body, "", *check_lines(found, tr), *below]) + "\n"


def check_lines(found: Attribution, tr: Text) -> list[str]:
    """What each model's credits sum to, beside the conversions."""
    words = Words(
        "{mark} {model}: {credits} credited + {outside} outside the period = {total} conversions",
        "{mark} {model}：期内 {credits} + 期外 {outside} = 转化 {total}",
    )
    return [
        tr(
            words,
            mark="✓" if c.holds else "✗",
            model=MODELS[c.model],
            credits=credit_text(c.credits, tr),
            outside=credit_text(c.outside, tr),
            total=numbers.full(c.conversions, Unit.COUNT, tr),
        )
        for c in found.checks
    ]


def credit_text(credits: float, tr: Text) -> str:
    """Credits in full with one decimal: they are parts of conversions."""
    return f"{credits:,.1f}"


def reading_text(r: Reading, unit: str, tr: Text, currency: str | None = None) -> str:
    """The value, or a short reason in its place."""
    if r.reason is not None:
        return f"{numbers.NO_VALUE} ({tr(REASONS[r.reason])})"
    return numbers.full(r.value, unit, tr, currency)
