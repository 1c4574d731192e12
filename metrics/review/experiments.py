"""Experiments that end in the reviewed week or in the next one: the meeting decides about them."""

from __future__ import annotations

from datetime import timedelta

from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.experiments.listing import NEEDS, Row, listed
from metrics.experiments.record import experiments
from store import Store


def ending(warehouse: Warehouse, scope: Scope, week: Span, store: Store | None) -> tuple[Row, ...]:
    """As the list of experiments judges them, the first to end first."""
    if warehouse.coverage.lacking(*NEEDS) or warehouse.sources(scope).only_guests():
        return ()
    until = week.end + timedelta(weeks=1)
    due = [
        e
        for e in experiments(warehouse, scope, store)
        if e.ended_on is not None and week.start <= e.ended_on < until
    ]
    if not due:
        return ()
    rows = listed(warehouse, scope, due).rows
    return tuple(sorted(rows, key=lambda r: (str(r.experiment.ended_on), r.experiment.key)))
