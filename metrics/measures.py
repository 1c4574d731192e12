"""Ask the families once for all ranges, and turn measures into readings.

Every metric is evaluated by the same rules, in the same order: is the table there, does the range
lie in the data, could all money be converted, is the cost known, is anybody mature, and only then
numerator over denominator.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from data.scope import Scope, Span
from data.warehouse import Coverage, Warehouse
from metrics.families import COMPLETE_DAYS, FAMILIES, FAMILY_OF, Family, Question, families_of
from metrics.metric import Metric, Unit
from metrics.periods import elapsed, is_partial
from metrics.reading import Maturity, Reading, Reason, ratio
from metrics.stats.intervals import wilson

UNKNOWN_COST_TOLERATED = 0.01
"""Share of GMV whose cost may be unknown before gross margin is withheld."""
SPENT = "spend"
"""The measure of what marketing cost: where it is nothing, nothing is divided by or into it."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Measures by range: `rows[n]` belongs to `spans[n]`. Nothing measured is zero."""

    spans: tuple[Span, ...]
    rows: tuple[Mapping[str, float], ...]
    sql: Mapping[str, str]
    """The statement of each family that was asked, as text."""
    ignored: Mapping[str, tuple[str, ...]]
    """Dimensions that a family's table could not be filtered by."""

    def row(self, span: Span) -> Mapping[str, float]:
        return self.rows[self.spans.index(span)]


def measure(
    warehouse: Warehouse, scope: Scope, spans: Sequence[Span], families: Iterable[Family]
) -> Measures:
    """One statement per family, all ranges at once. Ranges may overlap and repeat."""
    asked = tuple(dict.fromkeys(spans))
    wanted = set(families)
    src = warehouse.sources(scope)
    coverage = warehouse.coverage
    question = Question(asked, coverage, warehouse.reporting)
    rows: list[dict[str, float]] = [{COMPLETE_DAYS: complete_days(s, coverage)} for s in asked]
    sql: dict[str, str] = {}
    ignored: dict[str, tuple[str, ...]] = {}
    for family in (f for f in FAMILIES if f in wanted):
        statement = family.statement(src, question)
        for record in warehouse.fetch(statement).to_dict("records"):
            row = rows[int(record.pop("window_no"))]
            row.update({f"{family.prefix}{name}": float(v) for name, v in record.items()})
        sql[family.key] = warehouse.sql(statement)
        ignored[family.key] = src.ignored(family.table(src))
        for row in rows:
            for name in family.measures:
                row.setdefault(name, 0.0)
    return Measures(asked, tuple(rows), sql, ignored)


def needed(metrics: Iterable[Metric]) -> set[Family]:
    """The families that these metrics take their parts from, exchange-rate guard included."""
    return {family for metric in metrics for family in families_of(metric)}


def complete_days(span: Span, coverage: Coverage) -> float:
    """Complete days of the range that the data covers: a day before the data is not a day on
    which nobody came."""
    complete = elapsed(span, coverage.until)
    if complete is None or complete.end <= coverage.start:
        return 0.0
    return float((complete.end - max(complete.start, coverage.start)).days)


def read(
    metric: Metric,
    span: Span,
    row: Mapping[str, float],
    warehouse: Warehouse,
    scope: Scope,
    *,
    whole: bool = True,
) -> Reading:
    """The metric's value in one range, or why there is none.

    With `whole` a range that begins before the data has no value; otherwise only one that lies
    entirely before it has none (the part that exists is shown, as the page says).
    """
    coverage = warehouse.coverage
    reason = _absent(metric, span, warehouse, scope, whole)
    if reason is not None:
        return Reading.missing(reason)
    of_spend = SPENT in (metric.numerator, metric.denominator)
    if (metric.unit is Unit.MONEY or of_spend) and _unrated(metric, row) > 0:
        return Reading.missing(Reason.NO_RATE)
    if of_spend and metric.denominator is not None and row[SPENT] <= 0:
        return Reading.missing(Reason.CREDITS if row[SPENT] < 0 else Reason.NO_SPEND)
    if metric.when == "cohort":
        return _cohort(metric, row, warehouse)
    if metric.key == "gross_margin":
        reading = _gross_margin(row, warehouse.reporting.margin_rate)
    elif metric.denominator is None:
        reading = Reading(row[metric.numerator], row[metric.numerator])
    else:
        reading = _with_interval(metric, ratio(row[metric.numerator], row[metric.denominator]))
    if is_partial(span, coverage.until) and metric.when != "trailing":
        return _running(reading)
    return reading


def _absent(
    metric: Metric, span: Span, warehouse: Warehouse, scope: Scope, whole: bool
) -> Reason | None:
    coverage = warehouse.coverage
    if coverage.lacking(*metric.needs):
        return Reason.TABLE_MISSING
    if metric.identified_only and warehouse.sources(scope).only_guests():
        return Reason.GUESTS_ONLY
    if span.start > coverage.last_day:
        return Reason.NOT_BEGUN
    if span.end <= coverage.start or (whole and span.start < coverage.start):
        return Reason.NOT_COVERED
    if metric.when == "trailing":
        complete = elapsed(span, coverage.until)
        if complete is None:
            return Reason.NOT_BEGUN
        looks_back = timedelta(days=(metric.days or 1) - 1)
        first_level = span.start if metric.key == "stickiness" else complete.end - timedelta(days=1)
        if first_level - looks_back < coverage.start:
            return Reason.NOT_COVERED
    if metric.denominator == COMPLETE_DAYS and complete_days(span, coverage) == 0:
        return Reason.NOT_BEGUN
    return None


def _unrated(metric: Metric, row: Mapping[str, float]) -> float:
    """Rows that could not be converted, from whichever families the money came from."""
    parts = [p for p in (metric.numerator, metric.denominator) if p in FAMILY_OF]
    return sum(row.get(_guard(FAMILY_OF[p], metric), 0.0) for p in parts)


def _guard(family: Family, metric: Metric) -> str:
    """The measure that counts what a family could not convert."""
    if family.prefix:
        return f"{family.prefix}unrated_{metric.days}"
    return {"spend": "spend_unrated", "revenue": "unrated"}.get(family.key, "")


def _gross_margin(row: Mapping[str, float], margin_rate: float | None) -> Reading:
    """Net revenue less shipping and cost; or the assumed rate where too much cost is unknown."""
    if row["gmv_without_cost"] <= UNKNOWN_COST_TOLERATED * row["gmv"]:
        return Reading(row["gross_margin"], row["gross_margin"])
    if margin_rate is None:
        return Reading.missing(Reason.COST_UNKNOWN)
    assumed = (row["net_revenue"] - row["shipping"]) * margin_rate
    return Reading(assumed, assumed, assumed=True)


def _cohort(metric: Metric, row: Mapping[str, float], warehouse: Warehouse) -> Reading:
    """Mature members only; says how many are left out because their window is still open."""
    prefix = FAMILY_OF[metric.numerator].prefix
    members = row[f"{prefix}members"] if prefix else row["first_buyers"]
    eligible = row[str(metric.denominator)]
    left_out = int(members - eligible)
    if members == 0:
        return Reading.missing(Reason.NO_ROWS)
    if eligible == 0:
        return Reading.missing(Reason.IMMATURE, left_out=left_out)
    assumed = False
    numerator = row.get(metric.numerator, 0.0)
    if prefix:
        kind = warehouse.reporting.ltv_value
        numerator = row[f"{prefix}{kind}_{metric.days}"]
        unknown = row[f"{prefix}gmv_without_cost_{metric.days}"]
        gmv = row[f"{prefix}gmv_{metric.days}"]
        if kind == "gross_margin" and unknown > UNKNOWN_COST_TOLERATED * gmv:
            rate = warehouse.reporting.margin_rate
            if rate is None:
                return Reading.missing(Reason.COST_UNKNOWN, left_out=left_out)
            numerator, assumed = row[f"{prefix}net_revenue_{metric.days}"] * rate, True
    reading = _with_interval(metric, ratio(numerator, eligible))
    maturity = Maturity.RUNNING if left_out else Maturity.MATURE
    return replace(reading, maturity=maturity, left_out=left_out, assumed=assumed)


def _with_interval(metric: Metric, reading: Reading) -> Reading:
    """Shares carry Wilson's interval; other ratios need second moments that sums don't hold."""
    counts = reading.numerator is not None and reading.denominator is not None
    if metric.unit is not Unit.SHARE or not counts or metric.key == "stickiness":
        return reading
    low, high = wilson(float(reading.numerator or 0), float(reading.denominator or 0))
    return replace(reading, low=low, high=high)


def _running(reading: Reading) -> Reading:
    return reading if reading.value is None else replace(reading, maturity=Maturity.RUNNING)
