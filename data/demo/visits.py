"""Visits without an order: after sign-up, before it, and of people who never sign up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.arrays import DAY, HOUR, Ints, expand, pick, stream, whole
from data.demo.markets import MARKETS, PLATFORMS
from data.demo.people import People
from data.demo.purchases import Lives, Purchases
from data.demo.referrals import arrivals
from data.demo.seasons import Seasons
from data.demo.spec import DemoSpec
from data.demo.spend import SpendPlan

PER_DAY = 0.030
"""Visits per day of average demand while a user is around."""
FIRST_WEEK = 0.7
"""Extra visits in the week after sign-up."""
BEFORE = 0.45
"""Visits before the one in which a user signs up."""
STRANGERS = 0.55
"""Visitors who never sign up, per user; some of them order as guests."""
GUEST_ORDERS = 0.055
"""Guest orders against the orders of users."""
LOOK, VIEW, CART, CHECKOUT = range(4)
"""How far a visit goes."""
DEPTHS = (0.30, 0.41, 0.20, 0.09)


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits of users; `user` is a row of people."""

    user: Ints
    at: Ints
    depth: Ints


@dataclass(frozen=True, slots=True)
class Strangers:
    """People who never sign up, and when each first came; visits repeat the row of the person."""

    market: Ints
    channel: Ints
    platform: Ints
    arrived_at: Ints
    visitor: Ints
    at: Ints
    depth: Ints


def make_visits(
    spec: DemoSpec, seasons: Seasons, people: People, lives: Lives, cell: int
) -> Visits:
    rng = stream(spec.seed, "visits", cell)
    start = seasons.demand_at(people.market, people.registered_at)
    span = np.maximum(seasons.demand_at(people.market, lives.until) - start, 0.0)
    keenness = rng.gamma(1.3, 1 / 1.3, people.size)
    count = rng.poisson(np.minimum(PER_DAY * spec.browsing * keenness * span, 400.0))
    user = expand(count)
    at = seasons.instant(rng, people.market[user], start[user] + span[user] * rng.random(len(user)))
    early = expand(rng.poisson(FIRST_WEEK * keenness))
    soon = people.registered_at[early] + HOUR + whole(7 * DAY * rng.random(len(early)) ** 2)
    tests = expand(np.where(people.is_test, rng.poisson(25, people.size), 0))
    left = spec.closes_at - people.registered_at[tests]
    wild = people.registered_at[tests] + whole(left * rng.random(len(tests)))
    user = np.concatenate([user, early, tests])
    at = np.concatenate([at, soon, wild])
    depth = pick(rng, DEPTHS, len(user))
    depth[len(depth) - len(tests) :] = CHECKOUT
    kept = (at > people.registered_at[user] + HOUR // 2) & (at < spec.closes_at)
    return Visits(user[kept], at[kept], depth[kept])


def make_early_visits(spec: DemoSpec, people: People, cell: int) -> Visits:
    """Visits of users-to-be in the ten days before they sign up, known by their device only."""
    rng = stream(spec.seed, "visits", spec.cells + cell)
    user = expand(rng.poisson(BEFORE, people.size))
    at = people.registered_at[user] - HOUR - whole(10 * DAY * rng.random(len(user)) ** 2)
    kept = at >= spec.opens_at
    depth = np.minimum(pick(rng, DEPTHS, len(user)), CART)
    return Visits(user[kept], at[kept], depth[kept])


def make_strangers(spec: DemoSpec, seasons: Seasons, plan: SpendPlan, cell: int) -> Strangers:
    rng = stream(spec.seed, "visits", 2 * spec.cells + cell)
    size = round(STRANGERS * spec.users_in(cell))
    channel, market, arrived_at = arrivals(rng, spec, seasons, plan, size)
    platform = np.where(rng.random(size) < 0.7, PLATFORMS.index("web"), rng.integers(0, 2, size))
    visitor = expand(1 + rng.poisson(0.25, size))
    repeat = np.r_[False, visitor[1:] == visitor[:-1]]
    later = whole(14 * DAY * rng.random(len(visitor)))
    at = np.minimum(arrived_at[visitor] + np.where(repeat, later, 0), spec.closes_at - 1)
    depth = pick(rng, (0.5, 0.36, 0.11, 0.03), len(visitor))
    return Strangers(market, channel, platform, arrived_at, visitor, at, depth)


def guest_orders(
    spec: DemoSpec, strangers: Strangers, purchases: Purchases, cell: int
) -> tuple[Ints, Ints]:
    """Who of the strangers orders without an account, and when."""
    rng = stream(spec.seed, "orders", spec.cells + cell)
    likely = np.array([m.buys for m in MARKETS])[strangers.market]
    wanted = GUEST_ORDERS * len(purchases.user)
    chosen = rng.random(len(likely)) < likely * wanted / likely.sum()
    visitor = np.flatnonzero(chosen)
    at = strangers.arrived_at[visitor] + 240 + whole(1800 * rng.random(len(visitor)))
    kept = at < spec.closes_at
    return visitor[kept], at[kept]
