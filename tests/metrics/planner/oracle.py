"""Who would have met a test, and what each of them did, worked out from the raw rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import numpy as np

from data.scope import Scope, Span
from metrics.experiments.outcomes import Outcome
from metrics.planner.spec import Meeting
from tests.metrics.oracle import Oracle, Sale


@dataclass(frozen=True)
class Met:
    user: str
    at: datetime
    on: date


@dataclass(frozen=True)
class Money:
    """An amount of a user at an instant, as the scope's currency has it; None without a rate."""

    at: datetime
    amount: float | None


class PlannerOracle:
    def __init__(self, shop: Oracle, scope: Scope, markets: frozenset[str] | None = None) -> None:
        self.shop, self.scope, self.markets = shop, scope, markets
        self.loaded = {o["order_id"] for o in shop.rows["orders"]}
        self.sale_of = {s.order["order_id"]: s for s in shop.sales}

    def sees(self, user: str) -> bool:
        home = self.shop.home(user)
        if self.markets is not None and home["market"] not in self.markets:
            return False
        asked = {c.dimension: c.values for c in self.scope.choices if c.dimension != "customer"}
        return all(home[d] in values for d, values in asked.items())

    def met(self, meeting: Meeting, span: Span) -> list[Met]:
        if meeting is Meeting.REGISTRATION:
            found = [
                Met(u["user_id"], u["registered_at"], self.shop.day(u["registered_at"]))
                for u in self.shop.users.values()
                if u.get("registered_at") is not None and self.shop.counts(u["user_id"])
            ]
            return [m for m in found if span.start <= m.on < span.end and self.sees(m.user)]
        first: dict[str, date] = {}
        for (day, person), (as_user, _) in self.shop.presence.items():
            if as_user and person.startswith("=") and span.start <= day < span.end:
                first[person[1:]] = min(day, first.get(person[1:], day))
        return [Met(u, self._begins(d), d) for u, d in first.items() if self.sees(u)]

    def _begins(self, day: date) -> datetime:
        local = datetime.combine(day, time(), tzinfo=self.shop.reporting.zone)
        return local.astimezone(UTC).replace(tzinfo=None)

    def values(self, met: Met, days: int) -> dict[str, float]:
        end, before = met.at + timedelta(days=days), met.at - timedelta(days=28)
        sales = [s for s in self.shop.sales if s.user == met.user]
        inside = [s for s in sales if met.at <= s.at < end]
        prior = [s for s in sales if before <= s.at < met.at]
        back = self._refunds(met.user)
        refunds = _sum(m for m in back if met.at <= m.at < end)
        prior_refunds = _sum(m for m in back if before <= m.at < met.at)
        bought_on = {s.day for s in sales}
        active = {
            day for (day, person), (as_user, _) in self.shop.presence.items()
            if person == f"={met.user}" and (as_user or day not in bought_on)
        }  # fmt: skip
        after = {d for d in active if met.on < d <= met.on + timedelta(days=days)}
        earlier = {d for d in active if met.on - timedelta(days=28) <= d < met.on}
        late = met.on + timedelta(days=max(days - 7, 0))
        now, past = (self._money(part) for part in (inside, prior))
        return {
            "bought": float(bool(inside)),
            "first_order": float(bool(sales) and sales[0] in inside),
            "orders": float(len(inside)),
            "gmv": now["gmv"],
            "net_revenue": now["goods"] + now["shipping"] - refunds,
            "margin": now["goods"] - now["cost"] - refunds,
            "refunds": refunds,
            "active_days": float(len(after)),
            "returned": float(any(d > late for d in after)),
            "prior_orders": float(len(prior)),
            "prior_gmv": past["gmv"],
            "prior_net_revenue": past["goods"] + past["shipping"] - prior_refunds,
            "prior_margin": past["goods"] - past["cost"] - prior_refunds,
            "prior_active_days": float(len(earlier)),
        }

    def order_values(self, met: Met, days: int) -> list[float]:
        end = met.at + timedelta(days=days)
        found = []
        for s in self.shop.sales:
            if s.user == met.user and met.at <= s.at < end:
                rate = self.shop.rate(s.currency, self.scope.currency, s.day)
                if rate is not None:
                    found.append(float(Fraction(s.order["gross_amount"]) * rate))
        return found

    def _money(self, sales: Sequence[Sale]) -> dict[str, float]:
        total = dict.fromkeys(("gmv", "goods", "shipping", "cost"), Fraction(0))
        for s in sales:
            amounts = self.shop._amounts(s)
            rate = self.shop.rate(s.currency, self.scope.currency, s.day) or 0
            for name, value in (
                ("gmv", amounts["gmv"]),
                ("goods", amounts["gmv"] - amounts["discounts"]),
                ("shipping", amounts["shipping"]),
                ("cost", amounts["cost"]),
            ):
                total[name] += value * rate
        return {name: float(value) for name, value in total.items()}

    def _refunds(self, user: str) -> list[Money]:
        found = []
        for r in self.shop.rows["refunds"]:
            sale = self.sale_of.get(r.get("order_id"))
            if sale is not None:
                who, own = sale.user, sale.currency
            elif r.get("order_id") not in self.loaded and self.shop.counts(r.get("user_id")):
                who, own = r.get("user_id"), self.shop.reporting.currency
            else:
                continue
            if who != user:
                continue
            day = self.shop.day(r["refunded_at"])
            rate = self.shop.rate(r.get("currency") or own, self.scope.currency, day)
            amount = None if rate is None else float(Fraction(r["amount"]) * rate)
            found.append(Money(r["refunded_at"], amount))
        return found


def _sum(moves: object) -> float:
    return float(sum(m.amount or 0.0 for m in moves))  # type: ignore[attr-defined]


def spread(one: Outcome, rows: Sequence[dict[str, float]]) -> tuple[float, float, float | None]:
    """Value, variance per unit and correlation with the past, from one dictionary per user."""
    y = np.array([r[one.variables[0]] for r in rows])
    ratio = one.base.bottom is not None
    d = np.array([r[one.variables[1]] for r in rows]) if ratio else np.ones(len(y))
    value = float(y.sum() / d.sum())
    lined = (y - value * d) / d.mean() if ratio else y
    variance = value * (1 - value) if one.is_rate else float(np.var(lined, ddof=1))
    if not one.has_prior:
        return value, variance, None
    width = 2 if ratio else 1
    x = np.array([r[one.variables[width]] for r in rows])
    if ratio:
        w = np.array([r[one.variables[3]] for r in rows])
        if w.sum() == 0:
            return value, variance, 0.0
        x = (x - x.sum() / w.sum() * w) / w.mean()
    if np.ptp(x) < 1e-12 or np.ptp(lined) < 1e-12:
        return value, variance, 0.0
    return value, variance, float(np.corrcoef(lined, x)[0, 1])
