"""`sales`, the refunds beside them, and `sales_day`: paid orders, and money by day.

A paid order counts at `paid_at`, else at `ordered_at`. Each table is summed at its own grain
before two tables meet: lines and refunds are first brought to one row per order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Float,
    Select,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)

from data.dimensions import GUEST, IDENTIFIED, UNKNOWN
from data.rollups import linked_refunds, loose_refunds, people, sales, sales_day
from data.schema import MONEY, PAID, contract
from data.serving.cut import HOME, Cut, Some, clear, known

ORDERS = contract.tables["orders"]
ITEMS = contract.tables["order_items"]
REFUNDS = contract.tables["refunds"]
ZERO = literal(0)


def paid_orders() -> CTE:
    """Orders whose status is paid, with the instant and currency they count in."""
    o = ORDERS
    return (
        select(o, func.coalesce(o.c.paid_at, o.c.ordered_at).label("counts_at"))
        .where(o.c.status == PAID)
        .cte("paid_order")
    )


def item_costs() -> CTE:
    """One row per order with lines: their cost, null when any line's is unknown."""
    i = ITEMS
    complete = func.count() == func.count(i.c.cost_amount)
    return (
        select(i.c.order_id, case((complete, func.sum(i.c.cost_amount))).label("cost"))
        .group_by(i.c.order_id)
        .cte("item_cost")
    )


def refunded(cut: Cut) -> CTE:
    """One row per order refunded without naming an item: how much, in the order's currency. What
    was paid back in another currency says nothing of how much of the goods came back."""
    r, o = REFUNDS, ORDERS
    of_order = known_currency(o.c.currency, cut)
    same_currency = func.coalesce(func.nullif(r.c.currency, ""), of_order) == of_order
    return (
        select(r.c.order_id, func.sum(r.c.amount).label("whole"))
        .join(o, o.c.order_id == r.c.order_id)
        .where(r.c.item_id.is_(None), same_currency)
        .group_by(r.c.order_id)
        .cte("refunded")
    )


def returned_costs() -> CTE:
    """One row per order with returned items: what those items had cost."""
    r, i = REFUNDS, ITEMS
    back = select(r.c.order_id, r.c.item_id).where(r.c.item_id.is_not(None)).distinct().cte("back")
    return (
        select(i.c.order_id, func.sum(i.c.cost_amount).label("cost"))
        .join(back, and_(back.c.order_id == i.c.order_id, back.c.item_id == i.c.item_id))
        .group_by(i.c.order_id)
        .cte("returned")
    )


@dataclass(frozen=True, slots=True)
class Affected:
    """Whose sales are to be rebuilt: all orders of these users, and these orders of guests."""

    users: ColumnElement[bool]
    orders: Select[Any]


def statement(cut: Cut, affected: Affected | None = None) -> Select[Any]:
    """One row per paid order of users who count and of guests."""
    o, p, items, back = paid_orders(), people, item_costs(), returned_costs()
    refund = refunded(cut)
    cost = func.coalesce(items.c.cost, o.c.cost_amount)
    paid_for = o.c.gross_amount - func.coalesce(o.c.discount_amount, 0)
    # `least` overlooks nulls, so a gift (nothing paid) must not get there with one.
    share = cast(func.coalesce(refund.c.whole, 0), Float) / cast(func.nullif(paid_for, 0), Float)
    whole_share = func.least(1.0, func.coalesce(share, 0.0))
    returned = func.coalesce(back.c.cost, 0) + cast(cast(cost, Float) * whole_share, MONEY)
    kept = func.coalesce(cost - func.least(cost, returned), 0)
    identified = p.c.user_no.is_not(None)
    base = (
        select(
            o.c.order_id,
            p.c.user_no,
            case((identified, IDENTIFIED), else_=GUEST).label("customer"),
            func.coalesce(p.c.market, cut.market(o.c.country)).label("market"),
            func.coalesce(p.c.channel, cut.channel(o.c.channel)).label("channel"),
            func.coalesce(p.c.platform, known(o.c.platform)).label("platform"),
            func.coalesce(p.c.campaign, UNKNOWN).label("campaign"),
            o.c.counts_at.label("paid_at"),
            cut.days.day_of(o.c.counts_at).label("day"),
            known_currency(o.c.currency, cut).label("currency"),
            o.c.gross_amount.label("gmv"),
            func.coalesce(o.c.discount_amount, 0).label("discounts"),
            func.coalesce(o.c.shipping_amount, 0).label("shipping"),
            kept.label("cost"),
            case((cost.is_(None), o.c.gross_amount), else_=0).label("gmv_without_cost"),
        )
        .select_from(
            o.outerjoin(p, p.c.user_id == o.c.user_id)
            .outerjoin(items, items.c.order_id == o.c.order_id)
            .outerjoin(refund, refund.c.order_id == o.c.order_id)
            .outerjoin(back, back.c.order_id == o.c.order_id)
        )
        .where(cut.counts(p.c.is_test))
    )
    if affected is not None:
        guest = and_(p.c.user_no.is_(None), o.c.order_id.in_(affected.orders))
        base = base.where(or_(affected.users, guest))
    sale = base.cte("sale")
    own: dict[str, Any] = {
        "partition_by": sale.c.user_no,
        "order_by": (sale.c.paid_at, sale.c.order_id),
    }
    return select(
        sale,
        _of_user(sale, func.min(sale.c.paid_at).over(partition_by=sale.c.user_no)).label(
            "first_at"
        ),
        _of_user(sale, func.min(sale.c.day).over(partition_by=sale.c.user_no)).label("first_day"),
        _of_user(sale, func.lag(sale.c.day).over(**own)).label("previous_day"),
        _of_user(sale, func.row_number().over(**own)).label("order_no"),
    )


def _of_user(sale: CTE, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Guests have no history: their orders share nothing but the missing name."""
    return case((sale.c.user_no.is_not(None), value), else_=null())


def known_currency(currency: ColumnElement[Any], cut: Cut) -> ColumnElement[str]:
    return func.coalesce(func.nullif(currency, ""), cut.currency)


def build_sales(connection: Connection, cut: Cut) -> None:
    """Fill `sales` from nothing."""
    connection.execute(delete(sales))
    rows = statement(cut).order_by("day", "user_no")
    connection.execute(insert(sales).from_select([c.name for c in sales.columns], rows))


def rebuild_sales(connection: Connection, cut: Cut, some: Some) -> frozenset[date]:
    """Rebuild the sales of everybody with an order on those days, and return the days on which
    a sale, or a refund of it, appeared, moved or vanished.

    A status that changed, a later payment and a late refund all arrive under the order's own day.
    An order's history columns depend on the same user's other orders, so users are rebuilt whole:
    those who have the order now, and those who had it before.
    """
    o, p = ORDERS, people
    ordered = and_(some.instants(o.c.ordered_at, cut), some.among(cut.days.day_of(o.c.ordered_at)))
    touched = select(o.c.order_id).where(ordered)
    users = select(p.c.user_no).join(o, o.c.user_id == p.c.user_id).where(ordered).distinct()
    gave_away = _who_gave_away(connection, touched)
    whose = or_(sales.c.user_no.in_(users), sales.c.user_no.in_(gave_away))
    days_of_touched = union(
        select(sales.c.day).where(sales.c.order_id.in_(touched)),
        select(cut.days.day_of(REFUNDS.c.refunded_at)).where(REFUNDS.c.order_id.in_(touched)),
    )
    before = set(connection.scalars(days_of_touched))
    connection.execute(delete(sales).where(or_(sales.c.order_id.in_(touched), whose)))
    names = [c.name for c in sales.columns]
    rows = statement(
        cut, Affected(or_(p.c.user_no.in_(users), p.c.user_no.in_(gave_away)), touched)
    )
    connection.execute(insert(sales).from_select(names, rows))
    return frozenset(before | set(connection.scalars(days_of_touched)))


def _who_gave_away(connection: Connection, touched: Select[Any]) -> list[int]:
    """Users with a sale that belongs to somebody else now: few, if any."""
    o, p = ORDERS, people
    owner = select(p.c.user_no).where(p.c.user_id == o.c.user_id).scalar_subquery()
    changed = (
        select(sales.c.user_no)
        .join(o, o.c.order_id == sales.c.order_id)
        .where(sales.c.order_id.in_(touched), sales.c.user_no.is_not(None))
        .where(sales.c.user_no.is_distinct_from(owner))
    )
    return list(connection.scalars(changed.distinct()))


def day_statement(cut: Cut, some: Some | None) -> Select[Any]:
    """Money by day, customer kind, dimensions and currency."""
    legs = union_all(_orders_leg(), *_linked_legs(), _loose_leg())
    part = legs.cte("part")
    keys = [part.c[k] for k in _KEYS]
    sums = [cast(func.sum(part.c[n]), sales_day.c[n].type).label(n) for n in _SUMS]
    rows = select(*keys, *sums).group_by(*keys).order_by(keys[0])
    return rows if some is None else rows.where(some.among(part.c.day))


_KEYS = ("day", "customer", "market", "channel", "platform", "currency")
_SUMS = tuple(c.name for c in sales_day.columns if c.name not in _KEYS)


def _leg(keys: list[ColumnElement[Any]], **amounts: ColumnElement[Any]) -> Select[Any]:
    """One part of the day's money: its keys, its amounts, zero for everything else."""
    labelled = [key.label(name) for key, name in zip(keys, _KEYS, strict=True)]
    return select(*labelled, *[amounts.get(name, ZERO).label(name) for name in _SUMS])


def _orders_leg() -> Select[Any]:
    s = sales.c
    return _leg(
        [s[k] for k in _KEYS],
        orders=literal(1),
        gmv=s.gmv,
        discounts=s.discounts,
        shipping=s.shipping,
        cost=s.cost,
        gmv_without_cost=s.gmv_without_cost,
    )


def _linked_legs() -> tuple[Select[Any], Select[Any]]:
    """Refunds of paid orders, by the day of the order and by their own."""
    r = linked_refunds.c
    others = [r[k] for k in _KEYS[1:]]
    return (
        _leg([r.sold_on, *others], refunds_of_orders=r.amount),
        _leg([r.day, *others], refunds_on_day=r.amount),
    )


def _loose_leg() -> Select[Any]:
    loose = loose_refunds.c
    return _leg([loose[k] for k in _KEYS], refunds_unlinked=loose.amount)


def linked_statement(cut: Cut) -> Select[Any]:
    """Refunds of paid orders; a refund belongs where its order belongs."""
    r, s = REFUNDS, sales
    return select(
        r.c.refund_id,
        r.c.order_id,
        *[s.c[n] for n in ("user_no", "customer", *HOME, "campaign")],
        s.c.paid_at.label("sold_at"),
        s.c.day.label("sold_on"),
        r.c.refunded_at,
        cut.days.day_of(r.c.refunded_at).label("day"),
        func.coalesce(func.nullif(r.c.currency, ""), s.c.currency).label("currency"),
        r.c.amount,
    ).join_from(r, s, s.c.order_id == r.c.order_id)


def build_linked_refunds(connection: Connection, cut: Cut) -> None:
    """Fill `linked_refunds` from the sales as they stand."""
    connection.execute(delete(linked_refunds))
    names = [c.name for c in linked_refunds.columns]
    connection.execute(insert(linked_refunds).from_select(names, linked_statement(cut)))


def loose_statement(cut: Cut) -> Select[Any]:
    """Refunds that name no order, or one that was never loaded, with the user's home or the
    refund's own country."""
    r, p = REFUNDS, people
    return (
        select(
            r.c.refund_id,
            r.c.order_id,
            p.c.user_no,
            case((p.c.user_no.is_not(None), IDENTIFIED), else_=GUEST).label("customer"),
            func.coalesce(p.c.market, cut.market(r.c.country)).label("market"),
            func.coalesce(p.c.channel, UNKNOWN).label("channel"),
            func.coalesce(p.c.platform, UNKNOWN).label("platform"),
            func.coalesce(p.c.campaign, UNKNOWN).label("campaign"),
            r.c.refunded_at,
            cut.days.day_of(r.c.refunded_at).label("day"),
            known_currency(r.c.currency, cut).label("currency"),
            r.c.amount,
        )
        .select_from(r.outerjoin(p, p.c.user_id == r.c.user_id))
        .where(~exists().where(ORDERS.c.order_id == r.c.order_id), cut.counts(p.c.is_test))
    )


def build_loose_refunds(connection: Connection, cut: Cut) -> frozenset[date]:
    """Fill `loose_refunds`; returns the days of those whose order has turned up since."""
    found = exists().where(ORDERS.c.order_id == loose_refunds.c.order_id)
    days = frozenset(connection.scalars(select(loose_refunds.c.day).where(found).distinct()))
    connection.execute(delete(loose_refunds))
    names = [c.name for c in loose_refunds.columns]
    connection.execute(insert(loose_refunds).from_select(names, loose_statement(cut)))
    return days


def build_sales_day(connection: Connection, cut: Cut, some: Some | None) -> None:
    """Fill `sales_day` for those days."""
    clear(connection, sales_day, some)
    names = [*_KEYS, *_SUMS]
    connection.execute(insert(sales_day).from_select(names, day_statement(cut, some)))
