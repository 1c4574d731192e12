"""What the channel page is asked, and its answer, computed once for its question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.scope import Scope, Span
from i18n import Problem
from metrics.channels.result import Table, channels, days_without_spend
from metrics.channels.spec import NEEDS, Cost, Node
from metrics.like_for_like import comparable
from ui.patience import patiently
from ui.session import chosen, remembered, scope, span, text, warehouse
from ui.states import card, not_available

FIGURE = 420
"""Height kept for the main figure, in pixels."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the page: the same people, days and place for every part of it."""

    scope: Scope
    span: Span
    against: Span | None
    node: Node
    cost: Cost
    horizon: int

    @classmethod
    def now(cls) -> Asked:
        c = chosen()
        kept, days = scope(), span()
        against = comparable(warehouse(), kept, days, c.compare)
        return cls(kept, days, against, Node(c.path), c.cost, c.horizon)

    def table(self, node: Node | None = None) -> Table:
        """The rows of the place, or of another one."""
        w, at = warehouse(), node or self.node
        return remembered(
            lambda: channels(w, self.scope, self.span, self.against, at),
            "channels", self.scope, self.span, self.against, at,
        )  # fmt: skip

    def gaps(self, days: Span) -> tuple[date, ...]:
        """Days without spend in the middle of others."""
        w = warehouse()
        return remembered(
            lambda: days_without_spend(w, self.scope, days), "spend_gaps", self.scope, days
        )


def answered(asked: Asked) -> Table | None:
    """The table; None, with the reason in its place, where the shop lacks what it is made of, the
    range holds no complete day, or the reader stopped it."""
    lacking = warehouse().coverage.lacking(*NEEDS)
    if lacking:
        not_available(lacking, text())
        return None
    try:
        return patiently(asked.table, "channels", asked, height=FIGURE)
    except Problem as problem:
        if problem.code != "channels_no_day":
            raise
        what, *hint = problem.say(text()).split("\n")
        card(what, "\n".join(hint), "info")
        return None
