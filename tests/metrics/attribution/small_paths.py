"""Small shops drawn at random whose touches lie at the very limits: ties, window ends, repeats."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from data.scope import Scope, Span
from metrics.attribution.spec import Conversions, Dated, Spec
from tests.metrics.small_shops import COUNTRIES, MARKETS, PLATFORMS, ZONES, SmallShop
from tests.world import Row, days, fx, shop

FIRST = date(2024, 3, 1)
DAYS = 16
CHANNELS = ("paid_search", "email", "direct", "direct", "kol", "", 'Odd, "name" 渠道')
KINDS = ("click", "view", "code", None, "")


def small_paths(seed: int, most: int = 40) -> SmallShop:
    """Up to four users and three visitors, up to `most` touches and a few orders."""
    rnd = Random(seed)
    settings = shop(
        markets=MARKETS if rnd.random() < 0.5 else {},
        timezone=rnd.choice(ZONES),
        include_test_users=rnd.random() < 0.2,
    )
    start = datetime(FIRST.year, FIRST.month, FIRST.day)
    moments: list[datetime] = [start]

    def instant() -> datetime:
        """Anywhere, at an instant that was there before, or whole days from one."""
        if rnd.random() < 0.6:
            at = rnd.choice(moments)
            return at + timedelta(days=rnd.choice((0, 0, 1, 3, 7, -1, -3, -7)),
                                  seconds=rnd.choice((0, 0, 1, -1)))  # fmt: skip
        at = start + timedelta(days=rnd.randrange(DAYS), seconds=rnd.randrange(86400))
        moments.append(at)
        return at

    def home() -> Row:
        return {
            "country": rnd.choice(COUNTRIES),
            "channel": rnd.choice(CHANNELS),
            "platform": rnd.choice(PLATFORMS),
        }

    users = [f"u{n}" for n in range(rnd.randrange(1, 5))]
    visitors = [f"v{n}" for n in range(rnd.randrange(4))]

    def touch(n: int) -> Row:
        user = rnd.choice((*users, *users, None)) if visitors else rnd.choice(users)
        visitor = None if user and rnd.random() < 0.8 else rnd.choice((*visitors, "v0"))
        return {
            "touch_id": f"t{n}",
            "user_id": user,
            "visitor_id": visitor,
            "touched_at": instant(),
            "channel": rnd.choice(CHANNELS),
            "campaign": rnd.choice(("spring", "summer", None, "")),
            "kind": rnd.choice(KINDS),
        }

    def order(n: int) -> Row:
        at = instant()
        return {
            "order_id": f"o{n}",
            "user_id": rnd.choice((*users, *users, *users, None)),
            "ordered_at": at,
            "paid_at": rnd.choice((None, at, at + timedelta(days=1))),
            "status": rnd.choice(("paid", "paid", "paid", "cancelled")),
            "gross_amount": Decimal(rnd.randrange(1, 50000)) / 100,
            "discount_amount": rnd.choice((None, Decimal("0.01"))),
            "shipping_amount": rnd.choice((None, Decimal("3"))),
            "currency": rnd.choice((None, "CNY", "CNY", "USD")),
            **home(),
        }

    orders = [order(n) for n in range(rnd.randrange(1, 8))]
    rates = fx("USD", "7.1", *days(FIRST - timedelta(days=20), DAYS + 60))
    rows: dict[str, list[Row]] = {
        "users": [
            {
                "user_id": u,
                "registered_at": instant(),
                "is_test": rnd.choice((True, False, None, None)),
                **home(),
            }
            for u in users
            if rnd.random() < 0.8
        ],
        "orders": orders,
        "events": [
            {"user_id": rnd.choice(users), "visitor_id": None, "occurred_at": instant(),
             "event": "page_view", **home()}
            for _ in range(rnd.randrange(3))
        ],
        "identities": [
            {"visitor_id": v, "user_id": rnd.choice(users), "linked_at": instant()}
            for v in visitors
            if rnd.random() < 0.5
        ],
        "refunds": [
            {
                "refund_id": f"r{n}",
                "refunded_at": o["ordered_at"] + timedelta(days=rnd.choice((0, 20))),
                "amount": Decimal(rnd.randrange(1, 200)) / 100,
                "order_id": rnd.choice((o["order_id"], o["order_id"], None)),
                "user_id": o["user_id"],
                "currency": rnd.choice((None, o["currency"], "USD")),
            }
            for n, o in enumerate(orders)
            if rnd.random() < 0.3
        ],
        "fx_rates": rates if rnd.random() < 0.85 else rates[:25],
        "touchpoints": [touch(n) for n in range(rnd.randrange(1, most))],
    }  # fmt: skip
    through = start + timedelta(days=rnd.choice((12, 20, 60)))
    spans = (
        Span(FIRST - timedelta(days=12), FIRST + timedelta(days=DAYS + 12)),
        Span(FIRST + timedelta(days=4), FIRST + timedelta(days=12)),
    )
    scopes = (
        Scope.of("CNY"),
        Scope.of(
            rnd.choice(("CNY", "USD")),
            market=rnd.choice((None, frozenset({"CN", "unknown"}))),
            platform=rnd.choice((None, frozenset({"ios", "unknown"}))),
            customer=rnd.choice((None, None, frozenset({"identified"}))),
        ),
    )
    return SmallShop(settings, rows, through, spans, scopes)


def specs(seed: int) -> tuple[Spec, ...]:
    """Both kinds of conversion under both dates, with windows that the touches lie on."""
    rnd = Random(seed)
    return tuple(
        Spec(
            conversions,
            dated,
            lookback_days=rnd.choice((3, 7, 7, 30)),
            half_life_days=rnd.choice((3, 7)),
            kinds=rnd.choice(((), (), ("click",), ("click", "code"))),
        )
        for conversions in Conversions
        for dated in Dated
    )
