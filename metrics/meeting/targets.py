"""The target of a span of days, from the targets that stand at its weeks or months.

Sums add: a span has the elapsed share of each of its buckets. Ratios are the mean of their buckets
weighted by days. A level (monthly active users) is that of the last bucket. People who are counted
once can't be added or shared out, so they have a target over exactly one bucket alone. Weeks are
never made of months nor months of weeks: what nobody set is not set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from pydantic import BaseModel

from data.scope import Scope, Span, Viewer
from data.settings import Reporting
from i18n import Problem, Words
from metrics.metric import Adds, Metric, Unit
from metrics.periods import Grain, Period, buckets, floor, following
from store import MetricTargets, Saved, TargetGrain

B = TypeVar("B", bound=BaseModel)

GRAINS: dict[TargetGrain, Words] = {
    "month": Words("Month", "月"),
    "week": Words("Week", "周"),
}


def bodies(saved: Iterable[Saved[B]]) -> list[B]:
    """What these records hold; those that can't be read are left out."""
    return [one.content for one in saved if not isinstance(one.content, Problem)]


def target_for(
    targets: Iterable[MetricTargets],
    metric: Metric,
    span: Span,
    reporting: Reporting,
    *,
    grain: TargetGrain | None = None,
) -> float | None:
    """The target of a metric over a span of whole weeks or months, or over one that begins with a
    bucket and breaks off in one (month, quarter and year to date); None where a bucket of it has
    none. Whole buckets go before broken ones, months before weeks; `grain` asks for one alone.
    """
    found = [
        (cut, one)
        for one in usable(targets, reporting)
        if one.metric == metric.key and grain in (None, one.grain)
        if (cut := _cut(one, span, reporting)) is not None
    ]
    found.sort(
        key=lambda pair: (not all(p.whole for p in pair[0]), list(GRAINS).index(pair[1].grain))
    )
    return _over(found[0][1], metric, found[0][0], reporting) if found else None


def usable(targets: Iterable[MetricTargets], reporting: Reporting) -> list[MetricTargets]:
    """Those whose amounts are in the shop's currency; rates of exchange are not guessed."""
    return [t for t in targets if t.currency in (None, reporting.currency)]


def currency_of(metric: Metric, reporting: Reporting) -> str | None:
    """The currency that targets of this metric are kept in."""
    return reporting.currency if metric.unit is Unit.MONEY else None


def why_not_compared(
    metric: Metric, scope: Scope, viewer: Viewer, reporting: Reporting
) -> Words | None:
    """Why a number of this scope can't be held against a target, which is the whole shop's; None
    where it can."""
    if scope.choices:
        return _FILTERED
    if viewer.markets is not None:
        return RIGHTS
    if metric.unit is Unit.MONEY and scope.currency != reporting.currency:
        return _CURRENCY
    return None


def _cut(one: MetricTargets, span: Span, reporting: Reporting) -> tuple[Period, ...] | None:
    """The buckets of the span, where it begins with one and each has a target."""
    grain = Grain(one.grain)
    cut = buckets(span, grain, reporting.week_start)
    starts = [floor(p.span.start, grain, reporting.week_start) for p in cut]
    if starts[0] != span.start or any(start not in one.values for start in starts):
        return None
    return cut


def _over(
    one: MetricTargets, metric: Metric, cut: Sequence[Period], reporting: Reporting
) -> float | None:
    grain = Grain(one.grain)
    parts: list[tuple[float, int, int]] = []
    for period in cut:
        start = floor(period.span.start, grain, reporting.week_start)
        days = (following(start, grain) - start).days
        parts.append((one.values[start], period.span.days, days))
    if metric.when == "trailing":
        return parts[-1][0]
    if metric.adds is Adds.FULLY:
        return sum(value * days / of for value, days, of in parts)
    if metric.adds is Adds.NEVER:
        return sum(value * days for value, days, _ in parts) / sum(days for _, days, _ in parts)
    return parts[0][0] if len(cut) == 1 and cut[0].whole else None


_FILTERED = Words(
    "targets are for the whole shop; filters are set", "目标针对整个店铺，当前设置了筛选"
)
RIGHTS = Words(
    "targets are for the whole shop, of which you see a part",
    "目标针对整个店铺，您只能查看其中一部分",
)
_CURRENCY = Words("targets are in another currency", "目标采用另一种货币")
