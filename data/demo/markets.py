"""The six markets: currency, time zone, people, and how readily they buy and leave."""

from __future__ import annotations

from dataclasses import dataclass

BASE = "CNY"
CURRENCIES = ("CNY", "USD", "GBP", "EUR")
TYPICAL_RATES = (1.0, 7.15, 9.15, 7.85)
"""Base currency per unit: list prices are set with these and stay while rates move."""
PLATFORMS = ("ios", "android", "web")


@dataclass(frozen=True, slots=True)
class Market:
    """One country the shop sells to.

    `share` of sign-ups; `buys` the chance that a user of average channel ever buys; repeat
    purchases come at a rate Gamma(`rate_shape`, mean `rate_mean` per day of average demand) and
    after each the buyer leaves with a chance Beta(`leave_a`, `leave_b`): BG/NBD of Fader, Hardie
    & Lee (2005). A user who never buys goes on visiting for `browse_days` on average.
    """

    country: str
    currency: str
    zone: str
    language: str
    cities: tuple[str, ...]
    platforms: tuple[float, float, float]
    share: float
    price_level: float
    thrift: float
    tax_rate: float
    ship_days: float
    buys: float
    rate_shape: float
    rate_mean: float
    leave_a: float
    leave_b: float
    browse_days: float
    week: tuple[float, ...]


MARKETS = (
    Market(
        "CN", "CNY", "Asia/Shanghai", "zh",
        ("Shanghai", "Beijing", "Guangzhou", "Chengdu", "Hangzhou", "Wuhan"),
        (0.34, 0.54, 0.12), 0.34, 1.0, 1.0, 0.0, 3.0, 0.52, 0.60, 0.0130, 1.2, 5.2, 45.0,
        (0.96, 0.95, 0.97, 0.98, 1.04, 1.07, 1.03),
    ),
    Market(
        "US", "USD", "America/New_York", "en",
        ("New York", "Los Angeles", "Chicago", "Houston", "Seattle", "Miami"),
        (0.46, 0.24, 0.30), 0.20, 1.35, 0.9, 0.07, 9.0, 0.47, 0.55, 0.0110, 1.2, 4.6, 40.0,
        (1.08, 1.04, 1.00, 0.98, 0.93, 0.94, 1.03),
    ),
    Market(
        "GB", "GBP", "Europe/London", "en",
        ("London", "Manchester", "Birmingham", "Leeds", "Glasgow"),
        (0.44, 0.24, 0.32), 0.12, 1.25, 0.95, 0.20, 8.0, 0.45, 0.55, 0.0105, 1.2, 4.4, 38.0,
        (1.05, 1.02, 1.00, 0.99, 0.94, 0.93, 1.07),
    ),
    Market(
        "DE", "EUR", "Europe/Berlin", "de",
        ("Berlin", "Hamburg", "Munich", "Cologne", "Leipzig"),
        (0.30, 0.36, 0.34), 0.10, 1.20, 0.95, 0.19, 8.0, 0.43, 0.52, 0.0100, 1.2, 4.2, 36.0,
        (1.06, 1.03, 1.00, 0.97, 0.92, 0.90, 1.12),
    ),
    Market(
        "FR", "EUR", "Europe/Paris", "fr",
        ("Paris", "Lyon", "Marseille", "Toulouse", "Lille"),
        (0.32, 0.36, 0.32), 0.08, 1.15, 1.0, 0.20, 9.0, 0.41, 0.52, 0.0095, 1.2, 4.0, 34.0,
        (1.05, 1.02, 1.01, 0.98, 0.94, 0.93, 1.07),
    ),
    Market(
        "BR", "USD", "America/Sao_Paulo", "pt",
        ("São Paulo", "Rio de Janeiro", "Brasília", "Salvador", "Recife"),
        (0.14, 0.70, 0.16), 0.16, 0.70, 1.9, 0.0, 18.0, 0.22, 0.50, 0.0070, 1.3, 3.0, 22.0,
        (1.04, 1.03, 1.02, 1.00, 1.00, 0.95, 0.96),
    ),
)  # fmt: skip

CURRENCY_OF = tuple(CURRENCIES.index(m.currency) for m in MARKETS)
"""Code of each market's currency."""
