"""Who was there: active users by range, and over trailing 7 and 30 days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from data.dialects import add_days, days_between
from data.dimensions import CAMPAIGN, UNKNOWN
from data.scope import Span
from data.sources import Sources
from metrics.windows import met, window_days, windows


def statement(
    src: Sources, spans: Sequence[Span], until: date, by: Sequence[str] = ()
) -> Select[Any]:
    """One row per range with activity, and by value of `by`: distinct active users and visitors,
    and user-days (the sum of daily active users over its complete days).

    Somebody is counted in a range by their first row in it: the one whose day before lies
    before the range."""
    w, p = window_days(src, spans, until), src.person_day

    def how_many(*conditions: ColumnElement[bool]) -> ColumnElement[Any]:
        return func.sum(case((and_(*conditions), 1), else_=0))

    first_as_user = or_(p.c.previous_user_day.is_(None), p.c.previous_user_day < w.c.start_on)
    first_visit = or_(p.c.previous_day.is_(None), p.c.previous_day < w.c.start_on)
    present = w.join(p, p.c.day == w.c.day)
    home: dict[str, ColumnElement[Any]] = {d: p.c[d] for d in by if d != CAMPAIGN}
    if CAMPAIGN in by:
        # Visitors who never registered have no campaign of their own.
        u = src.people
        present = present.outerjoin(u, u.c.user_no == p.c.person_no)
        home[CAMPAIGN] = func.coalesce(u.c.campaign, UNKNOWN)
    keys = [w.c.window_no, *[home[d].label(d) for d in by]]
    grouped = [w.c.window_no, *[home[d] for d in by]]
    return (
        select(
            *keys,
            how_many(p.c.as_user, first_as_user).label("active_users"),
            how_many(first_visit).label("visitors"),
            how_many(p.c.as_user, p.c.day <= w.c.as_of).label("user_days"),
        )
        .select_from(present)
        .group_by(*grouped)
        .order_by(*grouped)
    )


def trailing(
    src: Sources, spans: Sequence[Span], until: date, by: Sequence[str] = ()
) -> Select[Any]:
    """One row per range, and by value of `by`: people seen in the 7 or 30 days that end with its
    last complete day (`wau`, `mau`, `mapu`), and `mau_days`, the sum of MAU over its complete days.

    The serving table holds daily changes, so a level is a sum of them: a change on day d counts
    once in the level of every later day.
    """
    w, t = windows(spans, until), src.trailing_change
    parts = [t.c[d] for d in by]
    daily = (
        select(t.c.day, t.c.kind, t.c.span_days, *parts, func.sum(t.c.change).label("change"))
        .group_by(t.c.day, t.c.kind, t.c.span_days, *parts)
        .cte("daily_change")
    )

    def level(kind: str, span: int, weight: Any = 1) -> ColumnElement[Any]:
        of_kind = and_(daily.c.kind == kind, daily.c.span_days == span)
        return func.coalesce(func.sum(case((of_kind, daily.c.change * weight), else_=0)), 0)

    since = case((daily.c.day > w.c.start_on, daily.c.day), else_=w.c.start_on)
    held = days_between(since, add_days(w.c.as_of, 1))
    days_held = case((w.c.as_of >= w.c.start_on, held), else_=0)
    keys = [w.c.window_no, *[daily.c[d] for d in by]]
    return (
        select(
            *keys,
            level("active", 7).label("wau"),
            level("active", 30).label("mau"),
            level("buyer", 30).label("mapu"),
            level("active", 30, days_held).label("mau_days"),
        )
        .select_from(met(w, daily, daily.c.day <= w.c.as_of, by))
        .group_by(*keys)
        .order_by(*keys)
    )
