"""The state of each user on a day, walked day by day as the definitions say: no SQL, no tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from data.scope import Scope
from tests.metrics.growth.oracle import GrowthOracle
from tests.metrics.oracle import Oracle

STATES = ("new", "resurrected", "active", "dormant", "churned")


class StatesOracle:
    def __init__(self, told: Oracle, scope: Scope, markets: frozenset[str] | None = None) -> None:
        self.told = told
        self.rules = told.reporting.states
        self.growth = GrowthOracle(told, scope, markets)
        self.scope = scope
        self.activity = self.growth.days("active")
        self.entered: dict[str, date] = {}
        known = {u for u in told.users if told.counts(u)} | set(self.activity)
        for user in known:
            if not self.growth.seen(told.home(user)):
                continue
            registered = told.users.get(user, {}).get("registered_at")
            days = self.activity.get(user, set())
            if registered is not None:
                self.entered[user] = told.day(registered)
            elif days:
                self.entered[user] = min(days)

    def days(self, user: str) -> list[date]:
        """Active days from the entry on; the entry is one of them."""
        entry = self.entered[user]
        return sorted({entry, *[d for d in self.activity.get(user, set()) if d > entry]})

    def state(self, user: str, on: date) -> str | None:
        r, entry = self.rules, self.entered[user]
        if on < entry:
            return None
        if (on - entry).days <= r.new_days:
            return "new"
        days = [d for d in self.days(user) if d <= on]
        idle = (on - days[-1]).days
        if idle <= r.active_days:
            returns = [b for a, b in pairwise(days) if (b - a).days > r.active_days]
            if any((on - b).days <= r.resurrected_days for b in returns):
                return "resurrected"
            return "active"
        return "dormant" if idle <= r.dormant_days else "churned"

    def states(self, on: date) -> dict[str, str]:
        """Everybody who had entered by the end of that day."""
        found = {u: self.state(u, on) for u in self.entered}
        return {u: s for u, s in found.items() if s is not None}

    def matrix(self, against: date, on: date) -> dict[tuple[str | None, str], set[str]]:
        found: dict[tuple[str | None, str], set[str]] = defaultdict(set)
        for user, state in self.states(on).items():
            found[self.state(user, against), state].add(user)
        return found

    def value(self, on: date) -> dict[str, tuple[Fraction, Fraction]] | None:
        """State -> net revenue of the last 365 days and of all time; None without a rate."""
        states = self.states(on)
        found = {s: [Fraction(0), Fraction(0)] for s in STATES}
        for m in self.told.moves:
            if m.user not in states or self.told.day(m.at) > on:
                continue
            rate = self.told.rate(m.currency, self.scope.currency, m.day)
            if rate is None:
                return None
            a = m.amounts
            zero = Fraction(0)
            net = (
                a.get("gmv", zero) - a.get("discounts", zero) + a.get("shipping", zero)
                - a.get("refunds", zero)
            ) * rate  # fmt: skip
            sums = found[states[m.user]]
            sums[1] += net
            if self.told.day(m.at) > on - timedelta(days=365):
                sums[0] += net
        return {s: (lately, ever) for s, (lately, ever) in found.items()}

    def reasons(self, on: date) -> dict[str | None, Counter[str]]:
        """Reason (None: any) -> users of each side who gave it in the last 365 days."""
        states = self.states(on)
        gave: dict[str | None, set[tuple[str, str]]] = defaultdict(set)
        for f in self.told.rows["feedback"]:
            side = _side(states.get(f["user_id"]))
            if side and f["reason"] and self._counts(f["given_at"], on):
                gave[f["reason"]].add((f["user_id"], side))
                gave[None].add((f["user_id"], side))
        return {reason: Counter(s for _, s in users) for reason, users in gave.items()}

    def scores(self, on: date) -> dict[str, list[Fraction]]:
        """Side -> the mean score of each of its users who gave any."""
        states = self.states(on)
        given: dict[tuple[str, str], list[int]] = defaultdict(list)
        for f in self.told.rows["feedback"]:
            side = _side(states.get(f["user_id"]))
            if side and f["score"] is not None and self._counts(f["given_at"], on):
                given[side, f["user_id"]].append(f["score"])
        found: dict[str, list[Fraction]] = {"churned": [], "retained": []}
        for (side, _), scores in given.items():
            found[side].append(Fraction(sum(scores), len(scores)))
        return found

    def _counts(self, at: datetime, on: date) -> bool:
        return on - timedelta(days=365) < self.told.day(at) <= on


def _side(state: str | None) -> str | None:
    if state == "churned":
        return state
    return "retained" if state in ("active", "resurrected") else None
