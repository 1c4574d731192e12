"""Ask the warehouse: counts with a break-down, trend, times, money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    CTE,
    Integer,
    Numeric,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import FromClause

from data.dialects import quantile, seconds_between
from data.scope import Scope, Span
from data.sources import Sources
from data.warehouse import Warehouse
from metrics.funnels.breakdown import LAST_PLACE, segment_of, top_values, with_value
from metrics.funnels.question import Bucket, Question
from metrics.funnels.result import (
    TIME_QUANTILES,
    Breakdown,
    FunnelCounts,
    FunnelMoney,
    FunnelTimes,
    FunnelTrend,
    Segment,
    StepCount,
    StepMoney,
    StepTime,
    TrendPoint,
)
from metrics.funnels.rows import Rows
from metrics.funnels.spec import Funnel, Order
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
    rows = _rows(warehouse, statement)
    by_value: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_value[str(row.value)].append(row)
    order = sorted(by_value, key=lambda v: min(r.place for r in by_value[v]))
    segments = tuple(_segment(q, v, by_value[v]) for v in order) if breakdown else ()
    return FunnelCounts(
        funnel,
        span,
        _segment(q, None, rows),
        breakdown,
        segments,
        max((int(r.known) for r in rows), default=0) if breakdown else 0,
        warehouse.sql(statement),
        warehouse.version,
        ignored(src, scope),
    )


def _rows(warehouse: Warehouse, statement: Select[Any]) -> list[Any]:
    return list(warehouse.fetch(statement).itertuples(index=False, name="Row"))


def ignored(src: Sources, scope: Scope) -> tuple[str, ...]:
    """Dimensions of the scope that events can't be narrowed by."""
    return tuple(c.dimension for c in scope.choices if c.dimension not in src.persons.c)


def counts_statement(src: Sources, q: Question, breakdown: Breakdown | None) -> Select[Any]:
    """How many units stand at which level, by segment."""
    optional = _optional(q)
    times = bool(optional) or (breakdown is not None and breakdown.step is not None)
    unit = units(src, q, with_times=times)
    valued = with_value(src, q, unit, breakdown)
    value: Any = valued.c.value
    place: Any = literal(1, Integer)
    known: Any = literal(0, Integer)
    origin: FromClause = valued
    if breakdown is not None:
        top = top_values(valued)
        value = segment_of(top)
        # A value that only left-out units have takes no place.
        place, known = func.coalesce(top.c.place, LAST_PLACE), func.coalesce(top.c.known, 0)
        origin = valued.outerjoin(top, top.c.value == valued.c.value)
    keys = [value.label("value"), valued.c.level, valued.c.open, valued.c.left_out]
    reached = [_count(valued.c[f"step_{n + 1}"].is_not(None), f"step_{n + 1}") for n in optional]
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


def _count(condition: Any, name: str) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(name)


def _segment(q: Question, value: str | None, rows: Iterable[Any]) -> Segment:
    """Add up: who entered, converted, is on the way, and each step."""
    all_rows = list(rows)
    full, optional = len(q.funnel.required), _optional(q)
    kept = [r for r in all_rows if not r.left_out]

    def total(wanted: Iterable[Any]) -> int:
        return int(sum(r.n for r in wanted))

    def at_least(level: int, *, mature: bool) -> int:
        return total(r for r in kept if r.level >= level and not (mature and r.open))

    open_units = total(r for r in kept if r.open)
    steps: list[StepCount] = []
    level = 0
    for n, step in enumerate(q.funnel.steps):
        before = max(level, 1)
        if step.optional:
            column = 7 + optional.index(n)
            reached = int(sum(r[column] or 0 for r in kept))
            mature = int(sum(r[column] or 0 for r in kept if not r.open))
            # Those who went on without it did not drop here, and nobody waits for it.
            dropped = in_progress = 0
        else:
            level += 1
            reached, mature = at_least(level, mature=False), at_least(level, mature=True)
            here = [r for r in kept if r.level == level - 1]
            dropped = total(r for r in here if not r.open)
            in_progress = total(r for r in here if r.open)
        entered, come = at_least(1, mature=True), at_least(before, mature=True)
        steps.append(
            StepCount(
                n + 1,
                step.optional,
                reached,
                dropped,
                in_progress,
                _rate((mature, entered), (reached, total(kept)), open_units),
                _rate((mature, come), (reached, at_least(before, mature=False)), open_units)
                if n
                else Reading.missing(Reason.NO_ROWS),
            )
        )
    return Segment(
        value,
        total(kept),
        at_least(full, mature=False),
        total(r for r in kept if r.open and r.level < full),
        total(r for r in all_rows if r.left_out),
        tuple(steps),
    )


def _rate(mature: tuple[int, int], so_far: tuple[int, int], left_out: int) -> Reading:
    """The share of units without an open window; where there is none of them, the value to date."""
    if mature[1] or not so_far[1]:
        return share(*mature, left_out=left_out)
    return replace(share(*so_far), maturity=Maturity.RUNNING)


def funnel_trend(
    warehouse: Warehouse, scope: Scope, funnel: Funnel, span: Span, grain: Bucket
) -> FunnelTrend:
    """The funnel of those who entered in each day, week or month of `span`."""
    q = Question.of(warehouse, funnel, span, grain)
    u = units(warehouse.sources(scope), q)
    keys = [u.c.bucket, u.c.level, u.c.open, u.c.left_out]
    optional = [_count(u.c[f"step_{n + 1}"].is_not(None), f"step_{n + 1}") for n in _optional(q)]
    one = literal(1, Integer)
    statement = select(
        keys[0], one.label("place"), one.label("known"), *keys[1:], func.count().label("n"),
        *optional,
    ).group_by(*keys)  # fmt: skip
    by_start: dict[Any, list[Any]] = defaultdict(list)
    for row in _rows(warehouse, statement):
        by_start[str(row[0])[:10]].append(row)
    cut = buckets(span, grain, q.week_start)
    points = tuple(_point(q, p, by_start[str(floor(p.span.start, grain, q.week_start))], warehouse)
                   for p in cut)  # fmt: skip
    return FunnelTrend(grain, points, warehouse.sql(statement))


def _point(q: Question, period: Period, rows: Sequence[Any], warehouse: Warehouse) -> TrendPoint:
    made = _segment(q, None, rows)
    if period.span.start > warehouse.coverage.last_day:
        return TrendPoint(period.span, made, Maturity.NOT_BEGUN)
    waiting = any(r.open for r in rows) or not period.whole or period.span.end > q.until
    return TrendPoint(period.span, made, Maturity.RUNNING if waiting else Maturity.MATURE)


def funnel_times(warehouse: Warehouse, scope: Scope, funnel: Funnel, span: Span) -> FunnelTimes:
    """How long the steps took those who got there."""
    q = Question.of(warehouse, funnel, span)
    u = units(warehouse.sources(scope), q)
    kept = select(u).where(u.c.left_out.is_(False)).cte("counted_unit")
    durations = dict(_durations(q, kept))
    columns: list[Any] = []
    for name, seconds in durations.items():
        columns += [func.count(seconds).label(f"{name}_n"), func.avg(seconds).label(f"{name}_mean")]
        columns += [
            quantile(seconds, literal(p)).label(f"{name}_p{round(p * 100)}") for p in TIME_QUANTILES
        ]
    statement = select(*columns).select_from(kept)
    found = warehouse.fetch(statement).to_dict("records")[0]
    steps = tuple(_time(found, f"step_{n + 1}", n + 1) for n in range(1, len(funnel.steps)))
    return FunnelTimes(steps, _time(found, "overall", None), warehouse.sql(statement))


def _durations(q: Question, u: CTE) -> Iterable[tuple[str, Any]]:
    """Seconds to each step from the required one before; in any order from the beginning."""
    any_order = q.funnel.order is Order.UNORDERED
    anchor = 1
    for n, step in enumerate(q.funnel.steps[1:], 2):
        since = u.c.begun if any_order else u.c[f"step_{anchor}"]
        yield f"step_{n}", seconds_between(since, u.c[f"step_{n}"])
        anchor = anchor if step.optional else n
    last = u.c[f"step_{len(q.funnel.steps)}"]
    if any_order:
        done = func.greatest(*[u.c[f"step_{n + 1}"] for n in q.funnel.required])
        yield "overall", case((last.is_not(None), seconds_between(u.c.begun, done)))
    else:
        yield "overall", seconds_between(u.c.step_1, last)


def _time(found: Mapping[Any, Any], name: str, step: int | None) -> StepTime:
    n = int(found[f"{name}_n"])
    if n == 0:
        return StepTime(step, 0, None, {})
    at = {p: float(found[f"{name}_p{round(p * 100)}"]) for p in TIME_QUANTILES}
    return StepTime(step, n, float(found[f"{name}_mean"]), at)


def funnel_money(warehouse: Warehouse, scope: Scope, funnel: Funnel, span: Span) -> FunnelMoney:
    """The value that the events of every step carry, for the units that reached it."""
    q = Question.of(warehouse, funnel, span)
    src = warehouse.sources(scope)
    u = units(src, q)
    legs = [_money_leg(src, q, u, n) for n in range(len(funnel.steps))]
    statement: Any = union_all(*legs)
    rows = {int(r[0]): r for r in _rows(warehouse, statement)}
    steps = tuple(_money(n + 1, rows.get(n + 1)) for n in range(len(funnel.steps)))
    return FunnelMoney(steps, scope.currency, warehouse.sql(statement))


def _money_leg(src: Sources, q: Question, u: CTE, n: int) -> Select[Any]:
    log = src.log
    more = {"value": log.c.value, "currency": log.c.currency, "on_day": log.c.day}
    e = Rows(src, q).step_with(n, more, f"money_event_{n + 1}")
    keys = [e.c[k] for k in q.keys]
    nth = func.row_number().over(
        partition_by=[*keys, e.c.instant], order_by=[e.c.value.desc().nulls_last(), e.c.currency]
    )
    ranked = select(e, nth.label("nth")).subquery(f"ranked_event_{n + 1}")
    same = [ranked.c[k] == u.c[k] for k in q.keys]
    at = and_(*same, ranked.c.instant == u.c[f"step_{n + 1}"], ranked.c.nth == 1)
    r = src.rates
    own = func.coalesce(ranked.c.currency, src.scope.currency)
    rate = case((own == src.scope.currency, literal(1, Numeric(28, 14))), else_=r.c.rate)
    value = cast(ranked.c.value, Numeric(24, 4))
    return (
        select(
            literal(n + 1, Integer).label("step"),
            func.count(value).label("units"),
            func.sum(value * rate).label("money"),
            _count(and_(value.is_not(None), rate.is_(None)), "missing"),
        )
        .select_from(
            u.join(ranked, at).outerjoin(r, and_(r.c.day == ranked.c.on_day, r.c.currency == own))
        )
        .where(or_(u.c.left_out.is_(False)))
    )


def _money(step: int, row: Any) -> StepMoney:
    if row is None:
        return StepMoney(step, 0, None, 0)
    n, money, missing = int(row[1]), row[2], int(row[3])
    return StepMoney(step, n, None if missing or not n else float(money), missing)
