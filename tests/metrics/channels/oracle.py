"""Costs, customers and their value, row by row as the definitions say: no SQL, no tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction

from data.scope import Scope, Span
from tests.metrics.oracle import Home, Move, Oracle, Sale

DRILL = ("channel", "campaign", "market", "platform")
KINDS = ("ads", "promotion", "commission", "materials", "rewards")


@dataclass
class Told:
    spend: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    registrations: int = 0
    customers: set[str] = field(default_factory=set)
    impressions: int = 0
    clicks: int = 0
    discounts: Fraction = Fraction(0)
    revenue: Fraction = Fraction(0)
    spend_lost: bool = False
    revenue_lost: bool = False


@dataclass
class Value:
    people: int = 0
    retained: int = 0
    again: int = 0
    margin: Fraction = Fraction(0)
    revenue: Fraction = Fraction(0)
    lost: bool = False


class ChannelOracle:
    def __init__(self, told: Oracle, scope: Scope, markets: frozenset[str] | None = None) -> None:
        self.told, self.scope, self.markets = told, scope, markets

    def home(self, user: str | None, home: Home) -> dict[str, str]:
        campaign = self.told.users.get(user or "", {}).get("campaign")
        return {**home, "campaign": campaign or "unknown"}

    def seen(self, home: dict[str, str], user: str | None = "x") -> bool:
        asked = {c.dimension: c.values for c in self.scope.choices}
        kind = "guest" if user is None else "identified"
        if kind not in asked.pop("customer", {kind}):
            return False
        return all(home[d] in v for d, v in asked.items()) and (
            self.markets is None or home["market"] in self.markets
        )

    def row(self, home: dict[str, str], path: tuple[str, ...]) -> str | None:
        """The value of the level below the path; None outside of it."""
        inside = all(home[d] == v for d, v in zip(DRILL, path, strict=False))
        return home[DRILL[len(path)]] if inside else None

    @property
    def first_sales(self) -> dict[str, Sale]:
        found: dict[str, Sale] = {}
        for s in self.told.sales:
            if s.user is not None:
                found.setdefault(s.user, s)
        return found

    def table(self, span: Span, path: tuple[str, ...]) -> dict[str, Told]:
        found: dict[str, Told] = defaultdict(Told)
        target = self.scope.currency
        for r in self.told.rows["marketing_spend"]:
            home = {**self.told.own(r), "campaign": r.get("campaign") or "unknown"}
            value = self.row(home, path)
            # Spend is nobody's: it has no kind of customer.
            asked = {c.dimension: c.values for c in self.scope.choices if c.dimension != "customer"}
            visible = all(home[d] in v for d, v in asked.items()) and (
                self.markets is None or home["market"] in self.markets
            )
            if value is None or not visible or not span.start <= r["day"] < span.end:
                continue
            told, amount = found[value], Fraction(r["spend"])
            rate = self.told.rate(
                r.get("currency") or self.told.reporting.currency, target, r["day"]
            )
            kind = (r.get("kind") or "ads").lower()
            told.impressions += r.get("impressions") or 0
            told.clicks += r.get("clicks") or 0
            if rate is None:
                told.spend_lost |= amount != 0
            else:
                told.spend[kind if kind in KINDS else "other"] += amount * rate
        for u in self.told.rows["users"]:
            home = self.home(u["user_id"], self.told.home(u["user_id"]))
            value = self.row(home, path)
            day = self.told.day(u["registered_at"])
            counted = self.told.counts(u["user_id"]) and self._unfiltered(home)
            if value is not None and counted and span.start <= day < span.end:
                found[value].registrations += 1
        for move, value in self._moves(path):
            if not span.start <= move.day < span.end:
                continue
            rate = self.told.rate(move.currency, target, move.day)
            a = move.amounts
            net = (
                a.get("gmv", Fraction(0))
                - a.get("discounts", Fraction(0))
                + a.get("shipping", Fraction(0))
                - a.get("refunds", Fraction(0))
            )
            if rate is None:
                found[value].revenue_lost |= net != 0
            else:
                found[value].revenue += net * rate
        for user, s in self.first_sales.items():
            home = self.home(user, s.home)
            value = self.row(home, path)
            if value is None or not self.seen(home, user) or not span.start <= s.day < span.end:
                continue
            found[value].customers.add(user)
            rate = self.told.rate(s.currency, target, s.day)
            discount = Fraction(s.order.get("discount_amount") or 0)
            if rate is None:
                found[value].revenue_lost |= discount != 0
            else:
                found[value].discounts += discount * rate
        return found

    def _unfiltered(self, home: dict[str, str]) -> bool:
        """Registrations have no kind of customer either."""
        asked = {c.dimension: c.values for c in self.scope.choices if c.dimension != "customer"}
        return all(home[d] in v for d, v in asked.items()) and (
            self.markets is None or home["market"] in self.markets
        )

    def _moves(self, path: tuple[str, ...]) -> Iterator[tuple[Move, str]]:
        for move in self.told.moves:
            home = self.home(move.user, move.home)
            value = self.row(home, path)
            if value is not None and self.seen(home, move.user):
                yield move, value

    def value(self, span: Span, days: int, path: tuple[str, ...]) -> dict[str, Value]:
        """Customers by their first order, followed for so many times 24 hours."""
        found: dict[str, Value] = defaultdict(Value)
        length = timedelta(days=days)
        for user, s in self.first_sales.items():
            home = self.home(user, s.home)
            value = self.row(home, path)
            if value is None or not self.seen(home, user) or not span.start <= s.day < span.end:
                continue
            told = found[value]
            told.people += 1
            there = self.told.presence.get((s.day + timedelta(days=30), f"={user}"))
            told.retained += bool(there and there[0])
            orders = [x for x in self.told.sales if x.user == user]
            told.again += len(orders) > 1 and orders[1].at < s.at + timedelta(days=90)
            for move in self.told.moves:
                if move.user != user or not s.at <= move.at < s.at + length:
                    continue
                rate = self.told.rate(move.currency, self.scope.currency, move.day)
                if rate is None:
                    told.lost = True
                    continue
                a = defaultdict(Fraction, move.amounts)
                goods = a["gmv"] - a["discounts"] - a["refunds"]
                told.margin += (goods - a["cost"]) * rate
                told.revenue += (goods + a["shipping"]) * rate
        return found
