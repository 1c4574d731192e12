"""Small shops drawn at random whose people come back at the edges of days, weeks and months."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from data.scope import Scope, Span
from tests.metrics.small_shops import (
    CHANNELS,
    COUNTRIES,
    CURRENCIES,
    MARKETS,
    PLATFORMS,
    ZONES,
    SmallShop,
)
from tests.world import Row, fx, shop

FIRST = date(2024, 2, 20)
BEGIN_WITHIN = 24
FOLLOWED = 75
NAMES = ("page_view", "page_view", "search", "purchase", "message_sent")
LENGTHS = (0, 1, 2, 6, 7, 8, 14, 28, 30, 31, 60)


def small_cohorts(seed: int) -> SmallShop:
    """Up to seven users and three visitors who begin within a few weeks, with events, orders and
    refunds on local midnights, on whole days since their beginning, a second off, or anywhere."""
    rnd = Random(seed)
    settings = shop(
        markets=MARKETS if rnd.random() < 0.5 else {},
        timezone=rnd.choice(ZONES),
        week_start=rnd.choice(("monday", "sunday")),
        refund_day=rnd.choice(("order", "refund")),
        activity_events=rnd.choice(((), (), (), ("page_view",), ("search", "purchase"))),
        include_test_users=rnd.random() < 0.2,
        margin_rate=rnd.choice((None, 0.4)),
    )
    people = [f"u{n}" for n in range(rnd.randrange(2, 8))]
    visitors = [f"v{n}" for n in range(rnd.randrange(4))]

    def midnight(within: int) -> datetime:
        day = FIRST + timedelta(days=rnd.randrange(within))
        local = datetime.combine(day, time(), tzinfo=settings.reporting.zone)
        return local.astimezone(UTC).replace(tzinfo=None)

    def off() -> timedelta:
        return timedelta(seconds=rnd.choice((0, 0, -1, 1, -3600, 3600, rnd.randrange(86400))))

    began = {p: midnight(BEGIN_WITHIN) + off() for p in (*people, *visitors)}

    def near(person: str) -> datetime:
        if rnd.random() < 0.4:
            return began[person] + timedelta(days=rnd.choice(LENGTHS)) + off()
        return midnight(FOLLOWED) + off()

    def home() -> Row:
        return {
            "country": rnd.choice(COUNTRIES),
            "channel": rnd.choice(CHANNELS),
            "platform": rnd.choice(PLATFORMS),
        }

    def event() -> Row:
        who = rnd.choice([*people, *people, *visitors])
        user = who if who in people else None
        return {
            "user_id": user,
            "visitor_id": who if user is None else rnd.choice((None, *visitors)),
            "occurred_at": near(who),
            "event": rnd.choice(NAMES),
            **home(),
        }

    def order(n: int) -> Row:
        who = rnd.choice([*people, *people, *visitors])
        at = near(who)
        gross = Decimal(rnd.randrange(100, 9000)) / 100
        return {
            "order_id": f"o{n}",
            "user_id": who if who in people else None,
            "visitor_id": who if who in visitors else None,
            "ordered_at": at,
            "paid_at": rnd.choice((None, at, at + timedelta(days=rnd.randrange(9)))),
            "status": rnd.choice(("paid", "paid", "paid", "cancelled")),
            "gross_amount": gross,
            "discount_amount": rnd.choice((None, gross / 2)),
            "shipping_amount": rnd.choice((None, Decimal(3))),
            "cost_amount": rnd.choice((gross / 4, gross / 4, None)) if seed % 3 else gross / 4,
            "currency": rnd.choice(CURRENCIES),
            "country": rnd.choice(COUNTRIES),
        }

    def refund(n: int, orders: list[Row]) -> Row:
        of = rnd.choice(orders)
        named = rnd.choice((of["order_id"], of["order_id"], None, "never loaded"))
        return {
            "refund_id": f"r{n}",
            "refunded_at": of["ordered_at"] + timedelta(days=rnd.choice(LENGTHS)) + off(),
            "amount": Decimal(rnd.randrange(1, 3000)) / 100,
            "order_id": named,
            "user_id": of["user_id"] if named else rnd.choice((None, *people)),
            "currency": rnd.choice(CURRENCIES),
        }

    orders = [order(n) for n in range(rnd.randrange(6, 25))]
    listed = [FIRST + timedelta(days=n) for n in range(-9, 200)]
    # Rates reach a week back; a longer gap leaves money that nothing converts.
    rated = [d for d in listed if seed % 4 or not 10 <= (d - FIRST).days < 30]
    rows: dict[str, list[Row]] = {
        "users": [
            {
                "user_id": p,
                "registered_at": began[p],
                "is_test": rnd.choice((True, False, False, False, None)),
                **home(),
            }
            for p in people
            if rnd.random() < 0.9
        ],
        "events": [event() for _ in range(rnd.randrange(20, 70))],
        "orders": orders,
        "refunds": [refund(n, orders) for n in range(rnd.randrange(8))],
        "identities": [
            {"visitor_id": v, "user_id": rnd.choice(people), "linked_at": None}
            for v in visitors
            if rnd.random() < 0.6
        ],
        "fx_rates": [
            row for c, rate in (("USD", "0.14"), ("JPY", 20)) for row in fx(c, rate, *rated)
        ],
    }
    # On an edge of somebody's window, or open.
    through = rnd.choice((None, near(rnd.choice(people)) + timedelta(days=30), midnight(90)))
    if through is not None:
        through = max(through, datetime.combine(FIRST, time()) + timedelta(days=30))
    spans = (
        Span(FIRST - timedelta(days=3), FIRST + timedelta(days=BEGIN_WITHIN + 2)),
        Span(FIRST + timedelta(days=2), FIRST + timedelta(days=20)),
        Span(FIRST, FIRST + timedelta(days=FOLLOWED)),
    )
    scopes = (
        Scope.of("CNY"),
        Scope.of(rnd.choice(("CNY", "USD"))),
        Scope.of(
            "CNY",
            market=rnd.choice((None, frozenset({"CN", "US", "unknown"}))),
            channel=rnd.choice((None, frozenset({"kol", "unknown"}))),
            customer=rnd.choice((None, frozenset({"identified"}))),
        ),
    )
    return SmallShop(settings, rows, through, spans, scopes)
