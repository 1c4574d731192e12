"""Ask the warehouse: counts with a break-down, and their trend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    case,
    func,
    literal,
    select,
)
from sqlalchemy.sql.selectable import FromClause

from data.scope import Scope, Span
from data.sources import Sources
from data.warehouse import Warehouse
from metrics.funnels.breakdown import LAST_PLACE, segment_of, top_values, with_value
from metrics.funnels.question import Bucket, Question
from metrics.funnels.result import (
    OTHER,
    Breakdown,
    FunnelCounts,
    FunnelTrend,
    Segment,
    StepCount,
    TrendPoint,
)
from metrics.funnels.spec import Funnel
from metrics.funnels.units import units
from metrics.periods import Period, buckets, floor
from metrics.reading import Maturity, Reading, Reason, share


def funnel_counts(
    warehouse: Warehouse,
    scope: Scope,
    funnel: Funnel,
    span: Span,
    breakdown: Breakdown | None = None,
) -> FunnelCounts:
    """The funnel of everybody who entered in `span`, in total and by a property.

    A `Problem` names events or properties that there are not.
    """
    q = Question.of(warehouse, funnel, span)
    src = warehouse.sources(scope)
    statement = counts_statement(src, q, breakdown)
    rows = fetched(warehouse, statement)
    by_value = _by_value(rows)
    order = sorted(by_value, key=lambda v: min(r.place for r in by_value[v]))
    over, rested, rates_sql = q.over, list[Any](), ""
    if over is not None and over is not q:
        same = counts_statement(src, over, breakdown, [v for v in order if v != OTHER])
        rested, rates_sql = fetched(warehouse, same), warehouse.sql(same)
    of_value = _by_value(rested)
    segments = tuple(
        _segment(q, v, by_value[v], None if over is q else of_value[v])
        for v in (order if breakdown else ())
    )
    return FunnelCounts(
        funnel,
        span,
        _segment(q, None, rows, None if over is q else rested),
        breakdown,
        segments,
        max((int(r.known) for r in rows), default=0) if breakdown else 0,
        warehouse.sql(statement),
        warehouse.version,
        ignored(src, scope),
        None if over is q or over is None else over.span.end,
        rates_sql,
    )


def _by_value(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[str(row.value)].append(row)
    return found


def fetched(warehouse: Warehouse, statement: Select[Any]) -> list[Any]:
    """The rows of a statement, by position or by name."""
    return list(warehouse.fetch(statement).itertuples(index=False, name="Row"))


def ignored(src: Sources, scope: Scope) -> tuple[str, ...]:
    """Dimensions of the scope that events can't be narrowed by."""
    return tuple(c.dimension for c in scope.choices if c.dimension not in src.persons.c)


def counts_statement(
    src: Sources, q: Question, breakdown: Breakdown | None, values: Sequence[str] | None = None
) -> Select[Any]:
    """How many units stand at which level, by segment: of the largest values, or of `values`."""
    optional = _optional(q)
    times = bool(optional) or (breakdown is not None and breakdown.step is not None)
    unit = units(src, q, with_times=times)
    valued = with_value(src, q, unit, breakdown)
    value: Any = valued.c.value
    place: Any = literal(1, Integer)
    known: Any = literal(0, Integer)
    origin: FromClause = valued
    if breakdown is not None and values is not None:
        value = case((valued.c.value.in_(values), valued.c.value), else_=OTHER)
    elif breakdown is not None:
        top = top_values(valued)
        value = segment_of(top)
        # A value that only left-out units have takes no place.
        place, known = func.coalesce(top.c.place, LAST_PLACE), func.coalesce(top.c.known, 0)
        origin = valued.outerjoin(top, top.c.value == valued.c.value)
    keys = [value.label("value"), valued.c.level, valued.c.open, valued.c.left_out]
    reached = [counted(valued.c[f"step_{n + 1}"].is_not(None), f"step_{n + 1}") for n in optional]
    grouped = select(
        keys[0],
        func.min(place).label("place"),
        func.max(known).label("known"),
        *keys[1:],
        func.count().label("n"),
        *reached,
    ).select_from(origin)
    return grouped.group_by(*keys)


def _optional(q: Question) -> list[int]:
    return [n for n, s in enumerate(q.funnel.steps) if s.optional]


def counted(condition: Any, name: str) -> Any:
    """How many rows meet a condition; none is zero."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(name)


def _segment(
    q: Question, value: str | None, rows: Iterable[Any], over: Iterable[Any] | None = None
) -> Segment:
    """Add up: who entered, converted, is on the way, and each step.

    Rates are counted from `over`, the units of entries whose windows are over; without it from
    those of `rows` that have no open window.
    """
    all_rows = list(rows)
    full, optional = len(q.funnel.required), _optional(q)
    kept = [r for r in all_rows if not r.left_out]
    rated = [r for r in (kept if over is None else over) if not r.left_out and not r.open]
    left_out = _total(kept) - _total(rated)
    steps: list[StepCount] = []
    level = 0
    for n, step in enumerate(q.funnel.steps):
        before = max(level, 1)
        if step.optional:
            column = 7 + optional.index(n)
            reached, rated_here = (int(sum(r[column] for r in found)) for found in (kept, rated))
            # Those who went on without it did not drop here, and nobody waits for it.
            dropped = in_progress = 0
        else:
            level += 1
            reached, rated_here = _at_least(kept, level), _at_least(rated, level)
            here = [r for r in kept if r.level == level - 1]
            dropped = _total(r for r in here if not r.open)
            in_progress = _total(r for r in here if r.open)
        overall = _rate((rated_here, _total(rated)), (reached, _total(kept)), left_out)
        come, so_far = _at_least(rated, before), (reached, _at_least(kept, before))
        from_before = _rate((rated_here, come), so_far, left_out)
        steps.append(
            StepCount(
                n + 1,
                step.optional,
                reached,
                dropped,
                in_progress,
                overall,
                from_before if n else Reading.missing(Reason.NO_ROWS),
            )
        )
    return Segment(
        value,
        _total(kept),
        _at_least(kept, full),
        _total(r for r in kept if r.open and r.level < full),
        _total(r for r in all_rows if r.left_out),
        tuple(steps),
    )


def _total(rows: Iterable[Any]) -> int:
    return int(sum(r.n for r in rows))


def _at_least(rows: Iterable[Any], level: int) -> int:
    return _total(r for r in rows if r.level >= level)


def _rate(mature: tuple[int, int], so_far: tuple[int, int], left_out: int) -> Reading:
    """The share of those whose windows are over; where there is nobody, the value to date."""
    if mature[1] or not so_far[1]:
        return share(*mature, left_out=left_out)
    return replace(share(*so_far), maturity=Maturity.RUNNING)


def funnel_trend(
    warehouse: Warehouse, scope: Scope, funnel: Funnel, span: Span, grain: Bucket
) -> FunnelTrend:
    """The funnel of those who entered in each day, week or month of `span`."""
    q = Question.of(warehouse, funnel, span, grain)
    src = warehouse.sources(scope)
    statement = _trend_statement(src, q)
    found = _by_start(fetched(warehouse, statement))
    over, rested = q.over, _by_start([])
    if over is not None and over is not q:
        rested = _by_start(fetched(warehouse, _trend_statement(src, over)))
    points = []
    for period in buckets(span, grain, q.week_start):
        start = str(floor(period.span.start, grain, q.week_start))
        rows = found[start]
        made = _segment(q, None, rows, None if over is q else rested[start])
        points.append(TrendPoint(period.span, made, _maturity(q, period, rows, warehouse)))
    return FunnelTrend(grain, tuple(points), warehouse.sql(statement))


def _trend_statement(src: Sources, q: Question) -> Select[Any]:
    u = units(src, q)
    keys = [u.c.bucket, u.c.level, u.c.open, u.c.left_out]
    optional = [counted(u.c[f"step_{n + 1}"].is_not(None), f"step_{n + 1}") for n in _optional(q)]
    one = literal(1, Integer)
    return select(
        keys[0], one.label("place"), one.label("known"), *keys[1:], func.count().label("n"),
        *optional,
    ).group_by(*keys)  # fmt: skip


def _by_start(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[str(row[0])[:10]].append(row)
    return found


def _maturity(q: Question, period: Period, rows: Iterable[Any], warehouse: Warehouse) -> Maturity:
    if period.span.start > warehouse.coverage.last_day:
        return Maturity.NOT_BEGUN
    waiting = any(r.open for r in rows) or not period.whole or period.span.end > q.until
    return Maturity.RUNNING if waiting else Maturity.MATURE
