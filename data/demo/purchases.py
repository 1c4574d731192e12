"""When users buy and when they leave: a first purchase, then BG/NBD in demand time.

Fader, Hardie & Lee (2005), "Counting your customers the easy way": repeat purchases are Poisson
with a gamma-distributed rate; after each, the buyer leaves with a beta-distributed chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.arrays import DAY, MINUTE, Flags, Floats, Ints, expand, rank_within, stream, whole
from data.demo.markets import MARKETS
from data.demo.people import People
from data.demo.seasons import Seasons
from data.demo.spec import DemoSpec

AT_ONCE, SOON = 0.34, 0.40
"""Shares of first purchases made on signing up, and within days; the rest take weeks."""
SOON_DAYS, SLOW_DAYS = 4.0, 40.0
FIRST, REPEAT, PROMOTED, WON_BACK, TEST = range(5)
"""Why a purchase happened."""


@dataclass(frozen=True, slots=True)
class Purchases:
    """Purchases meant and made, one row each: the row of the user, the instant, the reason."""

    user: Ints
    at: Ints
    why: Ints

    def plus(self, user: Ints, at: Ints, why: int) -> Purchases:
        return Purchases(
            np.concatenate([self.user, user]),
            np.concatenate([self.at, at]),
            np.concatenate([self.why, np.full(len(user), why)]),
        )

    def in_order(self) -> Purchases:
        """By user, then by time."""
        order = np.lexsort((self.at, self.user))
        return Purchases(self.user[order], self.at[order], self.why[order])


@dataclass(frozen=True, slots=True)
class Lives:
    """What became of each user: `bought` at all, `left` for good, and when they were last here."""

    bought: Flags
    left: Flags
    until: Ints


def make_purchases(
    spec: DemoSpec, seasons: Seasons, people: People, lift: Floats, cell: int
) -> tuple[Purchases, Lives]:
    """`lift` multiplies each user's chance to buy at all (an experiment's true effect)."""
    rng = stream(spec.seed, "purchases", cell)
    market, size = people.market, people.size
    buyer = rng.random(size) < np.minimum(people.buys * lift, 0.98)
    way = rng.random(size)
    wait = np.where(way < AT_ONCE + SOON, SOON_DAYS, SLOW_DAYS) * rng.standard_exponential(size)
    at_once = way < AT_ONCE
    first_at = seasons.instant(rng, market, seasons.demand_at(market, people.registered_at) + wait)
    quick = people.registered_at + 2 * MINUTE + whole(20 * MINUTE * rng.random(size))
    first_at = np.where(at_once, quick, np.maximum(first_at, quick))
    beyond = ~at_once & (wait > seasons.demand_left(market, people.registered_at))
    bought = buyer & ~beyond & (first_at < spec.closes_at)
    rate = np.array([m.rate_mean / m.rate_shape for m in MARKETS])[market] * rng.gamma(
        np.array([m.rate_shape for m in MARKETS])[market]
    )
    leave = rng.beta(
        np.array([m.leave_a for m in MARKETS])[market],
        np.array([m.leave_b for m in MARKETS])[market],
    )
    stays_for = rng.geometric(np.maximum(leave, 1e-6))
    left_over = seasons.demand_left(market, first_at)
    meant = rng.poisson(np.where(bought, rate * spec.buying * left_over, 0.0))
    user = expand(meant)
    when = rng.random(len(user))
    order = np.argsort(user + when)
    when = when[order]
    made = rank_within(user) < stays_for[user]
    user, when = user[made], when[made]
    passed = seasons.demand_at(market, first_at)[user] + when * left_over[user]
    repeat_at = seasons.instant(rng, market[user], passed)
    repeat_at = np.maximum(
        repeat_at, first_at[user] + whole(8 * MINUTE + 300 * rng.random(len(user)))
    )
    inside = repeat_at < spec.closes_at
    user, repeat_at = user[inside], repeat_at[inside]
    left = bought & (meant >= stays_for)
    last = np.where(bought, first_at, people.registered_at)
    np.maximum.at(last, user, repeat_at)
    drift = whole(rng.standard_exponential(size) * 15 * DAY)
    browse = np.array([m.browse_days for m in MARKETS])[market] * rng.standard_exponential(size)
    until = np.where(
        bought,
        np.where(left, last + drift, spec.closes_at),
        people.registered_at + whole(browse * DAY),
    )
    buyers = np.flatnonzero(bought)
    purchases = Purchases(
        np.concatenate([buyers, user]),
        np.concatenate([first_at[buyers], repeat_at]),
        np.concatenate([np.full(len(buyers), FIRST), np.full(len(user), REPEAT)]),
    )
    lives = Lives(bought, left, np.minimum(until, spec.closes_at))
    return _with_tests(rng, spec, people, purchases, lives), lives


def _with_tests(
    rng: np.random.Generator, spec: DemoSpec, people: People, purchases: Purchases, lives: Lives
) -> Purchases:
    """Test users order at random, and far too often."""
    count = np.where(people.is_test, rng.poisson(9, people.size), 0)
    user = expand(count)
    span = spec.closes_at - 60 - people.registered_at[user]
    at = people.registered_at[user] + 60 + whole(span * rng.random(len(user)))
    own = ~people.is_test[purchases.user]
    kept = Purchases(purchases.user[own], purchases.at[own], purchases.why[own])
    return kept.plus(user, at, TEST)
