"""What the payback page is asked, and its answer, computed once for its question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.scope import Scope, Span
from i18n import Problem
from metrics.channels.result import days_without_spend
from metrics.channels.spec import NEEDS, Cost
from metrics.payback.result import Payback, payback
from metrics.payback.spec import By
from metrics.periods import Grain
from ui.look_back import looked_back
from ui.patience import patiently
from ui.session import chosen, remembered, scope, span, text, warehouse
from ui.states import card, empty, not_available

MONTHS = 13
"""How many stand side by side at least: a customer takes months to pay back."""
TABLE = 520
"""Height kept for the table, in pixels."""


def shown_by() -> By:
    """What the address breaks down by, if it is a cohort of this page; else months."""
    by = chosen().by
    return By(by) if by in tuple(By) else By.MONTH


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the page: the same people, days and cohorts for every part of it. The cost
    that is counted changes no statement."""

    scope: Scope
    span: Span
    by: By

    @classmethod
    def now(cls) -> Asked:
        return cls(scope(), looked_back(span(), Grain.MONTH, MONTHS), shown_by())

    @property
    def cost(self) -> Cost:
        return chosen().cost

    def found(self) -> Payback:
        """The answer; it is kept for the next part that asks."""
        w = warehouse()
        return remembered(lambda: payback(w, self.scope, self.span, self.by), "payback", self)

    def gaps(self, days: Span) -> tuple[date, ...]:
        """Days without spend in the middle of others."""
        w = warehouse()
        return remembered(
            lambda: days_without_spend(w, self.scope, days), "spend_gaps", self.scope, days
        )


def answered(asked: Asked) -> Payback | None:
    """The cohorts; None, with the reason in its place, where the shop lacks what they are made of,
    the range holds no complete day, nobody can be counted, or the reader stopped it."""
    tr = text()
    lacking = warehouse().coverage.lacking(*NEEDS)
    if lacking:
        not_available(lacking, tr)
        return None
    try:
        found = patiently(asked.found, "payback", asked, height=TABLE)
    except Problem as problem:
        if not problem.code.startswith("payback_"):
            raise
        what, *hint = problem.say(tr).split("\n")
        card(what, "\n".join(hint), "info")
        return None
    if found is not None and (found.reason is not None or not found.whole.size):
        empty(tr, found.reason)
        return None
    return found
