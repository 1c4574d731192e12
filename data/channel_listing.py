"""What the sources write for channels and campaigns, with the spend and the people behind each
word, and which channel the rules make of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Numeric, Select, and_, case, cast, func, literal, null, select
from sqlalchemy.types import String

from data.channels import TAXONOMY, ChannelRules
from data.dimensions import UNKNOWN
from data.scope import Scope
from data.serving.spend import campaign_names
from data.sources import Sources
from data.warehouse import Warehouse

COUNTED = ("users", "orders", "touchpoints", "events")
"""Tables other than spend whose rows name a channel; an order names no campaign."""


@dataclass(frozen=True, slots=True)
class SpendWords:
    """What one account calls a channel and a campaign, and what that cost in the reporting
    currency; `unrated` rows are in a currency without a rate and not in the sum."""

    source: str
    raw: str
    campaign: str
    spend: float
    unrated: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class RowWords:
    """How many rows of a table have these words."""

    table: str
    raw: str
    campaign: str
    rows: int


@dataclass(frozen=True, slots=True)
class Written:
    """Every word that is written, before any rule."""

    spend: tuple[SpendWords, ...]
    rows: tuple[RowWords, ...]


@dataclass(frozen=True, slots=True)
class RawChannel:
    """One word for a channel (empty: the source says nothing), the channels that the rules make
    of it, the largest first, and what is behind it."""

    raw: str
    channels: tuple[str, ...]
    accounts: tuple[str, ...]
    campaigns: int
    spend: float
    unrated: int
    counted: dict[str, int]

    @property
    def mapped(self) -> bool:
        return all(is_mapped(c) for c in self.channels)

    @property
    def open(self) -> bool:
        """Whether there is something to decide: a word without a channel, or spend without one."""
        return not self.mapped and bool(self.raw not in ("", UNKNOWN) or self.spend)


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign of an account with the channel that it is in."""

    words: SpendWords
    channel: str

    @property
    def mapped(self) -> bool:
        return is_mapped(self.channel)


@dataclass(frozen=True, slots=True)
class Move:
    """What goes from one channel to another under other rules."""

    before: str
    after: str
    spend: float
    users: int
    rows: int


def is_mapped(channel: str) -> bool:
    """Whether it is a channel of the taxonomy, `unknown` apart."""
    return channel in TAXONOMY and channel != UNKNOWN


def written(warehouse: Warehouse, currency: str) -> Written:
    """Every word for a channel that this viewer's rows hold."""
    src = warehouse.sources(Scope(currency))
    spend = warehouse.fetch(spend_statement(src))
    counts = [
        (table, warehouse.fetch(rows_statement(src, table)))
        for table in COUNTED
        if warehouse.coverage.has(table)
    ]
    return Written(
        tuple(
            SpendWords(r["source"], r["raw"], r["campaign"], float(r["spend"]), int(r["unrated"]),
                       _day(r["first"]), _day(r["last"]))
            for r in spend.to_dict("records")
        ),
        tuple(
            RowWords(table, r["raw"], r["campaign"], int(r["n"]))
            for table, frame in counts
            for r in frame.to_dict("records")
        ),
    )  # fmt: skip


def spend_statement(src: Sources) -> Select[Any]:
    """Spend by account, word and campaign (by its latest name), in the scope's currency."""
    s, r, name = src.canonical("marketing_spend"), src.rates, campaign_names()
    own = s.c.currency.is_(None) | (s.c.currency == src.scope.currency)
    source = _text(s.c.source)
    keys = {
        "source": source,
        "raw": _text(s.c.channel),
        "campaign": func.coalesce(name.c.campaign, _text(s.c.campaign)),
    }
    worth = case((own, s.c.spend), else_=cast(s.c.spend, Numeric(24, 4)) * r.c.rate)
    rows = s.outerjoin(r, and_(r.c.day == s.c.day, r.c.currency == s.c.currency)).outerjoin(
        name, and_(name.c.source == source, name.c.campaign_id == s.c.campaign_id)
    )
    return (
        select(
            *[column.label(key) for key, column in keys.items()],
            func.coalesce(func.sum(worth), 0).label("spend"),
            func.sum(case((worth.is_(None), 1), else_=0)).label("unrated"),
            func.min(s.c.day).label("first"),
            func.max(s.c.day).label("last"),
        )
        .select_from(rows)
        .group_by(*keys.values())
    )


def rows_statement(src: Sources, table: str) -> Select[Any]:
    """Rows of a table by the words that they hold."""
    t = src.canonical(table).c
    campaign: ColumnElement[Any] = t.campaign if "campaign" in t else cast(null(), String)
    keys = (_text(t.channel), _text(campaign))
    columns: list[ColumnElement[Any]] = [keys[0].label("raw"), keys[1].label("campaign")]
    grouped = select(*columns, func.count().label("n"))
    return grouped.group_by(*(keys if "campaign" in t else keys[:1]))


def raw_channels(found: Written, rules: ChannelRules) -> tuple[RawChannel, ...]:
    """Every word, those without a channel first, then by spend and by users."""
    spend: dict[str, list[SpendWords]] = defaultdict(list)
    rows: dict[str, list[RowWords]] = defaultdict(list)
    for s in found.spend:
        spend[s.raw].append(s)
    for r in found.rows:
        rows[r.raw].append(r)
    listed = [_raw(raw, spend[raw], rows[raw], rules) for raw in {*spend, *rows}]
    return tuple(
        sorted(
            listed,
            key=lambda c: (not c.open, -abs(c.spend), -c.counted["users"], -_all(c), c.raw),
        )
    )


def campaigns(found: Written, rules: ChannelRules) -> tuple[Campaign, ...]:
    """Every campaign that cost something, those without a channel first, then by spend."""
    listed = [Campaign(s, rules.channel(s.raw, s.campaign, s.source)) for s in found.spend]
    return tuple(
        sorted(
            listed,
            key=lambda c: (c.mapped, -abs(c.words.spend), c.words.campaign, c.words.source),
        )
    )


def moves(found: Written, before: ChannelRules, after: ChannelRules) -> tuple[Move, ...]:
    """What other rules would move, the most spend first."""
    spend: dict[tuple[str, str], float] = defaultdict(float)
    users: dict[tuple[str, str], int] = defaultdict(int)
    rows: dict[tuple[str, str], int] = defaultdict(int)
    for s in found.spend:
        words = (s.raw, s.campaign, s.source)
        pair = before.channel(*words), after.channel(*words)
        spend[pair] += s.spend
        rows[pair] += 1
    for r in found.rows:
        pair = before.channel(r.raw, r.campaign), after.channel(r.raw, r.campaign)
        rows[pair] += r.rows
        users[pair] += r.rows if r.table == "users" else 0
    moved = [Move(*pair, spend[pair], users[pair], n) for pair, n in rows.items()]
    return tuple(
        sorted(
            (m for m in moved if m.before != m.after),
            key=lambda m: (-abs(m.spend), -m.users, -m.rows, m.before, m.after),
        )
    )


def _raw(
    raw: str, spend: list[SpendWords], rows: list[RowWords], rules: ChannelRules
) -> RawChannel:
    weight: dict[str, float] = defaultdict(float)
    for s in spend:
        weight[rules.channel(raw, s.campaign, s.source)] += abs(s.spend)
    for r in rows:
        weight[rules.channel(raw, r.campaign)] += r.rows / 1e9
    counted = {table: sum(r.rows for r in rows if r.table == table) for table in COUNTED}
    return RawChannel(
        raw,
        tuple(sorted(weight, key=lambda c: (-weight[c], c))),
        tuple(sorted({s.source for s in spend if s.source})),
        len({(s.source, s.campaign) for s in spend if s.campaign}),
        sum(s.spend for s in spend),
        sum(s.unrated for s in spend),
        counted,
    )


def _all(channel: RawChannel) -> int:
    return sum(channel.counted.values())


def _text(column: ColumnElement[Any]) -> ColumnElement[str]:
    return func.coalesce(column, literal(""))


def _day(value: Any) -> date:
    found: date = value.date() if hasattr(value, "date") else value
    return found


def unmapped(found: Iterable[Campaign]) -> tuple[int, float, int]:
    """How many campaigns are in no channel, what they cost, and how many of their rows are in a
    currency without a rate."""
    lost = [c for c in found if not c.mapped]
    return len(lost), sum(c.words.spend for c in lost), sum(c.words.unrated for c in lost)
