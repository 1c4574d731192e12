"""What is spent on each channel and how many sign-ups it draws: saturating response curves.

Sign-ups of a channel in a market on a day = ceiling x spend / (spend + half) x pull, where pull
is the day's demand, softened. Doubling the spend never doubles the sign-ups.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from data.demo.arrays import NEVER, Floats, Ints, stream, whole
from data.demo.channels import (
    CAMPAIGNS,
    CHANNELS,
    MARKET_MIX,
)
from data.demo.goods import UNIT
from data.demo.markets import CURRENCY_OF, MARKETS, TYPICAL_RATES
from data.demo.seasons import Seasons
from data.demo.spec import DemoSpec

SHARE_NOT_REFERRED = 0.86
"""Of all users, about this share came by another way than an invitation; the truth corrects the
curves for what the share turned out to be."""
GROWTH_PER_YEAR = 1.30
PRICE_OF_MEDIA = (0.8, 1.5, 1.3, 1.2, 1.1, 0.55)
"""What a sign-up costs, by market, against the channel's cost."""
CPM, CLICK_RATE, CLAIMED_ORDER = 60.0, 0.016, 520.0
"""Base currency per 1,000 impressions, clicks per impression, claimed value of an order."""


@dataclass(frozen=True, slots=True)
class SpendPlan:
    """By channel, market and local day: spend in the base currency, expected sign-ups.

    `ceiling` and `half` are the parameters of the response curve by channel and market, `pull`
    the day's factor on it by market and day.
    """

    spend: Floats
    signups: Floats
    ceiling: Floats
    half: Floats
    pull: Floats


def make_plan(spec: DemoSpec, seasons: Seasons) -> SpendPlan:
    rng = stream(spec.seed, "world", 1)
    channels, markets, days = len(CHANNELS), len(MARKETS), spec.days
    pull = np.round(1.0 + 0.6 * (seasons.demand - 1.0), 9)
    years = np.arange(days) / 365.25
    growth = np.round(GROWTH_PER_YEAR**years, 9)
    weeks = -(-days // 7)
    level = np.zeros((channels, markets, days))
    for code, channel in enumerate(CHANNELS):
        if channel.cost == 0:
            continue
        # Budgets rise over the years, change from week to week, and go up on campaign days,
        # when people would have come anyway.
        weekly = np.round(rng.lognormal(0.0, 0.38, (markets, weeks)), 6)
        ramp = 0.55 + 0.75 * np.arange(days) / days
        level[code] = weekly[:, np.arange(days) // 7] * ramp * (1.0 + 0.8 * seasons.campaign)
    bought = np.array([c.cost > 0 for c in CHANNELS])[:, None, None]
    free = MARKET_MIX[:, :, None] * growth
    earned = 2.0 * MARKET_MIX[:, :, None] * level / (level + 1.0)
    shape = np.where(bought, earned, free) * pull
    scale = spec.users * SHARE_NOT_REFERRED / shape.sum()
    cost = np.array([c.cost for c in CHANNELS])[:, None] * np.array(PRICE_OF_MEDIA)
    half = cost * MARKET_MIX * scale
    return SpendPlan(
        np.round(half[:, :, None] * level, 2), shape * scale,
        np.where(bought[:, :, 0], 2.0 * MARKET_MIX * scale, 0.0), half, pull,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SpendRows:
    """Rows of `marketing_spend`; money in ten-thousandths of the market's currency."""

    day: Ints
    channel: Ints
    market: Ints
    campaign: Ints
    kind: Ints
    spend: Ints
    impressions: Ints
    clicks: Ints
    claimed: Ints
    claimed_value: Ints


KINDS = ("ads", "promotion", "commission", "materials", "rewards")


def spend_rows(
    spec: DemoSpec, seasons: Seasons, plan: SpendPlan, commission: Ints, rewards: Ints
) -> SpendRows:
    """Media spend from the plan, and what results cost: commission and rewards as they fell due.

    `commission` and `rewards` are by market and local day, in ten-thousandths of the market's
    currency. Platforms count more conversions than they caused, each by its own factor.
    """
    rng = stream(spec.seed, "world", 2)
    rate = np.array([TYPICAL_RATES[c] for c in CURRENCY_OF])
    parts: list[dict[str, Ints]] = []
    for code, channel in enumerate(CHANNELS):
        if channel.key in ("affiliate", "referral"):
            due = commission if channel.key == "affiliate" else rewards
            market, day = np.nonzero(due)
            parts.append(_part(code, channel.kind, market, day, due[market, day]))
        if channel.cost == 0:
            continue
        market, day = np.nonzero(plan.spend[code] > 0)
        local = whole(plan.spend[code, market, day] / rate[market] * 100) * 100
        split = len(channel.campaigns)
        for i, name in enumerate(channel.campaigns):
            share = 1.0 if split == 1 else (0.62, 0.38)[i]
            amount = whole(local / 100 * share) * 100
            parts.append(_part(code, channel.kind, market, day, amount, CAMPAIGNS.index(name)))
        if channel.kind in ("ads", "promotion") and channel.cost > 10:
            first = _month_starts(spec)
            month = np.searchsorted(first, day, side="right") - 1
            due = np.zeros((len(MARKETS), len(first)), np.int64)
            np.add.at(due, (market, month), local)
            m, k = np.nonzero(due)
            amount = whole(due[m, k] / 100 * 0.05) * 100
            parts.append(_part(code, "materials", m, first[k], amount))
    rows = {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}
    order = np.lexsort(
        (rows["kind"], rows["campaign"], rows["market"], rows["channel"], rows["day"])
    )
    rows = {k: v[order] for k, v in rows.items()}
    return _with_reach(rng, seasons, plan, rows)


def _month_starts(spec: DemoSpec) -> Ints:
    """The first day of the data and the first of each month after it."""
    days = [spec.start + timedelta(i) for i in range(spec.days)]
    return np.array([i for i, day in enumerate(days) if i == 0 or day.day == 1])


def _part(
    channel: int, kind: str, market: Ints, day: Ints, amount: Ints, campaign: int = -1
) -> dict[str, Ints]:
    size = len(day)
    return {
        "day": day.astype(np.int64), "market": market.astype(np.int64), "spend": amount,
        "channel": np.full(size, channel), "kind": np.full(size, KINDS.index(kind)),
        "campaign": np.full(size, campaign),
    }  # fmt: skip


def _with_reach(
    rng: np.random.Generator, seasons: Seasons, plan: SpendPlan, rows: dict[str, Ints]
) -> SpendRows:
    """Impressions, clicks and the platforms' own count of conversions, for spend on media."""
    channel, market, day = rows["channel"], rows["market"], rows["day"]
    size = len(day)
    rate = np.array([TYPICAL_RATES[c] for c in CURRENCY_OF])[market]
    media = np.array([CHANNELS[c].kind == "ads" for c in range(len(CHANNELS))])[channel]
    media &= rows["kind"] == KINDS.index("ads")
    base = rows["spend"] / UNIT * rate
    noise = np.round(rng.lognormal(0.0, 0.12, (2, size)), 6)
    impressions = np.where(media, whole(base / CPM * 1000 * noise[0]), -1)
    clicks = np.where(media, whole(np.maximum(impressions, 0) * CLICK_RATE * noise[1]), -1)
    day_spend = np.maximum(plan.spend[channel, market, day], 0.01)
    share = np.minimum(base / day_spend, 1.0)
    claims = np.array([c.claims for c in CHANNELS])[channel]
    buys = np.array([m.buys for m in MARKETS])[market]
    claimed = whole(plan.signups[channel, market, day] * share * buys * claims * 100) * 100
    value = whole(claimed / UNIT * CLAIMED_ORDER / rate * 100) * 100
    shown = (claims > 0) & (rows["kind"] != KINDS.index("materials"))
    return SpendRows(
        day, channel, market, rows["campaign"], rows["kind"], rows["spend"], impressions, clicks,
        np.where(shown, claimed, NEVER), np.where(shown, value, NEVER),
    )  # fmt: skip
