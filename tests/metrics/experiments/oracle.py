"""What the units of an experiment did, row by row as the definitions say: no SQL, no tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property

import numpy as np

from data.scope import Scope
from metrics.experiments.record import Experiment
from metrics.stats.experiments.sums import Floats
from tests.metrics.oracle import Oracle
from tests.world import Row

Key = tuple[str, str, date | None, str]
BEFORE = timedelta(days=28)
SEGMENTATIONS = ("market", "channel", "platform", "tier", "tenure", "past_orders")


@dataclass(frozen=True)
class Unit:
    person: str
    arm: str
    arms: int
    at: datetime
    day: date
    in_time: bool
    segments: dict[str, str]


@dataclass(frozen=True)
class Moments:
    n: int
    mean: Floats
    products: Floats
    """Around the means."""


class ExperimentOracle:
    def __init__(self, told: Oracle, scope: Scope, markets: frozenset[str] | None = None) -> None:
        self.told, self.scope, self.markets = told, scope, markets

    # Who met what.

    @cached_property
    def _users(self) -> set[str]:
        tables = ("users", "orders", "events", "identities", "refunds", "touchpoints")
        return {r["user_id"] for t in tables for r in self.told.rows[t] if r.get("user_id")}

    @cached_property
    def _visitors(self) -> set[str]:
        tables = ("orders", "events", "identities", "touchpoints")
        return {r["visitor_id"] for t in tables for r in self.told.rows[t] if r.get("visitor_id")}

    def person(self, unit_id: str) -> str | None:
        """`=user` or `?visitor`; None for who is not known or does not count."""
        user = unit_id if unit_id in self._users else self.told.links.get(unit_id)
        if user is not None:
            return f"={user}" if self.told.counts(user) else None
        return f"?{unit_id}" if unit_id in self._visitors else None

    def units(self, key: str) -> dict[str, Unit]:
        """Everybody who met the experiment, by person."""
        row = next((x for x in self.told.rows["experiments"] if x["experiment_id"] == key), None)
        if row is not None and row["unit"] not in ("user", "visitor"):
            return {}
        start = datetime.min if row is None else row["started_at"]
        end = datetime.max if row is None or row["ended_at"] is None else row["ended_at"]
        met: dict[str, list[Row]] = defaultdict(list)
        for e in self.told.rows["exposures"]:
            person = self.person(e["unit_id"])
            if e["experiment_id"] == key and person is not None:
                met[person].append(e)
        found: dict[str, Unit] = {}
        for person, seen in met.items():
            first = min(seen, key=lambda e: (e["exposed_at"], e["arm"]))
            at = first["exposed_at"]
            arms = {e["arm"] for e in seen if e["exposed_at"] <= end} or {e["arm"] for e in seen}
            segments = self._segments(person, at, {e["unit_id"] for e in seen})
            found[person] = Unit(
                person, first["arm"], len(arms), at, self.told.day(at), start <= at <= end, segments
            )
        return found

    def _segments(self, person: str, at: datetime, names: set[str]) -> dict[str, str]:
        user = person[1:] if person[0] == "=" else None
        home = self.told.visitor_home(person[1:]) if user is None else self.told.home(user)
        registered = self.told.users.get(user or "", {}).get("registered_at")
        if user is None or (not names & self._users and (registered is None or registered > at)):
            tenure = "visitor"
        elif registered is not None and registered > at - timedelta(days=1):
            tenure = "new"
        else:
            tenure = "known"
        valid = [
            m for m in self.told.rows["memberships"]
            if m["user_id"] == user and m["valid_from"] <= at
            and (m["valid_to"] is None or m["valid_to"] > at)
        ]  # fmt: skip
        latest = max((m["valid_from"] for m in valid), default=None)
        tier = min((m["tier"] for m in valid if m["valid_from"] == latest), default="")
        past = sum(s.user == user and s.at < at for s in self.told.sales) if user else 0
        return {
            **home,
            "tier": tier or "unknown",
            "tenure": tenure,
            "past_orders": ("none", "one", "more")[min(past, 2)],
        }

    def counted(self, experiment: Experiment) -> list[Unit]:
        """Units of one arm, in the experiment's time, in view."""
        asked = {c.dimension: c.values for c in self.scope.choices}

        def inside(u: Unit) -> bool:
            if experiment.known_times:
                return u.in_time
            low, high = experiment.started_on or date.min, experiment.ended_on or date.max
            return low <= u.day <= high

        return [
            u for u in self.units(experiment.key).values()
            if u.arms == 1 and inside(u)
            and all(u.segments[d] in v for d, v in asked.items())
            and (self.markets is None or u.segments["market"] in self.markets)
        ]  # fmt: skip

    # What they did.

    @cached_property
    def _refunds(self) -> list[tuple[str, datetime, date, str, Fraction]]:
        """(user, instant, day, currency, amount) of refunds of paid orders and of orders that were
        never loaded."""
        sale_of = {s.order["order_id"]: s for s in self.told.sales}
        known = {o["order_id"] for o in self.told.rows["orders"]}
        found = []
        for r in self.told.rows["refunds"]:
            at, sale = r["refunded_at"], sale_of.get(r["order_id"])
            user = r["user_id"] if sale is None else sale.user
            if sale is None and (r["order_id"] in known or not self.told.counts(user)):
                continue
            own = self.told.reporting.currency if sale is None else sale.currency
            if user is not None:
                amount = Fraction(r["amount"])
                found.append((user, at, self.told.day(at), r["currency"] or own, amount))
        return found

    def values(self, unit: Unit, days: int) -> dict[str, Fraction]:
        """Every variable of one unit, and how many amounts no rate converts."""
        told = self.told
        found: dict[str, Fraction] = defaultdict(Fraction)
        end = unit.at + timedelta(days=days)
        mine = [s for s in told.sales if s.user is not None and f"={s.user}" == unit.person]
        for n, s in enumerate(mine):
            if not unit.at - BEFORE <= s.at < end:
                continue
            prefix = "" if s.at >= unit.at else "prior_"
            a = told._amounts(s)
            rate = told.rate(s.currency, self.scope.currency, s.day)
            found["unrated"] += rate is None
            goods = (a["gmv"] - a["discounts"]) * (rate or 0)
            found[f"{prefix}orders"] += 1
            found[f"{prefix}gmv"] += a["gmv"] * (rate or 0)
            found[f"{prefix}net_revenue"] += goods + a["shipping"] * (rate or 0)
            found[f"{prefix}margin"] += goods - a["cost"] * (rate or 0)
            if not prefix:
                found["bought"] = Fraction(1)
                found["first_order"] = max(found["first_order"], Fraction(n == 0))
        for user, at, day, currency, amount in self._refunds:
            if f"={user}" != unit.person or not unit.at - BEFORE <= at < end:
                continue
            rate = told.rate(currency, self.scope.currency, day)
            found["unrated"] += rate is None
            prefix = "" if at >= unit.at else "prior_"
            found[f"{prefix}refunds"] += amount * (rate or 0)
            for name in ("net_revenue", "margin"):
                found[f"{prefix}{name}"] -= amount * (rate or 0)
        for day in self._active_on(unit.person):
            age = (day - unit.day).days
            found["active_days"] += 0 < age <= days
            found["prior_active_days"] += -28 <= age < 0
            if max(days - 7, 0) < age <= days:
                found["returned"] = Fraction(1)
        return found

    def _active_on(self, person: str) -> Iterator[date]:
        """Days with own activity; those with an order only where ordering is activity."""
        bought = {s.day for s in self.told.sales if s.user and f"={s.user}" == person}
        for (day, who), (as_user, _) in self.told.presence.items():
            if who == person and (as_user or day not in bought):
                yield day

    def table(
        self, experiment: Experiment, days: int, variables: Sequence[str]
    ) -> tuple[dict[Key, Moments], int]:
        """Moments by day and arm and by segment and arm of mature units, and what is unrated."""
        groups: dict[Key, list[list[float]]] = defaultdict(list)
        unrated = 0
        for u in self.counted(experiment):
            if u.day + timedelta(days=days + 1) > self.told.until:
                continue
            told = self.values(u, days)
            unrated += int(told["unrated"])
            row = [float(told[v]) for v in variables]
            groups["all", "", u.day, u.arm].append(row)
            for name in SEGMENTATIONS:
                groups[name, u.segments[name], None, u.arm].append(row)
        return {key: moments(np.array(rows)) for key, rows in groups.items()}, unrated


def moments(rows: Floats) -> Moments:
    """A count, means, and products around them, of one row per unit."""
    mean = rows.mean(axis=0)
    away = rows - mean
    return Moments(len(rows), mean, away.T @ away)
