"""What may be asked of a change: of which metric, between which ranges, split how."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from data.dimensions import CUSTOMER
from data.scope import Span
from data.warehouse import Coverage
from i18n import Words
from metrics.catalog import METRICS
from metrics.families import COMPLETE_DAYS, splits_of
from metrics.growth.spec import Criterion
from metrics.metric import Metric
from metrics.periods import Comparison, Grain, WeekStart, floor, following
from metrics.trees import TREES

OTHERS = "\N{HORIZONTAL ELLIPSIS}"
"""The key of the values that stand together in one part."""
MOST_PARTS = 8
"""Values that stand for themselves; the rest is one part."""

FEWEST = 30
"""A rate over fewer than so many is shown in grey: it moves by chance alone."""


class Method(StrEnum):
    """How a change is taken apart."""

    SEGMENTS = "segments"
    FACTORS = "factors"
    GROWTH = "growth"


METHODS: dict[Method, Words] = {
    Method.SEGMENTS: Words("By segment", "按维度"),
    Method.FACTORS: Words("By factors", "按因子"),
    Method.GROWTH: Words("Growth accounting", "增长核算"),
}

GROWTH_OF: dict[str, Criterion | None] = {
    "active_users": Criterion.ACTIVE,
    "buyers": Criterion.BOUGHT,
    "gmv": None,
}
"""Metrics whose change growth accounting follows person by person; of GMV it is money."""


@dataclass(frozen=True, slots=True)
class Question:
    """Why a metric moved into a range; `by` names one dimension, or two of which the second is
    looked for inside the values of the first."""

    metric: str
    span: Span
    comparison: Comparison
    by: tuple[str, ...] = ()

    @property
    def of(self) -> Metric:
        return METRICS[self.metric]


def dimensions_of(metric: Metric) -> tuple[str, ...]:
    """What a metric can be split by; of numbers that leave guests out, not by customer."""
    kept = splits_of(metric)
    return tuple(d for d in kept if d != CUSTOMER.key or not metric.identified_only)


def is_ratio(metric: Metric) -> bool:
    """Whether segments move it by mix and rate; a mean over days is a sum over segments."""
    return metric.denominator not in (None, COMPLETE_DAYS)


def obstacle(
    method: Method,
    metric: Metric,
    after: Span,
    comparison: Comparison,
    week_start: WeekStart,
    coverage: Coverage,
) -> Words | None:
    """Why a method can't take this change apart; None where it can."""
    if method is Method.FACTORS:
        return _no_factors(metric, coverage)
    if method is Method.GROWTH:
        return _no_growth(metric, after, comparison, week_start)
    return None


def _no_factors(metric: Metric, coverage: Coverage) -> Words | None:
    tree = TREES.get(metric.key)
    if tree is not None:
        return _TREE_LACKS if coverage.lacking(*tree.needs) else None
    if metric.when == "cohort":
        return _ONE_COHORT
    return None if is_ratio(metric) else _NO_TREE


def _no_growth(
    metric: Metric, after: Span, comparison: Comparison, week_start: WeekStart
) -> Words | None:
    if metric.key not in GROWTH_OF:
        return _NOT_FOLLOWED
    if comparison is not Comparison.PREVIOUS or grain_of(after, week_start) is None:
        return _WHOLE_PERIODS
    return None


def grain_of(span: Span, week_start: WeekStart) -> Grain | None:
    """Of which grain a range is one whole calendar bucket: a week or a month."""
    for grain in (Grain.WEEK, Grain.MONTH):
        start = floor(span.start, grain, week_start)
        if (span.start, span.end) == (start, following(start, grain)):
            return grain
    return None


_NO_TREE = Words(
    "No factors: the definitions write this number as a sum, not as a product.",
    "无法按因子拆解：该指标按定义是求和，不是乘积。",
)
_TREE_LACKS = Words(
    "No factors: the shop lacks what they are made of.", "无法按因子拆解：店铺缺少所需数据。"
)
_ONE_COHORT = Words(
    "No factors: both parts of a cohort measure count the same people.",
    "无法按因子拆解：同期群指标的分子与分母是同一批人。",
)
_NOT_FOLLOWED = Words(
    "Growth accounting follows active users, buyers and GMV.",
    "增长核算仅适用于活跃用户、购买用户与成交总额。",
)
_WHOLE_PERIODS = Words(
    "Growth accounting needs one whole, finished calendar week or month against the one before.",
    "增长核算需选择一个完整且已结束的自然周或自然月，并对比上一周期。",
)
