"""The deck of a review before anybody chose one, and where each metric has its place."""

from __future__ import annotations

from metrics.catalog import METRICS
from metrics.metric import Group, Metric
from metrics.review.result import Section
from store import DeckLine, ReviewDeck

DEFAULT_DECK = ReviewDeck(
    lines=tuple(
        DeckLine(metric=key)
        for key in (
            "mapu",
            "gmv",
            "buyers",
            "frequency",
            "aov",
            "new_users",
            "blended_cac",
            "visitor_conversion",
            "wau",
            "returning_buyer_share",
            "conversion_rate",
            "net_revenue",
            "mer",
        )
    )
)
"""Thirteen lines; those that a shop has no data for are left out and named."""

_OF_GROUP: dict[Group, Section] = {
    Group.MONEY: Section.STAR,
    Group.BUYERS: Section.STAR,
    Group.ACTIVITY: Section.RETAIN,
    Group.ACQUISITION: Section.ACQUIRE,
    Group.CONVERSION: Section.CONVERT,
    Group.REPURCHASE: Section.RETAIN,
    Group.VALUE: Section.RETAIN,
}
_OF_METRIC: dict[str, Section] = {
    "visitor_conversion": Section.ACTIVATE,
    "net_revenue": Section.CONVERT,
    "gross_margin": Section.CONVERT,
    "orders": Section.CONVERT,
    "arppu": Section.STAR,
    "spend": Section.CHANNELS,
    "mer": Section.CHANNELS,
}


def section_of(metric: Metric) -> Section:
    """Where a metric stands in the review."""
    return _OF_METRIC.get(metric.key, _OF_GROUP[metric.group])


def known(deck: ReviewDeck) -> tuple[tuple[DeckLine, ...], tuple[str, ...]]:
    """The lines whose metric exists, and the keys of those that have gone."""
    kept = tuple(line for line in deck.lines if line.metric in METRICS)
    return kept, tuple(line.metric for line in deck.lines if line.metric not in METRICS)
