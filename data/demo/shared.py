"""Tables that belong to the shop as a whole: rates, calendar, experiments, marketing spend."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from data.demo.arrays import Ints
from data.demo.arrow import (
    batch,
    dates,
    flags,
    instants,
    money,
    numbered,
    rates,
    whole_numbers,
    words,
)
from data.demo.cell import World
from data.demo.channels import CAMPAIGNS, CHANNEL_KEYS
from data.demo.markets import CURRENCIES, CURRENCY_OF, MARKETS
from data.demo.rates import Rates
from data.demo.rows import COUNTRIES
from data.demo.seasons import calendar_rows
from data.demo.spec import DemoSpec
from data.demo.spend import KINDS, SpendRows
from data.demo.trials import TRIALS, window

_EPOCH = date(1970, 1, 1)


def fx_rates(quoted: Rates) -> Any:
    rows = quoted.rows()
    codes = np.array([CURRENCIES.index(c) for _, c, _ in rows], np.int64)
    return batch(
        "fx_rates",
        day=dates(np.array([(d - _EPOCH).days for d, _, _ in rows])),
        currency=words(codes, CURRENCIES),
        rate=rates(np.array([r for _, _, r in rows])),
    )


def calendar(spec: DemoSpec) -> Any:
    rows = calendar_rows(spec)
    names = sorted({name for _, name, _ in rows})
    return batch(
        "calendar",
        day=dates(np.array([(d - _EPOCH).days for d, _, _ in rows], np.int64)),
        name=words(np.array([names.index(n) for _, n, _ in rows], np.int64), names),
        market=words(np.array([COUNTRIES.index(c) for _, _, c in rows], np.int64), COUNTRIES),
    )


def experiments(spec: DemoSpec) -> Any:
    windows = [window(spec, t) for t in TRIALS]
    every = np.arange(len(TRIALS))
    return batch(
        "experiments",
        experiment_id=words(every, [t.key for t in TRIALS]),
        name=words(every, [t.name for t in TRIALS]),
        unit=words(0 * every, ["user"]),
        started_at=instants(np.array([start for start, _ in windows])),
        ended_at=instants(
            np.array([end if t.days else -1 for t, (_, end) in zip(TRIALS, windows, strict=True)])
        ),
        hypothesis=words(every, [t.hypothesis for t in TRIALS]),
        primary_metric=words(every, [t.primary_metric for t in TRIALS]),
        owner=words(every, [t.owner for t in TRIALS]),
    )


def experiment_arms() -> Any:
    rows = [(i, j, t.arms[j]) for i, t in enumerate(TRIALS) for j in range(len(t.arms))]
    every = np.arange(len(rows))
    return batch(
        "experiment_arms",
        experiment_id=words(np.array([i for i, _, _ in rows]), [t.key for t in TRIALS]),
        arm=words(every, [arm for _, _, (arm, _) in rows]),
        weight=rates(np.array([round(weight * 10**8) for _, _, (_, weight) in rows])),
        is_control=flags(np.array([j == 0 for _, j, _ in rows])),
    )


def marketing_spend(world: World, rows: SpendRows) -> Any:
    market = np.array(CURRENCY_OF)[rows.market]
    account = rows.channel * len(MARKETS) + rows.market
    sources = [f"{c}-{m.country.lower()}" for c in CHANNEL_KEYS for m in MARKETS]
    return batch(
        "marketing_spend",
        day=dates(rows.day + world.seasons.first),
        channel=words(rows.channel, CHANNEL_KEYS),
        spend=money(rows.spend),
        source=words(account, sources),
        campaign_id=numbered("c", _campaign_id(rows)),
        campaign=words(rows.campaign, CAMPAIGNS),
        country=words(rows.market, COUNTRIES),
        currency=words(market, CURRENCIES),
        impressions=whole_numbers(rows.impressions, rows.impressions < 0, big=True),
        clicks=whole_numbers(rows.clicks, rows.clicks < 0, big=True),
        claimed_conversions=money(np.maximum(rows.claimed, 0), rows.claimed < 0),
        claimed_value=money(np.maximum(rows.claimed_value, 0), rows.claimed_value < 0),
        kind=words(rows.kind, KINDS),
    )


def _campaign_id(rows: SpendRows) -> Ints:
    return np.where(rows.campaign >= 0, rows.campaign * len(MARKETS) + rows.market, -1)
