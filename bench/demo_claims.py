"""What the demo shop's experiments should find, as it was made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench.demo_units import Units
from data.demo.arrays import DAY
from data.demo.cell import World
from data.demo.loyalty import TIERS
from data.demo.people import make_people
from data.demo.purchases import FIRST, make_purchases
from data.demo.referrals import grow_families
from data.demo.trials import (
    CHECKOUT_LIFT,
    CHECKOUT_TRIAL,
    GIFT_TRIAL,
    KEYS,
    SEARCH_TRIAL,
    TIER_LIFTS,
    TIER_TRIAL,
    TRIALS,
    window,
)
from metrics.stats.experiments.effect import Effect
from metrics.stats.experiments.means import cuped, ratio_delta, welch
from metrics.stats.experiments.proportions import two_proportions

STICKY, WELCOME = KEYS.index("sticky_buy_button"), KEYS.index("short_welcome")
WINDOWS = {CHECKOUT_TRIAL: 14, STICKY: 14, SEARCH_TRIAL: 14, TIER_TRIAL: 14, GIFT_TRIAL: 28,
           WELCOME: 7}  # fmt: skip
"""Days after exposure. The welcome test began 12 days before the end: nobody has 14 yet."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What an experiment should find: a relative lift where `relative`, else a difference. It holds
    (True), it is there to be missed (False), or it is shown and not judged (None)."""

    name: str
    row: int
    read: Callable[[Units], Effect]
    truth: float = 0.0
    relative: bool = False
    holds: bool | None = True


def _first_orders(units: Units) -> Effect:
    arms = [units.of_arm(a).first_order for a in (0, 1)]
    return two_proportions(int(arms[0].sum()), arms[0].size, int(arms[1].sum()), arms[1].size)


def orders_effect(units: Units, arm: int = 1) -> Effect:
    """Orders per unit of an arm against control."""
    return welch(*(units.of_arm(a).sums("orders") for a in (0, arm)))


def _orders_cuped(units: Units) -> Effect:
    return cuped(*(units.of_arm(a).sums("orders", "prior_orders") for a in (0, 1))).effect


def _order_value(units: Units) -> Effect:
    return ratio_delta(*(units.of_arm(a).sums("gmv", "orders") for a in (0, 1)))


def _orders_of(arm: int, tier: int) -> Callable[[Units], Effect]:
    return lambda units: orders_effect(units.where(units.tier == tier), arm)


def claims(own_lift: float | None) -> tuple[Claim, ...]:
    """Every claim; `own_lift` of the people, where the same people are in every draw."""
    checkout = "one-page checkout: first orders"
    tiers = [
        Claim(
            f"{name.replace('_', ' ')}, {TIERS[tier]}: orders",
            TIER_TRIAL, _orders_of(arm, tier), float(TIER_LIFTS[arm, tier]), True,
        )
        for arm, (name, _) in enumerate(TRIALS[TIER_TRIAL].arms) if arm
        for tier in range(len(TIERS))
    ]  # fmt: skip
    general = None if own_lift is not None else True
    found = [Claim(checkout, CHECKOUT_TRIAL, _first_orders, CHECKOUT_LIFT, True, general)]
    if own_lift is not None:
        own = f"{checkout}, of these people"
        found.append(Claim(own, CHECKOUT_TRIAL, _first_orders, own_lift, True))
    return (
        *found,
        Claim("sticky button: orders", STICKY, orders_effect),
        Claim("sticky button: orders, CUPED", STICKY, _orders_cuped),
        Claim("gift: GMV per order", GIFT_TRIAL, _order_value),
        Claim("short welcome: first orders", WELCOME, _first_orders),
        *tiers,
        Claim("(wrong) checkout without effect", CHECKOUT_TRIAL, _first_orders, 0.0, True, False),
        Claim("(wrong) search, an arm's exposures lost", SEARCH_TRIAL, orders_effect, holds=False),
    )


def lift_of_these_people(world: World) -> float:
    """First orders within the window if all who sign up during the checkout experiment had one
    page, over those if nobody had."""
    spec, counts = world.spec, [0, 0]
    start, end = window(spec, TRIALS[CHECKOUT_TRIAL])
    for cell in range(spec.cells):
        families = grow_families(spec, world.seasons, world.plan, cell)
        people = make_people(spec, families, cell)
        met = (people.registered_at >= start) & (people.registered_at < end) & ~people.is_test
        for arm, lift in enumerate((1.0, 1.0 + CHECKOUT_LIFT)):
            lifts = np.where(met, lift, 1.0)
            made, _ = make_purchases(spec, world.seasons, people, lifts, cell)
            wait = made.at - people.registered_at[made.user]
            soon = (made.why == FIRST) & met[made.user] & (wait < WINDOWS[CHECKOUT_TRIAL] * DAY)
            counts[arm] += int(soon.sum())
    return counts[1] / counts[0] - 1.0
