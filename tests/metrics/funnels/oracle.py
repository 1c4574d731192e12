"""Funnels by brute force: one person at a time, in plain Python, beside ADR 0009.

Events are what a person did, already belonging to somebody: `Event(person, at, name, session,
item)`; a purchase stands once for every item when items are held. Nothing here knows SQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from data.scope import Span
from metrics.funnels.spec import (
    Counting,
    Effect,
    Entry,
    Exclusion,
    Funnel,
    Order,
    Step,
    Window,
)


@dataclass(frozen=True)
class Event:
    person: str
    at: datetime
    name: str
    session: str | None = None
    item: str | None = None


@dataclass(frozen=True)
class Unit:
    """One counted unit: required steps reached, the instant of each step, whether a window of its
    attempts is open, whether an exclusion leaves it out."""

    level: int
    times: tuple[datetime | None, ...]
    open: bool
    left_out: bool


@dataclass(frozen=True)
class Attempt:
    began: datetime
    place: tuple[Any, ...]
    level: int
    times: tuple[datetime | None, ...]
    open: bool
    left_out: bool


@dataclass(frozen=True)
class Oracle:
    funnel: Funnel
    span: Span
    through: datetime
    zone: ZoneInfo

    def units(self, events: Iterable[Event]) -> list[Unit]:
        """Everybody who entered, in no order."""
        groups: dict[tuple[str | None, ...], list[Event]] = defaultdict(list)
        for e in events:
            keys = self.keys(e)
            if None not in keys:
                groups[keys].append(e)
        by_unit: dict[Any, list[tuple[Any, Attempt]]] = defaultdict(list)
        for keys, mine in groups.items():
            unit = keys[:2] if self.funnel.count is Counting.SESSIONS else keys[:1]
            by_unit[unit] += [(keys, a) for a in self.attempts(mine)]
        if self.funnel.count is Counting.ATTEMPTS:
            return [_unit([a]) for found in by_unit.values() for _, a in found]
        return [self.counted(found) for found in by_unit.values() if found]

    def keys(self, e: Event) -> tuple[str | None, ...]:
        f = self.funnel
        session = f.window.kind == "session" or f.count is Counting.SESSIONS
        keys: tuple[str | None, ...] = (e.person,)
        if session or f.hold == "session_id":
            keys += (e.session,)
        return (*keys, e.item) if f.hold == "item_id" else keys

    def counted(self, found: list[tuple[Any, Attempt]]) -> Unit:
        """First entry: the earliest attempt alone. Else the one that gets furthest, of several
        the earliest; its window counts as open while that of any attempt is."""
        if self.funnel.entry is Entry.FIRST:
            return _unit([min(found, key=lambda f: (f[1].place, f[0]))[1]])
        best = min(found, key=lambda f: (-f[1].level, f[1].place, f[0]))[1]
        return _unit([best, *[a for _, a in found]])

    def attempts(self, mine: Sequence[Event]) -> list[Attempt]:
        steps = self.funnel.steps
        listed = self.ordered(mine)
        if self.funnel.order is Order.UNORDERED:
            required = [s for s in steps if not s.optional]
            begins = [e for e in listed if any(_serves(e, s) for s in required)]
            tried = [self.any_order(e, listed) for e in begins if self.entered(e.at)]
            return [a for a in tried if a is not None]
        return [
            self.walk(n, listed)
            for n, e in enumerate(listed)
            if _serves(e, steps[0]) and self.entered(e.at)
        ]

    def ordered(self, mine: Sequence[Event]) -> list[Event]:
        """By time; at one instant by the first, then the last step that they can serve."""

        def place(e: Event) -> tuple[Any, ...]:
            served = [n for n, s in enumerate(self.funnel.steps) if _serves(e, s)]
            return (e.at, served[0] if served else 99, served[-1] if served else 99)

        return sorted(mine, key=place)

    def entered(self, at: datetime) -> bool:
        return self.span.start <= self.day(at) < self.span.end

    def day(self, at: datetime) -> date:
        return at.replace(tzinfo=UTC).astimezone(self.zone).date()

    def within(self, window: Window | None, begun: datetime, at: datetime) -> bool:
        if window is None or window.kind == "session":
            return True
        if window.kind == "day":
            return self.day(at) == self.day(begun)
        return at - begun <= timedelta(seconds=window.seconds or 0)

    def walk(self, start: int, listed: list[Event]) -> Attempt:
        """Each required step is the first of its events after the one before."""
        f = self.funnel
        first = listed[start]
        places: dict[int, int] = {0: start}
        anchor = 0
        for n, step in enumerate(f.steps):
            if n == 0 or step.optional:
                continue
            found = self.next_of(step, places[anchor], listed)
            if found is None or not self.may_go_on(n, anchor, places, found, listed):
                break
            places[n] = found
            anchor = n
        level = len(places)
        for n, step in enumerate(f.steps):
            if step.optional:
                self.look_for_optional(n, places, listed)
        times = tuple(listed[places[n]].at if n in places else None for n in range(len(f.steps)))
        seen = max(listed[places[n]].at for n in places if not f.steps[n].optional)
        out = any(
            e.effect is Effect.LEAVE_OUT and self.excluded(e, times, listed) for e in f.exclusions
        )
        return Attempt(first.at, (first.at, start), level, times, self.open(first.at, seen), out)

    def next_of(self, step: Step, after: int, listed: list[Event]) -> int | None:
        """The first of the step's events after a place. Simultaneous ones follow in the order of
        the steps they serve, so an event of an earlier step at the same instant is not after."""
        shared = bool(self.funnel.shared_events())
        for n, e in enumerate(listed):
            later = n > after if shared else e.at >= listed[after].at and n != after
            if later and _serves(e, step):
                return n
        return None

    def may_go_on(
        self, n: int, anchor: int, places: dict[int, int], found: int, listed: list[Event]
    ) -> bool:
        f, at = self.funnel, listed[found].at
        begun, before = listed[places[0]].at, listed[places[anchor]].at
        if not (self.within(f.window, begun, at) and self.within(f.steps[n].window, before, at)):
            return False
        if f.order is Order.STRICT:
            allowed = {m.event for s in f.steps[anchor + 1 : n] for m in s.any_of}
            required = [s for k, s in enumerate(f.steps) if not anchor < k < n]
            named = {m.event for s in required for m in s.any_of} - allowed
            if any(e.name in named and before < e.at < at for e in listed):
                return False
        for e in f.exclusions:
            if e.effect is Effect.STOP and e.after <= n <= e.before - 1:
                since = listed[places[e.after - 1]].at
                if any(_excluded(x, e) and since < x.at < at for x in listed):
                    return False
        return True

    def look_for_optional(self, n: int, places: dict[int, int], listed: list[Event]) -> None:
        """After the required step before it, not after the next required one that was reached."""
        f = self.funnel
        anchor = max(k for k in range(n) if not f.steps[k].optional)
        following = min(k for k in range(n, len(f.steps)) if not f.steps[k].optional)
        if anchor not in places:
            return
        found = self.next_of(f.steps[n], places[anchor], listed)
        if found is None:
            return
        at = listed[found].at
        begun, before = listed[places[0]].at, listed[places[anchor]].at
        if not (self.within(f.window, begun, at) and self.within(f.steps[n].window, before, at)):
            return
        if following in places:
            end = places[following]
            shared = bool(f.shared_events())
            if (found >= end) if shared else at > listed[end].at:
                return
        places[n] = found

    def any_order(self, first: Event, listed: list[Event]) -> Attempt | None:
        """Which steps have an event in the window from here; required ones count as far as none
        is missing before them."""
        f = self.funnel
        times: list[datetime | None] = []
        missing = False
        for step in f.steps:
            later = [e.at for e in listed if _serves(e, step) and e.at >= first.at]
            at = min(later, default=None)
            if at is not None and not self.within(f.window, first.at, at):
                at = None
            if at is not None and not step.optional:
                for e in f.exclusions:
                    stop = e.effect is Effect.STOP
                    if stop and any(_excluded(x, e) and first.at < x.at < at for x in listed):
                        at = None
                        break
            if not step.optional:
                missing = missing or at is None
                at = None if missing else at
            times.append(at)
        if times[0] is None:
            return None
        required = [t for t, s in zip(times, f.steps, strict=True) if not s.optional]
        reached = [t for t in required if t is not None]
        done = max(reached) if len(reached) == len(required) else None
        out = False
        for e in f.exclusions:
            if e.effect is Effect.LEAVE_OUT:
                inside = [
                    x.at < done if done else self.within(f.window, first.at, x.at)
                    for x in listed
                    if _excluded(x, e) and x.at > first.at
                ]
                out = out or any(inside)
        still = self.open(first.at, reached[-1])
        return Attempt(first.at, (first.at,), len(reached), tuple(times), still, out)

    def excluded(self, e: Exclusion, times: Sequence[datetime | None], listed: list[Event]) -> bool:
        since, until = times[e.after - 1], times[e.before - 1]
        begun = times[0]
        if since is None or begun is None:
            return False
        return any(
            _excluded(x, e)
            and x.at > since
            and (x.at < until if until else self.within(self.funnel.window, begun, x.at))
            for x in listed
        )

    def open(self, begun: datetime, seen: datetime) -> bool:
        """Whether the window is open when the data end."""
        f = self.funnel
        still = True
        if f.window.kind == "elapsed":
            still = begun + timedelta(seconds=f.window.seconds or 0) >= self.through
        if f.window.kind == "day":
            still = self.day(begun) >= self.day(self.through)
        by_session = f.window.kind == "session" or f.count is Counting.SESSIONS
        if by_session or f.hold == "session_id":
            still = still and seen + timedelta(minutes=30) >= self.through
        return still


def _unit(attempts: list[Attempt]) -> Unit:
    best = attempts[0]
    return Unit(best.level, best.times, any(a.open for a in attempts), best.left_out)


def _serves(e: Event, step: Step) -> bool:
    return any(m.event == e.name for m in step.any_of)


def _excluded(e: Event, exclusion: Exclusion) -> bool:
    return any(m.event == e.name for m in exclusion.any_of)
