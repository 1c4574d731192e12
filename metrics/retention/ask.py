"""Ask a shop for its retention: the cohorts of a range, pooled, and by segment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Select

from data.dimensions import CUSTOMER
from data.scope import Scope, Span
from data.sources import Sources
from data.warehouse import Warehouse
from i18n import Problem, Words
from metrics.periods import Grain, Period, buckets
from metrics.reading import Maturity, Reading, Reason
from metrics.retention.cells import (
    Sums,
    Table,
    absent,
    added,
    bucket,
    cell,
    cohort_sums,
    columns_of,
    maturity_of,
    table_of,
    with_spread,
)
from metrics.retention.money import money_statement
from metrics.retention.question import Question, activity_is_orders, lacking, shop_events
from metrics.retention.result import Cohort, Pooled, Retention, Segment
from metrics.retention.spec import (
    MOST_COHORTS,
    USUAL_PERIODS,
    Bracket,
    Kind,
    Spec,
    Value,
)
from metrics.retention.spread import spread_statement
from metrics.retention.statement import statement
from metrics.user_segments import NEEDS
from metrics.user_segments import Segment as Split


def retention(
    warehouse: Warehouse,
    scope: Scope,
    span: Span,
    spec: Spec,
    by: Split | None = None,
    *,
    intervals: bool = True,
) -> Retention:
    """The cohorts that begin in `span`: one statement, one more for the segments, and of orders
    and money one for the spread of each, which costs more than all else: without `intervals` they
    have none.

    A `Problem` where an event is unknown, or where the range has more cohorts than can be read.
    """
    q = replace(question(warehouse, span, spec), intervals=intervals)
    src = warehouse.sources(scope)
    missing = lacking(warehouse.coverage, spec, buying_is_active=q.buying_is_active)
    if by is not None:
        missing = (*missing, *warehouse.coverage.lacking(*NEEDS[by]))
    asked = statement_of(src, q)
    cohorts: tuple[Cohort, ...] = ()
    pooled: tuple[Pooled, ...] = ()
    segments: tuple[Segment, ...] = ()
    if not missing:
        table = Table({}, {})
        if not src.only_guests():
            table = counted(warehouse, src, q)
        cut = buckets(span, spec.grain, warehouse.reporting.week_start)
        reader = _Reader(q, table, cut, guests_only=src.only_guests())
        cohorts = reader.cohorts()
        pooled = reader.pooled("")
        if by is not None and not src.only_guests():
            parted = replace(q, by=by)
            segments = _Reader(parted, counted(warehouse, src, parted), cut).segments()
    orders_only = activity_is_orders(warehouse.coverage, spec, buying_is_active=q.buying_is_active)
    return Retention(
        spec=spec,
        span=span,
        by=by,
        columns=columns_of(q),
        cohorts=cohorts,
        pooled=pooled,
        segments=segments,
        activity_is_orders=orders_only,
        lacking=missing,
        ignored=tuple(d for d in src.ignored(src.people) if d != CUSTOMER.key),
        sql=warehouse.sql(asked),
        version=warehouse.version,
        interval_sql="" if spec.value is Value.USERS else warehouse.sql(spread_statement(src, q)),
    )


def counted(warehouse: Warehouse, src: Sources, q: Question) -> Table:
    """What the statement counted; of orders and money with the spread over people, if asked."""
    table = table_of(warehouse.fetch(statement_of(src, q)))
    if q.spec.value is Value.USERS or not q.intervals:
        return table
    return with_spread(table, warehouse.fetch(spread_statement(src, q)))


def statement_of(src: Sources, q: Question) -> Select[Any]:
    return statement(src, q) if q.spec.value is Value.USERS else money_statement(src, q)


def question(warehouse: Warehouse, span: Span, spec: Spec) -> Question:
    """The spec with what the shop knows: events by number, and how far periods can reach."""
    coverage, reporting = warehouse.coverage, warehouse.reporting
    _require_few(span, spec, reporting.week_start)
    events = shop_events(warehouse, spec)
    q = Question(spec, span, coverage, reporting, events, last_period=0)
    return replace(q, last_period=_last_period(q))


def _last_period(q: Question) -> int:
    """The last period that is shown: as asked for or as usual, but none that no cohort of the
    range has begun."""
    spec = q.spec
    if spec.kind is Kind.BRACKET:
        return max(b.last or b.first for b in spec.brackets)
    wanted = USUAL_PERIODS[spec.grain] if spec.periods is None else spec.periods
    cut = buckets(q.span, spec.grain, q.reporting.week_start)
    covered = [p.span for p in cut if absent(q.coverage, p.span) is None]
    if not covered:
        return 0
    begun = range(wanted + 1)
    ahead = Maturity.NOT_BEGUN
    reached = [n for n in begun if maturity_of(q, covered[0], Bracket(n, n)) is not ahead]
    return max(reached, default=0)


def _require_few(span: Span, spec: Spec, week_start: Any) -> None:
    length = {Grain.DAY: 1, Grain.WEEK: 7}.get(spec.grain, 31)
    if span.days // length <= MOST_COHORTS and (
        len(buckets(span, spec.grain, week_start)) <= MOST_COHORTS
    ):
        return
    raise Problem(
        "retention_too_many_cohorts",
        Words(
            "From {start} to {end} there are more cohorts by {grain} than can be read: "
            "at most {most}.",
            "{start} 至 {end} 按{grain}划分的同期群过多：最多 {most} 个。",
        ),
        Words(
            "Choose a shorter range, or cohorts by week or month.",
            "请缩短时间范围，或改为按周、按月划分。",
        ),
        start=span.start,
        end=span.end - timedelta(days=1),
        grain=_grain_name(spec.grain),
        most=MOST_COHORTS,
    )


def _grain_name(grain: Grain) -> Words:
    match grain:
        case Grain.DAY:
            return Words("day", "日")
        case Grain.WEEK:
            return Words("week", "周")
        case _:
            return Words("month", "月")


class _Reader:
    """One table's rows as cohorts, pooled columns and segments."""

    def __init__(
        self,
        q: Question,
        table: Table,
        cut: tuple[Period, ...],
        *,
        guests_only: bool = False,
    ) -> None:
        self.q = q
        self.table = table
        self.cut = cut
        self.guests_only = guests_only
        self.columns = columns_of(q)
        self.buckets = [bucket(q, period.span) for period in cut]
        self.maturity = [[maturity_of(q, p.span, c) for c in self.columns] for p in cut]

    def cohorts(self) -> tuple[Cohort, ...]:
        return tuple(self._cohort(n) for n in range(len(self.cut)))

    def _cohort(self, n: int) -> Cohort:
        period, on = self.cut[n], self.buckets[n]
        size = self.table.size(on, "")
        reason = Reason.GUESTS_ONLY if self.guests_only else absent(self.q.coverage, period.span)
        if reason is None and size == 0:
            reason = Reason.NO_ROWS
        if reason in (Reason.NOT_COVERED, Reason.GUESTS_ONLY):
            cells = [Reading.missing(reason) for _ in self.columns]
        else:
            sums = cohort_sums(self.q, self.table, on, "")
            by_column = zip(sums, self.maturity[n], strict=True)
            cells = [cell(self.q, s, size, maturity) for s, maturity in by_column]
        return Cohort(period.span, period.whole, size, tuple(cells), reason)

    def pooled(self, segment: str | None) -> tuple[Pooled, ...]:
        """Each column over the cohorts with somebody in them whose window is over."""
        sizes = [self.table.size(on, segment) for on in self.buckets]
        sums = [cohort_sums(self.q, self.table, on, segment) for on in self.buckets]
        found = []
        for n in range(len(self.columns)):
            total: Sums = {}
            size = cohorts = 0
            for k, people in enumerate(sizes):
                if people and self.maturity[k][n] is Maturity.MATURE:
                    total, size, cohorts = added(total, sums[k][n]), size + people, cohorts + 1
            reading = Reading.missing(Reason.IMMATURE)
            if cohorts:
                reading = cell(self.q, total, size, Maturity.MATURE)
            elif self.guests_only:
                reading = Reading.missing(Reason.GUESTS_ONLY)
            found.append(Pooled(reading, cohorts))
        return tuple(found)

    def segments(self) -> tuple[Segment, ...]:
        return tuple(
            Segment(value, self._size_of(value), self.pooled(value))
            for value in self.table.segments()
        )

    def _size_of(self, value: str | None) -> int:
        return sum(self.table.size(on, value) for on in self.buckets)
