"""Growth accounting as typed results: users and money, whole and by the values of a dimension."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from data.rollups import BACK
from data.scope import Scope, Span
from data.warehouse import Coverage, Warehouse
from metrics.growth.money import money
from metrics.growth.spec import (
    MOST_VALUES,
    NEEDS,
    Criterion,
    Cut,
    Flow,
    MoneyFlow,
    cut_of,
)
from metrics.growth.statement import users
from metrics.periods import Grain, is_partial
from metrics.reading import Reading, Reason, ratio, share
from metrics.user_segments import Group, Segment


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar week or month.

    `running`: not over, its flows are to date and whoever counts as churned may still come.
    `follows`: there is a period before it in the data; the first one has no flows.
    `base_whole`: the period before lies wholly in the data, else its users are too few to divide
    by.
    """

    span: Span
    before: Span
    running: bool
    follows: bool
    base_whole: bool

    def reason(self) -> Reason | None:
        """Why this period has no rates."""
        if not self.follows or not self.base_whole:
            return Reason.NOT_COVERED
        return Reason.IMMATURE if self.running else None


@dataclass(frozen=True, slots=True)
class UserFlows:
    """Users of one period by where they came from, and those of the period before who did not.

    Always: `active` - `before` = `new` + `resurrected` - `churned`. In the first period of the data
    there is only `active`; the others are None.
    """

    period: Period
    active: int
    before: int | None
    new: int | None
    retained: int | None
    back: Mapping[str, int] | None
    """The resurrected by how long they were away, `spec.AWAY`."""

    @property
    def resurrected(self) -> int | None:
        return None if self.back is None else sum(self.back.values())

    @property
    def churned(self) -> int | None:
        if self.before is None or self.retained is None:
            return None
        return self.before - self.retained

    @property
    def net(self) -> int | None:
        return None if self.before is None else self.active - self.before

    @property
    def quick_ratio(self) -> Reading:
        """(new + resurrected) / churned: above 1 the number of users grows."""
        reason = self.period.reason()
        if reason is not None:
            return Reading.missing(reason)
        gained = (self.new or 0) + (self.resurrected or 0)
        return ratio(gained, self.churned or 0)

    @property
    def gross_retention(self) -> Reading:
        """Retained / users of the period before, with Wilson's interval."""
        reason = self.period.reason()
        if reason is not None:
            return Reading.missing(reason)
        if not self.before:
            return Reading.missing(Reason.ZERO_DENOMINATOR)
        return share(self.retained or 0, self.before)

    def of(self, flow: Flow) -> int | None:
        return {
            Flow.NEW: self.new,
            Flow.RETAINED: self.retained,
            Flow.RESURRECTED: self.resurrected,
            Flow.CHURNED: self.churned,
        }[flow]


@dataclass(frozen=True, slots=True)
class MoneyFlows:
    """GMV of one period, and the parts of its change; in the reporting currency.

    `total` - `before_total` = `new` + `resurrected` + `expansion` - `contraction` - `churned` +
    `guests` - `before_guests`. Summed exactly in the warehouse; here rounded like any float.
    `reason` stands in place of numbers: a missing exchange rate, or no period before.
    """

    period: Period
    total: float
    before_total: float
    guests: float
    before_guests: float
    new: float
    resurrected: float
    retained: float
    before_retained: float
    expansion: float
    contraction: float
    churned: float
    unrated: int

    @property
    def reason(self) -> Reason | None:
        """Why there are no flows."""
        if self.unrated:
            return Reason.NO_RATE
        return None if self.period.follows else Reason.NOT_COVERED

    @property
    def net(self) -> float:
        return self.total - self.before_total

    def of(self, flow: MoneyFlow) -> float:
        """What this part adds to the change; contraction and churned take away."""
        return {
            MoneyFlow.NEW: self.new,
            MoneyFlow.RESURRECTED: self.resurrected,
            MoneyFlow.EXPANSION: self.expansion,
            MoneyFlow.CONTRACTION: -self.contraction,
            MoneyFlow.CHURNED: -self.churned,
            MoneyFlow.GUESTS: self.guests - self.before_guests,
        }[flow]

    @property
    def quick_ratio(self) -> Reading:
        """(new + resurrected + expansion) / (contraction + churned), of identified buyers."""
        reason = self._no_rate()
        if reason is not None:
            return Reading.missing(reason)
        gained = self.new + self.resurrected + self.expansion
        return ratio(gained, self.contraction + self.churned)

    @property
    def gross_retention(self) -> Reading:
        """What the buyers of the period before spent again, at most what they spent then."""
        reason = self._no_rate()
        if reason is not None:
            return Reading.missing(reason)
        before = self.before_total - self.before_guests
        return ratio(before - self.contraction - self.churned, before)

    @property
    def net_retention(self) -> Reading:
        """The same with what they spent more: may lie above 1."""
        reason = self._no_rate()
        if reason is not None:
            return Reading.missing(reason)
        return ratio(self.retained, self.before_total - self.before_guests)

    def _no_rate(self) -> Reason | None:
        return Reason.NO_RATE if self.unrated else self.period.reason()


F = TypeVar("F", UserFlows, MoneyFlows)


@dataclass(frozen=True, slots=True)
class Part(Generic[F]):
    """One value of a dimension, period by period; `value` is None for the group of all others."""

    value: str | None
    flows: tuple[F, ...]
    group: Group


@dataclass(frozen=True, slots=True)
class Growth(Generic[F]):
    """Growth accounting of a range: the whole, and its parts if a break-down was asked for.
    `lacking`: tables without which there is none. `ignored`: filters that it can't honour."""

    criterion: Criterion
    grain: Grain
    dimension: str | None
    whole: tuple[F, ...]
    parts: tuple[Part[F], ...]
    reason: Reason | None
    lacking: tuple[str, ...]
    ignored: tuple[str, ...]
    sql: str
    version: str


def user_growth(
    warehouse: Warehouse,
    scope: Scope,
    span: Span,
    grain: Grain,
    criterion: Criterion,
    dimension: str | None = None,
    most: int = MOST_VALUES,
) -> Growth[UserFlows]:
    """Users by whole calendar weeks or months that the range touches. With a dimension the `most`
    values with the most users over all periods stand for themselves."""
    cut = _cut(warehouse, span, grain)
    src = warehouse.sources(scope)
    table = src.growth_flows if criterion is Criterion.ACTIVE else src.sales
    statement = users(src, cut, criterion, dimension)
    found: dict[tuple[str, int], dict[str, int]] = {}
    at = {s.start.isoformat(): n for n, s in enumerate(cut.spans)}
    for row in _rows(warehouse.fetch(statement)):
        n = at[str(row["starts_on"])[:10]]
        found[str(row["value"]), n] = {k: int(row[k]) for k in ("new", "retained", *BACK)}
    periods = periods_of(cut, warehouse.coverage)
    sizes = {v: 0 for v, _ in found}
    for (value, _), counts in found.items():
        sizes[value] += sum(counts.values())

    def flows(of: Iterable[str]) -> tuple[UserFlows, ...]:
        listed = list(of)
        sums = [
            {k: sum(found.get((v, n), {}).get(k, 0) for v in listed)
             for k in ("new", "retained", *BACK)}
            for n in range(len(cut.spans))
        ]  # fmt: skip
        return tuple(_users(p, sums[n], sums[n + 1]) for n, p in enumerate(periods))

    parts = [Part(value, flows(of), group) for value, of, group in _parts(sizes, dimension, most)]
    return Growth(
        criterion, grain, dimension, flows(sizes), tuple(parts),
        Reason.GUESTS_ONLY if src.only_guests() else None,
        warehouse.coverage.lacking(*NEEDS[criterion]),
        tuple(d for d in src.ignored(table) if not (d == "customer" and src.only_guests())),
        warehouse.sql(statement), warehouse.version,
    )  # fmt: skip


def _users(period: Period, before: Mapping[str, int], now: Mapping[str, int]) -> UserFlows:
    active = sum(now.values())
    if not period.follows:
        return UserFlows(period, active, None, None, None, None)
    back = {name: now[name] for name in BACK}
    return UserFlows(period, active, sum(before.values()), now["new"], now["retained"], back)


def money_growth(
    warehouse: Warehouse,
    scope: Scope,
    span: Span,
    grain: Grain,
    dimension: str | None = None,
    most: int = MOST_VALUES,
) -> Growth[MoneyFlows]:
    """GMV in the scope's currency, by whole calendar weeks or months that the range touches. Its
    total is the scorecard's GMV of the period. A part's users have its value as their own; guest
    orders count where they were placed."""
    cut = _cut(warehouse, span, grain)
    src = warehouse.sources(scope)
    statement = money(src, cut, dimension)
    found: dict[tuple[str, int], dict[str, float]] = {}
    sizes: dict[str, float] = {}
    for row in _rows(warehouse.fetch(statement)):
        value, n = str(row["value"]), int(row["period_no"]) - 1
        found[value, n] = {k: float(row[k]) for k in _AMOUNTS}
        sizes[value] = sizes.get(value, 0.0) + found[value, n]["total"]
    periods = periods_of(cut, warehouse.coverage)

    def flows(of: Iterable[str]) -> tuple[MoneyFlows, ...]:
        listed = list(of)
        made = []
        for n, period in enumerate(periods):
            sums = {k: sum(found.get((v, n), {}).get(k, 0.0) for v in listed) for k in _AMOUNTS}
            unrated = int(sums.pop("unrated"))
            made.append(MoneyFlows(period, **sums, unrated=unrated))
        return tuple(made)

    parts = [Part(value, flows(of), group) for value, of, group in _parts(sizes, dimension, most)]
    return Growth(
        Criterion.BOUGHT, grain, dimension, flows(sizes), tuple(parts), None,
        warehouse.coverage.lacking(*NEEDS[Criterion.BOUGHT]), src.ignored(src.sales),
        warehouse.sql(statement), warehouse.version,
    )  # fmt: skip


_AMOUNTS = tuple(f.name for f in fields(MoneyFlows) if f.name != "period")


def _parts(
    sizes: Mapping[str, float], dimension: str | None, most: int
) -> Iterable[tuple[str | None, Sequence[str], Group]]:
    """The largest values, and all others together if there are any."""
    if dimension is None:
        return
    ranked = sorted(sizes, key=lambda v: (-sizes[v], v))
    named, rest = ranked[:most], ranked[most:]
    for value in named:
        yield value, (value,), Group(Segment(dimension), value)
    if rest:
        yield None, rest, Group(Segment(dimension), None, tuple(named))


def _cut(warehouse: Warehouse, span: Span, grain: Grain) -> Cut:
    c = warehouse.coverage
    return cut_of(span, grain, warehouse.reporting.week_start, c.start, c.last_day)


def periods_of(cut: Cut, coverage: Coverage) -> tuple[Period, ...]:
    """The periods from the second one of the cut on, with what can be said of each."""
    return tuple(
        Period(
            span=span,
            before=before,
            running=is_partial(span, coverage.until),
            follows=before.end > coverage.start,
            base_whole=before.start >= coverage.start,
        )
        for before, span in zip(cut.spans, cut.spans[1:], strict=False)
    )


def _rows(frame: Any) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]
