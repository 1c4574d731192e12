"""What the budget page is asked, and its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from data.scope import Scope
from metrics.saturation.evidence import Measured, measured
from metrics.saturation.result import Saturation, saturation
from metrics.saturation.spec import NEEDS
from metrics.saturation.whatif import Movable, marginal, movables
from metrics.stats.response import Range
from store import SPEND_EXPERIMENT
from ui.patience import patiently
from ui.saturation.address import percents, plan_of
from ui.session import chosen, remembered, scope, store, text, warehouse
from ui.states import not_available

PAGE = 640
"""Height of what comes while it is waited for."""


@dataclass(frozen=True, eq=False)
class Found:
    """The curves, the experiments that the team recorded, the channels that can be moved."""

    scope: Scope
    answer: Saturation
    experiments: Mapping[str, tuple[Measured, ...]]
    movable: tuple[Movable, ...]

    @property
    def last_day(self) -> date:
        """The last day of the data: dates of another year carry theirs."""
        return warehouse().coverage.last_day

    @property
    def plan(self) -> dict[str, float]:
        """Weekly spends of the address, as far as its channels can be moved here."""
        return plan_of(self.movable, percents(chosen().budget))


def answered() -> Found | None:
    """Everything on the page; None, with the reason in its place, where the shop lacks spend or
    customers, or the reader stopped it."""
    w, asked = warehouse(), scope()
    lacking = w.coverage.lacking(*NEEDS)
    if lacking:
        not_available(lacking, text())
        return None
    answer = patiently(
        lambda: remembered(lambda: saturation(w, asked), "saturation", asked),
        "saturation",
        asked,
        height=PAGE,
    )
    if answer is None:
        return None
    return _with_experiments(answer)


def _with_experiments(answer: Saturation) -> Found:
    w, asked = warehouse(), scope()
    held = measured(w, asked, store().list(SPEND_EXPERIMENT, w.shop))
    return Found(asked, answer, held, movables(answer, held))


def next_customer() -> tuple[Range | None, int]:
    """What the next customer of all channels together would cost, and of how many channels that is
    known; for pages that show it beside other numbers."""
    w, asked = warehouse(), scope()
    found = _with_experiments(remembered(lambda: saturation(w, asked), "saturation", asked))
    return marginal(found.movable), len(found.movable)
