"""Experiments win over curves: what the next customer costs where it was measured.

A curve fitted to history assumes that nothing else moved spend and customers together; an
experiment does not have to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import select

from data.dimensions import MARKET
from data.scope import Scope
from data.warehouse import Warehouse
from i18n import Problem
from metrics.stats.response import Floats
from store import Saved, SpendExperiment


@dataclass(frozen=True, slots=True)
class Measured:
    """What an experiment says of the next customer's cost, in the scope's currency.

    `high` is None where the experiment did not rule out that the money brought nobody. `cost` is
    None where no exchange rate is known for its last day.
    """

    name: str
    revision: int
    author: str
    experiment: SpendExperiment
    cost: float | None
    low: float | None
    high: float | None

    def slopes(self, normal: Floats) -> Floats:
        """Customers per unit of money for standard normal draws; never below zero."""
        e = self.experiment
        assert self.cost is not None
        spread = (e.high - e.low) / (2 * 1.959964)
        customers = (e.customers + normal * spread).clip(min=0)
        found: Floats = customers / (self.cost * e.customers)
        return found


def measured(
    warehouse: Warehouse, scope: Scope, records: Iterable[Saved[SpendExperiment]]
) -> dict[str, tuple[Measured, ...]]:
    """The experiments of each channel that can be read, the latest first: that one holds.

    None where only some markets are seen: an experiment is of the whole channel.
    """
    if of_some_markets(warehouse, scope):
        return {}
    bodies = [(r, r.content) for r in records if not isinstance(r.content, Problem)]
    rates = _rates(warehouse, scope, [b for _, b in bodies])
    found: dict[str, list[Measured]] = {}
    for record, body in sorted(bodies, key=lambda pair: (pair[1].end, pair[0].revision)):
        rate = rates.get((_known_day(warehouse, body.end), body.currency))
        found.setdefault(body.channel, []).insert(0, _one(record, body, rate))
    return {channel: tuple(listed) for channel, listed in found.items()}


def of_some_markets(warehouse: Warehouse, scope: Scope) -> bool:
    """Whether the question, or the viewer's rights, leave markets out."""
    return scope.kept(MARKET.key) is not None or warehouse.viewer.markets is not None


def in_force(listed: Sequence[Measured]) -> Measured | None:
    """The latest experiment whose cost is known in the scope's currency."""
    return next((m for m in listed if m.cost is not None), None)


def _one(record: Saved[SpendExperiment], body: SpendExperiment, rate: float | None) -> Measured:
    if rate is None:
        return Measured(record.name, record.revision, record.author, body, None, None, None)
    spend = body.spend * rate
    return Measured(
        record.name,
        record.revision,
        record.author,
        body,
        spend / body.customers,
        spend / body.high,
        spend / body.low if body.low > 0 else None,
    )


def _known_day(warehouse: Warehouse, day: date) -> date:
    """Rates are known up to the end of the data."""
    return min(day, warehouse.coverage.last_day)


def _rates(
    warehouse: Warehouse, scope: Scope, bodies: Sequence[SpendExperiment]
) -> dict[tuple[date, str], float]:
    if not bodies:
        return {}
    r = warehouse.sources(scope).rates
    days = sorted({_known_day(warehouse, b.end) for b in bodies})
    currencies = sorted({b.currency for b in bodies})
    asked = select(r.c.day, r.c.currency, r.c.rate).where(
        r.c.day.in_(days), r.c.currency.in_(currencies)
    )
    rows = warehouse.fetch(asked).itertuples(index=False)
    return {(pd.Timestamp(day).date(), str(code)): float(rate) for day, code, rate in rows}
