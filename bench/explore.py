"""Questions of the Explore page on two million users: each cold, the goal beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from bench.timing import Timing, timed
from data.scope import LOCAL_VIEWER, Scope, Span
from data.settings import Settings
from data.warehouse import Shelf
from metrics.catalog import METRICS
from metrics.explore.people import people_behind
from metrics.explore.result import explore
from metrics.explore.spec import Shape, Spec
from metrics.people import people_page
from metrics.periods import Comparison, Grain

GOAL = 500.0


def explore_questions(settings: Settings, shop: str) -> Iterator[Timing]:
    """The page as it opens, a drill, a pivot, a quarter by week, all metrics, and two lists."""
    shelf = Shelf.of(settings, shop)
    warehouse = shelf.open(LOCAL_VIEWER)
    scope, until = Scope(warehouse.reporting.currency), warehouse.coverage.until
    span, quarter = (Span(until - timedelta(weeks=n), until) for n in (4, 13))

    def reopen() -> None:
        nonlocal warehouse
        warehouse.close()
        warehouse = shelf.open(LOCAL_VIEWER)
        _ = warehouse.coverage

    def asked(name: str, work: Callable[[], object], goal: float | None) -> Timing:
        return timed(name, work, before=reopen, goal_ms=goal)

    def grid(spec: Spec, days: Span = span) -> Callable[[], object]:
        return lambda: explore(warehouse, scope, days, Comparison.PREVIOUS, spec, Grain.WEEK)

    def people(key: str) -> Callable[[], object]:
        def first_page() -> object:
            found = people_behind(warehouse, scope, METRICS[key], span, {"market": "CN"})
            return None if found is None else people_page(warehouse, found)

        return first_page

    campaigns = Spec(by="campaign", path=(("market", "CN"), ("channel", "paid_social")))
    yield asked("explore as it opens, 4 weeks", grid(Spec()), GOAL)
    yield asked("campaigns of a channel of a market, 4 weeks", grid(campaigns), None)
    yield asked(
        "GMV by market and channel, 4 weeks",
        grid(Spec(("gmv",), shape=Shape.SPLIT, split="channel")),
        GOAL,
    )
    yield asked(
        "GMV by market and week, 13 weeks", grid(Spec(("gmv",), shape=Shape.TIME), quarter), GOAL
    )
    yield asked("leaderboard: all metrics by market, 4 weeks", grid(Spec(shape=Shape.BOARD)), None)
    for key in ("gmv", "mau"):
        yield asked(f"people behind {key} of a market, first page", people(key), None)
    warehouse.close()
