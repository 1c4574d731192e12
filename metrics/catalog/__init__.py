"""What each number means. One entry per metric, by what it is about; nothing here computes.

The keys are those of the definitions page (docs/metrics.md is generated from here). Numerators and
denominators are measures: columns of the statements listed in `metrics/families.py`.
"""

from __future__ import annotations

from metrics.catalog.activity import ACTIVITY_METRICS
from metrics.catalog.buyers import BUYERS
from metrics.catalog.cohorts import COHORT_DAYS, LTV_DAYS, REPURCHASE, VALUE
from metrics.catalog.conversion import CONVERSION
from metrics.catalog.money import MONEY
from metrics.catalog.spend import SPEND
from metrics.metric import Metric

__all__ = [
    "COHORT_DAYS",
    "DEFAULT_NORTH_STAR",
    "DEFAULT_TILES",
    "LTV_DAYS",
    "METRICS",
    "NORTH_STARS",
]


def _index(*metrics: Metric) -> dict[str, Metric]:
    by_key = {m.key: m for m in metrics}
    if len(by_key) != len(metrics):
        raise ValueError("two metrics share a key")
    return by_key


METRICS: dict[str, Metric] = _index(
    *MONEY, *BUYERS, *REPURCHASE, *ACTIVITY_METRICS, *CONVERSION, *SPEND, *VALUE
)

NORTH_STARS = ("mapu", "gmv", "net_revenue", "buyers", "mau", "wau", "active_users")
"""What a team may steer by: counts and sums that grow when the shop does."""

DEFAULT_NORTH_STAR = "mapu"

DEFAULT_TILES = (
    "gmv",
    "net_revenue",
    "orders",
    "aov",
    "buyers",
    "frequency",
    "arppu",
    "returning_buyer_share",
    "new_users",
    "conversion_rate",
    "stickiness",
    "gross_margin",
)
"""The deck before anybody chose one; what a shop lacks is left out and named."""
