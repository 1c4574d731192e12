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
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union,
    union_all,
)

from data.dialects import days_between
from data.dimensions import UNKNOWN
from data.serving.cut import HOME
from data.sources import Sources
from i18n import Words
from metrics.people import Column, Kind, People
from metrics.survival.spec import (
    NO,
    WITHOUT_ORDER,
    YES,
    Criterion,
    Outcome,
    Question,
    Segment,
)

NOT_WATCHED = -1
"""The age of those who have not been watched for one whole day: they are in no curve."""

BEGAN = Column("began_on", Words("First day", "起始日"), Kind.DAY)
AGE = Column("age_days", Words("Days", "天数"), Kind.COUNT)


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
    value, joined = _segment(src, question.segment, found)
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


def people(
    src: Sources, question: Question, *, value: str | None = None, ended: bool | None = None
) -> People:
    """Everybody who is in the curve of a segment (of all without a `value`): those whose time
    `ended`, those who are still being watched, or both. As many rows as the curve says."""
    f = lives(src, question)
    rows = select(f.c.person_no, f.c.began_on, f.c.age.label("age_days")).where(
        f.c.age != NOT_WATCHED
    )
    if value is not None:
        rows = rows.where(f.c.value == value)
    if ended is not None:
        rows = rows.where(f.c.ended if ended else ~f.c.ended)
    return People(src, rows.cte("listed"), (BEGAN, AGE), ("began_on",))


def _segment(src: Sources, segment: Segment | None, life: CTE) -> tuple[ColumnElement[Any], Any]:
    """The value of each life's segment, and what it takes to know it."""
    if segment is None:
        return cast(literal(None), String), life
    if segment.value in life.c:
        return life.c[segment.value], life
    if segment.value in HOME:
        home = src.persons
        return home.c[segment.value], life.join(home, home.c.person_no == life.c.person_no)
    if segment is Segment.REFERRED:
        known = _referred(src)
        joined = life.outerjoin(known, known.c.user_no == life.c.person_no)
        return case((known.c.user_no.is_not(None), YES), else_=NO), joined
    trait = _coupons(src) if segment is Segment.COUPON else _categories(src)
    joined = life.outerjoin(trait, trait.c.user_no == life.c.person_no)
    return func.coalesce(trait.c.value, WITHOUT_ORDER), joined


def _first_orders(src: Sources) -> CTE:
    s = src.sales
    return select(s.c.user_no, s.c.order_id).where(s.c.order_no == 1).cte("first_sale")


def _coupons(src: Sources) -> CTE:
    """One row per buyer: whether the first paid order carried a coupon code."""
    first, o = _first_orders(src), src.canonical("orders")
    with_code = and_(o.c.coupon_code.is_not(None), o.c.coupon_code != "")
    return (
        select(first.c.user_no, case((with_code, YES), else_=NO).label("value"))
        .join_from(first, o, o.c.order_id == first.c.order_id)
        .cte("first_coupon")
    )


def _categories(src: Sources) -> CTE:
    """One row per buyer: the category on which most was spent in the first paid order; of equal
    ones the first by name. Lines without one are the category `unknown`."""
    first, i = _first_orders(src), src.canonical("order_items")
    category = func.coalesce(func.nullif(i.c.category, ""), UNKNOWN)
    spent = func.sum(i.c.quantity * i.c.unit_price)
    place = func.row_number().over(partition_by=first.c.user_no, order_by=(spent.desc(), category))
    ranked = (
        select(first.c.user_no, category.label("value"), place.label("place"))
        .join_from(first, i, i.c.order_id == first.c.order_id)
        .group_by(first.c.user_no, category)
        .cte("ranked_category")
    )
    of_first = select(ranked.c.user_no, ranked.c.value).where(ranked.c.place == 1)
    top = of_first.cte("top_category")
    return (
        select(first.c.user_no, func.coalesce(top.c.value, UNKNOWN).label("value"))
        .select_from(first.outerjoin(top, top.c.user_no == first.c.user_no))
        .cte("first_category")
    )


def _referred(src: Sources) -> CTE:
    """Users whom somebody brought: the source names a referrer, or they accepted an invitation.
    An invitation of a user whom the viewer may not see is not known to the viewer."""
    u, i, p = src.canonical("users"), src.canonical("invitations"), src.people
    named = select(u.c.user_id).where(u.c.referrer_id.is_not(None), u.c.referrer_id != "")
    invited = select(i.c.invitee_id).where(
        i.c.invitee_id.is_not(None), i.c.accepted_at.is_not(None), i.c.invitee_id != i.c.inviter_id
    )
    brought = union(named, invited).cte("brought")
    return (
        select(p.c.user_no).join_from(brought, p, p.c.user_id == brought.c.user_id).cte("referred")
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
