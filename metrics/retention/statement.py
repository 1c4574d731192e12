"""How many came back, by cohort and period, in one statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from data.sources import Sources
from metrics.retention.acts import counted_directly, direct, returned
from metrics.retention.members import members
from metrics.retention.question import Question
from metrics.retention.spec import Bracket, Kind

MOST_SEGMENTS = 8
"""The largest segments stand for themselves; the others are one group."""
SIZE = -1
"""The `column_no` of the rows that hold how many began."""


def statement(src: Sources, q: Question) -> Select[Any]:
    """One row per cohort, segment and column with anybody: `people`.

    Columns are numbered by period, or by bracket; rolling ones hold the people whose last return
    lies in the period and "on or before" ones those whose first does, to be added up. `segment` is
    null for the smaller segments together; without a break-down it is empty.
    """
    m = members(src, q)
    size = cohort_sizes(m)
    counted = select(
        size.c.cohort_on, size.c.segment, literal(SIZE).label("column_no"), size.c.people
    )
    part = union_all(counted, _came_back(src, q, m)).cte("counted")
    return of_segments(q, size, part, [part.c.people])


def _came_back(src: Sources, q: Question, m: CTE) -> Select[Any]:
    """How many came back, by cohort, segment and column."""
    read = direct(src, q)
    if read is not None and q.spec.kind is Kind.BOUNDED:
        return select(counted_directly(q, read))
    back = _columns(q, returned(src, q, m))
    keys = (back.c.cohort_on, back.c.segment, back.c.column_no)
    return select(*keys, func.count().label("people")).group_by(*keys)


def cohort_sizes(m: CTE) -> CTE:
    """How many began, by cohort and segment."""
    keys = (m.c.cohort_on, m.c.segment)
    return select(*keys, func.count().label("people")).group_by(*keys).cte("cohort_size")


def of_segments(q: Question, size: CTE, part: CTE, sums: list[ColumnElement[Any]]) -> Select[Any]:
    """The sums by cohort, segment and column; all but the largest segments together."""
    joined: FromClause = part
    segment: ColumnElement[Any] = part.c.segment
    if q.by is not None:
        people = func.sum(size.c.people)
        top = (
            select(size.c.segment)
            .group_by(size.c.segment)
            .order_by(people.desc(), size.c.segment)
            .limit(MOST_SEGMENTS)
            .cte("largest_segment")
        )
        joined = part.outerjoin(top, top.c.segment == part.c.segment)
        segment = top.c.segment
    keys = [part.c.cohort_on, segment.label("segment"), part.c.column_no]
    return (
        select(*keys, *[func.sum(s).label(s.key) for s in sums])
        .select_from(joined)
        .group_by(part.c.cohort_on, segment, part.c.column_no)
        .order_by(part.c.cohort_on, segment, part.c.column_no)
    )


def _columns(q: Question, back: CTE) -> CTE:
    """One row per person and column that they count in, by the kind of the question."""
    spec, keys = q.spec, (back.c.person_no, back.c.cohort_on, back.c.segment)
    match spec.kind:
        case Kind.BOUNDED:
            rows = select(*keys, back.c.period_no.label("column_no")).where(
                back.c.period_no <= q.last_period
            )
        case Kind.ROLLING:
            last = func.least(func.max(back.c.period_no), q.last_period)
            rows = select(*keys, last.label("column_no")).group_by(*keys)
        case Kind.ON_OR_BEFORE:
            first = func.min(back.c.period_no).label("column_no")
            counts = back.c.period_no.between(spec.counted_from, q.last_period)
            rows = select(*keys, first).where(counts).group_by(*keys)
        case Kind.BRACKET:
            number = bracket_no(spec.brackets, back.c.period_no)
            rows = select(*keys, number.label("column_no")).where(number.is_not(None)).distinct()
    return rows.cte("person_and_column")


def bracket_no(brackets: tuple[Bracket, ...], period_no: ColumnElement[int]) -> ColumnElement[int]:
    """The number of the bracket that holds a period, null for none."""
    inside = [(period_no.between(b.first, b.last), literal(n)) for n, b in enumerate(brackets)]
    return case(*inside, else_=cast(null(), Integer))
