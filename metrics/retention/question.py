"""A question of retention as the statements need it: the spec, the range, what the data covers."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from data.scope import Span
from data.serving.cut import PASSIVE_EVENTS, PURCHASE
from data.settings import Reporting
from data.warehouse import OR, Coverage, Warehouse
from i18n import Problem, Words
from metrics.funnels.events import event_numbers
from metrics.retention.spec import Clock, Return, Spec, Start, Value
from metrics.user_segments import Segment


@dataclass(frozen=True, slots=True)
class Question:
    """Cohorts of `span` under one spec. `events` numbers the shop's event names; `last_period`
    is the last one that is counted; `by` names the segments, if any; `intervals` says whether money
    has them."""

    spec: Spec
    span: Span
    coverage: Coverage
    reporting: Reporting
    events: Mapping[str, int]
    last_period: int
    by: Segment | None = None
    intervals: bool = True

    @property
    def active_numbers(self) -> list[int]:
        """The events that count as a person's own activity, purchases left aside."""
        chosen = self.reporting.activity_events
        return sorted(
            no
            for name, no in self.events.items()
            if name != PURCHASE and (name in chosen if chosen else name not in PASSIVE_EVENTS)
        )

    @property
    def buying_is_active(self) -> bool:
        """Whether a paid order counts as activity: unless other events were chosen for it."""
        chosen = self.reporting.activity_events
        return not chosen or PURCHASE in chosen

    @property
    def on_calendar(self) -> bool:
        return self.spec.clock is Clock.CALENDAR


def shop_events(warehouse: Warehouse, spec: Spec) -> dict[str, int]:
    """The shop's events by name, or a `Problem` where the spec names one that it never had."""
    known = event_numbers(warehouse)
    for name in (spec.start_event, spec.return_event):
        if name and name not in known:
            close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
            raise Problem(
                "retention_event_unknown",
                Words("This shop has no event named {event}.", "该店铺没有名为 {event} 的事件。"),
                Words("Did you mean “{known}”?", "是不是想写“{known}”？")
                if close
                else Words("Choose from: {known}.", "可选：{known}。"),
                event=name,
                known=close[0] if close else ", ".join(sorted(known)[:40]),
            )
    return known


def activity_events(spec: Spec) -> tuple[str, ...]:
    """What activity is read from. On the calendar users are active as themselves; on the 24-hour
    clock a visit that is linked to them is theirs."""
    if not spec.counts_users:
        return ("events",)
    either = "" if spec.clock is Clock.CALENDAR else f"{OR}identities"
    return ("events", f"events.user_id{either}")


def activity_is_orders(coverage: Coverage, spec: Spec, *, buying_is_active: bool) -> bool:
    """Whether coming back means ordering again, because no event could say that somebody came."""
    asked = spec.returning is Return.ACTIVITY and spec.value is Value.USERS
    return asked and buying_is_active and not coverage.has(*activity_events(spec))


def lacking(coverage: Coverage, spec: Spec, *, buying_is_active: bool) -> tuple[str, ...]:
    """Tables and columns without which the question has no answer. Activity of a shop without
    events is its orders, where the settings count buying as activity."""
    buyers = ("orders.user_id",) if spec.counts_users else ("orders",)
    starts: dict[Start, tuple[str, ...]] = {
        Start.REGISTRATION: ("users.registered_at",),
        Start.FIRST_PURCHASE: ("orders.user_id",),
        Start.FIRST_VISIT: ("events", "identities"),
        Start.EVENT: ("orders",) if spec.start_event == PURCHASE else ("events",),
    }
    orders_only = activity_is_orders(coverage, spec, buying_is_active=buying_is_active)
    returns: dict[Return, tuple[str, ...]] = {
        Return.ACTIVITY: buyers if orders_only else activity_events(spec),
        Return.PURCHASE: buyers,
        Return.EVENT: ("orders",) if spec.return_event == PURCHASE else ("events",),
    }
    needs = [*starts[spec.start]]
    needs += returns[spec.returning] if spec.value is Value.USERS else ("orders.user_id",)
    return coverage.lacking(*dict.fromkeys(needs))
