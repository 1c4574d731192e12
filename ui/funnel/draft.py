"""A funnel while it is being edited: it may still make no sense, and nothing of it gets lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from i18n import Problem, Words
from metrics.funnels import written
from metrics.funnels.spec import (
    DAY,
    FEWEST_STEPS,
    MOST_STEPS,
    Counting,
    Effect,
    Entry,
    Exclusion,
    Filter,
    Funnel,
    Hold,
    Match,
    Op,
    Order,
    Step,
    Window,
)
from ui.funnel.address import require_fits

UNITS: dict[str, int] = {"d": DAY, "h": 3600, "m": 60, "s": 1}
"""Lengths of windows by their key, longest first."""
SESSION, SAME_DAY = "session", "day"
MOST_EXCLUSIONS = 5


@dataclass(slots=True)
class DraftWindow:
    """A window as it is typed: a number of `unit`, or one session, or one calendar day."""

    unit: str = "d"
    amount: int = 7

    @classmethod
    def of(cls, window: Window) -> DraftWindow:
        if window.kind != "elapsed" or window.seconds is None:
            return cls(window.kind, 1)
        unit = next(u for u, size in UNITS.items() if window.seconds % size == 0)
        return cls(unit, window.seconds // UNITS[unit])

    def plain(self) -> dict[str, Any]:
        if self.unit in UNITS:
            return {"seconds": self.amount * UNITS[self.unit]}
        return {"kind": self.unit, "seconds": None}


@dataclass(slots=True)
class DraftFilter:
    """A condition; `event` is the one that it concerns, None: every event of its step."""

    id: int
    column: str = "channel"
    op: Op = Op.IS
    values: list[str] = field(default_factory=list)
    event: str | None = None

    def plain(self) -> dict[str, Any]:
        values = [] if self.op is Op.KNOWN else self.values
        return {"column": self.column, "op": self.op, "values": values}


@dataclass(slots=True)
class DraftStep:
    """A step. `kept` holds one that the editor can't show in parts: the same event twice with
    different conditions."""

    id: int
    events: list[str] = field(default_factory=list)
    filters: list[DraftFilter] = field(default_factory=list)
    optional: bool = False
    window: DraftWindow | None = None
    kept: tuple[Match, ...] | None = None

    def plain(self, n: int) -> dict[str, Any]:
        if not self.events and self.kept is None:
            raise Problem("draft_step", _NO_EVENT, _CHOOSE, n=n)
        any_of = _any_of(self)
        window = None if self.window is None else self.window.plain()
        return {"any_of": any_of, "optional": self.optional, "window": window}


@dataclass(slots=True)
class DraftExclusion:
    """Events that must not come between two steps, which are named by their ids; None: the first
    and the last, whichever they are. `kept` as in a step."""

    id: int
    events: list[str] = field(default_factory=list)
    filters: list[DraftFilter] = field(default_factory=list)
    after: int | None = None
    before: int | None = None
    effect: Effect = Effect.STOP
    kept: tuple[Match, ...] | None = None


def _any_of(part: DraftStep | DraftExclusion) -> list[dict[str, Any]]:
    """Its events, each with the conditions that concern it."""
    if part.kept is not None:
        return [m.model_dump(mode="json") for m in part.kept]
    return [
        {"event": e, "filters": [f.plain() for f in part.filters if f.event in (None, e)]}
        for e in part.events
    ]


@dataclass(slots=True)
class Draft:
    """Everything that the editor shows. `base` is the address of the funnel it began with."""

    base: str
    steps: list[DraftStep] = field(default_factory=list)
    order: Order = Order.ORDERED
    window: DraftWindow = field(default_factory=DraftWindow)
    entry: Entry = Entry.FURTHEST
    count: Counting = Counting.USERS
    hold: Hold | None = None
    exclusions: list[DraftExclusion] = field(default_factory=list)
    last_id: int = 0

    @classmethod
    def of(cls, funnel: Funnel | None, base: str) -> Draft:
        """The draft of a funnel; without one, two empty steps."""
        draft = cls(base)
        if funnel is None:
            draft.insert(0)
            draft.insert(1)
            return draft
        draft.order, draft.entry, draft.count = funnel.order, funnel.entry, funnel.count
        draft.hold, draft.window = funnel.hold, DraftWindow.of(funnel.window)
        draft.steps = [draft._step(s) for s in funnel.steps]
        draft.exclusions = [draft._exclusion(e) for e in funnel.exclusions]
        return draft

    def new_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def _step(self, step: Step) -> DraftStep:
        made = DraftStep(self.new_id(), optional=step.optional)
        made.window = None if step.window is None else DraftWindow.of(step.window)
        self._fill(made, step.any_of)
        return made

    def _fill(self, made: DraftStep | DraftExclusion, any_of: tuple[Match, ...]) -> None:
        """Events and conditions as the editor shows them, as far as it can."""
        events = [m.event for m in any_of]
        if len(set(events)) < len(events):
            made.kept = any_of
            return
        made.events = events
        if len({m.filters for m in any_of}) == 1:
            made.filters = self._filters(any_of[0].filters, None)
        else:
            for m in any_of:
                made.filters += self._filters(m.filters, m.event)

    def _filters(self, filters: Iterable[Filter], event: str | None) -> list[DraftFilter]:
        return [DraftFilter(self.new_id(), f.column, f.op, list(f.values), event) for f in filters]

    def _exclusion(self, e: Exclusion) -> DraftExclusion:
        n = len(self.steps)
        after = None if e.after == 1 else self.steps[e.after - 1].id
        before = None if e.before == n else self.steps[e.before - 1].id
        made = DraftExclusion(self.new_id(), after=after, before=before, effect=e.effect)
        self._fill(made, e.any_of)
        return made

    def insert(self, at: int) -> None:
        """An empty step before place `at` (from 0)."""
        if len(self.steps) < MOST_STEPS:
            self.steps.insert(at, DraftStep(self.new_id()))

    def remove(self, at: int) -> None:
        if len(self.steps) > FEWEST_STEPS:
            del self.steps[at]

    def move(self, at: int, by: int) -> None:
        """One place up (-1) or down (1)."""
        to = at + by
        if 0 <= to < len(self.steps):
            self.steps.insert(to, self.steps.pop(at))

    def place(self, step_id: int | None, otherwise: int) -> int:
        """The place of a step, from 1; `otherwise` where it is gone or the end is meant."""
        return next((n for n, s in enumerate(self.steps, 1) if s.id == step_id), otherwise)

    def funnel(self) -> Funnel:
        """The funnel as it stands; a `Problem` says what makes no sense yet."""
        n = len(self.steps)
        made = written.funnel_from(
            {
                "steps": [s.plain(at) for at, s in enumerate(self.steps, 1)],
                "order": self.order,
                "window": self.window.plain(),
                "entry": self.entry,
                "count": self.count,
                "hold": self.hold,
                "exclusions": [self._excluded(e, n) for e in self.exclusions],
            }
        )
        require_fits(made)
        return made

    def _excluded(self, e: DraftExclusion, n: int) -> dict[str, Any]:
        if not e.events and e.kept is None:
            raise Problem("draft_exclusion", _NO_EXCLUDED, _CHOOSE_OR_REMOVE)
        after, before = self.place(e.after, 1), self.place(e.before, n)
        return {"any_of": _any_of(e), "after": after, "before": before, "effect": e.effect}


_NO_EVENT = Words("Step {n} has no event yet.", "第 {n} 步还没有选择事件。")
_CHOOSE = Words("Choose one or several events, or remove the step.", "请选择事件，或删除该步骤。")
_NO_EXCLUDED = Words("An exclusion has no event yet.", "有排除条件还没有选择事件。")
_CHOOSE_OR_REMOVE = Words(
    "Choose the events that must not happen, or remove it.", "请选择不应发生的事件，或删除该条件。"
)
