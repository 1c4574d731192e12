"""The statements of survival: one row per person first, counted by age from there.

Ages are differences of reporting days. Nothing after the last complete day is looked at, and
everybody is watched through the same calendar day, so that how long somebody is watched depends
only on when their time began, never on what they did.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from data.dialects import days_between
from data.serving.cut import HOME
from data.sources import Sources
from metrics.survival.spec import Criterion, Outcome, Question
from metrics.user_segments import Segment, with_segment

NOT_WATCHED = -1
"""The age of those who have not been watched for one whole day: they are in no curve."""


def last_complete_day(question: Question) -> date:
    return question.coverage.until - timedelta(days=1)


def _day(day: date) -> ColumnElement[date]:
    """A day that stays one in the text that readers copy, where a quoted text stands for it."""
    return cast(literal(day), Date)


def second_purchases(src: Sources, question: Question) -> CTE:
    """One row per buyer: the day of the first paid order (`began_on`), the day of the second one
    (`ended_on`, null while there is none), the day they are watched to, and their home."""
    s, last = src.sales, last_complete_day(question)
    first = select(s).where(s.c.order_no == 1).cte("first_order")
    second = (
        select(s.c.user_no, s.c.day)
        .where(s.c.order_no == 2, s.c.day <= literal(last))
        .cte("second_order")
    )
    return (
        select(
            first.c.user_no.label("person_no"),
            first.c.day.label("began_on"),
            second.c.day.label("ended_on"),
            _day(last).label("watched_to"),
            *[first.c[d] for d in HOME],
        )
        .select_from(first.outerjoin(second, second.c.user_no == first.c.user_no))
        .cte("life")
    )


def last_activities(src: Sources, question: Question) -> CTE:
    """One row per user: first active day, last active day if the churn gap has passed since, and
    the last day on which an end could have been seen."""
    assert question.churn_days is not None
    last = last_complete_day(question)
    watched_to = last - timedelta(days=question.churn_days)
    day, person, _ = _signs(src, question.criterion)
    latest = func.max(day)
    return (
        select(
            person.label("person_no"),
            func.min(day).label("began_on"),
            case((latest <= literal(watched_to), latest)).label("ended_on"),
            _day(watched_to).label("watched_to"),
        )
        .where(day <= literal(last), _counts(src, question.criterion))
        .group_by(person)
        .cte("life")
    )


def _signs(
    src: Sources, criterion: Criterion
) -> tuple[ColumnElement[Any], ColumnElement[Any], CTE]:
    """Signs of life: the day, who it was, and the table they stand in."""
    if criterion is Criterion.BOUGHT:
        return src.sales.c.day, src.sales.c.user_no, src.sales
    return src.person_day.c.day, src.person_day.c.person_no, src.person_day


def _counts(src: Sources, criterion: Criterion) -> ColumnElement[bool]:
    """Guests have no history, and visits before registration are not the user's."""
    if criterion is Criterion.BOUGHT:
        return src.sales.c.user_no.is_not(None)
    return src.person_day.c.as_user


def lives(src: Sources, question: Question) -> CTE:
    """One row per person whose time began in the range: `value` (the segment), `began_on`, `age`
    in days and whether it `ended` at that age or was last watched there."""
    found = (
        second_purchases(src, question)
        if question.outcome is Outcome.SECOND_PURCHASE
        else last_activities(src, question)
    )
    ended = found.c.ended_on.is_not(None)
    age = days_between(found.c.began_on, func.coalesce(found.c.ended_on, found.c.watched_to))
    value, joined = _segmented(src, question.segment, found)
    rows = select(
        found.c.person_no,
        value.label("value"),
        found.c.began_on,
        case((found.c.began_on <= found.c.watched_to, age), else_=NOT_WATCHED).label("age"),
        ended.label("ended"),
    ).select_from(joined)
    if question.span is not None:
        rows = rows.where(
            found.c.began_on >= literal(question.span.start),
            found.c.began_on < literal(question.span.end),
        )
    return rows.cte("followed")


def _segmented(
    src: Sources, segment: Segment | None, life: CTE
) -> tuple[ColumnElement[Any], FromClause]:
    """The value of each life's segment, and what it takes to know it."""
    if segment is None:
        return cast(literal(None), String), life
    if segment.value in life.c:
        return life.c[segment.value], life
    joined, value = with_segment(src, segment, life, life.c.person_no)
    return value, joined


def statement(src: Sources, question: Question) -> Select[Any]:
    """One row per segment and age: how many `ended` there and how many were last `watched` there.
    `value` is null without a segment, and for the group of all others."""
    f = lives(src, question)
    ended = func.sum(case((f.c.ended, 1), else_=0)).label("ended")
    watched = func.sum(case((f.c.ended, 0), else_=1)).label("watched")
    if question.segment is None:
        rows = select(f.c.value, f.c.age, ended, watched).group_by(f.c.value, f.c.age)
        return rows.order_by(f.c.age)
    largest = (
        select(f.c.value)
        .where(f.c.age != NOT_WATCHED)
        .group_by(f.c.value)
        .order_by(func.count().desc(), f.c.value)
        .limit(question.most)
        .cte("largest")
    )
    return (
        select(largest.c.value, f.c.age, ended, watched)
        .select_from(f.outerjoin(largest, largest.c.value == f.c.value))
        .group_by(largest.c.value, f.c.age)
        .order_by(largest.c.value, f.c.age)
    )


def gaps(src: Sources, question: Question) -> Select[Any]:
    """One row per length in days: how many times somebody came back after so long (`ended`), and
    how many have been silent for so long at the last complete day (`watched`). Between two signs
    of life on one day there is no gap."""
    last = last_complete_day(question)
    day, _, rows = _signs(src, question.criterion)
    before = (
        rows.c.previous_day if question.criterion is Criterion.BOUGHT else rows.c.previous_user_day
    )
    seen = and_(day <= literal(last), _counts(src, question.criterion))
    back = select(
        days_between(before, day).label("days"),
        func.count().label("ended"),
        literal(0).label("open"),
    ).where(seen, before < day)
    silent = _silent(day, before, seen)
    waiting = select(days_between(silent.c.day, _day(last)), literal(0), silent.c.people)
    gap = union_all(back.group_by("days"), waiting).cte("gap")
    ended, watched = func.sum(gap.c.ended), func.sum(gap.c.open)
    return (
        select(gap.c.days, ended.label("ended"), watched.label("watched"))
        .group_by(gap.c.days)
        .having(ended + watched > 0)
        .order_by(gap.c.days)
    )


def _silent(day: ColumnElement[Any], before: ColumnElement[Any], seen: ColumnElement[bool]) -> CTE:
    """How many people were last seen on each day: all rows of that day less those that another
    row looks back to. Nobody's last day has to be found for it."""
    of_day = select(day.label("day"), func.count().label("rows")).where(seen).group_by(day)
    followed = select(before, func.count() * -1).where(seen, before.is_not(None)).group_by(before)
    part = union_all(of_day, followed).cte("seen_or_followed")
    people = func.sum(part.c.rows).label("people")
    return select(part.c.day, people).group_by(part.c.day).cte("last_seen")
