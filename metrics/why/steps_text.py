"""A change by factors or growth accounting as JSON, as CSV, or as lines for the eye."""

from __future__ import annotations

import json

from data.scope import Scope, Span
from data.warehouse import Warehouse
from format import numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.metric import Metric
from metrics.why.steps import Steps
from metrics.why.words import effect_text, steps_finding, verdict_words


def _effects(found: Steps) -> dict[str, float]:
    return {} if found.bridge is None else {p.key: p.value for p in found.bridge.parts}


def _verdict(found: Steps, key: str) -> str | None:
    judgement = found.verdicts.get(key)
    return None if judgement is None else judgement.verdict.value


def steps_json(metric: Metric, found: Steps, warehouse: Warehouse, scope: Scope) -> str:
    """Everything with full precision."""
    effects, bridge = _effects(found), found.bridge
    document = {
        "shop": warehouse.shop,
        "data_version": found.version,
        "data_through": warehouse.coverage.through.isoformat() + "Z",
        "currency": scope.currency,
        "filters": {c.dimension: sorted(c.values) for c in scope.choices},
        "metric": metric.key,
        "equation": found.equation._asdict(),
        "before": _span(found.before),
        "after": _span(found.after),
        "start": bridge and bridge.start,
        "end": bridge and bridge.end,
        "change": bridge and bridge.end - bridge.start,
        "reason": found.reason,
        "parts": [
            {
                "key": i.key,
                "name": i.name._asdict(),
                "unit": i.unit,
                "before": i.before,
                "after": i.after,
                "effect": effects.get(i.key),
                "verdict": _verdict(found, i.key),
            }
            for i in found.inputs
        ],
        "sql": dict(found.sql),
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _span(span: Span | None) -> dict[str, str] | None:
    return None if span is None else {"from": f"{span.start}", "to": f"{span.end}"}


def steps_csv(metric: Metric, found: Steps) -> str:
    """One line a part, then the total."""
    effects, bridge = _effects(found), found.bridge
    rows: list[tuple[object, ...]] = [
        (i.key, i.unit, i.before, i.after, effects.get(i.key), _verdict(found, i.key),
         found.version)
        for i in found.inputs
    ]  # fmt: skip
    if bridge is not None:
        change = bridge.end - bridge.start
        rows.append(("total", metric.unit, bridge.start, bridge.end, change, "", found.version))
    header = ("part", "unit", "before", "after", "effect", "verdict", "data_version")
    return csv_text(header, rows)


def steps_table(metric: Metric, found: Steps, scope: Scope, tr: Text) -> str:
    """The finding, the equation, and each part with its effect."""
    names = {i.key: i.name for i in found.inputs}
    lines = [steps_finding(metric, found, names, tr, scope.currency), tr(found.equation)]
    effects = _effects(found)
    heads = (Words("Part", "构成项"), Words("Before", "对比期"), Words("After", "本期"),
             Words("Effect", "影响"), Words("Signal", "是否显著"))  # fmt: skip
    rows = []
    for i in found.inputs:
        ends = [numbers.full(v, i.unit, tr, scope.currency) for v in (i.before, i.after)]
        effect = effect_text(effects[i.key], metric, tr, scope.currency, full=True)
        verdict = tr(verdict_words(found.verdicts.get(i.key)))
        rows.append([tr(i.name), *ends, effect, verdict])
    return "\n".join([*lines, *aligned([tr(h) for h in heads], rows, right=(1, 2, 3))]) + "\n"
