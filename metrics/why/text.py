"""A change taken apart as JSON, as CSV, or as lines for the eye."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from data.scope import Scope, Span
from data.warehouse import Warehouse
from format import numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.reading import as_document
from metrics.stats.xmr import Judgement
from metrics.why.operands import Operands
from metrics.why.result import Part, Why
from metrics.why.spec import is_ratio
from metrics.why.words import effect_text, finding, missing_words, part_verdict, part_words

HEADER = (
    "part", "inside", "others", "before_numerator", "before_denominator", "after_numerator",
    "after_denominator", "before", "after", "mix", "rate", "whole", "effect", "own_verdict",
    "share_verdict", "data_version",
)  # fmt: skip


def as_json(found: Why, warehouse: Warehouse, scope: Scope) -> str:
    """Everything with full precision."""
    q = found.question
    document = {
        "shop": warehouse.shop,
        "data_version": found.version,
        "data_through": warehouse.coverage.through.isoformat() + "Z",
        "currency": scope.currency,
        "filters": {c.dimension: sorted(c.values) for c in scope.choices},
        "metric": q.metric,
        "by": list(q.by),
        "comparison": q.comparison,
        "campaign": found.alike.campaign and found.alike.campaign.name,
        "before": _span(found.before),
        "after": _span(found.after),
        "start": as_document(found.start),
        "end": as_document(found.end),
        "change": found.change,
        "verdict": found.verdict.verdict,
        "judged_together": found.judged,
        "reason": None if found.change is not None else missing_words(found)._asdict(),
        "parts": [_part(p) for p in found.parts],
        "ignored_filters": list(found.ignored),
        "sql": dict(found.sql),
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _span(span: Span | None) -> dict[str, str] | None:
    return None if span is None else {"from": f"{span.start}", "to": f"{span.end}"}


def _part(part: Part) -> dict[str, Any]:
    return {
        "value": part.value,
        "others": part.others,
        "before": as_document(part.before),
        "after": as_document(part.after),
        "mix": part.effect.mix,
        "rate": part.effect.rate,
        "whole": part.effect.whole,
        "effect": part.effect.total,
        "own": _judged(part.own),
        "share": part.share and _judged(part.share),
        "inside": [_part(p) for p in part.inner],
    }


def _judged(judgement: Judgement) -> dict[str, Any]:
    limits = judgement.limits
    return {
        "verdict": judgement.verdict,
        "rule": judgement.rule,
        "points": judgement.points,
        "limits": None if limits is None else [limits.low, limits.high],
    }


def as_csv(found: Why) -> str:
    """One line a part, its inner parts after it, then the total. A line of an inner part carries
    its outer one; the effects of the lines without `inside` sum to the total."""
    rows = [_line(found, part, None) for part in found.parts]
    lines: list[tuple[object, ...]] = []
    for part, row in zip(found.parts, rows, strict=True):
        lines.append(row)
        lines += [_line(found, inner, part) for inner in part.inner]
    if found.totals is not None:
        lines.append(
            ("total", "", "", *_ends(found.totals), found.start.value, found.end.value, "", "", "",
             found.change, found.verdict.verdict, "", found.version)
        )  # fmt: skip
    return csv_text(HEADER, lines)


def _line(found: Why, part: Part, outer: Part | None) -> tuple[object, ...]:
    e = part.effect
    names = (part.key, "") if outer is None else (outer.key, part.key)
    return (
        *names, part.others or "", *_ends(part.sides), part.before.value, part.after.value, e.mix,
        e.rate, e.whole, e.total, part.own.verdict, part.share.verdict if part.share else "",
        found.version,
    )  # fmt: skip


def _ends(sides: tuple[Operands, Operands]) -> tuple[float | None, ...]:
    return (*sides[0], *sides[1])


def as_table(found: Why, scope: Scope, tr: Text) -> str:
    """The finding, and each part with its effect."""
    return "\n".join(_lines(found, scope, tr)) + "\n"


def _lines(found: Why, scope: Scope, tr: Text) -> Iterator[str]:
    yield finding(found, tr, scope.currency)
    if found.change is None or found.before is None or found.after is None:
        return
    by, metric = found.question.by, found.question.of
    ratio = is_ratio(metric)
    heads = [Words("Part", "部分"), Words("Before", "对比期"), Words("After", "本期")]
    heads += [Words("Mix", "结构影响"), Words("Own rate", "自身影响")] if ratio else []
    heads += [Words("Effect", "合计影响"), Words("Signal", "是否显著")]

    def value(amount: float | None) -> str:
        return numbers.full(amount, metric.unit, tr, scope.currency)

    def row(part: Part, dimension: str, indent: str = "") -> list[str]:
        amounts = [part.effect.mix, part.effect.rate + part.effect.whole] if ratio else []
        amounts.append(part.effect.total)
        moved = [effect_text(v, metric, tr, scope.currency, full=True) for v in amounts]
        name = f"{indent}{tr(part_words(dimension, part))}"
        ends = [value(part.before.value), value(part.after.value)]
        return [name, *ends, *moved, tr(part_verdict(part))]

    rows = []
    for part in found.parts:
        rows.append(row(part, by[0]))
        rows += [row(inner, by[1], "  ") for inner in part.inner]
    total = effect_text(found.change, metric, tr, scope.currency, full=True)
    ends = [value(found.start.value), value(found.end.value)]
    rows.append([tr(Words("All", "合计")), *ends, *([""] * (2 if ratio else 0)), total, ""])
    yield from aligned([tr(h) for h in heads], rows, right=range(1, len(heads) - 1))
