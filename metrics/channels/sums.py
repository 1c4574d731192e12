"""Sums of one row over one range, and the costs that are read from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import replace as changed
from typing import Any

from data.serving.spend import ADS, KINDS
from metrics.channels.spec import Cost
from metrics.reading import Maturity, Reading, Reason
from metrics.stats.rates import CostChange, Scatter, cost_change, dispersion, unit_cost


@dataclass(frozen=True, slots=True)
class Sums:
    """Everything additive of a row in a range of whole days; money in the scope's currency.

    `registrations` and `customers` (first paid order ever) are people; `discounts` are those of
    first orders; `revenue` is net revenue of everybody the row brought, whenever. `scatter` tells
    how much the customers of single days differ. The unrated count sums without an exchange rate.
    """

    days: int
    spend: Mapping[str, float]
    impressions: int
    clicks: int
    registrations: int
    customers: int
    claimed_conversions: float
    claimed_value: float
    discounts: float
    revenue: float
    squares: float
    spend_unrated: int
    revenue_unrated: int

    @classmethod
    def of(cls, row: Mapping[str, Any], days: int) -> Sums:
        """From a row of `statement.table`."""
        return cls(
            days=days,
            spend={kind: float(row[f"spend_{kind}"]) for kind in KINDS},
            impressions=int(row["impressions"]),
            clicks=int(row["clicks"]),
            registrations=int(row["registrations"]),
            customers=int(row["customers"]),
            claimed_conversions=float(row["claimed_conversions"]),
            claimed_value=float(row["claimed_value"]),
            discounts=float(row["discounts"]),
            revenue=float(row["revenue"]),
            squares=float(row["squares"]),
            spend_unrated=int(row["spend_unrated"]),
            revenue_unrated=int(row["revenue_unrated"]),
        )

    @classmethod
    def nothing(cls, days: int) -> Sums:
        return cls(days, dict.fromkeys(KINDS, 0.0), 0, 0, 0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0)

    def cost(self, counted: Cost) -> float:
        """What is divided by customers."""
        if counted is Cost.ADS:
            return self.spend[ADS]
        total = sum(self.spend.values())
        return total + self.discounts if counted is Cost.LOADED else total

    def stairs(self) -> list[tuple[str, float]]:
        """Costs added one after another: each kind that cost something, last the discounts."""
        kinds = [(kind, self.spend[kind]) for kind in KINDS if self.spend[kind]]
        return [*kinds, *([("discounts", self.discounts)] if self.discounts else [])]

    def _unrated(self, counted: Cost) -> bool:
        return bool(self.spend_unrated or (counted is Cost.LOADED and self.revenue_unrated))

    def _per(self, counted: Cost, people: int) -> Reading:
        """Cost per person, or why there is none: never 0 and never infinite."""
        spend = self.cost(counted)
        if self._unrated(counted):
            return Reading.missing(Reason.NO_RATE)
        if spend == 0:
            return Reading.missing(Reason.NO_SPEND)
        if spend < 0:
            return Reading.missing(Reason.CREDITS)
        if people == 0:
            return Reading.missing(Reason.NO_CUSTOMERS)
        return Reading(spend / people, spend, people)

    def cac(self, counted: Cost) -> Reading:
        """Cost per new paying customer, with its interval."""
        found = self._per(counted, self.customers)
        if found.value is None:
            return found
        low, high = unit_cost(self.cost(counted), self.customers, self.dispersion())
        return changed(found, low=low, high=high)

    def cpr(self, counted: Cost) -> Reading:
        """Cost per registration."""
        found = self._per(counted, self.registrations)
        if found.reason is Reason.NO_CUSTOMERS:
            return Reading.missing(Reason.ZERO_DENOMINATOR)
        return found

    def roas(self, counted: Cost) -> Reading:
        """Net revenue of the range / cost of the range."""
        spend = self.cost(counted)
        if self._unrated(counted) or self.revenue_unrated:
            return Reading.missing(Reason.NO_RATE)
        if spend <= 0:
            return Reading.missing(Reason.NO_SPEND if spend == 0 else Reason.CREDITS)
        return Reading(self.revenue / spend, self.revenue, spend)

    def scatter(self) -> Scatter:
        return Scatter(self.customers, self.squares, self.days)

    def dispersion(self) -> float:
        return dispersion([self.scatter()])


def total_of(parts: Iterable[Sums], days: int, squares: float) -> Sums:
    """All rows together; `squares` are those of their days' sums."""
    listed = list(parts)

    def add(name: str) -> Any:
        return sum(getattr(p, name) for p in listed)

    return Sums(
        days=days,
        spend={kind: sum(p.spend[kind] for p in listed) for kind in KINDS},
        **{name: add(name) for name in _ADDED},
        squares=squares,
    )


_ADDED = (
    "impressions", "clicks", "registrations", "customers", "claimed_conversions", "claimed_value",
    "discounts", "revenue", "spend_unrated", "revenue_unrated",
)  # fmt: skip


def change(before: Sums | None, now: Sums, counted: Cost) -> CostChange | None:
    """How the cost per new customer changed; None unless it has a value on both sides."""
    if before is None:
        return None
    if before.cac(counted).value is None or now.cac(counted).value is None:
        return None
    return cost_change(
        (before.cost(counted), before.customers),
        (now.cost(counted), now.customers),
        dispersion([before.scatter(), now.scatter()]),
    )


def running(reading: Reading) -> Reading:
    """The same number of a range that is not over."""
    return reading if reading.value is None else changed(reading, maturity=Maturity.RUNNING)
