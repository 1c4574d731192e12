"""What the review is asked: a week, the deck, what the store remembers; and its answer, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from data.scope import Span
from i18n import Problem, Text, Words
from metrics.periods import Grain, floor
from metrics.review.memory import Memory
from metrics.review.memory import remembered as memory_of
from metrics.review.ranges import last_complete_week
from metrics.review.result import Review
from metrics.review.weekly import week_of, weekly_review
from metrics.review.words import opening_sentence
from ui.patience import patiently
from ui.review.deck import deck
from ui.session import chosen, remembered, scope, store, text, warehouse
from ui.states import card

FIRST_SCREEN = (90, 40, 300, 300)
"""Heights in pixels of what comes: title and finding, controls, the first section."""
MOST_WEEKS = 156
_ANSWERS = Words(
    "What moved in the week, and what of it is more than noise.",
    "本周哪些指标变化了，其中哪些不只是正常波动。",
)


@dataclass(frozen=True, slots=True)
class Found:
    """The review and what the store remembers; None where there is none, which stands in its
    place."""

    review: Review | None
    memory: Memory

    def finding(self, tr: Text) -> str:
        """What is signal this week, or what the page answers."""
        return tr(_ANSWERS) if self.review is None else opening_sentence(self.review, tr)


def week() -> Span:
    """The chosen week, else the last complete one."""
    w, day = warehouse(), chosen().week
    if day is None:
        return last_complete_week(w.coverage, w.reporting.week_start)
    return week_of(day, w.reporting.week_start)


def weeks() -> list[Span]:
    """The weeks that can be chosen, the latest first; the last one may still run."""
    w = warehouse()
    last = floor(w.coverage.last_day, Grain.WEEK, w.reporting.week_start)
    starts = (last - timedelta(weeks=n) for n in range(MOST_WEEKS))
    spans = (Span(s, s + timedelta(weeks=1)) for s in starts)
    return [s for s in spans if s.end > w.coverage.start]


def answered() -> Found:
    """Computed once for this week, scope, deck and these records."""
    w, asked, of, lines = warehouse(), scope(), week(), deck()
    memory = memory_of(store(), w.shop)
    question = (asked, of, lines, memory.revisions())
    try:
        made = patiently(
            lambda: remembered(
                lambda: weekly_review(w, asked, of, lines, memory, store()), "review", question
            ),
            "review",
            question,
            height=0,
        )
    except Problem as problem:
        if problem.code != "review_week":
            raise
        what, *hint = problem.say(text()).split("\n")
        card(what, "\n".join(hint), "warning")
        made = None
    return Found(made, memory)
