"""How a target is kept: where the metric stands in the running week or month, and where it ends.

Two ends are told for sums. Even pace: the rest goes like the part so far. Last year's shape: the
part so far grows as the same days of the year before grew to their whole, so that a month with
11.11 in it is not read as ahead on the twelfth. People counted once end by last year's shape alone;
ratios and levels have no end but where they stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.catalog import METRICS
from metrics.measures import Measures, measure, needed, read
from metrics.meeting.targets import target_for, usable
from metrics.metric import Adds, Metric
from metrics.periods import Grain, elapsed, first_days, floor, following, last_year, step_of
from metrics.reading import Reading
from metrics.scorecard import supported
from store import MetricTargets, TargetGrain

PAST = 4
"""Finished buckets told beside the running one."""
_ONE_DAY = timedelta(days=1)


class Standing(StrEnum):
    """`MET` and `MISSED` are of a bucket that is over."""

    MET = "met"
    MISSED = "missed"
    AHEAD = "ahead"
    BEHIND = "behind"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Kept:
    """A finished bucket against its target."""

    span: Span
    target: float
    reading: Reading
    standing: Standing


@dataclass(frozen=True, slots=True)
class Pace:
    """One metric in the bucket that holds the last complete day.

    `to_date` is read over the complete days `done`, `due` is the target of the same days. `rest` is
    what each of the remaining days has to bring, in the metric's own unit. `even` and `shaped` are
    the two ends; `like_part` and `like_whole` the year before's readings that `shaped` rests on.
    """

    metric: Metric
    grain: TargetGrain
    span: Span
    done: Span | None
    target: float
    due: float | None
    to_date: Reading
    days_left: int
    rest: float | None
    even: float | None
    shaped: float | None
    like_part: Reading | None
    like_whole: Reading | None
    standing: Standing
    past: tuple[Kept, ...]
    sql: Mapping[str, str]

    @property
    def end(self) -> float | None:
        """Where it will end: by last year's shape where there is one."""
        return self.even if self.shaped is None else self.shaped


def running_bucket(warehouse: Warehouse, grain: TargetGrain) -> Span:
    """The week or month that holds the last complete day."""
    coverage, by = warehouse.coverage, Grain(grain)
    last = max(coverage.until - _ONE_DAY, coverage.start)
    start = floor(last, by, warehouse.reporting.week_start)
    return Span(start, following(start, by))


def paces(
    warehouse: Warehouse, targets: Sequence[MetricTargets], grain: TargetGrain
) -> tuple[Pace, ...]:
    """Every metric with a target for the running bucket, the whole shop and its own currency. All
    are asked at once."""
    reporting = warehouse.reporting
    kept = [t for t in usable(targets, reporting) if t.grain == grain and t.metric in METRICS]
    now = running_bucket(warehouse, grain)
    kept = [t for t in kept if now.start in t.values]
    named = {t.metric for t in kept}
    able, _ = supported(warehouse, [key for key in METRICS if key in named])
    if not able:
        return ()
    asked = _Asked(warehouse, Scope(reporting.currency), now, tuple(kept), grain)
    found = measure(warehouse, asked.scope, asked.spans(), needed(able))
    return tuple(_pace(metric, asked, found) for metric in able)


@dataclass(frozen=True, slots=True)
class _Asked:
    warehouse: Warehouse
    scope: Scope
    now: Span
    targets: tuple[MetricTargets, ...]
    grain: TargetGrain

    @property
    def done(self) -> Span | None:
        return elapsed(self.now, self.warehouse.coverage.until)

    @property
    def before(self) -> tuple[Span, ...]:
        """The finished buckets before this one that lie within the data, oldest first."""
        step = step_of(self.now)
        found = [step.back(self.now, n) for n in range(PAST, 0, -1)]
        return tuple(s for s in found if s.start >= self.warehouse.coverage.start)

    @property
    def like(self) -> tuple[Span, Span] | None:
        """The same part of the year before, and its whole."""
        if self.done is None:
            return None
        whole = last_year(self.now)
        return first_days(whole, self.done.days), whole

    def spans(self) -> list[Span]:
        found = [self.now, *self.before, *(self.like or ())]
        return found if self.done is None else [self.done, *found]

    def target(self, metric: Metric, span: Span) -> float | None:
        return target_for(self.targets, metric, span, self.warehouse.reporting, grain=self.grain)

    def read(self, metric: Metric, span: Span, found: Measures) -> Reading:
        return read(metric, span, found.row(span), self.warehouse, self.scope)


def _pace(metric: Metric, asked: _Asked, found: Measures) -> Pace:
    target = asked.target(metric, asked.now)
    if target is None:
        raise ValueError(f"{metric.key} has no target over {asked.now}")
    done, over = asked.done, asked.done == asked.now
    to_date = asked.read(metric, done or asked.now, found)
    part, whole = (None, None) if over else _like(metric, asked, found)
    even, shaped = _ends(metric, asked, to_date, part, whole)
    due = None if done is None else asked.target(metric, done)
    left = asked.now.days - (0 if done is None else done.days)
    rest = None
    if metric.adds is Adds.FULLY and to_date.value is not None and left:
        rest = (target - to_date.value) / left
    return Pace(
        metric=metric,
        grain=asked.grain,
        span=asked.now,
        done=done,
        target=target,
        due=due,
        to_date=to_date,
        days_left=left,
        rest=rest,
        even=even,
        shaped=shaped,
        like_part=part,
        like_whole=whole,
        standing=_standing(metric, target, to_date, shaped if shaped is not None else even, over),
        past=_past(metric, asked, found),
        sql={f.key: found.sql[f.key] for f in needed([metric])},
    )


def _like(metric: Metric, asked: _Asked, found: Measures) -> tuple[Reading | None, Reading | None]:
    if asked.like is None or metric.adds is Adds.NEVER or metric.when == "trailing":
        return None, None
    part, whole = (asked.read(metric, span, found) for span in asked.like)
    return part, whole


def _ends(
    metric: Metric, asked: _Asked, to_date: Reading, part: Reading | None, whole: Reading | None
) -> tuple[float | None, float | None]:
    """The end at an even pace, and by last year's shape."""
    if to_date.value is None or asked.done is None:
        return None, None
    if metric.adds is Adds.NEVER or metric.when == "trailing" or asked.done == asked.now:
        return to_date.value, None
    even = None
    if metric.adds is Adds.FULLY:
        even = to_date.value * asked.now.days / asked.done.days
    shaped = None
    if part is not None and whole is not None and part.value and whole.value is not None:
        grown = whole.value / part.value
        shaped = to_date.value * grown if grown > 0 else None
    return even, shaped


def _past(metric: Metric, asked: _Asked, found: Measures) -> tuple[Kept, ...]:
    made = []
    for span in asked.before:
        target = asked.target(metric, span)
        if target is None:
            continue
        reading = asked.read(metric, span, found)
        standing = _standing(metric, target, reading, reading.value, over=True)
        made.append(Kept(span, target, reading, standing))
    return tuple(made)


def _standing(
    metric: Metric, target: float, reading: Reading, end: float | None, over: bool
) -> Standing:
    """Reaching a target is at least as much of what is good when it grows, and at most as much of
    what is good when it falls; a metric that is good in neither way is not judged. Nor is a value
    whose people are still in their window."""
    if metric.good == "neither" or end is None or reading.left_out:
        return Standing.UNKNOWN
    reached = end >= target if metric.good == "up" else end <= target
    if over:
        return Standing.MET if reached else Standing.MISSED
    return Standing.AHEAD if reached else Standing.BEHIND


def as_document(pace: Pace) -> dict[str, Any]:
    """A pace as it stands in JSON, with full precision."""
    return {
        "metric": pace.metric.key,
        "grain": pace.grain,
        "from": pace.span.start.isoformat(),
        "to": pace.span.end.isoformat(),
        "target": pace.target,
        "target_to_date": pace.due,
        "value": pace.to_date.value,
        "reason": pace.to_date.reason,
        "days_left": pace.days_left,
        "needed_a_day": pace.rest,
        "end_even": pace.even,
        "end_by_last_years_shape": pace.shaped,
        "standing": pace.standing,
        "past": [
            {
                "from": k.span.start.isoformat(),
                "target": k.target,
                "value": k.reading.value,
                "standing": k.standing,
            }
            for k in pace.past
        ],
    }
