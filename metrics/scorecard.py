"""The scorecard: each metric's value, what it is compared with, and whether the change is signal.

A tile's value, its comparison, its sparkline and its limits are all readings of the same kind of
range, so they agree with each other: the sparkline's points are ranges of the chosen length, one
after another, and the last point is the value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.scope import Scope, Span
from data.warehouse import Coverage, Warehouse
from metrics.catalog import METRICS
from metrics.families import families_of
from metrics.measures import Measures, measure, needed, read
from metrics.metric import Metric, Unit
from metrics.periods import (
    Comparison,
    Grain,
    buckets,
    compared_with,
    elapsed,
    first_days,
    history,
    is_partial,
)
from metrics.reading import Reading
from metrics.stats.xmr import Judgement, Verdict, judge

SPARKLINE_POINTS = 12
HISTORY_POINTS = 26
"""Ranges looked back on for a metric's own limits; the sparkline shows the last of them."""


@dataclass(frozen=True, slots=True)
class Change:
    """From `before` to `after`, over like ranges. `relative` is None when before is zero."""

    before: float
    after: float

    @property
    def absolute(self) -> float:
        return self.after - self.before

    @property
    def relative(self) -> float | None:
        return None if self.before == 0 else self.after / self.before - 1


@dataclass(frozen=True, slots=True)
class Point:
    """One range of a series. `running`: not over yet, or cut by the chosen range."""

    span: Span
    reading: Reading
    running: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One metric of the scorecard.

    `reading` is the value to date. Where the range is still running, `like` is the value over its
    complete days and is what the comparison uses; else it is the same reading. `compared` is the
    range that `base` was read over.
    """

    metric: Metric
    span: Span
    reading: Reading
    partial: bool
    like: Reading
    like_span: Span | None
    base: Reading | None
    compared: Span | None
    change: Change | None
    points: tuple[Point, ...]
    judgement: Judgement
    sql: Mapping[str, str]
    ignored: tuple[str, ...]

    @property
    def is_signal(self) -> bool:
        return self.judgement.verdict in (Verdict.SIGNAL_UP, Verdict.SIGNAL_DOWN)

    @property
    def is_good(self) -> bool | None:
        """Whether the signal is welcome; None when it is none, or the metric has no direction."""
        if not self.is_signal or self.metric.good == "neither":
            return None
        return (self.judgement.verdict is Verdict.SIGNAL_UP) == (self.metric.good == "up")


@dataclass(frozen=True, slots=True)
class Missing:
    """A metric that this shop's tables do not support, and what they lack."""

    metric: Metric
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    lines: tuple[Line, ...]
    missing: tuple[Missing, ...]
    span: Span
    comparison: Comparison
    scope: Scope
    version: str
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Series:
    """A metric by calendar buckets of a range; `before` is the year before, bucket by bucket."""

    metric: Metric
    grain: Grain
    points: tuple[Point, ...]
    before: tuple[Point, ...]
    sql: Mapping[str, str]
    ignored: tuple[str, ...]
    version: str


def supported(warehouse: Warehouse, keys: Sequence[str]) -> tuple[list[Metric], list[Missing]]:
    """Which of these metrics the shop's tables support, and what the others lack."""
    able: list[Metric] = []
    missing: list[Missing] = []
    for key in keys:
        metric = METRICS[key]
        lacking = warehouse.coverage.lacking(*metric.needs)
        if lacking:
            missing.append(Missing(metric, lacking))
        else:
            able.append(metric)
    return able, missing


def scorecard(
    warehouse: Warehouse,
    scope: Scope,
    span: Span,
    comparison: Comparison,
    keys: Sequence[str] = tuple(METRICS),
) -> Scorecard:
    """Each metric over the range, compared and judged. One statement per family in all."""
    able, missing = supported(warehouse, keys)
    until = warehouse.coverage.until
    past = history(span, warehouse.coverage.start, most=HISTORY_POINTS)
    past = tuple(s for s in past if not is_partial(s, until))
    compared = compared_with(span, comparison)
    like_span: Span | None = span
    if is_partial(span, until):
        like_span = elapsed(span, until)
        if compared is not None and like_span is not None:
            compared = first_days(compared, like_span.days)
    spans = [*past, span, *[s for s in (like_span, compared) if s is not None]]
    found = measure(warehouse, scope, spans, needed(able))
    lines = tuple(
        _line(metric, span, like_span, compared, past, found, warehouse, scope) for metric in able
    )
    return Scorecard(
        lines,
        tuple(missing),
        span,
        comparison,
        scope,
        warehouse.version,
        warehouse.coverage,
    )


def _line(
    metric: Metric,
    span: Span,
    like_span: Span | None,
    compared: Span | None,
    past: Sequence[Span],
    found: Measures,
    warehouse: Warehouse,
    scope: Scope,
) -> Line:
    def reading(of: Span, *, whole: bool) -> Reading:
        return read(metric, of, found.row(of), warehouse, scope, whole=whole)

    partial = is_partial(span, warehouse.coverage.until)
    now = reading(span, whole=False)
    like = now if like_span is None else reading(like_span, whole=False)
    base = None if compared is None or like_span is None else reading(compared, whole=True)
    points = tuple(Point(s, reading(s, whole=True), running=False) for s in past)
    return Line(
        metric=metric,
        span=span,
        reading=now,
        partial=partial,
        like=like,
        like_span=like_span,
        base=base,
        compared=compared,
        change=change_between(base, like),
        points=(*points, Point(span, now, running=partial)),
        judgement=_judged(metric, points, now, partial),
        sql={f.key: found.sql[f.key] for f in families_of(metric)},
        ignored=ignored_of(metric, found),
    )


def change_between(before: Reading | None, after: Reading) -> Change | None:
    """The change between two readings; None when either has no value."""
    if before is None or before.value is None or after.value is None:
        return None
    return Change(before.value, after.value)


def bounds(metric: Metric) -> tuple[float | None, float | None]:
    """What a metric can't fall below or rise above, whatever its limits say."""
    if metric.unit is Unit.SHARE:
        return 0.0, 1.0
    return (0.0 if metric.unit in (Unit.COUNT, Unit.TIMES) else None), None


def _judged(metric: Metric, past: Sequence[Point], now: Reading, partial: bool) -> Judgement:
    """The value against the limits of the metric's own past. A running or immature value is not
    judged: it is not finished."""
    floor, ceiling = bounds(metric)
    baseline = [
        p.reading.value for p in past if p.reading.value is not None and not p.reading.left_out
    ]
    if now.value is None or partial or now.left_out:
        return Judgement(Verdict.TOO_FEW, None, None, len(baseline))
    return judge(baseline, now.value, floor=floor, ceiling=ceiling)


def ignored_of(metric: Metric, found: Measures) -> tuple[str, ...]:
    """Filters that part of the number could not honour, except those that can't matter to it."""
    names = [d for f in families_of(metric) for d in found.ignored[f.key]]
    return tuple(
        dict.fromkeys(n for n in names if not (n == "customer" and metric.identified_only))
    )


def series(
    warehouse: Warehouse, scope: Scope, span: Span, grain: Grain, key: str, *, with_before: bool
) -> Series:
    """One metric by calendar buckets; with `with_before` also the same buckets a year earlier."""
    return all_series(warehouse, scope, span, grain, (key,), with_before=with_before)[0]


def all_series(
    warehouse: Warehouse,
    scope: Scope,
    span: Span,
    grain: Grain,
    keys: Sequence[str],
    *,
    with_before: bool = False,
) -> tuple[Series, ...]:
    """Several metrics by calendar buckets, asked together. Metrics without tables are left out."""
    able, _ = supported(warehouse, keys)
    until = warehouse.coverage.until
    cut = buckets(span, grain, warehouse.reporting.week_start)
    earlier = [compared_with(p.span, Comparison.LAST_YEAR) for p in cut] if with_before else []
    before = [s for s in earlier if s is not None]
    found = measure(warehouse, scope, [*[p.span for p in cut], *before], needed(able))
    made: list[Series] = []
    for metric in able:
        points = tuple(
            Point(
                p.span,
                read(metric, p.span, found.row(p.span), warehouse, scope),
                running=is_partial(p.span, until) or not p.whole,
            )
            for p in cut
        )
        past = tuple(
            Point(s, read(metric, s, found.row(s), warehouse, scope), running=False) for s in before
        )
        sql = {f.key: found.sql[f.key] for f in families_of(metric)}
        ignored = ignored_of(metric, found)
        made.append(Series(metric, grain, points, past, sql, ignored, warehouse.version))
    return tuple(made)
