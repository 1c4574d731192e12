"""Money and orders of a range: GMV, net revenue, gross margin, order counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    ColumnElement,
    Numeric,
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

from data.dimensions import CAMPAIGN, CUSTOMER, IDENTIFIED
from data.scope import Span
from data.sources import Sources
from metrics.windows import met, window_days

RefundDay = Literal["order", "refund"]

AMOUNTS = (
    "gmv",
    "discounts",
    "shipping",
    "refunds_of_orders",
    "refunds_on_day",
    "refunds_unlinked",
    "cost",
    "gmv_without_cost",
)


def converted(src: Sources, refund_day: RefundDay, by: Sequence[str] = ()) -> CTE:
    """Money by day and kind of customer, and by value of `by`, in the reporting currency.

    Amounts on a day without an exchange rate are not in it; `unrated` counts their rows, so that
    the number can be withheld rather than be too low. Refunds that the setting counts on another
    day are no reason to withhold anything.
    """
    d, r = by_day(src, by), src.rates
    parts = [d.c[n] for n in by if n != CUSTOMER.key]
    by_currency = (
        select(
            d.c.day,
            d.c.customer,
            d.c.currency,
            *parts,
            func.sum(d.c.orders).label("orders"),
            *[func.sum(d.c[a]).label(a) for a in AMOUNTS],
        )
        .group_by(d.c.day, d.c.customer, d.c.currency, *parts)
        .cte("money_by_currency")
    )
    m = by_currency
    home = [m.c[p.name] for p in parts]
    counted = or_(m.c.orders > 0, refunds_of(m, refund_day) != 0, m.c.refunds_unlinked != 0)
    return (
        select(
            m.c.day,
            m.c.customer,
            *home,
            func.sum(m.c.orders).label("orders"),
            *[func.sum(cast(m.c[a], Numeric(24, 4)) * r.c.rate).label(a) for a in AMOUNTS],
            func.sum(case((and_(r.c.rate.is_(None), counted), 1), else_=0)).label("unrated"),
        )
        .select_from(m.outerjoin(r, and_(r.c.day == m.c.day, r.c.currency == m.c.currency)))
        .group_by(m.c.day, m.c.customer, *home)
        .cte("money")
    )


def by_day(src: Sources, by: Sequence[str]) -> CTE:
    """Money by day as it is kept; by campaign it is added up from orders and refunds."""
    if CAMPAIGN not in by:
        return src.sales_day
    s, linked, loose = src.sales, src.linked_refunds, src.loose_refunds
    sold = {"orders": literal(1), **{a: s.c[a] for a in AMOUNTS if a in s.c}}
    legs = (
        (s, s.c.day, sold),
        (linked, linked.c.sold_on, {"refunds_of_orders": linked.c.amount}),
        (linked, linked.c.day, {"refunds_on_day": linked.c.amount}),
        (loose, loose.c.day, {"refunds_unlinked": loose.c.amount}),
    )
    names = ("customer", "currency", *[d for d in by if d != CUSTOMER.key])
    none = literal(0)
    return union_all(
        *[
            select(
                day.label("day"),
                *[table.c[n] for n in names],
                *[amounts.get(a, none).label(a) for a in ("orders", *AMOUNTS)],
            )
            for table, day, amounts in legs
        ]
    ).cte("money_by_campaign")


def refunds_of(m: CTE, refund_day: RefundDay) -> ColumnElement[Any]:
    """Refunds of orders, on the day that the setting says."""
    return m.c.refunds_of_orders if refund_day == "order" else m.c.refunds_on_day


def net_revenue(m: CTE, refund_day: RefundDay) -> ColumnElement[Any]:
    """GMV − discounts + shipping − refunds."""
    refunds = refunds_of(m, refund_day) + m.c.refunds_unlinked
    return m.c.gmv - m.c.discounts + m.c.shipping - refunds


def statement(
    src: Sources,
    spans: Sequence[Span],
    until: date,
    refund_day: RefundDay,
    by: Sequence[str] = (),
) -> Select[Any]:
    """One row per range, and by value of `by`, with every sum that the money metrics are made of.

    `gmv` is before discounts and includes orders refunded later; refunds never touch it.
    """
    w, m = window_days(src, spans, until), converted(src, refund_day, by)
    keys = [w.c.window_no, *[m.c[d] for d in by]]
    identified = m.c.customer == IDENTIFIED
    net = net_revenue(m, refund_day)
    refunds = refunds_of(m, refund_day)

    def total(value: ColumnElement[Any], name: str) -> ColumnElement[Any]:
        return func.coalesce(func.sum(value), 0).label(name)

    def of(who: ColumnElement[bool], value: ColumnElement[Any], name: str) -> ColumnElement[Any]:
        return func.coalesce(func.sum(case((who, value), else_=0)), 0).label(name)

    return (
        select(
            *keys,
            total(m.c.orders, "orders"),
            of(identified, m.c.orders, "orders_identified"),
            total(m.c.gmv, "gmv"),
            of(identified, m.c.gmv, "gmv_identified"),
            of(~identified, m.c.gmv, "gmv_guest"),
            total(m.c.discounts, "discounts"),
            total(m.c.shipping, "shipping"),
            total(refunds + m.c.refunds_unlinked, "refunds"),
            total(m.c.refunds_unlinked, "refunds_unlinked"),
            total(net, "net_revenue"),
            of(identified, net, "net_revenue_identified"),
            total(m.c.cost, "cost"),
            total(m.c.gmv_without_cost, "gmv_without_cost"),
            total(net - m.c.shipping - m.c.cost, "gross_margin"),
            total(m.c.unrated, "unrated"),
        )
        .select_from(met(w, m, m.c.day == w.c.day, by))
        .group_by(*keys)
        .order_by(*keys)
    )
