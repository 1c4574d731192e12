"""What the lifecycle page is asked: of whom, from when on, compared with what; and its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from data.scope import Scope, Span
from i18n import Problem, Words
from metrics.lifecycle.result import Asked, Lifecycle
from metrics.lifecycle.stages import NEEDS, POPULATIONS, Population
from metrics.periods import Comparison
from ui.patience import patiently
from ui.session import choose, chosen, remembered, scope, span, text, warehouse
from ui.states import card, not_available

FIGURE = 470
"""Height of the funnel in pixels."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the page: the same people, days and comparison for every part of it."""

    scope: Scope
    span: Span
    comparison: Comparison
    population: Population

    @classmethod
    def now(cls) -> Question:
        return cls(scope(), span(), chosen().compare, population())

    def asked(self) -> Asked:
        return Asked(warehouse(), self.scope, self.population)


def population() -> Population:
    """The chosen people, else those whom the shop knows; registered users where it knows none."""
    coverage, wanted = warehouse().coverage, chosen().population
    able = [p for p in (wanted, *Population) if not coverage.lacking(*NEEDS[p])]
    return able[0] if able else Population.REGISTERED


def answered(question: Question, meanwhile: Callable[[], None]) -> Lifecycle | None:
    """The funnel, computed once for this question. None, with the reason in its place, where there
    is nobody to follow, the settings name an event that the shop does not have, or the reader
    stopped it. `meanwhile` is called once if it has to be waited for."""
    tr, asked = text(), question.asked()
    if asked.lacking():
        not_available(asked.lacking(), tr)
        return None
    try:
        asked.question([question.span])
    except Problem as problem:
        if problem.code != "activation_event_unknown":
            raise
        what, *hint = problem.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
        return None
    return patiently(
        lambda: remembered(
            lambda: asked.funnel(question.span, question.comparison), "lifecycle", question
        ),
        "lifecycle",
        question,
        height=FIGURE,
        meanwhile=meanwhile,
    )


def choose_population() -> None:
    """Where it is known who the visitors became, they may be followed from their first visit."""
    tr = text()
    coverage = warehouse().coverage
    able = [p for p in Population if not coverage.lacking(*NEEDS[p])]
    if len(able) < 2:
        return
    key = f"lifecycle_population_{tr.language}"
    st.session_state[key] = population()
    st.segmented_control(
        tr(Words("Whom to follow", "跟踪人群")),
        able,
        key=key,
        format_func=lambda p: tr(POPULATIONS[p]),
        on_change=lambda: choose(population=st.session_state[key] or population()),
        label_visibility="collapsed",
    )
