"""Amounts that can't be right, and money that can't be converted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CTE, and_, case, distinct, func, literal, select

from data.checks.finding import Cell, Found, Listing, Severity, filled, joined
from data.checks.look import Look, as_day
from i18n import Words

NOT_BELOW_ZERO: dict[str, tuple[str, ...]] = {
    "orders": (
        "gross_amount", "discount_amount", "shipping_amount", "tax_amount", "cost_amount",
    ),
    "refunds": ("amount",),
    "order_items": ("quantity", "unit_price", "discount_amount", "cost_amount"),
    "touchpoints": ("cost",),
    "invitations": ("reward_cost",),
    "campaign_sends": ("cost",),
    "fx_rates": ("rate",),
}  # fmt: skip
"""Amounts are written as positive numbers; a refund's too, since it is subtracted. Spend may be
below zero: a credit note."""

TOLERANCE = Decimal("0.01")
"""An order's amount may differ from its items by a rounded cent."""

SHOWN = 10

_TABLE = Words("Table", "数据表")
_CURRENCY = Words("Currency", "币种")


def negative(look: Look) -> Found:
    """Amounts below zero where only positive ones make sense."""
    rows: list[tuple[Cell, ...]] = []
    for name, columns in NOT_BELOW_ZERO.items():
        known = [c for c in columns if look.has(f"{name}.{c}")]
        if not known:
            continue
        table = look.table(name)
        asked = [
            column
            for c in known
            for column in (
                func.count(case((table.c[c] < 0, 1))).label(f"{c}_rows"),
                func.coalesce(func.sum(case((table.c[c] < 0, table.c[c]))), 0).label(f"{c}_sum"),
            )
        ]
        found = look.one(select(*asked).select_from(table))
        rows += [
            (name, c, int(found[f"{c}_rows"]), float(found[f"{c}_sum"]))
            for c in known
            if found[f"{c}_rows"]
        ]
    if not rows:
        return Found(Severity.OK, Words("No amount is below zero.", "没有负数金额。"))
    return Found(
        Severity.ERROR,
        filled(
            Words("{n:,} amounts are below zero: {where}.", "有 {n:,} 个金额为负数：{where}。"),
            n=sum(int(str(r[2])) for r in rows),
            where=", ".join(f"{r[0]}.{r[1]} ({r[2]:,})" for r in rows),
        ),
        Words(
            "Amounts are positive here, refunds and discounts too. Turn the sign in the mapping "
            "({negate: …}), or take returns out of the orders and map them to refunds.",
            "这里的金额一律为正数，退款与折扣也是。请在映射中取反（{negate: …}），"
            "或将退货从订单中剔除并映射为退款。",
        ),
        Listing(
            (_TABLE, Words("Column", "字段"), Words("Rows", "行数"), Words("Sum", "合计")),
            tuple(rows),
        ),
    )


def items_total(look: Look) -> Found | None:
    """Orders whose amount is not the sum of their items at unit price."""
    if not look.has("orders", "order_items"):
        return None
    o, compared = look.table("orders"), _with_items(look)
    off = func.abs(compared.c.gap) > literal(TOLERANCE)
    found = look.one(
        select(
            func.count().label("orders"),
            func.count(case((off, 1))).label("off"),
            func.coalesce(func.sum(case((off, compared.c.gap))), 0).label("gap"),
        ).select_from(compared)
    )
    every = look.one(select(func.count().label("n")).select_from(o))
    bare = int(every["n"]) - int(found["orders"])
    without = (
        filled(Words(" {n:,} orders have no items.", "另有 {n:,} 笔订单没有明细。"), n=bare)
        if bare
        else Words("", "")
    )
    if not found["off"]:
        told = filled(
            Words(
                "The amount of each of {n:,} orders is the sum of its items.{without}",
                "{n:,} 笔订单的金额均等于其明细之和。{without}",
            ),
            n=int(found["orders"]),
            without=without,
        )
        return Found(Severity.INFO if bare else Severity.OK, told)
    worst = look.ask(
        select(compared)
        .where(off)
        .order_by(func.abs(compared.c.gap).desc(), compared.c.order_id)
        .limit(SHOWN)
    )
    return Found(
        Severity.WARNING,
        filled(
            Words(
                "{off:,} of {n:,} orders with items differ from the sum of their items by more "
                "than {tolerance}, in all by {gap:+,.2f}.{without}",
                "{n:,} 笔有明细的订单中，{off:,} 笔的金额与明细之和相差超过 {tolerance}，"
                "合计 {gap:+,.2f}。{without}",
            ),
            off=int(found["off"]),
            n=int(found["orders"]),
            tolerance=TOLERANCE,
            gap=float(found["gap"]),
            without=without,
        ),
        Words(
            "GMV is the order's gross_amount: items × unit price, before discounts, without "
            "shipping and tax. Check which of these the mapped column contains.",
            "GMV 取订单的 gross_amount，即折扣前的件数 × 单价，不含运费和税。"
            "请核对所映射的字段包含哪些部分。",
        ),
        Listing(
            (
                Words("Order", "订单"),
                _CURRENCY,
                Words("Amount of the order", "订单金额"),
                Words("Sum of its items", "明细之和"),
                Words("Difference", "差额"),
            ),
            tuple((w["order_id"], w["currency"], w["amount"], w["items"], w["gap"]) for w in worst),
        ),
    )


def _with_items(look: Look) -> CTE:
    """One row per order that has items: its amount, theirs, and the difference."""
    o, i = look.table("orders"), look.table("order_items")
    lines = (
        select(i.c.order_id, func.sum(i.c.quantity * i.c.unit_price).label("amount"))
        .group_by(i.c.order_id)
        .cte("items_of_order")
    )
    return (
        select(
            o.c.order_id,
            func.coalesce(o.c.currency, look.currency).label("currency"),
            o.c.gross_amount.label("amount"),
            lines.c.amount.label("items"),
            (o.c.gross_amount - lines.c.amount).label("gap"),
        )
        .join(lines, lines.c.order_id == o.c.order_id)
        .cte("order_with_items")
    )


def rates(look: Look) -> Found | None:
    """Currencies that have no rate into the reporting currency on a day with money in them."""
    unrated = [*_sales_without_rate(look), *_spend_without_rate(look)]
    if not unrated:
        return Found(
            Severity.OK,
            filled(
                Words(
                    "Every amount can be converted into {currency}.",
                    "所有金额都能换算为 {currency}。",
                ),
                currency=look.currency,
            ),
        )
    told = joined(
        [
            filled(
                Words(
                    "{currency} has no rate into {target} on {days:,} days ({first} to {last}) "
                    "with {amount:,.2f} of {what}",
                    "{currency} 在 {first} 至 {last} 间有 {days:,} 天缺少换算为 {target} 的汇率，"
                    "涉及{what} {amount:,.2f}",
                ),
                target=look.currency,
                **row,
            )
            for row in unrated
        ],
        Words("; ", "；"),
    )
    return Found(
        Severity.ERROR,
        Words(told.en + ".", told.zh + "。"),
        Words(
            "Money numbers that touch these days are withheld, never converted at 1. Import "
            "fx_rates for them; a rate holds for up to 7 days.",
            "涉及这些日期的金额指标不予显示，绝不会按 1 换算。请导入相应的 fx_rates；"
            "一条汇率最多沿用 7 天。",
        ),
        Listing(
            (
                _CURRENCY,
                Words("Of", "涉及"),
                Words("Days", "天数"),
                Words("First", "最早"),
                Words("Last", "最晚"),
                Words("Amount in the currency", "原币金额"),
            ),
            tuple(
                (r["currency"], r["what"], r["days"], str(r["first"]), str(r["last"]), r["amount"])
                for r in unrated
            ),
        ),
    )


_SALES = Words("orders and refunds", "订单与退款")
_SPEND = Words("marketing spend", "营销花费")


def _sales_without_rate(look: Look) -> list[dict[str, Any]]:
    d, r = look.src.sales_day, look.src.rates
    moved = d.c.gmv + d.c.refunds_unlinked
    found = look.ask(
        select(
            d.c.currency,
            func.count(distinct(d.c.day)).label("days"),
            func.min(d.c.day).label("first"),
            func.max(d.c.day).label("last"),
            func.sum(moved).label("amount"),
        )
        .select_from(d.outerjoin(r, and_(r.c.day == d.c.day, r.c.currency == d.c.currency)))
        .where(r.c.rate.is_(None))
        .group_by(d.c.currency)
        .order_by(d.c.currency)
    )
    return [_unrated(row, _SALES) for row in found]


def _spend_without_rate(look: Look) -> list[dict[str, Any]]:
    if not look.has("marketing_spend.currency"):
        return []
    s, r = look.table("marketing_spend"), look.src.rates
    found = look.ask(
        select(
            s.c.currency,
            func.count(distinct(s.c.day)).label("days"),
            func.min(s.c.day).label("first"),
            func.max(s.c.day).label("last"),
            func.sum(s.c.spend).label("amount"),
        )
        .select_from(s.outerjoin(r, and_(r.c.day == s.c.day, r.c.currency == s.c.currency)))
        .where(
            r.c.rate.is_(None),
            s.c.currency.is_not(None),
            s.c.day.between(look.coverage.start, look.coverage.until),
        )
        .group_by(s.c.currency)
        .order_by(s.c.currency)
    )
    return [_unrated(row, _SPEND) for row in found]


def _unrated(row: dict[str, Any], what: Words) -> dict[str, Any]:
    first: date = as_day(row["first"])
    last: date = as_day(row["last"])
    return {
        **row,
        "days": int(row["days"]),
        "amount": float(row["amount"]),
        "first": first,
        "last": last,
        "what": what,
    }
