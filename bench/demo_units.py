"""What the units of the demo shop's experiments did, straight from the arrays of its generator.

The same rules as the warehouse's (`data/unit_outcomes.py`), written a second time without SQL: a
test holds both to the same sums. Here two hundred draws of all experiments take minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from data.demo.arrays import DAY, HOUR, Flags, Floats, Ints, rank_within
from data.demo.cell import Trade, World, trade
from data.demo.goods import UNIT
from data.demo.loyalty import memberships
from data.demo.markets import CURRENCY_OF
from data.demo.orders import PAID
from data.demo.spec import DemoSpec
from data.demo.trials import TRIALS, window
from data.unit_outcomes import BEFORE_DAYS
from metrics.stats.experiments.sums import Sums

AHEAD = 8 * HOUR
"""Of the shop's reporting zone, which has no summer time."""


@dataclass(frozen=True, slots=True)
class Units:
    """One row per unit seen in one arm, in the time of the experiment, test users left out.

    `exposed_on` in days since 1970; `mature`: the whole window is over. Outcomes are of the window.
    """

    arm: Ints
    exposed_on: Ints
    mature: Flags
    tier: Ints
    first_order: Floats
    orders: Floats
    gmv: Floats
    prior_orders: Floats

    def where(self, rows: Flags) -> Units:
        return Units(*(getattr(self, f.name)[rows] for f in fields(self)))

    def of_arm(self, arm: int) -> Units:
        """Those whose window is over."""
        return self.where(self.mature & (self.arm == arm))

    def sums(self, *names: str) -> Sums:
        return Sums.of_values(*(getattr(self, name) for name in names))


def units_of(world: World, trials: Sequence[tuple[int, int]]) -> list[Units]:
    """The units of each trial (its row in `TRIALS`) with outcomes in so many days; all cells."""
    found: list[list[Units]] = [[] for _ in trials]
    rates = _rates(world)
    for number in range(world.spec.cells):
        made = trade(world, number)
        sales = _sales(world.spec, made, rates)
        for parts, (row, days) in zip(found, trials, strict=True):
            parts.append(_units(world.spec, made, sales, row, days))
    return [joined(parts) for parts in found]


def joined(parts: Sequence[Units]) -> Units:
    return Units(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Units)))


@dataclass(frozen=True, slots=True)
class _Sales:
    """Paid orders of known users; `first` marks the first of each."""

    user: Ints
    at: Ints
    gmv: Floats
    first: Flags


def _sales(spec: DemoSpec, made: Trade, rates: Floats) -> _Sales:
    o = made.orders
    rows = np.flatnonzero((o.status == PAID) & (o.user >= 0))
    rows = rows[np.lexsort((rows, o.paid_at[rows], o.user[rows]))]
    user, at = o.user[rows], o.paid_at[rows]
    day = (at + AHEAD) // DAY - (spec.opens_at + AHEAD) // DAY
    gmv = made.baskets.gross[rows] / UNIT * rates[np.array(CURRENCY_OF)[o.market[rows]], day]
    return _Sales(user, at, gmv, rank_within(user) == 0)


def _rates(world: World) -> Floats:
    """By currency and day of the data: into the base currency, weekends at the last rate."""
    quoted = world.rates.quoted / 1e8
    for day in range(1, quoted.shape[1]):
        quoted[:, day] = np.where(quoted[:, day] > 0, quoted[:, day], quoted[:, day - 1])
    quoted[0] = 1.0
    return np.asarray(quoted[:, -world.spec.days :])


def _units(spec: DemoSpec, made: Trade, sales: _Sales, row: int, days: int) -> Units:
    _, user, arm, at = made.exposed[row]
    size = made.people.size
    start, end = window(spec, TRIALS[row])
    seen = np.zeros((size, len(TRIALS[row].arms)), np.bool_)
    seen[user, arm] = True
    never = spec.closes_at + DAY
    first = np.full(size, never)
    np.minimum.at(first, user, at)
    in_time = (first >= start) & (first <= end)
    counts = (first < never) & (seen.sum(axis=1) == 1) & in_time & ~made.people.is_test
    who = np.flatnonzero(counts)
    exposed_at = first[who]
    place = np.full(size, -1)
    place[who] = np.arange(len(who))
    unit = place[sales.user]
    after = sales.at - np.where(unit >= 0, exposed_at[unit], never)
    inside = (unit >= 0) & (after >= 0) & (after < days * DAY)
    before = (unit >= 0) & (after < 0) & (after >= -BEFORE_DAYS * DAY)

    def summed(rows: Flags, values: Floats | None = None) -> Floats:
        weights = None if values is None else values[rows]
        return np.bincount(unit[rows], weights, len(who)).astype(np.float64)

    exposed_on = (exposed_at + AHEAD) // DAY
    return Units(
        seen[who].argmax(axis=1),
        exposed_on,
        (exposed_on + days + 1) * DAY <= spec.closes_at + AHEAD,
        _tiers(spec, made, who, exposed_at),
        summed(inside & sales.first),
        summed(inside),
        summed(inside, sales.gmv),
        summed(before),
    )


def _tiers(spec: DemoSpec, made: Trade, who: Ints, at: Ints) -> Ints:
    """The tier that each was in at an instant, as the shop's memberships have it."""
    m = memberships(spec, made.people, made.purchases)
    width = spec.closes_at + DAY
    order = np.lexsort((m.valid_from, m.user))
    starts = m.user[order] * width + m.valid_from[order]
    last = np.searchsorted(starts, who * width + at, side="right") - 1
    return np.asarray(m.tier[order][last])
