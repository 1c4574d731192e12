"""Who bought in a range: buyers, new and returning, retained and resurrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import CTE, Select, and_, case, distinct, func, or_, select

from data.scope import Span
from data.sources import Sources
from metrics.windows import window_days


def members(src: Sources, spans: Sequence[Span], until: date, by: Sequence[str] = ()) -> CTE:
    """One row per range and identified buyer in it, with `by` of their home: their orders, GMV in
    the reporting currency, the day of their first order ever, and of the last one before the
    range."""
    w, s, r = window_days(src, spans, until), src.sales, src.rates
    before = case((s.c.previous_day < w.c.start_on, s.c.previous_day))
    home = [s.c[d] for d in by]
    return (
        select(
            w.c.window_no,
            w.c.start_on,
            w.c.before_on,
            s.c.user_no,
            *home,
            func.count().label("orders"),
            func.sum(s.c.gmv * r.c.rate).label("gmv"),
            func.min(s.c.first_day).label("first_day"),
            func.max(before).label("last_before"),
        )
        .select_from(
            w.join(s, s.c.day == w.c.day).outerjoin(
                r, and_(r.c.day == s.c.day, r.c.currency == s.c.currency)
            )
        )
        .where(s.c.user_no.is_not(None))
        .group_by(w.c.window_no, w.c.start_on, w.c.before_on, s.c.user_no, *home)
        .cte("buyer")
    )


def statement(
    src: Sources, spans: Sequence[Span], until: date, by: Sequence[str] = ()
) -> Select[Any]:
    """One row per range that has buyers, and by value of `by`. New: first order ever in the range.
    Retained: also bought in the range of equal length before it. Resurrected: bought earlier, but
    not then.

    A buyer is counted by their first order in the range: the one whose order before lies before the
    range. So nothing is grouped by user, who are many more than ranges."""
    w, s, r = window_days(src, spans, until), src.sales, src.rates
    keys = [w.c.window_no, *[s.c[d] for d in by]]
    again = s.c.previous_day >= w.c.start_on
    first = or_(s.c.previous_day.is_(None), s.c.previous_day < w.c.start_on)
    new = s.c.first_day >= w.c.start_on
    gmv = s.c.gmv * r.c.rate

    def how_many(*conditions: Any) -> Any:
        return func.sum(case((and_(*conditions), 1), else_=0))

    return (
        select(
            *keys,
            how_many(first).label("buyers"),
            func.count(distinct(case((again, s.c.user_no)))).label("repeat_buyers"),
            how_many(first, new).label("buyers_new"),
            how_many(first, ~new).label("buyers_returning"),
            how_many(first, ~new, s.c.previous_day >= w.c.before_on).label("buyers_retained"),
            how_many(first, ~new, s.c.previous_day < w.c.before_on).label("buyers_resurrected"),
            func.coalesce(func.sum(case((new, gmv), else_=0)), 0).label("gmv_new"),
            func.coalesce(func.sum(case((~new, gmv), else_=0)), 0).label("gmv_returning"),
        )
        .select_from(
            w.join(s, s.c.day == w.c.day).outerjoin(
                r, and_(r.c.day == s.c.day, r.c.currency == s.c.currency)
            )
        )
        .where(s.c.user_no.is_not(None))
        .group_by(*keys)
        .order_by(*keys)
    )
