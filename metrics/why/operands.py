"""What a metric is made of in one row of measures: the amounts that add over segments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from data.settings import Reporting
from metrics.families import COMPLETE_DAYS, FAMILY_OF
from metrics.metric import Metric

Row = Mapping[str, float]


class Operands(NamedTuple):
    """Numerator and denominator; the latter is None where the metric is the numerator itself."""

    numerator: float
    denominator: float | None


def operands(metric: Metric, row: Row, reporting: Reporting, *, assumed: bool) -> Operands:
    """The parts of the metric's value as `metrics.measures.read` divides them.

    `assumed` says that the whole rests on the assumed margin rate: then every segment does, or
    they would not sum to it.
    """
    rate = reporting.margin_rate or 0.0
    if metric.key == "gross_margin":
        known = row["gross_margin"]
        return Operands((row["net_revenue"] - row["shipping"]) * rate if assumed else known, None)
    numerator = row.get(metric.numerator, 0.0)
    prefix = FAMILY_OF[metric.numerator].prefix if metric.when == "cohort" else ""
    if prefix:
        kind = "net_revenue" if assumed else reporting.ltv_value
        numerator = row[f"{prefix}{kind}_{metric.days}"] * (rate if assumed else 1.0)
    if metric.denominator is None:
        return Operands(numerator, None)
    if metric.denominator == COMPLETE_DAYS:
        days = row[COMPLETE_DAYS]
        return Operands(numerator / days if days else 0.0, None)
    return Operands(numerator, row[metric.denominator])


def summed(rows: Iterable[Row]) -> dict[str, float]:
    """Measures of several segments together; the days of a range are those of each of them."""
    whole: dict[str, float] = {}
    for row in rows:
        for name, value in row.items():
            whole[name] = value if name == COMPLETE_DAYS else whole.get(name, 0.0) + value
    return whole
