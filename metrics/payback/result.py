"""Payback as a typed result: cohorts, what they cost, and what they brought by age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from data.scope import Scope, Span
from data.settings import Reporting
from data.warehouse import Warehouse
from metrics.channels.result import unsplit
from metrics.channels.spec import NEEDS, Cost
from metrics.channels.statement import table
from metrics.channels.sums import Sums, running, total_of
from metrics.payback.course import Back, Course, Step, Worth, against, back, worth
from metrics.payback.spec import FOLLOWED, MOST_VALUES, By, Days, Level, months_of, old_enough
from metrics.payback.statement import statement
from metrics.reading import Reading, Reason

FEW = 30
"""Cohorts of fewer customers are too small to judge."""


@dataclass(frozen=True)
class Cohort:
    """New customers of some days, with what was spent on those days. `value` is their channel or
    market; None: all others of these days, or all there are. Everybody is `whole_days` old.
    """

    value: str | None
    days: Days
    spent: Sums
    course: Course
    whole_days: int
    reporting: Reporting
    members: int = 1

    @property
    def size(self) -> int:
        return self.spent.customers

    @property
    def small(self) -> bool:
        return self.size < FEW

    def cac(self, cost: Cost) -> Reading:
        """Cost per new customer; to date where the month is not over."""
        found = self.spent.cac(cost)
        return running(found) if self.days.running else found

    @cached_property
    def _worth(self) -> Worth:
        return worth(self.course, self.whole_days, Cost.MARKETING, self.reporting)

    @cached_property
    def _loaded(self) -> Worth:
        return worth(self.course, self.whole_days, Cost.LOADED, self.reporting)

    def worth(self, cost: Cost) -> Worth:
        """The value by age; only the loaded cost changes it."""
        return self._loaded if cost is Cost.LOADED else self._worth

    def back(self, cost: Cost) -> Back:
        return back(self.worth(cost), self.cac(cost))

    def value_within(self, days: int, cost: Cost) -> Reading:
        """Cumulative value per customer within so many days, of those who are that old."""
        return _within(self, self.worth(cost), days)

    def ratios(self, within: Sequence[int], cost: Cost) -> tuple[Reading, ...]:
        """Cumulative value / cost, per customer, within each number of days."""
        found, cac = self.worth(cost), self.cac(cost)
        return tuple(against(_within(self, found, n), cac) for n in within)


def _within(cohort: Cohort, found: Worth, days: int) -> Reading:
    if found.reason is not None:
        return Reading.missing(found.reason)
    if days <= len(found.steps):
        return found.steps[days - 1].value
    if cohort.size == 0:
        return Reading.missing(Reason.NO_CUSTOMERS)
    return Reading.missing(Reason.IMMATURE, left_out=cohort.size)


@dataclass(frozen=True, slots=True)
class Pooled:
    """All cohorts that are old enough and cost something, as one: their value / their cost."""

    reading: Reading
    cohorts: int


@dataclass(frozen=True, slots=True)
class Payback:
    """Cohorts in order: months from the first on, channels and markets by their spend. `whole` is
    all of them together: of months only its spend and size mean something, since its customers are
    of every age. `least_age` is how old everybody is where channels or markets are compared.
    `lacking` names tables without which there is nothing, `reason` why nobody can be counted;
    `ignored` and `unsplit` name what spend can't be narrowed by, as of the channel table.
    """

    by: By
    cohorts: tuple[Cohort, ...]
    whole: Cohort
    least_age: int
    until: date
    reporting: Reporting
    lacking: tuple[str, ...]
    reason: Reason | None
    ignored: tuple[str, ...]
    unsplit: tuple[str, ...]
    sql: tuple[str, ...]
    version: str

    def counts(self, cohort: Cohort, days: int, cost: Cost) -> bool:
        """Whether a cohort is part of the pooled value: everybody is so many days old, and there is
        a value and a cost."""
        found, cac = cohort.value_within(days, cost), cohort.cac(cost)
        return cohort.whole_days >= days and None not in (found.value, cac.value)

    def pooled(self, days: int, cost: Cost) -> Pooled:
        """Value / cost within so many days over the cohorts whose value is mature: a ratio of sums,
        each cohort with its own cost."""
        value = spent = 0.0
        assumed = False
        kept = [c for c in self.cohorts if self.counts(c, days, cost)]
        for cohort in kept:
            found = cohort.value_within(days, cost)
            value += (found.value or 0.0) * cohort.size
            spent += (cohort.cac(cost).value or 0.0) * cohort.size
            assumed = assumed or found.assumed
        if not kept:
            return Pooled(Reading.missing(Reason.IMMATURE), 0)
        return Pooled(Reading(value / spent, value, spent, assumed=assumed), len(kept))

    def last_back(self, cost: Cost) -> tuple[Cohort, Step] | None:
        """The latest month that has paid back, with the step at which it did."""
        for cohort in reversed(self.cohorts):
            day = cohort.back(cost).day.value
            if day is not None:
                return cohort, cohort.worth(cost).steps[int(day)]
        return None


def payback(
    warehouse: Warehouse, scope: Scope, span: Span, by: By = By.MONTH, most: int = MOST_VALUES
) -> Payback:
    """Cohorts of the whole calendar months that `span` touches: each month, or all of them by
    channel or market, of which the `most` with the most spend stand for themselves."""
    c, reporting, src = warehouse.coverage, warehouse.reporting, warehouse.sources(scope)
    months = months_of(span, c)
    least = 0
    days: tuple[Days, ...] = months
    if by is not By.MONTH:
        compared, least = old_enough(months, c)
        days = (compared,)
    spans = [d.span for d in days]
    node = Level(dimension=By.CHANNEL.value if by is By.MONTH else by.value)
    asked = table(src, node, spans, c.until, reporting.refund_day, most)
    spent = _spent(warehouse.fetch(asked), spans)
    named = sorted({v for _, v in spent.sums if v is not None}) if by is not By.MONTH else []
    moved = statement(src, node, spans, c.until, named, reporting.refund_day)
    brought = _brought(warehouse.fetch(moved))

    def cohort(n: int, v: str | None, sums: Sums, members: int = 1) -> Cohort:
        course = Course.of(brought.get((n, v), []), sums.customers)
        mature = min(max((c.until - spans[n].end).days, 0), FOLLOWED)
        return Cohort(v, days[n], sums, course, mature, reporting, members)

    if by is By.MONTH:
        cohorts = tuple(cohort(n, None, spent.all_of(n)) for n in range(len(spans)))
    else:
        cohorts = tuple(
            cohort(0, v, spent.sums[0, v], spent.members[v]) for v in spent.values_of_first()
        )
    return Payback(
        by, cohorts, _whole(cohorts, days, spent, by, reporting), least, c.until, reporting,
        c.lacking(*NEEDS), Reason.GUESTS_ONLY if src.only_guests() else None,
        src.ignored(src.spend_day), unsplit(warehouse, scope),
        (warehouse.sql(asked), warehouse.sql(moved)), warehouse.version,
    )  # fmt: skip


def _whole(
    cohorts: Sequence[Cohort],
    days: Sequence[Days],
    spent: _Spent,
    by: By,
    reporting: Reporting,
) -> Cohort:
    first, last = days[0], days[-1]
    span = Span(first.span.start, last.span.end)
    every = Days(span, all(d.whole for d in days), last.running)
    sums = total_of(
        [spent.all_of(n) for n in range(len(days))], span.days, sum(spent.squares.values())
    )
    mature = 0 if by is By.MONTH else max((c.whole_days for c in cohorts), default=0)
    members = sum(c.members for c in cohorts)
    course = Course.together(c.course for c in cohorts)
    return Cohort(None, every, sums, course, mature, reporting, members)


@dataclass(frozen=True, slots=True)
class _Spent:
    """Sums by the place of their days and value (None: all other values), and what `total_of` needs
    to add them up."""

    spans: Sequence[Span]
    sums: Mapping[tuple[int, str | None], Sums]
    members: Mapping[str | None, int]
    squares: Mapping[int, float]

    def all_of(self, n: int) -> Sums:
        parts = [s for (place, _), s in self.sums.items() if place == n]
        return total_of(parts, self.spans[n].days, self.squares.get(n, 0.0))

    def values_of_first(self) -> list[str | None]:
        """The values with customers or spend, those with the most spend first, all others last."""
        found = {v: s for (n, v), s in self.sums.items() if n == 0}
        kept = [v for v, s in found.items() if s.customers or s.cost(Cost.MARKETING)]
        return sorted(
            kept,
            key=lambda v: (
                v is None, -found[v].cost(Cost.MARKETING), -found[v].customers, v or ""
            ),
        )  # fmt: skip


def _spent(frame: Any, spans: Sequence[Span]) -> _Spent:
    sums: dict[tuple[int, str | None], Sums] = {}
    members: dict[str | None, int] = {}
    squares: dict[int, float] = {}
    for row in frame.to_dict("records"):
        n, v = int(row["window_no"]), _text(row["value"])
        sums[n, v] = Sums.of(row, spans[n].days)
        members[v] = max(members.get(v, 0), int(row["members"]))
        squares[n] = float(row["all_squares"])
    return _Spent(spans, sums, members, squares)


def _brought(frame: Any) -> dict[tuple[int, str | None], list[dict[str, Any]]]:
    found: dict[tuple[int, str | None], list[dict[str, Any]]] = {}
    for row in frame.to_dict("records"):
        found.setdefault((int(row["cohort_no"]), _text(row["value"])), []).append(row)
    return found


def _text(found: Any) -> str | None:
    return found if isinstance(found, str) else None
