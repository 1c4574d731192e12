"""Every channel's curve, or the sentence in its place: what today's spend buys, and what the next
customer would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from data.dimensions import CHANNEL, MARKET
from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.reading import Reading, Reason
from metrics.saturation.judge import Spent, refused, series_of, spent, variation
from metrics.saturation.spec import (
    CLEAR_BEND,
    LEAST_GAIN,
    MOST_CHANNELS,
    NEEDS,
    REACH,
    TODAY_WEEKS,
    Basis,
    Refusal,
    Refused,
)
from metrics.saturation.weekly import Floats, Weekly, weekly
from metrics.stats.response import Fit, Range, ranged
from metrics.stats.response_fit import fit

REGISTRATIONS = "users.registered_at"
STEPS = 41
"""Points at which a curve is drawn."""


@dataclass(frozen=True, slots=True)
class Week:
    """A week of a channel; `used` by its curve. `expected` customers under the curve, for weeks
    that it was fitted to."""

    span: Span
    spend: float
    customers: int
    used: bool
    expected: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """The curve at a weekly spend that is kept up."""

    spend: float
    customers: Range


@dataclass(frozen=True, eq=False)
class Curve:
    """What weekly spend draws, at today's demand. `today` is by market, as `fit` has them.

    `seen` are the smallest and the largest weekly spend of the weeks used: beyond them the curve
    rests on its form alone. `straight`: the weeks show no saturation within them.
    """

    fit: Fit
    today: Floats
    seen: tuple[float, float]

    @property
    def spend(self) -> float:
        return float(self.today.sum())

    @property
    def straight(self) -> bool:
        return self.fit.bend < CLEAR_BEND

    @property
    def marginal(self) -> Range:
        """What the next customer costs at today's spend."""
        return ranged(1 / self.fit.slopes(self.today))

    @property
    def reach(self) -> tuple[float, float]:
        """How far a budget may be moved here; today's spend lies within."""
        low, high = self.seen
        return low / REACH, high * REACH

    def draws(self, spends: Sequence[float] | Floats) -> Floats:
        """Customers a week by draw and total weekly spend, shared among markets as today."""
        rows = np.asarray(spends, dtype=float)[:, None] / self.spend * self.today
        return self.fit.customers(rows)

    def points(self, plan: float | None = None) -> tuple[Point, ...]:
        """The curve to draw, over what was seen, today's spend, a plan's, and a little more."""
        told = [*self.seen, self.spend, *([] if plan is None else [plan])]
        low, high = min(told), max(told)
        spends = np.linspace(max(low * 0.8, 0.0), high * 1.15, STEPS)
        found = self.draws(spends)
        return tuple(Point(float(s), ranged(found[:, n])) for n, s in enumerate(spends))

    def adjusted(self, weeks: Sequence[Week]) -> Floats:
        """What the weeks would lie at today's demand and mix of markets: the curve at their spend,
        times how much more or fewer customers came than it expected of them."""
        middle = np.median(self.draws([w.spend for w in weeks]), axis=0)
        off = [w.customers / w.expected if w.expected else 1.0 for w in weeks]
        return np.asarray(middle * np.array(off))

    def beyond(self, spend: float) -> bool:
        """Whether a weekly spend was never seen in the weeks used."""
        low, high = self.seen
        return not low * (1 - 1e-9) <= spend <= high * (1 + 1e-9)


@dataclass(frozen=True, eq=False)
class ChannelCurve:
    """One channel. `average` is the cost per new customer of the latest mature weeks; its parts are
    spend and customers of these `recent` weeks. A channel has a curve or is refused."""

    channel: str
    spend_today: float
    average: Reading
    recent: int
    kept_out: float
    weeks: tuple[Week, ...]
    curve: Curve | None
    refused: Refused | None

    @property
    def customers_a_week(self) -> float | None:
        if self.average.denominator is None or not self.recent:
            return None
        return self.average.denominator / self.recent


@dataclass(frozen=True, eq=False)
class Saturation:
    """All channels of the scope, largest spend first. `ignored` names filters that don't apply;
    `used` is the range of weeks from which the curves may take theirs."""

    basis: Basis
    convert_days: int
    channels: tuple[ChannelCurve, ...]
    used: Span | None
    last_week: date | None
    ignored: tuple[str, ...]
    lacking: tuple[str, ...]
    sql: tuple[str, ...]
    version: str

    def of(self, channel: str) -> ChannelCurve | None:
        return next((c for c in self.channels if c.channel == channel), None)


def saturation(warehouse: Warehouse, scope: Scope) -> Saturation:
    """The curve of each channel in the scope, from all complete weeks of the data.

    Only market and channel narrow it: spend is not of a platform, and guests have no channel.
    """
    coverage = warehouse.coverage
    basis = Basis.REGISTERED if coverage.has(REGISTRATIONS) else Basis.FIRST_ORDER
    days, lacking = warehouse.reporting.lifecycle.convert_days, coverage.lacking(*NEEDS)
    ignored = tuple(
        c.dimension for c in scope.choices if c.dimension not in (MARKET.key, CHANNEL.key)
    )
    if lacking:
        return Saturation(basis, days, (), None, None, ignored, lacking, (), warehouse.version)
    # Other channels are looked at even where one is asked for: budgets may move in step.
    of_market = Scope.of(scope.currency, **{MARKET.key: scope.kept(MARKET.key)})
    found = weekly(warehouse, of_market, basis)
    money = [spent(c, found) for c in found.channels]
    money.sort(key=lambda m: (-float(m.spend.sum()), -float(m.channel.customers.sum())))
    asked = scope.kept(CHANNEL.key)
    fitted = 0
    channels = []
    for one in money:
        if asked is not None and one.channel.key not in asked:
            continue
        made = _channel(one, money, found, may_fit=fitted < MOST_CHANNELS)
        fitted += made.curve is not None
        channels.append(made)
    usable = found.mature.nonzero()[0]
    used = Span(found.weeks[0].start, found.weeks[usable[-1]].end) if len(usable) else None
    last = found.weeks[-1].start if found.weeks else None
    return Saturation(
        basis, days, tuple(channels), used, last, ignored, (), found.sql, warehouse.version
    )


def _channel(
    money: Spent, others: Sequence[Spent], found: Weekly, *, may_fit: bool
) -> ChannelCurve:
    reason = refused(money, others)
    curve: Curve | None = None
    if reason is None and not may_fit:
        reason = Refused(Refusal.MANY, counts={"most": MOST_CHANNELS})
    if reason is None:
        curve, reason = _fitted(money)
    total, people = money.spend.sum(axis=0), money.channel.customers.sum(axis=0)
    used = np.flatnonzero(money.usable)
    expected = {} if curve is None else dict(zip(used, curve.fit.expected, strict=True))
    weeks = tuple(
        Week(w, float(total[n]), int(people[n]), bool(money.usable[n]), expected.get(n))
        for n, w in enumerate(found.weeks)
        if found.mature[n] and money.known[n] and n >= money.begun
    )
    cost, customers, recent = money.recent(found.mature)
    return ChannelCurve(
        money.channel.key,
        float(money.today.sum()) if curve is None else curve.spend,
        _average(cost, customers, recent),
        recent,
        money.kept_out,
        weeks,
        curve,
        reason,
    )


def _average(spend: float, customers: float, weeks: int) -> Reading:
    if not weeks:
        return Reading.missing(Reason.IMMATURE)
    if customers == 0:
        reason = Reason.NO_CUSTOMERS if spend > 0 else Reason.NO_SPEND
        return Reading(None, spend, customers, reason=reason)
    if spend <= 0:
        reason = Reason.NO_SPEND if spend == 0 else Reason.CREDITS
        return Reading(None, spend, customers, reason=reason)
    return Reading(spend / customers, spend, customers)


def _fitted(money: Spent) -> tuple[Curve | None, Refused | None]:
    """The curve, unless the weeks turn out not to carry it."""
    series, today = series_of(money)
    total = series.spend[:, series.used].sum(axis=0)
    seen = (float(total.min()), float(total.max()))
    if today.sum() <= 0:
        # Money flows now only where nobody came in the weeks used.
        return None, Refused(Refusal.PAUSED, counts={"weeks": TODAY_WEEKS})
    if not seen[0] / REACH <= today.sum() <= seen[1] * REACH:
        found = {"today": float(today.sum()), "money": seen[0], "more": seen[1]}
        return None, Refused(Refusal.OUTSIDE, money=found)
    curve = Curve(fit(series), today, seen)
    if curve.fit.gain < LEAST_GAIN:
        least = {"money": curve.marginal.low}
        return None, Refused(Refusal.NO_RESPONSE, shares={"share": variation(money)}, money=least)
    return curve, None
