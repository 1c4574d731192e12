"""Small shops drawn at random in which everything happens at the very limits of experiments."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from data.scope import Scope
from tests.metrics.small_shops import COUNTRIES, MARKETS, PLATFORMS, ZONES, SmallShop
from tests.world import Row, days, fx, shop

FIRST = date(2024, 3, 1)
"""Clocks of most of the zones change within the weeks that follow."""
DAYS = 60
EVENTS = ("page_view", "page_view", "search", "purchase", "message_sent")
EXPERIMENTS = ("checkout", "banner", "unnamed", "by_session")


class _Maker:
    def __init__(self, seed: int) -> None:
        self.rnd = Random(seed)
        self.start = datetime(FIRST.year, FIRST.month, FIRST.day)
        self.exposed: list[tuple[str, datetime]] = []

    def anywhere(self) -> datetime:
        rnd = self.rnd
        return self.start + timedelta(days=rnd.randrange(DAYS), seconds=rnd.randrange(86400))

    def near(self, unit: str | None = None) -> datetime:
        """Where a window of some exposure, best of the unit's own, begins or ends, to the second;
        or anywhere."""
        rnd = self.rnd
        if not self.exposed or rnd.random() < 0.15:
            return self.anywhere()
        own = [at for name, at in self.exposed if name == unit]
        away = timedelta(days=rnd.choice((0, 0, 1, 7, 14, 28, 40, -1, -28)))
        hours = timedelta(hours=rnd.choice((0, 0, 0, 5, -20)))
        return (
            rnd.choice(own or [at for _, at in self.exposed])
            + away
            + hours
            + timedelta(seconds=rnd.choice((-1, 0, 1)))
        )

    def home(self) -> Row:
        rnd = self.rnd
        return {
            "country": rnd.choice(COUNTRIES),
            "channel": rnd.choice(("direct", "kol", None)),
            "platform": rnd.choice(PLATFORMS),
        }

    def money(self, most: int) -> Decimal:
        return Decimal(self.rnd.randrange(100, most * 100)) / 100


def small_experiments(seed: int) -> SmallShop:
    """Some users and visitors who meet three experiments and one that never met anybody."""
    make = _Maker(seed)
    rnd = make.rnd
    settings = shop(
        markets=MARKETS if rnd.random() < 0.5 else {},
        timezone=rnd.choice(ZONES),
        currency=rnd.choice(("CNY", "CNY", "USD")),
        activity_events=rnd.choice(((), (), ("search",), ("search", "purchase"))),
        include_test_users=rnd.random() < 0.2,
    )
    users = [f"u{n}" for n in range(rnd.randrange(4, 16))]
    visitors = [f"v{n}" for n in range(rnd.randrange(6))]
    exposures = [
        _exposure(make, (*users, *visitors, "nobody")) for _ in range(rnd.randrange(5, 40))
    ]
    orders = [_order(make, n, users) for n in range(rnd.randrange(3, 40))]
    rows: dict[str, list[Row]] = {
        "users": [_user(make, u) for u in users if rnd.random() < 0.85],
        "orders": orders,
        "order_items": [
            {"order_id": o["order_id"], "item_id": i, "quantity": 1, "unit_price": Decimal(1),
             "cost_amount": rnd.choice((None, make.money(8), make.money(8)))}
            for o in orders for i in ("i1", "i2")[: rnd.randrange(3)]
        ],
        "refunds": [_refund(make, n, users, orders) for n in range(rnd.randrange(12))],
        "events": [_event(make, users, visitors) for _ in range(rnd.randrange(5, 60))],
        "identities": [
            {"visitor_id": v, "user_id": rnd.choice(users), "linked_at": make.near()}
            for v in visitors if rnd.random() < 0.5
        ],
        "memberships": [_membership(make, users) for _ in range(rnd.randrange(12))],
        "fx_rates": [
            *fx("USD", "7.1", *days(FIRST - timedelta(days=40), 80 if seed % 4 == 0 else 180)),
            *fx("JPY", "0.5", *days(FIRST, 30)),
        ],
        "exposures": exposures,
        "experiments": [_experiment(make, key) for key in EXPERIMENTS if key != "unnamed"],
        "experiment_arms": [
            {"experiment_id": key, "arm": arm, "weight": Decimal("0.5"), "is_control": arm == "a"}
            for key in EXPERIMENTS if key != "unnamed" for arm in ("a", "b")
        ],
    }  # fmt: skip
    rows["experiments"].append({**_experiment(make, "empty"), "unit": "user"})
    through = make.start + timedelta(days=rnd.choice((30, 50, 70, 120)), hours=rnd.randrange(24))
    scopes = (
        Scope.of(settings.reporting.currency),
        Scope.of(settings.reporting.currency, market=frozenset({"CN", "unknown"})),
        Scope.of(rnd.choice(("USD", "JPY", "CNY")), channel=rnd.choice((None, frozenset({"kol"})))),
    )
    return SmallShop(settings, rows, through, (), scopes)


def _exposure(make: _Maker, units: tuple[str, ...]) -> Row:
    """Nearly always of the arm that the unit is in."""
    rnd = make.rnd
    at = make.near() if rnd.random() < 0.3 else make.anywhere()
    unit, key = rnd.choice(units), rnd.choice(EXPERIMENTS)
    make.exposed.append((unit, at))
    return {
        "experiment_id": key,
        "unit_id": unit,
        "arm": rnd.choice("abc")
        if rnd.random() < 0.1
        else "ab"[(len(key) + sum(unit.encode())) % 2],
        "exposed_at": at,
    }


def _experiment(make: _Maker, key: str) -> Row:
    unit = {"checkout": "user", "banner": "visitor", "by_session": "session"}.get(key, "user")
    times = sorted(make.rnd.choice(make.exposed)[1] for _ in range(2))
    early = make.start - timedelta(days=1)
    return {
        "experiment_id": key,
        "name": key.title(),
        "unit": unit,
        "started_at": make.rnd.choice((early, early, times[0])),
        "ended_at": make.rnd.choice((None, None, None, times[1])),
    }


def _user(make: _Maker, user_id: str) -> Row:
    at = make.near(user_id) - timedelta(hours=make.rnd.choice((0, 0, 24, 300)))
    is_test = make.rnd.random() < 0.15
    return {"user_id": user_id, "registered_at": at, "is_test": is_test, **make.home()}


def _order(make: _Maker, n: int, users: list[str]) -> Row:
    rnd = make.rnd
    user = rnd.choice((*users, None))
    at, gross = make.near(user), make.money(60)
    return {
        "order_id": f"o{n:02}",
        "user_id": user,
        "ordered_at": at - timedelta(hours=rnd.choice((0, 30))),
        "paid_at": rnd.choice((at, at, None)),
        "status": rnd.choice(("paid", "paid", "paid", "pending", "cancelled")),
        "gross_amount": gross,
        "discount_amount": rnd.choice((None, gross / 4)),
        "shipping_amount": rnd.choice((None, Decimal(6))),
        "cost_amount": rnd.choice((None, make.money(20))),
        "currency": rnd.choice((None, "CNY", "CNY", "USD", "JPY", "EUR")),
        **make.home(),
    }


def _refund(make: _Maker, n: int, users: list[str], orders: list[Row]) -> Row:
    rnd = make.rnd
    order = rnd.choice(orders)
    return {
        "refund_id": f"r{n}",
        "refunded_at": make.near(order["user_id"]),
        "amount": make.money(30),
        "order_id": rnd.choice((order["order_id"], order["order_id"], None, "never loaded")),
        "user_id": rnd.choice((order["user_id"], rnd.choice(users), None)),
        "item_id": rnd.choice((None, None, "i1")),
        "currency": rnd.choice((None, "CNY", "USD")),
        "country": rnd.choice(COUNTRIES),
    }


def _event(make: _Maker, users: list[str], visitors: list[str]) -> Row:
    rnd = make.rnd
    user = rnd.choice((*users, *([None] * 4 if visitors else [])))
    visitor = rnd.choice(visitors) if visitors and (user is None or rnd.random() < 0.3) else None
    return {
        "user_id": user,
        "visitor_id": visitor,
        "occurred_at": make.near(user or visitor),
        "event": rnd.choice(EVENTS),
        **make.home(),
    }


def _membership(make: _Maker, users: list[str]) -> Row:
    rnd = make.rnd
    user = rnd.choice(users)
    since = make.near(user)
    return {
        "user_id": user,
        "tier": rnd.choice(("gold", "silver", "")),
        "valid_from": since,
        "valid_to": rnd.choice((None, since + timedelta(days=rnd.choice((1, 7, 28))))),
    }
