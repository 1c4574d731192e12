"""What a metric is among those who would be met, and how it varies from user to user."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Select

from data.scope import Scope, Span
from data.serving.experiments import ALL
from data.unit_outcomes import UNRATED
from data.warehouse import Warehouse
from metrics.experiments.outcomes import BEFORE_DAYS, Outcome
from metrics.experiments.sums import Key, Table, added
from metrics.planner.history import (
    MOST_UNITS,
    Population,
    grown,
    latest,
    moments_statement,
    traffic_statement,
    values_count,
    values_statement,
)
from metrics.planner.spec import Meeting, Refusal
from metrics.stats.experiments.quantiles import cluster_factor, enough_for, half_range
from metrics.stats.experiments.sums import Floats, Sums


@dataclass(frozen=True, slots=True)
class Baseline:
    """`units` users were looked at; `value` is the metric and `variance` that of one user (for a
    ratio the delta method's, for a quantile per user met), so that an arm of n has variance / n.
    `correlation` with the same user's 28 days before: None where the metric has none, or the data
    do not reach back so far."""

    units: int
    value: float | None
    variance: float | None
    correlation: float | None
    refusal: Refusal | None

    @property
    def sd(self) -> float:
        return math.sqrt(self.variance or 0.0)


def refused(refusal: Refusal, units: int = 0, value: float | None = None) -> Baseline:
    return Baseline(units, value, None, None, refusal)


@dataclass(frozen=True, slots=True)
class Traffic:
    """New unique users by day of the latest days."""

    days: Span
    by_day: tuple[int, ...]
    sql: str

    def met(self, days: int) -> int:
        """How many a test would have met by the end of its so-manieth day, as far as known."""
        return sum(self.by_day[:days])


@dataclass(frozen=True)
class Past:
    """Sums of everybody met in the grown days, by day, for the metrics of one window; of one in
    `every` of them."""

    days: Span
    window: int
    every: int
    table: Table
    reaches_back: bool
    sql: str

    @cached_property
    def on(self) -> tuple[date, ...]:
        return tuple(self.days.start + timedelta(days=n) for n in range(self.days.days))

    def running(self, one: Outcome) -> tuple[Baseline, ...]:
        """Of those met by the end of each day, from the first on."""
        found: list[Baseline] = []
        total = added(one.variables, ())
        for on in self.on:
            total = added(one.variables, (total, self.table.of(one.variables, (ALL, "", on, ""))))
            found.append(baseline_of(one, total, reaches_back=self.reaches_back))
        return tuple(found)


def baseline_of(one: Outcome, sums: Sums, *, reaches_back: bool = True) -> Baseline:
    """From sums of the metric's variables."""
    if sums.n < 2:
        return refused(Refusal.NOBODY, sums.n)
    means, cov = sums.means, sums.covariance
    ratio = one.base.bottom is not None
    if ratio and means[1] == 0:
        return refused(Refusal.ZERO, sums.n)
    value = means[0] / means[1] if ratio else means[0]
    # A ratio's numerator less the ratio times its denominator varies as the ratio does.
    weight = [1 / means[1], -value / means[1]] if ratio else [1.0]
    width = len(weight)
    variance = _spread(weight, cov[:width, :width])
    if one.is_rate:
        variance = value * (1 - value)
    if value == 0:
        return refused(Refusal.ZERO, sums.n, value)
    if not variance > 0:
        return refused(Refusal.NO_VARIANCE, sums.n, value)
    correlation = _correlation(sums, weight, variance) if one.has_prior and reaches_back else None
    return Baseline(sums.n, value, variance, correlation, None)


def _spread(weight: list[float], cov: Floats) -> float:
    """Variance of a weighted sum; what rounding alone leaves of it is none."""
    w = np.array(weight)
    found = float(w @ cov @ w)
    return found if found > 1e-12 * float((w * w) @ np.diag(cov)) else 0.0


def _correlation(sums: Sums, weight: list[float], variance: float) -> float:
    """Of the (linearised) metric with the same from before. 0 where the past does not vary."""
    means, cov, width = sums.means, sums.covariance, len(weight)
    before = [1.0]
    if width == 2:
        if means[3] == 0:
            return 0.0
        before = [1 / means[3], -means[2] / means[3] ** 2]
    x = _spread(before, cov[width:, width:])
    if not x > 0:
        return 0.0
    joint = float(np.array(weight) @ cov[:width, width:] @ np.array(before))
    return max(-0.999, min(0.999, joint / math.sqrt(x * variance)))


def traffic(warehouse: Warehouse, scope: Scope, meeting: Meeting) -> Traffic | None:
    """Of the latest complete days; None where there is no such day."""
    days = latest(warehouse.coverage)
    if days is None:
        return None
    asked = Population(meeting, days, warehouse.reporting.zone)
    statement = traffic_statement(warehouse.sources(scope), asked)
    found = _by_day(warehouse, statement)
    counts = tuple(
        int(found.get(days.start + timedelta(days=n), 0)) for n in range(days.days)
    )  # fmt: skip
    return Traffic(days, counts, warehouse.sql(statement))


def past(
    warehouse: Warehouse,
    scope: Scope,
    meeting: Meeting,
    window: int,
    outcomes: tuple[Outcome, ...],
    met: int = 0,
) -> Past | None:
    """What is known of metrics with this window; None where nobody's is over. `met`: how many came
    lately, by which a sample is taken."""
    days = grown(warehouse.coverage, window)
    if days is None:
        return None
    asked = sampled(warehouse, meeting, days, met)
    vectors = sorted({o.variables for o in outcomes})
    statement = moments_statement(warehouse.sources(scope), asked, window, vectors)
    frame = warehouse.fetch(statement)
    rows: dict[Key, Mapping[str, float]] = {}
    for row in frame.to_dict("records"):
        named = {str(k): v for k, v in row.items()}
        rows[ALL, "", _day(named.pop("exposed_on")), ""] = named
    unrated = sum(int(r[UNRATED]) for r in rows.values())
    reaches_back = days.start - timedelta(days=BEFORE_DAYS) >= warehouse.coverage.start
    table = Table(window, rows, False, unrated)
    return Past(days, window, asked.every, table, reaches_back, warehouse.sql(statement))


def sampled(warehouse: Warehouse, meeting: Meeting, days: Span, met: int) -> Population:
    """All of them, or one in k where more were `met` lately than a spread needs."""
    every = max(1, math.ceil(met / MOST_UNITS))
    return Population(meeting, days, warehouse.reporting.zone, every)


@dataclass(frozen=True, slots=True)
class Values:
    """A quantile of order values: its baseline by how many values an arm would have, the fewest
    first, because the fewer there are the wider around the quantile its spread is read.
    `per_user`: values of a user met."""

    days: Span
    per_user: float
    by_count: tuple[tuple[int, Baseline], ...]
    sql: str

    def at(self, users: float) -> Baseline:
        """For an arm of so many users."""
        n = users * self.per_user
        fitting = [base for count, base in self.by_count if count <= n]
        return fitting[-1] if fitting else self.by_count[0][1]


def values(
    warehouse: Warehouse, scope: Scope, meeting: Meeting, one: Outcome, met: int = 0
) -> Values | Refusal:
    """Order values do not add up by day, so they are read of all days at once."""
    days, share = grown(warehouse.coverage, one.days), one.base.share
    if days is None or share is None:
        return Refusal.NOT_MATURE
    asked, src = sampled(warehouse, meeting, days, met), warehouse.sources(scope)
    n = int(warehouse.fetch(values_count(src, asked, one.days))["n"].iloc[0])
    counts = [c for c in _counts(n) if enough_for(share, c)]
    if not counts:
        return Refusal.TOO_FEW_VALUES
    beside = [half_range(share, c) for c in counts]
    shares = (share, *(share - h for h in beside), *(share + h for h in beside))
    statement = values_statement(src, asked, one.days, shares)
    row = {str(k): float(v) for k, v in warehouse.fetch(statement).iloc[0].items()}
    width = len(counts)
    found = tuple(
        (c, quantile_of(row, share, row[f"q_{1 + k}"], row[f"q_{1 + width + k}"], c))
        for k, c in enumerate(counts)
    )
    return Values(days, row["n"] / row["met"], found, warehouse.sql(statement))


def _counts(n: int) -> list[int]:
    """n, a half of it, a quarter, … from the fewest on."""
    found: list[int] = []
    while n >= 2 and len(found) < 14:
        found.append(n)
        n //= 2
    return found[::-1]


def quantile_of(
    row: Mapping[str, float], share: float, low: float, high: float, count: int
) -> Baseline:
    """As `metrics.stats.experiments.quantiles` has it of raw values, per user met: `low` and `high`
    are the quantiles beside it for `count` values."""
    n, people, met, at = row["n"], row["units"], int(row["met"]), row["q_0"]
    if people < 2:
        return refused(Refusal.TOO_FEW_VALUES, met, at)
    z = half_range(share, 1) / math.sqrt(share * (1 - share))
    single = (count - 1) / count * ((high - low) / (2 * z)) ** 2 * count
    sums = ("n", "below", "size_2", "below_size", "below_2")
    factor = cluster_factor(people, *[row[name] for name in sums])
    variance = single * factor / n * met
    if not variance > 0 or at == 0:
        return refused(Refusal.NO_VARIANCE, met, at)
    return Baseline(met, at, variance, None, None)


def _by_day(warehouse: Warehouse, statement: Select[Any]) -> dict[date, int]:
    frame = warehouse.fetch(statement)
    return {_day(on): int(n) for on, n in frame.itertuples(index=False)}


def _day(value: Any) -> date:
    found: date = pd.Timestamp(value).date()
    return found
