"""Small shops drawn at random whose users come back after gaps as long as a limit, or a day off."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from data.scope import Scope, Span
from data.settings import StateRules
from tests.metrics.small_shops import CHANNELS, COUNTRIES, MARKETS, PLATFORMS, ZONES, SmallShop
from tests.world import Row, days, fx, shop

FIRST = date(2024, 1, 15)
DAYS = 240
"""From winter into summer: clocks change east and west within these days."""
GAPS = (1, 2, 6, 7, 8, 13, 14, 15, 29, 30, 31, 32, 59, 60, 61, 89, 90, 91, 92, 180, 181)
NAMES = ("page_view", "page_view", "search", "purchase", "message_sent")


def small_histories(seed: int) -> SmallShop:
    """Up to six users, each a chain of days with gaps around the limits; guests; two currencies,
    now and then without a rate; a data time that may lie within a day."""
    rnd = Random(seed)
    active = rnd.choice((7, 30, 30))
    rules = StateRules(
        new_days=rnd.choice((7, 30, 60)),
        active_days=active,
        dormant_days=rnd.choice((active + 1, 60, 90)),
        resurrected_days=rnd.choice((7, 30, 45)),
    )
    settings = shop(
        markets=MARKETS if rnd.random() < 0.5 else {},
        timezone=rnd.choice(ZONES),
        week_start=rnd.choice(("monday", "sunday")),
        activity_events=rnd.choice(((), (), ("page_view",), ("page_view", "purchase"))),
        include_test_users=rnd.random() < 0.2,
        refund_day=rnd.choice(("order", "refund")),
        states=rules,
    )
    zone = settings.reporting.zone
    users = [f"u{n}" for n in range(rnd.randrange(1, 7))]

    def instant(day: date) -> datetime:
        """On that reporting day: at either end of it, or between."""
        midnight = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
        second = rnd.choice((0, 1, rnd.randrange(82800), 82799))
        return midnight.replace(tzinfo=None) + timedelta(seconds=second)

    def chain() -> list[date]:
        day = FIRST + timedelta(days=rnd.randrange(100))
        found = [day]
        for _ in range(rnd.randrange(6)):
            day += timedelta(days=rnd.choice(GAPS))
            found.append(day)
        return [d for d in found if d < FIRST + timedelta(days=DAYS)]

    def home() -> Row:
        return {
            "country": rnd.choice(COUNTRIES),
            "channel": rnd.choice(CHANNELS),
            "platform": rnd.choice(PLATFORMS),
        }

    rows: dict[str, list[Row]] = {
        "users": [], "events": [], "orders": [], "identities": [], "refunds": [], "fx_rates": [],
        "feedback": [],
    }  # fmt: skip

    def order(user: str | None, day: date) -> Row:
        at = instant(day)
        return {
            "order_id": f"o{len(rows['orders'])}",
            "user_id": user,
            "ordered_at": at,
            "paid_at": rnd.choice((None, at, at + timedelta(days=1))),
            "status": rnd.choice(("paid", "paid", "paid", "cancelled")),
            "gross_amount": Decimal(rnd.randrange(1, 500)) / 100,
            "discount_amount": rnd.choice((None, Decimal("0.01"))),
            "currency": rnd.choice((None, "CNY", "CNY", "USD")),
            **home(),
        }

    for user in users:
        history = chain()
        if rnd.random() < 0.8:
            registered = rnd.choice((history[0], history[0] - timedelta(days=rnd.choice(GAPS)),
                                     rnd.choice(history)))  # fmt: skip
            rows["users"].append(
                {
                    "user_id": user,
                    "registered_at": instant(registered),
                    "is_test": rnd.choice((True, False, None, None)),
                    **home(),
                }
            )
        for day in history:
            if rnd.random() < 0.5:
                rows["orders"].append(order(user, day))
            if rnd.random() < 0.8:
                rows["events"].append(
                    {"user_id": user, "occurred_at": instant(day), "event": rnd.choice(NAMES),
                     **home()}
                )  # fmt: skip
            if rnd.random() < 0.2:
                rows["feedback"].append(
                    {"user_id": user, "given_at": instant(day), "kind": "survey",
                     "reason": rnd.choice(("price", "late", None)),
                     "score": rnd.choice((1, 3, 5, None))}
                )  # fmt: skip
    for day in chain():
        rows["orders"].append(order(None, day))
    for n, o in enumerate(rows["orders"]):
        if rnd.random() < 0.2:
            rows["refunds"].append(
                {"refund_id": f"r{n}", "order_id": rnd.choice((o["order_id"], None)),
                 "user_id": o["user_id"], "refunded_at": o["ordered_at"] + timedelta(days=9),
                 "amount": Decimal("0.5"), "currency": o["currency"]}
            )  # fmt: skip
    rows["fx_rates"] = fx("USD", Decimal(rnd.randrange(1, 90000)) / 10000,
                          *days(FIRST - timedelta(days=9), DAYS + 90))  # fmt: skip
    if rnd.random() < 0.2:
        rows["fx_rates"] = rows["fx_rates"][:60]
    through = None
    if rnd.random() < 0.7:
        through = instant(FIRST + timedelta(days=rnd.randrange(100, DAYS)))
    spans = (
        Span(FIRST - timedelta(days=40), FIRST + timedelta(days=DAYS + 60)),
        Span(FIRST + timedelta(days=45), FIRST + timedelta(days=75)),
    )
    scopes = (
        Scope.of(rnd.choice(("CNY", "USD"))),
        Scope.of(
            "CNY",
            market=rnd.choice((None, frozenset({"CN", "unknown"}))),
            channel=rnd.choice((None, frozenset({"kol"}))),
            platform=rnd.choice((None, frozenset({"ios", "unknown"}))),
        ),
    )
    return SmallShop(settings, rows, through, spans, scopes)
