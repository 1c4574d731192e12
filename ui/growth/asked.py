"""What the growth page is asked, and its answers, each computed once for its question."""

from __future__ import annotations

from dataclasses import dataclass

from data.scope import Scope, Span
from metrics.growth.result import Growth, MoneyFlows, UserFlows, money_growth, user_growth
from metrics.growth.spec import DIMENSIONS, Criterion
from metrics.periods import Grain
from ui.growth.view import NEEDS, View
from ui.look_back import looked_back
from ui.session import chosen, remembered, scope, span, warehouse

PERIODS: dict[Grain, int] = {Grain.WEEK: 26, Grain.MONTH: 13}
"""How many stand side by side at least."""
Flows = Growth[UserFlows] | Growth[MoneyFlows]


def able() -> list[View]:
    """What this shop can be accounted for in."""
    return [v for v in View if not warehouse().coverage.lacking(*NEEDS[v])]


def shown_view() -> View:
    """The view of the address, if the shop has what it needs; else the first that it has."""
    usable = able()
    wanted = chosen().growth
    if wanted in usable:
        return wanted
    return usable[0] if usable else View.ACTIVE


def shown_grain() -> Grain:
    """Weeks, unless the reader follows trends by month or longer."""
    return Grain.WEEK if chosen().grain in (None, Grain.DAY, Grain.WEEK) else Grain.MONTH


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the page: the same people, days and view for every part of it."""

    view: View
    scope: Scope
    span: Span
    grain: Grain

    @classmethod
    def now(cls) -> Asked:
        grain = shown_grain()
        return cls(shown_view(), scope(), looked_back(span(), grain, PERIODS[grain]), grain)

    @property
    def criterion(self) -> Criterion:
        return Criterion.ACTIVE if self.view is View.ACTIVE else Criterion.BOUGHT

    def whole(self) -> Flows:
        return self._of(None)

    def split(self, by: str) -> Flows:
        return self._of(by)

    def _of(self, by: str | None) -> Flows:
        w = warehouse()

        def compute() -> Flows:
            if self.view is View.MONEY:
                return money_growth(w, self.scope, self.span, self.grain, by)
            return user_growth(w, self.scope, self.span, self.grain, self.criterion, by)

        return remembered(compute, "growth", self, by)


def shown_dimension() -> str:
    """What the break-down of the address is by, else the first."""
    by = chosen().by
    return by if by in DIMENSIONS else DIMENSIONS[0]
