"""The demo shop's weekly spend under other seeds, its sign-ups drawn anew, and its true curves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

import numpy as np

from data.demo import PRESETS
from data.demo.channels import CHANNELS
from data.demo.seasons import Seasons, calendar_rows, make_seasons
from data.demo.spend import SpendPlan, make_plan
from metrics.stats.response import Floats, Series, seasons_of

SPEC = PRESETS["demo"]
MONDAY = (7 - SPEC.start.weekday()) % 7
"""Days before the first whole week."""
WEEKS = (SPEC.days - MONDAY) // 7
PAID = tuple(n for n, c in enumerate(CHANNELS) if c.cost)


@dataclass(frozen=True, eq=False)
class Plan:
    """One seed's plan, cut into weeks; `share` of sign-ups become customers."""

    plan: SpendPlan
    share: float
    seed: int

    def series(self, channel: int) -> Series:
        """The weeks of a channel as the product would see them; the last five are immature."""
        used = ordinary()
        used[-5:] = False
        expected = by_day(self.plan.signups[channel]).sum(axis=2) * self.share
        drawn = np.random.default_rng([self.seed, channel]).poisson(expected).astype(float)
        controls = seasons_of(WEEKS)
        spend = by_day(self.plan.spend[channel]).sum(axis=2)
        return Series(spend, drawn, used, controls, controls[-4:].mean(axis=0))

    def today(self, channel: int) -> Floats:
        """Weekly spend by market: the mean of the last four weeks, as the truth file has it."""
        return np.asarray(7 * self.plan.spend[channel][:, -28:].mean(axis=1))

    def truth(self, channel: int, times: float = 1.0) -> tuple[float, float]:
        """Expected customers of a week that spends `times` today's in every market, and what the
        next one costs there.

        A week as weeks are: its spend is spread over its days as the ordinary weeks spread theirs,
        at the demand to be expected on today's ordinary days.
        """
        plan, today = self.plan, self.today(channel)
        ceiling, half = plan.ceiling[channel][:, None], plan.half[channel][:, None]
        days = by_day(plan.spend[channel])[:, ordinary()]
        within = (days / days.mean(axis=2, keepdims=True)).reshape(len(today), -1)
        spend = times * today[:, None] / 7 * within
        pull = usual_pull()
        customers = 7 * ((ceiling * spend / (spend + half)).mean(axis=1) * pull).sum()
        grown = 7 * ((ceiling * half * spend / (spend + half) ** 2).mean(axis=1) * pull).sum()
        return float(customers * self.share), float(times * today.sum() / (grown * self.share))


def plans(seeds: range, share: float = 1.0) -> Iterator[Plan]:
    """Plans that differ in the weekly spend alone: the seasons are one and the same."""
    seasons = one_season()
    for seed in seeds:
        yield Plan(make_plan(replace(SPEC, seed=seed), seasons), share, seed)


def one_season() -> Seasons:
    return make_seasons(SPEC)


@cache
def usual_pull() -> Floats:
    """By market: the pull of demand on the ordinary days of the last four weeks, without what
    chance adds to single days."""
    demand = [make_seasons(replace(SPEC, seed=s)).demand[:, today_is_ordinary()] for s in range(24)]
    return np.asarray(1 + 0.6 * (np.mean(demand, axis=(0, 2)) - 1))


def by_day(daily: Floats) -> Floats:
    """By market, whole week and day of it."""
    whole = daily[:, MONDAY : MONDAY + 7 * WEEKS]
    return np.asarray(whole.reshape(len(daily), WEEKS, 7))


def campaign() -> list[bool]:
    """Whether each day of the data is in the shop's calendar."""
    named = {day for day, _, _ in calendar_rows(SPEC)}
    return [SPEC.start + timedelta(n) in named for n in range(SPEC.days)]


def ordinary() -> np.ndarray:
    """Weeks without a campaign day."""
    days = np.array(campaign()[MONDAY : MONDAY + 7 * WEEKS]).reshape(WEEKS, 7)
    return np.asarray(~days.any(axis=1))


def today_is_ordinary() -> list[int]:
    """The days of the last four weeks that are in no campaign."""
    return [n for n, named in enumerate(campaign()) if not named and n >= SPEC.days - 28]
