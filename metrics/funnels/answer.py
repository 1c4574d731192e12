"""A funnel's answer as JSON at full precision, as CSV, or as a table for the eye."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from data.scope import Scope, Span
from data.warehouse import Warehouse
from format import numbers
from format.columns import aligned
from format.csv_text import csv_text
from format.durations import duration
from i18n import Text, Words
from metrics.funnels.breakdown import MOST_SEGMENTS
from metrics.funnels.names import segment_name, step_name
from metrics.funnels.result import (
    FunnelCounts,
    FunnelTimes,
    FunnelTrend,
    Segment,
    SegmentDifference,
    StepDifference,
    StepTime,
)
from metrics.reading import as_document


@dataclass(frozen=True, slots=True)
class FunnelAnswer:
    """What one command asked for."""

    warehouse: Warehouse
    scope: Scope
    counts: FunnelCounts
    times: FunnelTimes
    trend: FunnelTrend | None
    compared: FunnelCounts | None
    difference: SegmentDifference | None


def funnel_json(answer: FunnelAnswer) -> str:
    """Everything known of the answer; keys are stable, shares in [0, 1], `to` exclusive."""
    w, counts = answer.warehouse, answer.counts
    document = {
        "definition": "event_funnel",
        "shop": w.shop,
        "data_version": w.version,
        "data_through": w.coverage.through.isoformat() + "Z",
        "timezone": w.reporting.timezone,
        "currency": answer.scope.currency,
        "filters": {c.dimension: sorted(c.values) for c in answer.scope.choices},
        "ignored_filters": list(counts.ignored),
        "rates_of_entries_before": counts.rates_before and counts.rates_before.isoformat(),
        **_span(counts.span),
        "funnel": counts.funnel.model_dump(mode="json"),
        "total": _segment(counts.total),
        "breakdown": counts.breakdown and {
            "column": counts.breakdown.column,
            "step": counts.breakdown.step,
            "values": counts.values,
            "segments": [_segment(s) for s in counts.segments],
        },
        "seconds": {
            "steps": [_time(t) for t in answer.times.steps],
            "overall": _time(answer.times.overall),
        },
        "trend": answer.trend and {
            "grain": answer.trend.grain,
            "points": [
                {**_span(p.span), "maturity": p.maturity, **_segment(p.total)}
                for p in answer.trend.points
            ],
        },
        "compared": answer.compared and {
            **_span(answer.compared.span),
            "total": _segment(answer.compared.total),
            "difference": answer.difference and {
                "overall": [_difference(d) for d in answer.difference.overall],
                "from_before": [_difference(d) for d in answer.difference.from_before],
            },
        },
        "sql": {
            "counts": counts.sql,
            **({"rates": counts.rates_sql} if counts.rates_sql else {}),
            "seconds": answer.times.sql,
            **({} if answer.trend is None else {"trend": answer.trend.sql}),
        },
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=2)


def _span(span: Span) -> dict[str, str]:
    return {"from": span.start.isoformat(), "to": span.end.isoformat()}


def _segment(s: Segment) -> dict[str, Any]:
    return {
        "value": s.value,
        "entered": s.entered,
        "converted": s.converted,
        "in_progress": s.in_progress,
        "left_out": s.left_out,
        "steps": [
            {
                "step": step.step,
                "optional": step.optional,
                "reached": step.reached,
                "dropped": step.dropped,
                "in_progress": step.in_progress,
                "overall": as_document(step.overall, "left_out"),
                "from_before": as_document(step.from_before, "left_out") if step.step > 1 else None,
            }
            for step in s.steps
        ],
    }


def _time(t: StepTime) -> dict[str, Any]:
    quantiles = {f"p{round(p * 100)}": v for p, v in t.quantiles.items()}
    return {"step": t.step, "units": t.units, "mean": t.mean, **quantiles}


def _difference(d: StepDifference) -> dict[str, Any]:
    return {
        "step": d.step,
        "before": d.before.value,
        "after": d.after.value,
        "difference": d.difference,
        "interval": None if d.low is None else [d.low, d.high],
        "p_value": d.p_value,
        "adjusted_p_value": d.adjusted,
    }


CSV_HEADER = (
    "from", "to", "segment", "step", "name", "optional", "reached", "dropped", "in_progress",
    "overall", "overall_low", "overall_high", "from_before", "from_before_low",
    "from_before_high", "mature", "mature_entered", "left_out", "median_seconds", "data_version",
)  # fmt: skip


def funnel_csv(answer: FunnelAnswer) -> str:
    """One line per segment and step, numbers at full precision."""
    return csv_text(CSV_HEADER, _csv_rows(answer))


def _csv_rows(answer: FunnelAnswer) -> Iterator[tuple[object, ...]]:
    counts = answer.counts
    median = {t.step: t.quantiles.get(0.5) for t in answer.times.steps}
    for segment in (counts.total, *counts.segments):
        for s in segment.steps:
            o, b = s.overall, s.from_before
            yield (
                counts.span.start, counts.span.end, segment.value, s.step,
                step_name(counts.funnel, s.step), s.optional, s.reached, s.dropped,
                s.in_progress, o.value, o.low, o.high, b.value, b.low, b.high, o.numerator,
                o.denominator, segment.left_out,
                median.get(s.step) if segment is counts.total else None, counts.version,
            )  # fmt: skip


_RIGHT = range(1, 7)
_HEADER = (
    Words("Step", "步骤"),
    Words("Reached", "到达"),
    Words("Overall", "总转化率"),
    Words("From before", "上一步转化率"),
    Words("Dropped", "流失"),
    Words("In progress", "进行中"),
    Words("Median time", "用时中位数"),
)


def funnel_table(answer: FunnelAnswer, tr: Text) -> str:
    """The bars as lines, then every segment's; what was left out is said below."""
    counts = answer.counts
    lines = [*aligned([tr(w) for w in _HEADER], _table(answer, counts.total, tr), right=_RIGHT)]
    lines += _compared(answer, tr)
    for segment in counts.segments:
        lines += ["", segment_name(segment.value, counts.breakdown, tr)]
        lines += aligned([tr(w) for w in _HEADER], _table(answer, segment, tr), right=_RIGHT)
    if counts.values > MOST_SEGMENTS:
        more = Words(
            "{n} values; the largest {most} are shown, the others together.",
            "共 {n} 个取值，仅列出最大的 {most} 个，其余合并。",
        )
        lines += ["", tr(more, n=counts.values, most=MOST_SEGMENTS)]
    if counts.rates_before is not None:
        rest = Words(
            "Rates rest on entries before {day}, whose windows are over.",
            "转化率只统计 {day} 之前、窗口已结束的进入。",
        )
        lines += ["", tr(rest, day=counts.rates_before)]
    if counts.total.left_out:
        out = Words("{n} left out by an exclusion.", "因排除条件剔除 {n}。")
        lines += ["", tr(out, n=counts.total.left_out)]
    return "\n".join(lines) + "\n"


def _table(answer: FunnelAnswer, segment: Segment, tr: Text) -> list[list[str]]:
    counts = answer.counts
    median = {t.step: t.quantiles.get(0.5) for t in answer.times.steps}
    return [
        [
            f"{s.step} {step_name(counts.funnel, s.step)}{' ?' if s.optional else ''}",
            numbers.full(s.reached, "count", tr),
            numbers.full(s.overall.value, "share", tr),
            numbers.full(s.from_before.value, "share", tr),
            numbers.full(s.dropped, "count", tr),
            numbers.full(s.in_progress, "count", tr),
            duration(median.get(s.step) if segment is counts.total else None, tr),
        ]
        for s in segment.steps
    ]


def _compared(answer: FunnelAnswer, tr: Text) -> list[str]:
    """How the rates differ from the period compared with, in points with the interval."""
    before, difference = answer.compared, answer.difference
    if before is None or difference is None:
        return []
    title = Words("Overall rates against {start} to {end}:", "总转化率，对比 {start} 至 {end}：")
    said = [tr(title, start=before.span.start, end=before.span.end)]
    line = Words(
        "{step}: {diff} (95 % interval {low} to {high}; adjusted p = {p:.3f})",
        "{step}：{diff}（95% 区间 {low} 至 {high}；校正后 p = {p:.3f}）",
    )
    for d in difference.overall:
        if d.difference is None or d.low is None or d.high is None or d.adjusted is None:
            continue
        points = [numbers.signed_change(0, v, "share", tr) for v in (d.difference, d.low, d.high)]
        name = step_name(answer.counts.funnel, d.step)
        said.append(
            tr(line, step=name, diff=points[0], low=points[1], high=points[2], p=d.adjusted)
        )
    return ["", *said]
