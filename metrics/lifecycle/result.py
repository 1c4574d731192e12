"""The lifecycle funnel as typed results: asked once for a range and what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from data.scope import Scope, Span
from data.settings import LifecycleRules
from data.warehouse import Warehouse
from i18n import Problem, Words
from metrics.funnels.events import event_numbers
from metrics.lifecycle.stages import (
    FOLLOWED,
    MOST_VALUES,
    NEEDS,
    STAGE_NEEDS,
    Mode,
    Population,
    Stage,
)
from metrics.lifecycle.statement import Question, broken_down, statement, up_to
from metrics.like_for_like import comparable
from metrics.periods import Comparison, Grain, buckets, elapsed, first_days, is_partial
from metrics.reading import Maturity, Reading, Reason, share
from metrics.stats.intervals import Difference, wilson_difference


@dataclass(frozen=True, slots=True)
class StageReading:
    """One stage in one reading.

    `reading.value` is reached / mature with its Wilson interval; `reading.left_out` people are in
    progress and in neither part. `so_far` of them and of the mature have reached it already.
    `median_hours` is the time from acquisition of those in the numerator.
    """

    stage: Stage
    mode: Mode
    reading: Reading
    so_far: int
    median_hours: float | None


@dataclass(frozen=True, slots=True)
class Cohort:
    """The people acquired in one range. `reason` says why there are none to speak of."""

    span: Span
    acquired: int
    stages: Mapping[tuple[Stage, Mode], StageReading]
    reason: Reason | None = None

    def at(self, stage: Stage, mode: Mode) -> StageReading:
        return self.stages[stage, mode]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The funnel of a range.

    `cohort` is the whole range to date; `like` its complete days, which is what comparisons use
    (the same where the range is over, None where no day is). `before` holds what it is compared
    with, cut to as many days.
    """

    population: Population
    rules: LifecycleRules
    span: Span
    cohort: Cohort
    like: Cohort | None
    before: Mapping[Comparison, Cohort]
    running: bool
    ignored: tuple[str, ...]
    sql: str
    version: str

    def change(self, against: Comparison, stage: Stage, mode: Mode) -> Difference | None:
        """By how many points the rate lies above the one before, with its 95 % interval."""
        base = self.before.get(against)
        if base is None or self.like is None:
            return None
        return difference(base, self.like, stage, mode)


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a break-down; `value` is None for the group of all others."""

    value: str | None
    cohort: Cohort
    like: Cohort | None
    base: Cohort | None

    def change(self, stage: Stage, mode: Mode) -> Difference | None:
        if self.base is None or self.like is None:
            return None
        return difference(self.base, self.like, stage, mode)


@dataclass(frozen=True, slots=True)
class BreakDown:
    """The funnel by the values of a dimension, the largest first; `most` values stand for
    themselves."""

    dimension: str
    parts: tuple[Part, ...]
    most: int
    sql: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The funnel by acquisition week (or another grain). Of people whose window is still open the
    value to date is given with the maturity `running`."""

    grain: Grain
    cohorts: tuple[Cohort, ...]
    whole: tuple[bool, ...]
    sql: str


def difference(base: Cohort, like: Cohort, stage: Stage, mode: Mode) -> Difference | None:
    """None where either side has nobody whose window is over."""
    before, after = base.at(stage, mode).reading, like.at(stage, mode).reading
    if before.value is None or after.value is None:
        return None
    k0, n0, k1, n1 = (
        float(v or 0)
        for v in (before.numerator, before.denominator, after.numerator, after.denominator)
    )
    return wilson_difference(k0, n0, k1, n1)


class Asked:
    """One shop's lifecycle under one scope: the same rules and people for every part of it."""

    def __init__(self, warehouse: Warehouse, scope: Scope, population: Population) -> None:
        self.warehouse = warehouse
        self.scope = scope
        self.population = population
        self.rules = warehouse.reporting.lifecycle
        self.sources = warehouse.sources(scope)

    def lacking(self) -> tuple[str, ...]:
        """Tables and columns without which there is nobody to follow."""
        return self.warehouse.coverage.lacking(*NEEDS[self.population])

    def question(self, spans: Sequence[Span]) -> Question:
        """A `Problem` where the activation event is not among the events there are."""
        return Question(
            spans,
            self.warehouse.coverage,
            self.rules,
            self.population,
            activation_event_no(self.warehouse, self.rules.activation_event),
        )

    def funnel(self, span: Span, against: Comparison = Comparison.PREVIOUS) -> Lifecycle:
        """The range with the period before and the same period last year, in one statement;
        `against` is compared as well where it is neither of them."""
        until = self.warehouse.coverage.until
        running = is_partial(span, until)
        like_span = elapsed(span, until)
        bases: dict[Comparison, Span] = {}
        for comparison in dict.fromkeys((Comparison.PREVIOUS, Comparison.LAST_YEAR, against)):
            base = comparable(self.warehouse, self.scope, span, comparison)
            if base is not None and like_span is not None:
                bases[comparison] = first_days(base, like_span.days) if running else base
        spans = list(dict.fromkeys([span, *([like_span] if like_span else []), *bases.values()]))
        asked = statement(self.sources, self.question(spans))
        rows = _by_window(self.warehouse.fetch(asked))
        cohorts = {s: self._cohort(s, rows.get(n, {})) for n, s in enumerate(spans)}
        before = {c: self._whole(cohorts[s]) for c, s in bases.items()}
        return Lifecycle(
            self.population,
            self.rules,
            span,
            cohorts[span],
            cohorts[like_span] if like_span else None,
            before,
            running,
            self.sources.ignored(self.sources.acquired),
            self.warehouse.sql(asked),
            self.warehouse.version,
        )

    def broken_down(self, span: Span, dimension: str, against: Comparison) -> BreakDown:
        """The funnel by the values of a dimension, each compared with itself before."""
        until = self.warehouse.coverage.until
        running, like_span = is_partial(span, until), elapsed(span, until)
        base = comparable(self.warehouse, self.scope, span, against)
        if base is not None and like_span is not None and running:
            base = first_days(base, like_span.days)
        spans = list(dict.fromkeys(s for s in (span, like_span, base) if s is not None))
        asked = broken_down(self.sources, self.question(spans), dimension, MOST_VALUES)
        frame = self.warehouse.fetch(asked)
        rows: dict[tuple[int, str | None], dict[str, Any]] = {}
        values: list[str | None] = []
        for record in _rows(frame):
            value = None if pd.isna(record["value"]) else str(record["value"])
            rows[int(record["window_no"]), value] = record
            if int(record["window_no"]) == 0:
                values.append(value)
        size = {v: int(rows[0, v]["acquired"]) for v in values}
        values.sort(key=lambda v: (v is None, -size[v], v))

        def cohort(of: Span | None, value: str | None) -> Cohort | None:
            if of is None:
                return None
            return self._cohort(of, rows.get((spans.index(of), value), {}))

        parts = []
        for value in values:
            now, before = cohort(span, value), cohort(base, value)
            assert now is not None
            kept = None if before is None else self._whole(before)
            parts.append(Part(value, now, cohort(like_span, value), kept))
        return BreakDown(dimension, tuple(parts), MOST_VALUES, self.warehouse.sql(asked))

    def trend(self, span: Span, grain: Grain) -> Trend:
        """The funnel by acquisition week; medians are left out."""
        cut = buckets(span, grain, self.warehouse.reporting.week_start)
        asked = statement(self.sources, self.question([p.span for p in cut]), medians=False)
        rows = _by_window(self.warehouse.fetch(asked))
        cohorts = tuple(self._to_date(p.span, rows.get(n, {})) for n, p in enumerate(cut))
        return Trend(grain, cohorts, tuple(p.whole for p in cut), self.warehouse.sql(asked))

    def _cohort(self, span: Span, row: Mapping[str, Any], *, to_date: bool = False) -> Cohort:
        coverage = self.warehouse.coverage
        acquired = int(row.get("acquired", 0))
        reason = None
        if self.sources.only_guests():
            reason = Reason.GUESTS_ONLY
        elif span.start > coverage.last_day:
            reason = Reason.NOT_BEGUN
        elif span.end <= coverage.start:
            reason = Reason.NOT_COVERED
        elif acquired == 0:
            reason = Reason.NO_ROWS
        found: dict[tuple[Stage, Mode], StageReading] = {}
        for mode in Mode:
            found[Stage.ACQUIRE, mode] = StageReading(
                Stage.ACQUIRE, mode, _acquired(acquired, reason), acquired, None
            )
            for stage in FOLLOWED:
                needs = [n for s in up_to(stage, mode) for n in STAGE_NEEDS[s]]
                lacking = Reason.TABLE_MISSING if coverage.lacking(*needs) else None
                found[stage, mode] = _stage(stage, mode, row, lacking or reason, to_date=to_date)
        return Cohort(span, acquired, found, reason)

    def _to_date(self, span: Span, row: Mapping[str, Any]) -> Cohort:
        return self._cohort(span, row, to_date=True)

    def _whole(self, base: Cohort) -> Cohort:
        """A range that began before the data did is nothing to compare with."""
        if base.span.start >= self.warehouse.coverage.start or base.reason is not None:
            return base
        missing = Reading.missing(Reason.NOT_COVERED)
        stages = {k: replace(s, reading=missing) for k, s in base.stages.items()}
        return Cohort(base.span, base.acquired, stages, Reason.NOT_COVERED)


def _acquired(acquired: int, reason: Reason | None) -> Reading:
    if reason is not None:
        return Reading.missing(reason)
    return Reading(1.0, float(acquired), float(acquired))


def _stage(
    stage: Stage, mode: Mode, row: Mapping[str, Any], reason: Reason | None, *, to_date: bool
) -> StageReading:
    """Reached over mature; while nobody is mature, the value to date if that is asked for."""
    name = f"{stage}_{mode}"
    if reason is not None:
        return StageReading(stage, mode, Reading.missing(reason), 0, None)
    acquired, so_far = int(row["acquired"]), int(row[f"{name}_so_far"])
    mature, reached = int(row[f"{name}_mature"]), int(row[f"{name}_reached"])
    begun, left_out = int(row[f"{name}_begun"]), acquired - mature
    if mature == 0:
        reading = Reading.missing(Reason.IMMATURE, left_out=left_out)
        if begun == 0:
            reading = replace(
                Reading.missing(Reason.NOT_BEGUN, left_out=left_out), maturity=Maturity.NOT_BEGUN
            )
        elif to_date:
            reading = share(min(so_far, begun), begun, left_out=left_out)
        return StageReading(stage, mode, reading, so_far, None)
    median = row.get(f"{name}_median")
    known = None if median is None or pd.isna(median) else float(median)
    return StageReading(stage, mode, share(reached, mature, left_out=left_out), so_far, known)


def _by_window(frame: pd.DataFrame) -> dict[int, dict[str, Any]]:
    return {int(row["window_no"]): row for row in _rows(frame)}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


_NAMED = 30


def activation_event_no(warehouse: Warehouse, event: str) -> int:
    """The number of the activation event; a `Problem` that lists the events there are."""
    known = dict(sorted(event_numbers(warehouse).items()))
    if event in known:
        return known[event]
    listed = ", ".join(list(known)[:_NAMED]) + (" …" if len(known) > _NAMED else "")
    raise Problem(
        "activation_event_unknown",
        Words(
            "The activation event “{event}” is not among this shop's events, so nobody could "
            "count as activated.",
            "该店铺没有激活事件“{event}”，无法判定任何人已激活。",
        ),
        Words(
            "Set reporting.lifecycle.activation_event in northstar.toml to one of: {known}.",
            "请在 northstar.toml 中把 reporting.lifecycle.activation_event 设为以下之一：{known}。",
        ),
        event=event,
        known=listed or "–",
    )
