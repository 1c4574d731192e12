"""Spend and new customers by week, market and channel: the statements, and their answers as arrays.

Each table is summed at its own grain; nothing is joined but dates and rates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import CTE, Numeric, Select, and_, case, cast, func, or_, select

from data.dialects import later
from data.dimensions import MARKET
from data.scope import Scope, Span
from data.serving.spend import MATERIALS
from data.sources import Sources
from data.warehouse import Coverage, Warehouse
from metrics.periods import Grain, WeekStart, floor
from metrics.saturation.spec import LEVER, MEDIA, RESULT, Basis
from metrics.windows import window_days

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
WEEK = timedelta(days=7)
MOST_WEEKS = 156
"""Three years: older weeks tell of another shop."""
_WIDE = Numeric(24, 4)


def spend_statement(src: Sources, spans: Sequence[Span], until: date) -> Select[Any]:
    """One row per week, market and channel: `media`, `materials` and `result` in the scope's
    currency, `credits` (what media took back), and how many sums have no exchange rate."""
    s, r = src.spend_day, src.rates

    def of(kinds: Sequence[str], name: str) -> Any:
        return func.sum(case((s.c.kind.in_(kinds), s.c.spend), else_=0)).label(name)

    credit = and_(s.c.kind.in_(LEVER), s.c.spend < 0)
    first, end = spans[0].start, spans[-1].end
    daily = (
        select(
            s.c.day,
            s.c.market,
            s.c.channel,
            s.c.currency,
            of(MEDIA, "media"),
            of((MATERIALS,), "materials"),
            of(RESULT, "result"),
            func.sum(case((credit, s.c.spend), else_=0)).label("credits"),
        )
        .where(s.c.day >= first, s.c.day < end)
        .group_by(s.c.day, s.c.market, s.c.channel, s.c.currency)
        .cte("spend_by_currency")
    )
    w, names = window_days(src, spans, until), ("media", "materials", "result", "credits")
    moved = or_(*[daily.c[n] != 0 for n in names[:3]])
    return (
        select(
            w.c.window_no,
            daily.c.market,
            daily.c.channel,
            *[
                func.coalesce(func.sum(cast(daily.c[n], _WIDE) * r.c.rate), 0).label(n)
                for n in names
            ],
            func.sum(case((and_(r.c.rate.is_(None), moved), 1), else_=0)).label("unrated"),
        )
        .select_from(
            daily.join(w, w.c.day == daily.c.day).outerjoin(
                r, and_(r.c.day == daily.c.day, r.c.currency == daily.c.currency)
            )
        )
        .group_by(w.c.window_no, daily.c.market, daily.c.channel)
        .order_by(w.c.window_no, daily.c.channel, daily.c.market)
    )


def days_statement(src: Sources, first: date, end: date) -> Select[Any]:
    """The days on which each channel has a row of spend."""
    s = src.spend_day
    inside = (s.c.day >= first, s.c.day < end, s.c.kind.in_(LEVER))
    return select(s.c.channel, s.c.day).where(*inside).distinct().order_by(s.c.channel, s.c.day)


def customers_statement(
    src: Sources, spans: Sequence[Span], until: date, basis: Basis, convert_days: int
) -> Select[Any]:
    """One row per week, market and channel: new customers, by `basis`."""
    if basis is Basis.REGISTERED:
        a = src.acquired
        soon = a.c.converted_at < later(a.c.acquired_at, convert_days)
        counted = and_(a.c.population == "registered", soon)
        found = _daily(a, "acquired_on", counted)
    else:
        found = _daily(src.sales, "day", src.sales.c.order_no == 1)
    w = window_days(src, spans, until)
    return (
        select(
            w.c.window_no,
            found.c.market,
            found.c.channel,
            func.sum(found.c.customers).label("customers"),
        )
        .join_from(w, found, found.c.day == w.c.day)
        .group_by(w.c.window_no, found.c.market, found.c.channel)
        .order_by(w.c.window_no, found.c.channel, found.c.market)
    )


def _daily(of: CTE, day: str, condition: Any) -> CTE:
    on = of.c[day].label("day")
    return (
        select(on, of.c.market, of.c.channel, func.count().label("customers"))
        .where(condition)
        .group_by(on, of.c.market, of.c.channel)
        .cte("customer_day")
    )


def campaign_statement(src: Sources, first: date, end: date) -> Select[Any]:
    """Campaign days of the markets in the scope."""
    c = src.calendar
    rows = select(c.c.day).where(c.c.day >= first, c.c.day < end).distinct()
    kept = src.scope.kept(MARKET.key)
    if kept is not None:
        rows = rows.where(or_(c.c.market.is_(None), c.c.market.in_(sorted(kept))))
    return rows.order_by(c.c.day)


@dataclass(frozen=True, eq=False)
class Channel:
    """One channel by market and week, in the scope's currency. `days` have a row of spend."""

    key: str
    markets: tuple[str, ...]
    media: Floats
    materials: Floats
    result: Floats
    credits: Floats
    unrated: Flags
    customers: Floats
    days: frozenset[date]


@dataclass(frozen=True, eq=False)
class Weekly:
    """All complete weeks of a shop. `campaign` weeks hold a campaign day; customers of `mature`
    weeks are all there; `days` have a row of spend of any channel."""

    weeks: tuple[Span, ...]
    campaign: Flags
    mature: Flags
    days: frozenset[date]
    channels: tuple[Channel, ...]
    sql: tuple[str, ...]


def weeks_of(coverage: Coverage, week_start: WeekStart) -> tuple[Span, ...]:
    """The complete weeks of the data, oldest first."""
    start = floor(coverage.start, Grain.WEEK, week_start)
    if start < coverage.start:
        start += WEEK
    found = []
    while start + WEEK <= coverage.until:
        found.append(Span(start, start + WEEK))
        start += WEEK
    return tuple(found[-MOST_WEEKS:])


def weekly(warehouse: Warehouse, scope: Scope, basis: Basis) -> Weekly:
    """Everything that the curves are made of."""
    coverage, reporting = warehouse.coverage, warehouse.reporting
    weeks = weeks_of(coverage, reporting.week_start)
    if not weeks:
        none = np.zeros(0, dtype=bool)
        return Weekly((), none, none, frozenset(), (), ())
    src, days = warehouse.sources(scope), reporting.lifecycle.convert_days
    first, end = weeks[0].start, weeks[-1].end
    asked = (
        spend_statement(src, weeks, coverage.until),
        customers_statement(src, weeks, coverage.until, basis, days),
        days_statement(src, first, end),
        campaign_statement(src, first, end),
    )
    spend, customers, rows, campaign = (warehouse.fetch(a) for a in asked)
    wait = timedelta(days=days if basis is Basis.REGISTERED else 0)
    named = {_day(d) for d in campaign["day"]}
    with_rows: dict[str, set[date]] = {}
    for channel, day in rows.itertuples(index=False):
        with_rows.setdefault(str(channel), set()).add(_day(day))
    return Weekly(
        weeks,
        np.array([any(w.start <= d < w.end for d in named) for w in weeks]),
        np.array([w.end + wait <= coverage.until for w in weeks]),
        frozenset(d for found in with_rows.values() for d in found),
        tuple(_channels(spend, customers, with_rows, len(weeks))),
        tuple(warehouse.sql(a) for a in asked),
    )


def _day(value: Any) -> date:
    found: date = pd.Timestamp(value).date()
    return found


def _channels(
    spend: pd.DataFrame, customers: pd.DataFrame, days: Mapping[str, set[date]], weeks: int
) -> list[Channel]:
    keys = sorted({*spend["channel"], *customers["channel"]})
    found = []
    for key in keys:
        s, c = spend[spend["channel"] == key], customers[customers["channel"] == key]
        markets = tuple(sorted({*s["market"], *c["market"]}))

        def filled(rows: pd.DataFrame, name: str, markets: tuple[str, ...] = markets) -> Floats:
            out = np.zeros((len(markets), weeks))
            at = [markets.index(m) for m in rows["market"]]
            out[at, rows["window_no"].astype(int)] = rows[name].astype(float)
            return out

        found.append(
            Channel(
                key=str(key),
                markets=markets,
                media=filled(s, "media"),
                materials=filled(s, "materials"),
                result=filled(s, "result"),
                credits=filled(s, "credits"),
                unrated=filled(s, "unrated").sum(axis=0) > 0,
                customers=filled(c, "customers"),
                days=frozenset(days.get(str(key), ())),
            )
        )
    return found
