"""What a customer brought within N days: cumulative value, mature people only, in two bases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, literal, select, union_all

from data.dialects import later
from data.scope import Span
from data.sources import Sources
from metrics.revenue import RefundDay
from metrics.windows import window_days

Basis = Literal["customer", "registered"]
AMOUNTS = ("net_revenue", "gross_margin", "gmv", "gmv_without_cost", "unrated")


def starts(src: Sources, basis: Basis, by: Sequence[str] = ()) -> CTE:
    """One row per person of the basis: paying customers from their first order, registered users
    from their registration."""
    if basis == "customer":
        s = src.sales
        return (
            select(
                s.c.user_no,
                s.c.paid_at.label("began_at"),
                s.c.day.label("began_on"),
                *[s.c[d] for d in by],
            )
            .where(s.c.order_no == 1)
            .cte("start")
        )
    p = src.people
    return (
        select(
            p.c.user_no,
            p.c.registered_at.label("began_at"),
            p.c.registered_on.label("began_on"),
            *[p.c[d] for d in by],
        )
        .where(p.c.registered_on.is_not(None))
        .cte("start")
    )


def money_moves(src: Sources, refund_day: RefundDay) -> CTE:
    """What each identified user brought and took back, in the reporting currency: paid orders at
    their instant, their refunds at the order's instant or at their own (the setting), and refunds
    that name no known order at their own."""
    s, r, linked, loose = src.sales, src.rates, src.linked_refunds, src.loose_refunds
    goods = s.c.gmv - s.c.discounts

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
    by_order = refund_day == "order"

    def returned(back: CTE, moved_at: str, on: str) -> Select[Any]:
        taken_back = back.c.amount * r.c.rate * -1
        rated = back.outerjoin(r, and_(r.c.day == back.c[on], r.c.currency == back.c.currency))
        return (
            select(
                back.c.user_no,
                back.c[moved_at],
                taken_back,
                taken_back,
                literal(0),
                literal(0),
                unrated(r.c.rate),
            )
            .select_from(rated)
            .where(back.c.user_no.is_not(None))
        )

    of_orders = returned(
        linked, "sold_at" if by_order else "refunded_at", "sold_on" if by_order else "day"
    )
    return union_all(sold, of_orders, returned(loose, "refunded_at", "day")).cte("money_move")


def statement(
    src: Sources,
    spans: Sequence[Span],
    until: date,
    through: datetime,
    days: Sequence[int],
    basis: Basis,
    refund_day: RefundDay,
    by: Sequence[str] = (),
) -> Select[Any]:
    """One row per range in which somebody began, and by value of `by`: `members`, and for every N
    the people whose N days are over (`mature_N`) with what they brought within N days.

    Each move is summed once, by the first N it falls into and by how many N its person is mature
    for; the N are added up from these few rows.
    """
    steps = sorted(days)
    member = _members(src, spans, until, through, steps, basis, by)
    home = [member.c[d] for d in by]
    move = money_moves(src, refund_day)
    reached = case(
        *[(move.c.moved_at < later(member.c.began_at, n), k) for k, n in enumerate(steps, 1)],
        else_=len(steps) + 1,
    )
    brought = (
        select(
            member.c.window_no,
            *home,
            member.c.matured,
            reached.label("reached"),
            literal(0).label("people"),
            *[move.c[a] for a in AMOUNTS],
        )
        .join_from(member, move, move.c.user_no == member.c.user_no)
        .where(move.c.moved_at >= member.c.began_at)
        .cte("brought")
    )
    parts = [brought.c[d] for d in by]
    keys = (brought.c.window_no, *parts, brought.c.matured, brought.c.reached)
    sums = select(
        *keys, literal(0).label("people"), *[func.sum(brought.c[a]).label(a) for a in AMOUNTS]
    ).group_by(*keys)
    heads = select(
        member.c.window_no,
        *home,
        member.c.matured,
        literal(0),
        func.count(),
        *[literal(0)] * len(AMOUNTS),
    ).group_by(member.c.window_no, *home, member.c.matured)
    part = union_all(sums, heads).cte("part")
    columns: list[Any] = []
    for k, n in enumerate(steps, 1):
        mature = part.c.matured >= k
        columns.append(func.sum(case((mature, part.c.people), else_=0)).label(f"mature_{n}"))
        within = and_(mature, part.c.reached <= k)
        columns += [
            func.coalesce(func.sum(case((within, part.c[a]), else_=0)), 0).label(f"{a}_{n}")
            for a in AMOUNTS
        ]
    ends = [part.c.window_no, *[part.c[d] for d in by]]
    return (
        select(*ends, func.sum(part.c.people).label("members"), *columns)
        .group_by(*ends)
        .order_by(*ends)
    )


def _members(
    src: Sources,
    spans: Sequence[Span],
    until: date,
    through: datetime,
    steps: Sequence[int],
    basis: Basis,
    by: Sequence[str],
) -> CTE:
    """One row per range and person who began in it; `matured` counts the N that are over."""
    w, start = window_days(src, spans, until), starts(src, basis, by)
    matured = case(
        *[
            (later(start.c.began_at, n) <= literal(through), k)
            for k, n in reversed(list(enumerate(steps, 1)))
        ],
        else_=0,
    )
    return (
        select(
            w.c.window_no,
            start.c.user_no,
            start.c.began_at,
            matured.label("matured"),
            *[start.c[d] for d in by],
        )
        .join_from(w, start, start.c.began_on == w.c.day)
        .cte("member")
    )
