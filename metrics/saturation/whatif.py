"""What moving budget between channels would do: expected new customers a week, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np

from metrics.saturation.evidence import Measured, in_force
from metrics.saturation.result import ChannelCurve, Curve, Saturation
from metrics.stats.response import Floats, Range, ranged

DRAWS = 800
FLAT_REACH = 0.25
"""A channel with an experiment but no curve moves along a straight line, this far from today's
spend."""


@dataclass(frozen=True, eq=False)
class Movable:
    """A channel whose budget can be moved, by what is known of it: an experiment, a curve, or both
    (then the curve is bent to the experiment: its form, the measured effect)."""

    channel: str
    curve: Curve | None
    measured: Measured | None
    today: float
    customers: float
    """A week at today's spend."""

    @property
    def reach(self) -> tuple[float, float]:
        if self.curve is not None:
            return self.curve.reach
        return self.today * (1 - FLAT_REACH), self.today * (1 + FLAT_REACH)

    def beyond(self, spend: float) -> bool:
        """Whether such spend was never seen."""
        return self.curve is not None and self.curve.beyond(spend)

    @cached_property
    def _order(self) -> np.ndarray:
        """Draws of two channels are no pairs: each is shuffled in its own way."""
        many = DRAWS if self.curve is None else len(self.curve.fit.base)
        return np.random.default_rng(crc32(self.channel.encode())).permutation(many)

    @cached_property
    def _measured_slopes(self) -> Floats | None:
        if self.measured is None:
            return None
        normal = np.random.default_rng(crc32(self.measured.name.encode())).standard_normal(DRAWS)
        return self.measured.slopes(normal)

    def change(self, spend: float) -> Floats:
        """New customers a week more or fewer than today, by draw."""
        effect = self._measured_slopes
        if self.curve is None:
            assert effect is not None
            return np.asarray(effect * (spend - self.today))
        both = self.curve.draws([self.today, spend])
        change = both[:, 1] - both[:, 0]
        if effect is not None:
            own = self.curve.fit.slopes(self.curve.today)
            change = change / own * effect[: len(change)]
        return np.asarray(change[self._order])

    @cached_property
    def marginal(self) -> Range | None:
        """What the next customer costs today; the measured cost where there is one. None where an
        experiment left it open at the top."""
        if self.measured is not None:
            m = self.measured
            if m.cost is None or m.low is None or m.high is None:
                return None
            return Range(m.cost, m.low, m.high)
        return None if self.curve is None else self.curve.marginal


@dataclass(frozen=True, slots=True)
class Moved:
    """One channel of a plan."""

    channel: str
    today: float
    spend: float
    change: Range
    beyond: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a plan would do, all channels together. `customers` is what it would bring a week from
    the channels that can be moved, `today` what they bring now."""

    channels: tuple[Moved, ...]
    spend_today: float
    spend: float
    today: float
    change: Range

    @property
    def beyond(self) -> tuple[str, ...]:
        return tuple(m.channel for m in self.channels if m.beyond)

    @property
    def is_sure(self) -> bool:
        """Whether the interval says which way it goes."""
        return self.change.low > 0 or self.change.high < 0


def movables(
    found: Saturation, experiments: Mapping[str, Sequence[Measured]]
) -> tuple[Movable, ...]:
    """The channels whose budget can be moved, largest first."""
    made = (_movable(c, in_force(experiments.get(c.channel, ()))) for c in found.channels)
    return tuple(m for m in made if m is not None)


def _movable(channel: ChannelCurve, measured: Measured | None) -> Movable | None:
    curve = channel.curve
    if curve is None and (measured is None or channel.spend_today <= 0):
        return None
    customers = channel.customers_a_week or 0.0
    if curve is not None:
        customers = float(np.median(curve.draws([curve.spend])))
    return Movable(channel.channel, curve, measured, channel.spend_today, customers)


def outcome(channels: Sequence[Movable], plan: Mapping[str, float]) -> Outcome:
    """What weekly spends of `plan` would bring; channels that it does not name stay as they are."""
    moved, total = [], np.zeros(DRAWS)
    for m in channels:
        spend = within(m, plan.get(m.channel, m.today))
        change = m.change(spend)
        total = total + change[:DRAWS]
        moved.append(Moved(m.channel, m.today, spend, ranged(change), m.beyond(spend)))
    return Outcome(
        tuple(moved),
        sum(m.today for m in channels),
        sum(m.spend for m in moved),
        sum(m.customers for m in channels),
        ranged(total),
    )


ONE_MORE = 0.01


def marginal(channels: Sequence[Movable]) -> Range | None:
    """What the next customer costs if each of these channels were given 1 % more, all together.
    None without channels, and where the interval does not rule out that nobody more would come."""
    if not channels:
        return None
    gained = np.zeros(DRAWS)
    for m in channels:
        gained = gained + m.change(m.today * (1 + ONE_MORE))[:DRAWS]
    more, people = sum(m.today for m in channels) * ONE_MORE, ranged(gained)
    if people.low <= 0:
        return None
    return Range(more / people.value, more / people.high, more / people.low)


def within(channel: Movable, spend: float) -> float:
    """The nearest spend that the channel can be moved to."""
    low, high = channel.reach
    return min(max(spend, low), high)


def balanced(
    channels: Sequence[Movable], plan: Mapping[str, float], moved: str, total: float
) -> dict[str, float]:
    """The plan with the spend of all channels brought back to `total`: what `moved` took, the
    others give in proportion to their spend, as far as they reach; the rest is not moved."""
    spends = {m.channel: within(m, plan.get(m.channel, m.today)) for m in channels}
    others = [m for m in channels if m.channel != moved]
    for _ in range(len(others) + 1):
        gap = total - sum(spends.values())
        room = [m for m in others if _has_room(m, spends[m.channel], gap)]
        whole = sum(spends[m.channel] for m in room)
        if abs(gap) < 1e-6 * max(total, 1.0) or whole <= 0:
            break
        for m in room:
            share = spends[m.channel] / whole
            spends[m.channel] = within(m, spends[m.channel] + gap * share)
    one = next((m for m in channels if m.channel == moved), None)
    if one is not None:
        left = total - sum(spends.values())
        spends[moved] = within(one, spends[moved] + left)
    return spends


def _has_room(channel: Movable, spend: float, gap: float) -> bool:
    low, high = channel.reach
    return spend > low + 1e-9 if gap < 0 else spend < high - 1e-9


@dataclass(frozen=True, slots=True)
class Shift:
    """A tenth of one channel's weekly spend given to another, and what it would do."""

    dear: Movable
    cheap: Movable
    money: float
    outcome: Outcome


def best_shift(channels: Sequence[Movable]) -> Shift | None:
    """From the channel whose next customer costs most to the one where it costs least."""
    known = [(m, m.marginal) for m in channels]
    priced = sorted(((r.value, n, m) for n, (m, r) in enumerate(known) if r is not None))
    if len(priced) < 2:
        return None
    cheap, dear = priced[0][2], priced[-1][2]
    money = min(dear.today / 10, cheap.reach[1] - cheap.today, dear.today - dear.reach[0])
    if money <= 0:
        return None
    plan = {dear.channel: dear.today - money, cheap.channel: cheap.today + money}
    return Shift(dear, cheap, money, outcome(channels, plan))
