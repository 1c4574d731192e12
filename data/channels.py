"""The channel taxonomy: which channel is meant by what a source writes.

Users, orders, events, touches and spend each carry a source's own words (`cpc`, `小红书`,
`google_ads`). One table of rules turns them all into the channels of `data.dimensions.CHANNEL`, so
that spend meets the customers that it paid for. A word that no rule names stays as it is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from re import DOTALL, Pattern, escape
from re import compile as compile_pattern
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal

from data.dimensions import CHANNEL, UNKNOWN
from i18n import Problem, Words

TAXONOMY = tuple(CHANNEL.values)
"""The channels that there are, `unknown` among them."""

MOST_RULES = 1000
LONGEST = 200
ANY = "*"
"""Stands for any text in the pattern of a campaign."""

_ESCAPE = "!"


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """Rows that meet every condition that is given belong to `channel`; capitals do not matter.

    `raw` is the channel as the source writes it, `campaign` a pattern in which `*` stands for any
    text, `source` the account that reports spend, which other rows do not have.
    """

    channel: str
    raw: str = ""
    campaign: str = ""
    source: str = ""

    @property
    def conditions(self) -> tuple[str, str, str]:
        return (self.raw.lower(), self.campaign.lower(), self.source.lower())

    @property
    def weight(self) -> tuple[int, ...]:
        """The more a rule says, the earlier it is asked: a campaign before a channel before an
        account, of two campaigns the longer pattern."""
        given = (bool(self.campaign), bool(self.raw), bool(self.source))
        return (*map(int, given), len(self.campaign.replace(ANY, "")))


OF_AD_TOOLS = (
    ChannelRule("paid_search", raw="google_ads"),
    ChannelRule("paid_social", raw="meta_ads"),
    ChannelRule("short_video", raw="tiktok_ads"),
)
"""What the ready mappings call their reports; a rule of the team for the same words wins."""


@dataclass(frozen=True)
class ChannelRules:
    """The team's rules, checked. `ChannelRules()` says nothing of its own."""

    rules: tuple[ChannelRule, ...] = ()

    def __post_init__(self) -> None:
        _check(self.rules)

    @cached_property
    def in_order(self) -> tuple[ChannelRule, ...]:
        """Every rule, those of the ad tools too, the one that says most first."""
        own = {rule.conditions for rule in self.rules}
        every = [*self.rules, *[r for r in OF_AD_TOOLS if r.conditions not in own]]
        return tuple(sorted(every, key=lambda r: (tuple(-w for w in r.weight), r.conditions)))

    def channel(
        self, raw: str | None, campaign: str | None = None, source: str | None = None
    ) -> str:
        """The channel of one row."""
        key = (raw or "", campaign or "", source or "")
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._first(*key) or raw or UNKNOWN
        return found

    def _first(self, raw: str, campaign: str, source: str) -> str | None:
        """The channel of the first rule that fits."""
        raw, campaign, source = raw.lower(), campaign.lower(), source.lower()
        for own_raw, own_source, part, named, channel in self._asked:
            if part not in campaign or own_raw not in ("", raw) or own_source not in ("", source):
                continue
            if named is None or (campaign and named.fullmatch(campaign)):
                return channel
        return None

    @cached_property
    def _found(self) -> dict[tuple[str, str, str], str]:
        """Rows already answered: a shop has tens of thousands of campaigns, asked again and
        again."""
        return {}

    @cached_property
    def _asked(self) -> list[tuple[str, str, str, Pattern[str] | None, str]]:
        """The conditions in their order: word, account, the longest piece of the campaign's
        pattern, which rules most campaigns out, and the pattern."""
        asked = []
        for rule in self.in_order:
            raw, campaign, source = rule.conditions
            pieces = campaign.split(ANY)
            pattern = ".*".join(map(escape, pieces))
            named = compile_pattern(pattern, DOTALL) if campaign else None
            asked.append((raw, source, max(pieces, key=len), named, rule.channel))
        return asked

    def channel_of(
        self,
        raw: ColumnElement[Any],
        campaign: ColumnElement[Any] | None = None,
        source: ColumnElement[Any] | None = None,
    ) -> ColumnElement[Any]:
        """The same in the database; null where there is neither a word nor a rule. Columns that a
        table does not have meet no condition."""
        words = [None if c is None else func.lower(c) for c in (raw, campaign, source)]
        asked: list[tuple[ColumnElement[bool], str]] = []
        for rule in self.in_order:
            condition = _condition(rule, *words)
            if condition is not None:
                asked.append((condition, rule.channel))
        return case(*[(c, literal(to)) for c, to in asked], else_=raw) if asked else raw

    @cached_property
    def text(self) -> str:
        """The rules as they are kept with the data that was cut by them."""
        rows = sorted([r.source, r.raw, r.campaign, r.channel] for r in self.rules)
        return json.dumps(rows, ensure_ascii=False) if rows else ""

    @classmethod
    def parse(cls, text: str | None) -> ChannelRules:
        """The rules of `text`, none where there is nothing."""
        rows = json.loads(text) if text else []
        return cls(tuple(ChannelRule(channel, raw, campaign, source)
                         for source, raw, campaign, channel in rows))  # fmt: skip

    @classmethod
    def of(cls, rows: Iterable[Sequence[str | None]]) -> ChannelRules:
        """Rules from rows of (source, raw, campaign, channel) as somebody typed them. Wholly empty
        rows are no rules. Raises `Problem` for one that can't be followed."""
        cleaned = [[(cell or "").strip() for cell in row] for row in rows]
        return cls(tuple(
            ChannelRule(channel, raw, "" if set(campaign) == {ANY} else campaign, source)
            for source, raw, campaign, channel in cleaned
            if any((source, raw, campaign, channel))
        ))  # fmt: skip


def _condition(
    rule: ChannelRule,
    raw: ColumnElement[Any] | None,
    campaign: ColumnElement[Any] | None,
    source: ColumnElement[Any] | None,
) -> ColumnElement[bool] | None:
    """The rule's question; None where the table lacks a column that it asks for."""
    parts: list[ColumnElement[bool]] = []
    for wanted, column, like in (
        (rule.raw, raw, False), (rule.source, source, False), (rule.campaign, campaign, True),
    ):  # fmt: skip
        if not wanted:
            continue
        if column is None:
            return None
        asked = wanted.lower()
        parts.append(column.like(_pattern(asked), escape=_ESCAPE) if like else column == asked)
    return and_(*parts)


def _pattern(campaign: str) -> str:
    for special in (_ESCAPE, "%", "_"):
        campaign = campaign.replace(special, _ESCAPE + special)
    return campaign.replace(ANY, "%")


def _check(rules: Sequence[ChannelRule]) -> None:
    if len(rules) > MOST_RULES:
        raise Problem("channel_rules_many", _MANY, _BROADER, n=len(rules), most=MOST_RULES)
    seen: dict[tuple[str, str, str], str] = {}
    for number, rule in enumerate(rules, start=1):
        told: dict[str, Any] = {"number": number, "channel": rule.channel or "–"}
        if rule.channel not in TAXONOMY:
            known = ", ".join(TAXONOMY)
            raise Problem("channel_unknown", _NO_CHANNEL, _CHOOSE, known=known, **told)
        if not any(rule.conditions) or set(rule.campaign) == {ANY}:
            raise Problem("channel_rule_empty", _NO_CONDITION, _FILL, **told)
        if max(map(len, rule.conditions)) > LONGEST:
            raise Problem("channel_rule_long", _LONG, most=LONGEST, **told)
        if rule.conditions in seen:
            raise Problem("channel_rule_twice", _TWICE, _KEEP_ONE, words=_said(rule), **told)
        seen[rule.conditions] = rule.channel


def _said(rule: ChannelRule) -> str:
    return " · ".join(word for word in (rule.source, rule.raw, rule.campaign) if word)


_MANY = Words(
    "There are {n} rules for channels; at most {most} can be followed.",
    "渠道规则共 {n} 条，最多支持 {most} 条。",
)
_BROADER = Words(
    "Use patterns such as brand* that take in several campaigns.",
    "请使用 brand* 这样的通配写法，一条规则覆盖多个广告系列。",
)
_NO_CHANNEL = Words(
    "Rule {number} leads to “{channel}”, which is no channel.",
    "第 {number} 条规则指向“{channel}”，渠道体系中没有这个渠道。",
)
_CHOOSE = Words("Choose one of: {known}.", "可选渠道：{known}。")
_NO_CONDITION = Words(
    "Rule {number} (to {channel}) says nothing about which rows it means.",
    "第 {number} 条规则（归入 {channel}）没有写明适用于哪些数据。",
)
_FILL = Words(
    "Give an account, a channel as the source writes it, or a campaign.",
    "请填写广告账户、来源写法或广告系列中的至少一项。",
)
_LONG = Words(
    "Rule {number} (to {channel}) has more than {most} characters in one condition.",
    "第 {number} 条规则（归入 {channel}）的某个条件超过 {most} 个字符。",
)
_TWICE = Words(
    "Two rules are for the same rows: {words} (rule {number}).",
    "有两条规则适用于相同的数据：{words}（第 {number} 条）。",
)
_KEEP_ONE = Words("Keep one of them.", "请只保留其中一条。")

NO_RULES = ChannelRules()
"""Nothing but what the ad tools' reports mean."""
