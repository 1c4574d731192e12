"""What a file says about days that are already there: the spend before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
from sqlalchemy import Connection, func, select

from data.schema import contract

SPEND = contract.tables["marketing_spend"]
Key = tuple[str, date]
Sums = dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Restated:
    """The days of one account whose spend in one currency is another one than before; both sums
    are over these days alone."""

    source: str
    currency: str
    days: tuple[date, ...]
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class AlsoThere:
    """Spend of another account for the same campaigns on the same days: rightly there, or the same
    money twice."""

    source: str
    currency: str
    days: int
    spend: Decimal


def restated(connection: Connection, spend: pa.Table) -> tuple[Restated, ...]:
    """Days of accounts that the batch brings again with another sum, before they are replaced."""
    brought, stored = _of_batch(spend), _stored(connection, spend)
    found: dict[tuple[str, str], list[tuple[date, Decimal, Decimal]]] = defaultdict(list)
    for key in sorted(brought.keys() & stored.keys()):
        before, after = stored[key], brought[key]
        for currency in sorted(before.keys() | after.keys()):
            old, new = before.get(currency, Decimal(0)), after.get(currency, Decimal(0))
            if old != new:
                found[key[0], currency].append((key[1], old, new))
    return tuple(
        Restated(
            source,
            currency,
            tuple(day for day, _, _ in days),
            sum((old for _, old, _ in days), Decimal(0)),
            sum((new for _, _, new in days), Decimal(0)),
        )
        for (source, currency), days in sorted(found.items())
    )


def missing_days(connection: Connection | None, spend: pa.Table) -> tuple[date, ...]:
    """Days on which an account of the batch has nothing, neither in it nor stored, between its
    first and its last day in the batch."""
    brought: dict[str, set[date]] = defaultdict(set)
    for source, day in _of_batch(spend):
        brought[source].add(day)
    stored = _stored(connection, spend).keys() if connection is not None else ()
    gone: set[date] = set()
    for source, days in brought.items():
        there = days | {day for account, day in stored if account == source}
        length = (max(days) - min(days)).days
        gone |= {min(days) + timedelta(days=n) for n in range(length)} - there
    return tuple(sorted(gone))


def also_there(connection: Connection, spend: pa.Table) -> tuple[AlsoThere, ...]:
    """Spend that other accounts have on the same days for campaigns of the same id or name (for
    the same channel, where there is no campaign)."""
    span = _span(spend)
    if span is None:
        return ()
    accounts = {s or "" for s in spend["source"].to_pylist()}
    columns = [spend[name].to_pylist() for name in ("day", *_NAMED)]
    brought = {(day, _named(*words)) for day, *words in zip(*columns, strict=True)}
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    days: dict[tuple[str, str], set[date]] = defaultdict(set)
    source, currency = func.coalesce(SPEND.c.source, ""), func.coalesce(SPEND.c.currency, "")
    keys = (source, currency, SPEND.c.day, *[SPEND.c[name] for name in _NAMED])
    rows = connection.execute(
        select(*keys, func.sum(SPEND.c.spend))
        .where(SPEND.c.day.between(*span), source.not_in(sorted(accounts)))
        .group_by(*keys)
    )
    for account, code, day, *words, amount in rows:
        if (day, _named(*words)) in brought:
            sums[account, code] += Decimal(amount)
            days[account, code].add(day)
    return tuple(
        AlsoThere(account, code, len(days[account, code]), amount)
        for (account, code), amount in sorted(sums.items(), key=lambda i: (-abs(i[1]), i[0]))
    )


_NAMED = ("campaign_id", "campaign", "channel")


def _named(campaign_id: str | None, campaign: str | None, channel: str | None) -> str:
    return (campaign_id or campaign or channel or "").lower()


def _span(spend: pa.Table) -> tuple[date, date] | None:
    days = [d for d in spend["day"].to_pylist() if d is not None]
    return (min(days), max(days)) if days else None


def _stored(connection: Connection, spend: pa.Table) -> dict[Key, Sums]:
    """Spend that is there, by account and day, between the first and the last day of the batch."""
    span = _span(spend)
    if span is None:
        return {}
    source, currency = func.coalesce(SPEND.c.source, ""), func.coalesce(SPEND.c.currency, "")
    rows = connection.execute(
        select(source, SPEND.c.day, currency, func.sum(SPEND.c.spend))
        .where(SPEND.c.day.between(*span))
        .group_by(source, SPEND.c.day, currency)
    )
    return _summed((s, d, c, amount) for s, d, c, amount in rows)


def _of_batch(spend: pa.Table) -> dict[Key, Sums]:
    columns = [spend[name].to_pylist() for name in ("source", "day", "currency", "spend")]
    return _summed((s or "", d, c or "", a) for s, d, c, a in zip(*columns, strict=True))


def _summed(rows: Iterable[tuple[str, date, str, Decimal]]) -> dict[Key, Sums]:
    sums: dict[Key, Sums] = defaultdict(lambda: defaultdict(Decimal))
    for source, day, currency, amount in rows:
        sums[source, day][currency] += Decimal(amount)
    return sums
