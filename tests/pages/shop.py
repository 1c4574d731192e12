"""A shop with something of everything, every figure of which can be added up by hand.

China: user 1 pays ¥100.25 and ¥50, of which ¥10.25 comes back; user 3 has looked around. The United
States: user 2 pays $1,000 at ¥7, of which $100 comes back; a guest pays ¥513. Search
advertisements cost ¥700 in the United States and an influencer ¥50 in China. Ten days of events,
and one that makes the data begin on 1 November, so that sixty days can be looked back on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.world import Row, World, days, event, fx, order, refund, shop, user, world

THROUGH = "2024-01-15"
SETTINGS = """
[shops.world]
name = {{ en = "World", zh = "世界" }}
url = "{url}"
[shops.world.reporting]
timezone = "UTC"
currency = "CNY"
[shops.world.reporting.lifecycle]
activation_event = "view_item"
"""


def rows() -> dict[str, list[Row]]:
    orders = [
        order(1, "2024-01-08", "100.25", country="CN", session_id="s1"),
        order(1, "2024-01-10", "50", country="CN"),
        order(2, "2024-01-09", "1000", currency="USD", country="US"),
        order(None, "2024-01-09", "513", country="US"),
    ]
    first = event(1, "2023-11-01 10:00", "login")
    looked = [
        event(who, f"2024-01-{day:02d} 10:00", "view_item", session_id=f"s{who}_{day}")
        for who in (1, 2, 3)
        for day in range(4, 14)
    ]
    return {
        "users": [
            user(
                1,
                "2023-10-30",
                country="CN",
                channel="organic_search",
                platform="ios",
                city="Ningbo",
            ),
            user(2, "2024-01-03", country="US", channel="paid_search", platform="web"),
            user(3, "2024-01-04", country="CN", channel="organic_search", platform="web"),
        ],
        "orders": orders,
        "refunds": [
            refund("2024-01-12", "10.25", order_id=orders[0]["order_id"]),
            refund("2024-01-12", "100", order_id=orders[2]["order_id"], currency="USD"),
        ],
        "events": [first, *looked],
        "marketing_spend": [
            {
                "day": date(2024, 1, 8),
                "channel": "paid_search",
                "spend": Decimal(700),
                "country": "US",
                "kind": "ads",
                "campaign": "brand",
                "clicks": 70,
            },
            {
                "day": date(2024, 1, 9),
                "channel": "kol",
                "spend": Decimal(50),
                "country": "CN",
                "kind": "promotion",
            },
        ],
        "fx_rates": fx("USD", 7, *days(date(2023, 10, 30), 90)),
    }


def made(folder: Path) -> World:
    return world(folder / "wh", settings=shop(), through=THROUGH, **rows())


def settings_of(folder: Path, worlds: Sequence[World]) -> Path:
    """A settings file with the store beside it, and these worlds as shops world, world2 …"""
    parts = [f'[store]\nurl = "sqlite:///{folder}/store.sqlite"\n']
    for n, one in enumerate(worlds):
        text = SETTINGS.format(url=one.url)
        parts.append(text if n == 0 else text.replace("shops.world", f"shops.world{n + 1}"))
    file = folder / "northstar.toml"
    file.write_text("".join(parts), "utf-8")
    return file
