"""Sessions become events: steps in a shop, some missing, some out of order, some at one instant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from data.demo.arrays import DAY, HOUR, NEVER, Floats, Ints, pick, run_starts, stream, whole
from data.demo.baskets import Baskets
from data.demo.channels import campaign_codes
from data.demo.goods import Goods, choose_items
from data.demo.markets import MARKETS
from data.demo.orders import PAID, VISITORS_PER_USER, Orders, entry_channels
from data.demo.people import People
from data.demo.purchases import FIRST
from data.demo.spec import DemoSpec
from data.demo.visits import CHECKOUT, Strangers, Visits

EVENTS = (
    "login", "page_view", "search", "view_item", "add_to_cart", "begin_checkout", "sign_up",
    "purchase", "share", "invite_sent", "review",
)  # fmt: skip
_STEPS = (0, 1, 1, 2, 3, 3, 3, 4, 5, 8, 6, 7)
"""The event of each step a session may take, in this order; sign_up or purchase come last."""
_VIEWS = (4, 5)
"""Steps that look at some other item than the one the session is about."""
SIGN_UP, PURCHASE, REVIEW, INVITE = 6, 7, 10, 9
VISIT, EARLY, JOIN, ORDER = range(4)
"""Kinds of sessions: a visit, one before sign-up, the one that signs up, the one that orders."""
_GAP = 26.0
"""Seconds between steps, on average; whole seconds, so some share one."""
MISPLACED = 0.02
"""Events whose device clock is off by up to two minutes."""
PRECURSOR = 0.30
"""Orders with a session that stopped short of ordering in the three days before."""
DOUBLED = 0.03
"""Purchase events that the source sent twice."""


def _step_shares() -> Floats:
    """Chance of each step, by kind of session and depth."""
    look = [0.10, 0.96, 0.40, 0.22, 0, 0, 0, 0, 0, 0.004, 0, 0]
    view = [0.12, 0.90, 0.30, 0.42, 0.55, 0.30, 0.96, 0, 0, 0.020, 0, 0]
    cart = [0.14, 0.86, 0.28, 0.40, 0.50, 0.30, 0.90, 0.97, 0, 0.020, 0, 0]
    checkout = [0.16, 0.82, 0.22, 0.34, 0.40, 0.25, 0.88, 0.92, 0.96, 0.015, 0, 0]
    visit = np.array([look, view, cart, checkout])
    early, join = visit.copy(), visit.copy()
    early[:, 0] = 0.0
    join[:, 0], join[:, 10] = 0.0, 1.0
    order = np.tile(
        np.array([0.15, 0.66, 0.12, 0.30, 0.30, 0.15, 0.87, 0.91, 0.93, 0, 0, 0.93]), (4, 1)
    )
    return np.concatenate([visit, early, join, order])


_SHARES = _step_shares().astype(np.float32)


@dataclass(frozen=True, slots=True)
class Sessions:
    """`anchor` is the instant of the first step, or of the last (sign-up, order) if `ends` is so.

    `user` is -1 before sign-up and for strangers; `number` names the session within the cell: a
    user's first one, then one per order, then visits. `order` is a row of orders or -1.
    """

    kind: Ints
    user: Ints
    visitor: Ints
    number: Ints
    anchor: Ints
    depth: Ints
    channel: Ints
    campaign: Ints
    platform: Ints
    market: Ints
    order: Ints
    item: Ints

    @property
    def size(self) -> int:
        return len(self.kind)


def session_of_orders(people: People, orders: Orders) -> Ints:
    """Number of the session in which each order was made."""
    waited = orders.ordered_at - people.registered_at[orders.user]
    same = (orders.user >= 0) & (orders.why == FIRST) & (waited < 23 * 60)
    return np.where(same, orders.user, people.size + np.arange(orders.size))


def make_sessions(
    spec: DemoSpec, goods: Goods, people: People, visits: Visits, early: Visits,
    strangers: Strangers, orders: Orders, baskets: Baskets, cell: int,
) -> Sessions:  # fmt: skip
    rng = stream(spec.seed, "sessions", cell)
    n = people.size
    before = np.flatnonzero((rng.random(orders.size) < PRECURSOR) & (orders.user >= 0))
    stop_at = orders.ordered_at[before] - HOUR - whole(3 * DAY * rng.random(len(before)))
    kept = stop_at > people.registered_at[orders.user[before]] + HOUR
    before, stop_at = before[kept], stop_at[kept]
    visitors = VISITORS_PER_USER * n + strangers.visitor
    sizes = (n, orders.size, len(visits.user), len(early.user), len(visitors), len(before))
    kind = np.repeat([JOIN, ORDER, VISIT, EARLY, EARLY, VISIT], sizes)
    owner = np.concatenate([
        np.arange(n), orders.user, visits.user, early.user, np.full(len(visitors), NEVER),
        orders.user[before],
    ])  # fmt: skip
    total = len(kind)
    device = VISITORS_PER_USER * np.maximum(owner, 0)
    other = (kind == VISIT) & people.second_device[owner] & (rng.random(total) < 0.4)
    visitor = device + other
    at_orders = slice(n, n + orders.size)
    at_strangers = slice(total - len(before) - len(visitors), total - len(before))
    visitor[at_orders] = orders.visitor
    visitor[at_strangers] = visitors
    anchor = np.concatenate([
        people.registered_at, orders.ordered_at, visits.at, early.at, strangers.at, stop_at
    ])  # fmt: skip
    depth = np.concatenate([
        pick(rng, (0.30, 0.34, 0.36), n), np.full(orders.size, CHECKOUT), visits.depth,
        early.depth, strangers.depth, pick(rng, (0, 0, 0.55, 0.45), len(before)),
    ])  # fmt: skip
    filed = np.where(owner >= 0, people.filed[owner], 0)
    channel = np.where(
        (kind == JOIN) | ((kind == EARLY) & (rng.random(total) < 0.6)),
        filed,
        entry_channels(rng, filed),
    )
    market = np.where(owner >= 0, people.market[owner], 0)
    platform = np.where(other, 2, np.where(owner >= 0, people.platform[owner], 0))
    channel[at_orders], channel[at_strangers] = orders.channel, strangers.channel[strangers.visitor]
    market[at_orders], market[at_strangers] = orders.market, strangers.market[strangers.visitor]
    platform[at_orders] = orders.platform
    platform[at_strangers] = strangers.platform[strangers.visitor]
    number = np.arange(total)
    number[at_orders] = session_of_orders(people, orders)
    order = np.full(total, NEVER)
    order[at_orders] = np.arange(orders.size)
    favourite = np.where(owner >= 0, people.favourite[owner], 0)
    thrift = np.where(
        owner >= 0, people.thrift[owner], np.array([m.thrift for m in MARKETS])[market]
    )
    item = choose_items(rng, goods, favourite, thrift)
    item[at_orders] = baskets.item[baskets.first_line]
    item[total - len(before) :] = item[at_orders][before]
    user = np.where(kind == EARLY, NEVER, owner)
    return Sessions(
        kind, user, visitor, number, anchor, depth, channel, campaign_codes(rng, channel),
        platform, market, order, item,
    )  # fmt: skip


class Events(NamedTuple):
    """Columns of `events`; `session` is a row of sessions or -1, `user` of people."""

    event: Ints
    at: Ints
    user: Ints
    visitor: Ints
    session: Ints
    item: Ints
    order: Ints
    query: Ints

    def where(self, kept: Ints) -> Events:
        return Events(*(column[kept] for column in self))


QUERIES = tuple(
    f'{{"query": "{adjective} {noun}"}}'
    for adjective in ("cheap", "best", "new", "small", "red", "gift")
    for noun in (
        "dress",
        "sneakers",
        "serum",
        "phone",
        "lamp",
        "pan",
        "puzzle",
        "mat",
        "tea",
        "box",
    )
)


def make_events(
    spec: DemoSpec, goods: Goods, people: People, sessions: Sessions, orders: Orders, cell: int
) -> Events:
    """All events of the cell by week, user and time, before any outage."""
    rng = stream(spec.seed, "events", cell)
    taken = (
        rng.random((sessions.size, len(_STEPS)), np.float32)
        < _SHARES[sessions.kind * 4 + sessions.depth]
    )
    per_session = taken.sum(axis=1)
    session, step = np.nonzero(taken)
    event = np.array(_STEPS)[step]
    passed = np.cumsum(whole(_GAP * rng.standard_exponential(len(step), np.float32)))
    first = run_starts(per_session)
    last = first + per_session - 1
    ends = sessions.kind >= JOIN
    # Sign-up and purchase are the last step and carry the anchor; other sessions start at it.
    pinned = np.where(per_session > 0, np.where(ends, last, first), 0)
    unfinished = np.zeros(sessions.size, np.int64)
    orderly = (sessions.kind == ORDER) & (per_session > 0)
    unfinished[orderly] = np.where(event[last[orderly]] == PURCHASE, 0, 15)
    start = sessions.anchor - passed[pinned] - unfinished
    at = start[session] + passed
    movable = (event != SIGN_UP) & (event != PURCHASE)
    off = np.flatnonzero(movable & (rng.random(len(at), np.float32) < MISPLACED))
    at[off] += rng.integers(-120, 121, len(off))
    item = np.where((event >= 3) & (event <= 5), sessions.item[session], NEVER)
    other = np.flatnonzero((step == _VIEWS[0]) | (step == _VIEWS[1]))
    someone = sessions.user[session[other]]
    item[other] = choose_items(
        rng, goods, np.where(someone >= 0, people.favourite[someone], 0),
        np.where(someone >= 0, people.thrift[someone], 1.2),
    )  # fmt: skip
    order = np.where(event == PURCHASE, sessions.order[session], NEVER)
    # A source's own purchase event also fires for orders that are cancelled, and sometimes twice.
    doubted = (order >= 0) & (orders.status[order] != PAID) & (rng.random(len(order)) < 0.4)
    twice = np.flatnonzero((order >= 0) & ~doubted & (rng.random(len(order)) < DOUBLED))
    rows = np.concatenate([np.flatnonzero(~doubted), twice])
    query = np.where(event == 2, rng.integers(0, len(QUERIES), len(event)), NEVER)
    found = Events(
        event, at, sessions.user[session], sessions.visitor[session], session, item, order, query
    ).where(rows)
    found.at[len(rows) - len(twice) :] += 2
    everything = _joined(found, _alone(rng, people, orders, sessions))
    known = everything.user
    # Before the sign-up only the device is known.
    unknown = (known >= 0) & (everything.at < people.registered_at[known])
    everything = everything._replace(user=np.where(unknown, NEVER, known))
    inside = (everything.at >= spec.opens_at) & (everything.at < spec.closes_at)
    return _sorted(spec, everything.where(np.flatnonzero(inside)))


def _alone(rng: np.random.Generator, people: People, orders: Orders, sessions: Sessions) -> Events:
    """Reviews after delivery and invitations sent: events outside any session."""
    reviewed = np.flatnonzero(
        (orders.delivered_at >= 0) & (orders.user >= 0) & (rng.random(orders.size) < 0.09)
    )
    at = orders.delivered_at[reviewed] + HOUR + whole(12 * DAY * rng.random(len(reviewed)))
    families = people.families
    sender = families.sender
    user = np.concatenate([orders.user[reviewed], sender])
    nothing = np.full(len(user), NEVER)
    item = nothing.copy()
    item[: len(reviewed)] = sessions.item[people.size + reviewed]
    return Events(
        np.repeat([REVIEW, INVITE], [len(reviewed), len(sender)]),
        np.concatenate([at, families.invited_at]),
        user, VISITORS_PER_USER * user, nothing, item, nothing, nothing,
    )  # fmt: skip


def _joined(one: Events, two: Events) -> Events:
    return Events(*(np.concatenate(pair) for pair in zip(one, two, strict=True)))


def _sorted(spec: DemoSpec, events: Events) -> Events:
    """By week, then by user or visitor, then by time: the order in which they are read."""
    # 1970 began on a Thursday, three days into its week; midnight is the shop's.
    ahead = spec.opens_at % DAY
    week, second = np.divmod(events.at - ahead + 3 * DAY, 7 * DAY)
    owner = np.where(events.user >= 0, events.user, events.visitor + 2**14)
    order = np.argsort((week * 2**17 + owner) * 2**20 + second, kind="stable")
    return events.where(order)
