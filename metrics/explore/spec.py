"""What is explored: which metrics, by what, in which shape, and where in the drill."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from data.dimensions import CAMPAIGN, CHANNEL, CUSTOMER, MARKET, PLATFORM
from data.warehouse import Coverage
from i18n import Problem, Text, Words
from metrics.catalog import METRICS
from metrics.parts import BREAKDOWNS

BY: dict[str, Words] = {key: dimension.name for key, dimension in BREAKDOWNS.items()}
"""The dimensions, in the order they are offered."""

PATHS: dict[str, tuple[str, ...]] = {
    MARKET.key: (MARKET.key, CHANNEL.key, CAMPAIGN),
    CHANNEL.key: (CHANNEL.key, CAMPAIGN, MARKET.key),
    PLATFORM.key: (PLATFORM.key, MARKET.key, CHANNEL.key, CAMPAIGN),
    CAMPAIGN: (CAMPAIGN, MARKET.key, CHANNEL.key),
    CUSTOMER.key: (CUSTOMER.key, MARKET.key, CHANNEL.key, CAMPAIGN),
}
"""From where a drill begins, level by level; below the last one are the people."""

DEFAULT_METRICS = ("gmv", "orders", "aov", "new_users")
"""What the page opens with: all read from sums by day."""
MOST_METRICS = 8
"""Side by side in a table; the leaderboard shows all of them."""
TOPS = (5, 10, 20, 50)
DEFAULT_TOP = 10
MOST_COLUMNS = 8
"""Values of a second dimension that stand for themselves; the rest is one column."""
SMALL = 30
"""A share of fewer is too small to judge."""


class Shape(StrEnum):
    """What stands in the columns."""

    METRICS = "metrics"
    TIME = "time"
    SPLIT = "split"
    BOARD = "board"


SHAPES: dict[Shape, Words] = {
    Shape.METRICS: Words("Metrics", "指标"),
    Shape.TIME: Words("Over time", "时间"),
    Shape.SPLIT: Words("Second dimension", "第二维度"),
    Shape.BOARD: Words("Leaderboard", "全指标榜"),
}


class Order(StrEnum):
    """What puts the rows in order; the top n are the first ones by it."""

    VALUE = "value"
    CHANGE = "change"
    NAME = "name"


ORDERS: dict[Order, Words] = {
    Order.VALUE: Words("Largest value", "数值最大"),
    Order.CHANGE: Words("Largest change", "变化最大"),
    Order.NAME: Words("Name", "名称"),
}

Step = tuple[str, str]
"""A dimension and the value of it that was clicked."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One question. `path` holds the values clicked on the way down, `by` is the dimension of the
    rows, `split` the one of the columns where the shape has one. The first metric decides the
    order, and is the only one where columns are not metrics."""

    metrics: tuple[str, ...] = DEFAULT_METRICS
    by: str = MARKET.key
    shape: Shape = Shape.METRICS
    split: str | None = None
    path: tuple[Step, ...] = ()
    top: int = DEFAULT_TOP
    order: Order = Order.VALUE

    def __post_init__(self) -> None:
        used = [self.by, *([self.split] if self.split else []), *[d for d, _ in self.path]]
        wrong = (
            not self.metrics
            or len(set(self.metrics)) != len(self.metrics)
            or len(self.metrics) > MOST_METRICS
            or any(m not in METRICS for m in self.metrics)
            or any(d not in BY for d in used)
            or len(set(used)) != len(used)
            or (self.split is None) != (self.shape is not Shape.SPLIT)
            or self.top not in TOPS
            or not all(v for _, v in self.path)
        )
        if wrong:
            raise Problem(
                "explore_question",
                Words(
                    "This is no question to explore: {metrics} by {by}.",
                    "无法按此方式分析：{metrics}，维度 {by}。",
                ),
                Words(
                    "Name one to {most} metrics of the catalog, and each of {known} at most once.",
                    "请填写 1–{most} 个指标；每个维度（{known}）最多使用一次。",
                ),
                metrics=", ".join(self.metrics) or "–",
                by=", ".join(used),
                most=MOST_METRICS,
                known=", ".join(BY),
            )

    @property
    def metric(self) -> str:
        """The metric that decides the order, and the only one of a pivot."""
        return self.metrics[0]

    def below(self, known: Collection[str] = BY) -> str | None:
        """The dimension one level below the rows, of those that the shop has; None where below
        are the people."""
        used = {self.by, *[d for d, _ in self.path]}
        start = self.path[0][0] if self.path else self.by
        return next((d for d in PATHS[start] if d in known and d not in used), None)

    def into(self, value: str, known: Collection[str] = BY) -> Spec | None:
        """One level down below a row; None where the people are below."""
        following = self.below(known)
        if following is None:
            return None
        shape, split = self.shape, self.split
        if split == following:
            shape, split = Shape.METRICS, None
        return replace(
            self, path=(*self.path, (self.by, value)), by=following, shape=shape, split=split
        )

    def up(self, depth: int) -> Spec:
        """Back up to the rows of the level with so many values above it."""
        if depth >= len(self.path):
            return self
        by = self.path[depth][0]
        shape, split = self.shape, self.split
        if split == by:
            shape, split = Shape.METRICS, None
        return replace(self, path=self.path[:depth], by=by, shape=shape, split=split)


def dimensions_of(coverage: Coverage) -> tuple[str, ...]:
    """The dimensions that this shop can be broken down by."""
    campaigns = coverage.has("users.campaign") or coverage.has("marketing_spend.campaign")
    return tuple(d for d in BY if d != CAMPAIGN or campaigns)


def value_name(dimension: str, value: str, tr: Text) -> str:
    """A value as the reader knows it."""
    return tr(BREAKDOWNS[dimension].label(value))


def other_name(n: int, tr: Text) -> str:
    """The row of all values that have none of their own."""
    return tr(Words("Other ({n})", "其他（{n} 个）"), n=n)
