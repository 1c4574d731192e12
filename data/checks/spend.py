"""What marketing cost: days that did not come, credit notes, campaigns in no channel or renamed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from sqlalchemy import distinct, func, select

from data.channels import TAXONOMY
from data.checks.finding import Cell, Found, Listing, Severity, filled
from data.checks.look import Look, as_day, day_runs
from data.dimensions import UNKNOWN
from i18n import Words

DAILY_SHARE = 0.5
"""An account that reports on fewer of its days does not report daily: a bill, not an ad tool."""
FEWEST_DAYS = 3
SHOWN = 10

_ACCOUNT = Words("Ad account", "广告账户")
_SPEND = Words("Spend", "花费")


def account_days(look: Look) -> dict[str, set[date]]:
    """The days on which each account reports ads."""
    return look.once("account_days", lambda: _account_days(look))


def _account_days(look: Look) -> dict[str, set[date]]:
    s = look.table("marketing_spend")
    account, kind = func.coalesce(s.c.source, ""), func.lower(func.coalesce(s.c.kind, ""))
    rows = look.ask(
        select(account.label("account"), s.c.day)
        .where(kind.in_(("", "ads")), ~look.day_is_later(s.c.day))
        .distinct()
    )
    found: dict[str, set[date]] = defaultdict(set)
    for row in rows:
        found[str(row["account"])].add(as_day(row["day"]))
    return found


def missing_of(days: set[date]) -> list[tuple[date, date]]:
    """Runs of days without a row between the first and the last; none where the account does not
    report daily."""
    if len(days) < FEWEST_DAYS:
        return []
    first, last = min(days), max(days)
    every = {first + timedelta(days=n) for n in range((last - first).days + 1)}
    if len(days) < DAILY_SHARE * len(every):
        return []
    return day_runs(sorted(every - days))


def gaps(look: Look) -> Found | None:
    """Days in the middle on which an ad account says nothing."""
    if not look.has("marketing_spend"):
        return None
    rows: list[tuple[Cell, ...]] = [
        (account or "–", str(first), str(last), (last - first).days + 1)
        for account, days in sorted(account_days(look).items())
        for first, last in missing_of(days)
    ]
    if not rows:
        return Found(
            Severity.OK,
            Words(
                "No ad account misses a day between its first and its last.",
                "各广告账户首末日之间没有缺失的日期。",
            ),
        )
    return Found(
        Severity.WARNING,
        filled(
            Words(
                "{n:,} days of spend are missing in {accounts} ad accounts.",
                "{accounts} 个广告账户共缺 {n:,} 天花费。",
            ),
            n=sum(int(str(row[3])) for row in rows),
            accounts=len({row[0] for row in rows}),
        ),
        Words(
            "Export these days again and bring them in on the Spend page. Until then the spend of "
            "the channel is too low, and CAC with it.",
            "请重新导出这些日期，并在“花费导入”页导入；在此之前该渠道的花费与获客成本偏低。",
        ),
        Listing(
            (_ACCOUNT, Words("First day", "起始日"), Words("Last day", "结束日"),
             Words("Days", "天数")),
            tuple(rows),
        ),
    )  # fmt: skip


def credits(look: Look) -> Found | None:
    """Negative spend: a credit note lowers the spend of its day."""
    if not look.has("marketing_spend"):
        return None
    s = look.table("marketing_spend")
    account = func.coalesce(s.c.source, "")
    found = look.ask(
        select(
            account.label("account"),
            s.c.currency,
            func.count().label("n"),
            func.sum(s.c.spend).label("amount"),
        )
        .where(s.c.spend < 0)
        .group_by(account, s.c.currency)
        .order_by(account, s.c.currency)
    )
    if not found:
        return None
    return Found(
        Severity.INFO,
        filled(
            Words(
                "{n:,} rows of spend are below zero, as credit notes are. They are kept and lower "
                "the spend of their day.",
                "{n:,} 行花费为负数（退款或返点），已保留并冲减当日花费。",
            ),
            n=sum(int(row["n"]) for row in found),
        ),
        None,
        Listing(
            (_ACCOUNT, Words("Currency", "币种"), Words("Rows", "行数"), Words("Sum", "合计")),
            tuple(
                (row["account"] or "–", row["currency"], int(row["n"]), float(row["amount"]))
                for row in found
            ),
        ),
    )


def unmapped(look: Look) -> Found | None:
    """Campaigns in no channel of the taxonomy: their spend meets no customers."""
    if not look.has("marketing_spend"):
        return None
    d, r = look.src.spend_day, look.src.rates
    known = [c for c in TAXONOMY if c != UNKNOWN]
    lost = d.c.channel.not_in(known)
    worth = func.sum(d.c.spend * func.coalesce(r.c.rate, 0))
    rows = look.ask(
        select(d.c.channel, d.c.campaign, worth.label("amount"))
        .select_from(d.outerjoin(r, (r.c.day == d.c.day) & (r.c.currency == d.c.currency)))
        .where(lost)
        .group_by(d.c.channel, d.c.campaign)
        .order_by(worth.desc(), d.c.channel, d.c.campaign)
    )
    if not rows:
        return Found(Severity.OK, Words("All spend is in a channel.", "全部花费均已归入渠道。"))
    return Found(
        Severity.WARNING,
        filled(
            Words(
                "{n:,} campaigns worth {amount:,.2f} {currency} are in no channel.",
                "{n:,} 个广告系列共 {amount:,.2f} {currency} 未归入渠道。",
            ),
            n=len(rows),
            amount=sum(float(row["amount"]) for row in rows),
            currency=look.currency,
        ),
        Words(
            "Say on the Spend page which channel is meant; until then this spend meets no "
            "customers.",
            "请在“花费导入”页指定渠道；在此之前这些花费无法与客户对应。",
        ),
        Listing(
            (Words("Written as", "来源写法"), Words("Campaign", "广告系列"), _SPEND),
            tuple(
                (str(r["channel"]), str(r["campaign"]), float(r["amount"])) for r in rows[:SHOWN]
            ),
        ),
    )


def renamed(look: Look) -> Found | None:
    """Campaigns of one id that had several names."""
    if not look.has("marketing_spend.campaign_id"):
        return None
    s = look.table("marketing_spend")
    account = func.coalesce(s.c.source, "")
    names = func.count(distinct(s.c.campaign))
    found = look.ask(
        select(account.label("account"), s.c.campaign_id, names.label("n"),
               func.min(s.c.campaign).label("one"), func.max(s.c.campaign).label("other"))
        .where(s.c.campaign_id != "", s.c.campaign != "")
        .group_by(account, s.c.campaign_id)
        .having(names > 1)
        .order_by(account, s.c.campaign_id)
    )  # fmt: skip
    if not found:
        return None
    return Found(
        Severity.INFO,
        filled(
            Words(
                "{n:,} campaigns were renamed. Each is one campaign under its latest name.",
                "{n:,} 个广告系列改过名，各按最新名称计为一个。",
            ),
            n=len(found),
        ),
        None,
        Listing(
            (_ACCOUNT, Words("Campaign id", "广告系列 ID"), Words("Names", "名称")),
            tuple(
                (row["account"] or "–", str(row["campaign_id"]), f"{row['one']} · {row['other']}")
                for row in found[:SHOWN]
            ),
        ),
    )
