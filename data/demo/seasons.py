"""When people come and buy: weekdays, seasons, campaign days, hours, each in its market's time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from data.demo.arrays import DAY, HOUR, Floats, Ints, stream, whole
from data.demo.markets import MARKETS
from data.demo.spec import DemoSpec

NEW_YEARS = {
    2024: date(2024, 2, 10), 2025: date(2025, 1, 29), 2026: date(2026, 2, 17),
    2027: date(2027, 2, 6),
}  # fmt: skip
"""First day of the lunar year."""

HOURS = (
    1.4, 0.8, 0.5, 0.3, 0.3, 0.5, 1.1, 2.2, 3.4, 4.4, 5.2, 5.4,
    6.0, 5.4, 4.8, 4.8, 5.0, 5.2, 5.6, 6.8, 8.6, 9.0, 7.0, 3.6,
)  # fmt: skip
"""Visits by hour of the local day."""
MIDNIGHT_RUSH = 0.3
"""Of what happens on a campaign day, the share in its first two hours."""

WEST = ("US", "GB", "DE", "FR", "BR")


class Occasion(NamedTuple):
    """A run of days that moves demand in some markets: times `lift` on each of `days`."""

    name: str
    first: date
    days: int
    lift: dict[str, float]
    named: bool = True
    """False for a swell that has no entry of its own in the calendar."""


def occasions(year: int) -> list[Occasion]:
    """Campaign days and holidays that begin in the year."""
    thanksgiving = date(year, 11, 1) + timedelta((3 - date(year, 11, 1).weekday()) % 7 + 21)
    friday = thanksgiving + timedelta(1)
    found = [
        Occasion("618", date(year, 6, 16), 2, {"CN": 1.7, **dict.fromkeys(WEST, 1.1)}),
        Occasion("618", date(year, 6, 18), 1, {"CN": 2.6, **dict.fromkeys(WEST, 1.2)}),
        Occasion("11.11", date(year, 11, 10), 1, {"CN": 2.0, **dict.fromkeys(WEST, 1.2)}),
        Occasion("11.11", date(year, 11, 11), 1, {"CN": 3.4, **dict.fromkeys(WEST, 1.6)}),
        Occasion(
            "Black Friday", friday, 1, {"US": 2.9, "GB": 2.5, "DE": 2.2, "FR": 2.0, "BR": 2.7}
        ),
        Occasion("Black Friday", friday + timedelta(1), 2, dict.fromkeys(WEST, 1.5), named=False),
        Occasion("Cyber Monday", friday + timedelta(3), 1, {"US": 2.3, "GB": 1.8, "DE": 1.6}),
        Occasion("12.12", date(year, 12, 12), 1, {"CN": 1.7, "BR": 1.2}),
        Occasion("Christmas", date(year, 12, 24), 3, dict.fromkeys(WEST, 0.55)),
    ]
    if (new_year := NEW_YEARS.get(year)) is not None:
        found += [
            Occasion("Spring Festival sale", new_year - timedelta(15), 12, {"CN": 1.45}),
            Occasion("Spring Festival", new_year - timedelta(1), 8, {"CN": 0.5}),
        ]
    return found


@dataclass(frozen=True, slots=True)
class Seasons:
    """Demand by market and local day (1 is an average day), and the clock that goes with it.

    *Demand time* runs fast on busy days: a process that is even in it is seasonal on the calendar.
    """

    first: int
    """Number of the first day, in days since 1970."""
    days: int
    closes_at: int
    demand: Floats
    elapsed: Floats
    """Demand passed by the start of each day; one more column than `demand`."""
    offsets: Ints
    """Seconds of local time ahead of UTC, by market and day."""
    campaign: Ints
    """1 on named campaign days with raised demand, by market and day."""

    def utc(self, market: Ints, day: Ints, second: Ints) -> Ints:
        """Instant of a second of a market's local day."""
        at: Ints = (self.first + day) * DAY + second - self.offsets[market, day]
        return at

    def local_day(self, market: Ints, at: Ints) -> Ints:
        """The market's day (0 is the first with data) in which the instants lie, kept in range."""
        near = np.clip(at // DAY - self.first, 0, self.days - 1)
        local = (at + self.offsets[market, near]) // DAY - self.first
        day: Ints = np.clip(local, 0, self.days - 1)
        return day

    def demand_at(self, market: Ints, at: Ints) -> Floats:
        """Demand time of the instants."""
        day = self.local_day(market, at)
        into = (at + self.offsets[market, day]) - (self.first + day) * DAY
        share = np.clip(into / DAY, 0.0, 1.0)
        passed: Floats = self.elapsed[market, day] + share * self.demand[market, day]
        return passed

    def demand_left(self, market: Ints, at: Ints) -> Floats:
        """Demand from the instants to the end of the data."""
        left: Floats = np.maximum(self.elapsed[market, -1] - self.demand_at(market, at), 0.0)
        return left

    def instant(self, rng: np.random.Generator, market: Ints, passed: Floats) -> Ints:
        """Instants whose local day is the one of this demand time; the hour is drawn anew."""
        width = self.elapsed.max() + 1.0
        edges = (self.elapsed[:, 1:] + np.arange(len(self.elapsed))[:, None] * width).ravel()
        found = np.searchsorted(edges, passed + market * width, side="right")
        day = np.clip(found - market * self.days, 0, self.days - 1)
        second = seconds_of_day(rng, len(day))
        # Campaign prices begin at midnight, and so do many of those who waited for them.
        rush = (self.campaign[market, day] == 1) & (rng.random(len(day)) < MIDNIGHT_RUSH)
        second = np.where(rush, whole(2 * HOUR * rng.random(len(day)) ** 1.5), second)
        return self.utc(market, day, second)


_HOUR_EDGES = np.r_[0.0, np.cumsum(HOURS)] / sum(HOURS)


def seconds_of_day(rng: np.random.Generator, size: int) -> Ints:
    """Seconds after local midnight, as busy as the hours are."""
    return whole(np.interp(rng.random(size), _HOUR_EDGES, np.arange(25.0) * HOUR))


def make_seasons(spec: DemoSpec) -> Seasons:
    days = [spec.start + timedelta(i) for i in range(spec.days)]
    demand = np.array(
        [[m.week[d.weekday()] * _yearly(m.country, d) for d in days] for m in MARKETS]
    )
    demand *= np.round(1.0 + 0.06 * stream(spec.seed, "world").standard_normal(demand.shape), 6)
    campaign = np.zeros(demand.shape, np.int64)
    for year in range(spec.start.year, spec.end.year + 1):
        for occasion in occasions(year):
            for i in range(occasion.days):
                at = (occasion.first - spec.start).days + i
                if not 0 <= at < spec.days:
                    continue
                for row, market in enumerate(MARKETS):
                    lift = occasion.lift.get(market.country, 1.0)
                    demand[row, at] *= lift
                    campaign[row, at] |= int(lift > 1.15)
    demand = np.round(demand, 9)
    elapsed = np.zeros((len(MARKETS), spec.days + 1))
    elapsed[:, 1:] = np.round(np.cumsum(demand, axis=1), 6)
    return Seasons(
        (spec.start - date(1970, 1, 1)).days, spec.days, spec.closes_at, demand, elapsed,
        np.array([[_offset(m.zone, d) for d in days] for m in MARKETS]), campaign,
    )  # fmt: skip


def calendar_rows(spec: DemoSpec) -> list[tuple[date, str, str]]:
    """Day, name, market of every named occasion within the data and the year after."""
    last = date(spec.end.year + 1, 12, 31)
    return sorted(
        (day, o.name, country)
        for year in range(spec.start.year, spec.end.year + 2)
        for o in occasions(year)
        if o.named
        for day in (o.first + timedelta(i) for i in range(o.days))
        if spec.start <= day <= last
        for country in o.lift
    )


def _yearly(country: str, day: date) -> float:
    """A slow wave that peaks in early December, and quiet summers in Europe."""
    into = day.timetuple().tm_yday
    wave = 1.0 + 0.12 * math.cos(2 * math.pi * (into - 338) / 365.25)
    if country in ("DE", "FR") and day.month == 8:
        wave *= 0.85
    return wave


def _offset(zone: str, day: date) -> int:
    noon = datetime.combine(day, time(12), UTC).astimezone(ZoneInfo(zone))
    ahead = noon.utcoffset()
    return 0 if ahead is None else round(ahead.total_seconds())
