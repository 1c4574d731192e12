"""A review made by hand: numbers a person can follow, and everything that is awkward in a file.

The reviewed week is W46 (10–16 Nov 2025). The n-th metric of the deck reads 1,000 × n in the first
of six weeks and 50 × n more in each week after it, a tenth less a year before; rates read 0.10,
0.11 and so on. The second and the fifth are signal and have targets, the second alone counts over
the deck; the third has no value in its last week; the fourth has too few weeks for limits.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from data.scope import Scope, Span
from data.settings import Reporting
from data.warehouse import Coverage
from metrics.catalog import METRICS
from metrics.metric import Adds, Metric, Unit
from metrics.periods import add_months
from metrics.reading import Reading, Reason
from metrics.review.result import (
    Band,
    Box,
    BoxKind,
    InForce,
    Opening,
    Review,
    ReviewLine,
    Section,
)
from metrics.scorecard import Missing, Point
from metrics.stats.xmr import Judgement, Limits, Rule, Verdict
from store import Annotation, Decision, Saved
from store.saved import Action

WEEK = Span(date(2025, 11, 10), date(2025, 11, 17))
COVERAGE = Coverage(
    start=date(2023, 1, 1),
    through=datetime(2025, 11, 17),
    until=date(2025, 11, 17),
    last_day=date(2025, 11, 16),
    built_at=datetime(2025, 11, 17, 6),
    filled={},
)
REPORTING = Reporting(timezone="Asia/Shanghai", currency="CNY")
DECK = (
    ("mapu", Section.STAR), ("gmv", Section.STAR), ("new_users", Section.ACQUIRE),
    ("orders", Section.STAR), ("conversion_rate", Section.CONVERT), ("aov", Section.CONVERT),
    ("returning_buyer_share", Section.RETAIN), ("frequency", Section.RETAIN),
)  # fmt: skip
FORMULA = '=HYPERLINK("http://example.com","双 11 大促")'


def size(metric: Metric, n: int, step: float, scale: float = 1.0) -> float:
    """The value of the n-th metric, so many steps after its first week."""
    if metric.unit is Unit.SHARE:
        return round(0.10 + 0.01 * step, 6)
    if metric.unit is Unit.TIMES:
        return round(1.5 + 0.05 * step, 6)
    once = metric.adds is Adds.NEVER or metric.when == "trailing"
    return (1000.0 * n + 50 * n * step) * (1.0 if once else scale)


def reading(value: float | None) -> Reading:
    return Reading.missing(Reason.ZERO_DENOMINATOR) if value is None else Reading(value)


def line(key: str, section: Section, n: int) -> ReviewLine:
    metric = METRICS[key]
    weeks = tuple(
        Point(
            Span(WEEK.start - timedelta(weeks=5 - i), WEEK.end - timedelta(weeks=5 - i)),
            reading(None if n == 3 and i == 5 else size(metric, n, i)),
            running=False,
        )
        for i in range(6)
    )
    months = tuple(
        Point(
            Span(add_months(date(2024, 11, 1), i), min(add_months(date(2024, 12, 1), i), WEEK.end)),
            reading(size(metric, n, i, 4.3)),
            running=i == 12,
        )
        for i in range(13)
    )
    signal = n in (2, 5)
    rule = Rule.OUTSIDE if signal else None
    limits = None
    if n != 4:
        mid, width = size(metric, n, 2), size(metric, n, 4) - size(metric, n, 2)
        high = mid + (width if signal else 2 * width)
        limits = Limits(mid, mid - 2 * width, high, width / 2.66, width, 26)
    band = None if limits is None else Band(limits.low, limits.mean, limits.high)
    verdict = Verdict.SIGNAL_UP if signal else Verdict.NOISE
    if limits is None:
        verdict = Verdict.TOO_FEW
    target = size(metric, n, 6)
    targets = n in (2, 5)
    return ReviewLine(
        metric=metric,
        owner="王喆" if n % 2 else "Ana",
        section=section,
        weeks=weeks,
        weeks_before=tuple(before(p, 52 * 7) for p in weeks),
        week_targets=tuple(target if targets else None for _ in weeks),
        months=months,
        months_before=tuple(before(p, 365) for p in months),
        month_targets=tuple(size(metric, n, 6, 4.3) if targets else None for _ in months),
        history=weeks,
        limits_in_force=InForce(
            None, limits, tuple(band for _ in weeks),
            None if limits is None else Span(date(2025, 5, 12), WEEK.start), None,
            seasonal=False, trended=False, refused=(),
        ),
        judgement=Judgement(verdict, rule, limits, 5 if limits is None else 26),
        counted=n == 2,
        strip=strip(metric, n, weeks, target if targets else None),
        notes=notes(key) if n == 2 else (),
        decisions=decisions(key) if n == 2 else (),
        sql={"orders": "SELECT 1 < 2"},
        ignored=("platform",) if n == 1 else (),
    )  # fmt: skip


def before(point: Point, days: int) -> Point:
    back = timedelta(days=days)
    value = point.reading.value
    return Point(
        Span(point.span.start - back, point.span.end - back),
        reading(None if value is None else value * 0.9),
        running=False,
    )


def strip(
    metric: Metric, n: int, weeks: tuple[Point, ...], target: float | None
) -> tuple[Box, ...]:
    starts = {
        BoxKind.MTD: date(2025, 11, 1),
        BoxKind.QTD: date(2025, 10, 1),
        BoxKind.YTD: date(2025, 1, 1),
    }
    boxes = [
        Box(BoxKind.LAST_WEEK, weeks[-1], weeks[-2], before(weeks[-1], 364), target),
    ]
    for scale, (kind, start) in zip((2.2, 6.5, 45.0), starts.items(), strict=True):
        point = Point(Span(start, WEEK.end), reading(size(metric, n, 5, scale)), running=True)
        boxes.append(Box(kind, point, None, before(point, 365), None))
    return tuple(boxes)


def saved(kind: str, name: str, content: Annotation | Decision) -> Saved:  # type: ignore[type-arg]
    at = datetime(2025, 11, 10, tzinfo=UTC)
    return Saved(kind, "demo", name, 1, None, Action.SAVED, "ana", at, "", content)


def notes(key: str) -> tuple[Saved[Annotation], ...]:
    note = Annotation(metric=key, on=date(2025, 11, 11), text=FORMULA)
    return (saved("annotation", "n1", note),)


def decisions(key: str) -> tuple[Saved[Decision], ...]:
    body = Decision(
        text="Raise the free-shipping threshold to ¥99",
        owner="李雷",
        due=date(2025, 11, 14),
        metric=key,
        expected="AOV +3%",
        made_on=date(2025, 11, 3),
    )
    return (saved("decision", "d1", body),)


_BUDGET = saved(
    "decision",
    "d2",
    Decision(
        text="Decide on the Spring Festival budget",
        owner="Ana",
        due=date(2025, 12, 1),
        made_on=date(2025, 11, 10),
    ),
)


def review() -> Review:
    lines = tuple(line(key, section, n) for n, (key, section) in enumerate(DECK, start=1))
    return Review(
        week=WEEK,
        upto=WEEK.end,
        lines=lines,
        opening=Opening((lines[1],), (lines[4],), 7, 1),
        missing=(Missing(METRICS["gross_margin"], ("order_lines.cost",)),),
        gone=("old_metric",),
        decisions=(_BUDGET,),
        experiments_ending=(),
        scope=Scope.of("CNY"),
        coverage=COVERAGE,
        version="v-2025-11-17",
        sql={"orders": "SELECT 1 < 2"},
    )
