"""What survival can be asked for, and how each is said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from data.scope import Span
from data.warehouse import Coverage
from i18n import Words
from metrics.user_segments import Segment


class Outcome(StrEnum):
    """What ends a survival time."""

    SECOND_PURCHASE = "second_purchase"
    LAST_ACTIVITY = "last_activity"


class Criterion(StrEnum):
    """What counts as a sign of life: any active day of a user, or a paid order."""

    ACTIVE = "active"
    BOUGHT = "bought"


OUTCOMES: dict[Outcome, Words] = {
    Outcome.SECOND_PURCHASE: Words("Time to second purchase", "距二次购买的时间"),
    Outcome.LAST_ACTIVITY: Words("Time to last activity", "距最后活跃的时间"),
}
CRITERIA: dict[Criterion, Words] = {
    Criterion.ACTIVE: Words("any activity", "任意活跃行为"),
    Criterion.BOUGHT: Words("paid orders", "付款订单"),
}
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
