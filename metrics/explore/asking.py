"""Measures by value: what was asked of the warehouse, and how values are taken together.

Every measure adds over the values of a dimension: a person has one home and one campaign, an order
one customer. So the measures of "other" are those of its values added up, and its numbers are read
from them as all others are: ratios from their parts. Totals are asked for without the dimension.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.explore.people import within
from metrics.explore.spec import CAMPAIGN, Step
from metrics.families import COMPLETE_DAYS, Family
from metrics.measures import measure
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


def added(several: Iterable[Rows]) -> Rows:
    """The measures of several values together. Complete days of a range are the same for all."""
    listed = list(several)
    if not listed:
        return ()
    made: list[dict[str, float]] = []
    for rows in zip(*listed, strict=True):
        total: dict[str, float] = {}
        for row in rows:
            for name, value in row.items():
                total[name] = total.get(name, 0.0) + value
        if COMPLETE_DAYS in rows[0]:
            total[COMPLETE_DAYS] = rows[0][COMPLETE_DAYS]
        made.append(total)
    return tuple(made)
