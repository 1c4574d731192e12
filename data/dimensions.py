"""The filters of the scope bar: one entry each, used for SQL, words and the URL alike.

A scope filter means the *user's* home market, acquisition channel and first platform; guest orders
use their own. The serving tables carry these columns under the names given here.
"""

from __future__ import annotations

from dataclasses import dataclass

from data.country_names import COUNTRY_NAMES
from i18n import Words

UNKNOWN = "unknown"
"""What a missing market, channel or platform is called in the serving tables."""

IDENTIFIED = "identified"
GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Dimension:
    """A column of the serving tables that a reader may filter and break down by."""

    key: str
    name: Words
    every: Words
    """What the scope line says when nothing is chosen."""
    values: dict[str, Words]
    """Names of known values; a value that is not here is shown as the source writes it."""

    def label(self, value: str) -> Words:
        return self.values.get(value, Words(value, value))


_UNKNOWN_NAME = Words("Unknown", "未知")

MARKET = Dimension(
    "market",
    Words("Market", "市场"),
    Words("all markets", "全部市场"),
    {**COUNTRY_NAMES, UNKNOWN: _UNKNOWN_NAME},
)

CHANNEL = Dimension(
    "channel",
    Words("Channel", "渠道"),
    Words("all channels", "全部渠道"),
    {
        "organic_search": Words("Organic search", "自然搜索"),
        "aso": Words("App store", "应用商店（ASO）"),
        "paid_search": Words("Paid search", "搜索广告"),
        "paid_social": Words("Paid social", "社交广告"),
        "short_video": Words("Short video", "短视频"),
        "content": Words("Content", "内容种草"),
        "kol": Words("KOL / influencer", "达人 / KOL"),
        "affiliate": Words("Affiliate (CPS)", "联盟（CPS）"),
        "partner": Words("Partner", "合作伙伴"),
        "email": Words("Email / remarketing", "邮件 / 再营销"),
        "referral": Words("Referral", "老带新"),
        "offline": Words("Offline", "线下"),
        "direct": Words("Direct", "直接访问"),
        UNKNOWN: _UNKNOWN_NAME,
    },
)

PLATFORM = Dimension(
    "platform",
    Words("Platform", "平台"),
    Words("all platforms", "全部平台"),
    {
        "ios": Words("iOS", "iOS"),
        "android": Words("Android", "安卓"),
        "web": Words("Web", "网页"),
        "mini_program": Words("Mini program", "小程序"),
        "desktop": Words("Desktop", "桌面端"),
        "mobile": Words("Mobile", "移动端"),
        "tablet": Words("Tablet", "平板"),
        UNKNOWN: _UNKNOWN_NAME,
    },
)

CUSTOMER = Dimension(
    "customer",
    Words("Customers", "客户"),
    Words("identified customers and guests", "会员与游客"),
    {
        IDENTIFIED: Words("Identified customers", "会员（已识别客户）"),
        GUEST: Words("Guests", "游客"),
    },
)

DIMENSIONS: dict[str, Dimension] = {d.key: d for d in (MARKET, CHANNEL, PLATFORM, CUSTOMER)}
USER_DIMENSIONS = (MARKET, CHANNEL, PLATFORM)
"""Attributes of the user: every serving table carries them, so distinct counts split over them."""

CAMPAIGN = "campaign"
"""The campaign that brought the user, as the source writes it. No filter: a reader drills to it."""
