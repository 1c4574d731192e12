"""What counts as coming back: acts of people by day, or by instant on the 24-hour clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from data.serving.cut import HOME, PURCHASE
from data.sources import Sources
from metrics.retention.cut import bucket_of, periods_between, periods_since
from metrics.retention.members import buying_acts, in_range
from metrics.retention.question import Question
from metrics.retention.spec import Return, Start


@dataclass(frozen=True, slots=True)
class Direct:
    """A serving table whose rows carry where their person began and their day before, so that
    neither a join nor a set of persons is needed."""

    table: CTE
    person_no: ColumnElement[Any]
    began_on: ColumnElement[Any]
    previous_day: ColumnElement[Any]
    counts: ColumnElement[bool]


def direct(src: Sources, q: Question) -> Direct | None:
    """The table that answers this question by itself, if one does."""
    spec = q.spec
    joins = q.by is not None and q.by not in HOME
    if not q.on_calendar or joins or spec.returns_count:
        return None
    if (spec.start, spec.returning) == (Start.REGISTRATION, Return.ACTIVITY):
        p = src.person_day
        return Direct(p, p.c.person_no, p.c.registered_on, p.c.previous_user_day, p.c.as_user)
    if (spec.start, spec.returning) == (Start.FIRST_PURCHASE, Return.PURCHASE):
        s = src.sales
        return Direct(s, s.c.user_no, s.c.first_day, s.c.previous_day, s.c.user_no.is_not(None))
    return None


def returned(src: Sources, q: Question, m: CTE) -> CTE:
    """One row per person and period in which they came back: `person_no`, `cohort_on`, `segment`
    and `period_no`, from 0 to the end of the data. `m` are the members of the question."""
    read = direct(src, q)
    return _by_join(src, q, m) if read is None else _directly(q, read)


def _directly(q: Question, read: Direct) -> CTE:
    """Those rows of the table which are the first of their person and period."""
    cohort = bucket_of(read.began_on, q.spec.grain, q.reporting.week_start)
    segment = literal("") if q.by is None else read.table.c[q.by]
    return (
        select(
            read.person_no.label("person_no"),
            cohort.label("cohort_on"),
            segment.label("segment"),
            periods_between(cohort, read.table.c.day, q.spec.grain).label("period_no"),
        )
        .where(*_first_of_period(q, read), read.table.c.day >= cohort)
        .cte("returned")
    )


def _first_of_period(q: Question, read: Direct) -> list[ColumnElement[bool]]:
    """Rows of people who began in the range that are the person's first one in their period."""
    before, begins = (
        read.previous_day,
        bucket_of(read.table.c.day, q.spec.grain, q.reporting.week_start),
    )
    return [read.counts, in_range(q, read.began_on), or_(before.is_(None), before < begins)]


def counted_directly(q: Question, read: Direct) -> CTE:
    """How many came back by cohort, segment and period: counted by day first, so that cohorts and
    periods are worked out for days of days, not for every row."""
    day = read.table.c.day
    segment = literal("") if q.by is None else read.table.c[q.by]
    keys = [read.began_on.label("began_on"), day.label("day"), segment.label("segment")]
    by_day = (
        select(*keys, func.count().label("people"))
        .where(*_first_of_period(q, read))
        .group_by(read.began_on, day, *([] if q.by is None else [segment]))
        .cte("returned_by_day")
    )
    cohort = bucket_of(by_day.c.began_on, q.spec.grain, q.reporting.week_start)
    period = periods_between(cohort, by_day.c.day, q.spec.grain)
    return (
        select(
            cohort.label("cohort_on"),
            by_day.c.segment,
            period.label("column_no"),
            by_day.c.people,
        )
        .where(by_day.c.day >= cohort, period <= q.last_period)
        .cte("counted_by_day")
    )


def _by_join(src: Sources, q: Question, m: CTE) -> CTE:
    act, on = acts_of(src, q, m)
    return (
        select(
            m.c.person_no,
            m.c.cohort_on,
            m.c.segment,
            period_of(q, m, act).label("period_no"),
        )
        .join_from(m, act, on)
        .distinct()
        .cte("returned")
    )


def period_of(q: Question, m: CTE, act: FromClause) -> ColumnElement[int]:
    if q.on_calendar:
        return periods_between(m.c.cohort_on, act.c.day, q.spec.grain)
    return periods_since(m.c.began_at, act.c.acted_at, q.spec.grain)


def acts_of(src: Sources, q: Question, m: CTE) -> tuple[CTE, ColumnElement[bool]]:
    """The acts that count as coming back, and how they meet the members: never before they began;
    on the calendar not before the first day of their cohort's period."""
    act = union_all(*_legs(src, q)).cte("act")
    begun = act.c.day >= m.c.cohort_on if q.on_calendar else act.c.acted_at >= m.c.began_at
    return act, and_(act.c.person_no == m.c.person_no, begun)


def _legs(src: Sources, q: Question) -> list[Select[Any]]:
    """`person_no`, `acted_at` (null where only days are known) and `day` of every act."""
    spec = q.spec
    if spec.returning is Return.EVENT:
        return [_logged(src, [q.events[spec.return_event]])]
    if spec.returning is Return.PURCHASE:
        return _purchases(src, q)
    legs = _activity(src, q)
    if spec.returns_count:
        legs += [_plain(leg) for leg in buying_acts(src, returns=True)[1:]]
    return legs


def _purchases(src: Sources, q: Question) -> list[Select[Any]]:
    """Users' paid orders; where visitors are followed, also those that they placed as guests."""
    bought, *returns = buying_acts(src, returns=q.spec.returns_count)
    own = _plain(bought) if q.spec.counts_users else _logged(src, [q.events[PURCHASE]])
    return [own, *[_plain(leg) for leg in returns]]


def _activity(src: Sources, q: Question) -> list[Select[Any]]:
    """Active events, and paid orders where the settings count them as activity."""
    p = src.person_day
    purchase = [q.events[PURCHASE]] if q.buying_is_active else []
    days = select(p.c.person_no, cast(null(), DateTime).label("acted_at"), p.c.day)
    if q.on_calendar and q.spec.counts_users:
        return [days.where(p.c.as_user)]
    if q.on_calendar and q.buying_is_active:
        # Days of people hold no order that a visitor placed as a guest.
        return [days, _logged(src, purchase)]
    return [_logged(src, [*q.active_numbers, *purchase])]


def _logged(src: Sources, numbers: list[int]) -> Select[Any]:
    log = src.log
    acted = select(log.c.person_no, log.c.occurred_at.label("acted_at"), log.c.day)
    return acted.where(log.c.event_no.in_(numbers))


def _plain(leg: Select[Any]) -> Select[Any]:
    act = leg.subquery()
    return select(act.c.person_no, act.c.acted_at, act.c.day)
