"""Orders of a cell: the purchases of users, attempts that failed, and what guests buy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.arrays import DAY, HOUR, MINUTE, NEVER, Floats, Ints, pick, pick_by, stream, whole
from data.demo.channels import CHANNELS, DIRECT
from data.demo.goods import CATEGORIES
from data.demo.markets import MARKETS
from data.demo.people import People
from data.demo.purchases import FIRST, TEST, Lives, Purchases
from data.demo.spec import DemoSpec
from data.demo.visits import Strangers, Visits

FAILED = 0.045
"""Attempts that fail, often just before one that works, per purchase."""
FAILED_FOR_GOOD = 0.03
"""Of visits by users who never buy, the share in which they try to."""
PAID, PENDING, CANCELLED = range(3)
GUEST, ATTEMPT = 10, 11
"""Reasons of orders beside those of `purchases`."""
METHODS = ("alipay", "wechat_pay", "card", "paypal", "klarna", "bank_transfer", "pix")
_METHOD_SHARES = np.array([
    [0.50, 0.44, 0.05, 0.0, 0.0, 0.01, 0.0], [0.01, 0.0, 0.62, 0.30, 0.05, 0.02, 0.0],
    [0.01, 0.0, 0.62, 0.24, 0.11, 0.02, 0.0], [0.0, 0.0, 0.26, 0.40, 0.22, 0.12, 0.0],
    [0.0, 0.0, 0.66, 0.24, 0.06, 0.04, 0.0], [0.0, 0.0, 0.46, 0.08, 0.0, 0.06, 0.40],
])  # fmt: skip
VISITORS_PER_USER = 2
"""Every user has numbers for two devices; the second is used by those who have one."""
_RETURNING = np.array([c.visits for c in CHANNELS])


@dataclass(frozen=True, slots=True)
class Orders:
    """One row per order, in order of time. `user` is -1 for a guest; `visitor` numbers the cell's
    devices: two per user, then the strangers'. `why` as in `purchases`, GUEST or ATTEMPT."""

    user: Ints
    visitor: Ints
    market: Ints
    platform: Ints
    channel: Ints
    method: Ints
    status: Ints
    why: Ints
    ordered_at: Ints
    paid_at: Ints
    delivered_at: Ints
    favourite: Ints
    thrift: Floats

    @property
    def size(self) -> int:
        return len(self.user)


def entry_channels(rng: np.random.Generator, filed: Ints) -> Ints:
    """How a later visit begins: often straight, sometimes by the channel of the first one."""
    again = rng.random(len(filed)) < 0.22
    return np.where(again, filed, pick(rng, _RETURNING, len(filed)))


def make_orders(
    spec: DemoSpec,
    people: People,
    lives: Lives,
    visits: Visits,
    purchases: Purchases,
    strangers: Strangers,
    guests: tuple[Ints, Ints],
    cell: int,
) -> Orders:
    rng = stream(spec.seed, "orders", cell)
    p = purchases
    before = np.flatnonzero((rng.random(len(p.user)) < FAILED) & (p.why != TEST))
    wait = 3 * MINUTE + whole(50 * MINUTE * rng.random(len(before)) ** 2)
    failed_at = np.maximum(p.at[before] - wait, people.registered_at[p.user[before]] + MINUTE)
    hopeless = ~lives.bought[visits.user] & (rng.random(len(visits.user)) < FAILED_FOR_GOOD)
    lone = np.flatnonzero(hopeless & ~people.is_test[visits.user])
    lone_at = visits.at[lone] + 4 * MINUTE
    visitor, guest_at = guests
    user = np.concatenate([
        p.user, p.user[before], visits.user[lone], np.full(len(visitor), NEVER)
    ])  # fmt: skip
    at = np.concatenate([p.at, failed_at, lone_at, guest_at])
    why = np.concatenate([
        p.why, np.full(len(before) + len(lone), ATTEMPT), np.full(len(visitor), GUEST)
    ])  # fmt: skip
    stranger = np.concatenate([np.full(len(user) - len(visitor), NEVER), visitor])
    order = np.lexsort((user, at))
    order = order[at[order] < spec.closes_at]
    user, at, why, stranger = user[order], at[order], why[order], stranger[order]
    size, known = len(user), user >= 0
    market = np.where(known, people.market[user], strangers.market[stranger])
    other = known & people.second_device[user] & (rng.random(size) < 0.4)
    device = VISITORS_PER_USER * np.maximum(user, 0) + other
    entered = entry_channels(rng, np.where(known, people.filed[user], DIRECT))
    first = known & (why == FIRST) & (rng.random(size) < 0.7)
    channel = np.where(
        known, np.where(first, people.filed[user], entered), strangers.channel[stranger]
    )
    platform = np.where(
        known, np.where(other, 2, people.platform[user]), strangers.platform[stranger]
    )
    status = np.where(why == ATTEMPT, np.where(rng.random(size) < 0.22, PENDING, CANCELLED), PAID)
    paid_at = at + _paying(rng, size)
    taken_back = (status == CANCELLED) & (rng.random(size) < 0.25)
    status = np.where((status == PAID) & (paid_at >= spec.closes_at), PENDING, status)
    paid_at = np.where((status == PAID) | (taken_back & (paid_at < spec.closes_at)), paid_at, NEVER)
    ship = np.array([m.ship_days for m in MARKETS])[market] * (0.5 + rng.gamma(4.0, 0.13, size))
    delivered_at = paid_at + whole(ship * DAY)
    arrived = (status == PAID) & (delivered_at < spec.closes_at)
    return Orders(
        user,
        np.where(known, device, VISITORS_PER_USER * people.size + stranger),
        market,
        platform,
        channel,
        pick_by(rng, _METHOD_SHARES, market),
        status,
        why,
        at,
        paid_at,
        np.where(arrived, delivered_at, NEVER),
        np.where(known, people.favourite[user], pick(rng, [c.weight for c in CATEGORIES], size)),
        np.where(known, people.thrift[user], np.array([m.thrift for m in MARKETS])[market]),
    )


def _paying(rng: np.random.Generator, size: int) -> Ints:
    """Seconds from order to payment: mostly minutes, sometimes days (by transfer)."""
    pace = pick(rng, (0.82, 0.13, 0.05), size)
    longest = np.array([3 * MINUTE, 2 * HOUR, 3 * DAY])[pace]
    shortest = np.array([20, 3 * MINUTE, DAY])[pace]
    return shortest + whole((longest - shortest) * rng.random(size))
