"""What platforms claim beside what the models credit."""

from __future__ import annotations

import streamlit as st

from format import numbers
from i18n import Text, Words
from metrics.attribution.result import Attribution, ChannelCredits
from metrics.attribution.spec import MODELS, Model
from metrics.attribution.text import channel_name, credit_text
from metrics.metric import Unit
from metrics.reading import REASONS, Reading
from ui.attribution.asked import Asked, knows_spend
from ui.page import section
from ui.session import text
from ui.tables import html_table

BESIDE = (Model.LAST, Model.MARKOV)
"""The models whose overclaim stands by itself; the range is over all of them."""


def claims_section(found: Attribution, asked: Asked) -> None:
    """Claimed conversions per conversion credited here; nothing where no platform reports any."""
    tr = text()
    if not knows_spend():
        return
    rows = [
        c for c in found.channels if c.spend is not None and c.spend.claimed_conversions is not None
    ]
    section(
        tr(Words("What do the platforms claim?", "平台自报了多少转化？")),
        tr(
            Words(
                "Conversions reported by ad platforms beside ours. Above 1 a platform claims more "
                "than a model credits; platforms count by their own windows, and views too.",
                "广告平台自报转化与本归因对照。大于 1 表示平台自报多于模型归因；"
                "平台按各自窗口统计，且可能含曝光。",
            )
        ),
    )
    if not rows:
        st.caption(
            tr(
                Words(
                    "No platform reports conversions here (marketing_spend.claimed_conversions is "
                    "empty).",
                    "没有平台自报转化（marketing_spend.claimed_conversions 为空）。",
                )
            )
        )
        return
    header = [
        tr(Words("Channel", "渠道")),
        tr(Words("Claimed", "平台自报")),
        *[tr(MODELS[m]) for m in BESIDE],
        *[tr(Words("Claimed ÷ {model}", "自报 ÷ {model}"), model=MODELS[m]) for m in BESIDE],
        tr(Words("Over all models", "全部模型")),
        tr(Words("Claimed value", "自报金额")),
        tr(Words("Revenue · {model}", "收入 · {model}"), model=MODELS[Model.LAST]),
    ]
    lines = [_line(c, found, asked, tr) for c in rows]
    st.html(
        html_table(
            tr(Words("Platform claims", "平台自报")), header, lines,
            numeric=range(1, len(header)),
        )
    )  # fmt: skip


def _line(row: ChannelCredits, found: Attribution, asked: Asked, tr: Text) -> list[str]:
    assert row.spend is not None
    currency = asked.scope.currency
    ratios = [row.overclaim(m) for m in found.models]
    known = [r.value for r in ratios if r.value is not None]
    span = numbers.NO_VALUE
    if known:
        span = " – ".join(_times(v, tr) for v in (min(known), max(known)))
    return [
        channel_name(row.channel, tr),
        credit_text(row.spend.claimed_conversions or 0.0, tr),
        *[credit_text(row.credit[m].credits, tr) for m in BESIDE],
        *[_ratio(row.overclaim(m), tr) for m in BESIDE],
        span,
        numbers.short(row.spend.claimed_value, Unit.MONEY, tr, currency),
        numbers.short(row.credit[Model.LAST].revenue, Unit.MONEY, tr, currency),
    ]


def _times(value: float, tr: Text) -> str:
    return f"×{numbers.short(value, Unit.TIMES, tr)}"


def _ratio(reading: Reading, tr: Text) -> str:
    if reading.reason is not None:
        return f"{numbers.NO_VALUE} ({tr(REASONS[reading.reason])})"
    return _times(reading.value or 0.0, tr)
