"""The answer: units, days, what so many weeks could detect, what the mode and guardrails cost."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import timedelta

from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.experiments.outcomes import Kind, Outcome
from metrics.planner.baseline import (
    Baseline,
    Past,
    Traffic,
    Values,
    past,
    refused,
    traffic,
    values,
)
from metrics.planner.sizes import (
    chance,
    detectable,
    guard_chance,
    guard_units,
    inflation,
    least_inflation,
    looks_in,
    units_for,
)
from metrics.planner.spec import (
    LONGEST_DAYS,
    MODES,
    WEEKS,
    Guarded,
    Meeting,
    Question,
    Refusal,
)
from metrics.stats.experiments.modes import Mode

SHORTEST_BASELINE = 7
"""A baseline is of a week at least: one day's buyers are not a month's."""
CURVE_POINTS = 21
Read = tuple[Baseline, ...] | Values
"""By days met from the first on, or, for a quantile, by the number of order values."""


@dataclass(frozen=True, slots=True)
class Size:
    """A size in one mode. `units` per arm, control first; `days` until they have come (None: not
    within a year, or not within the days of history that say how traffic falls)."""

    mode: Mode
    units: tuple[int, ...]
    days: int | None
    inflation: float

    @property
    def total(self) -> int:
        return sum(self.units)


@dataclass(frozen=True, slots=True)
class Week:
    """What a test of so many weeks has: its units, and the smallest lift it would find; None where
    the shop is too small to find any."""

    weeks: int
    units: int
    lift: float | None


@dataclass(frozen=True, slots=True)
class GuardRow:
    """A guardrail: `power` is its chance to be shown to hold at the planned size, `units` of all
    arms what that takes at the asked power."""

    guard: Guarded
    baseline: Baseline
    power: float | None
    units: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the planner says. `size` None: `refusal` says why. `baseline` is of the users that
    the planned days meet, `history` the days of exposure it was read from."""

    question: Question
    baseline: Baseline
    traffic: Traffic | None
    history: Span | None
    every: int
    unrated: int
    size: Size | None
    modes: tuple[Size, ...]
    weeks: tuple[Week, ...]
    curve: tuple[tuple[float, float], ...]
    guardrails: tuple[GuardRow, ...]
    refusal: Refusal | None
    sql: tuple[str, ...]

    @property
    def per_day(self) -> float:
        """New users a day over the days that were looked at, as many as take part."""
        found = self.traffic
        if found is None or not found.by_day:
            return 0.0
        return sum(found.by_day) / len(found.by_day) * self.question.traffic


class _Known:
    """What is known of a metric by the end of each day, and how many units have come by then."""

    def __init__(self, asked: Question, met: Traffic, read: Read) -> None:
        self.asked, self._met, self._read = asked, met, read
        self.falls = asked.meeting is Meeting.VISIT
        self.history = len(met.by_day)
        self.by_days = self.falls and not isinstance(read, Values)

    def base(self, days: int | None) -> Baseline:
        """Of the users that so many days meet: by visits, those who come often are met first."""
        return self.of(self._read, days)

    def of(self, read: Read, days: int | None) -> Baseline:
        """The same of another metric."""
        if isinstance(read, Values):
            units = self.units(days or self.history)
            whole = self.units(self.history) or 0.0
            return read.at((whole if units is None else units) * min(self.asked.shares))
        if days is None or not self.falls:
            return read[-1]
        return read[min(max(days, SHORTEST_BASELINE), len(read)) - 1]

    def units(self, days: int) -> float | None:
        """None beyond the history, where a first visit is not foreseen."""
        if not self.falls:
            return sum(self._met.by_day) / self.history * days * self.asked.traffic
        return self._met.met(days) * self.asked.traffic if days <= self.history else None


def planned(warehouse: Warehouse, scope: Scope, asked: Question) -> Plan:
    """Answer one question from the shop's own history."""
    if warehouse.sources(scope).only_guests():
        return _nothing(asked, Refusal.GUESTS)
    met = traffic(warehouse, scope, asked.meeting)
    if met is None:
        return _nothing(asked, Refusal.NOT_MATURE)
    if not sum(met.by_day):
        return replace(_nothing(asked, Refusal.NOBODY), traffic=met, sql=(met.sql,))
    reads = _Reads(warehouse, scope, asked, sum(met.by_day))
    found, history = reads.of(asked.outcome)
    return _Maker(_Known(asked, met, found), reads).plan(met, history)


class _Reads:
    """What is known of each metric, each window read once."""

    def __init__(self, warehouse: Warehouse, scope: Scope, asked: Question, met: int) -> None:
        self._met = met
        self._warehouse, self._scope, self._asked = warehouse, scope, asked
        self._past: dict[int, Past | None] = {}
        self.sql: list[str] = []
        self.every, self.unrated = 1, 0

    def of(self, one: Outcome) -> tuple[Read, Span | None]:
        """By days met, or by number of order values; and the days looked at."""
        if one.kind is Kind.QUANTILE:
            found = values(self._warehouse, self._scope, self._asked.meeting, one, self._met)
            if isinstance(found, Refusal):
                return (refused(found),), None
            self._note(found.sql)
            return found, found.days
        known = self._window(one.days)
        if known is None:
            return (refused(Refusal.NOT_MATURE),), None
        return known.running(one), known.days

    def _window(self, days: int) -> Past | None:
        if days not in self._past:
            every = [self._asked.outcome, *(g.outcome for g in self._asked.guardrails)]
            sums = tuple(o for o in every if o.days == days and o.kind is not Kind.QUANTILE)
            meeting = self._asked.meeting
            known = past(self._warehouse, self._scope, meeting, days, sums, self._met)
            self._past[days] = known
            if known is not None:
                self._note(known.sql)
                self.every = max(self.every, known.every)
                self.unrated = max(self.unrated, known.table.unrated)
        return self._past[days]

    def _note(self, sql: str) -> None:
        if sql and sql not in self.sql:
            self.sql.append(sql)


class _Maker:
    """Puts the answer together from what is known."""

    def __init__(self, known: _Known, reads: _Reads) -> None:
        self.known, self.asked, self.reads = known, known.asked, reads

    def plan(self, met: Traffic, history: Span | None) -> Plan:
        asked, known = self.asked, self.known
        whole = known.base(None)
        size = modes = None
        refusal = whole.refusal
        if refusal is None:
            modes = tuple(s for m in MODES if (s := self.size(m)) is not None)
            size = next((s for s in modes if s.mode is asked.mode), None)
            refusal = Refusal.TOO_LARGE if size is None else None
        base = known.base(None if size is None else size.days)
        guards = tuple(self._guard(g, size) for g in asked.guardrails)
        usable = whole.refusal is None
        return Plan(
            asked, base, met, self._looked_at(history, size), self.reads.every,
            self.reads.unrated, size, modes or (),
            self._weeks() if usable else (), self._curve(size, base), guards, refusal,
            (met.sql, *self.reads.sql),
        )  # fmt: skip

    def _looked_at(self, history: Span | None, size: Size | None) -> Span | None:
        """The days whose users the baseline is of."""
        days = None if size is None else size.days
        if history is None or days is None or not self.known.by_days:
            return history
        return Span(
            history.start,
            history.start + timedelta(min(max(days, SHORTEST_BASELINE), history.days)),
        )

    def size(self, mode: Mode) -> Size | None:
        """The first day by which enough units have come; None where no size finds the lift."""
        days = self._days(mode)
        base = self.known.base(days)
        factor = self._factor(mode, days or self.known.history)
        needed = units_for(self.asked, base, self.asked.lift)
        if needed is None:
            return None
        arms = tuple(math.ceil(needed * factor * w - 1e-6) for w in self.asked.shares)
        return Size(mode, arms, days, factor)

    def _days(self, mode: Mode) -> int | None:
        if not self.known.falls:
            return self._steady(mode)
        least = least_inflation(mode, self.asked.level, self.asked.power)
        for days in range(1, self.known.history + 1):
            base = self.known.base(days)
            if base.refusal is not None:
                continue
            needed = units_for(self.asked, base, self.asked.lift)
            met = self.known.units(days) or 0.0
            if needed is None or met < needed * least:
                continue
            if met >= needed * self._factor(mode, days):
                return days
        return None

    def _steady(self, mode: Mode) -> int | None:
        """With as many new users every day; more weeks are more looks, so twice."""
        per_day, days = self.known.units(1) or 0.0, self.known.history
        if not per_day > 0:
            return None
        for _ in range(5):
            base = self.known.base(days)
            needed = units_for(self.asked, base, self.asked.lift)
            if needed is None:
                return None
            days = max(1, math.ceil(needed * self._factor(mode, days) / per_day - 1e-9))
        return days if days <= LONGEST_DAYS else None

    def _factor(self, mode: Mode, days: float) -> float:
        return inflation(mode, looks_in(days), self.asked.level, self.asked.power)

    def _weeks(self) -> tuple[Week, ...]:
        found = []
        for weeks in WEEKS:
            base, units = self.known.base(7 * weeks), self.known.units(7 * weeks)
            if units is None or base.refusal is not None:
                continue
            lift = None
            if units > 0:
                factor = self._factor(self.asked.mode, 7 * weeks)
                lift = detectable(self.asked, base, units / factor)
            found.append(Week(weeks, math.floor(units), lift))
        return tuple(found)

    def _curve(self, size: Size | None, base: Baseline) -> tuple[tuple[float, float], ...]:
        if size is None or base.refusal is not None:
            return ()
        looks = looks_in(size.days or self.known.history)
        found = []
        for n in range(CURVE_POINTS):
            lift = 2 * self.asked.lift * n / (CURVE_POINTS - 1)
            at = chance(self.asked, base, lift, size.total, looks)
            if at is not None:
                found.append((lift, at))
        return tuple(found)

    def _guard(self, guard: Guarded, size: Size | None) -> GuardRow:
        read, _ = self.reads.of(guard.outcome)
        base = self.known.of(read, None if size is None else size.days)
        if base.refusal is not None:
            return GuardRow(guard, base, None, None)
        at = None if size is None else guard_chance(self.asked, guard, base, size.total)
        return GuardRow(guard, base, at, math.ceil(guard_units(self.asked, guard, base)))


def _nothing(asked: Question, refusal: Refusal) -> Plan:
    return Plan(
        asked, refused(refusal), None, None, 1, 0, None, (), (), (),
        tuple(GuardRow(g, refused(refusal), None, None) for g in asked.guardrails), refusal, (),
    )  # fmt: skip
