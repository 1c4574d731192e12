"""Who was there: active users by range, and over trailing 7 and 30 days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, distinct, func, select

from data.dialects import add_days, days_between
from data.scope import Span
from data.sources import Sources
from metrics.windows import windows


def statement(src: Sources, spans: Sequence[Span], until: date) -> Select[Any]:
    """One row per range with activity: distinct active users and visitors, how many of the
    visitors bought, and user-days (the sum of daily active users over its complete days)."""
    w, p = windows(spans, until), src.person_day

    def people(*conditions: ColumnElement[bool]) -> ColumnElement[Any]:
        return func.count(distinct(case((and_(*conditions), p.c.person_no))))

    return (
        select(
            w.c.window_no,
            people(p.c.as_user).label("active_users"),
            func.count(distinct(p.c.person_no)).label("visitors"),
            people(p.c.bought).label("visitors_bought"),
            func.sum(case((and_(p.c.as_user, p.c.day <= w.c.as_of), 1), else_=0)).label(
                "user_days"
            ),
        )
        .select_from(w.join(p, and_(p.c.day >= w.c.start_on, p.c.day < w.c.end_on)))
        .group_by(w.c.window_no)
        .order_by(w.c.window_no)
    )


def trailing(src: Sources, spans: Sequence[Span], until: date) -> Select[Any]:
    """One row per range: people seen in the 7 or 30 days that end with its last complete day
    (`wau`, `mau`, `mapu`), and `mau_days`, the sum of MAU over its complete days.

    The serving table holds daily changes, so a level is a sum of them: a change on day d counts
    once in the level of every later day.
    """
    w, t = windows(spans, until), src.trailing_change
    daily = (
        select(t.c.day, t.c.kind, t.c.span_days, func.sum(t.c.change).label("change"))
        .group_by(t.c.day, t.c.kind, t.c.span_days)
        .cte("daily_change")
    )

    def level(kind: str, span: int, weight: Any = 1) -> ColumnElement[Any]:
        of_kind = and_(daily.c.kind == kind, daily.c.span_days == span)
        return func.coalesce(func.sum(case((of_kind, daily.c.change * weight), else_=0)), 0)

    since = case((daily.c.day > w.c.start_on, daily.c.day), else_=w.c.start_on)
    days_held = days_between(since, add_days(w.c.as_of, 1))
    return (
        select(
            w.c.window_no,
            level("active", 7).label("wau"),
            level("active", 30).label("mau"),
            level("buyer", 30).label("mapu"),
            level("active", 30, days_held).label("mau_days"),
        )
        .select_from(w.outerjoin(daily, daily.c.day <= w.c.as_of))
        .group_by(w.c.window_no)
        .order_by(w.c.window_no)
    )
