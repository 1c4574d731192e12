"""Whether a channel's weeks can carry a curve: looked at before one is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from metrics.saturation.spec import (
    FEWEST_CUSTOMERS,
    FEWEST_OF_MARKET,
    FEWEST_WEEKS,
    LEAST_OWN,
    LEAST_VARIATION,
    MOST_CREDITS,
    MOST_MARKETS,
    MOST_UNKNOWN,
    RECENT_WEEKS,
    TODAY_WEEKS,
    TOO_ALIKE,
    Refusal,
    Refused,
)
from metrics.saturation.weekly import Channel, Flags, Floats, Weekly
from metrics.stats.response import Series, seasons_of

REGULAR = 0.9
"""Share of days with a row of spend from which on a day without one is missing, not a pause."""
SHORT_GAP = 7
"""Days: a longer gap of one channel is a pause."""
A_MONTH = 30.4


@dataclass(frozen=True, eq=False)
class Spent:
    """A channel's spend that a budget sets (materials spread over the weeks), and its customers,
    by market and week. `kept_out` is the share of its cost that follows customers; `usable` weeks
    are ordinary, mature and of known spend, from its first spend on."""

    channel: Channel
    spend: Floats
    kept_out: float
    known: Flags
    usable: Flags
    begun: int
    """Weeks before its first spend."""

    @property
    def today(self) -> Floats:
        """Mean weekly spend of the last weeks, by market."""
        return np.asarray(np.maximum(self.spend[:, -TODAY_WEEKS:], 0).mean(axis=1))

    def recent(self, mature: Flags) -> tuple[float, float, int]:
        """Spend and customers of the latest mature weeks of known spend, and how many they are."""
        at = np.flatnonzero(mature & self.known)[-RECENT_WEEKS:]
        return float(self.spend[:, at].sum()), float(self.channel.customers[:, at].sum()), len(at)


def spent(channel: Channel, all_weeks: Weekly) -> Spent:
    """What a budget sets, week by week."""
    media, materials, result = (
        float(v.sum()) for v in (channel.media, channel.materials, channel.result)
    )
    if media > materials:
        spend = channel.media * (1 + materials / media)
    else:
        spend = channel.media + channel.materials
    lever = max(media + materials, 0.0)
    kept_out = result / (result + lever) if result > 0 else 0.0
    gaps = _gaps(channel.days, all_weeks.days)
    missing = np.array(
        [any(w.start + timedelta(days=n) in gaps for n in range(7)) for w in all_weeks.weeks],
        dtype=bool,
    )
    known = ~missing & ~channel.unrated & (spend >= 0).all(axis=0)
    flowing = np.flatnonzero(spend.sum(axis=0) > 0)
    begun = int(flowing[0]) if len(flowing) else len(known)
    usable = known & all_weeks.mature & ~all_weeks.campaign & (np.arange(len(known)) >= begun)
    return Spent(channel, spend, kept_out, known, usable, begun)


def _gaps(own: frozenset[date], of_all: frozenset[date]) -> frozenset[date]:
    """Days without a row where rows are the rule: of any channel, or for a few days of this one."""
    whole = _holes(of_all, longest=None)
    return frozenset(d for d in whole if own and min(own) < d < max(own)) | _holes(own, SHORT_GAP)


def _holes(days: frozenset[date], longest: int | None) -> frozenset[date]:
    if not days:
        return frozenset()
    first, last = min(days), max(days)
    if len(days) < REGULAR * ((last - first).days + 1):
        return frozenset()
    ordered, found = sorted(days), set()
    for before, after in pairwise(ordered):
        apart = (after - before).days - 1
        if apart and (longest is None or apart <= longest):
            found |= {before + timedelta(days=n + 1) for n in range(apart)}
    return frozenset(found)


def refused(money: Spent, others: Sequence[Spent]) -> Refused | None:
    """The first reason not to draw a curve, before any is tried; `others` are the channels whose
    spend is compared with this one's."""
    for look in (_nothing_to_move, _unknown, _too_little):
        found = look(money)
        if found is not None:
            return found
    return _unmoved(money) or _together(money, others)


def _nothing_to_move(money: Spent) -> Refused | None:
    lever = float(money.spend.sum())
    if lever <= 0 and not money.kept_out and not (money.channel.credits < 0).any():
        return Refused(Refusal.NO_SPEND)
    if money.kept_out > 0.5:
        return Refused(Refusal.BY_RESULT, shares={"share": money.kept_out})
    back = -float(money.channel.credits.sum())
    if back > MOST_CREDITS * (lever + back):
        return Refused(Refusal.CREDITS, shares={"share": back / (lever + back)})
    days = money.channel.days
    if days:
        months = ((max(days) - min(days)).days + 1) / A_MONTH
        if months >= 3 and len(days) <= 1.5 * months:
            return Refused(Refusal.MONTHLY)
    if money.today.sum() <= 0:
        return Refused(Refusal.PAUSED, counts={"weeks": TODAY_WEEKS})
    return None


def _unknown(money: Spent) -> Refused | None:
    since = money.known[money.begun :]
    lost = int((~since).sum())
    if lost > MOST_UNKNOWN * len(since):
        return Refused(Refusal.UNKNOWN_WEEKS, counts={"n": lost, "weeks": len(since)})
    return None


def _too_little(money: Spent) -> Refused | None:
    weeks = int(money.usable.sum())
    if weeks < FEWEST_WEEKS:
        return Refused(Refusal.FEW_WEEKS, counts={"n": weeks, "least": FEWEST_WEEKS})
    people = int(_groups(money)[1][:, money.usable].sum())
    if people < FEWEST_CUSTOMERS:
        return Refused(Refusal.FEW_CUSTOMERS, counts={"n": people, "least": FEWEST_CUSTOMERS})
    return None


def _unmoved(money: Spent) -> Refused | None:
    moved = variation(money)
    if moved < LEAST_VARIATION:
        shares = {"share": moved, "least": LEAST_VARIATION}
        return Refused(Refusal.CONSTANT, shares=shares)
    own = own_share(money)
    if own < LEAST_OWN:
        return Refused(Refusal.SEASONAL, shares={"share": 1 - own})
    return None


def variation(money: Spent) -> float:
    """By how much the spend of a market moves from week to week, over its mean; markets weigh by
    their customers."""
    relative, weight = _relative(money)
    return float(np.sqrt((weight @ relative.var(axis=1)) / weight.sum()))


def own_share(money: Spent) -> float:
    """The share of the variation that season and trend do not explain."""
    relative, weight = _relative(money)
    left = _without_season(relative, money.usable)
    return float((weight @ left.var(axis=1)) / (weight @ relative.var(axis=1)))


def _relative(money: Spent) -> tuple[Floats, Floats]:
    spend, customers = _groups(money)
    used = spend[:, money.usable]
    weight = customers[:, money.usable].sum(axis=1)
    return used / used.mean(axis=1, keepdims=True), weight


def _without_season(series: Floats, usable: Flags) -> Floats:
    """What a trend and a yearly wave leave of each row."""
    controls = seasons_of(len(usable))[usable]
    with_one = np.column_stack([np.ones(len(controls)), controls])
    fitted = with_one @ np.linalg.lstsq(with_one, series.T, rcond=None)[0]
    return np.asarray(series - fitted.T)


def _together(money: Spent, others: Sequence[Spent]) -> Refused | None:
    """Budgets that keep their shares: whatever one does, the other does as well."""
    worst, name = 0.0, None
    for other in others:
        if other.channel.key == money.channel.key or other.spend.sum() <= 0:
            continue
        usable = money.usable & other.known
        if usable.sum() < FEWEST_WEEKS:
            continue
        both = np.vstack([m.spend.sum(axis=0)[usable] for m in (money, other)])
        mine, theirs = _without_season(both, usable)
        if min(mine.std(), theirs.std()) <= 1e-9 * float(both.max()):
            continue
        r = float(np.corrcoef(mine, theirs)[0, 1])
        if r > worst:
            worst, name = r, other.channel.key
    if name is None or worst < TOO_ALIKE:
        return None
    return Refused(Refusal.TOGETHER, numbers={"r": worst}, other=name)


def _groups(money: Spent) -> tuple[Floats, Floats]:
    """Spend and customers by market; small markets stand together, those without spend or
    customers in the usable weeks are left out."""
    spend = np.maximum(money.spend, 0)
    people = money.channel.customers[:, money.usable].sum(axis=1)
    flowing = spend[:, money.usable].sum(axis=1) > 0
    order = np.argsort(-people, kind="stable")
    large = [m for m in order[:MOST_MARKETS] if people[m] >= FEWEST_OF_MARKET and flowing[m]]
    small = [m for m in order if m not in large and flowing[m]]
    rows = [[m] for m in large]
    if small and people[small].sum() > 0:
        rows.append(small)
    if not rows:
        empty = np.zeros((0, spend.shape[1]))
        return empty, empty
    return (
        np.vstack([spend[r].sum(axis=0) for r in rows]),
        np.vstack([money.channel.customers[r].sum(axis=0) for r in rows]),
    )


def series_of(money: Spent) -> tuple[Series, Floats]:
    """The weeks that a curve is fitted to, and today's spend by its markets."""
    spend, customers = _groups(money)
    controls = seasons_of(spend.shape[1])
    now = controls[-TODAY_WEEKS:].mean(axis=0)
    # Where the spend of a week is not known its neighbours carry over what they usually do.
    known = np.where(money.known, spend, np.nan)
    filled = np.where(np.isnan(known), np.nanmean(known, axis=1, keepdims=True), known)
    today = filled[:, -TODAY_WEEKS:].mean(axis=1)
    return Series(filled, customers, money.usable, controls, now), today
