"""Messages with hold-outs: win-back sends that do bring people back, coupons that do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from data.demo.arrays import DAY, HOUR, NEVER, Ints, stream, whole
from data.demo.people import People
from data.demo.purchases import WON_BACK, Purchases
from data.demo.spec import DemoSpec
from data.demo.visits import Visits

EXTRA = 0.045
"""Chance that a win-back message makes somebody buy within 14 days who would not have."""
HOLDOUT = 0.20
CHOSEN = 0.5
DORMANT_DAYS = 31
BOUNCED = 0.012
"""Of treated users, the share whose message never went out: they stay in the treated arm."""
COST = 3_000
"""Per message, in ten-thousandths of the base currency."""
ARMS = ("treated", "holdout")
KINDS = ("win-back", "coupon")


class Campaign(NamedTuple):
    key: str
    kind: int
    at: int


@dataclass(frozen=True, slots=True)
class Sends:
    campaign: Ints
    user: Ints
    assigned_at: Ints
    sent_at: Ints
    arm: Ints


def campaigns(spec: DemoSpec) -> list[Campaign]:
    """A win-back send every quarter, the last six weeks before the end; a coupon twice a year."""
    found = []
    for i in range(40):
        at = spec.closes_at - (44 + 91 * i) * DAY + 10 * HOUR
        if at > spec.opens_at + 75 * DAY:
            found.append(Campaign(f"winback-{spec_day(at)}", 0, at))
        at = spec.closes_at - (30 + 182 * i) * DAY + 9 * HOUR
        if at > spec.opens_at + 75 * DAY:
            found.append(Campaign(f"coupon-{spec_day(at)}", 1, at))
    return sorted(found, key=lambda c: c.at)


def spec_day(at: int) -> str:
    return str(np.datetime64(at + 8 * HOUR, "s").astype("datetime64[D]"))


def send(
    spec: DemoSpec,
    campaign: Campaign,
    number: int,
    people: People,
    visits: Visits,
    purchases: Purchases,
    cell: int,
) -> tuple[Sends, Purchases]:
    """Assigns the campaign's users and adds the purchases that it causes."""
    rng = stream(spec.seed, "sends", number * spec.cells + cell)
    size = people.size
    seen, bought = np.full(size, NEVER), np.full(size, NEVER)
    past = visits.at < campaign.at
    np.maximum.at(seen, visits.user[past], visits.at[past])
    past = purchases.at < campaign.at
    np.maximum.at(bought, purchases.user[past], purchases.at[past])
    last = np.maximum(np.maximum(seen, bought), people.registered_at)
    quiet = campaign.at - last
    wanted = quiet >= DORMANT_DAYS * DAY if campaign.kind == 0 else quiet < DORMANT_DAYS * DAY
    chosen = (bought >= 0) & ~people.is_test & wanted & (rng.random(size) < CHOSEN)
    user = np.flatnonzero(chosen)
    holdout = rng.random(len(user)) < HOLDOUT
    bounced = rng.random(len(user)) < BOUNCED
    sent_at = campaign.at + whole(2 * HOUR * rng.random(len(user)))
    sends = Sends(
        np.full(len(user), number), user, np.full(len(user), campaign.at),
        np.where(holdout | bounced, NEVER, sent_at), holdout.astype(np.int64),
    )  # fmt: skip
    moved = rng.random(len(user)) < EXTRA
    if campaign.kind != 0:
        return sends, purchases
    back = moved & ~holdout & ~bounced
    at = sent_at + HOUR + whole(13.5 * DAY * rng.random(len(user)) ** 1.4)
    back &= at < spec.closes_at
    return sends, purchases.plus(user[back], at[back], WON_BACK)
