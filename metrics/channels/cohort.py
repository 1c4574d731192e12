"""What the customers of one row and one cohort are worth: by age, against what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from data.settings import Reporting
from metrics.channels.spec import Cost
from metrics.channels.sums import Sums
from metrics.measures import UNKNOWN_COST_TOLERATED
from metrics.reading import Reading, Reason


@dataclass(frozen=True, slots=True)
class Brought:
    """Customers of a cohort and what they brought by age in days; `at` holds (gross margin, net
    revenue) of each age at which something moved, in the scope's currency."""

    people: int
    retained: int
    again: int
    at: Mapping[int, tuple[float, float]]
    gmv: float
    gmv_without_cost: float
    discounts: float
    unrated: int

    @classmethod
    def nobody(cls) -> Brought:
        return cls(0, 0, 0, {}, 0.0, 0.0, 0.0, 0)

    def plus(self, other: Brought) -> Brought:
        ages = {*self.at, *other.at}
        zero = (0.0, 0.0)
        return Brought(
            self.people + other.people,
            self.retained + other.retained,
            self.again + other.again,
            {
                a: (
                    self.at.get(a, zero)[0] + other.at.get(a, zero)[0],
                    self.at.get(a, zero)[1] + other.at.get(a, zero)[1],
                )
                for a in ages
            },
            self.gmv + other.gmv,
            self.gmv_without_cost + other.gmv_without_cost,
            self.discounts + other.discounts,
            self.unrated + other.unrated,
        )


@dataclass(frozen=True, slots=True)
class Worth:
    """The value of customers within `days` after their first order.

    `ltv` is per paying customer. `payback`: the first day on which the cumulative value per
    customer reaches their cost (day 0 is that of the first order); where it has no value it is not
    reached within `days`, or there is no cost to reach.
    """

    days: int
    people: int
    ltv: Reading
    cac: Reading
    ltv_cac: Reading
    payback: Reading


def worth(brought: Brought, spent: Sums, days: int, counted: Cost, reporting: Reporting) -> Worth:
    """`brought` and `spent` are of the same customers: those of one cohort, all `days` old."""
    values = by_age(brought, counted, reporting)
    cac = spent.cac(counted)
    people = brought.people
    if isinstance(values, Reason):
        none = Reading.missing(values)
        return Worth(days, people, none, cac, none, none)
    amounts, assumed = values
    total = sum(amounts.values())
    if people == 0:
        none = Reading.missing(Reason.NO_ROWS)
        return Worth(days, people, none, cac, none, none)
    ltv = Reading(total / people, total, people, assumed=assumed)
    if cac.value is None:
        none = Reading.missing(cac.reason or Reason.NO_SPEND)
        return Worth(days, people, ltv, cac, none, none)
    ratio = Reading(total / people / cac.value, total / people, cac.value, assumed=assumed)
    paid = payback(amounts, people, cac.value)
    back = (
        Reading.missing(Reason.NOT_PAID_BACK)
        if paid is None
        else Reading(float(paid), assumed=assumed)
    )
    return Worth(days, people, ltv, cac, ratio, back)


def by_age(
    brought: Brought, counted: Cost, reporting: Reporting
) -> tuple[dict[int, float], bool] | Reason:
    """Value by age and whether it rests on an assumed margin; or why there is none. With the
    loaded cost the discounts of first orders are given back, at age 0."""
    if brought.unrated:
        return Reason.NO_RATE
    assumed = False
    if reporting.ltv_value == "net_revenue":
        found = {age: revenue for age, (_, revenue) in brought.at.items()}
    elif brought.gmv_without_cost <= UNKNOWN_COST_TOLERATED * brought.gmv:
        found = {age: margin for age, (margin, _) in brought.at.items()}
    elif reporting.margin_rate is not None:
        rate, assumed = reporting.margin_rate, True
        found = {age: revenue * rate for age, (_, revenue) in brought.at.items()}
    else:
        return Reason.COST_UNKNOWN
    if counted is Cost.LOADED:
        found[0] = found.get(0, 0.0) + brought.discounts
    return found, assumed


def payback(amounts: Mapping[int, float], people: int, cost: float) -> int | None:
    """The first age at which the cumulative value per customer is at least the cost."""
    total = 0.0
    for age in sorted(amounts):
        total += amounts[age]
        if total / people >= cost:
            return age
    return None


def young(worthless: Worth) -> Worth:
    """The same where no customer is old enough."""
    none = Reading.missing(Reason.IMMATURE)
    return replace(worthless, ltv=none, ltv_cac=none, payback=none)
