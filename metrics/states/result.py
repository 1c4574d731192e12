"""Lifecycle states as typed results: on a day, over time, between two days, and at what stake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from data.scope import Scope, Span
from data.settings import StateRules
from data.warehouse import Warehouse
from metrics.periods import Grain
from metrics.reading import Reading, Reason, share
from metrics.states import statement as ask
from metrics.states.readings import (
    Choice,
    Compared,
    Feedback,
    Matrix,
    Part,
    PartCourse,
    Score,
    Snapshot,
    Stake,
)
from metrics.states.spec import CHOICES, MOST_VALUES, State, ends_of, require_day
from metrics.states.value import reasons, satisfaction, value
from metrics.stats.intervals import mean_t, wilson_difference
from metrics.user_segments import Group, Segment


class Asked:
    """One shop's states under one scope: the same rules for every part of it."""

    def __init__(self, warehouse: Warehouse, scope: Scope) -> None:
        self.warehouse = warehouse
        self.scope = scope
        self.rules: StateRules = warehouse.reporting.states
        self.sources = warehouse.sources(scope)
        self.sql: dict[str, str] = {}

    @property
    def last_day(self) -> date:
        """The last complete day, or the only one that there is."""
        c = self.warehouse.coverage
        return max(c.start, c.until - timedelta(days=1))

    @property
    def ignored(self) -> tuple[str, ...]:
        """Filters that states can't honour."""
        return self.sources.ignored(self.sources.spells)

    def on(self, day: date) -> Snapshot:
        """The states at the end of a day. A `Problem` for a day outside the data."""
        return self.broken_down(day, None)[0].snapshot

    def broken_down(
        self, day: date, dimension: str | None, most: int = MOST_VALUES
    ) -> tuple[Part, ...]:
        """The states by the values of a dimension, the largest first; `most` values stand for
        themselves. Without a dimension there is one part, everybody."""
        rows = self._fetch(
            "states", ask.counts(self.sources, self.rules, self._day(day), dimension)
        )
        found: dict[str, dict[State, int]] = {} if dimension else {ask.ALL: {}}
        for row in rows:
            found.setdefault(str(row["value"]), {})[State(row["state"])] = int(row["users"])
        sizes = {v: sum(counts.values()) for v, counts in found.items()}
        return tuple(
            Part(value, self._snapshot(day, _together(found, of)), group)
            for value, of, group in _groups(sizes, dimension, most)
        )

    def trend(self, days: Sequence[date]) -> tuple[Snapshot, ...]:
        """The states at the end of each of these days."""
        return self.trends(days, None)[0].course if days else ()

    def trends(
        self, days: Sequence[date], dimension: str | None, most: int = MOST_VALUES
    ) -> tuple[PartCourse, ...]:
        """The same by the values of a dimension, those with the most users on the last day first;
        `most` values stand for themselves. Each day the parts sum to everybody."""
        if not days:
            return ()
        listed = [self._day(d) for d in days]
        statement = ask.trend(self.sources, self.rules, listed, dimension)
        found: dict[str, dict[date, dict[State, int]]] = {} if dimension else {ask.ALL: {}}
        for row in self._fetch("trend" if dimension is None else "trends", statement):
            on = date.fromisoformat(str(row["on_day"])[:10])
            of_day = {state: int(row[state.value]) for state in State if row[state.value]}
            found.setdefault(str(row["value"]), {})[on] = of_day
        sizes = {v: sum(by_day.get(days[-1], {}).values()) for v, by_day in found.items()}
        return tuple(
            PartCourse(value, tuple(self._on(found, of, d) for d in days), group)
            for value, of, group in _groups(sizes, dimension, most)
        )

    def _on(
        self, found: Mapping[str, Mapping[date, Mapping[State, int]]], of: Sequence[str], day: date
    ) -> Snapshot:
        return self._snapshot(day, _together({v: found[v].get(day, {}) for v in of}, of))

    def course(self, span: Span, grain: Grain) -> tuple[Snapshot, ...]:
        """The states at the ends of the weeks or months that end in a range."""
        return self.trend(self.ends(span, grain))

    def ends(self, span: Span, grain: Grain) -> tuple[date, ...]:
        """The last days of the weeks or months that end in a range and in the data."""
        r = self.warehouse.reporting
        return ends_of(span, grain, r.week_start, self.warehouse.coverage)

    def matrix(self, against: date, on: date) -> Matrix:
        """From the states of `against` into those of `on`, the later of the two days."""
        first, last = sorted((self._day(against), self._day(on)))
        statement = ask.matrix(self.sources, self.rules, first, last)
        cells = {(a, b): 0 for a in (*State, None) for b in State}
        for row in self._fetch("matrix", statement):
            before = None if pd.isna(row["from_state"]) else State(row["from_state"])
            cells[before, State(row["to_state"])] = int(row["users"])
        margins = [
            {s: sum(cells[s, b] for b in State) for s in State},
            {s: sum(cells[a, s] for a in (*State, None)) for s in State},
        ]
        return Matrix(
            self._snapshot(first, margins[0]),
            self._snapshot(last, margins[1]),
            cells,
            self.sql["matrix"],
        )

    def stakes(self, snapshot: Snapshot) -> Mapping[State, Stake]:
        """What the users of each state brought up to that day."""
        r = self.warehouse.reporting
        lacking = self.warehouse.coverage.lacking("orders")
        rows: dict[State, Mapping[str, Any]] = {}
        if not lacking:
            statement = value(self.sources, self.rules, snapshot.on, r.zone, r.refund_day)
            rows = {State(row["state"]): row for row in self._fetch("value", statement)}
        return {s: _stake(rows.get(s), snapshot.counts[s], bool(lacking)) for s in State}

    def choices(self, day: date) -> tuple[Choice, ...]:
        """What share of users other thresholds would move, the current ones among them."""
        listed: list[tuple[str, int, StateRules]] = []
        for setting, usual in CHOICES.items():
            for days in sorted({*usual, getattr(self.rules, setting)}):
                if setting != "dormant_days" or days > self.rules.active_days:
                    rules = self.rules.model_copy(update={setting: days})
                    listed.append((setting, days, rules))
        statement = ask.thresholds(
            self.sources, self.rules, self._day(day), [rules for *_, rules in listed]
        )
        row = self._fetch("thresholds", statement)[0]
        return tuple(
            Choice(
                setting,
                days,
                share(int(row[f"moved_{n}"]), int(row["users"])),
                days == getattr(self.rules, setting),
            )
            for n, (setting, days, _) in enumerate(listed)
        )

    def feedback(self, day: date) -> Feedback:
        """Reasons and satisfaction of churned users beside retained ones."""
        zone, on = self.warehouse.reporting.zone, self._day(day)
        lacking = self.warehouse.coverage.lacking("feedback")
        said: list[dict[str, Any]] = []
        scores: list[dict[str, Any]] = []
        if not lacking:
            said = self._fetch("reasons", reasons(self.sources, self.rules, on, zone))
            scores = self._fetch("satisfaction", satisfaction(self.sources, self.rules, on, zone))
        totals = next((r for r in said if pd.isna(r["reason"])), {})
        named = [r for r in said if not pd.isna(r["reason"])]
        named.sort(key=lambda r: (-int(r["churned"]), -int(r["retained"]), str(r["reason"])))
        side = {bool(r["churned"]): r for r in scores}
        left, stayed = side.get(True, {}), side.get(False, {})
        return Feedback(
            {
                str(r["reason"]): _compared(
                    int(r["churned"]), _n(totals, "churned"),
                    int(r["retained"]), _n(totals, "retained"),
                )
                for r in named
            },
            _score(left),
            _score(stayed),
            _compared(_n(left, "low"), _n(left, "users"), _n(stayed, "low"), _n(stayed, "users")),
            lacking,
            {k: v for k, v in self.sql.items() if k in ("reasons", "satisfaction")},
        )  # fmt: skip

    def _day(self, on: date) -> date:
        return require_day(on, self.warehouse.coverage)

    def _snapshot(self, on: date, counts: Mapping[State, int]) -> Snapshot:
        c = self.warehouse.coverage
        whole = {s: counts.get(s, 0) for s in State}
        reason = None if sum(whole.values()) else Reason.NO_ROWS
        if self.sources.only_guests():
            reason = Reason.GUESTS_ONLY
        needs = timedelta(days=self.rules.dormant_days)
        return Snapshot(on, whole, on >= c.until, on - needs < c.start, reason)

    def _fetch(self, name: str, statement: Any) -> list[dict[str, Any]]:
        frame = self.warehouse.fetch(statement)
        self.sql[name] = self.warehouse.sql(statement)
        return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _together(found: Mapping[str, Mapping[State, int]], of: Sequence[str]) -> dict[State, int]:
    return {s: sum(found[v].get(s, 0) for v in of) for s in State}


def _groups(
    sizes: Mapping[str, int], dimension: str | None, most: int
) -> Iterator[tuple[str | None, Sequence[str], Group | None]]:
    """The largest values, and all others together if there are any."""
    ranked = sorted(sizes, key=lambda v: (-sizes[v], v))
    named, rest = ranked[:most], ranked[most:]
    for one in named:
        yield one, (one,), None if dimension is None else Group(Segment(dimension), one)
    if rest and dimension is not None:
        yield None, rest, Group(Segment(dimension), None, tuple(named))


def _stake(row: Mapping[str, Any] | None, users: int, lacking: bool) -> Stake:
    if lacking:
        missing = Reading.missing(Reason.TABLE_MISSING)
        return Stake(0, missing, missing, missing)
    if row is not None and int(row["unrated"]):
        missing = Reading.missing(Reason.NO_RATE)
        return Stake(int(row["customers"]), missing, missing, missing)
    lately = 0.0 if row is None else float(row["net_revenue_365"])
    ever = 0.0 if row is None else float(row["net_revenue_ever"])
    per_user = Reading.missing(Reason.NO_ROWS)
    if users:
        per_user = Reading(lately / users, lately, float(users))
    customers = 0 if row is None else int(row["customers"])
    return Stake(customers, Reading(lately, lately), Reading(ever, ever), per_user)


def _compared(k1: int, n1: int, k0: int, n0: int) -> Compared:
    between = wilson_difference(k0, n0, k1, n1) if n0 and n1 else None
    return Compared(share(k1, n1), share(k0, n0), between)


def _score(row: Mapping[str, Any]) -> Score:
    users = _n(row, "users")
    if users == 0:
        return Score(0, None, None, None)
    mean = float(row["total"]) / users
    if users == 1:
        return Score(1, mean, None, None)
    low, high = mean_t(float(row["total"]), float(row["squares"]), users)
    return Score(users, mean, low, high)


def _n(row: Mapping[str, Any], key: str) -> int:
    return int(row.get(key, 0))
