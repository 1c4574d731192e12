"""What the planner page is asked, and its answer."""

from __future__ import annotations

from dataclasses import dataclass

from data.scope import Scope
from metrics.experiments.outcomes import BASES, MOST_DAYS, Outcome
from metrics.planner.answer import Plan, planned
from metrics.planner.spec import Question, default_question, lacking
from ui.patience import patiently
from ui.planner.address import read_question, write_question
from ui.session import choose, chosen, remembered, scope, text, warehouse
from ui.states import not_available

PAGE = 640
"""Height of what comes while it is waited for."""
WINDOWS = (1, 3, 7, 14, 21, 28, 56)


@dataclass(frozen=True, slots=True)
class Found:
    """One answer, and the scope it was asked in."""

    scope: Scope
    plan: Plan


def question() -> Question:
    """As the address says it, else the usual one."""
    said = chosen().plan
    return default_question() if said is None else read_question(said)


def show(asked: Question) -> None:
    """Ask this from the next run on."""
    choose(plan=None if asked == default_question() else write_question(asked))


def answered(asked: Question) -> Found | None:
    """The answer; None, with the reason in its place, where the shop lacks what the metric is made
    of, or the reader stopped it."""
    w, within = warehouse(), scope()
    missing = lacking(w.coverage, asked)
    if missing:
        not_available(missing, text())
        return None
    plan = patiently(
        lambda: remembered(lambda: planned(w, within, asked), "planner", within, asked),
        "planner",
        within,
        asked,
        height=PAGE,
    )
    return None if plan is None else Found(within, plan)


def offered(*windows: int) -> list[Outcome]:
    """Metrics that the shop has the data for, in each of these windows."""
    coverage = warehouse().coverage
    kept = [d for d in dict.fromkeys(windows) if 1 <= d <= MOST_DAYS]
    return [Outcome(base, d) for base in BASES if coverage.has(*base.needs) for d in kept]
