"""Which days of spend have come, account by account."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Numeric, Select, and_, case, cast, func, select

from data.checks.spend import missing_of
from data.scope import Scope
from data.sources import Sources
from data.warehouse import Warehouse

WINDOW_DAYS = 91
"""Thirteen weeks: what a reader can still export again."""

NEEDS = ("marketing_spend",)


@dataclass(frozen=True, slots=True)
class AccountDays:
    """One ad account: what it spent on each day of the window, in the reporting currency (days of
    a currency without a rate are 0), its last day ever, and the days that did not come."""

    account: str
    spend: dict[date, float]
    last: date
    missing: tuple[date, ...]

    @property
    def total(self) -> float:
        return sum(self.spend.values())


@dataclass(frozen=True, slots=True)
class SpendCoverage:
    """Accounts with something in the window: those that miss days first, then by spend."""

    days: tuple[date, ...]
    accounts: tuple[AccountDays, ...]
    asked: Select[Any]

    @property
    def missing(self) -> int:
        """Days missing over all accounts of the window."""
        return sum(len(a.missing) for a in self.accounts)


def statement(src: Sources) -> Select[Any]:
    """What each account reports of ads, day by day."""
    s, r = src.canonical("marketing_spend"), src.rates
    account = func.coalesce(s.c.source, "")
    own = s.c.currency.is_(None) | (s.c.currency == src.scope.currency)
    worth = case((own, s.c.spend), else_=cast(s.c.spend, Numeric(24, 4)) * r.c.rate)
    ads = func.lower(func.coalesce(s.c.kind, "")).in_(("", "ads"))
    return (
        select(
            account.label("account"),
            s.c.day,
            func.coalesce(func.sum(worth), 0).label("spend"),
            func.max(case((ads, 1), else_=0)).label("of_ads"),
        )
        .select_from(s.outerjoin(r, and_(r.c.day == s.c.day, r.c.currency == s.c.currency)))
        .group_by(account, s.c.day)
        .order_by(account, s.c.day)
    )


def spend_coverage(warehouse: Warehouse, currency: str) -> SpendCoverage:
    """The last thirteen weeks of spend that there is."""
    asked = statement(warehouse.sources(Scope(currency)))
    spend: dict[str, dict[date, float]] = defaultdict(dict)
    reported: dict[str, set[date]] = defaultdict(set)
    for row in warehouse.fetch(asked).to_dict("records"):
        day = row["day"].date() if hasattr(row["day"], "date") else row["day"]
        spend[row["account"]][day] = float(row["spend"])
        if row["of_ads"]:
            reported[row["account"]].add(day)
    last = max((max(days) for days in spend.values()), default=None)
    if last is None:
        return SpendCoverage((), (), asked)
    first = last - timedelta(days=WINDOW_DAYS - 1)
    days = tuple(first + timedelta(days=n) for n in range(WINDOW_DAYS))
    accounts = [
        AccountDays(
            account,
            {day: amount for day, amount in by_day.items() if day >= first},
            max(by_day),
            _missing(reported[account], first),
        )
        for account, by_day in spend.items()
        if max(by_day) >= first
    ]
    accounts.sort(key=lambda a: (-len(a.missing), -abs(a.total), a.account))
    return SpendCoverage(days, tuple(accounts), asked)


def _missing(days: set[date], first: date) -> tuple[date, ...]:
    """Days of the window in which the account is silent between days on which it is not."""
    return tuple(
        day
        for start, end in missing_of(days)
        for day in (start + timedelta(days=n) for n in range((end - start).days + 1))
        if day >= first
    )
