"""The weekly review on two million users: its numbers cold, as a whole and family by family."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.timing import Timing, timed
from data.scope import LOCAL_VIEWER, Scope
from data.settings import Settings
from data.warehouse import Shelf, Warehouse
from metrics.families import FAMILIES, Family
from metrics.measures import measure
from metrics.review.deck import DEFAULT_DECK
from metrics.review.memory import Memory
from metrics.review.ranges import last_complete_week, ranges_of, weeks_up_to
from metrics.review.weekly import weekly_review
from metrics.scorecard import HISTORY_POINTS

COLD = 1500.0
ASKED = ("buyers", "activity", "trailing", "repurchase", "revenue")
"""The families of the default deck that read more than a few rows."""


def review_questions(settings: Settings, shop: str) -> Iterator[Timing]:
    """The default deck of the last complete week, each time on a connection of its own."""
    shelf = Shelf.of(settings, shop)
    fresh: list[Warehouse] = [shelf.open(LOCAL_VIEWER)]
    coverage, reporting = fresh[0].coverage, fresh[0].reporting
    scope = Scope(reporting.currency)

    def reopen() -> None:
        fresh[0].close()
        fresh[0] = shelf.open(LOCAL_VIEWER)
        _ = fresh[0].coverage

    yield timed(
        "weekly review, default deck",
        lambda: weekly_review(fresh[0], scope, None, DEFAULT_DECK, Memory()),
        before=reopen,
        goal_ms=COLD,
    )
    week = last_complete_week(coverage, reporting.week_start)
    ranges = ranges_of(week, coverage.until)
    history = weeks_up_to(week, HISTORY_POINTS, 1, coverage.start)
    spans = [s for s in (*history, *ranges.weeks, *ranges.months) if s.start >= coverage.start]

    def asked(family: Family) -> Callable[[], object]:
        return lambda: measure(fresh[0], scope, spans, [family])

    for family in (f for f in FAMILIES if f.key in ASKED):
        name = f"family {family.key}, weeks and months"
        yield timed(name, asked(family), before=reopen)
    fresh[0].close()
