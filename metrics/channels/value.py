"""What the customers of several ranges brought by age, and whether they stayed: for the same rows
as the table of spend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Numeric,
    Select,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    select,
    union_all,
    values,
)

from data.dialects import add_days, later, seconds_between
from data.scope import Span
from data.sources import Sources
from metrics.channels.spec import AGAIN_WITHIN, RETAINED_ON, Node
from metrics.revenue import RefundDay

DAY_SECONDS = 86_400
AMOUNTS = ("gross_margin", "net_revenue", "gmv", "gmv_without_cost")
COUNTED = ("people", "retained", "again")
_WIDE = Numeric(24, 4)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers by the day of their first order, followed for `days` times 24 hours each."""

    span: Span
    days: int


def statement(
    src: Sources,
    node: Node,
    cohorts: Sequence[Cohort],
    named: Sequence[str],
    refund_day: RefundDay,
) -> Select[Any]:
    """One row per cohort (`cohort_no`), value and age in whole days since the first order.

    `people` and, of the ages that are asked for them, `retained` (active on day 30 of the
    calendar) and `again` (ordered again within 90 days) stand in the row of age 0; money in the
    row of its age, in the scope's currency; `discounts` are those of first orders; `unrated` counts
    what no rate converts. Values that are not `named` are one, null.
    """
    c = _days(src, cohorts)
    first = first_orders(src, node, c, named)
    legs = (
        _heads(first),
        _retained(src, first, cohorts),
        _again(src, node, c, named, cohorts),
        *[_summed(m) for m in moves(src, node, c, first, named, refund_day)],
    )
    part = union_all(*[leg for leg in legs if leg is not None]).cte("cohort_part")
    keys = (part.c.cohort_no, part.c.value, part.c.age)
    names = (*COUNTED, *AMOUNTS, "discounts", "unrated")
    return (
        select(*keys, *[func.sum(part.c[n]).label(n) for n in names])
        .group_by(*keys)
        .order_by(*keys)
    )


def _days(src: Sources, cohorts: Sequence[Cohort]) -> CTE:
    """One row per cohort and day of first orders."""
    rows = [(n, c.span.start, c.span.end, c.days) for n, c in enumerate(cohorts)]
    listed = values(
        column("cohort_no", Integer),
        column("start_on", Date),
        column("end_on", Date),
        column("days", Integer),
        name="cohort_asked",
    ).data(rows)
    c = select(
        cast(listed.c.cohort_no, Integer).label("cohort_no"),
        cast(listed.c.start_on, Date).label("start_on"),
        cast(listed.c.end_on, Date).label("end_on"),
        cast(listed.c.days, Integer).label("days"),
    ).cte("cohort")
    d = src.days
    return (
        select(c.c.cohort_no, c.c.days, d.c.day)
        .join_from(c, d, and_(d.c.day >= c.c.start_on, d.c.day < c.c.end_on))
        .cte("cohort_day")
    )


def _value(of: FromClause, node: Node, named: Sequence[str]) -> ColumnElement[Any]:
    value = of.c[node.by]
    return case((value.in_(sorted(named)), value))


def first_orders(src: Sources, node: Node, c: CTE, named: Sequence[str]) -> CTE:
    """One row per cohort and customer. `c` has a row for each cohort and day of first orders, with
    the number of days that the customers of that day are followed."""
    s, r = src.sales, src.rates
    return (
        select(
            c.c.cohort_no,
            c.c.days,
            _value(s, node, named).label("value"),
            s.c.user_no,
            s.c.day,
            s.c.paid_at,
            (s.c.discounts * r.c.rate).label("discounts"),
        )
        .select_from(
            s.join(c, c.c.day == s.c.day).outerjoin(
                r, and_(r.c.day == s.c.day, r.c.currency == s.c.currency)
            )
        )
        .where(s.c.order_no == 1, *node.within(s))
        .cte("new_customer")
    )


def _heads(first: CTE) -> Select[Any]:
    """How many there are, with the discounts of their first orders."""
    rows = (
        select(first.c.cohort_no, first.c.value, literal(0).label("age"), first.c.discounts)
    ).subquery("head")
    return _counted(rows, "people", func.sum(rows.c.discounts))


def _retained(src: Sources, first: CTE, cohorts: Sequence[Cohort]) -> Select[Any] | None:
    """How many were there on day 30 of the calendar after their first order."""
    on = next((n for n, c in enumerate(cohorts) if c.days == RETAINED_ON), None)
    if on is None:
        return None
    p, shift = src.person_day, timedelta(days=RETAINED_ON)
    span = cohorts[on].span
    rows = (
        select(first.c.cohort_no, first.c.value, literal(0).label("age"))
        .join_from(first, p, p.c.person_no == first.c.user_no)
        .where(
            first.c.cohort_no == on,
            p.c.day >= span.start + shift,
            p.c.day < span.end + shift,
            p.c.day == add_days(first.c.day, RETAINED_ON),
            p.c.as_user,
        )
        .subquery("there")
    )
    return _counted(rows, "retained")


def _again(
    src: Sources, node: Node, c: CTE, named: Sequence[str], cohorts: Sequence[Cohort]
) -> Select[Any] | None:
    """How many ordered again within 90 days."""
    within = next((n for n, x in enumerate(cohorts) if x.days == AGAIN_WITHIN), None)
    if within is None:
        return None
    s = src.sales
    rows = (
        select(c.c.cohort_no, _value(s, node, named).label("value"), literal(0).label("age"))
        .join_from(s, c, c.c.day == s.c.first_day)
        .where(
            c.c.cohort_no == within,
            s.c.order_no == 2,
            s.c.paid_at < later(s.c.first_at, AGAIN_WITHIN),
            *node.within(s),
        )
        .subquery("second_order")
    )
    return _counted(rows, "again")


def _counted(
    rows: FromClause, name: str, discounts: ColumnElement[Any] | None = None
) -> Select[Any]:
    """The rows of one count; everything else is zero."""
    zero = literal(0)
    keys = [rows.c.cohort_no, rows.c.value, rows.c.age]
    return select(
        *keys,
        *[(cast(func.count(), Integer) if n == name else zero).label(n) for n in COUNTED],
        *[zero.label(n) for n in AMOUNTS],
        (zero if discounts is None else func.coalesce(discounts, 0)).label("discounts"),
        zero.label("unrated"),
    ).group_by(*keys)


def _age(began_at: ColumnElement[Any], at: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.floor(seconds_between(began_at, at) / float(DAY_SECONDS)), Integer)


def _summed(moved: Select[Any]) -> Select[Any]:
    """Moves of money by cohort, value and age."""
    part, zero = moved.subquery(), literal(0)
    keys = [part.c.cohort_no, part.c.value, part.c.age]
    return select(
        *keys,
        *[zero] * len(COUNTED),
        *[func.coalesce(func.sum(part.c[n]), 0) for n in AMOUNTS],
        zero,
        func.sum(part.c.unrated),
    ).group_by(*keys)


def moves(
    src: Sources, node: Node, c: CTE, first: CTE, named: Sequence[str], refund_day: RefundDay
) -> list[Select[Any]]:
    """What customers brought and took back while they are followed, a row per order and refund:
    `cohort_no`, `value`, `days`, `age`, the amounts in the scope's currency, `unrated` (1 where no
    rate converts them)."""
    return [
        _sold(src, node, c, named),
        *[_taken_back(src, first, back, at, on) for back, at, on in _refunds(src, refund_day)],
    ]


def _rated(
    rows: FromClause,
    keys: dict[str, ColumnElement[Any]],
    rate: ColumnElement[Any],
    amounts: dict[str, ColumnElement[Any]],
    *conditions: ColumnElement[bool],
) -> Select[Any]:
    zero = literal(0)
    return (
        select(
            *[key.label(name) for name, key in keys.items()],
            *[(cast(amounts[n], _WIDE) * rate if n in amounts else zero).label(n) for n in AMOUNTS],
            case((rate.is_(None), 1), else_=0).label("unrated"),
        )
        .select_from(rows)
        .where(*conditions)
    )


def _sold(src: Sources, node: Node, c: CTE, named: Sequence[str]) -> Select[Any]:
    """Orders carry their buyer's first one, so no join with customers is needed."""
    s, r = src.sales, src.rates
    goods = s.c.gmv - s.c.discounts
    rows = s.join(c, c.c.day == s.c.first_day).outerjoin(
        r, and_(r.c.day == s.c.day, r.c.currency == s.c.currency)
    )
    keys = {
        "cohort_no": c.c.cohort_no,
        "value": _value(s, node, named),
        "days": c.c.days,
        "age": _age(s.c.first_at, s.c.paid_at),
    }
    amounts = {
        "gross_margin": goods - s.c.cost,
        "net_revenue": goods + s.c.shipping,
        "gmv": s.c.gmv,
        "gmv_without_cost": s.c.gmv_without_cost,
    }
    within = s.c.paid_at < later(s.c.first_at, c.c.days)
    return _rated(rows, keys, r.c.rate, amounts, within, *node.within(s))


def _refunds(src: Sources, refund_day: RefundDay) -> list[tuple[CTE, str, str]]:
    at, on = ("sold_at", "sold_on") if refund_day == "order" else ("refunded_at", "day")
    return [(src.linked_refunds, at, on), (src.loose_refunds, "refunded_at", "day")]


def _taken_back(src: Sources, first: CTE, back: CTE, at: str, on: str) -> Select[Any]:
    r = src.rates
    moved = back.c[at]
    rows = back.join(first, first.c.user_no == back.c.user_no).outerjoin(
        r, and_(r.c.day == back.c[on], r.c.currency == back.c.currency)
    )
    keys = {
        "cohort_no": first.c.cohort_no,
        "value": first.c.value,
        "days": first.c.days,
        "age": _age(first.c.paid_at, moved),
    }
    amount = back.c.amount * -1
    inside = and_(moved >= first.c.paid_at, moved < later(first.c.paid_at, first.c.days))
    return _rated(rows, keys, r.c.rate, {"gross_margin": amount, "net_revenue": amount}, inside)
