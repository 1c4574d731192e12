"""Small random shops that advertise: spend in several currencies, kinds, campaigns and markets, and
enough customers that a range has some."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from data.scope import Span
from tests.metrics.small_shops import DAYS, FIRST, SmallShop, small_shop
from tests.world import Row, fx

CHANNELS = ("direct", "kol", "kol", "paid_search")
CAMPAIGNS = ("spring", "summer", None)
KINDS = ("ads", "promotion", "commission", "materials", "rewards", "Print", None)
USERS, ORDERS = 16, 40


def small_channels(seed: int) -> SmallShop:
    """A small shop's settings, events and links, with customers, refunds and spend of its own."""
    made, rnd = small_shop(seed), Random(seed)
    users = [_user(rnd, n) for n in range(USERS)]
    orders = [_order(rnd, n) for n in range(ORDERS)]
    rows = {
        **made.rows,
        "users": users,
        "orders": orders,
        "order_items": [],
        "refunds": [_refund(rnd, n, orders) for n in range(rnd.randrange(8))],
        "marketing_spend": [_spent(rnd) for _ in range(rnd.randrange(60))],
        "fx_rates": _rates(rnd),
    }
    spans = tuple(_span(rnd) for _ in range(2))
    through = datetime.combine(FIRST + timedelta(days=rnd.choice((100, 125, 150))), time(16))
    return replace(made, rows=rows, spans=spans, through=through)


def _at(rnd: Random) -> datetime:
    """Any second, now and then a round hour, where days turn in some zone."""
    midnight = datetime.combine(FIRST + timedelta(days=rnd.randrange(DAYS)), time())
    seconds = rnd.choice((rnd.randrange(24) * 3600, rnd.randrange(86400)))
    return midnight + timedelta(seconds=seconds)


def _span(rnd: Random) -> Span:
    start = FIRST + timedelta(days=rnd.randrange(10, 70))
    return Span(start, start + timedelta(days=rnd.choice((3, 14, 30, 60))))


def _user(rnd: Random, n: int) -> Row:
    return {
        "user_id": f"u{n}",
        "registered_at": _at(rnd),
        "country": rnd.choice(("CN", "CN", "HK", "US", None)),
        "channel": rnd.choice(CHANNELS),
        "platform": rnd.choice(("ios", "web", None)),
        "campaign": rnd.choice(CAMPAIGNS),
        "is_test": rnd.random() < 0.08,
    }


def _money(rnd: Random, most: int) -> Decimal:
    return Decimal(rnd.randrange(most * 100)) / 100


def _order(rnd: Random, n: int) -> Row:
    at = _at(rnd)
    gross = _money(rnd, 50)
    # The same person again after whole days to the second is where windows end.
    return {
        "order_id": f"o{n}",
        "user_id": rnd.choice((*[f"u{k}" for k in range(USERS)], None)),
        "ordered_at": at,
        "paid_at": rnd.choice((None, at, at + timedelta(days=1))),
        "status": rnd.choice(("paid", "paid", "paid", "paid", "cancelled")),
        "gross_amount": gross,
        "discount_amount": rnd.choice((None, gross / 2)),
        "shipping_amount": rnd.choice((None, _money(rnd, 5))),
        "cost_amount": rnd.choice((None, _money(rnd, 20))),
        "currency": rnd.choice(("CNY", "USD", None)),
        "channel": rnd.choice(CHANNELS),
        "country": rnd.choice(("CN", "US")),
    }


def _refund(rnd: Random, n: int, orders: list[Row]) -> Row:
    order = rnd.choice(orders)
    return {
        "refund_id": f"r{n}",
        "refunded_at": order["ordered_at"] + timedelta(days=rnd.choice((0, 1, 30, 45))),
        "amount": _money(rnd, 10),
        "order_id": rnd.choice((order["order_id"], order["order_id"], None)),
        "user_id": rnd.choice((order["user_id"], None)),
        "currency": rnd.choice((None, "USD")),
    }


def _spent(rnd: Random) -> Row:
    return {
        "day": FIRST + timedelta(days=rnd.randrange(DAYS)),
        "channel": rnd.choice(CHANNELS),
        "campaign": rnd.choice(CAMPAIGNS),
        "kind": rnd.choice(KINDS),
        "country": rnd.choice(("CN", "HK", "US", None)),
        "platform": rnd.choice(("ios", None)),
        "currency": rnd.choice(("CNY", "USD", None)),
        "spend": Decimal(rnd.randrange(-300, 3000)) / 100,
        "impressions": rnd.choice((None, rnd.randrange(100))),
        "clicks": rnd.choice((None, rnd.randrange(10))),
    }


def _rates(rnd: Random) -> list[Row]:
    """Rates of both currencies on every day; now and then a hole longer than a rate lasts."""
    days = [FIRST + timedelta(days=n) for n in range(-10, DAYS + 120)]
    hole = set(days[60:75]) if rnd.random() < 0.3 else set()
    return [
        row
        for currency, rate in (("USD", 7), ("CNY", 1))
        for row in fx(currency, rate, *[d for d in days if d not in hole])
    ]
