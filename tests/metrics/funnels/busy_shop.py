"""Small random histories of a shop, with everything that makes funnels hard."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from data.scope import Span
from metrics.funnels.result import Breakdown
from metrics.funnels.spec import Funnel, simple
from tests.world import Row, World, event, item, order, user, world

SPAN = Span(date(2024, 1, 2), date(2024, 1, 6))
THROUGH = "2024-01-07 12:00"
START = datetime(2024, 1, 1, 18)
NAMES = ("view_item", "add_to_cart", "begin_checkout", "search", "page_view")
WEIGHTS = (6, 4, 2, 3, 3)
STEPS = ("view_item", "add_to_cart", "purchase")
HALF_A_DAY = {"seconds": 43_200}
WINDOW: dict[str, Any] = {"window": HALF_A_DAY}


def rows(seed: int) -> dict[str, list[Row]]:
    """Thirty users and ten visitors with events in the same minutes, at the same instants, in
    several sessions and on few items; a third of the carts are paid."""
    dice = random.Random(seed)
    people = [(f"u{n:02}", None) for n in range(30)] + [(None, f"v{n:02}") for n in range(10)]
    events: list[Row] = []
    orders: list[Row] = []
    items: list[Row] = []
    for who, visitor in people:
        at = START + timedelta(minutes=dice.randrange(6_000))
        for k in range(dice.randrange(4, 18)):
            at += timedelta(minutes=dice.choice((0, 0, 5, 40, 300, 900)))
            name = dice.choices(NAMES, WEIGHTS)[0]
            more = {
                "visitor_id": visitor,
                "session_id": f"{who or visitor}-{k // 5}" if dice.random() < 0.9 else None,
                "item_id": dice.choice(("i1", "i2", None)),
                "category": dice.choice(("toys", "books", None)),
                "channel": dice.choice(("kol", "email", None)),
            }
            events.append(event(who, str(at), name, **more))
            if name == "add_to_cart" and who is not None and dice.random() < 0.4:
                paid = order(who, str(at + timedelta(minutes=dice.choice((0, 30)))), 20,
                             session_id=more["session_id"])  # fmt: skip
                orders.append(paid)
                items.append(item(paid["order_id"], more["item_id"] or "i1"))
    users = [
        user(
            who, "2023-12-01" if n % 3 else "2024-01-03 00:00",
            country=("CN", "US", None)[n % 3], channel=f"c{n % 11}", city=f"city{n % 4}",
        )
        for n, (who, _) in enumerate(people)
        if who is not None
    ]  # fmt: skip
    return {"users": users, "events": events, "orders": orders, "order_items": items}


def history(where: Path | str, seed: int = 7) -> World:
    tables: dict[str, Any] = dict(rows(seed))
    return world(where, through=THROUGH, **tables)


def _steps(*listed: dict[str, Any], **more: Any) -> Funnel:
    return Funnel.model_validate({"steps": listed, **WINDOW, **more})


def _one(name: str, **more: Any) -> dict[str, Any]:
    return {"any_of": [{"event": name}], **more}


def _without(effect: str) -> list[dict[str, Any]]:
    return [{"any_of": [{"event": "search"}], "after": 1, "before": 2, "effect": effect}]


FUNNELS: dict[str, Funnel] = {
    "plain": simple(*STEPS, **WINDOW),
    "first entry": simple(*STEPS, entry="first", **WINDOW),
    "strict": simple(*STEPS, order="strict", **WINDOW),
    "any order": simple(*STEPS, order="unordered", **WINDOW),
    "sessions": simple(*STEPS, count="sessions", window={"kind": "session", "seconds": None}),
    "attempts": simple(*STEPS, count="attempts", **WINDOW),
    "attempts of an item": simple(*STEPS, count="attempts", hold="item_id", **WINDOW),
    "same item": simple(*STEPS, hold="item_id", window={"seconds": 3 * 86_400}),
    "same day": simple(*STEPS, window={"kind": "day", "seconds": None}),
    "optional": _steps(
        _one("view_item"), _one("add_to_cart", optional=True), _one("begin_checkout"),
        _one("purchase", window={"seconds": 3600}),
    ),
    "stop": simple(*STEPS, exclusions=_without("stop"), **WINDOW),
    "leave out": simple(*STEPS, exclusions=_without("leave_out"), **WINDOW),
    "same event twice": simple("view_item", "view_item", "add_to_cart", **WINDOW),
    "items of orders, any order": _steps(
        {"any_of": [{"event": "purchase", "filters": [{"column": "item_id", "values": ["i1"]}]}]},
        _one("view_item"), order="unordered",
    ),
}  # fmt: skip
BREAKDOWNS = {
    "plain": Breakdown("channel"),
    "optional": Breakdown("city"),
    "attempts of an item": Breakdown("category", 2),
}
