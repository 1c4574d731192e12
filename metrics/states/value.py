"""What the users of each state brought, and what they said."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    Integer,
    Numeric,
    Select,
    Text,
    case,
    cast,
    func,
    null,
    select,
)

from data.settings import StateRules
from data.sources import Sources
from data.zones import start_of_day
from metrics.revenue import RefundDay
from metrics.states.spec import FEEDBACK_DAYS, RETAINED, VALUE_DAYS, State
from metrics.states.statement import first_counted, positions
from metrics.value import money_moves


def value(
    src: Sources, rules: StateRules, on: date, zone: ZoneInfo, refund_day: RefundDay
) -> Select[Any]:
    """One row per state with users who ever bought (or were refunded): net revenue of the last
    365 days up to the end of that day, and of all time up to it; `unrated` counts amounts without
    an exchange rate, which are in neither."""
    p, m = positions(src, rules, on), money_moves(src, refund_day)
    low = start_of_day(first_counted(on, VALUE_DAYS), zone)
    high = start_of_day(on + timedelta(days=1), zone)
    bought = (
        select(
            m.c.user_no,
            func.sum(m.c.net_revenue).label("ever"),
            func.sum(case((m.c.moved_at >= low, m.c.net_revenue), else_=0)).label("lately"),
            func.sum(m.c.unrated).label("unrated"),
        )
        .where(m.c.moved_at < high)
        .group_by(m.c.user_no)
        .cte("user_value")
    )
    return (
        select(
            p.c.state,
            func.count().label("customers"),
            func.coalesce(func.sum(bought.c.lately), 0).label("net_revenue_365"),
            func.coalesce(func.sum(bought.c.ever), 0).label("net_revenue_ever"),
            cast(func.sum(bought.c.unrated), Integer).label("unrated"),
        )
        .join_from(p, bought, bought.c.user_no == p.c.user_no)
        .group_by(p.c.state)
        .order_by(p.c.state)
    )


def said(src: Sources, rules: StateRules, on: date, zone: ZoneInfo) -> CTE:
    """Feedback of churned and of retained users, given within 365 days up to that day: one row
    each, with `churned` for whose it is."""
    f, u = src.canonical("feedback"), src.people
    p = positions(src, rules, on)
    low = start_of_day(first_counted(on, FEEDBACK_DAYS), zone)
    high = start_of_day(on + timedelta(days=1), zone)
    return (
        select(
            p.c.user_no,
            (p.c.state == State.CHURNED.value).label("churned"),
            func.nullif(f.c.reason, "").label("reason"),
            f.c.score,
        )
        .select_from(f.join(u, u.c.user_id == f.c.user_id).join(p, p.c.user_no == u.c.user_no))
        .where(f.c.given_at >= low, f.c.given_at < high)
        .where(p.c.state.in_([State.CHURNED.value, *[s.value for s in RETAINED]]))
        .cte("said")
    )


def reasons(src: Sources, rules: StateRules, on: date, zone: ZoneInfo) -> Select[Any]:
    """One row per reason: users of each side who gave it, each once; the row without a reason
    counts users who gave any."""
    s = said(src, rules, on, zone)
    named = select(s.c.user_no, s.c.churned, s.c.reason).where(s.c.reason.is_not(None))
    each = named.distinct().cte("user_reason")
    one = select(each.c.user_no, each.c.churned).distinct().cte("user_with_reason")
    both = (
        select(each.c.reason, *_sides(each))
        .group_by(each.c.reason)
        .union_all(select(cast(null(), Text), *_sides(one)))
        .cte("reason_count")
    )
    return select(*both.c).order_by(both.c.reason)


def _sides(of: CTE) -> list[ColumnElement[Any]]:
    return [
        cast(func.coalesce(func.sum(case((side, 1), else_=0)), 0), Integer).label(name)
        for side, name in ((of.c.churned, "churned"), (~of.c.churned, "retained"))
    ]


LOW_SCORE = 2
"""A score of 1 or 2 of 5 is a bad one."""


def satisfaction(src: Sources, rules: StateRules, on: date, zone: ZoneInfo) -> Select[Any]:
    """One row per side with scores: users, the sum of their own mean scores and of its square,
    and how many of them have a low mean."""
    s = said(src, rules, on, zone)
    mean = cast(func.avg(cast(s.c.score, Numeric(18, 4))), Float)
    per_user = (
        select(s.c.user_no, s.c.churned, mean.label("score"))
        .where(s.c.score.is_not(None))
        .group_by(s.c.user_no, s.c.churned)
        .cte("user_score")
    )
    score = per_user.c.score
    return (
        select(
            per_user.c.churned,
            func.count().label("users"),
            func.sum(score).label("total"),
            func.sum(score * score).label("squares"),
            cast(func.sum(case((score <= LOW_SCORE, 1), else_=0)), Integer).label("low"),
        )
        .group_by(per_user.c.churned)
        .order_by(per_user.c.churned)
    )
