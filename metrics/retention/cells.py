"""From the rows of a statement to cells: what was summed, whether its window is over, and why
there may be no value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from data.scope import Span
from data.warehouse import Coverage
from metrics.measures import UNKNOWN_COST_TOLERATED
from metrics.periods import floor
from metrics.reading import Maturity, Reading, Reason, ratio, share
from metrics.retention.cut import calendar_window, hours_window
from metrics.retention.question import Question
from metrics.retention.spec import Bracket, Kind, Value
from metrics.retention.statement import SIZE
from metrics.stats.intervals import mean_t, ratio_delta

Sums = dict[str, float]
"""Amounts by name, as the statement gives them; what is not there is zero."""
ORDERLY = ("orders", "gmv", "net_revenue", "gross_margin", "gmv_without_cost", "unrated")


@dataclass(frozen=True, slots=True)
class Table:
    """What a statement counted: sizes by cohort and segment, sums by column besides."""

    sizes: Mapping[tuple[date, str | None], int]
    sums: Mapping[tuple[date, str | None, int], Sums]

    def segments(self) -> list[str | None]:
        """The segments there are, the largest first and all others last."""
        size: dict[str | None, int] = {}
        for (_, segment), people in self.sizes.items():
            size[segment] = size.get(segment, 0) + people
        return sorted(size, key=lambda s: (s is None, -size[s], s or ""))

    def size(self, cohort: date, segment: str | None) -> int:
        return self.sizes.get((cohort, segment), 0)


def table_of(frame: pd.DataFrame) -> Table:
    """The rows of `statement` or `money_statement` by their keys."""
    sizes: dict[tuple[date, str | None], int] = {}
    sums: dict[tuple[date, str | None, int], Sums] = {}
    names = [c for c in frame.columns if c not in ("cohort_on", "segment", "column_no")]
    for row in frame.itertuples(index=False, name=None):
        record = dict(zip(frame.columns, row, strict=True))
        on = _day(record["cohort_on"])
        segment = None if pd.isna(record["segment"]) else str(record["segment"])
        column = int(record["column_no"])
        if column == SIZE:
            sizes[on, segment] = int(record["people"])
        else:
            sums[on, segment, column] = {
                n: 0.0 if pd.isna(record[n]) else float(record[n]) for n in names
            }
    return Table(sizes, sums)


def with_spread(table: Table, frame: pd.DataFrame) -> Table:
    """The same sums with those of squares beside them."""
    sums = dict(table.sums)
    for key, spread in table_of(frame).sums.items():
        sums[key] = {**sums.get(key, {}), **spread}
    return Table(table.sizes, sums)


def _day(found: Any) -> date:
    return pd.Timestamp(found).date()


def columns_of(q: Question) -> tuple[Bracket, ...]:
    """The columns of the result: one per period, or the brackets asked for."""
    spec = q.spec
    if spec.kind is Kind.BRACKET:
        return spec.brackets
    if spec.kind is Kind.ROLLING:
        return tuple(Bracket(n, None) for n in range(q.last_period + 1))
    return tuple(Bracket(n, n) for n in range(q.last_period + 1))


def cohort_sums(q: Question, table: Table, cohort: date, segment: str | None) -> list[Sums]:
    """The sums of each column of one cohort, added up where the kind says so."""
    spec, columns = q.spec, columns_of(q)
    by_column = [table.sums.get((cohort, segment, n), {}) for n in range(len(columns))]
    if spec.kind is Kind.ROLLING:
        return list(reversed(_running_totals(reversed(by_column))))
    if spec.kind is Kind.ON_OR_BEFORE:
        found = _running_totals(by_column)
        if spec.counted_from == 1:
            found[0] = {"people": float(table.size(cohort, segment))}
        return found
    if spec.value is Value.REVENUE_RETENTION:
        first = table.sums.get((cohort, segment, 0), {})
        base = {
            "base": first.get("net_revenue", 0.0),
            "base_squares": first.get("squares", 0.0),
            "unrated": first.get("unrated", 0.0),
        }
        return [added(sums, base) for sums in by_column]
    return by_column


def _running_totals(listed: Iterable[Sums]) -> list[Sums]:
    total: Sums = {}
    found = []
    for sums in listed:
        total = added(total, sums)
        found.append(total)
    return found


def added(one: Sums, other: Sums) -> Sums:
    return {n: one.get(n, 0.0) + other.get(n, 0.0) for n in {*one, *other}}


def maturity_of(q: Question, cohort: Span, column: Bracket) -> Maturity:
    """Whether a column's window lies ahead of a cohort, is running, or is over for all of it.

    "n or later" has no end: it counts as over when period n is, and may still rise.
    """
    spec, coverage, zone = q.spec, q.coverage, q.reporting.zone
    first, last = column.first, column.first if column.last is None else column.last
    if q.on_calendar:
        begin, end = calendar_window(cohort.start, first, last, spec.grain, q.reporting.week_start)
        not_begun, over = max(begin, cohort.start) > coverage.last_day, end <= coverage.until
    else:
        opens, closes = hours_window(cohort.start, cohort.end, first, last, spec.grain, zone)
        not_begun, over = opens >= coverage.through, closes <= coverage.through
    if not_begun:
        return Maturity.NOT_BEGUN
    return Maturity.MATURE if over else Maturity.RUNNING


def absent(coverage: Coverage, cohort: Span) -> Reason | None:
    """Why a cohort can't have anybody, if it lies outside of the data."""
    if cohort.start > coverage.last_day:
        return Reason.NOT_BEGUN
    return Reason.NOT_COVERED if cohort.end <= coverage.start else None


def cell(q: Question, sums: Sums, size: int, maturity: Maturity) -> Reading:
    """One value with its parts: shares with Wilson's interval, orders and money per person of the
    cohort with one over people. That stands on windows which are over: none for running cells."""
    if maturity is Maturity.NOT_BEGUN:
        return Reading.missing(Reason.NOT_BEGUN)
    if size == 0:
        return replace(Reading.missing(Reason.NO_ROWS), maturity=maturity)
    found = replace(_value(q, sums, size), maturity=maturity)
    without = q.spec.value is Value.USERS or not q.intervals
    if without or maturity is not Maturity.MATURE or found.value is None:
        return found
    return _with_interval(q, found, sums, size)


def _with_interval(q: Question, found: Reading, sums: Sums, size: int) -> Reading:
    """The mean with Student's t over the people of the cohort, those who brought nothing among
    them; revenue retention, a ratio of two sums, by the delta method. None where nobody differs
    from the others: that they would not is not known from so few."""
    if size < 2:
        return found
    total, squares = found.numerator or 0.0, sums.get("squares", 0.0)
    if q.spec.value is Value.REVENUE_RETENTION:
        base, cross = found.denominator or 0.0, sums.get("cross", 0.0)
        ends = ratio_delta(total, base, squares, sums.get("base_squares", 0.0), cross, size)
    elif found.assumed:
        rate = q.reporting.margin_rate or 0.0
        ends = mean_t(total, sums.get("net_squares", 0.0) * rate * rate, size)
    else:
        ends = mean_t(total, squares, size)
    low, high = ends
    return replace(found, low=low, high=high) if high - low > TOO_NARROW * abs(high) else found


TOO_NARROW = 1e-6
"""What is left of an interval by rounding alone."""


def _value(q: Question, sums: Sums, size: int) -> Reading:
    value = q.spec.value
    if value is Value.USERS:
        return share(int(sums.get("people", 0)), size)
    amounts = {n: sums.get(n, 0.0) for n in ORDERLY}
    if value is Value.ORDERS:
        return ratio(amounts["orders"], size)
    if amounts["unrated"]:
        return Reading.missing(Reason.NO_RATE)
    if value is Value.REVENUE:
        return ratio(amounts["net_revenue"], size)
    if value is Value.MARGIN:
        return _margin(q, amounts, size)
    base = sums.get("base", 0.0)
    if base <= 0:
        return Reading.missing(Reason.ZERO_DENOMINATOR)
    return ratio(amounts["net_revenue"], base)


def _margin(q: Question, amounts: Sums, size: int) -> Reading:
    """Gross margin per person; an assumed one where too much cost is unknown and the settings name
    a rate."""
    if amounts["gmv_without_cost"] <= UNKNOWN_COST_TOLERATED * amounts["gmv"]:
        return ratio(amounts["gross_margin"], size)
    rate = q.reporting.margin_rate
    if rate is None:
        return Reading.missing(Reason.COST_UNKNOWN)
    return replace(ratio(amounts["net_revenue"] * rate, size), assumed=True)


def bucket(q: Question, cohort: Span) -> date:
    """The key of a cohort in the rows: the first day of its bucket."""
    return floor(cohort.start, q.spec.grain, q.reporting.week_start)
