"""Rows that are there twice, and rows that point to nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, distinct, exists, func, select

from data.checks.finding import Cell, Found, Listing, Severity, filled
from data.checks.look import Look
from data.schema import KEYS, PAID, contract
from i18n import Words

COUNTED_BY_KEY = frozenset({"users", "orders", "refunds", "fx_rates"})
"""Tables whose every row is a number somewhere: twice there is twice counted."""

LINKS: tuple[tuple[str, str, str], ...] = (
    ("orders", "user_id", "users"),
    ("events", "user_id", "users"),
    ("refunds", "user_id", "users"),
    ("identities", "user_id", "users"),
    ("touchpoints", "user_id", "users"),
    ("invitations", "inviter_id", "users"),
    ("invitations", "invitee_id", "users"),
    ("memberships", "user_id", "users"),
    ("campaign_sends", "user_id", "users"),
    ("feedback", "user_id", "users"),
    ("order_items", "order_id", "orders"),
    ("exposures", "experiment_id", "experiments"),
    ("experiment_arms", "experiment_id", "experiments"),
)
"""(table, column, the table it must be found in). Refunds without their order have a check of
their own."""

_TABLE, _ROWS = Words("Table", "数据表"), Words("Rows", "行数")


def duplicates(look: Look) -> Found:
    """Keys that more than one row has."""
    rows: list[tuple[Cell, ...]] = []
    surplus, severe = 0, False
    for name, key in KEYS.items():
        if not key or not look.has(name):
            continue
        table = look.table(name)
        columns = [table.c[k] for k in key]
        times = func.count().label("times")
        grouped = select(columns[0].label("example"), times).group_by(*columns)
        if len(columns) == 1:
            grouped = grouped.where(columns[0].is_not(None))
        twice = grouped.having(func.count() > 1).cte("twice")
        found = look.one(
            select(
                func.count().label("keys"),
                func.coalesce(func.sum(twice.c.times - 1), 0).label("surplus"),
                func.min(cast(twice.c.example, String)).label("example"),
            )
        )
        if found["keys"]:
            surplus += int(found["surplus"])
            severe = severe or name in COUNTED_BY_KEY
            rows.append(
                (name, ", ".join(key), int(found["keys"]), int(found["surplus"]), found["example"])
            )
    if not rows:
        return Found(Severity.OK, Words("No key stands on two rows.", "没有重复的主键。"))
    return Found(
        Severity.ERROR if severe else Severity.WARNING,
        filled(
            Words(
                "{surplus:,} rows repeat a key that another row has, in {tables}.",
                "{tables} 中有 {surplus:,} 行与其他行主键重复。",
            ),
            surplus=surplus,
            tables=", ".join(str(r[0]) for r in rows),
        ),
        Words(
            "Each repeated row is counted again. Import by the key, which keeps one row for each, "
            "or remove the repetition at the source.",
            "重复的行会被重复计算。请按主键导入（每个主键只保留一行），或在源头去重。",
        ),
        Listing(
            (
                _TABLE,
                Words("Key", "主键"),
                Words("Repeated keys", "重复的主键数"),
                Words("Rows too many", "多出的行数"),
                Words("For example", "示例"),
            ),
            tuple(rows),
        ),
    )


def orphans(look: Look) -> Found | None:
    """Rows whose user, order or experiment is not there."""
    derived = not look.coverage.has("users")
    rows: list[tuple[Cell, ...]] = []
    orphaned, links = 0, 0
    for name, column, target in LINKS:
        if not look.has(f"{name}.{column}") or (target == "users" and derived):
            continue
        links += 1
        table, at = look.table(name), contract.tables[target]
        key = table.c[column]
        target_key = at.c[KEYS[target][0]]
        found = look.one(
            select(func.count().label("rows"), func.count(distinct(key)).label("keys")).where(
                key.is_not(None), ~exists().where(target_key == key)
            )
        )
        if found["rows"]:
            orphaned += int(found["rows"])
            rows.append((name, column, target, int(found["rows"]), int(found["keys"])))
    if not rows and derived:
        return Found(
            Severity.INFO,
            Words(
                "The shop has no users table: users are derived from their orders and events, with "
                "the country of the first order as home and no registration date.",
                "店铺没有 users 表：用户由订单与事件推导，以首单国家为归属，没有注册日期。",
            ),
            Words(
                "Map a users table to get new users, registrations and their channels.",
                "映射 users 表后即可看到新增用户、注册及其渠道。",
            ),
        )
    if not rows:
        if links == 0:
            return None
        return Found(
            Severity.OK,
            Words(
                "Every user, order and experiment that a row names is there.",
                "所有行引用的用户、订单与实验都能找到。",
            ),
        )
    return Found(
        Severity.WARNING,
        filled(
            Words(
                "{n:,} rows name something that is not there: {where}.",
                "{n:,} 行引用了不存在的记录：{where}。",
            ),
            n=orphaned,
            where=", ".join(f"{r[0]}.{r[1]} ({r[3]:,})" for r in rows),
        ),
        Words(
            "Users that only orders or events name still count, without a registration. Import the "
            "missing rows; a table that is exported earlier than the others often lacks the last.",
            "仅在订单或事件中出现的用户仍会计入，但没有注册信息。请补导缺失的记录；"
            "导出时间早于其他表的文件往往缺少最新部分。",
        ),
        Listing(
            (
                _TABLE,
                Words("Column", "字段"),
                Words("Not found in", "未在此表找到"),
                _ROWS,
                Words("Different keys", "不同的编号数"),
            ),
            tuple(rows),
        ),
    )


def refund_orders(look: Look) -> Found | None:
    """Refunds that name no order, one that is not there, or one that was never paid."""
    if not look.has("refunds"):
        return None
    r, o = look.table("refunds"), contract.tables["orders"]
    there = exists().where(o.c.order_id == r.c.order_id)
    paid = exists().where(and_(o.c.order_id == r.c.order_id, o.c.status == PAID))
    kind: ColumnElement[Any] = case(
        (r.c.order_id.is_(None), "none"), (~there, "unknown"), (~paid, "unpaid"), else_="paid"
    )
    sorted_out = select(
        kind.label("kind"),
        func.coalesce(r.c.currency, look.currency).label("currency"),
        r.c.amount,
    ).cte("refund_kind")
    s = sorted_out.c
    found = look.ask(
        select(s.kind, s.currency, func.count().label("refunds"), func.sum(s.amount).label("sum"))
        .group_by(s.kind, s.currency)
        .order_by(s.kind, s.currency)
    )
    count = {
        k: sum(int(row["refunds"]) for row in found if row["kind"] == k) for k in _REFUND_KINDS
    }
    odd = tuple(row for row in found if row["kind"] in _REFUND_KINDS)
    if not odd:
        return Found(
            Severity.OK,
            Words("Every refund names a paid order.", "每笔退款都对应一笔已付款订单。"),
        )
    wrong = count["unknown"] + count["unpaid"]
    return Found(
        Severity.WARNING if wrong else Severity.INFO,
        filled(
            Words(
                "Refunds: {all:,}. Without an order: {none:,}; of an order that is not there: "
                "{unknown:,}; of an unpaid order: {unpaid:,}.",
                "退款 {all:,} 笔。未注明订单：{none:,}；订单不存在：{unknown:,}；"
                "订单未付款：{unpaid:,}。",
            ),
            all=sum(int(row["refunds"]) for row in found),
            **count,
        ),
        Words(
            "Refunds without a known order reduce net revenue on their own day; refunds of unpaid "
            "orders reduce nothing.",
            "找不到订单的退款按退款当日冲减净收入；未付款订单的退款不冲减任何收入。",
        ),
        Listing(
            (
                Words("The refund names", "退款所注订单"),
                Words("Currency", "币种"),
                Words("Refunds", "退款笔数"),
                Words("Amount", "金额"),
            ),
            tuple(
                (_REFUND_KINDS[row["kind"]], row["currency"], int(row["refunds"]), row["sum"])
                for row in odd
            ),
        ),
    )


_REFUND_KINDS: dict[str, Words] = {
    "none": Words("no order", "未注明"),
    "unknown": Words("an order that is not there", "订单不存在"),
    "unpaid": Words("an order that is not paid", "订单未付款"),
}
