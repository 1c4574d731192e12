"""One answer of the command line: metrics over a range or its buckets, with what each is compared
with, what was ignored and what the shop lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.metric import Metric
from metrics.periods import Comparison, Grain, floor
from metrics.reading import Reading
from metrics.scorecard import (
    Change,
    Missing,
    Point,
    Series,
    all_series,
    change_between,
    scorecard,
    supported,
)
from metrics.stats.xmr import Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """One metric in one range.

    `running`: the range is not over, or cut by the range asked for. `base` is the reading over
    `compared`; the change is between it and the same elapsed part of this range.
    """

    metric: Metric
    span: Span
    reading: Reading
    running: bool
    base: Reading | None
    compared: Span | None
    change: Change | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows in the order of the metrics asked for, then of time."""

    warehouse: Warehouse
    scope: Scope
    span: Span
    grain: Grain | None
    comparison: Comparison
    rows: tuple[Row, ...]
    missing: tuple[Missing, ...]
    sql: Mapping[str, str]
    """The statement of each family that was asked."""
    families: Mapping[str, tuple[str, ...]]
    """Which families each metric takes its parts from."""
    ignored: Mapping[str, tuple[str, ...]]
    """Filters that could not be honoured, by metric."""


def answer(
    warehouse: Warehouse,
    scope: Scope,
    span: Span,
    grain: Grain | None,
    comparison: Comparison,
    keys: Sequence[str],
) -> Answer:
    """The scorecard of the range, or with a grain every bucket of it."""
    if grain is None:
        return _of_range(warehouse, scope, span, comparison, keys)
    return _of_buckets(warehouse, scope, span, grain, comparison, keys)


def _of_range(
    warehouse: Warehouse, scope: Scope, span: Span, comparison: Comparison, keys: Sequence[str]
) -> Answer:
    card = scorecard(warehouse, scope, span, comparison, keys)
    rows = tuple(
        Row(
            line.metric,
            line.span,
            line.reading,
            line.partial,
            line.base,
            line.compared,
            line.change,
            line.judgement.verdict,
        )
        for line in card.lines
    )
    return Answer(
        warehouse,
        scope,
        span,
        None,
        comparison,
        rows,
        card.missing,
        {family: text for line in card.lines for family, text in line.sql.items()},
        {line.metric.key: tuple(line.sql) for line in card.lines},
        {line.metric.key: line.ignored for line in card.lines},
    )


def _of_buckets(
    warehouse: Warehouse,
    scope: Scope,
    span: Span,
    grain: Grain,
    comparison: Comparison,
    keys: Sequence[str],
) -> Answer:
    start = floor(span.start, grain, warehouse.reporting.week_start)
    earlier = comparison is Comparison.PREVIOUS and start == span.start
    before = floor(start - timedelta(days=1), grain, warehouse.reporting.week_start)
    asked = Span(before, span.end) if earlier else span
    last_year = comparison is Comparison.LAST_YEAR
    able, missing = supported(warehouse, keys)
    found = all_series(warehouse, scope, asked, grain, [m.key for m in able], with_before=last_year)
    rows: list[Row] = []
    for one in found:
        for point, base in zip(one.points, _bases(one, comparison), strict=True):
            if point.span.start >= span.start:
                rows.append(_row(one.metric, point, base))
    return Answer(
        warehouse,
        scope,
        span,
        grain,
        comparison,
        tuple(rows),
        tuple(missing),
        {family: text for one in found for family, text in one.sql.items()},
        {one.metric.key: tuple(one.sql) for one in found},
        {one.metric.key: one.ignored for one in found},
    )


def _bases(one: Series, comparison: Comparison) -> Sequence[Point | None]:
    """What each bucket is compared with: the bucket before, the one a year earlier, nothing."""
    if comparison is Comparison.LAST_YEAR:
        return one.before
    if comparison is Comparison.PREVIOUS:
        return [None, *one.points[:-1]]
    return [None] * len(one.points)


def _row(metric: Metric, point: Point, base: Point | None) -> Row:
    """A bucket that is running or cut has nothing like it to be compared with."""
    if base is None or point.running or base.running:
        return Row(metric, point.span, point.reading, point.running, None, None, None, None)
    change = change_between(base.reading, point.reading)
    return Row(
        metric, point.span, point.reading, point.running, base.reading, base.span, change, None
    )
