"""A shop with a history that is added up by hand: the same people come back, few are new."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tests.world import Row, World, event, order, shop, user, world

FIRST = date(2024, 1, 1)
THROUGH = "2024-04-30"
"""120 days of data: the last complete one is April 29."""


def regulars(n: int = 200) -> dict[str, list[Row]]:
    """Users 0 … n−1 come once a week: user k on each day d where (d + k) % 7 == 0, and every fifth
    time buys for 10. All registered on the first day; every fourth is of the United States."""
    users, events, orders = [], [], []
    for k in range(n):
        country = "CN" if k % 4 else "US"
        users.append(user(f"r{k:03d}", "2024-01-01", country=country, platform="ios"))
        for d in range(120):
            if (d + k) % 7:
                continue
            on = FIRST + timedelta(days=d)
            events.append(event(f"r{k:03d}", f"{on} 09:00"))
            if (d + k) % 35 == 0:
                orders.append(order(f"r{k:03d}", f"{on} 10:00", 10))
    return {"users": users, "events": events, "orders": orders}


def newcomers(a_day: int = 4) -> dict[str, list[Row]]:
    """Every day so many users register; the first of each day buys for 20 + the day's number at
    once, the second for 40 after 3 days, the others never."""
    users, orders = [], []
    for d in range(120):
        on = FIRST + timedelta(days=d)
        for k in range(a_day):
            who = f"n{d:03d}_{k}"
            users.append(user(who, f"{on} 08:00", country="CN", platform="web"))
            if k == 0:
                orders.append(order(who, f"{on} 09:00", 20 + d))
            elif k == 1 and d < 117:
                orders.append(order(who, f"{on + timedelta(days=3)} 09:00", 40))
    return {"users": users, "orders": orders}


def made(folder: Path, **more: list[Row]) -> World:
    """Both together; `more` replaces or adds tables."""
    a, b = regulars(), newcomers()
    tables = {
        "users": [*a["users"], *b["users"]],
        "events": a["events"],
        "orders": [*a["orders"], *b["orders"]],
        **more,
    }
    return world(folder / "wh", settings=shop(), through=THROUGH, **tables)
