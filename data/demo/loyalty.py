"""Membership tiers, and what users say: tickets, surveys and the reasons of those who leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.arrays import DAY, NEVER, Ints, pick, stream, whole
from data.demo.people import People
from data.demo.purchases import Lives, Purchases
from data.demo.spec import DemoSpec

TIERS = ("bronze", "silver", "gold", "platinum")
STEPS = np.array([2, 5, 10])
"""Standing from which a user is silver, gold, platinum."""
IDLE_DAYS = 180
LOST_STANDING = 2
"""Each order adds one to the standing; 180 days without one take two away."""

REASONS = ("price", "slow_delivery", "quality", "found_elsewhere", "service", "sizing", "none")
LEAVERS_SAY = (0.20, 0.26, 0.22, 0.17, 0.10, 0.04, 0.01)
STAYERS_SAY = (0.24, 0.11, 0.09, 0.07, 0.06, 0.15, 0.28)
LEAVERS_SCORE = (0.30, 0.31, 0.22, 0.12, 0.05)
STAYERS_SCORE = (0.03, 0.06, 0.17, 0.38, 0.36)
LEAVERS_ANSWER, STAYERS_ANSWER = 0.16, 0.09
FEEDBACK_KINDS = ("survey", "ticket", "return")


@dataclass(frozen=True, slots=True)
class Memberships:
    user: Ints
    tier: Ints
    valid_from: Ints
    valid_to: Ints
    orders: Ints


def standing(size: int, purchases: Purchases, at: Ints) -> Ints:
    """The tier of each user at an instant of their own, from purchases before it."""
    p = purchases.in_order()
    before = p.at < at[p.user]
    user, when = p.user[before], p.at[before]
    count = np.bincount(user, minlength=size)
    next_at = np.r_[when[1:], 0]
    ends = np.r_[user[1:] != user[:-1], True] if len(user) else np.zeros(0, np.bool_)
    until = np.where(ends, at[user], next_at)
    idle = np.bincount(user[until - when > IDLE_DAYS * DAY], minlength=size)
    return np.searchsorted(STEPS, count - LOST_STANDING * idle, side="right").astype(np.int64)


def memberships(spec: DemoSpec, people: People, purchases: Purchases) -> Memberships:
    """A row per stay in a tier; everybody starts as bronze when they sign up."""
    p = purchases.in_order()
    next_at = np.r_[p.at[1:], 0]
    ends = np.r_[p.user[1:] != p.user[:-1], True] if len(p.user) else np.zeros(0, np.bool_)
    until = np.where(ends, spec.closes_at, next_at)
    idle = until - p.at > IDLE_DAYS * DAY
    user = np.concatenate([np.arange(people.size), p.user, p.user[idle]])
    at = np.concatenate([people.registered_at, p.at, p.at[idle] + IDLE_DAYS * DAY])
    step = np.concatenate([
        np.zeros(people.size, np.int64), np.ones(len(p.user), np.int64),
        np.full(int(idle.sum()), -LOST_STANDING),
    ])  # fmt: skip
    order = np.lexsort((np.abs(step), at, user))
    user, at, step = user[order], at[order], step[order]
    begins = np.r_[True, user[1:] != user[:-1]]
    first = np.flatnonzero(begins)
    sizes = np.diff(np.r_[first, len(user)])
    total = np.cumsum(step)
    score = total - np.repeat(total[first], sizes)
    made = np.cumsum(step > 0)
    orders: Ints = made - np.repeat(made[first], sizes)
    tier = np.searchsorted(STEPS, score, side="right").astype(np.int64)
    changed = begins | np.r_[True, tier[1:] != tier[:-1]]
    user, at, tier, orders = user[changed], at[changed], tier[changed], orders[changed]
    same = np.r_[user[1:] == user[:-1], False]
    return Memberships(user, tier, at, np.where(same, np.r_[at[1:], 0], NEVER), orders)


@dataclass(frozen=True, slots=True)
class Feedback:
    """`score` is -1 where none was given."""

    user: Ints
    at: Ints
    kind: Ints
    reason: Ints
    score: Ints


def answers(
    spec: DemoSpec, people: People, purchases: Purchases, lives: Lives, cell: int
) -> Feedback:
    """Surveys after the last purchase and tickets after any; leavers say other things."""
    rng = stream(spec.seed, "loyalty", cell)
    last = np.full(people.size, NEVER)
    np.maximum.at(last, purchases.user, purchases.at)
    asked = lives.bought & ~people.is_test & (last >= 0)
    rate = np.where(lives.left, LEAVERS_ANSWER, STAYERS_ANSWER)
    survey = np.flatnonzero(asked & (rng.random(people.size) < rate))
    survey_at = last[survey] + DAY + whole(9 * DAY * rng.random(len(survey)))
    own = ~people.is_test[purchases.user]
    unhappy = np.where(lives.left[purchases.user], 0.055, 0.030)
    row = np.flatnonzero(own & (rng.random(len(unhappy)) < unhappy))
    ticket, ticket_at = (
        purchases.user[row],
        purchases.at[row] + whole(12 * DAY * rng.random(len(row))),
    )
    user = np.concatenate([survey, ticket])
    at = np.concatenate([survey_at, ticket_at])
    kind = np.repeat([0, 1], [len(survey), len(ticket)])
    left = lives.left[user]
    reason = np.where(left, pick(rng, LEAVERS_SAY, len(user)), pick(rng, STAYERS_SAY, len(user)))
    score = 1 + np.where(
        left, pick(rng, LEAVERS_SCORE, len(user)), pick(rng, STAYERS_SCORE, len(user))
    )
    score = np.where((kind == 1) & (rng.random(len(user)) < 0.5), NEVER, score)
    kept = at < spec.closes_at
    return Feedback(user[kept], at[kept], kind[kept], reason[kept], score[kept])
