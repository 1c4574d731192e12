"""What a file of marketing spend would bring, before anything is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, select

from data.channel_listing import is_mapped
from data.channels import ChannelRules
from data.importing.mapping_models import Mapping
from data.importing.reading import Batch, read_sources
from data.importing.restated import AlsoThere, Restated, also_there, missing_days, restated
from data.schema import contract
from data.settings import Settings
from data.versions import open_versions
from i18n import Problem, Words

TABLE = "marketing_spend"
Sums = dict[str, Decimal]
"""Amounts by currency."""


@dataclass(frozen=True, slots=True)
class Brought:
    """One campaign of a file with what the rules make of it."""

    source: str
    raw: str
    campaign: str
    channel: str
    spend: Sums

    @property
    def mapped(self) -> bool:
        return is_mapped(self.channel)

    @property
    def size(self) -> Decimal:
        return sum((abs(amount) for amount in self.spend.values()), Decimal(0))


@dataclass(frozen=True, slots=True)
class Preview:
    """The rows of some files as they would be stored.

    `missing` are days in between on which an account has nothing, here or stored; `credits` the
    negative amounts; `unrated` currencies that the shop has no rates for; `renamed` campaigns of
    one id under several names, the last one first; `restated` what is there with another sum.
    """

    batch: Batch
    accounts: tuple[str, ...]
    rows: int
    first: date
    last: date
    days: int
    missing: tuple[date, ...]
    spend: Sums
    credits: Sums
    credit_rows: int
    unrated: tuple[str, ...]
    campaigns: tuple[Brought, ...]
    renamed: tuple[tuple[str, ...], ...]
    restated: tuple[Restated, ...]
    also_there: tuple[AlsoThere, ...]

    @property
    def unmapped(self) -> tuple[Brought, ...]:
        return tuple(c for c in self.campaigns if not c.mapped)

    @property
    def channels(self) -> dict[str, Sums]:
        """Spend by channel, the largest first."""
        sums: dict[str, Sums] = defaultdict(lambda: defaultdict(Decimal))
        for campaign in self.campaigns:
            for currency, amount in campaign.spend.items():
                sums[campaign.channel][currency] += amount
        largest = sorted(sums, key=lambda c: (-sum(map(abs, sums[c].values())), c))
        return {channel: dict(sums[channel]) for channel in largest}


def preview(settings: Settings, mapping: Mapping, rules: ChannelRules) -> Preview:
    """What the files of a mapping would bring into their shop. Raises `Problem` for files that
    can't be read, hold no spend, or say different things about the same day."""
    batch = read_sources(mapping)
    check_spend(mapping, batch)
    rows: list[dict[str, Any]] = batch.tables[TABLE].to_pylist()
    days = sorted({row["day"] for row in rows})
    low = [row for row in rows if row["spend"] < 0]
    reporting = settings.shop(mapping.shop).reporting
    own = {reporting.currency, reporting.base_currency or reporting.currency}
    with _current(settings, mapping.shop) as connection:
        known = own | (set() if connection is None else _quoted(connection))
        spend = batch.tables[TABLE]
        again = () if connection is None else restated(connection, spend)
        others = () if connection is None else also_there(connection, spend)
        gone = missing_days(connection, spend)
    sums = _sums(rows)
    return Preview(
        batch=batch,
        accounts=tuple(sorted({row["source"] or "" for row in rows})),
        rows=len(rows),
        first=days[0],
        last=days[-1],
        days=len(days),
        missing=gone,
        spend=sums,
        credits=_sums(low),
        credit_rows=len(low),
        unrated=tuple(sorted(set(sums) - known)),
        campaigns=_campaigns(rows, rules),
        renamed=_renamed(rows),
        restated=again,
        also_there=others,
    )


def check_spend(mapping: Mapping, batch: Batch) -> None:
    """Raises `Problem` where no row of spend could be read, or two files of an upload speak for
    the same days of the same account: nobody can say which of them is right."""
    table = batch.tables.get(TABLE)
    if table is None or table.num_rows == 0:
        left = [f"{a['reason_en']}" for a in batch.set_aside.to_pylist()]
        left_zh = [f"{a['reason_zh']}" for a in batch.set_aside.to_pylist()]
        raise Problem(
            "spend_nothing",
            Words("No row of spend could be read. {why}", "没有读到任何花费数据。{why}"),
            Words(
                "Export the report by day and campaign, with the cost.",
                "请按“天 + 广告系列”导出报表，并包含费用。",
            ),
            why=Words(" ".join(left), "".join(left_zh)),
        )
    if len(mapping.sources) < 2:
        return
    seen: dict[tuple[str, date], str] = {}
    for source in mapping.sources:
        one = mapping.model_copy(update={"sources": [source]})
        part = read_sources(one)
        name = part.files[0].path
        for key in _account_days(part.tables[TABLE]):
            if seen.setdefault(key, name) != name:
                raise Problem(
                    "spend_overlap",
                    Words(
                        "{a} and {b} both have spend of {account} on {day}.",
                        "{a} 与 {b} 都包含 {account} 在 {day} 的花费。",
                    ),
                    Words(
                        "Leave one of them out, or name their ad accounts and bring them in one "
                        "after the other.",
                        "请去掉其中一个文件；若属于不同账户，请分别填写账户名后逐个导入。",
                    ),
                    a=seen[key],
                    b=name,
                    account=key[0],
                    day=key[1].isoformat(),
                )


def _account_days(table: pa.Table) -> set[tuple[str, date]]:
    pairs = zip(table["source"].to_pylist(), table["day"].to_pylist(), strict=True)
    return {(source or "", day) for source, day in pairs}


@contextmanager
def _current(settings: Settings, shop: str) -> Iterator[Connection | None]:
    """The data that is there now; None where there is none yet."""
    versions = open_versions(settings.shop(shop).url, shop, settings.limits)
    current = versions.current()
    if current is None:
        yield None
        return
    engine = versions.reader(current)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _quoted(connection: Connection) -> set[str]:
    return set(connection.scalars(select(contract.tables["fx_rates"].c.currency).distinct()))


def _sums(rows: Iterable[dict[str, Any]]) -> Sums:
    sums: Sums = defaultdict(Decimal)
    for row in rows:
        sums[row["currency"]] += row["spend"]
    return dict(sorted(sums.items()))


def _campaigns(rows: list[dict[str, Any]], rules: ChannelRules) -> tuple[Brought, ...]:
    """Campaigns by their latest names, those in no channel first, then by what they cost."""
    names = {
        (row["source"], row["campaign_id"]): row["campaign"]
        for row in sorted(rows, key=lambda r: r["day"])
        if row["campaign_id"] and row["campaign"]
    }
    sums: dict[tuple[str, str, str], Sums] = defaultdict(lambda: defaultdict(Decimal))
    for row in rows:
        name = names.get((row["source"], row["campaign_id"]), row["campaign"])
        key = (row["source"] or "", row["channel"], name or "")
        sums[key][row["currency"]] += row["spend"]
    found = [
        Brought(source, raw, name, rules.channel(raw, name, source), dict(amounts))
        for (source, raw, name), amounts in sums.items()
    ]
    return tuple(sorted(found, key=lambda b: (b.mapped, -b.size, b.campaign, b.source)))


def _renamed(rows: list[dict[str, Any]]) -> tuple[tuple[str, ...], ...]:
    names: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in sorted(rows, key=lambda r: r["day"]):
        if row["campaign_id"] and row["campaign"]:
            found = names[row["source"] or "", row["campaign_id"]]
            found.pop(row["campaign"], None)
            found[row["campaign"]] = 1  # the last one stands last
    return tuple(tuple(reversed(n)) for n in names.values() if len(n) > 1)
