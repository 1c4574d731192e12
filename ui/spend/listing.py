"""What sources write for channels and campaigns, those in no channel first."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from data.channel_listing import (
    Campaign,
    RawChannel,
    Written,
    campaigns,
    raw_channels,
    unmapped,
    written,
)
from data.channels import ChannelRules
from data.dimensions import CHANNEL
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from ui.page import section
from ui.session import notice, remembered, scope, text, warehouse
from ui.states import card
from ui.tables import html_table

WORDS_SHOWN = 30
CAMPAIGNS_SHOWN = 500
"""Of tens of thousands a reader looks for some, and a browser draws some."""

NOTHING = Words("(nothing)", "（空）")
_LOST_ZH = "{n} 个广告系列、共 {spend} 的花费未归入任何渠道。"
LOST = Words("{n} campaigns worth {spend} are in no channel.", _LOST_ZH)
ONE_LOST = Words("One campaign worth {spend} is in no channel.", _LOST_ZH)


def found_words() -> Written:
    """Everything that is written, read once for this version of the data."""
    w, currency = warehouse(), scope().currency
    return remembered(lambda: written(w, currency), "channel_words", currency)


def channels_by(found: Written, rules: ChannelRules) -> tuple[RawChannel, ...]:
    """Every word under these rules, sorted once."""
    currency = scope().currency
    return remembered(lambda: raw_channels(found, rules), "channels_by", rules.text, currency)


def campaigns_by(found: Written, rules: ChannelRules) -> tuple[Campaign, ...]:
    """Every campaign under these rules, sorted once."""
    currency = scope().currency
    return remembered(lambda: campaigns(found, rules), "campaigns_by", rules.text, currency)


def say_filters_do_not_apply() -> None:
    """A filter that is not honoured is announced, never skipped in silence."""
    if scope().choices:
        notice(
            Words(
                "The filters do not apply here: all spend that you may see is listed.",
                "筛选在此不生效：列出的是您可查看的全部花费。",
            )
        )


def finding(found: Written, rules: ChannelRules, tr: Text) -> str:
    """What is in no channel, or that everything is in one."""
    if not found.spend:
        return tr(
            Words(
                "What marketing cost, by day and campaign, and which channel is meant.",
                "按日、按广告系列导入花费，并指定所属渠道。",
            )
        )
    n, spend, unrated = unmapped(campaigns_by(found, rules))
    if n:
        amount = numbers.short(spend, Unit.MONEY, tr, scope().currency)
        if unrated:
            amount = _partly(spend, amount, unrated, tr)
        words = ONE_LOST if n == 1 else LOST
        return tr(words, n=numbers.full(n, Unit.COUNT, tr), spend=amount)
    return tr(Words("All spend is in a channel.", "全部花费均已归入渠道。"))


def words_section(found: Written, rules: ChannelRules) -> None:
    """A row for each word that stands for a channel somewhere."""
    tr = text()
    section(
        tr(Words("What do your sources call their channels?", "各来源如何书写渠道？")),
        tr(Words("{currency}; words in no channel first", "{currency}；未归入渠道的在前"),
           currency=scope().currency),
    )  # fmt: skip
    listed = channels_by(found, rules)
    if not listed:
        card(
            tr(Words("No row names a channel.", "没有数据写明渠道。")),
            tr(
                Words("Bring in spend, or map users.channel.", "请导入花费，或映射 users.channel。")
            ),
            "info",
        )
        return
    header = (
        Words("Written as", "来源写法"),
        Words("Channel", "渠道"),
        Words("Spend", "花费"),
        Words("Campaigns", "广告系列"),
        Words("Users", "用户"),
        Words("Orders", "订单"),
        Words("Touches", "触点"),
        Words("Events", "事件"),
    )
    rows = [_row(c, tr) for c in listed[:WORDS_SHOWN]]
    title = tr(Words("Words for channels", "渠道写法"))
    numeric = set(range(2, len(header)))
    st.html(html_table(title, [tr(h) for h in header], rows, numeric=numeric))
    if len(listed) > WORDS_SHOWN:
        more = Words("{n} more words, all smaller.", "另有 {n} 种写法，数量更少。")
        st.caption(tr(more, n=numbers.full(len(listed) - WORDS_SHOWN, Unit.COUNT, tr)))


def _row(c: RawChannel, tr: Text) -> list[str]:
    names = [tr(CHANNEL.label(key)) for key in c.channels]
    channel = f"✕ {tr(Words('none', '未归入'))}" if c.open else " + ".join(names)
    spend = _worth(c.spend, c.unrated, tr, "")
    counts = [c.campaigns, *c.counted.values()]
    return [c.raw or tr(NOTHING), channel, spend,
            *[numbers.full(n, Unit.COUNT, tr) for n in counts]]  # fmt: skip


def _worth(spend: float, unrated: int, tr: Text, currency: str) -> str:
    """An amount in full; what can't be converted is said, and never a zero."""
    amount = numbers.full(spend, Unit.MONEY, tr, currency)
    return _partly(spend, amount, unrated, tr) if unrated else amount


def _partly(spend: float, amount: str, unrated: int, tr: Text) -> str:
    rows = tr(_ONE_UNRATED if unrated == 1 else _UNRATED, n=numbers.full(unrated, Unit.COUNT, tr))
    return tr(_AND, amount=amount, rows=rows) if spend else rows


_UNRATED = Words("{n} rows without a rate", "{n} 行缺汇率")
_ONE_UNRATED = Words("{n} row without a rate", "{n} 行缺汇率")
_AND = Words("{amount} + {rows}", "{amount}（另 {rows}）")


def campaigns_section(found: Written, rules: ChannelRules) -> None:
    """Campaigns by spend, those in no channel first; tens of thousands stay usable."""
    tr = text()
    every = campaigns_by(found, rules)
    if not every:
        return
    section(tr(Words("Which campaigns are in which channel?", "各广告系列归入哪个渠道？")))
    looked = st.text_input(
        tr(Words("Find a campaign", "查找广告系列")),
        key=f"spend_find_{tr.language}",
        placeholder=tr(Words("part of a name or an account", "名称或账户的一部分")),
    )
    chosen = [c for c in every if _fits(c, looked.strip().lower())]
    last = warehouse().coverage.last_day
    columns = [
        tr(w)
        for w in (
            Words("Campaign", "广告系列"),
            Words("Channel", "渠道"),
            Words("Spend", "花费"),
            Words("Written as", "来源写法"),
            Words("Ad account", "广告账户"),
            Words("Last day", "最后一天"),
        )
    ]
    rows = [
        (
            c.words.campaign or "–",
            tr(CHANNEL.label(c.channel)) if c.mapped else f"✕ {tr(Words('none', '未归入'))}",
            _worth(c.words.spend, c.words.unrated, tr, scope().currency),
            c.words.raw,
            c.words.source or "–",
            dates.day(c.words.last, tr, last),
        )
        for c in chosen[:CAMPAIGNS_SHOWN]
    ]
    st.dataframe(
        pd.DataFrame(rows, columns=columns),
        hide_index=True,
        key="spend_campaigns",
        height="content" if len(rows) <= 10 else 390,
        column_config={columns[2]: st.column_config.TextColumn(alignment="right")},
    )
    words = Words("{shown} of {n} campaigns", "显示 {shown} / {n} 个广告系列")
    shown = numbers.full(len(rows), Unit.COUNT, tr)
    st.caption(tr(words, shown=shown, n=numbers.full(len(every), Unit.COUNT, tr)))


def _fits(c: Campaign, looked: str) -> bool:
    return not looked or any(
        looked in word.lower() for word in (c.words.campaign, c.words.source, c.words.raw)
    )
