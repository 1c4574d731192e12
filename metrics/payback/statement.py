"""What cohorts brought by age, each customer counted only as long as its age lies in the data.

A customer whose first order was on day d is followed for `days` times 24 hours, the last of which
ends on a complete day. What she brings at an age counts from that age on and leaves with her: her
sums are added at their ages and taken away at age `days`. So the running sums of the rows are those
of the customers who are that old, and nothing is multiplied by ages in the warehouse.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    Date,
    Integer,
    Select,
    and_,
    cast,
    column,
    func,
    literal,
    select,
    union_all,
    values,
)

from data.dialects import days_between
from data.scope import Span
from data.sources import Sources
from metrics.channels.spec import Node
from metrics.channels.value import AMOUNTS, first_orders, moves
from metrics.payback.spec import FOLLOWED
from metrics.revenue import RefundDay

LEAVING = ("people", "gross_margin", "net_revenue", "discounts", "unrated")
"""What is taken away again when a customer is no longer followed."""
STAYING = ("gmv", "gmv_without_cost")
"""What tells on how much of everything the cost is known."""
SUMS = (*LEAVING, *STAYING)


def statement(
    src: Sources,
    node: Node,
    spans: Sequence[Span],
    until: date,
    named: Sequence[str],
    refund_day: RefundDay,
) -> Select[Any]:
    """One row per cohort (`cohort_no`, the place in `spans`), value and age in whole days since the
    first order, at which something changes. The running sums of `people`, `gross_margin`,
    `net_revenue`, `discounts` (of first orders) and `unrated` (amounts without an exchange rate)
    are those of the customers who are that old. `gmv` and `gmv_without_cost` do not leave. Values
    that are not `named` are one, null.
    """
    c = _days(src, spans, until)
    first = first_orders(src, node, c, named)
    moved = union_all(*moves(src, node, c, first, named, refund_day)).subquery("moved")
    keys = (moved.c.cohort_no, moved.c.value, moved.c.days, moved.c.age)
    zero = literal(0)
    money = select(
        *keys,
        zero.label("people"),
        zero.label("discounts"),
        *[func.coalesce(func.sum(moved.c[n]), 0).label(n) for n in (*AMOUNTS, "unrated")],
    ).group_by(*keys)
    heads = select(
        first.c.cohort_no,
        first.c.value,
        first.c.days,
        zero,
        cast(func.count(), Integer),
        func.coalesce(func.sum(first.c.discounts), 0),
        *[zero] * (len(AMOUNTS) + 1),
    ).group_by(first.c.cohort_no, first.c.value, first.c.days)
    of_day = union_all(money, heads).cte("of_first_day")
    return _by_age(of_day)


def _by_age(of_day: CTE) -> Select[Any]:
    d = of_day.c
    came = select(d.cohort_no, d.value, d.age, *[d[n] for n in SUMS])
    left = select(
        d.cohort_no,
        d.value,
        d.days,
        *[(d[n] * -1) for n in LEAVING],
        *[literal(0)] * len(STAYING),
    )
    flow = union_all(came, left).cte("came_and_left")
    keys = (flow.c.cohort_no, flow.c.value, flow.c.age)
    return (
        select(*keys, *[func.sum(flow.c[n]).label(n) for n in SUMS]).group_by(*keys).order_by(*keys)
    )


def _days(src: Sources, spans: Sequence[Span], until: date) -> CTE:
    """One row per cohort and day of first orders: for how many days its customers are followed."""
    listed = values(
        column("cohort_no", Integer),
        column("start_on", Date),
        column("end_on", Date),
        name="cohort_asked",
    ).data([(n, s.start, s.end) for n, s in enumerate(spans)])
    c = select(
        cast(listed.c.cohort_no, Integer).label("cohort_no"),
        cast(listed.c.start_on, Date).label("start_on"),
        cast(listed.c.end_on, Date).label("end_on"),
    ).cte("cohort")
    d = src.days
    complete = days_between(d.c.day, cast(literal(until), Date)) - 1
    return (
        select(c.c.cohort_no, d.c.day, func.least(complete, literal(FOLLOWED)).label("days"))
        .join_from(c, d, and_(d.c.day >= c.c.start_on, d.c.day < c.c.end_on))
        .cte("cohort_day")
    )
