"""The Overview's questions, cold and together, beside the floor of reading the rows once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlalchemy import func, select

from bench.timing import Timing, timed
from data import rollups
from data.scope import LOCAL_VIEWER, Scope, Span
from data.settings import Settings
from data.warehouse import Shelf, Warehouse
from metrics.families import FAMILIES, Family
from metrics.measures import measure
from metrics.periods import Comparison, Grain, history
from metrics.scorecard import HISTORY_POINTS, scorecard, series
from metrics.trees import TREES, read_tree

WEEKS = 4


def overview(settings: Settings, shop: str) -> Iterator[Timing]:
    """Every query set of the page, each on a connection of its own with nothing cached."""
    shelf = Shelf.of(settings, shop)
    fresh: list[Warehouse] = []

    def reopen() -> None:
        for used in fresh:
            used.close()
        fresh[:] = [shelf.open(LOCAL_VIEWER)]
        _ = fresh[0].coverage

    reopen()
    until = fresh[0].coverage.until
    span = Span(until - timedelta(weeks=WEEKS), until)
    scope = Scope(fresh[0].reporting.currency)
    past = history(span, fresh[0].coverage.start, most=HISTORY_POINTS)
    floor = select(*[func.count(), func.max(rollups.person_day.c.day)])
    yield timed(
        "floor: count and max over person_day", lambda: fresh[0].fetch(floor), before=reopen
    )

    def asked(family: Family) -> Callable[[], object]:
        return lambda: measure(fresh[0], scope, [*past, span], [family])

    for family in FAMILIES:
        yield timed(f"family {family.key}, {len(past) + 1} ranges", asked(family), before=reopen)
    yield timed(
        "scorecard: all metrics, compared and judged",
        lambda: scorecard(fresh[0], scope, span, Comparison.PREVIOUS),
        before=reopen,
        goal_ms=500,
    )
    year = Span(until - timedelta(weeks=52), until)
    yield timed(
        "north star trend: MAPU by week, 52 weeks and the year before",
        lambda: series(fresh[0], scope, year, Grain.WEEK, "mapu", with_before=True),
        before=reopen,
        goal_ms=500,
    )

    def read(key: str) -> Callable[[], object]:
        return lambda: read_tree(fresh[0], scope, key, span, Comparison.PREVIOUS)

    for key in TREES:
        yield timed(f"input tree {key}", read(key), before=reopen, goal_ms=500)
