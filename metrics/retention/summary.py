"""D1, D7 and D30 of a range: people whose day is over, compared, and by cohort over time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.like_for_like import comparable
from metrics.periods import Comparison, Grain, Period, buckets
from metrics.reading import Maturity, Reading, Reason, share
from metrics.retention.cells import Table, maturity_of, table_of
from metrics.retention.question import Question, lacking, shop_events
from metrics.retention.result import parts
from metrics.retention.spec import Bracket, Kind, Spec, Value
from metrics.retention.statement import statement
from metrics.stats.intervals import Difference, wilson_difference
from metrics.stats.proportions import two_proportions_p

DAYS = (1, 7, 30)


@dataclass(frozen=True, slots=True)
class DayRetention:
    """Retention on day n of the people who began in a range.

    `reading` is over people whose day n is over; `left_out` of them are not there yet. `before` is
    the same of the range compared with, cut to as many first days as are over here (None where
    there is nothing to compare with); the change is in share points. `trend` goes by cohort: a
    cohort with nobody mature has its value to date.
    """

    day: int
    reading: Reading
    compared: Span | None
    before: Reading | None
    change: Difference | None
    p_value: float | None
    trend: tuple[tuple[Period, Reading], ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """`lacking` names what the shop does not have; then there are no days."""

    span: Span
    days: tuple[DayRetention, ...]
    lacking: tuple[str, ...]
    sql: str
    version: str


def summary(
    warehouse: Warehouse,
    scope: Scope,
    span: Span,
    spec: Spec,
    days: Sequence[int] = DAYS,
    comparison: Comparison = Comparison.PREVIOUS,
    grain: Grain = Grain.WEEK,
) -> Summary:
    """Day-n retention with the start, return and clock of `spec`, whose other parts are not used.

    The trend is by cohorts of `grain`. One statement for the range, and one for what it is
    compared with.
    """
    daily = replace(
        spec, grain=Grain.DAY, kind=Kind.BOUNDED, value=Value.USERS, periods=None, brackets=()
    )
    events = shop_events(warehouse, daily)
    coverage, reporting = warehouse.coverage, warehouse.reporting
    q = Question(daily, span, coverage, reporting, events, last_period=max(days))
    missing = lacking(coverage, daily, buying_is_active=q.buying_is_active)
    src = warehouse.sources(scope)
    asked = statement(src, q)
    found: tuple[DayRetention, ...] = ()
    if not missing:
        base = comparable(warehouse, scope, span, comparison)
        if base is not None and base.start < coverage.start:
            base = None
        only_guests = src.only_guests()
        now = Table({}, {}) if only_guests else table_of(warehouse.fetch(asked))
        then = None
        if base is not None and not only_guests:
            then = table_of(warehouse.fetch(statement(src, replace(q, span=base))))
        cut = buckets(span, grain, reporting.week_start)
        found = tuple(_day(q, n, now, then, base, cut) for n in days)
    return Summary(span, found, missing, warehouse.sql(asked), warehouse.version)


def _day(
    q: Question,
    n: int,
    now: Table,
    then: Table | None,
    base: Span | None,
    cut: Sequence[Period],
) -> DayRetention:
    reading = _reading(q, n, now, _days(q.span))
    before = change = p_value = None
    mature = sum(_maturity(q, n, d) is Maturity.MATURE for d in _days(q.span))
    compared = None
    if base is not None and then is not None and mature:
        compared = Span(base.start, min(base.end, base.start + timedelta(days=mature)))
        before = _reading(q, n, then, _days(compared))
        if before.value is not None and reading.value is not None:
            (k0, n0), (k1, n1) = parts(before), parts(reading)
            change = wilson_difference(k0, n0, k1, n1)
            p_value = two_proportions_p(k0, n0, k1, n1)
    trend = tuple((p, _reading(q, n, now, _days(p.span), to_date=True)) for p in cut)
    return DayRetention(n, reading, compared, before, change, p_value, trend)


def _days(span: Span) -> list[date]:
    return [span.start + timedelta(days=k) for k in range(span.days)]


def _maturity(q: Question, n: int, day: date) -> Maturity:
    return maturity_of(q, Span(day, day + timedelta(days=1)), Bracket(n, n))


def _reading(
    q: Question, n: int, table: Table, days: Iterable[date], *, to_date: bool = False
) -> Reading:
    """Returned over people whose day n is over; while there is nobody such, the value to date of
    those whose day n has begun, if that is asked for."""
    people = dict.fromkeys(Maturity, 0)
    returned = dict.fromkeys(Maturity, 0)
    for day in days:
        maturity = _maturity(q, n, day)
        people[maturity] += table.size(day, "")
        returned[maturity] += int(table.sums.get((day, "", n), {}).get("people", 0))
    left_out = people[Maturity.RUNNING] + people[Maturity.NOT_BEGUN]
    if people[Maturity.MATURE]:
        return share(returned[Maturity.MATURE], people[Maturity.MATURE], left_out=left_out)
    if to_date and people[Maturity.RUNNING]:
        early = share(returned[Maturity.RUNNING], people[Maturity.RUNNING])
        return replace(early, maturity=Maturity.RUNNING, left_out=left_out)
    if not left_out:
        return Reading.missing(Reason.NO_ROWS)
    begun = people[Maturity.RUNNING] > 0
    return Reading.missing(Reason.IMMATURE if begun else Reason.NOT_BEGUN, left_out=left_out)
