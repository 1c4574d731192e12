"""A settings file with one small shop, for tests that come in by the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.world import Row, World, days, fx, order, shop, user, world


def settings_file(folder: Path, made: World) -> Path:
    """`northstar.toml` of a folder: the shop `world` as it was published."""
    file = folder / "northstar.toml"
    r = made.shop.reporting
    file.write_text(
        "[shops.world]\n"
        'name = { en = "World", zh = "世界" }\n'
        f'url = "{made.url}"\n'
        "[shops.world.reporting]\n"
        f'timezone = "{r.timezone}"\ncurrency = "{r.currency}"\n',
        "utf-8",
    )
    return file


def two_months() -> dict[str, list[Row]]:
    """January: user 1 (CN) pays 10 and 20, a guest pays 5. February: user 2 (US) pays 40.

    Rates into USD stand on every day: 1 USD is 8 CNY.
    """
    return {
        "users": [user(1, country="CN"), user(2, country="US")],
        "orders": [
            order(1, "2024-01-05", 10),
            order(1, "2024-01-06", 20),
            order(None, "2024-01-07", 5, country="CN"),
            order(2, "2024-02-05", 40),
        ],
        "fx_rates": fx("USD", 8, *days(date(2024, 1, 1), 60)),
    }


def published(folder: Path) -> Path:
    """The settings file of the two-month shop, its data complete to the end of February 10."""
    made = world(folder / "wh", settings=shop(), through="2024-02-11", **two_months())
    return settings_file(folder, made)
