"""What the channel table is asked: which level of the drill, and which costs count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, FromClause

from data.dimensions import CHANNEL, DIMENSIONS, MARKET, PLATFORM, UNKNOWN
from data.serving.spend import ADS, COMMISSION, KINDS, MATERIALS, OTHER, PROMOTION, REWARDS
from i18n import Problem, Text, Words
from metrics.catalog.spend import SPENT

CAMPAIGN = "campaign"
DRILL = (CHANNEL.key, CAMPAIGN, MARKET.key, PLATFORM.key)
"""From the channel down: each row opens into the next level."""
LEVELS: dict[str, Words] = {
    CHANNEL.key: CHANNEL.name,
    CAMPAIGN: Words("Campaign", "推广活动"),
    MARKET.key: MARKET.name,
    PLATFORM.key: PLATFORM.name,
}
NO_CAMPAIGN = Words("No campaign", "无推广活动")
MOST_ROWS = 40
"""Rows of one level that stand for themselves; the rest is one row."""

NEEDS = (SPENT, "orders.user_id")
"""Spend of any kind, and customers with a name."""

KIND_NAMES: dict[str, Words] = {
    ADS: Words("Ads", "广告"),
    PROMOTION: Words("Promotion", "推广"),
    COMMISSION: Words("Commission", "佣金"),
    MATERIALS: Words("Materials", "物料"),
    REWARDS: Words("Rewards", "奖励"),
    OTHER: Words("Other", "其他"),
}
assert tuple(KIND_NAMES) == KINDS


class Cost(StrEnum):
    """Which costs are in the numerator of an acquisition cost."""

    ADS = "ads"
    MARKETING = "marketing"
    LOADED = "loaded"


COSTS: dict[Cost, Words] = {
    Cost.ADS: Words("Ads only", "仅广告费"),
    Cost.MARKETING: Words("All marketing", "全部营销费用"),
    Cost.LOADED: Words("Loaded", "含首单优惠"),
}
COST_RULES: dict[Cost, Words] = {
    Cost.ADS: Words("media spend alone", "仅计媒体广告费"),
    Cost.MARKETING: Words(
        "ads, promotion, commission, materials and rewards",
        "广告、推广、佣金、物料、奖励之和",
    ),
    Cost.LOADED: Words(
        "all marketing and the discounts of first orders, which go back to the margin",
        "全部营销费用加首单优惠；首单优惠同时加回毛利",
    ),
}

HORIZONS = (30, 90, 180, 365)
"""Days after the first order by which customers are valued."""
RETAINED_ON, AGAIN_WITHIN = 30, 90
"""Retention is asked of day 30, repurchase of 90 days, each of customers that are old enough."""
DEFAULT_HORIZON = 180
WEEKS = 12
"""Weeks of the small trend of each row."""


def below(table: FromClause, path: Sequence[str]) -> list[ColumnElement[bool]]:
    """Rows of a table with these values, from the channel down; a path names up to all levels."""
    return [table.c[d] == v for d, v in zip(DRILL, path, strict=False)]


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the drill: the values chosen from the channel down. The whole is `Node()`."""

    path: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.path) >= len(DRILL) or not all(self.path):
            raise Problem(
                "channel_path",
                Words(
                    "“{path}” is no place in the drill {levels}.",
                    "“{path}”不是有效的下钻路径（{levels}）。",
                ),
                Words("Name at most three values, from the channel down.",
                      "请从渠道开始，最多填写三级。"),
                path=" > ".join(self.path),
                levels=" > ".join(DRILL),
            )  # fmt: skip

    @property
    def by(self) -> str:
        """The level whose values are the rows here."""
        return DRILL[len(self.path)]

    def within(self, table: FromClause) -> list[ColumnElement[bool]]:
        """Rows of a table that lie below this place."""
        return below(table, self.path)

    def into(self, value: str) -> Node:
        """The place below one of the rows."""
        return Node((*self.path, value))

    @property
    def opens(self) -> bool:
        """Whether the rows here have a level below."""
        return len(self.path) < len(DRILL) - 1


def value_name(level: str, value: str | None, tr: Text, others: int = 0) -> str:
    """A row's name: of `None` how many values it stands for."""
    if value is None:
        return tr(Words("Other ({n})", "其他（{n} 个）"), n=others)
    if level == CAMPAIGN:
        return tr(NO_CAMPAIGN) if value == UNKNOWN else value
    return tr(DIMENSIONS[level].label(value))


def path_names(path: Sequence[str], tr: Text) -> list[str]:
    return [value_name(d, v, tr) for d, v in zip(DRILL, path, strict=False)]
