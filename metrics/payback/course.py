"""The value of a cohort's customers by age, and the day on which they have brought their cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from data.settings import Reporting
from metrics.channels.cohort import Brought, by_age, payback
from metrics.channels.spec import Cost
from metrics.payback.statement import STAYING, SUMS
from metrics.reading import Maturity, Reading, Reason


@dataclass(frozen=True, slots=True)
class Course:
    """Changes by age in days: `people` come at 0 and leave at the age that is not over for them;
    the other sums are what these people brought. `size` is everybody, also who has no age yet."""

    size: int
    people: tuple[float, ...]
    gross_margin: tuple[float, ...]
    net_revenue: tuple[float, ...]
    discounts: tuple[float, ...]
    unrated: tuple[float, ...]
    gmv: float
    gmv_without_cost: float

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]], size: int) -> Course:
        """From rows of the statement, of one cohort."""
        ages = 1 + max((int(r["age"]) for r in rows), default=-1)
        changes: dict[str, list[float]] = {n: [0.0] * ages for n in SUMS}
        for row in rows:
            for name in SUMS:
                changes[name][int(row["age"])] += float(row[name])
        return cls._made(size, changes)

    @classmethod
    def together(cls, courses: Iterable[Course]) -> Course:
        """Of all these customers."""
        listed = list(courses)
        ages = max((len(c.people) for c in listed), default=0)

        def added(name: str) -> tuple[float, ...]:
            sums = [0.0] * ages
            for course in listed:
                for age, change in enumerate(getattr(course, name)):
                    sums[age] += change
            return tuple(sums)

        size = sum(c.size for c in listed)
        found = cls._made(size, {n: added(n) for n in SUMS if n not in STAYING})
        return replace(
            found,
            gmv=sum(c.gmv for c in listed),
            gmv_without_cost=sum(c.gmv_without_cost for c in listed),
        )

    @classmethod
    def _made(cls, size: int, changes: Mapping[str, Sequence[float]]) -> Course:
        return cls(
            size,
            tuple(changes["people"]),
            tuple(changes["gross_margin"]),
            tuple(changes["net_revenue"]),
            tuple(changes["discounts"]),
            tuple(changes["unrated"]),
            sum(changes.get("gmv", ())),
            sum(changes.get("gmv_without_cost", ())),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """The end of the age of so many days: how many customers are that old, and what they brought up
    to then."""

    age: int
    people: int
    value: Reading


@dataclass(frozen=True, slots=True)
class Worth:
    """A course in one kind of value: `steps` for each age that anybody has reached, the last ones
    by a part only. `changes` are what the value changes by at each age. `reason` stands in place of
    both."""

    steps: tuple[Step, ...]
    changes: tuple[float, ...] = ()
    reason: Reason | None = None


def worth(course: Course, whole_days: int, counted: Cost, reporting: Reporting) -> Worth:
    """Cumulative value per customer. Everybody is `whole_days` old; a later age is that of the
    customers who have reached it, and RUNNING. An amount without a rate ends the values; with the
    loaded cost the discounts of first orders are given back at age 0, as `channels.cohort` does."""
    amounts = _amounts(course, reporting)
    if isinstance(amounts, Reason):
        return Worth((), (), amounts)
    values, assumed = amounts
    if counted is Cost.LOADED:
        values = [v + d for v, d in zip(values, course.discounts, strict=True)]
    people = [round(n) for n in accumulate(course.people)]
    totals, lost = list(accumulate(values)), [round(n) for n in accumulate(course.unrated)]
    steps = []
    for age, n in enumerate(people):
        if n == 0:
            break
        steps.append(Step(age, n, _reading(course, whole_days, age, n, totals[age], lost[age],
                                           assumed)))  # fmt: skip
    return Worth(tuple(steps), tuple(values))


def _reading(
    course: Course, whole_days: int, age: int, n: int, total: float, lost: int, assumed: bool
) -> Reading:
    left_out = course.size - n
    if lost:
        return Reading.missing(Reason.NO_RATE, left_out=left_out)
    maturity = Maturity.MATURE if age < whole_days else Maturity.RUNNING
    return Reading(total / n, total, n, maturity=maturity, left_out=left_out, assumed=assumed)


def _amounts(course: Course, reporting: Reporting) -> tuple[list[float], bool] | Reason:
    """Changes of value by age; one kind of value for the whole course, so that it has no jump where
    the share of known cost crosses the limit."""
    at = enumerate(zip(course.gross_margin, course.net_revenue, strict=True))
    brought = Brought(
        course.size, 0, 0, dict(at), course.gmv, course.gmv_without_cost, discounts=0.0, unrated=0
    )
    found = by_age(brought, Cost.MARKETING, reporting)
    if isinstance(found, Reason):
        return found
    values, assumed = found
    return [values[age] for age in range(len(course.people))], assumed


@dataclass(frozen=True, slots=True)
class Back:
    """Whether a cohort has brought what it cost. `day`: the first age whose cumulative value is at
    least the cost, counted from 0, among the ages that everybody has reached. Without it `reason`;
    `so_far` is value / cost on `last`, the highest of those ages."""

    day: Reading
    last: int | None
    so_far: Reading


def back(found: Worth, cac: Reading) -> Back:
    """When the cumulative value of a course reaches its cost."""
    mature = [s for s in found.steps if s.value.maturity is Maturity.MATURE]
    known = [s for s in mature if s.value.reason is None]
    last = known[-1].age if known else None
    if found.reason is not None or cac.value is None:
        reason = cac.reason or found.reason or Reason.NO_SPEND
        return _without(reason, last)
    if not mature:
        return _without(Reason.IMMATURE, None)
    if not known:
        return _without(Reason.NO_RATE, None)
    assumed = known[-1].value.assumed
    changes = {s.age: found.changes[s.age] for s in known}
    day = payback(changes, known[0].people, cac.value)
    so_far = against(known[-1].value, cac)
    if day is None:
        reason = Reason.NO_RATE if len(known) < len(mature) else Reason.NOT_PAID_BACK
        return Back(Reading.missing(reason), last, so_far)
    return Back(Reading(float(day), assumed=assumed), last, so_far)


def _without(reason: Reason, last: int | None) -> Back:
    return Back(Reading.missing(reason), last, Reading.missing(reason))


def against(value: Reading, cac: Reading) -> Reading:
    """Value per customer / cost per customer: 1 is paid back."""
    if value.value is None:
        return value
    if cac.value is None:
        return Reading.missing(cac.reason or Reason.NO_SPEND)
    return Reading(
        value.value / cac.value, value.value, cac.value,
        maturity=value.maturity, left_out=value.left_out, assumed=value.assumed,
    )  # fmt: skip
