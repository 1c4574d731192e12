"""What the command line says of spend and of channels, a line for each thing that matters."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from data.channel_listing import RawChannel
from data.dimensions import CHANNEL
from data.spend_preview import Preview
from data.spend_words import amounts, remarks
from format import numbers
from i18n import Text, Words


def say(line: str, *, to_error: bool = False) -> None:
    (sys.stderr if to_error else sys.stdout).write(line + "\n")


def preview_lines(p: Preview, tr: Text) -> list[str]:
    """What files of spend would bring."""
    comma = tr(Words(", ", "、"))
    lines = [
        tr(
            Words(
                "{rows:,} rows, {first} to {last}, {days} days, {accounts}: {spend}",
                "{rows:,} 行，{first} 至 {last} 共 {days} 天，{accounts}：{spend}",
            ),
            rows=p.rows,
            first=p.first,
            last=p.last,
            days=p.days,
            accounts=comma.join(a or "–" for a in p.accounts),
            spend=amounts(p.spend, tr),
        )
    ]
    lines += [
        f"  {tr(CHANNEL.label(channel))}: {amounts(sums, tr)}"
        for channel, sums in p.channels.items()
    ]
    return lines + remarks(p, tr)


def channel_lines(listed: Iterable[RawChannel], currency: str, tr: Text) -> list[str]:
    """A line for each word, those in no channel first."""
    header = Words(
        "written | channel | spend ({currency}) | campaigns | users | orders | touches | events",
        "来源写法 | 渠道 | 花费（{currency}） | 广告系列 | 用户 | 订单 | 触点 | 事件",
    )
    lines = [tr(header, currency=currency)]
    for c in listed:
        channels = " + ".join(tr(CHANNEL.label(k)) for k in c.channels)
        mark = "✕ " if c.open else ""
        spend = numbers.full(c.spend, "money", tr, "")
        counts = [str(c.campaigns), *[f"{n:,}" for n in c.counted.values()]]
        unrated = tr(_SOME_UNRATED, n=c.unrated) if c.unrated else ""
        cells = [mark + (c.raw or tr(_NOTHING)), channels, spend + unrated, *counts]
        lines.append(" | ".join(cells))
    return lines


_NOTHING = Words("(nothing)", "（空）")
_SOME_UNRATED = Words(" and {n} rows without a rate", "，另有 {n} 行缺汇率")
