"""What each arm of an experiment, each send and each invitation came to, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo import loyalty, trials
from data.demo.arrays import DAY, Ints
from data.demo.cell import Cell, World
from data.demo.orders import PAID


@dataclass(slots=True)
class Tally:
    """Of one arm: users, those who ordered in the window, their orders."""

    users: int = 0
    buyers: int = 0
    orders: int = 0

    def add(self, orders_of: Ints) -> None:
        self.users += len(orders_of)
        self.buyers += int((orders_of > 0).sum())
        self.orders += int(orders_of.sum())


class Tallies:
    """By experiment and arm, by tier, by send and arm; invitations as users, sent, accepted."""

    def __init__(self, world: World) -> None:
        self.trials = {t.key: [Tally() for _ in t.arms] for t in trials.TRIALS}
        arms = trials.TRIALS[trials.TIER_TRIAL].arms
        self.tiers = [[Tally() for _ in loyalty.TIERS] for _ in arms]
        self.sends = [[Tally(), Tally()] for _ in world.campaigns]
        self.invites = {key: [0, 0, 0] for key in ("all", "referred", "not_referred")}


def add_trials(tallies: Tallies, cell: Cell) -> None:
    orders, entries, real = cell.orders, cell.entries, ~cell.people.is_test
    mine = (orders.user >= 0) & (orders.status == PAID)
    for row, trial in enumerate(trials.TRIALS):
        met = entries.at[row]
        span = (trials.GIFT_DAYS if row == trials.GIFT_TRIAL else 14) * DAY
        after = orders.ordered_at - met[orders.user]
        inside = mine & (met[orders.user] >= 0) & (after >= 0) & (after < span)
        count = np.bincount(orders.user[inside], minlength=cell.people.size)
        for arm, tally in enumerate(tallies.trials[trial.key]):
            chosen = real & (met >= 0) & (entries.arm[row] == arm)
            tally.add(count[chosen])
            if row == trials.TIER_TRIAL:
                for tier, part in enumerate(tallies.tiers[arm]):
                    part.add(count[chosen & (cell.tier_met == tier)])


def add_sends(tallies: Tallies, world: World, cell: Cell) -> None:
    orders = cell.orders
    mine = (orders.user >= 0) & (orders.status == PAID)
    for number, sent in enumerate(cell.sends):
        at = world.campaigns[number].at
        inside = mine & (orders.ordered_at >= at) & (orders.ordered_at < at + 14 * DAY)
        count = np.bincount(orders.user[inside], minlength=cell.people.size)
        for arm in (0, 1):
            tallies.sends[number][arm].add(count[sent.user[sent.arm == arm]])


def add_invites(tallies: Tallies, world: World, cell: Cell) -> None:
    families, spec = cell.people.families, world.spec
    mature = (families.registered_at < spec.closes_at - 60 * DAY) & ~families.is_test
    age = families.invited_at - families.registered_at[families.sender]
    counted = mature[families.sender] & (age < 30 * DAY)
    # Of an invitee's acceptances only the first counts.
    first = np.full(cell.people.size, spec.closes_at + 10 * DAY)
    yes = families.invitee >= 0
    np.minimum.at(first, families.invitee[yes], families.accepted_at[yes])
    own = yes & (families.accepted_at == first[families.invitee])
    soon = own & (families.accepted_at - families.invited_at < 30 * DAY)
    referred = families.inviter >= 0
    for key, among in (
        ("all", mature), ("referred", mature & referred), ("not_referred", mature & ~referred)
    ):  # fmt: skip
        mine = counted & among[families.sender]
        for i, part in enumerate((among, mine, mine & soon)):
            tallies.invites[key][i] += int(part.sum())
