"""Conversions, the touches before them, and the steps of their paths, as SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Double,
    FromClause,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from data.dialects import later
from data.sources import Sources
from metrics.attribution.spec import Conversions, Question

KEY = ("user_no", "order_no")
"""What names a conversion; both are null for a guest's order."""


def key_of(rows: FromClause, q: Question) -> list[ColumnElement[Any]]:
    """What tells one path from another: new customers have one each."""
    names = KEY[:1] if q.spec.conversions is Conversions.NEW else KEY
    return [rows.c[n] for n in names]


def conversions(src: Sources, q: Question) -> CTE:
    """One row per paid order that counts: whose, when, and its net revenue in the reporting
    currency (after refunds to date, at the rate of the order's day; null where a rate is missing).
    """
    s, r = src.sales, src.rates
    back = _refunded(src, q)
    # Exact to here; credit is a part of it, so from here on numbers are floating point.
    paid = cast(s.c.gmv - s.c.discounts + s.c.shipping, Double) * cast(r.c.rate, Double)
    complete = or_(back.c.order_id.is_(None), back.c.unrated == 0)
    revenue = case((complete, paid - func.coalesce(back.c.amount, 0)))
    return (
        select(
            s.c.user_no,
            s.c.order_no,
            s.c.paid_at,
            revenue.label("revenue"),
        )
        .select_from(
            s.outerjoin(r, and_(r.c.day == s.c.day, r.c.currency == s.c.currency)).outerjoin(
                back, back.c.order_id == s.c.order_id
            )
        )
        .where(*_counts(s, q))
        .cte("conversion")
    )


def _counts(sale: CTE, q: Question) -> list[ColumnElement[bool]]:
    """Which paid orders are conversions."""
    within = [sale.c.paid_at >= q.begins_at, sale.c.paid_at < q.reaches_to]
    return [*within, sale.c.order_no == 1] if q.spec.conversions is Conversions.NEW else within


def _refunded(src: Sources, q: Question) -> CTE:
    """One row per refunded order: how much in the reporting currency, at the rate of its day."""
    f, r = src.linked_refunds, src.rates
    return (
        select(
            f.c.order_id,
            func.sum(cast(f.c.amount, Double) * cast(r.c.rate, Double)).label("amount"),
            func.sum(case((r.c.rate.is_(None), 1), else_=0)).label("unrated"),
        )
        .select_from(f.outerjoin(r, and_(r.c.day == f.c.sold_on, r.c.currency == f.c.currency)))
        .where(f.c.sold_at >= q.begins_at, f.c.sold_at < q.reaches_to)
        .group_by(f.c.order_id)
        .cte("refunded_order")
    )


def of_kinds(touch: Any, q: Question) -> list[ColumnElement[bool]]:
    """The kinds of touch that count."""
    return [touch.c.kind.in_(q.spec.kinds)] if q.spec.kinds else []


def touched(src: Sources, q: Question, of: CTE, *more: str) -> CTE:
    """One row per conversion and touch within the look-back window before it (a touch at the very
    instant of the order is before it), with the channel of the touch after it. `more` is asked for
    by name, as every window costs: `place` in the path from 1, or `first_at` of it."""
    t = src.touches
    path: dict[str, Any] = {
        "partition_by": key_of(of, q),
        "order_by": (t.c.touched_at, t.c.tie_no),
    }
    asked: dict[str, ColumnElement[Any]] = {
        "place": func.row_number().over(**path),
        "first_at": func.min(t.c.touched_at).over(partition_by=path["partition_by"]),
    }
    within = and_(
        t.c.person_no == of.c.user_no,
        t.c.touched_at <= of.c.paid_at,
        t.c.touched_at >= later(of.c.paid_at, -q.spec.lookback_days),
    )
    return (
        select(
            *of.c,
            t.c.touched_at,
            t.c.tie_no,
            t.c.channel,
            t.c.campaign,
            func.lead(t.c.channel).over(**path).label("next_channel"),
            *[asked[name].label(name) for name in more],
        )
        .join_from(of, t, within)
        .where(t.c.touched_at >= q.touched_from, t.c.touched_at < q.reaches_to, *of_kinds(t, q))
        .cte("touch_of_path")
    )


def steps(touch: CTE, q: Question, *more: ColumnElement[Any]) -> CTE:
    """One row per step of a path: touches in a row of the same channel are one, and the last of
    them says its time and campaign. `step_no` counts from 1, `steps` is how many there are."""
    path = key_of(touch, q)
    in_order = (touch.c.touched_at, touch.c.tie_no)
    return (
        select(
            *touch.c,
            func.row_number().over(partition_by=path, order_by=in_order).label("step_no"),
            func.count().over(partition_by=path).label("steps"),
            *more,
        )
        .where(touch.c.next_channel.is_distinct_from(touch.c.channel))
        .cte("step")
    )


def untouched(of: CTE, touch: CTE) -> Select[Any]:
    """Conversions without a touch on record, guests' orders among them."""
    # Every path has one touch that none follows.
    ends = touch.c.next_channel.is_(None)
    seen = select(*[touch.c[k] for k in KEY]).where(ends).cte("touched_conversion")
    joined = of.outerjoin(
        seen, and_(seen.c.user_no == of.c.user_no, seen.c.order_no == of.c.order_no)
    )
    return select(*of.c).select_from(joined).where(seen.c.user_no.is_(None))


def transitions(src: Sources, q: Question) -> Select[Any]:
    """How paths go on from channel to channel: `channel`, `next_channel` (null: the path ends),
    `is_first`, `converts`, `n`. Touches in a row of the same channel are no move.

    A path that led nowhere is that of a person with touches in the period and no conversion after
    them (of somebody who never bought, where new customers are counted): it ends with their last
    touch, and reaches back from it as far as the look-back window.
    """
    s = src.sales
    of = select(s.c.user_no, s.c.order_no, s.c.paid_at).where(*_counts(s, q)).cte("conversion")
    touch = touched(src, q, of, "place")
    won = select(
        touch.c.channel,
        touch.c.next_channel,
        (touch.c.place == 1).label("is_first"),
        literal(1).label("converts"),
    )
    lost = _led_nowhere(src, q)
    nowhere = select(
        lost.c.channel,
        lost.c.next_channel,
        (lost.c.place == 1).label("is_first"),
        literal(0),
    )
    both = union_all(won, nowhere).cte("move")
    keys = [both.c[k] for k in ("channel", "next_channel", "is_first", "converts")]
    moves = or_(both.c.is_first, both.c.next_channel.is_distinct_from(both.c.channel))
    return select(*keys, func.count().label("n")).where(moves).group_by(*keys)


def _led_nowhere(src: Sources, q: Question) -> CTE:
    """Touches of the period after which their person did not convert any more, as far back as the
    look-back window reaches from the last of them, each with the one after it."""
    t, s = src.touches, src.sales
    every = q.spec.conversions is Conversions.ORDERS
    ordered = select(s.c.user_no, s.c.paid_at).where(s.c.paid_at < q.reaches_to)
    if every:
        latest = func.max(s.c.paid_at).label("paid_at")
        ordered = ordered.with_only_columns(s.c.user_no, latest).group_by(s.c.user_no)
        bought = ordered.where(s.c.user_no.is_not(None)).cte("bought_before_end")
    else:
        bought = ordered.where(s.c.order_no == 1).cte("bought_before_end")
    after: ColumnElement[bool] = bought.c.user_no.is_(None)
    if every:
        after = or_(after, t.c.touched_at > bought.c.paid_at)
    within = [t.c.touched_at >= q.begins_at, t.c.touched_at < q.reaches_to, *of_kinds(t, q)]
    last = (
        select(
            t.c.person_no,
            func.max(t.c.touched_at).label("last_at"),
            func.min(bought.c.paid_at).label("paid_at"),
        )
        .select_from(t.outerjoin(bought, bought.c.user_no == t.c.person_no))
        .where(*within, after)
        .group_by(t.c.person_no)
        .cte("last_touch")
    )
    path: dict[str, Any] = {
        "partition_by": t.c.person_no,
        "order_by": (t.c.touched_at, t.c.tie_no),
    }
    reached = [t.c.touched_at >= later(last.c.last_at, -q.spec.lookback_days)]
    if every:
        reached.append(or_(last.c.paid_at.is_(None), t.c.touched_at > last.c.paid_at))
    return (
        select(
            t.c.channel,
            func.lead(t.c.channel).over(**path).label("next_channel"),
            func.row_number().over(**path).label("place"),
        )
        .join_from(t, last, last.c.person_no == t.c.person_no)
        .where(*within, *reached)
        .cte("touch_to_nowhere")
    )
