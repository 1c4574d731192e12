"""What the cohort page is asked, and its answers, each computed once for its question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from data.scope import Scope, Span
from i18n import Problem
from metrics.funnels.events import event_counts
from metrics.periods import Grain
from metrics.retention.ask import retention
from metrics.retention.question import lacking
from metrics.retention.result import Retention
from metrics.retention.spec import Return, Spec, Start, Value
from metrics.retention.summary import Summary, summary
from metrics.user_segments import Segment
from ui.look_back import looked_back
from ui.retention.address import read_retention, write_retention
from ui.session import choose, chosen, remembered, scope, span, warehouse

COHORTS: dict[Grain, int] = {Grain.DAY: 28, Grain.WEEK: 26, Grain.MONTH: 13}
"""How many cohorts stand in the table at least: a range of four weeks would show four of them."""
BY_ACTIVITY = Spec()
BY_PURCHASE = Spec(start=Start.FIRST_PURCHASE, returning=Return.PURCHASE, grain=Grain.MONTH)
_COMPLETE = "retention_complete"
"""The question whose intervals are known in this session."""
USUAL = (BY_ACTIVITY, BY_PURCHASE)
"""What is asked where nobody chose: the first that the shop can answer."""


def known_events() -> dict[str, int]:
    """The events of the people in view with how many there are, most frequent first."""
    w, asked = warehouse(), scope()
    return remembered(lambda: event_counts(w, asked), "event_counts", asked)


def shown_spec() -> Spec:
    """The question of the address, else the usual one of this shop."""
    if chosen().retention is not None:
        return read_retention(chosen().retention)
    able = [spec for spec in USUAL if not lacks(spec)]
    return able[0] if able else USUAL[0]


def lacks(spec: Spec) -> tuple[str, ...]:
    """Tables and columns that the shop would need for this question and does not have."""
    w = warehouse()
    active = w.reporting.activity_events
    return lacking(w.coverage, spec, buying_is_active=not active or "purchase" in active)


def show(spec: Spec) -> None:
    """Ask this from the next run on."""
    choose(retention=write_retention(spec))


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the page: the same people, days and cut for every part of it."""

    spec: Spec
    scope: Scope
    span: Span

    @classmethod
    def now(cls) -> Asked:
        spec = shown_spec()
        return cls(spec, scope(), looked_back(span(), spec.grain, COHORTS[spec.grain]))

    def cohorts(self) -> Retention:
        """The cohorts; of orders and money at first without intervals, which cost more than the
        table itself: they follow when the page is drawn (`complete`)."""
        intervals = self.spec.value is Value.USERS or st.session_state.get(_COMPLETE) == self
        return self._of(None, intervals=intervals)

    def segments(self, by: Segment) -> Retention:
        return self._of(by, intervals=True)

    def complete(self) -> bool:
        """Compute the intervals that the table still lacks; whether it has to be drawn anew."""
        if self.spec.value is Value.USERS or st.session_state.get(_COMPLETE) == self:
            return False
        self._of(None, intervals=True)
        st.session_state[_COMPLETE] = self
        return True

    def milestones(self, days: Span) -> Summary:
        """Day 1, 7 and 30 of the people who began in the chosen days."""
        w, against = warehouse(), chosen().compare
        return remembered(
            lambda: summary(w, self.scope, days, self.spec, comparison=against),
            "retention_days", self.scope, days, self.spec, against,
        )  # fmt: skip

    def _of(self, by: Segment | None, *, intervals: bool) -> Retention:
        w = warehouse()
        return remembered(
            lambda: retention(w, self.scope, self.span, self.spec, by, intervals=intervals),
            "retention", self.scope, self.span, self.spec, by, intervals,
        )  # fmt: skip


def with_(spec: Spec, **changes: Any) -> Spec:
    """The spec with something changed; what does not go with it is put back to the usual."""
    usual = Spec()
    plain: dict[str, Any] = {"kind": usual.kind, "brackets": ()}
    for fallback in ({}, plain, {**plain, "value": usual.value}):
        try:
            return replace(spec, **{**fallback, **changes})
        except Problem:
            continue
    return replace(usual, **changes)
