"""Experiments with known effects: a true lift, nulls, a lost arm, a lift that depends on tier.

Arms are drawn per user and experiment; who meets an experiment depends on their own behaviour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from data.demo.arrays import DAY, HOUR, NEVER, Flags, Floats, Ints, pick, stream, whole
from data.demo.loyalty import standing
from data.demo.people import People
from data.demo.purchases import PROMOTED, Lives, Purchases
from data.demo.spec import DemoSpec
from data.demo.visits import Visits


class Trial(NamedTuple):
    """An experiment that began `before` days before the end of the data and took in users for
    `days` (0: it is still running). The first arm is the control."""

    key: str
    name: str
    before: int
    days: int
    at_sign_up: bool
    arms: tuple[tuple[str, float], ...]
    primary_metric: str
    owner: str
    hypothesis: str


TRIALS = (
    Trial(
        "one_page_checkout", "One-page checkout", 122, 42, True,
        (("control", 0.5), ("one_page", 0.5)), "first_order_within_14_days", "Checkout",
        "One page in place of three steps lets more new users finish a first order.",
    ),
    Trial(
        "sticky_buy_button", "Sticky buy button", 110, 28, False,
        (("control", 0.5), ("sticky", 0.5)), "orders_within_14_days", "Product page",
        "A button that stays in view brings more orders.",
    ),
    Trial(
        "personal_search", "Personal search results", 75, 35, False,
        (("control", 0.5), ("personal", 0.5)), "orders_within_14_days", "Search",
        "Results ranked by a user's own taste bring more orders.",
    ),
    Trial(
        "points_or_discount", "Double points or discount day", 60, 14, False,
        (("control", 0.34), ("double_points", 0.33), ("discount_day", 0.33)),
        "orders_within_14_days", "Loyalty",
        "High tiers answer to points, low tiers to a discount.",
    ),
    Trial(
        "gift_threshold", "Gift from six pieces", 70, 28, False,
        (("control", 0.8), ("gift", 0.2)), "gmv_per_order_within_28_days", "Merchandising",
        "A gift for six pieces raises the value of an order.",
    ),
    Trial(
        "short_welcome", "Shorter welcome", 12, 0, True,
        (("control", 0.5), ("short", 0.5)), "first_order_within_14_days", "Onboarding",
        "Fewer welcome screens lead to a first order sooner.",
    ),
)  # fmt: skip
KEYS = tuple(t.key for t in TRIALS)
CHECKOUT_TRIAL = KEYS.index("one_page_checkout")
SEARCH_TRIAL = KEYS.index("personal_search")
TIER_TRIAL = KEYS.index("points_or_discount")
GIFT_TRIAL = KEYS.index("gift_threshold")

CHECKOUT_LIFT = 0.15
"""Relative lift of the share of new users who order, whatever the window."""
LOST = 0.35
"""Exposures of the personal arm that were not logged, among users who did not buy soon after."""
TIER_LIFTS = np.array([[0.0, 0.0, 0.0, 0.0], [0.02, 0.12, 0.35, 0.55], [0.30, 0.18, 0.06, 0.0]])
"""Relative lift of orders within 14 days, by arm and tier (bronze, silver, gold, platinum)."""
TIER_DAYS, GIFT_DAYS = 14, 28
PLAIN_QUANTITY = ((1, 0.6), (2, 0.3), (3, 0.1))
GIFT_QUANTITY = ((1, 0.9), (6, 0.1))
"""Pieces per line with and without the gift: 1.5 on average in both, 5 times the variance."""
CROSSED, REPEATED = 0.005, 0.08
"""Shares of users logged in two arms by mistake, and logged twice in their own."""


@dataclass(frozen=True, slots=True)
class Entries:
    """By experiment and user: the arm drawn, and when the user met the experiment (-1: never)."""

    arm: Ints
    at: Ints


def window(spec: DemoSpec, trial: Trial) -> tuple[int, int]:
    """First instant, and the first instant after, in which the experiment takes in users."""
    start = spec.closes_at - trial.before * DAY
    return start, start + trial.days * DAY if trial.days else spec.closes_at


def draw_arms(spec: DemoSpec, people: People, cell: int) -> Ints:
    rng = stream(spec.draw, "trials", cell)
    return np.stack([pick(rng, [w for _, w in t.arms], people.size) for t in TRIALS])


def buying_lift(spec: DemoSpec, people: People, arms: Ints) -> Floats:
    """Factor on each new user's chance to buy, from the experiment they meet at sign-up."""
    start, end = window(spec, TRIALS[CHECKOUT_TRIAL])
    inside = (people.registered_at >= start) & (people.registered_at < end)
    return np.where(inside & (arms[CHECKOUT_TRIAL] == 1), 1.0 + CHECKOUT_LIFT, 1.0)


def meet(
    spec: DemoSpec, people: People, visits: Visits, purchases: Purchases, arms: Ints
) -> Entries:
    """Users meet an experiment when they sign up, or on the first visit while it takes them in."""
    at = np.full(arms.shape, NEVER)
    who = np.concatenate([visits.user, purchases.user])
    when = np.concatenate([visits.at, purchases.at - 5 * 60])
    for row, trial in enumerate(TRIALS):
        start, end = window(spec, trial)
        if trial.at_sign_up:
            inside = (people.registered_at >= start) & (people.registered_at < end)
            at[row] = np.where(inside, people.registered_at + 3, NEVER)
            continue
        inside = (when >= start) & (when < end)
        first = np.full(people.size, end)
        np.minimum.at(first, who[inside], when[inside])
        at[row] = np.where(first < end, np.maximum(first, people.registered_at + 5), NEVER)
    return Entries(arms, at)


def promote(
    spec: DemoSpec, people: People, entries: Entries, purchases: Purchases, cell: int
) -> tuple[Purchases, Ints]:
    """The tier experiment: orders in the 14 days breed further orders, by arm and tier.

    Returns the purchases and each user's tier when they met the experiment.
    """
    rng = stream(spec.draw, "trials", spec.cells + cell)
    met = entries.at[TIER_TRIAL]
    tier = standing(people.size, purchases, np.where(met >= 0, met, spec.closes_at))
    chance = np.where(met >= 0, TIER_LIFTS[entries.arm[TIER_TRIAL], tier], 0.0)[purchases.user]
    after = purchases.at - met[purchases.user]
    breeds = (after >= 0) & (after < TIER_DAYS * DAY) & (rng.random(len(after)) < chance)
    user = purchases.user[breeds & ~people.is_test[purchases.user]]
    at = met[user] + HOUR + whole((TIER_DAYS * DAY - 2 * HOUR) * rng.random(len(user)))
    inside = at < spec.closes_at
    return purchases.plus(user[inside], at[inside], PROMOTED), tier


def gift_orders(entries: Entries, user: Ints, at: Ints) -> Flags:
    """Orders whose quantities the gift changes; `user` is -1 for guests."""
    return _in_arm(entries, GIFT_TRIAL, 1, GIFT_DAYS, user, at)


def discount_orders(entries: Entries, user: Ints, at: Ints) -> Flags:
    """Orders at the price of the discount day."""
    return _in_arm(entries, TIER_TRIAL, 2, TIER_DAYS, user, at)


def _in_arm(entries: Entries, row: int, arm: int, days: int, user: Ints, at: Ints) -> Flags:
    met = entries.at[row][user]
    after = at - met
    inside = (user >= 0) & (met >= 0) & (after >= 0) & (after < days * DAY)
    found: Flags = inside & (entries.arm[row][user] == arm)
    return found


def exposures(
    spec: DemoSpec, entries: Entries, lives: Lives, purchases: Purchases, cell: int
) -> Iterator[tuple[int, Ints, Ints, Ints]]:
    """Experiment, users, arms and instants as logged: some twice, some in both arms, some lost."""
    rng = stream(spec.draw, "trials", 2 * spec.cells + cell)
    for row, trial in enumerate(TRIALS):
        user = np.flatnonzero(entries.at[row] >= 0)
        arm, at = entries.arm[row][user], entries.at[row][user]
        if row == SEARCH_TRIAL:
            after = purchases.at - entries.at[row][purchases.user]
            soon = np.zeros(len(lives.bought), np.bool_)
            soon[purchases.user[(after >= 0) & (after < 14 * DAY)]] = True
            kept = ~((arm == 1) & ~soon[user] & (rng.random(len(user)) < LOST))
            user, arm, at = user[kept], arm[kept], at[kept]
        again = np.flatnonzero(rng.random(len(user)) < REPEATED)
        crossed = np.flatnonzero(rng.random(len(user)) < CROSSED)
        users = np.concatenate([user, user[again], user[crossed]])
        arms = np.concatenate([arm, arm[again], (arm[crossed] + 1) % len(trial.arms)])
        times = np.concatenate([at, at[again] + 2 * DAY, at[crossed] + HOUR])
        kept = times < spec.closes_at
        yield row, users[kept], arms[kept], times[kept]
