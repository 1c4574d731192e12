"""Ask a small shop for one number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from data.scope import LOCAL_VIEWER, Scope, Span, Viewer
from metrics.catalog import METRICS
from metrics.measures import measure, needed, read
from metrics.reading import Reading
from tests.world import Row, World, user, world


def span(start: str, end: str) -> Span:
    """`span("2024-01-01", "2024-02-01")` is January."""
    return Span(date.fromisoformat(start), date.fromisoformat(end))


JANUARY = span("2024-01-01", "2024-02-01")
FEBRUARY = span("2024-02-01", "2024-03-01")


def reading(
    made: World,
    key: str,
    over: Span = JANUARY,
    scope: Scope | None = None,
    viewer: Viewer = LOCAL_VIEWER,
) -> Reading:
    """One metric over one range, in the shop's currency unless a scope says otherwise."""
    warehouse = made.warehouse(viewer)
    metric, asked = METRICS[key], scope or Scope(made.shop.reporting.currency)
    found = measure(warehouse, asked, [over], needed([metric]))
    warehouse.close()
    return read(metric, over, found.row(over), warehouse, asked)


def value(
    made: World,
    key: str,
    over: Span = JANUARY,
    scope: Scope | None = None,
    viewer: Viewer = LOCAL_VIEWER,
) -> float:
    """The value of a metric that has one."""
    found = reading(made, key, over, scope, viewer).value
    assert found is not None
    return found


def year(folder: Path, *, users: Iterable[Row] = (), **more: Any) -> World:
    """A shop whose data covers December 2023 and all of 2024: somebody registered before it."""
    early = user("somebody", "2023-12-01")
    return world(folder, through="2025-01-01", users=[early, *users], **more)
