"""Repurchase within d days of the first order: a cohort measure that does not change afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, select

from data.dialects import later
from data.scope import Span
from data.sources import Sources
from metrics.windows import window_days


def statement(
    src: Sources,
    spans: Sequence[Span],
    until: date,
    through: datetime,
    days: Sequence[int],
    by: Sequence[str] = (),
) -> Select[Any]:
    """One row per range with first-time buyers, and by value of `by`: `first_buyers`, and for every
    d those whose first order is at least d days old (`eligible_d`) and who ordered again within d
    (`again_d`).

    The window is half-open like every period: an order at its very end could still be loaded after
    the window counts as over."""
    w, s = window_days(src, spans, until), src.sales
    first = select(s).where(s.c.order_no == 1).cte("first_order")
    second = select(s.c.user_no, s.c.paid_at).where(s.c.order_no == 2).cte("second_order")
    columns: list[Any] = []
    for d in days:
        window_end = later(first.c.paid_at, d)
        mature = window_end <= literal(through)
        again = and_(mature, second.c.paid_at < window_end)
        columns.append(func.sum(case((mature, 1), else_=0)).label(f"eligible_{d}"))
        columns.append(func.sum(case((again, 1), else_=0)).label(f"again_{d}"))
    keys = [w.c.window_no, *[first.c[d] for d in by]]
    return (
        select(*keys, func.count().label("first_buyers"), *columns)
        .select_from(
            w.join(first, first.c.day == w.c.day).outerjoin(
                second, second.c.user_no == first.c.user_no
            )
        )
        .group_by(*keys)
        .order_by(*keys)
    )
