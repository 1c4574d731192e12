"""Money and orders of a range: GMV, net revenue, gross margin, order counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy import CTE, ColumnElement, Numeric, Select, and_, case, cast, func, or_, select

from data.dimensions import IDENTIFIED
from data.scope import Span
from data.sources import Sources
from metrics.windows import window_days

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


def converted(src: Sources, refund_day: RefundDay) -> CTE:
    """Money by day and kind of customer in the reporting currency.

    Amounts on a day without an exchange rate are not in it; `unrated` counts their rows, so that
    the number can be withheld rather than be too low. Refunds that the setting counts on another
    day are no reason to withhold anything.
    """
    d, r = src.sales_day, src.rates
    by_currency = (
        select(
            d.c.day,
            d.c.customer,
            d.c.currency,
            func.sum(d.c.orders).label("orders"),
            *[func.sum(d.c[a]).label(a) for a in AMOUNTS],
        )
        .group_by(d.c.day, d.c.customer, d.c.currency)
        .cte("money_by_currency")
    )
    m = by_currency
    counted = or_(m.c.orders > 0, refunds_of(m, refund_day) != 0, m.c.refunds_unlinked != 0)
    return (
        select(
            m.c.day,
            m.c.customer,
            func.sum(m.c.orders).label("orders"),
            *[func.sum(cast(m.c[a], Numeric(24, 4)) * r.c.rate).label(a) for a in AMOUNTS],
            func.sum(case((and_(r.c.rate.is_(None), counted), 1), else_=0)).label("unrated"),
        )
        .select_from(m.outerjoin(r, and_(r.c.day == m.c.day, r.c.currency == m.c.currency)))
        .group_by(m.c.day, m.c.customer)
        .cte("money")
    )


def refunds_of(m: CTE, refund_day: RefundDay) -> ColumnElement[Any]:
    """Refunds of orders, on the day that the setting says."""
    return m.c.refunds_of_orders if refund_day == "order" else m.c.refunds_on_day


def net_revenue(m: CTE, refund_day: RefundDay) -> ColumnElement[Any]:
    """GMV − discounts + shipping − refunds."""
    refunds = refunds_of(m, refund_day) + m.c.refunds_unlinked
    return m.c.gmv - m.c.discounts + m.c.shipping - refunds


def statement(
    src: Sources, spans: Sequence[Span], until: date, refund_day: RefundDay
) -> Select[Any]:
    """One row per range with every sum that the money metrics are made of.

    `gmv` is before discounts and includes orders refunded later; refunds never touch it.
    """
    w, m = window_days(src, spans, until), converted(src, refund_day)
    identified = m.c.customer == IDENTIFIED
    net = net_revenue(m, refund_day)
    refunds = refunds_of(m, refund_day)

    def total(value: ColumnElement[Any], name: str) -> ColumnElement[Any]:
        return func.coalesce(func.sum(value), 0).label(name)

    def of(who: ColumnElement[bool], value: ColumnElement[Any], name: str) -> ColumnElement[Any]:
        return func.coalesce(func.sum(case((who, value), else_=0)), 0).label(name)

    return (
        select(
            w.c.window_no,
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
        .select_from(w.outerjoin(m, m.c.day == w.c.day))
        .group_by(w.c.window_no)
        .order_by(w.c.window_no)
    )
