"""What a funnel is asked: the definition, when people enter, and what the data cover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from data.scope import Scope, Span
from data.warehouse import Warehouse
from data.zones import reporting_day, start_of_day
from metrics.funnels.events import event_numbers, require_events
from metrics.funnels.keepable import fingerprint, keepable
from metrics.funnels.spec import Counting, Entry, Funnel, Order
from metrics.periods import Grain, WeekStart

Bucket = Literal[Grain.DAY, Grain.WEEK, Grain.MONTH]
SESSION_IS_OVER = 1800
"""Seconds without a step after which nobody expects another one in the same session."""


@dataclass(frozen=True, slots=True)
class Question:
    """One funnel, entered in one range. `bucket`: units are counted in each day, week or month
    of entry anew."""

    funnel: Funnel
    span: Span
    numbers: Mapping[str, int]
    """The small numbers of the events that the funnel names."""
    through: datetime
    until: date
    """Naive UTC instant up to which the data are complete, and the first incomplete day."""
    zone: ZoneInfo
    week_start: WeekStart = "monday"
    bucket: Bucket | None = None
    in_order: bool = False
    """Whether the engine joins along time."""
    kept: int | None = None
    """The number under which the refresh keeps this funnel's attempts, if it does."""

    @classmethod
    def of(
        cls, warehouse: Warehouse, funnel: Funnel, span: Span, bucket: Bucket | None = None
    ) -> Question:
        """The question as this warehouse can answer it. A `Problem` names events it never had."""
        numbers = event_numbers(warehouse)
        require_events(funnel, numbers)
        coverage = warehouse.coverage
        return cls(
            funnel,
            span,
            {event: numbers[event] for event in sorted(funnel.events)},
            coverage.through,
            coverage.until,
            warehouse.reporting.zone,
            warehouse.reporting.week_start,
            bucket,
            warehouse.joins_in_order,
            _kept_number(warehouse, funnel),
        )

    @property
    def begins(self) -> datetime:
        """The instant from which attempts may begin (naive UTC)."""
        return start_of_day(self.span.start, self.zone)

    @property
    def ends(self) -> datetime:
        """The instant from which no attempt begins any more."""
        return start_of_day(self.span.end, self.zone)

    @property
    def reach(self) -> datetime | None:
        """The last instant at which a step can lie; `None` where a session may go on."""
        window = self.funnel.window
        if window.kind == "session":
            return None
        if window.kind == "day":
            return self.ends - timedelta(microseconds=1)
        return self.ends - timedelta(microseconds=1) + timedelta(seconds=window.seconds or 0)

    @property
    def shares_events(self) -> bool:
        """Whether one event could serve two steps."""
        return bool(self.funnel.shared_events())

    @property
    def adjacent(self) -> bool:
        """Whether the events of an attempt are neighbours among all events of the funnel."""
        f = self.funnel
        return f.order is Order.STRICT and not any(s.optional for s in f.steps)

    @property
    def by_session(self) -> bool:
        """Whether an attempt stays within one session."""
        f = self.funnel
        return f.window.kind == "session" or f.count is Counting.SESSIONS or f.hold == "session_id"

    @property
    def keys(self) -> tuple[str, ...]:
        """What all events of one attempt have in common."""
        session = ("session_id",) if self.by_session else ()
        item = ("item_id",) if self.funnel.hold == "item_id" else ()
        return ("person_no", *session, *item)

    @property
    def unit(self) -> tuple[str, ...]:
        """What is counted once."""
        return ("person_no", "session_id") if self.funnel.count is Counting.SESSIONS else (
            "person_no",
        )  # fmt: skip

    @property
    def plain(self) -> bool:
        """Whether it can be answered without following every attempt: users, in this order,
        within elapsed time, and nothing else."""
        f = self.funnel
        return (
            self.in_order
            and f.order is Order.ORDERED
            and f.count is Counting.USERS
            and f.window.kind == "elapsed"
            and f.hold is None
            and not f.exclusions
            and not self.shares_events
            and self.bucket is None
            and all(not s.optional and s.window is None for s in f.steps)
        )

    @property
    def first_only(self) -> bool:
        return self.funnel.entry is Entry.FIRST and self.funnel.count is not Counting.ATTEMPTS

    @property
    def over_before(self) -> date | None:
        """The day before which entries have to lie for their windows to be over, where rates rest
        on such entries alone; `None` where each unit's own window says whether it is in a rate.

        A user who enters again and again has an open window whenever she came back lately. Leaving
        her out would leave out those who come back: of her, the entries that are over are counted.
        """
        f = self.funnel
        if f.count is not Counting.USERS or self.first_only or self.by_session:
            return None
        if f.window.kind == "day":
            return self.until
        return reporting_day(self.through - timedelta(seconds=f.window.seconds or 0), self.zone)

    @property
    def over(self) -> Question | None:
        """The same question of entries whose windows are over: itself where that is all of them,
        `None` where it is none."""
        before = self.over_before
        if before is None or self.span.end <= before:
            return self
        if before <= self.span.start:
            return None
        return replace(self, span=Span(self.span.start, before))


def _kept_number(warehouse: Warehouse, funnel: Funnel) -> int | None:
    if not keepable(funnel):
        return None
    kept = warehouse.sources(Scope(warehouse.reporting.currency)).kept_funnels
    found = warehouse.fetch(select(kept.c.fingerprint, kept.c.funnel_no))
    return {str(mark): int(no) for mark, no in found.itertuples(index=False)}.get(
        fingerprint(funnel)
    )
