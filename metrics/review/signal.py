"""Signal or noise of one line of the review, by the limits that its rules ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from data.scope import Span
from i18n import Words
from metrics.metric import Metric
from metrics.review.result import Band, InForce
from metrics.scorecard import HISTORY_POINTS, Point, bounds
from metrics.stats.season import WEEKS, Season, season
from metrics.stats.xmr import MINIMUM_POINTS, Judgement, Limits, Verdict, judge, limits
from store import LimitRules

LONGEST_HISTORY = 156
"""Weeks looked back on for a season or a locked baseline: three years."""
_NO_SEASON = Words(
    "The season can't be taken out yet: that needs two whole years of weeks without a gap.",
    "暂无法做季节调整：需要连续两个整年的周数据。",
)
_OLD_BASELINE = Words(
    "The locked baseline lies before the last divider and no longer counts.",
    "锁定的基准期早于最近的分界点，已不再使用。",
)
_SHORT = Words(
    "Limits need eight whole periods on the same level; so far there are fewer.",
    "波动范围至少需要同一水平上的 8 个完整周期，目前尚不足。",
)


def step_of(metric: Metric) -> int:
    """Weeks between values that share no days: a trailing number of 30 days read every week moves
    with itself, and its limits would be too narrow."""
    return max(1, (metric.days or 7) // 7) if metric.when == "trailing" else 1


def weeks_back(metric: Metric, rules: LimitRules | None, week: Span) -> int:
    """How many values before the reviewed week the limits ask for."""
    step = step_of(metric)
    most = LONGEST_HISTORY // step
    if rules is None:
        return HISTORY_POINTS
    n = HISTORY_POINTS
    if rules.seasonal:
        n = most
    if rules.baseline is not None:
        days = (week.start - rules.baseline.start).days
        n = max(n, min(most, -(-days // (7 * step))))
    return n


@dataclass(frozen=True, slots=True)
class _Known:
    """A finished week of the history: its place, days and value freed from its season."""

    step: int
    span: Span
    value: float


def line_signal(
    metric: Metric,
    history: Sequence[Point],
    shown: Sequence[Span],
    rules: LimitRules | None,
) -> tuple[InForce, Judgement]:
    """Judge the last point of `history` by the others, and draw the limits of the weeks shown.

    A divider begins a segment with the week that holds it; the last segment rules. A locked
    baseline holds for every later week of its segment. A running or immature value is not judged.
    """
    asked = rules or LimitRules(metric=metric.key)
    now, refused = history[-1], list[Words]()
    found = _season(metric, history[:-1]) if asked.seasonal else None
    if asked.seasonal and found is None:
        refused.append(_NO_SEASON)
    known = _known(history[:-1], found)
    since = _last_divider(asked, now.span.end)
    segment = [k for k in known if since is None or k.span.end > since]
    baseline, recent = _baseline(asked, segment, since, refused)
    options: dict[str, Any] = {"trended": asked.trended, "by_median": asked.by_median}
    options["widened"] = 1.0 if found is None else found.widened
    if found is None:
        options["floor"], options["ceiling"] = bounds(metric)
    judged = _judge(baseline, recent, now, found, options)
    if len(baseline) < MINIMUM_POINTS:
        refused.append(_SHORT)
    draw = _Drawing(metric, step_of(metric), found, history[-1].span, options)
    own = draw.limits(baseline, now.span)
    before = [k for k in known if k not in segment][-HISTORY_POINTS:]
    bands = tuple(
        draw.band(baseline if since is None or w.end > since else before, w) for w in shown
    )
    in_force = InForce(
        rules=rules,
        limits=own,
        bands=bands,
        baseline=_days(baseline),
        since=None if since is None else Span(since, since + timedelta(days=1)),
        seasonal=found is not None,
        trended=own is not None and own.slope != 0,
        refused=tuple(refused),
    )
    return in_force, replace(judged, limits=own if judged.limits is not None else None)


def _season(metric: Metric, before: Sequence[Point]) -> Season | None:
    """The season of the weeks since the last gap."""
    values: list[float] = []
    for point in reversed(before):
        if point.reading.value is None or point.reading.left_out:
            break
        values.append(point.reading.value)
    return season(values[::-1], WEEKS // step_of(metric))


def _known(before: Sequence[Point], found: Season | None) -> list[_Known]:
    kept: list[_Known] = []
    for n, point in enumerate(before):
        value = point.reading.value
        if value is not None and not point.reading.left_out:
            step = n - len(before)
            freed = value if found is None else found.without(value, step)
            kept.append(_Known(step, point.span, freed))
    return kept


def _last_divider(asked: LimitRules, end: date) -> date | None:
    return max((d.on for d in asked.dividers if d.on < end), default=None)


def _baseline(
    asked: LimitRules, segment: list[_Known], since: date | None, refused: list[Words]
) -> tuple[list[_Known], list[_Known]]:
    """The weeks that the limits rest on, and those after them."""
    locked = asked.baseline
    if locked is not None and since is not None and since > locked.end:
        refused.append(_OLD_BASELINE)
        locked = None
    if locked is None:
        return segment[-HISTORY_POINTS:], []
    end = locked.end + timedelta(days=1)
    inside = [k for k in segment if k.span.start >= locked.start and k.span.end <= end]
    return inside, [k for k in segment if k.span.start >= end]


def _judge(
    baseline: list[_Known],
    recent: list[_Known],
    now: Point,
    found: Season | None,
    options: dict[str, Any],
) -> Judgement:
    value = now.reading.value
    if value is None or now.running or now.reading.left_out:
        return Judgement(Verdict.TOO_FEW, None, None, len(baseline))
    freed = value if found is None else found.without(value, 0)
    return judge([k.value for k in baseline], [*[k.value for k in recent], freed], **options)


def _days(baseline: Sequence[_Known]) -> Span | None:
    return Span(baseline[0].span.start, baseline[-1].span.end) if baseline else None


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Limits as they are drawn: along their trend, with the season put back, within the bounds."""

    metric: Metric
    step: int
    found: Season | None
    now: Span
    options: dict[str, Any]

    def limits(self, baseline: Sequence[_Known], week: Span) -> Limits | None:
        """Of one week."""
        own = limits([k.value for k in baseline], **self.options)
        if own is None:
            return None
        steps = (week.start - baseline[-1].span.start).days / (7 * self.step) - 1
        mean = own.mean + own.slope * steps
        ends = (mean - own.reach, mean, mean + own.reach)
        low, centre, high = (self._back(v, week) for v in ends)
        scale = (high - low) / (2 * own.reach) if own.reach else 1.0
        return replace(
            own,
            low=self._bounded(low),
            mean=centre,
            high=self._bounded(high),
            mean_range=own.mean_range * scale,
            range_high=own.range_high * scale,
        )

    def band(self, baseline: Sequence[_Known], week: Span) -> Band | None:
        own = self.limits(baseline, week)
        return None if own is None else Band(own.low, own.mean, own.high)

    def _back(self, value: float, week: Span) -> float:
        if self.found is None:
            return value
        steps = (week.start - self.now.start).days // (7 * self.step)
        return self.found.put_back(value, steps)

    def _bounded(self, value: float) -> float:
        floor, ceiling = bounds(self.metric)
        value = value if floor is None else max(value, floor)
        return value if ceiling is None else min(value, ceiling)
