"""The review as a table, as CSV and as JSON, from one result."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from format import numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.experiments.listing_words import lift_text, verdict_text, why_text
from metrics.reading import as_document
from metrics.review.result import SECTIONS, SHORT_BOXES, Box, BoxKind, Review, ReviewLine
from metrics.review.words import WOW, YOY, change_text, limits_text, opening_sentence
from metrics.scorecard import Change, Point
from metrics.signal_words import judgement_words

CSV_COLUMNS = (
    "section", "metric", "owner", "box", "from", "to", "running", "value", "reason", "week_before",
    "year_before", "target", "verdict", "rule", "low", "high", "counted",
)  # fmt: skip


def as_table(review: Review, tr: Text) -> str:
    """What the review opens with, then every line: the week and what is to date."""
    header = [
        tr(Words("Section", "板块")),
        tr(Words("Metric", "指标")),
        *(tr(SHORT_BOXES[BoxKind.LAST_WEEK]), tr(WOW), tr(YOY), tr(Words("vs target", "较目标"))),
        *(f"{tr(SHORT_BOXES[k])} ({tr(YOY)})" for k in (BoxKind.MTD, BoxKind.QTD, BoxKind.YTD)),
        tr(Words("Signal", "是否显著")),
    ]
    rows = [_row(line, tr, review.scope.currency) for line in review.lines]
    said = [opening_sentence(review, tr), "", *aligned(header, rows, right=range(2, 9))]
    if review.missing:
        names = ", ".join(f"{tr(m.metric.name)} ({', '.join(m.lacking)})" for m in review.missing)
        words = Words("The shop has no data for: {names}", "店铺缺少数据：{names}")
        said += ["", tr(words, names=names)]
    if review.gone:
        words = Words("No longer a metric: {keys}", "已不存在的指标：{keys}")
        said += ["", tr(words, keys=", ".join(review.gone))]
    for row in review.experiments_ending:
        words = Words("Experiment {name}: {verdict}, {why}", "实验 {name}：{verdict}，{why}")
        verdict, why = verdict_text(row, tr), why_text(row, tr)
        said.append(tr(words, name=row.experiment.name, verdict=verdict, why=why))
    return "\n".join(said) + "\n"


def _row(line: ReviewLine, tr: Text, currency: str) -> list[str]:
    unit, week = line.metric.unit, line.strip[0]
    boxes = {box.kind: box for box in line.strip}

    def to_date(kind: BoxKind) -> str:
        box = boxes.get(kind)
        if box is None:
            return numbers.NO_VALUE
        value = numbers.short(box.point.reading.value, unit, tr, currency)
        return f"{value} ({change_text(box.yoy, unit, tr, currency)})"

    return [
        tr(SECTIONS[line.section]),
        tr(line.metric.name),
        numbers.short(week.point.reading.value, unit, tr, currency),
        change_text(week.wow, unit, tr, currency),
        change_text(week.yoy, unit, tr, currency),
        change_text(week.to_target, unit, tr, currency),
        *(to_date(kind) for kind in (BoxKind.MTD, BoxKind.QTD, BoxKind.YTD)),
        judgement_words(line.judgement, tr),
    ]


def as_csv(review: Review) -> str:
    """A row per line and box, with full precision."""
    return csv_text(CSV_COLUMNS, [_csv(x, box) for x in review.lines for box in x.strip])


def _csv(line: ReviewLine, box: Box) -> list[Any]:
    reading, limits = box.point.reading, line.judgement.limits
    judged = box.kind is BoxKind.LAST_WEEK
    return [
        line.section,
        line.metric.key,
        line.owner,
        box.kind,
        box.span.start,
        box.span.end,
        int(box.point.running),
        reading.value,
        reading.reason,
        None if box.before is None else box.before.reading.value,
        None if box.last_year is None else box.last_year.reading.value,
        box.target,
        line.judgement.verdict if judged else None,
        line.judgement.rule if judged else None,
        limits.low if judged and limits is not None else None,
        limits.high if judged and limits is not None else None,
        int(line.counted) if judged else None,
    ]


def as_json(review: Review, tr: Text) -> str:
    """Everything the page shows, with full precision; the end of a range is not in it."""
    return json.dumps(
        {
            "week": _span(review.week.start, review.week.end),
            "running": review.running,
            "opening": opening_sentence(review, tr),
            "signals": [x.metric.key for x in review.opening.signals],
            "currency": review.scope.currency,
            "version": review.version,
            "lines": [_line(x, tr) for x in review.lines],
            "missing": {m.metric.key: list(m.lacking) for m in review.missing},
            "gone": list(review.gone),
            "experiments_ending": [
                {
                    "key": row.experiment.key,
                    "ends": row.experiment.ended_on,
                    "verdict": row.verdict,
                    "lift": lift_text(row),
                }
                for row in review.experiments_ending
            ],
            "sql": dict(review.sql),
        },
        ensure_ascii=False,
        indent=2,
        default=str,
    )


def _line(line: ReviewLine, tr: Text) -> dict[str, Any]:
    limits = line.limits_in_force.limits
    return {
        "metric": line.metric.key,
        "section": line.section,
        "owner": line.owner,
        "verdict": line.judgement.verdict,
        "rule": line.judgement.rule,
        "counted": line.counted,
        "limits": None
        if limits is None
        else {"low": limits.low, "mean": limits.mean, "high": limits.high, "points": limits.n},
        "limits_rest_on": limits_text(line.limits_in_force, tr),
        "strip": list(_boxes(line)),
        "weeks": _points(line.weeks, line.weeks_before, line.week_targets),
        "months": _points(line.months, line.months_before, line.month_targets),
    }


def _boxes(line: ReviewLine) -> Iterator[dict[str, Any]]:
    for box in line.strip:
        yield {
            "box": box.kind,
            **_span(box.span.start, box.span.end),
            **as_document(box.point.reading),
            "wow": _change(box.wow),
            "yoy": _change(box.yoy),
            "target": box.target,
        }


def _points(
    points: tuple[Point, ...], before: tuple[Point, ...], targets: tuple[float | None, ...]
) -> list[dict[str, Any]]:
    return [
        {
            **_span(p.span.start, p.span.end),
            "value": p.reading.value,
            "running": p.running,
            "year_before": b.reading.value,
            "target": target,
        }
        for p, b, target in zip(points, before, targets, strict=True)
    ]


def _change(change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {"before": change.before, "absolute": change.absolute, "relative": change.relative}


def _span(start: object, end: object) -> dict[str, Any]:
    return {"from": start, "to": end}
