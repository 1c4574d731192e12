"""Spend, registrations, new customers and revenue of several ranges, by the rows of one level.

Every table is summed by day and value before two tables meet, so spend is never multiplied by
users nor users by spend.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Integer,
    Numeric,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from data.scope import Span
from data.serving.spend import KINDS
from data.sources import Sources
from metrics.channels.spec import MOST_ROWS, Node
from metrics.lifecycle.stages import Population
from metrics.revenue import RefundDay
from metrics.windows import window_days

SPENT = tuple(f"spend_{kind}" for kind in KINDS)
COUNTS = ("impressions", "clicks", "registrations", "customers")
MONEY = (*SPENT, "claimed_value", "discounts", "revenue")
PLAIN = (*COUNTS, "claimed_conversions")
_WIDE = Numeric(24, 4)
NO_MONEY = ""
"""In place of a currency where people are counted."""


def _leg(
    rows: FromClause,
    day: ColumnElement[Any],
    value: ColumnElement[Any],
    currency: ColumnElement[Any],
    conditions: Sequence[ColumnElement[bool]],
    **sums: ColumnElement[Any],
) -> Select[Any]:
    """One table by day, value and currency; what it says nothing of is zero."""
    zero = literal(0)
    return (
        select(
            day.label("day"),
            value.label("value"),
            currency.label("currency"),
            *[sums.get(name, zero).label(name) for name in (*PLAIN, *MONEY)],
        )
        .select_from(rows)
        .where(*conditions)
        .group_by(day, value, currency)
    )


def _spent(src: Sources, node: Node, first: date, end: date) -> Select[Any]:
    s = src.spend_day
    sums: dict[str, ColumnElement[Any]] = {
        f"spend_{kind}": func.sum(case((s.c.kind == kind, s.c.spend), else_=0)) for kind in KINDS
    }
    for name in ("impressions", "clicks", "claimed_conversions", "claimed_value"):
        sums[name] = func.coalesce(func.sum(s.c[name]), 0)
    inside = [s.c.day >= first, s.c.day < end, *node.within(s)]
    return _leg(s, s.c.day, s.c[node.by], s.c.currency, inside, **sums)


def _registered(src: Sources, node: Node, first: date, end: date) -> Select[Any]:
    a = src.acquired
    inside = [
        a.c.population == Population.REGISTERED.value,
        a.c.acquired_on >= first,
        a.c.acquired_on < end,
        *node.within(a),
    ]
    rows = (
        select(
            a.c.acquired_on.label("day"),
            a.c[node.by].label("value"),
            literal(NO_MONEY).label("currency"),
        )
        .where(*inside)
        .subquery()
    )
    return _leg(rows, rows.c.day, rows.c.value, rows.c.currency, (), registrations=func.count())


def _sold(src: Sources, node: Node, first: date, end: date) -> Select[Any]:
    s = src.sales
    new = s.c.order_no == 1
    inside = [s.c.day >= first, s.c.day < end, *node.within(s)]
    return _leg(
        s,
        s.c.day,
        s.c[node.by],
        s.c.currency,
        inside,
        customers=func.sum(case((new, 1), else_=0)),
        discounts=func.sum(case((new, s.c.discounts), else_=0)),
        revenue=func.sum(s.c.gmv - s.c.discounts + s.c.shipping),
    )


def _taken_back(of: CTE, on: str, node: Node, first: date, end: date) -> Select[Any]:
    day = of.c[on]
    inside = [day >= first, day < end, *node.within(of)]
    return _leg(of, day, of.c[node.by], of.c.currency, inside, revenue=func.sum(of.c.amount) * -1)


def by_day(src: Sources, node: Node, spans: Sequence[Span], refund_day: RefundDay) -> CTE:
    """Everything by day and value, money in the scope's currency. `unrated` counts the sums that
    no exchange rate converts: the spend's and the revenue's."""
    first, end = min(s.start for s in spans), max(s.end for s in spans)
    legs = (
        _spent(src, node, first, end),
        _registered(src, node, first, end),
        _sold(src, node, first, end),
        _taken_back(
            src.linked_refunds, "sold_on" if refund_day == "order" else "day", node, first, end
        ),
        _taken_back(src.loose_refunds, "day", node, first, end),
    )
    part, r = union_all(*legs).cte("part"), src.rates
    without = and_(r.c.rate.is_(None), part.c.currency != NO_MONEY)

    def lost(names: Sequence[str]) -> ColumnElement[Any]:
        moved = [part.c[n] != 0 for n in names]
        condition = moved[0]
        for other in moved[1:]:
            condition = condition | other
        return func.sum(case((and_(without, condition), 1), else_=0))

    def rated(name: str) -> ColumnElement[Any]:
        return func.coalesce(func.sum(cast(part.c[name], _WIDE) * r.c.rate), 0).label(name)

    return (
        select(
            part.c.day,
            part.c.value,
            *[func.sum(part.c[n]).label(n) for n in PLAIN],
            *[rated(n) for n in MONEY],
            lost(SPENT).label("spend_unrated"),
            lost(("discounts", "revenue")).label("revenue_unrated"),
        )
        .select_from(
            part.outerjoin(r, and_(r.c.day == part.c.day, r.c.currency == part.c.currency))
        )
        .group_by(part.c.day, part.c.value)
        .cte("channel_day")
    )


TOTALS = (*PLAIN, *MONEY, "spend_unrated", "revenue_unrated")


def table(
    src: Sources,
    node: Node,
    spans: Sequence[Span],
    until: date,
    refund_day: RefundDay,
    most: int = MOST_ROWS,
) -> Select[Any]:
    """One row per range and value: the sums of `TOTALS`, `squares` of the customers of each day,
    `all_squares` (the same of all values together) and `members` (values in the row). The `most`
    values with the most spend in the first range, then with the most customers, stand for
    themselves; the others are one value, null.
    """
    d, w = by_day(src, node, spans, refund_day), window_days(src, spans, until)
    placed = select(w.c.window_no, d).join_from(w, d, d.c.day == w.c.day).cte("placed")
    main = placed.c.window_no == 0
    spent = sum((placed.c[n] for n in SPENT[1:]), placed.c[SPENT[0]])
    ranked = (
        select(placed.c.value)
        .group_by(placed.c.value)
        .order_by(
            func.sum(case((main, spent), else_=0)).desc(),
            func.sum(case((main, placed.c.customers), else_=0)).desc(),
            func.sum(placed.c.customers).desc(),
            placed.c.value,
        )
        .limit(most)
        .cte("ranked")
    )
    daily = (
        select(placed.c.window_no, placed.c.day, func.sum(placed.c.customers).label("customers"))
        .group_by(placed.c.window_no, placed.c.day)
        .cte("all_of_day")
    )
    whole = (
        select(daily.c.window_no, func.sum(_square(daily.c.customers)).label("squares"))
        .group_by(daily.c.window_no)
        .cte("scatter")
    )
    return (
        select(
            placed.c.window_no,
            ranked.c.value,
            *[func.sum(placed.c[n]).label(n) for n in TOTALS],
            func.sum(_square(placed.c.customers)).label("squares"),
            func.max(whole.c.squares).label("all_squares"),
            cast(func.count(placed.c.value.distinct()), Integer).label("members"),
        )
        .select_from(
            placed.outerjoin(ranked, ranked.c.value == placed.c.value).join(
                whole, whole.c.window_no == placed.c.window_no
            )
        )
        .group_by(placed.c.window_no, ranked.c.value)
        .order_by(placed.c.window_no, ranked.c.value)
    )


def _square(n: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(n, Numeric(18, 0)) * n
