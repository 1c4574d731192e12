"""What survival can be asked for, and how each is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from data.dimensions import CHANNEL, MARKET, PLATFORM, UNKNOWN
from data.scope import Span
from data.warehouse import Coverage
from i18n import Words


class Outcome(StrEnum):
    """What ends a survival time."""

    SECOND_PURCHASE = "second_purchase"
    LAST_ACTIVITY = "last_activity"


class Criterion(StrEnum):
    """What counts as a sign of life: any active day of a user, or a paid order."""

    ACTIVE = "active"
    BOUGHT = "bought"


class Segment(StrEnum):
    MARKET = MARKET.key
    CHANNEL = CHANNEL.key
    PLATFORM = PLATFORM.key
    COUPON = "coupon"
    CATEGORY = "category"
    REFERRED = "referred"


OUTCOMES: dict[Outcome, Words] = {
    Outcome.SECOND_PURCHASE: Words("Time to second purchase", "距二次购买的时间"),
    Outcome.LAST_ACTIVITY: Words("Time to last activity", "距最后活跃的时间"),
}
CRITERIA: dict[Criterion, Words] = {
    Criterion.ACTIVE: Words("any activity", "任意活跃行为"),
    Criterion.BOUGHT: Words("paid orders", "付款订单"),
}
SEGMENTS: dict[Segment, Words] = {
    Segment.MARKET: MARKET.name,
    Segment.CHANNEL: CHANNEL.name,
    Segment.PLATFORM: PLATFORM.name,
    Segment.COUPON: Words("Coupon on first order", "首单是否用券"),
    Segment.CATEGORY: Words("First category", "首单品类"),
    Segment.REFERRED: Words("Referred or not", "是否被推荐"),
}
NEEDS: dict[Segment, tuple[str, ...]] = {
    Segment.MARKET: (),
    Segment.CHANNEL: (),
    Segment.PLATFORM: (),
    Segment.COUPON: ("orders.coupon_code",),
    Segment.CATEGORY: ("order_items.category",),
    Segment.REFERRED: ("users.referrer_id",),
}
"""Tables and columns without which everybody would fall into one segment."""

YES, NO, WITHOUT_ORDER = "yes", "no", "no_order"

VALUES: dict[Segment, Mapping[str, Words]] = {
    Segment.MARKET: MARKET.values,
    Segment.CHANNEL: CHANNEL.values,
    Segment.PLATFORM: PLATFORM.values,
    Segment.COUPON: {
        YES: Words("With coupon", "用券"),
        NO: Words("Without coupon", "未用券"),
        WITHOUT_ORDER: Words("No order yet", "尚无订单"),
    },
    Segment.CATEGORY: {
        UNKNOWN: Words("Unknown", "未知"),
        WITHOUT_ORDER: Words("No order yet", "尚无订单"),
    },
    Segment.REFERRED: {YES: Words("Referred", "被推荐"), NO: Words("Not referred", "非推荐")},
}
_OTHERS = Words("All others", "其他")

RULES: dict[Outcome, Words] = {
    Outcome.SECOND_PURCHASE: Words(
        "Days from the first paid order to the second, by reporting days. Whoever has not ordered "
        "again is watched to the last complete day of the data; first orders after it are left "
        "out.",
        "从首笔付款订单到第二笔付款订单的天数（按报表日计算）。尚未复购者观察至数据最后一个完整日；"
        "此后的首单不计入。",
    ),
    Outcome.LAST_ACTIVITY: Words(
        "Days from the first to the last day with {criterion}. It counts as the last once {days} "
        "whole days have passed without another; the last {days} days of the data can therefore "
        "end nobody's time, and everybody is watched until then only. Who comes back later is "
        "alive again.",
        "从首次到最后一次有{criterion}的天数。此后连续 {days} 个完整日没有再出现，才算“最后一次”；"
        "因此数据最后 {days} 天内无法判定流失，所有人只观察到那之前。之后回来的用户重新视为存活。",
    ),
}


def value_words(segment: Segment, value: str | None) -> Words:
    """The name of a segment's value; of a category as the source writes it."""
    if value is None:
        return _OTHERS
    return VALUES[segment].get(value, Words(value, value))


@dataclass(frozen=True, slots=True)
class Question:
    """Who is followed, how far, and into which segments they are cut.

    `span` keeps those whose time began in it (all of them without one). `churn_days` is the gap
    after which activity counts as over; only `LAST_ACTIVITY` asks for it. The `most` largest
    segments stand for themselves, everybody else is one group.
    """

    outcome: Outcome
    coverage: Coverage
    span: Span | None = None
    criterion: Criterion = Criterion.BOUGHT
    churn_days: int | None = None
    segment: Segment | None = None
    most: int = 5

    def __post_init__(self) -> None:
        asks = self.outcome is Outcome.LAST_ACTIVITY
        if asks and (self.churn_days is None or self.churn_days < 1):
            raise ValueError(
                f"time to last activity needs a churn gap of at least 1 day; got {self.churn_days}."
                "\nHint: take the one suggested from the shop's own gaps (metrics.survival.gaps)."
            )
