"""What the saturation of channels is asked, and every reason to draw no curve, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from data.serving.spend import ADS, COMMISSION, MATERIALS, OTHER, PROMOTION, REWARDS
from i18n import Text, Words
from metrics.channels.spec import NEEDS

__all__ = ["NEEDS"]

MEDIA = (ADS, PROMOTION, OTHER)
"""Money that buys attention in the week in which it is spent."""
RESULT = (COMMISSION, REWARDS)
"""Money that is due because a customer came: it follows customers and does not draw them."""
LEVER = (*MEDIA, MATERIALS)
"""What a budget sets. Materials are booked in lumps and used for weeks: they are spread over the
weeks in proportion to the media they serve."""

TODAY_WEEKS = 4
"""Today's spend is the mean of so many weeks."""
RECENT_WEEKS = 12
"""The average cost is that of so many weeks, the latest that are mature."""
FEWEST_WEEKS = 26
FEWEST_CUSTOMERS = 100
FEWEST_OF_MARKET = 20
"""Markets with fewer customers stand together as one."""
MOST_MARKETS = 12
MOST_CHANNELS = 12
"""Channels that get a curve: those with the most spend."""
LEAST_VARIATION = 0.10
"""Standard deviation of weekly spend over its mean."""
LEAST_OWN = 0.10
"""Share of the variation of spend that season and trend must leave."""
TOO_ALIKE = 0.95
"""Correlation with another channel's spend, season and trend taken out."""
MOST_CREDITS = 0.05
"""Credit notes as a share of what was spent before them."""
MOST_UNKNOWN = 0.10
"""Share of weeks whose spend may be unknown."""
LEAST_GAIN = 6.0
"""How much better a curve must fit than none (`Fit.gain`): without any effect of spend, 3 % of
series of weeks get there (measured)."""
CLEAR_BEND = 4.0
"""From here on the weeks speak for saturation (`Fit.bend`): of straight lines 10 % get there."""
REACH = 1.5
"""Sliders go up to the largest weekly spend seen, times this; down to the smallest, over this.
Where today's spend lies beyond, there is no curve to start from."""


class Basis(StrEnum):
    """In which week a customer counts."""

    REGISTERED = "registered"
    FIRST_ORDER = "first_order"


BASES: dict[Basis, Words] = {
    Basis.REGISTERED: Words(
        "A customer counts in the week of registration, if the first paid order follows within "
        "{days} days: spend draws people to the shop, and how long they then take to buy would "
        "smear its effect over months. Weeks count once those {days} days are over.",
        "新客计入其注册所在周，且须在注册后 {days} 天内完成首笔付款订单：投放带来的是到访与注册，"
        "若按首单周计，购买前的等待会把投放效果摊到数月。该周满 {days} 天后才计入。",
    ),
    Basis.FIRST_ORDER: Words(
        "A customer counts in the week of the first paid order: the shop has no registrations.",
        "新客计入首笔付款订单所在周（店铺没有注册数据）。",
    ),
}


class Refusal(StrEnum):
    """Why a channel has no curve. The first that holds is told."""

    NO_SPEND = "no_spend"
    BY_RESULT = "by_result"
    CREDITS = "credits"
    MONTHLY = "monthly"
    PAUSED = "paused"
    MANY = "many"
    UNKNOWN_WEEKS = "unknown_weeks"
    FEW_WEEKS = "few_weeks"
    FEW_CUSTOMERS = "few_customers"
    CONSTANT = "constant"
    SEASONAL = "seasonal"
    TOGETHER = "together"
    OUTSIDE = "outside"
    NO_RESPONSE = "no_response"


NOT_SPENT = (Refusal.NO_SPEND, Refusal.BY_RESULT)
"""No budget is set for such a channel, so there is none to show."""

REFUSALS: dict[Refusal, Words] = {
    Refusal.NO_SPEND: Words(
        "No spend on record: there is nothing to move.",
        "没有投放花费，无预算可调。",
    ),
    Refusal.BY_RESULT: Words(
        "Paid by result ({share} of the cost is commission and rewards): the cost follows the "
        "customers, so it says nothing of what more spend would draw.",
        "按效果付费（{share} 为佣金与奖励）：费用随新客产生，无法据此推断多投会多来多少新客。",
    ),
    Refusal.CREDITS: Words(
        "Credit notes take back {share} of the spend, and nobody knows of which weeks.",
        "退款冲抵占花费的 {share}，且无法还原到具体哪一周。",
    ),
    Refusal.MONTHLY: Words(
        "The spend is booked once a month or less often: what each week cost is not known.",
        "花费按月（或更少）入账，无法得知每周实际投放。",
    ),
    Refusal.PAUSED: Words(
        "No spend in the last {weeks} weeks: there is no spend of today to start from.",
        "最近 {weeks} 周没有投放，没有可作为起点的当前花费。",
    ),
    Refusal.MANY: Words(
        "Only the {most} channels with the most spend get a curve.",
        "仅对花费最高的 {most} 个渠道拟合曲线。",
    ),
    Refusal.UNKNOWN_WEEKS: Words(
        "The spend of {n} of {weeks} weeks is not known (days without rows, without an exchange "
        "rate, or below zero).",
        "{weeks} 周中有 {n} 周的花费不明（缺少数据行、缺少汇率或为负数）。",
    ),
    Refusal.FEW_WEEKS: Words(
        "{n} usable weeks; at least {least} are needed (complete, mature, without campaign days).",
        "可用周数为 {n}，至少需要 {least} 周（完整、已成熟且不含大促日）。",
    ),
    Refusal.FEW_CUSTOMERS: Words(
        "{n} new customers in the usable weeks; at least {least} are needed.",
        "可用周内仅有 {n} 位新客，至少需要 {least} 位。",
    ),
    Refusal.CONSTANT: Words(
        "The spend hardly moved (by {share} a week; at least {least} is needed): the weeks can't "
        "tell what more or less of it would do.",
        "花费几乎不变（周波动 {share}，至少需要 {least}），数据无法说明多投或少投的后果。",
    ),
    Refusal.SEASONAL: Words(
        "The spend moved only with the season and the trend ({share} of it): their effect and its "
        "own can't be told apart.",
        "花费的变化有 {share} 只是跟随季节与趋势，无法与二者的影响区分。",
    ),
    Refusal.TOGETHER: Words(
        "The spend moves in step with that of {other} (correlation {r}): which of the two draws "
        "the customers can't be told.",
        "花费与{other}同涨同落（相关系数 {r}），无法分辨是谁带来了新客。",
    ),
    Refusal.NO_RESPONSE: Words(
        "The spend moved by {share} a week, and the customers did not measurably follow: the next "
        "one costs at least {money}.",
        "花费每周波动 {share}，但新客数没有可测的相应变化：再多一位新客至少要花 {money}。",
    ),
    Refusal.OUTSIDE: Words(
        "Today's spend ({today} a week) lies far outside what the usable weeks have seen ({money} "
        "to {more}): nothing is known of the curve there.",
        "当前花费（每周 {today}）远超出可用周的花费范围（{money} 至 {more}），该处曲线无从得知。",
    ),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there is no curve, with what was found. `shares`, `money` and `counts` fill the holes of
    the sentence; `other` is another channel."""

    refusal: Refusal
    shares: Mapping[str, float] = field(default_factory=dict)
    money: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    other: str | None = None


KEPT_OUT = Words(
    "Commission and rewards ({share} of the cost) are left out here: they follow the customers.",
    "此处不含佣金与奖励（占费用的 {share}）：二者随新客产生。",
)
STRAIGHT = Words(
    "A bend can't be told from a straight line yet.",
    "目前还无法区分饱和与直线增长。",
)


def method(basis: Basis, days: int, tr: Text) -> list[str]:
    """How the curves are made, one sentence a line."""
    return [tr(BASES[basis], days=days), *(tr(line) for line in _METHOD)]


_METHOD = (
    Words(
        "Spend: ads, promotion and materials by week; commission and rewards follow customers and "
        "are left out. Weeks with a campaign day are left out (spend and demand rise together "
        "there), their spend still carries over.",
        "花费：广告、推广与物料，按周计；佣金与奖励随新客产生，不计入。"
        "含大促日的周不参与拟合（花费与需求同时上升），但其花费的延续效应仍计入。",
    ),
    Words(
        "Curve: each market has its own level, all share one Hill curve on spend relative to the "
        "market's usual spend, with geometric carry-over, a base without spend, a trend and, from "
        "a year on, a yearly wave (Jin et al. 2017; Sun et al. 2017).",
        "曲线：各市场水平各自估计，共用一条以“相对各自常态花费”为自变量的 Hill 曲线，"
        "并含几何延续效应、零花费基线、趋势与（满一年时的）年度波动"
        "（Jin 等 2017；Sun 等 2017）。",
    ),
    Words(
        "Bands and intervals: 95 % of all curves that the weeks allow (quasi-Poisson; weeks that "
        "scatter more than counts, or resemble the week before, widen them). They hold for a spend "
        "that is kept up.",
        "置信带与区间：数据允许的全部曲线中的 95%"
        "（准泊松；周间离散或自相关越强，区间越宽）。结果针对持续保持的花费水平。",
    ),
    Words(
        "Marginal CAC: the cost of one more customer when spend grows in all markets by the same "
        "share. Average CAC: spend over customers of the latest mature weeks.",
        "边际 CAC：各市场花费按同一比例增加时，再多一位新客的成本。"
        "平均 CAC：最近若干成熟周的花费 ÷ 新客数。",
    ),
)
