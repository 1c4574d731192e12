"""What is said about spend that is brought in: on the command line and on the page alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from data.importing.restated import Restated
from data.spend_preview import Brought, Preview, Sums
from format import numbers
from i18n import Text, Words


def amounts(sums: Sums, tr: Text) -> str:
    """`1,234.00 USD + 5.00 GBP`: amounts of several currencies never add up."""
    return " + ".join(numbers.full(float(a), "money", tr, c) for c, a in sums.items()) or "0"


DAYS_NAMED, NAMED = 5, 3
"""How many days, campaigns and accounts are told by name."""
_COMMA = Words(", ", "、")
_REPLACED_ZH = "{account}：{n} 天已有数据并被替换（{days}）：{before} 变为 {after}"
_REPLACED = Words(
    "{account}: {n} days are there already and replaced ({days}): {before} becomes {after}",
    _REPLACED_ZH,
)
_ONE_REPLACED = Words(
    "{account}: {days} is there already and replaced: {before} becomes {after}", _REPLACED_ZH
)


def restated_line(r: Restated, tr: Text) -> str:
    """Which days are replaced, and their sum before and after."""
    return tr(
        _ONE_REPLACED if len(r.days) == 1 else _REPLACED,
        account=r.source or "–",
        n=len(r.days),
        days=days_named(r.days, tr),
        before=amounts({r.currency: r.before}, tr),
        after=amounts({r.currency: r.after}, tr),
    )


def remarks(p: Preview, tr: Text) -> list[str]:
    """What somebody should know before bringing it in, a sentence each."""
    found: list[str] = []
    if p.unmapped:
        lost = amounts(together(p.unmapped), tr)
        words = _ONE_LOST if len(p.unmapped) == 1 else _LOST
        found.append(tr(words, n=len(p.unmapped), spend=lost))
    if p.missing:
        words = _ONE_MISSING if len(p.missing) == 1 else _MISSING
        found.append(tr(words, n=len(p.missing), days=days_named(p.missing, tr)))
    if p.credit_rows:
        found.append(tr(_CREDITS, n=p.credit_rows, spend=amounts(p.credits, tr)))
    comma = tr(_COMMA)
    if p.unrated:
        found.append(tr(_UNRATED, currencies=comma.join(p.unrated)))
    found += [tr(_RENAMED, new=n[0], old=comma.join(n[1:])) for n in p.renamed[:NAMED]]
    if len(p.renamed) > NAMED:
        found.append(tr(_RENAMED_MORE, n=len(p.renamed) - NAMED))
    for other in p.also_there[:NAMED]:
        spend = amounts({other.currency: other.spend}, tr)
        found.append(tr(_ALSO, n=other.days, account=other.source or "–", spend=spend))
    return found


def together(campaigns: Iterable[Brought]) -> Sums:
    """The spend of some campaigns, each currency by itself."""
    sums: Sums = {}
    for campaign in campaigns:
        for currency, amount in campaign.spend.items():
            sums[currency] = sums.get(currency, amount * 0) + amount
    return sums


def days_named(days: tuple[date, ...], tr: Text) -> str:
    """The first few days by name."""
    named = [day.isoformat() for day in days[:DAYS_NAMED]]
    return tr(_COMMA).join(named + (["…"] if len(days) > DAYS_NAMED else []))


_LOST_ZH = "{n} 个广告系列共 {spend} 未归入渠道"
_LOST = Words("{n} campaigns worth {spend} are in no channel", _LOST_ZH)
_ONE_LOST = Words("One campaign worth {spend} is in no channel", _LOST_ZH)
_MISSING_ZH = "中间有 {n} 天没有数据：{days}"
_MISSING = Words("{n} days in between have no row: {days}", _MISSING_ZH)
_ONE_MISSING = Words("One day in between has no row: {days}", _MISSING_ZH)
_CREDITS = Words(
    "{n} rows are negative (credit notes), {spend} in all: kept, they lower the spend of their day",
    "{n} 行为负数（退款或返点），合计 {spend}：保留，并冲减当日花费",
)
_UNRATED = Words(
    "No rates for {currencies}: kept in its currency, in no sum until fx_rates has it",
    "缺少 {currencies} 的汇率：以原币保留，补充汇率（fx_rates）前不计入合计",
)
_RENAMED = Words(
    "Renamed half-way: {old} is now {new}, one campaign",
    "中途改名：{old} 现为 {new}，按同一广告系列计",
)
_RENAMED_MORE = Words("{n} more campaigns were renamed", "另有 {n} 个广告系列改过名")
_ALSO = Words(
    "On {n} of these days {account} has {spend} for the same campaigns: see that it is not the "
    "same money twice",
    "其中 {n} 天 {account} 的同名广告系列也有 {spend}：请确认不是同一笔花费",
)
