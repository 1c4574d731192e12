"""One cell of users, simulated from sign-up to the last refund."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.arrays import Ints, stream
from data.demo.baskets import Baskets, make_baskets
from data.demo.goods import Goods, make_goods
from data.demo.journeys import Events, Sessions, make_events, make_sessions
from data.demo.loyalty import Feedback, Memberships, answers, memberships
from data.demo.orders import Orders, make_orders
from data.demo.outage import tracked
from data.demo.people import People, make_people
from data.demo.purchases import Lives, Purchases, make_purchases
from data.demo.rates import Rates, make_rates
from data.demo.referrals import grow_families
from data.demo.refunds import Refunds, make_refunds
from data.demo.seasons import Seasons, make_seasons
from data.demo.sends import Campaign, Sends, campaigns, send
from data.demo.spec import DemoSpec
from data.demo.spend import SpendPlan, make_plan
from data.demo.touches import Touches, make_touches
from data.demo.trials import (
    TIER_TRIAL,
    TRIALS,
    Entries,
    buying_lift,
    discount_orders,
    draw_arms,
    exposures,
    gift_orders,
    meet,
    promote,
    window,
)
from data.demo.visits import (
    Strangers,
    Visits,
    guest_orders,
    make_early_visits,
    make_strangers,
    make_visits,
)


@dataclass(frozen=True, slots=True)
class World:
    """What all cells share."""

    spec: DemoSpec
    seasons: Seasons
    rates: Rates
    goods: Goods
    plan: SpendPlan
    campaigns: list[Campaign]


def make_world(spec: DemoSpec) -> World:
    seasons = make_seasons(spec)
    return World(
        spec,
        seasons,
        make_rates(spec, stream(spec.seed, "world", 3)),
        make_goods(stream(spec.seed, "world", 4)),
        make_plan(spec, seasons),
        campaigns(spec),
    )


@dataclass(frozen=True, slots=True)
class Trade:
    """Who signed up, met which experiment in which arm, and bought what: all that experiments move
    and are judged by."""

    people: People
    lives: Lives
    visits: Visits
    entries: Entries
    tier_met: Ints
    exposed: list[tuple[int, Ints, Ints, Ints]]
    sends: list[Sends]
    purchases: Purchases
    strangers: Strangers
    orders: Orders
    baskets: Baskets


@dataclass(frozen=True, slots=True)
class Cell:
    """Everything that happened to the users of one cell, and to strangers beside them."""

    number: int
    people: People
    lives: Lives
    entries: Entries
    tier_met: Ints
    exposed: list[tuple[int, Ints, Ints, Ints]]
    sends: list[Sends]
    orders: Orders
    baskets: Baskets
    refunds: Refunds
    sessions: Sessions
    events: Events
    touches: Touches
    memberships: Memberships
    feedback: Feedback


def simulate(world: World, number: int) -> Cell:
    spec = world.spec
    t = trade(world, number)
    early = make_early_visits(spec, t.people, number)
    sessions = make_sessions(
        spec, world.goods, t.people, t.visits, early, t.strangers, t.orders, t.baskets, number
    )
    events = make_events(spec, world.goods, t.people, sessions, t.orders, number)
    return Cell(
        number, t.people, t.lives, t.entries, t.tier_met, t.exposed, t.sends, t.orders, t.baskets,
        make_refunds(spec, world.goods, t.orders, t.baskets, number), sessions,
        events.where(np.flatnonzero(tracked(spec, events.at))),
        make_touches(spec, t.people, sessions, number),
        memberships(spec, t.people, t.purchases),
        answers(spec, t.people, t.purchases, t.lives, number),
    )  # fmt: skip


def trade(world: World, number: int) -> Trade:
    """The first half of `simulate`: no sessions, events, refunds, or what is said of them."""
    spec, seasons = world.spec, world.seasons
    people = make_people(spec, grow_families(spec, seasons, world.plan, number), number)
    arms = draw_arms(spec, people, number)
    lift = buying_lift(spec, people, arms)
    purchases, lives = make_purchases(spec, seasons, people, lift, number)
    visits = make_visits(spec, seasons, people, lives, number)
    sends, purchases, entries, tier = _campaigns_and_tiers(
        world, people, visits, purchases, arms, number
    )
    purchases = purchases.in_order()
    strangers = make_strangers(spec, seasons, world.plan, number)
    guests = guest_orders(spec, strangers, purchases, number)
    orders = make_orders(spec, people, lives, visits, purchases, strangers, guests, number)
    gifts = gift_orders(entries, orders.user, orders.ordered_at)
    discounts = discount_orders(entries, orders.user, orders.ordered_at)
    baskets = make_baskets(spec, seasons, world.goods, people, orders, gifts, discounts, number)
    exposed = list(exposures(spec, entries, lives, purchases, number))
    return Trade(
        people, lives, visits, entries, tier, exposed, sends, purchases, strangers, orders, baskets
    )


def _campaigns_and_tiers(
    world: World, people: People, visits: Visits, purchases: Purchases, arms: Ints, number: int
) -> tuple[list[Sends], Purchases, Entries, Ints]:
    """What sends and the tier experiment add, in the order in which they took place."""
    spec = world.spec
    start, _ = window(spec, TRIALS[TIER_TRIAL])
    sends: list[Sends] = []
    late = [c for c in world.campaigns if c.at >= start]
    for campaign in world.campaigns[: len(world.campaigns) - len(late)]:
        sent, purchases = send(spec, campaign, len(sends), people, visits, purchases, number)
        sends.append(sent)
    entries = meet(spec, people, visits, purchases, arms)
    purchases, tier = promote(spec, people, entries, purchases, number)
    for campaign in late:
        sent, purchases = send(spec, campaign, len(sends), people, visits, purchases, number)
        sends.append(sent)
    return sends, purchases, entries, tier
