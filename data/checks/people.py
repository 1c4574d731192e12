"""Who can't be told apart: unknown homes, guests, test users, purchases seen twice or never."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, exists, func, select

from data.checks.finding import AND, Cell, Found, Listing, Severity, filled, joined
from data.checks.look import Look
from data.dimensions import GUEST, UNKNOWN, USER_DIMENSIONS
from data.schema import PAID, contract
from data.serving.cut import PURCHASE
from i18n import Words

UNKNOWN_TOLERATED = 0.10
"""Share of users whose channel, market or platform may be unknown although the source has it."""

PURCHASES_TOLERATED = 0.05
"""Share of paid orders that the source's own purchase events may miss."""

_HOME: dict[str, tuple[str, ...]] = {
    "market": ("users.country", "orders.country"),
    "channel": ("users.channel", "orders.channel"),
    "platform": ("users.platform", "orders.platform"),
}


def unknown_home(look: Look) -> Found | None:
    """Share of users whose market, channel or platform nobody knows."""
    p = look.src.people
    found = look.one(
        select(
            func.count().label("users"),
            *[func.count(case((p.c[d.key] == UNKNOWN, 1))).label(d.key) for d in USER_DIMENSIONS],
        ).select_from(p)
    )
    users = int(found["users"])
    if users == 0:
        return None
    severity, told = Severity.OK, []
    rows: list[tuple[Cell, ...]] = []
    for d in USER_DIMENSIONS:
        unknown = int(found[d.key])
        mapped = any(look.coverage.has(column) for column in _HOME[d.key])
        if unknown == 0:
            continue
        if mapped and unknown > UNKNOWN_TOLERATED * users:
            severity = Severity.WARNING
        elif severity is Severity.OK:
            severity = Severity.INFO
        phrase = Words(
            "the {name} of {n:,} of {users:,} users is unknown ({share:.1%}{mapped})",
            "{users:,} 名用户中有 {n:,} 名的{name}未知（{share:.1%}{mapped}）",
        )
        why = Words("", "") if mapped else Words(", not mapped", "，未映射")
        share = unknown / users
        name = Words(d.name.en.lower(), d.name.zh)
        told.append(filled(phrase, name=name, n=unknown, users=users, share=share, mapped=why))
        rows.append((d.name, unknown, users, f"{share:.1%}"))
    if not told:
        return Found(
            Severity.OK,
            Words(
                "Every user has a market, a channel and a platform.",
                "所有用户都有市场、渠道与平台。",
            ),
        )
    sentence = joined(told, AND)
    return Found(
        severity,
        Words(sentence.en[0].upper() + sentence.en[1:] + ".", sentence.zh + "。"),
        Words(
            "They stand under “unknown” in every break-down, and a filter leaves them out. Map the "
            "column, or the values that are missing from its value map.",
            "这些用户在各维度拆分中归入“未知”，筛选时会被排除。请映射该字段，或补全取值映射表。",
        ),
        Listing(
            (
                Words("Attribute", "属性"),
                Words("Unknown", "未知"),
                Words("Users", "用户数"),
                Words("Share", "占比"),
            ),
            tuple(rows),
        ),
    )


def guests(look: Look) -> Found | None:
    """Paid orders that name no customer: how many, their lines, their GMV."""
    if not look.has("orders"):
        return None
    s, r = look.src.sales, look.src.rates
    guest = s.c.customer == GUEST
    gmv = s.c.gmv * r.c.rate
    found = look.one(
        select(
            func.count().label("orders"),
            func.count(case((guest, 1))).label("guest_orders"),
            func.coalesce(func.sum(gmv), 0).label("gmv"),
            func.coalesce(func.sum(case((guest, gmv))), 0).label("guest_gmv"),
        ).select_from(s.outerjoin(r, and_(r.c.day == s.c.day, r.c.currency == s.c.currency)))
    )
    if not found["guest_orders"]:
        return Found(
            Severity.OK, Words("Every paid order names a customer.", "所有已付款订单都有客户。")
        )
    return Found(
        Severity.INFO,
        filled(
            Words(
                "{n:,} of {orders:,} paid orders are of guests ({share:.1%}){lines}, with "
                "{gmv:,.2f} {currency} of GMV ({gmv_share:.1%}).",
                "{orders:,} 笔已付款订单中有 {n:,} 笔来自游客（{share:.1%}）{lines}，"
                "GMV {gmv:,.2f} {currency}（占 {gmv_share:.1%}）。",
            ),
            n=int(found["guest_orders"]),
            orders=int(found["orders"]),
            share=int(found["guest_orders"]) / int(found["orders"]),
            lines=_guest_lines(look),
            gmv=float(found["guest_gmv"]),
            currency=look.currency,
            gmv_share=float(found["guest_gmv"]) / (float(found["gmv"]) or 1.0),
        ),
        Words(
            "They are in revenue and order counts, and in no number per customer (buyers, "
            "frequency, repurchase, LTV).",
            "它们计入收入与订单数，但不计入任何按客户计算的指标（购买用户数、频次、复购、LTV）。",
        ),
    )


def _guest_lines(look: Look) -> Words:
    if not look.has("order_items"):
        return Words("", "")
    s, i = look.src.sales, look.table("order_items")
    lines = look.one(
        select(func.count().label("n"))
        .select_from(i.join(s, s.c.order_id == i.c.order_id))
        .where(s.c.customer == GUEST)
    )
    return filled(
        Words(", {n:,} order lines", "，含 {n:,} 行明细"),
        n=int(lines["n"]),
    )


def test_users(look: Look) -> Found | None:
    """Users marked as test, and what of theirs is left out."""
    if not look.has("users.is_test"):
        return None
    u, o = look.table("users"), look.table("orders")
    test = select(u.c.user_id).where(u.c.is_test.is_(True))
    users = int(look.one(select(func.count().label("n")).where(u.c.is_test.is_(True)))["n"])
    if users == 0:
        return Found(Severity.OK, Words("No user is marked as test.", "没有标记为测试的用户。"))
    paid = look.one(
        select(func.count().label("n")).where(o.c.user_id.in_(test), o.c.status == PAID)
    )
    values = {"users": users, "orders": int(paid["n"])}
    if look.warehouse.reporting.include_test_users:
        return Found(
            Severity.WARNING,
            filled(
                Words(
                    "{users:,} test users and their {orders:,} paid orders are in every number.",
                    "{users:,} 名测试用户及其 {orders:,} 笔已付款订单计入了所有指标。",
                ),
                **values,
            ),
            Words(
                "Set include_test_users = false and refresh.",
                "请将 include_test_users 设为 false 后刷新。",
            ),
        )
    return Found(
        Severity.INFO,
        filled(
            Words(
                "{users:,} test users and their {orders:,} paid orders are left out everywhere.",
                "{users:,} 名测试用户及其 {orders:,} 笔已付款订单已从所有指标中排除。",
            ),
            **values,
        ),
    )


def purchase_events(look: Look) -> Found | None:
    """The source's own purchase events against paid orders, in the time that has both."""
    if not look.has("events", "orders"):
        return None
    e, o, every = look.table("events"), look.table("orders"), contract.tables["orders"]
    bought = e.c.event == PURCHASE
    paid_for = exists().where(and_(every.c.order_id == e.c.order_id, every.c.status == PAID))
    seen = look.one(
        select(
            func.count().label("events"),
            func.count(e.c.order_id).label("named"),
            func.count(case((paid_for, 1))).label("matched"),
            func.count(distinct(case((paid_for, e.c.order_id)))).label("orders"),
            func.min(e.c.occurred_at).label("first"),
            func.max(e.c.occurred_at).label("last"),
        ).where(bought)
    )
    events = int(seen["events"])
    if events == 0:
        return None
    counts_at: ColumnElement[Any] = func.coalesce(o.c.paid_at, o.c.ordered_at)
    paid = look.one(
        select(func.count().label("n")).where(
            o.c.status == PAID, counts_at.between(seen["first"], seen["last"])
        )
    )
    orders = int(paid["n"])
    named, matched = int(seen["named"]), int(seen["orders"])
    covered = matched if named else events
    unpaid, again = named - int(seen["matched"]), int(seen["matched"]) - matched
    off = max(abs(orders - covered), unpaid + again)
    severity = Severity.INFO if off else Severity.OK
    if off > PURCHASES_TOLERATED * max(orders, events):
        severity = Severity.WARNING
    detail = (
        filled(
            Words(
                " {matched:,} paid orders are named by one; {unpaid:,} events name no paid order, "
                "{again:,} repeat one.",
                "其中 {matched:,} 笔订单有对应事件；{unpaid:,} 个事件没有对应的已付款订单，"
                "{again:,} 个为重复。",
            ),
            matched=matched,
            unpaid=unpaid,
            again=again,
        )
        if named
        else Words("", "")
    )
    return Found(
        severity,
        filled(
            Words(
                "The source recorded {events:,} purchase events while {orders:,} orders were "
                "paid.{detail}",
                "数据源记录了 {events:,} 个购买事件，同期已付款订单 {orders:,} 笔。{detail}",
            ),
            events=events,
            orders=orders,
            detail=detail,
        ),
        Words(
            "Purchases are counted from paid orders alone; these events are never added.",
            "购买只按已付款订单计算，这些事件不会叠加计入。",
        ),
    )
