"""A shop whose channels spend by known curves, week by week, so that every figure can be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from metrics.saturation.weekly import Channel, Weekly
from tests.world import Row, World, order, user, world

MONDAY = date(2024, 1, 1)
"""The first day of the data is a Monday."""
WEEKS = 60
Curve = Callable[[float], float]


def michaelis(ceiling: float, half: float) -> Curve:
    """Customers a week by spend."""
    return lambda spend: ceiling * spend / (spend + half)


def drawn_spend(seed: int, weeks: int = WEEKS, usual: float = 7000.0) -> list[float]:
    """Budgets that move by a third a week."""
    rng = np.random.default_rng(seed)
    return [round(float(v)) for v in usual * rng.lognormal(0, 0.35, weeks)]


def spend_rows(
    channel: str, weekly: Sequence[float], *, country: str = "CN", kind: str = "ads", **more: Any
) -> list[Row]:
    """A seventh of each week's spend on each of its days."""
    return [
        {
            "day": MONDAY + timedelta(days=7 * week + n),
            "channel": channel,
            "country": country,
            "kind": kind,
            "spend": Decimal(str(round(spend / 7, 2))),
            **more,
        }
        for week, spend in enumerate(weekly)
        for n in range(7)
        if spend
    ]


def people_rows(
    channel: str, weekly: Iterable[float], seed: int, *, country: str = "CN", days_to_buy: int = 2
) -> tuple[list[Row], list[Row]]:
    """Users of a channel, Poisson around each week's mean, and the one order each of them places
    `days_to_buy` days after registering."""
    rng = np.random.default_rng(seed)
    users, orders = [], []
    for week, mean in enumerate(weekly):
        for n in range(int(rng.poisson(mean))):
            day = MONDAY + timedelta(days=7 * week + n % 7)
            who, bought = f"{channel}-{country}-{week}-{n}", day + timedelta(days=days_to_buy)
            users.append(user(who, f"{day} 08:00", channel=channel, country=country))
            orders.append(order(who, f"{bought} 09:00", 100))
    return users, orders


def two_channels(weeks: int = WEEKS) -> dict[str, list[Row]]:
    """Search answers to its spend (80 x s / (s + 7000)), direct has none."""
    spend = drawn_spend(1, weeks)
    curve = michaelis(80, 7000)
    bought, orders = people_rows("paid_search", [curve(s) for s in spend], 2)
    free, more = people_rows("direct", [15.0] * weeks, 3)
    return {
        "users": [*bought, *free],
        "orders": [*orders, *more],
        "marketing_spend": spend_rows("paid_search", spend),
    }


def end(weeks: int = WEEKS) -> str:
    return f"{MONDAY + timedelta(days=7 * weeks)} 00:00"


def made(folder: Path | str, weeks: int = WEEKS, **tables: list[Row]) -> World:
    """Published, complete to the end of its last week."""
    return world(folder, through=end(weeks), **(tables or two_channels(weeks)))


def arrays(
    key: str,
    spend: Sequence[float] | np.ndarray,
    customers: Sequence[float] | np.ndarray,
    **more: Any,
) -> Channel:
    """A channel of one market as the statements would return it: money on every day."""
    weeks = len(spend)
    none = np.zeros((1, weeks))
    media = np.asarray(spend, dtype=float).reshape(1, weeks)
    flows = [
        MONDAY + timedelta(days=7 * w + n) for w in range(weeks) for n in range(7) if media[0, w]
    ]
    given: dict[str, Any] = {
        "key": key,
        "markets": ("CN",),
        "media": media,
        "materials": none,
        "result": none,
        "credits": np.minimum(media, 0),
        "unrated": np.zeros(weeks, dtype=bool),
        "customers": np.asarray(customers, dtype=float).reshape(1, weeks),
        "days": frozenset(flows),
        **more,
    }
    return Channel(**given)


def all_weeks(*channels: Channel) -> Weekly:
    """These channels, every week mature and without a campaign."""
    from data.scope import Span

    count = channels[0].media.shape[1]
    spans = tuple(
        Span(MONDAY + timedelta(days=7 * n), MONDAY + timedelta(days=7 * n + 7))
        for n in range(count)
    )
    days = frozenset(d for c in channels for d in c.days)
    return Weekly(
        spans, np.zeros(count, dtype=bool), np.ones(count, dtype=bool), days, channels, ()
    )
