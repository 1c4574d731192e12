"""Flows of users and money, set by set as the definitions say: no SQL, no tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from data.scope import Scope, Span
from tests.metrics.oracle import Home, Oracle

AWAY = ((1, 30), (31, 60), (61, 90), (91, 180), (181, 10**6))


class GrowthOracle:
    """Who was there on which days; what each brought."""

    def __init__(self, told: Oracle, scope: Scope, markets: frozenset[str] | None = None) -> None:
        self.told = told
        self.scope = scope
        self.markets = markets

    def seen(self, home: Home) -> bool:
        asked = {c.dimension: c.values for c in self.scope.choices if c.dimension != "customer"}
        return all(home[d] in v for d, v in asked.items()) and (
            self.markets is None or home["market"] in self.markets
        )

    def days(self, criterion: str) -> Mapping[str, set[date]]:
        """User -> days on which they count."""
        found: dict[str, set[date]] = defaultdict(set)
        if criterion == "bought":
            for s in self.told.sales:
                if s.user is not None and self.seen(s.home):
                    found[s.user].add(s.day)
            return found
        for (day, person), (as_user, home) in self.told.presence.items():
            if as_user and self.seen(home):
                found[person[1:]].add(day)
        return found

    def home(self, user: str) -> Home:
        return self.told.home(user)

    def flows(self, criterion: str, before: Span, period: Span) -> dict[str, set[str]]:
        """`active`, `new`, `retained`, `resurrected`, `churned`, and the latter by days away."""
        found: dict[str, set[str]] = defaultdict(set)
        for user, days in self.days(criterion).items():
            now = {d for d in days if period.start <= d < period.end}
            then = {d for d in days if before.start <= d < before.end}
            earlier = {d for d in days if d < period.start}
            if then and not now:
                found["churned"].add(user)
            if not now:
                continue
            found["active"].add(user)
            if not earlier:
                found["new"].add(user)
            elif then:
                found["retained"].add(user)
            else:
                found["resurrected"].add(user)
                away = (min(now) - max(earlier)).days
                for n, (low, high) in enumerate(AWAY):
                    if low <= away <= high:
                        found[f"back_{n}"].add(user)
        return found

    def money(self, before: Span, period: Span) -> dict[str, Fraction] | None:
        """The parts of the change of GMV, exactly; None where a rate is missing."""
        spent: dict[Span, dict[str | None, Fraction]] = {before: {}, period: {}}
        for s in self.told.sales:
            for span, sums in spent.items():
                if span.start <= s.day < span.end and self.seen(s.home):
                    rate = self.told.rate(s.currency, self.scope.currency, s.day)
                    if rate is None:
                        return None
                    gmv = Fraction(s.order["gross_amount"]) * rate
                    sums[s.user] = sums.get(s.user, Fraction(0)) + gmv
        then, now = spent[before], spent[period]
        flows = self.flows("bought", before, period)
        kept = flows["retained"]

        def total(of: Mapping[str | None, Fraction], users: set[str]) -> Fraction:
            return sum((of[u] for u in users), Fraction(0))

        changes = [now[u] - then[u] for u in kept]
        return {
            "total": sum(now.values(), Fraction(0)),
            "before_total": sum(then.values(), Fraction(0)),
            "guests": now.get(None, Fraction(0)),
            "before_guests": then.get(None, Fraction(0)),
            "new": total(now, flows["new"]),
            "resurrected": total(now, flows["resurrected"]),
            "retained": total(now, kept),
            "before_retained": total(then, kept),
            "expansion": sum((c for c in changes if c > 0), Fraction(0)),
            "contraction": -sum((c for c in changes if c < 0), Fraction(0)),
            "churned": total(then, flows["churned"]),
        }
