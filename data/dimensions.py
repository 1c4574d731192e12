"""The filters of the scope bar: one entry each, used for SQL, words and the URL alike.

A scope filter means the *user's* home market, acquisition channel and first platform; guest orders
use their own. The serving tables carry these columns under the names given here.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    {
        "CN": Words("China", "中国"),
        "US": Words("United States", "美国"),
        "GB": Words("United Kingdom", "英国"),
        "DE": Words("Germany", "德国"),
        "FR": Words("France", "法国"),
        "BR": Words("Brazil", "巴西"),
        "JP": Words("Japan", "日本"),
        "SG": Words("Singapore", "新加坡"),
        "AU": Words("Australia", "澳大利亚"),
        "CA": Words("Canada", "加拿大"),
        "United Kingdom": Words("United Kingdom", "英国"),
        "EIRE": Words("Ireland", "爱尔兰"),
        "Germany": Words("Germany", "德国"),
        "France": Words("France", "法国"),
        "Netherlands": Words("Netherlands", "荷兰"),
        "Australia": Words("Australia", "澳大利亚"),
        "Norway": Words("Norway", "挪威"),
        "Switzerland": Words("Switzerland", "瑞士"),
        "Spain": Words("Spain", "西班牙"),
        "Poland": Words("Poland", "波兰"),
        "Portugal": Words("Portugal", "葡萄牙"),
        "Italy": Words("Italy", "意大利"),
        "Belgium": Words("Belgium", "比利时"),
        "Lithuania": Words("Lithuania", "立陶宛"),
        "Japan": Words("Japan", "日本"),
        "Iceland": Words("Iceland", "冰岛"),
        "Channel Islands": Words("Channel Islands", "海峡群岛"),
        "Denmark": Words("Denmark", "丹麦"),
        "Cyprus": Words("Cyprus", "塞浦路斯"),
        "Sweden": Words("Sweden", "瑞典"),
        "Austria": Words("Austria", "奥地利"),
        "Israel": Words("Israel", "以色列"),
        "Finland": Words("Finland", "芬兰"),
        "Bahrain": Words("Bahrain", "巴林"),
        "Greece": Words("Greece", "希腊"),
        "Hong Kong": Words("Hong Kong", "中国香港"),
        "Singapore": Words("Singapore", "新加坡"),
        "Lebanon": Words("Lebanon", "黎巴嫩"),
        "United Arab Emirates": Words("United Arab Emirates", "阿联酋"),
        "Saudi Arabia": Words("Saudi Arabia", "沙特阿拉伯"),
        "Czech Republic": Words("Czechia", "捷克"),
        "Canada": Words("Canada", "加拿大"),
        "Unspecified": Words("Unspecified", "未注明"),
        "Brazil": Words("Brazil", "巴西"),
        "USA": Words("United States", "美国"),
        "European Community": Words("European Community", "欧共体"),
        "Malta": Words("Malta", "马耳他"),
        "RSA": Words("South Africa", "南非"),
        UNKNOWN: _UNKNOWN_NAME,
    },
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
