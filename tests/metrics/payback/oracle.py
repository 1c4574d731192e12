"""Payback worked out the slow way from the canonical rows: customer by customer, age by age."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from data.scope import Scope, Span
from metrics.channels.spec import Cost
from tests.metrics.oracle import Home, Move, Oracle
from tests.metrics.small_shops import CHANNELS, COUNTRIES, CURRENCIES, DAYS, FIRST, PLATFORMS
from tests.world import Row

KINDS = ("ads", "ads", "promotion", "rewards", None)


def spend_rows(seed: int) -> list[Row]:
    """Costs of every kind, credit notes among them, on some of the days."""
    rnd = Random(seed)
    return [
        {
            "day": FIRST + timedelta(days=rnd.randrange(DAYS)),
            "channel": rnd.choice(CHANNELS),
            "country": rnd.choice(COUNTRIES),
            "platform": rnd.choice(PLATFORMS),
            "kind": rnd.choice(KINDS),
            "currency": rnd.choice((None, None, *CURRENCIES)),
            "spend": Decimal(rnd.randrange(-100, 3000)) / 100,
        }
        for _ in range(rnd.choice((0, 3, 12)))
    ]


@dataclass(frozen=True)
class Customer:
    user: str
    at: datetime
    day: date
    home: Home
    first: Move


class PaybackOracle:
    """One scope on a shop: its customers, their money, what was spent on them."""

    def __init__(self, told: Oracle, scope: Scope, markets: frozenset[str] | None = None) -> None:
        self.told, self.scope, self.markets = told, scope, markets

    def seen(self, home: Home) -> bool:
        if self.markets is not None and home["market"] not in self.markets:
            return False
        asked = {c.dimension: c.values for c in self.scope.choices}
        asked.pop("customer", None)
        return all(home[d] in values for d, values in asked.items())

    def customers(self) -> list[Customer]:
        kept = self.scope.kept("customer")
        if kept is not None and "identified" not in kept:
            return []
        found: dict[str, Customer] = {}
        for sale in self.told.sales:
            if sale.user is not None and sale.user not in found:
                move = next(
                    m for m in self.told.moves
                    if (m.user, m.at) == (sale.user, sale.at) and "gmv" in m.amounts
                    and m.amounts["gmv"] == sale.order["gross_amount"]
                    and m.currency == sale.currency
                )  # fmt: skip
                found[sale.user] = Customer(sale.user, sale.at, sale.day, sale.home, move)
        return [c for c in found.values() if self.seen(c.home)]

    def cohort(self, span: Span, **home: str) -> list[Customer]:
        return [
            c for c in self.customers()
            if span.start <= c.day < span.end and all(c.home[d] == v for d, v in home.items())
        ]  # fmt: skip

    def reached(self, who: Iterable[Customer], age: int) -> list[Customer]:
        """Whose 24 hours of that age end on a complete day."""
        return [c for c in who if c.day + timedelta(days=age + 1) < self.told.until]

    def moves(self, who: Customer, days: int) -> list[Move]:
        end = who.at + timedelta(days=days)
        return [m for m in self.told.moves if m.user == who.user and who.at <= m.at < end]

    def rate(self, move: Move) -> Fraction | None:
        return self.told.rate(move.currency, self.scope.currency, move.day)

    def basis(self, who: Sequence[Customer]) -> str | Fraction | None:
        """`margin`, `revenue`, an assumed rate, or None where the cost is not known."""
        reporting = self.told.reporting
        if reporting.ltv_value == "net_revenue":
            return "revenue"
        gmv = unknown = Fraction(0)
        for one in who:
            for m in self.moves(one, (self.told.until - one.day).days - 1):
                gmv += m.amounts.get("gmv", 0) * (self.rate(m) or 0)
                unknown += m.amounts.get("gmv_without_cost", 0) * (self.rate(m) or 0)
        if unknown <= gmv / 100:
            return "margin"
        return None if reporting.margin_rate is None else Fraction(str(reporting.margin_rate))

    def value(
        self, who: Sequence[Customer], age: int, cost: Cost
    ) -> tuple[int, Fraction | None] | None:
        """How many are that old, and what they brought (None: a rate is missing); None for nobody
        or an unknown cost."""
        basis, old = self.basis(who), self.reached(who, age)
        if basis is None or not old:
            return None
        total = Fraction(0)
        for one in old:
            for m in self.moves(one, age + 1):
                rate = self.rate(m)
                if rate is None:
                    return len(old), None
                a = {n: m.amounts.get(n, Fraction(0)) for n in
                     ("gmv", "discounts", "shipping", "cost", "refunds")}  # fmt: skip
                goods = a["gmv"] - a["discounts"] - a["refunds"]
                revenue, margin = goods + a["shipping"], goods - a["cost"]
                brought = {"margin": margin, "revenue": revenue}
                total += rate * (brought[basis] if isinstance(basis, str) else revenue * basis)
            if cost is Cost.LOADED:
                total += one.first.amounts["discounts"] * (self.rate(one.first) or 0)
        return len(old), total

    def spent(self, span: Span, **home: str) -> Mapping[str, Fraction] | None:
        """Spend by kind on these days; None where a rate is missing."""
        found: dict[str, Fraction] = {}
        for row in self.told.rows["marketing_spend"]:
            own = self.told.own(row)
            if not (span.start <= row["day"] < span.end and self.seen(own)):
                continue
            if any(own[d] != v for d, v in home.items()):
                continue
            currency = row["currency"] or self.told.reporting.currency
            rate = self.told.rate(currency, self.scope.currency, row["day"])
            if rate is None and row["spend"] != 0:
                return None
            kind = row["kind"] or "ads"
            found[kind] = found.get(kind, Fraction(0)) + Fraction(row["spend"]) * (rate or 0)
        return found
