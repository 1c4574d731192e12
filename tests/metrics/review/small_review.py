"""A shop of one steady customer, whose weeks are known beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from data.scope import Scope, Span
from metrics.review.memory import Memory
from metrics.review.result import Review, ReviewLine
from metrics.review.weekly import weekly_review
from metrics.scorecard import Point
from store import DeckLine, ReviewDeck
from tests.world import Row, World, days, event, order, shop, user, world

FIRST = date(2024, 1, 1)
"""A Monday."""
DECK = ReviewDeck(lines=(DeckLine(metric="gmv", owner="Lin"), DeckLine(metric="conversion_rate")))


def sold(amount_of: Callable[[date], float], n_days: int) -> list[Row]:
    """One order a day at noon UTC, each in a session of its own."""
    return [
        order(1, f"{day} 12:00", amount_of(day), session_id=f"s{day}")
        for day in days(FIRST, n_days)
    ]


def seen(n_days: int, sessions: int = 2) -> list[Row]:
    """Sessions a day, the first of which buys."""
    return [
        event(1, f"{day} 11:00", session_id=f"s{day}" if n == 0 else f"x{n}{day}")
        for day in days(FIRST, n_days)
        for n in range(sessions)
    ]


def made(
    folder: Path | str,
    n_days: int,
    amount_of: Callable[[date], float],
    *,
    through: str | None = None,
    more: Sequence[Row] = (),
    **reporting: str,
) -> World:
    """A shop with an order a day of this amount from 1 January 2024 on."""
    end = FIRST + timedelta(days=n_days)
    return world(
        folder,
        settings=shop(**reporting),
        through=through or f"{end} 00:00",
        users=[user(1, "2023-12-31")],
        orders=[*sold(amount_of, n_days), *more],
        events=seen(n_days),
    )


def reviewed(
    of: World, start: str | None = None, deck: ReviewDeck = DECK, memory: Memory | None = None
) -> Review:
    """The review of the week that begins on this day, else of the last complete one."""
    warehouse = of.warehouse()
    week = None
    if start is not None:
        first = date.fromisoformat(start)
        week = Span(first, first + timedelta(weeks=1))
    scope = Scope(warehouse.reporting.currency)
    return weekly_review(warehouse, scope, week, deck, memory or Memory())


def line(review: Review, key: str) -> ReviewLine:
    return next(x for x in review.lines if x.metric.key == key)


def values(points: Iterable[Point]) -> list[float | None]:
    """What these points read."""
    return [p.reading.value for p in points]
