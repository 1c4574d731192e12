"""Small shops drawn at random whose people stand at the edges of their windows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from data.scope import Scope, Span
from data.settings import LifecycleRules
from tests.metrics.small_shops import CHANNELS, COUNTRIES, MARKETS, PLATFORMS, ZONES, SmallShop
from tests.world import Row, shop

FIRST = date(2024, 2, 20)
NAMES = ("add_to_cart", "add_to_cart", "page_view", "purchase", "message_sent")
CAMPAIGNS = ("spring", "autumn", None, "")


def small_lives(seed: int) -> SmallShop:
    """Up to five users and three visitors, what they did near the ends of their windows, and a
    data time that may lie on such an end to the second."""
    rnd = Random(seed)
    rules = LifecycleRules(
        activation_days=rnd.choice((1, 7)),
        retain_from_day=rnd.choice((1, 7)),
        retain_to_day=rnd.choice((7, 30)),
        convert_days=rnd.choice((1, 30)),
        refer_days=rnd.choice((7, 60)),
    )
    settings = shop(
        markets=MARKETS if rnd.random() < 0.5 else {},
        timezone=rnd.choice(ZONES),
        activity_events=rnd.choice(((), (), ("page_view",), ("page_view", "purchase"))),
        include_test_users=rnd.random() < 0.2,
        lifecycle=rules,
    )
    lengths = (0, 1, 7, 8, 30, 31, 60, rules.activation_days, rules.refer_days)
    people = [f"u{n}" for n in range(rnd.randrange(1, 6))]
    visitors = [f"v{n}" for n in range(rnd.randrange(4))]

    def start() -> datetime:
        midnight = datetime.combine(
            FIRST + timedelta(days=rnd.randrange(20)), time(), tzinfo=settings.reporting.zone
        )
        second = rnd.choice((-1, 0, 1, rnd.randrange(86400)))
        return midnight.astimezone(UTC).replace(tzinfo=None) + timedelta(seconds=second)

    began = {p: start() for p in (*people, *visitors)}

    def near(person: str) -> datetime:
        """At an end of one of the person's windows, a second off, on that day, or before."""
        edge = began[person] + timedelta(days=rnd.choice(lengths))
        off = rnd.choice((0, 0, -1, 1, rnd.randrange(-86400, 86400)))
        return edge + timedelta(seconds=off)

    def home() -> Row:
        return {
            "country": rnd.choice(COUNTRIES),
            "channel": rnd.choice(CHANNELS),
            "platform": rnd.choice(PLATFORMS),
            "campaign": rnd.choice(CAMPAIGNS),
        }

    def event() -> Row:
        who = rnd.choice([*people, *visitors])
        user = who if who in people else None
        return {
            "user_id": user,
            "visitor_id": who if user is None else rnd.choice((None, *visitors)),
            "occurred_at": near(who),
            "event": rnd.choice(NAMES),
            **home(),
        }

    def order(n: int) -> Row:
        who = rnd.choice([*people, *visitors])
        at = near(who)
        return {
            "order_id": f"o{n}",
            "user_id": who if who in people else None,
            "visitor_id": who if who in visitors else None,
            "ordered_at": at,
            "paid_at": rnd.choice((None, at, at + timedelta(seconds=1))),
            "status": rnd.choice(("paid", "paid", "cancelled")),
            "gross_amount": Decimal(1),
            "country": rnd.choice(COUNTRIES),
        }

    def invitation(n: int) -> Row:
        who = rnd.choice(people)
        return {
            "invitation_id": f"i{n}",
            "inviter_id": who,
            "invited_at": near(who),
            "invitee_id": rnd.choice((None, *people)),
            "accepted_at": rnd.choice((None, near(who), near(who))),
        }

    rows: dict[str, list[Row]] = {
        "users": [
            {
                "user_id": p,
                "registered_at": began[p],
                "is_test": rnd.choice((True, False, False, None)),
                **home(),
            }
            for p in people
            if rnd.random() < 0.9
        ],
        "events": [event() for _ in range(rnd.randrange(1, 25))],
        "orders": [order(n) for n in range(rnd.randrange(1, 6))],
        "invitations": [invitation(n) for n in range(rnd.randrange(8))],
        "identities": [
            {"visitor_id": v, "user_id": rnd.choice(people), "linked_at": None}
            for v in visitors
            if rnd.random() < 0.6
        ],
    }
    rows["events"].append({"user_id": people[0], "occurred_at": start(), "event": "add_to_cart"})
    through = near(rnd.choice(people)) + timedelta(days=rnd.choice((0, 30)))
    spans = tuple(
        Span(day, day + timedelta(days=rnd.choice((1, 7, 40))))
        for day in (FIRST, FIRST + timedelta(days=rnd.randrange(20)), FIRST - timedelta(days=9))
    )
    scopes = (
        Scope.of("CNY"),
        Scope.of(
            "CNY",
            market=rnd.choice((None, frozenset({"CN", "unknown"}))),
            channel=rnd.choice((None, frozenset({"kol"}))),
            platform=rnd.choice((None, frozenset({"ios", "unknown"}))),
        ),
    )
    return SmallShop(settings, rows, through, spans, scopes)
