"""The users of one cell: where they come from, what they are like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.arrays import Flags, Floats, Ints, pick, pick_by, stream, whole
from data.demo.channels import CHANNELS, LOST_SHARE, REFERRAL, UNKNOWN, campaign_codes
from data.demo.goods import CATEGORIES
from data.demo.markets import MARKETS
from data.demo.referrals import Families
from data.demo.spec import DemoSpec

GENDERS = ("female", "male")
_PLATFORM_SHARES = np.array([m.platforms for m in MARKETS])
_BUYS = np.array([m.buys for m in MARKETS])
_DRAWS = np.array([c.draws for c in CHANNELS])
_THRIFT = np.array([m.thrift for m in MARKETS])


@dataclass(frozen=True, slots=True)
class People:
    """Columns run over the users of the cell in order of registration.

    `channel` is where they truly came from, `filed` what the shop recorded. `buys` is the chance
    that they ever buy before any experiment; `thrift` draws them to cheap goods, `frugal` is the
    chance that an order of theirs uses a coupon.
    """

    families: Families
    filed: Ints
    campaign: Ints
    platform: Ints
    city: Ints
    gender: Ints
    birth_year: Ints
    second_device: Flags
    buys: Floats
    thrift: Floats
    favourite: Ints
    frugal: Floats
    referrer: Ints

    @property
    def size(self) -> int:
        return len(self.filed)

    @property
    def market(self) -> Ints:
        return self.families.market

    @property
    def registered_at(self) -> Ints:
        return self.families.registered_at

    @property
    def is_test(self) -> Flags:
        return self.families.is_test


def make_people(spec: DemoSpec, families: Families, cell: int) -> People:
    rng = stream(spec.seed, "people", cell)
    size = len(families.market)
    lost = (rng.random(size) < LOST_SHARE) & (families.channel != REFERRAL)
    filed = np.where(lost, UNKNOWN, families.channel)
    known_referrer = rng.random(size) >= 0.04
    buys = _BUYS[families.market] * _DRAWS[families.channel] * spec.convincing
    return People(
        families,
        filed,
        campaign_codes(rng, filed),
        pick_by(rng, _PLATFORM_SHARES, families.market),
        whole(
            np.array([len(m.cities) for m in MARKETS])[families.market] * rng.random(size) ** 1.4
        ),
        np.where(rng.random(size) < 0.12, -1, pick(rng, (0.58, 0.42), size)),
        np.where(rng.random(size) < 0.22, -1, whole(2006 - 48 * rng.beta(1.8, 3.0, size))),
        rng.random(size) < 0.15,
        np.minimum(buys, 0.95),
        _THRIFT[families.market] * (0.9 + rng.gamma(2.0, 0.50, size)),
        pick(rng, [c.weight for c in CATEGORIES], size),
        rng.beta(1.6, 2.8, size),
        np.where(known_referrer, families.inviter, -1),
    )
