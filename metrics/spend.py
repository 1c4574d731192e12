"""What marketing cost in a range, in the reporting currency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Numeric, Select, and_, case, cast, func, select

from data.scope import Span
from data.sources import Sources
from metrics.windows import met, window_days


def statement(
    src: Sources, spans: Sequence[Span], until: date, by: Sequence[str] = ()
) -> Select[Any]:
    """One row per range, and by value of `by`: `spend`, and `spend_unrated`, the sums that no
    exchange rate converts."""
    d, r, w = src.spend_day, src.rates, window_days(src, spans, until)
    parts = [d.c[n] for n in by]
    daily = (
        select(d.c.day, d.c.currency, *parts, func.sum(d.c.spend).label("spend"))
        .group_by(d.c.day, d.c.currency, *parts)
        .cte("spent")
    )
    rated = (
        select(
            daily.c.day,
            *[daily.c[n] for n in by],
            func.sum(cast(daily.c.spend, Numeric(24, 4)) * r.c.rate).label("spend"),
            func.sum(case((and_(r.c.rate.is_(None), daily.c.spend != 0), 1), else_=0)).label(
                "unrated"
            ),
        )
        .select_from(
            daily.outerjoin(r, and_(r.c.day == daily.c.day, r.c.currency == daily.c.currency))
        )
        .group_by(daily.c.day, *[daily.c[n] for n in by])
        .cte("spent_day")
    )
    keys = [w.c.window_no, *[rated.c[n] for n in by]]
    return (
        select(
            *keys,
            func.coalesce(func.sum(rated.c.spend), 0).label("spend"),
            func.coalesce(func.sum(rated.c.unrated), 0).label("spend_unrated"),
        )
        .select_from(met(w, rated, rated.c.day == w.c.day, by))
        .group_by(*keys)
        .order_by(*keys)
    )
