"""What is asked of attribution: which conversions, which touches, by which date, which models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from data.scope import Span
from data.settings import AttributionRules
from data.zones import start_of_day
from i18n import Problem, Words

DIRECT = "direct"
"""The channel of a visit that nothing led to, and of a conversion without any touch."""


class Model(StrEnum):
    """How the credit for one conversion is shared out among the channels of its path."""

    FIRST = "first"
    LAST = "last"
    LAST_NON_DIRECT = "last_non_direct"
    LINEAR = "linear"
    TIME_DECAY = "time_decay"
    POSITION = "position"
    MARKOV = "markov"
    SHAPLEY = "shapley"


class Conversions(StrEnum):
    """What credit is given for: the first paid order ever of a user, or every paid order."""

    NEW = "new"
    ORDERS = "orders"


class Dated(StrEnum):
    """Whether credit counts in the period of the order or in that of the touch."""

    CASH = "cash"
    ACCRUAL = "accrual"


MODELS: dict[Model, Words] = {
    Model.FIRST: Words("First touch", "首次触点"),
    Model.LAST: Words("Last touch", "末次触点"),
    Model.LAST_NON_DIRECT: Words("Last non-direct", "末次非直接"),
    Model.LINEAR: Words("Linear", "线性"),
    Model.TIME_DECAY: Words("Time decay", "时间衰减"),
    Model.POSITION: Words("Position 40/20/40", "位置 40/20/40"),
    Model.MARKOV: Words("Markov", "马尔可夫"),
    Model.SHAPLEY: Words("Shapley", "Shapley"),
}
RULES: dict[Model, Words] = {
    Model.FIRST: Words("all credit to the first touch of the window", "全部归给窗口内第一次触点"),
    Model.LAST: Words("all credit to the last step", "全部归给最后一步"),
    Model.LAST_NON_DIRECT: Words(
        "all credit to the last step that is not direct; to direct where there is no other",
        "全部归给最后一个非直接访问的步骤；若全是直接访问则归直接访问",
    ),
    Model.LINEAR: Words("equal parts to every step", "每一步平分"),
    Model.TIME_DECAY: Words(
        "a step weighs half as much as one {half_life_days} days later",
        "每早 {half_life_days} 天权重减半",
    ),
    Model.POSITION: Words(
        "40 % to the first step, 40 % to the last, 20 % in equal parts to those between; of two "
        "steps half each, of one all",
        "首步 40%、末步 40%，中间各步平分 20%；两步各半，一步全得",
    ),
    Model.MARKOV: Words(
        "by removal effect: how many conversions of a first-order chain of all paths (those that "
        "led nowhere too) are lost without the channel; effects are scaled to the conversions "
        "with a touch",
        "按移除效应：把全部路径（含未转化路径）建成一阶马尔可夫链，去掉该渠道会损失多少转化；"
        "效应按有触点的转化数归一",
    ),
    Model.SHAPLEY: Words(
        "Shapley value of the game in which a set of channels is worth the conversions whose path "
        "lies within it: every channel of a path gets an equal part, however often it was touched",
        "以“路径完全落在某组渠道内的转化数”为该组价值的 Shapley 值：路径中每个渠道平分，"
        "不计触达次数",
    ),
}
CONVERSIONS: dict[Conversions, Words] = {
    Conversions.NEW: Words("New customers", "新客（首单）"),
    Conversions.ORDERS: Words("Every paid order", "全部付费订单"),
}
DATED: dict[Dated, Words] = {
    Dated.CASH: Words("By order date (cash)", "按下单日（现金口径）"),
    Dated.ACCRUAL: Words("By touch date (accrual)", "按触点日（权责口径）"),
}
KINDS: dict[str, Words] = {
    "click": Words("Clicks", "点击"),
    "view": Words("Views", "曝光"),
    "code": Words("Codes", "口令 / 优惠码"),
}

MOST_DAYS = 730
NEEDS = ("touchpoints", "orders")


@dataclass(frozen=True, slots=True)
class Spec:
    """One question, without its dates. `kinds` empty: every kind of touch counts."""

    conversions: Conversions = Conversions.NEW
    dated: Dated = Dated.CASH
    lookback_days: int = 30
    half_life_days: int = 7
    kinds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("lookback_days", "half_life_days"):
            if not 1 <= getattr(self, name) <= MOST_DAYS:
                raise Problem(
                    "attribution_days",
                    Words(
                        "{name} is {found}; it lies between 1 and {most} days.",
                        "{name} 为 {found}，应在 1 到 {most} 天之间。",
                    ),
                    Words("Choose a number within it.", "请改为该范围内的天数。"),
                    name=name,
                    found=getattr(self, name),
                    most=MOST_DAYS,
                )

    @classmethod
    def of(cls, rules: AttributionRules) -> Spec:
        """What is asked where nobody chose anything: the shop's settings."""
        return cls(
            lookback_days=rules.lookback_days,
            half_life_days=rules.half_life_days,
            kinds=tuple(sorted(set(rules.kinds))),
        )


@dataclass(frozen=True)
class Question:
    """A question with its dates, and the instants that bound it."""

    spec: Spec
    span: Span
    zone: ZoneInfo

    @cached_property
    def begins_at(self) -> datetime:
        return start_of_day(self.span.start, self.zone)

    @cached_property
    def ends_at(self) -> datetime:
        return start_of_day(self.span.end, self.zone)

    @property
    def lookback(self) -> timedelta:
        return timedelta(days=self.spec.lookback_days)

    @property
    def reaches_to(self) -> datetime:
        """The end of the orders that are looked at: a touch of the period may lead to an order
        until its window is over."""
        by_touch = self.spec.dated is Dated.ACCRUAL
        return self.ends_at + self.lookback if by_touch else self.ends_at

    @property
    def touched_from(self) -> datetime:
        """The first instant at which a touch can matter."""
        return self.begins_at - self.lookback


def models_of(listed: Iterable[str]) -> tuple[Model, ...]:
    """Models by their keys, each once, in the order of the definitions."""
    wanted = set(listed)
    return tuple(m for m in Model if m in wanted)
