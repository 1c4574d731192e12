"""Questions of the channel pages on two million users: each cold, the goal beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from bench.timing import Timing, timed
from data.scope import LOCAL_VIEWER, Scope, Span
from data.settings import Settings
from data.warehouse import Shelf
from metrics.channels.people import Counted, channel_people
from metrics.channels.result import channels
from metrics.channels.spec import Node
from metrics.payback.result import payback
from metrics.payback.spec import By
from metrics.people import people_page
from metrics.periods import step_of
from metrics.saturation.result import saturation

GOAL = 300.0
DRILLED = "paid_search"


def channel_questions(settings: Settings, shop: str) -> Iterator[Timing]:
    """The table at two levels over 4 weeks, payback over all months, the curves, a list."""
    shelf = Shelf.of(settings, shop)
    warehouse = shelf.open(LOCAL_VIEWER)
    scope, until = Scope(warehouse.reporting.currency), warehouse.coverage.until
    span = Span(until - timedelta(weeks=4), until)
    everything = Span(warehouse.coverage.start, until)

    def reopen() -> None:
        nonlocal warehouse
        warehouse.close()
        warehouse = shelf.open(LOCAL_VIEWER)
        _ = warehouse.coverage

    def asked(name: str, work: Callable[[], object], goal: float | None) -> Timing:
        return timed(name, work, before=reopen, goal_ms=goal)

    def table(node: Node) -> Callable[[], object]:
        return lambda: channels(warehouse, scope, span, step_of(span).back(span), node)

    yield asked("channel table, 4 weeks", table(Node()), GOAL)
    yield asked(f"campaigns of {DRILLED}, 4 weeks", table(Node((DRILLED,))), GOAL)
    yield asked(
        "payback by month of the first order",
        lambda: payback(warehouse, scope, everything, By.MONTH),
        None,
    )
    yield asked("saturation of every channel", lambda: saturation(warehouse, scope), None)
    people = Counted(span, (DRILLED,))
    yield asked(
        "customers of a channel, first page",
        lambda: people_page(warehouse, channel_people(warehouse, scope, people)),
        GOAL,
    )
    warehouse.close()
