"""Measures by value: what was asked of the warehouse, and how values are taken together.

Every measure adds over the values of a dimension: a person has one home and one campaign, an order
one customer. So the measures of "other" are those of its values added up, and its numbers are read
from them as all others are: ratios from their parts. Totals are asked for without the dimension.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.dimensions import CAMPAIGN
from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.explore.people import within
from metrics.explore.spec import Step
from metrics.families import COMPLETE_DAYS, Family, splits_of
from metrics.measures import complete_days, measure
from metrics.metric import Metric
from metrics.parts import measure_parts

Rows = tuple[Mapping[str, float], ...]
"""Measures, one row a range."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Measures by the values of some dimensions, in the order of the ranges asked."""

    spans: tuple[Span, ...]
    rows: Mapping[tuple[str, ...], Rows]
    sql: Mapping[str, str]
    ignored: Mapping[str, tuple[str, ...]]


class Place:
    """A place in the drill: the filters and the values clicked on the way down. Values that the
    filters know narrow the question; a campaign is looked up in the answer."""

    def __init__(self, warehouse: Warehouse, scope: Scope, path: Sequence[Step]) -> None:
        steps = dict(path)
        self.campaign = steps.pop(CAMPAIGN, None)
        self.scope = within(scope, steps)
        self.warehouse = warehouse

    def splits(self, metric: Metric, by: Sequence[str]) -> bool:
        """Whether the metric can be broken down by these here."""
        hidden = () if self.campaign is None else (CAMPAIGN,)
        return {*hidden, *by} <= set(splits_of(metric))

    def ask(self, spans: Sequence[Span], families: Iterable[Family], by: Sequence[str]) -> Asked:
        """The measures of each value of `by` below this place; of everything where it is empty."""
        asked = tuple(dict.fromkeys(spans))
        wanted = set(families)
        if not by and self.campaign is None:
            found = measure(self.warehouse, self.scope, asked, wanted)
            return Asked(asked, {(): found.rows}, found.sql, found.ignored)
        hidden = () if self.campaign is None else (CAMPAIGN,)
        parts = measure_parts(self.warehouse, self.scope, asked, wanted, (*hidden, *by))
        rows = {
            key[len(hidden) :]: found
            for key, found in parts.rows.items()
            if not hidden or key[0] == self.campaign
        }
        return Asked(parts.spans, rows, parts.sql, parts.ignored)


def nothing(warehouse: Warehouse, spans: Sequence[Span], families: Iterable[Family]) -> Rows:
    """The measures of a place where nothing happened."""
    names = dict.fromkeys((m for f in families for m in f.measures), 0.0)
    return tuple({COMPLETE_DAYS: complete_days(s, warehouse.coverage), **names} for s in spans)


def added(several: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    """The measures of several values together. Complete days of a range are the same for all."""
    total: dict[str, float] = {}
    for row in several:
        for name, value in row.items():
            total[name] = total.get(name, 0.0) + value
    if several and COMPLETE_DAYS in total:
        total[COMPLETE_DAYS] = several[0][COMPLETE_DAYS]
    return total
