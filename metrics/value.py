"""What a customer brought within N days: cumulative value, mature people only, in two bases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, literal, select, union_all

from data.dialects import later
from data.scope import Span
from data.sources import Sources
from metrics.windows import windows

Basis = Literal["customer", "registered"]
AMOUNTS = ("net_revenue", "gross_margin", "gmv", "gmv_without_cost", "unrated")


def starts(src: Sources, basis: Basis) -> CTE:
    """One row per person of the basis: paying customers from their first order, registered users
    from their registration."""
    if basis == "customer":
        s = src.sales
        return (
            select(s.c.user_no, s.c.paid_at.label("began_at"), s.c.day.label("began_on"))
            .where(s.c.order_no == 1)
            .cte("start")
        )
    p = src.people
    return (
        select(
            p.c.user_no, p.c.registered_at.label("began_at"), p.c.registered_on.label("began_on")
        )
        .where(p.c.registered_on.is_not(None))
        .cte("start")
    )


def money_moves(src: Sources) -> CTE:
    """What each identified user brought and took back, in the reporting currency: paid orders
    less the refunds that name them, and refunds that name no known order at their own instant."""
    s, back, r = src.sales, src.loose_refunds, src.rates
    goods = s.c.gmv - s.c.discounts - s.c.refunds

    def unrated(rate: ColumnElement[Any]) -> ColumnElement[Any]:
        return case((rate.is_(None), 1), else_=0).label("unrated")

    sold = (
        select(
            s.c.user_no,
            s.c.paid_at.label("moved_at"),
            ((goods + s.c.shipping) * r.c.rate).label("net_revenue"),
            ((goods - s.c.cost) * r.c.rate).label("gross_margin"),
            (s.c.gmv * r.c.rate).label("gmv"),
            (s.c.gmv_without_cost * r.c.rate).label("gmv_without_cost"),
            unrated(r.c.rate),
        )
        .select_from(s.outerjoin(r, and_(r.c.day == s.c.day, r.c.currency == s.c.currency)))
        .where(s.c.user_no.is_not(None))
    )
    taken_back = back.c.amount * r.c.rate * -1
    returned = (
        select(
            back.c.user_no,
            back.c.refunded_at,
            taken_back,
            taken_back,
            literal(0),
            literal(0),
            unrated(r.c.rate),
        )
        .select_from(
            back.outerjoin(r, and_(r.c.day == back.c.day, r.c.currency == back.c.currency))
        )
        .where(back.c.user_no.is_not(None))
    )
    return union_all(sold, returned).cte("money_move")


def statement(
    src: Sources,
    spans: Sequence[Span],
    until: date,
    through: datetime,
    days: Sequence[int],
    basis: Basis,
) -> Select[Any]:
    """One row per range in which somebody began: `members`, and for every N the people whose N
    days are over (`mature_N`) with what they brought within N days."""
    w, start, move = windows(spans, until), starts(src, basis), money_moves(src)
    own: list[Any] = []
    for n in days:
        within = and_(
            move.c.moved_at >= start.c.began_at, move.c.moved_at < later(start.c.began_at, n)
        )
        own += [
            func.coalesce(func.sum(case((within, move.c[a]), else_=0)), 0).label(f"{a}_{n}")
            for a in AMOUNTS
        ]
    person = (
        select(start.c.user_no, start.c.began_at, start.c.began_on, *own)
        .select_from(start.outerjoin(move, move.c.user_no == start.c.user_no))
        .where(
            start.c.began_on >= min(s.start for s in spans),
            start.c.began_on < max(s.end for s in spans),
        )
        .group_by(start.c.user_no, start.c.began_at, start.c.began_on)
        .cte("person")
    )
    columns: list[Any] = []
    for n in days:
        mature = later(person.c.began_at, n) <= literal(through)
        columns.append(func.sum(case((mature, 1), else_=0)).label(f"mature_{n}"))
        columns += [
            func.sum(case((mature, person.c[f"{a}_{n}"]), else_=0)).label(f"{a}_{n}")
            for a in AMOUNTS
        ]
    return (
        select(w.c.window_no, func.count().label("members"), *columns)
        .select_from(
            w.join(
                person,
                and_(person.c.began_on >= w.c.start_on, person.c.began_on < w.c.end_on),
            )
        )
        .group_by(w.c.window_no)
        .order_by(w.c.window_no)
    )
