"""Curves, costs and refusals in words, as JSON at full precision, as CSV, or as a table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.dimensions import CHANNEL, DIMENSIONS
from data.scope import Scope
from data.warehouse import Warehouse
from format import dates, numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import REASONS, as_document
from metrics.saturation.evidence import Measured, in_force
from metrics.saturation.result import ChannelCurve, Curve, Saturation
from metrics.saturation.spec import NOT_SPENT, REFUSALS, Refused, method
from metrics.saturation.whatif import best_shift, movables
from metrics.stats.response import Range

Experiments = Mapping[str, Sequence[Measured]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call of the command line found."""

    warehouse: Warehouse
    scope: Scope
    found: Saturation
    experiments: Experiments


def refusal_text(refused: Refused, currency: str, tr: Text) -> str:
    """Why there is no curve, in one sentence."""
    holes: dict[str, object] = {
        **{k: numbers.short(v, Unit.SHARE, tr) for k, v in refused.shares.items()},
        **{k: numbers.short(v, Unit.MONEY, tr, currency) for k, v in refused.money.items()},
        **{k: numbers.full(v, Unit.COUNT, tr) for k, v in refused.counts.items()},
        **{k: f"{v:.2f}" for k, v in refused.numbers.items()},
    }
    if refused.other is not None:
        holes["other"] = CHANNEL.label(refused.other)
    return tr(REFUSALS[refused.refusal], **holes)


def evidence_text(measured: Measured, tr: Text, last_day: date) -> str:
    """Where a measured cost comes from; the year is told where it is not the data's last."""
    e = measured.experiment
    words = Words("measured by experiment, {days} ({source})", "实验测得，{days}（{source}）")
    days = dates.span(e.start, e.end + dates.DAY, tr, last_day)
    return tr(words, days=days, source=e.source)


def as_json(answer: Answer, tr: Text) -> str:
    """Everything that is known; keys are stable. Money in `currency`, spend and customers by week;
    sentences are in the reader's language."""
    w, found = answer.warehouse, answer.found
    able = movables(found, answer.experiments)
    shift = best_shift(able)
    document = {
        "shop": w.shop,
        "data_version": found.version,
        "data_through": w.coverage.through.isoformat() + "Z",
        "timezone": w.reporting.timezone,
        "currency": answer.scope.currency,
        "filters": {c.dimension: sorted(c.values) for c in answer.scope.choices},
        "ignored_filters": list(found.ignored),
        "customers_by": found.basis,
        "method": method(found.basis, found.convert_days, tr),
        "weeks": None
        if found.used is None
        else {"from": found.used.start.isoformat(), "to": found.used.end.isoformat()},
        "channels": [_document(c, answer, tr) for c in found.channels],
        "shift": None
        if shift is None
        else {
            "from": shift.dear.channel,
            "to": shift.cheap.channel,
            "spend": shift.money,
            "customers": _range(shift.outcome.change),
        },
        "sql": list(found.sql),
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _document(channel: ChannelCurve, answer: Answer, tr: Text) -> dict[str, Any]:
    curve, refused = channel.curve, channel.refused
    held = answer.experiments.get(channel.channel, ())
    return {
        "channel": channel.channel,
        "spend_today": channel.spend_today,
        "customers_a_week": channel.customers_a_week,
        "average_cac": as_document(channel.average, "assumed"),
        "average_over_weeks": channel.recent,
        "kept_out": channel.kept_out,
        "marginal_cac": None if curve is None else _range(curve.marginal),
        "refused": None
        if refused is None
        else {
            "reason": refused.refusal,
            "sentence": refusal_text(refused, answer.scope.currency, tr),
            **refused.shares, **refused.money, **refused.counts, **refused.numbers,
        },
        "curve": None if curve is None else _curve(curve),
        "experiments": [
            {**m.experiment.model_dump(mode="json"), "name": m.name, "author": m.author,
             "marginal_cac": None if m.cost is None else
             {"value": m.cost, "interval": [m.low, m.high]},
             "in_force": m is in_force(held)}
            for m in held
        ],
        "weeks": [
            {"from": week.span.start.isoformat(), "spend": week.spend,
             "customers": week.customers, "used": week.used}
            for week in channel.weeks
        ],
    }  # fmt: skip


def _curve(curve: Curve) -> dict[str, Any]:
    fit = curve.fit
    return {
        "points": [{"spend": p.spend, "customers": _range(p.customers)} for p in curve.points()],
        "seen": list(curve.seen),
        "straight": curve.straight,
        "spread": fit.spread,
        "gain": fit.gain,
        "bend": fit.bend,
        "effective_draws": fit.effective,
    }


def _range(found: Range) -> dict[str, Any]:
    return {"value": found.value, "interval": [found.low, found.high]}


def marginal_of(
    channel: ChannelCurve, experiments: Experiments
) -> tuple[float | None, float | None, float | None, str]:
    """The cost of the next customer with its ends, and what says so."""
    held = in_force(experiments.get(channel.channel, ()))
    if held is not None:
        return held.cost, held.low, held.high, "experiment"
    if channel.curve is not None:
        m = channel.curve.marginal
        return m.value, m.low, m.high, "curve"
    return None, None, None, "" if channel.refused is None else channel.refused.refusal


def as_csv(answer: Answer) -> str:
    """One line per channel at full precision; empty where there is no value."""
    header = (
        "channel", "spend_today", "customers_a_week", "average_cac", "marginal_cac",
        "marginal_low", "marginal_high", "evidence", "data_version",
    )  # fmt: skip
    return csv_text(
        header,
        (
            (
                c.channel, c.spend_today, c.customers_a_week, c.average.value,
                *marginal_of(c, answer.experiments), answer.found.version,
            )
            for c in answer.found.channels
        ),
    )  # fmt: skip


HEADER = (
    Words("Channel", "渠道"),
    Words("Spend a week, now", "当前周花费"),
    Words("New customers a week", "周新客"),
    Words("Average CAC", "平均 CAC"),
    Words("Marginal CAC", "边际 CAC"),
    Words("95 % interval", "95% 区间"),
    Words("Evidence", "依据"),
)


def table_row(
    channel: ChannelCurve, experiments: Experiments, currency: str, tr: Text, last_day: date
) -> list[str]:
    """One channel in words, for the eye: on the page and on the command line."""
    value, low, high, _ = marginal_of(channel, experiments)

    def money(amount: float | None) -> str:
        return numbers.short(amount, Unit.MONEY, tr, currency)

    interval = numbers.NO_VALUE
    if low is not None:
        interval = f"{money(low)} – {money(high)}" if high is not None else f"≥ {money(low)}"
    without = channel.refused is not None and channel.refused.refusal in NOT_SPENT
    average = money(channel.average.value)
    if channel.average.reason is not None and not without:
        average = tr(REASONS[channel.average.reason])
    return [
        tr(CHANNEL.label(channel.channel)),
        numbers.NO_VALUE if without else money(channel.spend_today),
        numbers.short(channel.customers_a_week, Unit.TIMES, tr),
        average,
        money(value),
        interval,
        _evidence(channel, experiments, currency, tr, last_day),
    ]


def _evidence(
    channel: ChannelCurve, experiments: Experiments, currency: str, tr: Text, last_day: date
) -> str:
    held = in_force(experiments.get(channel.channel, ()))
    if held is not None:
        return evidence_text(held, tr, last_day)
    if channel.refused is not None:
        return refusal_text(channel.refused, currency, tr)
    n = sum(w.used for w in channel.weeks)
    return tr(Words("curve of {n} weeks", "{n} 周曲线"), n=n)


def as_table(answer: Answer, tr: Text) -> str:
    """Aligned columns with a line on what they are of, and how it was done."""
    w, scope, found = answer.warehouse, answer.scope, answer.found
    colon = tr(Words(": ", "："))
    kept = [c for c in scope.choices if c.dimension not in found.ignored]
    about = " · ".join(
        [
            w.shop,
            *[f"{tr(c.of.name)}{colon}{c.sentence(tr)}" for c in kept],
            tr(Words("version {version}", "版本 {version}"), version=found.version),
        ]
    )
    ignored = tr(Words(", ", "、")).join(tr(DIMENSIONS[d].name) for d in found.ignored)
    notes = [ignored_text(ignored, tr)] if ignored else []
    last = w.coverage.last_day
    body = [table_row(c, answer.experiments, scope.currency, tr, last) for c in found.channels]
    shown = aligned([tr(h) for h in HEADER], body, right=range(1, 6))
    rules = method(found.basis, found.convert_days, tr)
    return "\n".join([about, *notes, "", *shown, "", *rules]) + "\n"


def ignored_text(names: str, tr: Text) -> str:
    return tr(
        Words(
            "Not narrowed by {names}: spend is not of one.",
            "未按{names}筛选：花费不区分该维度。",
        ),
        names=names,
    )
