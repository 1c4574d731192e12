"""Who is followed, from which instant: one row per person, in the cohort of their day."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    and_,
    func,
    literal,
    select,
    union_all,
)

from data.serving.cut import HOME
from data.sources import Sources
from metrics.retention.cut import bucket_of
from metrics.retention.question import Question
from metrics.retention.spec import Start
from metrics.user_segments import with_segment


def members(src: Sources, q: Question) -> CTE:
    """One row per person who began in the range: `person_no`, `began_at`, `began_on`, `cohort_on`
    (the first day of their bucket) and `segment` (null without a break-down)."""
    begun = _begun(src, q)
    cohort = bucket_of(begun.c.began_on, q.spec.grain, q.reporting.week_start)
    joined, segment = _segmented(src, q, begun)
    return (
        select(
            begun.c.person_no,
            begun.c.began_at,
            begun.c.began_on,
            cohort.label("cohort_on"),
            segment.label("segment"),
        )
        .select_from(joined)
        .where(in_range(q, begun.c.began_on))
        .cte("member")
    )


def in_range(q: Question, began_on: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(began_on >= literal(q.span.start), began_on < literal(q.span.end))


def _segmented(src: Sources, q: Question, rows: CTE) -> tuple[FromClause, ColumnElement[Any]]:
    """The rows with each person's segment; those of a home stand in the rows themselves."""
    if q.by is None:
        return rows, literal("")
    if q.by in rows.c:
        return rows, rows.c[q.by]
    return with_segment(src, q.by, rows, rows.c.person_no)


def _begun(src: Sources, q: Question) -> CTE:
    """One row per person with the instant and the day at which they began, and their home."""
    match q.spec.start:
        case Start.REGISTRATION:
            return _of_lifecycle(src, "registered")
        case Start.FIRST_VISIT:
            return _of_lifecycle(src, "visited")
        case Start.FIRST_PURCHASE:
            if q.spec.returns_count:
                return _first_order_or_refund(src)
            s = src.sales
            return (
                select(
                    s.c.user_no.label("person_no"),
                    s.c.paid_at.label("began_at"),
                    s.c.day.label("began_on"),
                    *[s.c[d] for d in HOME],
                )
                .where(s.c.order_no == 1)
                .cte("first_order")
            )
        case Start.EVENT:
            return _first_event(src, q.events[q.spec.start_event])


def _of_lifecycle(src: Sources, population: str) -> CTE:
    a = src.acquired
    return (
        select(
            a.c.person_no,
            a.c.acquired_at.label("began_at"),
            a.c.acquired_on.label("began_on"),
            *[a.c[d] for d in HOME],
        )
        .where(a.c.population == population)
        .cte("begun")
    )


def buying_acts(src: Sources, *, returns: bool) -> list[Select[Any]]:
    """Paid orders of users, and their refunds and cancellations if these count: person, instant,
    day and home."""
    s = src.sales
    legs: list[Select[Any]] = []
    tables = [(s, s.c.paid_at)]
    if returns:
        tables += [(r, r.c.refunded_at) for r in (src.linked_refunds, src.loose_refunds)]
    for table, at in tables:
        legs.append(
            select(
                table.c.user_no.label("person_no"),
                at.label("acted_at"),
                table.c.day.label("day"),
                *[table.c[d] for d in HOME],
            ).where(table.c.user_no.is_not(None))
        )
    return legs


def _first_order_or_refund(src: Sources) -> CTE:
    act = union_all(*buying_acts(src, returns=True)).cte("order_or_refund")
    keys = [act.c.person_no, *[act.c[d] for d in HOME]]
    return (
        select(
            act.c.person_no,
            func.min(act.c.acted_at).label("began_at"),
            func.min(act.c.day).label("began_on"),
            *[act.c[d] for d in HOME],
        )
        .group_by(*keys)
        .cte("first_order_or_refund")
    )


def _first_event(src: Sources, event_no: int) -> CTE:
    """The first time of an event in the shop's data, before or after registration."""
    log, home = src.log, src.persons
    first = (
        select(
            log.c.person_no,
            func.min(log.c.occurred_at).label("began_at"),
            func.min(log.c.day).label("began_on"),
        )
        .where(log.c.event_no == event_no)
        .group_by(log.c.person_no)
        .cte("first_time")
    )
    return (
        select(first, *[home.c[d] for d in HOME])
        .join_from(first, home, home.c.person_no == first.c.person_no)
        .cte("begun")
    )
