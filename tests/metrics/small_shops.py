"""Small shops drawn at random, full of what makes numbers wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from data.scope import Scope, Span
from data.settings import Shop
from tests.world import Row, fx, shop

FIRST = date(2024, 2, 20)
DAYS = 130
ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Europe/London", "Africa/Cairo",
         "America/Santiago", "Pacific/Auckland")  # fmt: skip
"""East and west of UTC; the clocks of five change within these days, of two at midnight."""
COUNTRIES = ("CN", "HK", "US", "DE", None, "")
CHANNELS = ("direct", "kol", None)
PLATFORMS = ("ios", "web", None)
CURRENCIES = ("CNY", "USD", "JPY", None)
EVENTS = ("page_view", "search", "purchase", "message_sent")
MARKETS = {"HK": "CN", "DE": "EU"}


@dataclass(frozen=True)
class SmallShop:
    shop: Shop
    rows: dict[str, list[Row]]
    through: datetime | None
    spans: tuple[Span, ...]
    scopes: tuple[Scope, ...]


seeds = st.integers(0, 10**9)
"""A shop is its seed: what fails once can be made again by hand. There is nothing to shrink."""


class _Maker:
    def __init__(self, rnd: Random, zone: ZoneInfo) -> None:
        self.rnd = rnd
        self.zone = zone
        self.instants: list[datetime] = []

    def at(self) -> datetime:
        """Near a local midnight, at any second, or at an instant that was there before."""
        rnd = self.rnd
        if self.instants and rnd.random() < 0.2:
            return rnd.choice(self.instants)
        day = FIRST + timedelta(days=rnd.randrange(DAYS))
        midnight = datetime.combine(day, time(), tzinfo=self.zone).astimezone(UTC)
        seconds = rnd.choice((-1, 0, 1, -3600, 3600, rnd.randrange(86400)))
        found = midnight.replace(tzinfo=None) + timedelta(seconds=seconds)
        self.instants.append(found)
        return found

    def sometimes(self, share: float = 0.5) -> bool:
        return self.rnd.random() < share

    def after(self, at: datetime, most_days: int) -> datetime:
        """Later by some time, now and then by whole days to the second."""
        days = self.rnd.choice((0, 1, 30, self.rnd.randrange(most_days)))
        return at + timedelta(days=days, seconds=self.rnd.choice((0, self.rnd.randrange(86400))))

    def home(self) -> Row:
        rnd = self.rnd
        return {
            "country": rnd.choice(COUNTRIES),
            "channel": rnd.choice(CHANNELS),
            "platform": rnd.choice(PLATFORMS),
        }

    def money(self, most: int) -> Decimal:
        return Decimal(self.rnd.randrange(most * 100)) / 100


def small_shop(seed: int, most: int = 12) -> SmallShop:
    """A shop of up to `most` orders and events, its settings, and what is asked of it."""
    rnd = Random(seed)
    settings = shop(
        markets=MARKETS if rnd.random() < 0.6 else {},
        timezone=rnd.choice(ZONES),
        currency=rnd.choice(("CNY", "USD")),
        base_currency=rnd.choice((None, "CNY", "USD")),
        refund_day=rnd.choice(("order", "refund")),
        activity_events=rnd.choice(((), (), ("search",), ("search", "purchase"))),
        include_test_users=rnd.random() < 0.2,
    )
    make = _Maker(rnd, settings.reporting.zone)
    rows = _rows(make, most)
    through = make.at() if make.sometimes(0.3) else None
    spans = tuple(_span(make) for _ in range(4))
    scopes = (Scope.of(rnd.choice(("CNY", "USD", "JPY"))), _scope(make))
    return SmallShop(settings, rows, through, spans, scopes)


def _span(make: _Maker) -> Span:
    start = FIRST + timedelta(days=make.rnd.randrange(-5, DAYS))
    return Span(start, start + timedelta(days=make.rnd.choice((1, 7, 30, 60, DAYS))))


def _scope(make: _Maker) -> Scope:
    rnd = make.rnd
    return Scope.of(
        "CNY",
        market=rnd.choice((None, frozenset({"CN"}), frozenset({"US", "unknown"}))),
        channel=rnd.choice((None, frozenset({"kol"}))),
        platform=rnd.choice((None, frozenset({"ios", "unknown"}))),
        customer=rnd.choice((None, frozenset({"identified"}), frozenset({"guest"}))),
    )


def _rows(make: _Maker, most: int) -> dict[str, list[Row]]:
    rnd = make.rnd
    people = [f"u{n}" for n in range(rnd.randrange(1, 6))]
    visitors = [f"v{n}" for n in range(rnd.randrange(4))]
    sessions = [f"s{n}" for n in range(5)]
    users = [_user(make, u) for u in people if make.sometimes(0.8)]
    orders = [_order(make, n, people, sessions) for n in range(rnd.randrange(1, most))]
    return {
        "users": users,
        "orders": orders,
        "order_items": [_item(make, o) for o in orders for _ in range(rnd.randrange(3))],
        "refunds": [_refund(make, n, people, orders) for n in range(rnd.randrange(6))],
        "events": [
            _event(make, people, visitors, sessions) for _ in range(rnd.randrange(2 * most))
        ],
        "identities": [
            {
                "visitor_id": v,
                "user_id": rnd.choice(people),
                "linked_at": rnd.choice((make.at(), None)),
            }
            for v in visitors
            if make.sometimes()
        ],
        "fx_rates": _rates(make),
        "marketing_spend": [_spent(make) for _ in range(rnd.randrange(6))],
    }


def _user(make: _Maker, user_id: str) -> Row:
    return {
        "user_id": user_id,
        "registered_at": make.at(),
        "is_test": make.rnd.choice((True, False, False, None)),
        **make.home(),
    }


def _order(make: _Maker, n: int, people: list[str], sessions: list[str]) -> Row:
    rnd, ordered = make.rnd, make.at()
    gross = make.money(50)
    return {
        "order_id": f"o{n}",
        "user_id": rnd.choice((*people, None)),
        "ordered_at": ordered,
        "paid_at": rnd.choice((None, ordered, make.after(ordered, 20))),
        "status": rnd.choice(("paid", "paid", "paid", "pending", "cancelled")),
        "gross_amount": gross,
        "discount_amount": rnd.choice((None, Decimal(0), gross / 2, gross)),
        "shipping_amount": rnd.choice((None, make.money(5))),
        "cost_amount": rnd.choice((None, make.money(20))),
        "session_id": rnd.choice((*sessions, None)),
        "currency": rnd.choice(CURRENCIES),
        **make.home(),
    }


def _item(make: _Maker, order: Row) -> Row:
    return {
        "order_id": order["order_id"],
        "item_id": make.rnd.choice(("i1", "i2")),
        "quantity": 1,
        "unit_price": Decimal(1),
        "cost_amount": make.rnd.choice((None, make.money(10))),
    }


def _refund(make: _Maker, n: int, people: list[str], orders: list[Row]) -> Row:
    rnd = make.rnd
    order = rnd.choice(orders)
    return {
        "refund_id": f"r{n}",
        "refunded_at": make.after(order["ordered_at"], 60),
        "amount": make.money(20),
        "order_id": rnd.choice((order["order_id"], order["order_id"], None, "never loaded")),
        "user_id": rnd.choice((order["user_id"], None, rnd.choice(people))),
        "item_id": rnd.choice((None, "i1")),
        "currency": rnd.choice((None, *CURRENCIES)),
        "country": rnd.choice(COUNTRIES),
    }


def _event(make: _Maker, people: list[str], visitors: list[str], sessions: list[str]) -> Row:
    rnd = make.rnd
    user = rnd.choice((*people, None)) if visitors else rnd.choice(people)
    visitor = rnd.choice((*visitors, None)) if user and visitors else None
    return {
        "user_id": user,
        "visitor_id": visitor if user else rnd.choice(visitors),
        "occurred_at": make.at(),
        "event": rnd.choice(EVENTS),
        "session_id": rnd.choice((*sessions, None)),
        **make.home(),
    }


def _spent(make: _Maker) -> Row:
    rnd = make.rnd
    return {
        "day": FIRST + timedelta(days=rnd.randrange(DAYS)),
        "spend": make.money(30) - 5,
        "currency": rnd.choice(CURRENCIES),
        "kind": rnd.choice(("ads", "rewards", None)),
        **make.home(),
    }


def _rates(make: _Maker) -> list[Row]:
    """Every currency on its own days: all, working days only, few with gaps, or none."""
    found: list[Row] = []
    span = [FIRST + timedelta(days=n) for n in range(-10, DAYS + 80)]
    for currency in ("CNY", "USD", "JPY"):
        kind = make.rnd.choice(("all", "all", "working", "few", "none"))
        kept = {
            "all": span,
            "working": [d for d in span if d.weekday() < 5],
            "few": [d for d in span if make.sometimes(0.1)],
            "none": [],
        }[kind]
        for day in kept:
            found += fx(currency, Decimal(make.rnd.randrange(1, 90000)) / 10000, day)
    return found
