"""The weekly review, computed once: every line of the deck over its weeks, months and to date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from data.scope import Scope, Span
from data.warehouse import Coverage, Warehouse
from i18n import Problem, Words
from metrics.families import families_of
from metrics.measures import Measures, measure, needed, read
from metrics.meeting.notes import notes_of, open_decisions
from metrics.meeting.targets import target_for, why_not_compared
from metrics.metric import Metric
from metrics.periods import Grain, WeekStart, floor
from metrics.review.deck import known, section_of
from metrics.review.experiments import ending
from metrics.review.memory import Memory
from metrics.review.ranges import (
    Ranges,
    last_complete_week,
    part_a_year_before,
    ranges_of,
    week_a_year_before,
    weeks_up_to,
)
from metrics.review.result import Box, BoxKind, Opening, Review, ReviewLine
from metrics.review.signal import line_signal, step_of, weeks_back
from metrics.scorecard import Point, ignored_of, supported
from metrics.stats.deck import stands
from store import Decision, ReviewDeck, Saved, Store


def weekly_review(
    warehouse: Warehouse,
    scope: Scope,
    week: Span | None,
    deck: ReviewDeck,
    memory: Memory,
    store: Store | None = None,
) -> Review:
    """The review of a calendar week (None: the last complete one). All ranges of all metrics are
    asked together; metrics whose limits look further back than the others' are asked once more.

    Raises a `Problem` where the data has nothing of the week. `store` holds plans of experiments.
    """
    coverage, week_start = warehouse.coverage, warehouse.reporting.week_start
    asked = _usable(week or last_complete_week(coverage, week_start), coverage, week_start)
    ranges = ranges_of(asked, coverage.until)
    kept, gone = known(deck)
    able, missing = supported(warehouse, [line.metric for line in kept])
    owners = {line.metric: line.owner for line in kept}
    reader = _Reader(warehouse, scope, ranges, memory)
    found = reader.ask(able)
    lines = [reader.line(m, owners[m.key], found) for m in able]
    judged = [line for line in lines if line.judgement.limits is not None]
    lines = [replace(x, counted=stands(x.judgement, len(judged))) for x in lines]
    return Review(
        week=asked,
        upto=ranges.upto,
        lines=tuple(lines),
        opening=_opening(lines),
        missing=tuple(missing),
        gone=gone,
        decisions=tuple(d for d in reader.open_decisions() if d.body.metric not in owners),
        experiments_ending=ending(warehouse, scope, asked, store),
        scope=scope,
        coverage=coverage,
        version=warehouse.version,
        sql={key: sql for m in able for key, sql in found.sql_of(m).items()},
    )


def _opening(lines: Sequence[ReviewLine]) -> Opening:
    return Opening(
        signals=tuple(x for x in lines if x.counted),
        own=tuple(x for x in lines if x.is_signal and not x.counted),
        judged=sum(x.judgement.limits is not None for x in lines),
        too_few=sum(x.judgement.limits is None for x in lines),
    )


def week_of(day: date, week_start: WeekStart) -> Span:
    """The calendar week that holds a day."""
    start = floor(day, Grain.WEEK, week_start)
    return Span(start, start + timedelta(days=7))


def _usable(week: Span, coverage: Coverage, week_start: WeekStart) -> Span:
    """A calendar week with at least a day of data."""
    whole = week_of(week.start, week_start)
    if whole.end <= coverage.start or whole.start > coverage.last_day:
        raise Problem(
            "review_week",
            _NO_WEEK,
            _OTHER_WEEK,
            start=whole.start,
            first=coverage.start,
            last=coverage.last_day,
        )
    return whole


_NO_WEEK = Words(
    "There is no data of the week of {start}: it goes from {first} to {last}.",
    "{start} 所在周没有数据：数据范围为 {first} 至 {last}。",
)
_OTHER_WEEK = Words("Choose a week in between.", "请选择该范围内的一周。")


@dataclass(frozen=True, slots=True)
class _Found:
    """Measures by range, whichever question brought them."""

    rows: Mapping[Span, Mapping[str, float]]
    asked: tuple[Measures, ...]

    def sql_of(self, metric: Metric) -> dict[str, str]:
        """The statements behind a metric, by family; a second one looks further back."""
        made: dict[str, str] = {}
        for family in families_of(metric):
            for n, sql in enumerate(a.sql[family.key] for a in self.asked if family.key in a.sql):
                made[family.key if n == 0 else f"{family.key}, {n + 1}"] = sql
        return made


@dataclass(frozen=True, slots=True)
class _Reader:
    """Asks for the ranges of lines, and reads the lines out of the answers."""

    warehouse: Warehouse
    scope: Scope
    ranges: Ranges
    memory: Memory

    def ask(self, able: Sequence[Metric]) -> _Found:
        """The ranges that all lines share; then the longer history of those that need one."""
        histories = {m.key: self._history(m) for m in able}
        usual = (s for m in able if not self._goes_back(m) for s in histories[m.key])
        shared = dict.fromkeys((*self._spans(), *usual))
        asked = [measure(self.warehouse, self.scope, self._covered(shared), needed(able))]
        more = {m.key: [s for s in histories[m.key] if s not in shared] for m in able}
        further = [m for m in able if more[m.key]]
        if further:
            spans = list(dict.fromkeys(s for m in further for s in more[m.key]))
            asked.append(measure(self.warehouse, self.scope, spans, needed(further)))
        rows = {s: row for a in asked for s, row in zip(a.spans, a.rows, strict=True)}
        return _Found(rows, tuple(asked))

    def _covered(self, spans: Iterable[Span]) -> list[Span]:
        """Those that lie wholly within the data: the others have no value, whatever is in them. The
        week itself is asked for in any case, since a question has a range."""
        first, week = self.warehouse.coverage.start, self.ranges.upto
        return [s for s in spans if s.start >= first or s == week]

    def _goes_back(self, metric: Metric) -> bool:
        """Whether its history is longer than the weeks that all others have."""
        rules = self.memory.rules_of(metric.key)
        odd = rules is not None and (rules.seasonal or rules.baseline is not None)
        return odd or step_of(metric) > 1

    def _history(self, metric: Metric) -> tuple[Span, ...]:
        n = weeks_back(metric, self.memory.rules_of(metric.key), self.ranges.week)
        return weeks_up_to(self.ranges.upto, n, step_of(metric), self.warehouse.coverage.start)

    def _spans(self) -> list[Span]:
        r = self.ranges
        to_date = (*r.months, *r.to_date.values())
        a_year_before = (
            *(week_a_year_before(s) for s in r.weeks),
            *(part_a_year_before(s) for s in to_date),
        )
        return [*r.weeks, r.before, *to_date, *a_year_before]

    def line(self, metric: Metric, owner: str, found: _Found) -> ReviewLine:
        r = self.ranges

        def points(spans: Iterable[Span], *, open_end: bool = False) -> tuple[Point, ...]:
            made = [self._point(metric, s, found) for s in spans]
            return (*made[:-1], replace(made[-1], running=True)) if open_end else tuple(made)

        weeks = points(r.weeks, open_end=r.week.end > self.warehouse.coverage.until)
        history = (*points(self._history(metric)), weeks[-1])
        rules = self.memory.rules_of(metric.key)
        in_force, judgement = line_signal(metric, history, r.weeks, rules)
        return ReviewLine(
            metric=metric,
            owner=owner,
            section=section_of(metric),
            weeks=weeks,
            weeks_before=points(week_a_year_before(s) for s in r.weeks),
            week_targets=tuple(self._target(metric, s) for s in r.weeks),
            months=points(r.months, open_end=r.running_month),
            months_before=points(part_a_year_before(s) for s in r.months),
            month_targets=tuple(self._target(metric, s) for s in r.months),
            history=history,
            limits_in_force=in_force,
            judgement=judgement,
            counted=False,
            strip=self._strip(metric, weeks[-1], found),
            notes=notes_of(self.memory.annotations, metric.key, self._shown),
            decisions=tuple(d for d in self.open_decisions() if d.body.metric == metric.key),
            sql=found.sql_of(metric),
            ignored=ignored_of(metric, found.asked[0]),
        )

    def _point(self, metric: Metric, span: Span, found: _Found) -> Point:
        row = found.rows.get(span, {})
        reading = read(metric, span, row, self.warehouse, self.scope)
        return Point(span, reading, running=False)

    def _strip(self, metric: Metric, now: Point, found: _Found) -> tuple[Box, ...]:
        """The week, and what is to date; a level (people of the last 30 days) has no sum to date,
        it is what it is at the end of the week."""
        r = self.ranges
        week = Box(
            BoxKind.LAST_WEEK,
            now,
            self._point(metric, r.before, found),
            self._point(metric, week_a_year_before(r.upto), found),
            self._target(metric, r.upto),
        )
        if metric.when == "trailing" and metric.denominator is None:
            return (week,)
        to_date = [
            Box(
                kind,
                replace(self._point(metric, span, found), running=now.running),
                None,
                self._point(metric, part_a_year_before(span), found),
                self._target(metric, span),
            )
            for kind, span in r.to_date.items()
        ]
        return (week, *to_date)

    def _target(self, metric: Metric, span: Span) -> float | None:
        """None also where a number of this scope can't be held against the whole shop's target."""
        w, targets = self.warehouse, self.memory.targets_of(metric.key)
        if not targets or why_not_compared(metric, self.scope, w.viewer, w.reporting):
            return None
        return target_for(targets, metric, span, w.reporting)

    @property
    def _shown(self) -> Span:
        """The days of a chart."""
        return Span(self.ranges.months[0].start, self.ranges.upto.end)

    def open_decisions(self) -> tuple[Saved[Decision], ...]:
        """Those that were open when the week was talked about: in the week after it, at most."""
        return open_decisions(self.memory.decisions, self.ranges.week.end + timedelta(days=6))
