"""The channel table as typed results: what each row cost, brought, and is worth by age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from data.dimensions import MARKET, PLATFORM
from data.scope import Scope, Span
from data.settings import Reporting
from data.warehouse import Coverage, Warehouse
from i18n import Problem, Words
from metrics.channels import value
from metrics.channels.cohort import Brought, Worth, worth, young
from metrics.channels.spec import (
    AGAIN_WITHIN,
    HORIZONS,
    MOST_ROWS,
    NEEDS,
    RETAINED_ON,
    WEEKS,
    Cost,
    Node,
)
from metrics.channels.statement import table
from metrics.channels.sums import Sums, change, total_of
from metrics.periods import Grain, elapsed, first_days, floor, is_partial
from metrics.reading import Maturity, Reading, Reason, share
from metrics.stats.rates import CostChange

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Row:
    """One value of the level, or (`value` is None) all the others together.

    `before` is the comparison, `weeks` the sums of the weeks of the answer, `of_cohort` those of
    the days of each horizon's cohort, `brought` what these customers brought. `members`: how many
    values it stands for.
    """

    value: str | None
    now: Sums
    before: Sums | None
    weeks: tuple[Sums, ...]
    of_cohort: Mapping[int, Sums]
    brought: Mapping[int, Brought]
    members: int = 1

    def change(self, cost: Cost) -> CostChange | None:
        return change(self.before, self.now, cost)


@dataclass(frozen=True, slots=True)
class Table:
    """Every row of one level, largest spend first, and all of them together.

    `span` holds complete days only; `cohorts` are the first-order days of the customers that each
    horizon values: those of the range that are old enough, else the latest ones that are. `lacking`
    names tables without which there is nothing, `ignored` filters that spend can't honour,
    `unsplit` filters (or rights) by something that spend is not split by, so that none is in view.
    """

    node: Node
    span: Span
    against: Span | None
    running: bool
    weeks: tuple[tuple[Span, bool], ...]
    cohorts: Mapping[int, Span]
    rows: tuple[Row, ...]
    total: Row
    reporting: Reporting
    lacking: tuple[str, ...]
    ignored: tuple[str, ...]
    unsplit: tuple[str, ...]
    sql: tuple[str, ...]
    version: str

    def worth(self, row: Row, days: int, cost: Cost) -> Worth:
        """What the customers of a row are worth within `days`."""
        if days not in self.cohorts:
            return young(worth(Brought.nobody(), row.now, days, cost, self.reporting))
        return worth(row.brought[days], row.of_cohort[days], days, cost, self.reporting)

    def retained(self, row: Row) -> Reading:
        """Share of the customers who were active on day 30 after their first order."""
        found = row.brought.get(RETAINED_ON)
        if found is None:
            return Reading.missing(Reason.IMMATURE)
        return share(found.retained, found.people)

    def again(self, row: Row) -> Reading:
        """Share of the customers who ordered again within 90 days."""
        found = row.brought.get(AGAIN_WITHIN)
        if found is None:
            return Reading.missing(Reason.IMMATURE)
        return share(found.again, found.people)

    def trend(self, row: Row, cost: Cost) -> list[tuple[Span, Reading]]:
        """Cost per new customer by week; the running one says so."""
        found = []
        for (span, open_), sums in zip(self.weeks, row.weeks, strict=True):
            reading = sums.cac(cost)
            if open_ and reading.value is not None:
                reading = replace(reading, maturity=Maturity.RUNNING)
            found.append((span, reading))
        return found

    def share(self, row: Row) -> Reading:
        """Share of the new customers."""
        if not self.total.now.customers:
            return Reading.missing(Reason.NO_CUSTOMERS)
        n = self.total.now.customers
        return Reading(row.now.customers / n, row.now.customers, n)


def channels(
    warehouse: Warehouse,
    scope: Scope,
    span: Span,
    against: Span | None = None,
    node: Node | None = None,
    most: int = MOST_ROWS,
) -> Table:
    """The table of one level below `node` for the complete days of `span`."""
    at, c, reporting = node or Node(), warehouse.coverage, warehouse.reporting
    days = _complete(span, c)
    if against is not None and days.days < span.days:
        against = first_days(against, days.days)
    weeks = _weeks(days, c, reporting.week_start)
    cohorts = cohorts_of(days, c)
    spans = [days, *([against] if against else []), *[w for w, _ in weeks], *cohorts.values()]
    src = warehouse.sources(scope)
    asked = table(src, at, spans, c.until, reporting.refund_day, most)
    found, members, squares = _read(warehouse.fetch(asked), spans)
    listed = _in_order(found)
    named = [v for v in listed if v is not None]
    of_value = value.statement(
        src, at, [value.Cohort(s, n) for n, s in cohorts.items()], named, reporting.refund_day
    )
    brought = _brought(warehouse.fetch(of_value)) if cohorts else {}
    first_week = 1 + (against is not None)
    first_cohort = first_week + len(weeks)

    def sums(n: int, v: str | None) -> Sums:
        return found.get((n, v), Sums.nothing(spans[n].days))

    def row(v: str | None) -> Row:
        return Row(
            v,
            sums(0, v),
            sums(1, v) if against else None,
            tuple(sums(first_week + n, v) for n in range(len(weeks))),
            {d: sums(first_cohort + n, v) for n, d in enumerate(cohorts)},
            {d: brought.get((n, v), Brought.nobody()) for n, d in enumerate(cohorts)},
            members.get(v, 1),
        )

    rows = tuple(row(v) for v in listed)
    return Table(
        at, days, against, is_partial(span, c.until), weeks, cohorts, rows,
        _whole(rows, spans, squares, cohorts, against is not None, len(weeks)), reporting,
        c.lacking(*NEEDS), src.ignored(src.spend_day), unsplit(warehouse, scope),
        (warehouse.sql(asked), warehouse.sql(of_value)), warehouse.version,
    )  # fmt: skip


_SPLIT_BY = {MARKET.key: "marketing_spend.country", PLATFORM.key: "marketing_spend.platform"}


def unsplit(warehouse: Warehouse, scope: Scope) -> tuple[str, ...]:
    """Dimensions by which the viewer or the scope narrows while spend does not say them."""
    c = warehouse.coverage
    narrowed = {choice.dimension for choice in scope.choices}
    if warehouse.viewer.markets is not None:
        narrowed.add(MARKET.key)
    silent = (d for d, column in _SPLIT_BY.items() if not c.has(column))
    return tuple(d for d in silent if d in narrowed) if c.has("marketing_spend") else ()


def _complete(span: Span, coverage: Coverage) -> Span:
    """The complete days of the range that the data covers; a `Problem` where there is none."""
    start = max(span.start, coverage.start)
    done = elapsed(Span(start, span.end), coverage.until) if start < span.end else None
    if done is None:
        raise Problem(
            "channels_no_day",
            Words(
                "The range has no complete day within the data, which covers {first} to {last}.",
                "所选时间内没有完整的数据日；数据覆盖 {first} 至 {last}。",
            ),
            Words("Choose days within it.", "请选择该范围内的日期。"),
            first=coverage.start,
            last=coverage.last_day,
        )
    return done


def _weeks(span: Span, c: Coverage, week_start: Any) -> tuple[tuple[Span, bool], ...]:
    """The last weeks up to the end of the range, within the data, and whether each still runs."""
    last = floor(span.end - timedelta(days=1), Grain.WEEK, week_start)
    starts = [last - n * WEEK for n in reversed(range(WEEKS))]
    inside = [s for s in starts if s >= c.start]
    return tuple((Span(s, min(s + WEEK, c.until)), s + WEEK > c.until) for s in inside)


def cohorts_of(span: Span, coverage: Coverage) -> dict[int, Span]:
    """For every horizon the days of first orders whose customers are all that old: those of the
    range if they are at least a week (or all of it), else the latest days of equal number. A
    horizon that reaches before the data has none."""
    found: dict[int, Span] = {}
    for days in HORIZONS:
        mature = coverage.until - timedelta(days=days)
        end = min(span.end, mature)
        enough = min(span.days, 7)
        start = span.start
        if (end - start).days < enough:
            end, start = mature, mature - timedelta(days=span.days)
        start = max(start, coverage.start)
        if (end - start).days >= enough:
            found[days] = Span(start, end)
    return found


Key = tuple[int, str | None]


def _read(
    frame: Any, spans: Sequence[Span]
) -> tuple[dict[Key, Sums], dict[str | None, int], dict[int, float]]:
    found: dict[Key, Sums] = {}
    members: dict[str | None, int] = {}
    squares: dict[int, float] = {}
    for row in frame.to_dict("records"):
        n, v = int(row["window_no"]), _text(row["value"])
        found[n, v] = Sums.of(row, spans[n].days)
        members[v] = max(members.get(v, 0), int(row["members"]))
        squares[n] = float(row["all_squares"])
    return found, members, squares


def _text(found: Any) -> str | None:
    return found if isinstance(found, str) else None


def _in_order(found: Mapping[Key, Sums]) -> list[str | None]:
    """Rows with anything in the range or the comparison or later, the dearest first."""
    listed = {v for _, v in found}
    none = Sums.nothing(1)

    def rank(v: str | None) -> tuple[bool, float, int, str]:
        now = found.get((0, v), none)
        return (v is None, -now.cost(Cost.MARKETING), -now.customers, v or "")

    return sorted(listed, key=rank)


def _brought(frame: Any) -> dict[Key, Brought]:
    found: dict[Key, Brought] = {}
    for row in frame.to_dict("records"):
        one = Brought(
            int(row["people"]),
            int(row["retained"]),
            int(row["again"]),
            {int(row["age"]): (float(row["gross_margin"]), float(row["net_revenue"]))},
            float(row["gmv"]),
            float(row["gmv_without_cost"]),
            float(row["discounts"]),
            int(row["unrated"]),
        )
        key = (int(row["cohort_no"]), _text(row["value"]))
        found[key] = found.get(key, Brought.nobody()).plus(one)
    return found


def _whole(
    rows: Sequence[Row],
    spans: Sequence[Span],
    squares: Mapping[int, float],
    cohorts: Mapping[int, Span],
    compared: bool,
    weeks: int,
) -> Row:
    first_week = 1 + compared
    first_cohort = first_week + weeks

    def total(n: int, parts: Sequence[Sums]) -> Sums:
        return total_of(parts, spans[n].days, squares.get(n, 0.0))

    def together(days: int) -> Brought:
        all_of = Brought.nobody()
        for r in rows:
            all_of = all_of.plus(r.brought[days])
        return all_of

    return Row(
        None,
        total(0, [r.now for r in rows]),
        total(1, [r.before for r in rows if r.before]) if compared else None,
        tuple(total(first_week + n, [r.weeks[n] for r in rows]) for n in range(weeks)),
        {d: total(first_cohort + n, [r.of_cohort[d] for r in rows])
         for n, d in enumerate(cohorts)},
        {d: together(d) for d in cohorts},
        sum(r.members for r in rows),
    )  # fmt: skip


def paid(found: Table) -> Sums | None:
    """The rows of channels that are paid for (a setting) together; None below the first level."""
    if found.node.path:
        return None
    keep = [r.now for r in found.rows if r.value in found.reporting.paid_channels]
    return total_of(keep, found.span.days, sum(s.squares for s in keep))


def days_without_spend(warehouse: Warehouse, scope: Scope, span: Span) -> tuple[date, ...]:
    """Days of the range without any spend although there is some before and after them: a file
    that was not imported reads as customers who cost nothing."""
    s = warehouse.sources(scope).spend_day
    rows = warehouse.fetch(select(s.c.day).where(s.c.spend != 0).distinct().order_by(s.c.day))
    known = {d if type(d) is date else date.fromisoformat(str(d)[:10]) for d in rows["day"]}
    if not known:
        return ()
    first, last = min(known), max(known)
    each = (span.start + timedelta(days=n) for n in range(span.days))
    return tuple(d for d in each if first < d < last and d not in known)
