"""Invitations: every user invites a few people, some accept and invite in their turn.

The true K is `INVITES x accepted in time`, by whether the inviter was referred; see `truth`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.arrays import DAY, Flags, Ints, stream, whole
from data.demo.channels import REFERRAL
from data.demo.markets import MARKETS
from data.demo.seasons import Seasons, seconds_of_day
from data.demo.spec import DemoSpec
from data.demo.spend import SpendPlan

INVITES = 0.32
"""Invitations per user within 30 days of signing up; half as many again by referred users."""
REFERRED_FACTOR = 1.5
LATER_INVITES = 0.07
"""Invitations per user after their first 30 days: not part of K."""
ACCEPTED = 0.36
IN_TIME = 0.94
"""Of accepted invitations, the share accepted within 30 days of sending."""
ACCEPT_DAYS = 3.5
TEST_SHARE = 0.0058
"""Among those who come by themselves: half a per cent of all."""
SECOND_INVITER = 0.02
"""Invitees who say yes to a second invitation too: it must not count."""
REWARD = 60
"""Per accepted invitation, in the base currency."""
MEDIA = ("link", "qr_code", "email", "chat")
_GENERATIONS = 8


@dataclass(frozen=True, slots=True)
class Families:
    """Users in order of registration, and the invitations between them.

    `inviter` is the row of the user who brought them, or -1. Invitation columns are parallel:
    `sender` and `invitee` are rows of users, `accepted_at` is -1 while open.
    """

    market: Ints
    channel: Ints
    registered_at: Ints
    is_test: Flags
    inviter: Ints
    sender: Ints
    invitee: Ints
    invited_at: Ints
    accepted_at: Ints


def grow_families(spec: DemoSpec, seasons: Seasons, plan: SpendPlan, cell: int) -> Families:
    """Exactly as many users as the cell holds: whole families of those who came by themselves."""
    rng = stream(spec.seed, "families", cell)
    size = spec.users_in(cell)
    channel, market, at = arrivals(rng, spec, seasons, plan, size)
    test = rng.random(size) < TEST_SHARE
    users = [{"market": market, "channel": channel, "at": at, "test": test.astype(np.int64),
              "parent": np.full(size, -1), "root": np.arange(size)}]  # fmt: skip
    letters: list[dict[str, Ints]] = []
    first, known = 0, size
    for _ in range(_GENERATIONS):
        newest = users[-1]
        sent, came = _invite(rng, spec, newest, first)
        came["row"] = np.arange(known, known + len(came["at"]))
        sent["invitee"][sent["invitee"] >= 0] = came["row"]
        letters.append(sent)
        first, known = known, known + len(came.pop("row"))
        if len(came["at"]) == 0:
            break
        users.append(came)
    everyone = {k: np.concatenate([u[k] for u in users]) for k in users[0]}
    mail = {k: np.concatenate([m[k] for m in letters]) for k in letters[0]}
    return _exactly(rng, spec.closes_at, size, everyone, mail)


def arrivals(
    rng: np.random.Generator, spec: DemoSpec, seasons: Seasons, plan: SpendPlan, size: int
) -> tuple[Ints, Ints, Ints]:
    """Channel, market and instant of people who come of their own accord."""
    edges = np.cumsum(plan.signups.ravel())
    drawn = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    drawn = np.minimum(drawn, len(edges) - 1)
    channel, rest = np.divmod(drawn, len(MARKETS) * spec.days)
    market, day = np.divmod(rest, spec.days)
    at = seasons.utc(market, day, seconds_of_day(rng, size))
    # The last evening in the west lies after the shop's last midnight.
    return channel, market, np.where(at >= spec.closes_at, at - DAY, at)


def _invite(
    rng: np.random.Generator, spec: DemoSpec, users: dict[str, Ints], first: int
) -> tuple[dict[str, Ints], dict[str, Ints]]:
    size = len(users["at"])
    pace = np.where(users["channel"] == REFERRAL, INVITES * REFERRED_FACTOR, INVITES)
    early = rng.poisson(np.where(users["test"] == 1, 0.0, pace))
    later = rng.poisson(np.where(users["test"] == 1, 0.0, LATER_INVITES), size)
    sender = np.concatenate([np.repeat(np.arange(size), early), np.repeat(np.arange(size), later)])
    late = np.arange(len(sender)) >= early.sum()
    wait = np.where(
        late,
        30.0 + 60.0 * rng.standard_exponential(len(sender)),
        29.9 * rng.random(len(sender)) ** 2,
    )
    invited_at = users["at"][sender] + 60 + whole(wait * DAY)
    in_time = rng.random(len(sender)) < IN_TIME
    lag = np.where(
        in_time,
        np.minimum(ACCEPT_DAYS * rng.standard_exponential(len(sender)), 29.9),
        30.1 + 45.0 * rng.random(len(sender)),
    )
    accepted_at = invited_at + 30 + whole(lag * DAY)
    says_yes = rng.random(len(sender)) < ACCEPTED
    yes = says_yes & (accepted_at < spec.closes_at)
    elsewhere = rng.random(len(sender)) < 0.1
    stranger = rng.integers(0, len(MARKETS), len(sender))
    sent = invited_at < spec.closes_at
    letters = {
        "sender": (sender + first)[sent],
        "invited_at": invited_at[sent],
        "accepted_at": np.where(yes, accepted_at, -1)[sent],
        "invitee": np.where(yes, 0, -1)[sent],
    }
    who = sender[yes]
    came = {
        "market": np.where(elsewhere[yes], stranger[yes], users["market"][who]),
        "channel": np.full(len(who), REFERRAL),
        "at": accepted_at[yes],
        "test": np.zeros(len(who), np.int64),
        "parent": who + first,
        "root": users["root"][who],
    }
    return letters, came


def _exactly(
    rng: np.random.Generator,
    closes_at: int,
    size: int,
    users: dict[str, Ints],
    mail: dict[str, Ints],
) -> Families:
    """Keep the first families that fit; fill up with people who brought nobody."""
    members = np.bincount(users["root"], minlength=size)
    total = np.cumsum(members)
    kept = total <= size
    missing = size - int(total[kept][-1])
    single = np.flatnonzero(~kept & (members == 1))[:missing]
    kept[single] = True
    rows = np.flatnonzero(kept[users["root"]])
    rows = rows[np.argsort(users["at"][rows], kind="stable")]
    place = np.full(len(users["at"]), -1)
    place[rows] = np.arange(len(rows))
    letter = np.flatnonzero(place[mail["sender"]] >= 0)
    invitee = np.where(mail["invitee"] >= 0, place[mail["invitee"]], -1)[letter]
    sender, invited_at = place[mail["sender"]][letter], mail["invited_at"][letter]
    accepted_at = mail["accepted_at"][letter]
    twice = (invitee >= 0) & (rng.random(len(letter)) < SECOND_INVITER)
    again = np.flatnonzero(twice & (accepted_at + DAY < closes_at))
    # A second inviter: somebody registered earlier, whose invitation was accepted a day later.
    rival = whole(rng.random(len(again)) * sender[again])
    order = np.argsort(np.concatenate([invited_at, invited_at[again] + 600]), kind="stable")
    parent = users["parent"][rows]
    return Families(
        users["market"][rows], users["channel"][rows], users["at"][rows],
        users["test"][rows] == 1, np.where(parent >= 0, place[parent], -1),
        np.concatenate([sender, rival])[order], np.concatenate([invitee, invitee[again]])[order],
        np.concatenate([invited_at, invited_at[again] + 600])[order],
        np.concatenate([accepted_at, accepted_at[again] + DAY])[order],
    )  # fmt: skip
