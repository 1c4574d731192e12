"""Small shops full of what makes numbers wrong: cells against filters, lists against measures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import func, select

from data.dimensions import CUSTOMER
from data.warehouse import Warehouse
from metrics.explore.lists import LISTS
from metrics.explore.people import Basis, people_of_measure, within
from metrics.explore.result import explore
from metrics.explore.spec import Shape, Spec
from metrics.families import FAMILIES, FAMILY_OF, splits_of
from metrics.measures import measure, read
from metrics.periods import Comparison
from metrics.reading import Reading
from metrics.scorecard import scorecard
from tests.metrics.small_shops import SmallShop, seeds, small_shop
from tests.metrics.test_oracle import UNSHRUNK, built


def same(found: Reading | None, told: Reading | None) -> bool:
    """To the cent; sums of two statements may differ in the last bits."""
    if found is None or told is None:
        return found is told
    if found.value is None or told.value is None:
        return (found.value, found.reason) == (told.value, told.reason)
    return found.value == pytest.approx(told.value, rel=1e-9, abs=1e-6)


def assert_as_the_overview_says(shop: SmallShop, w: Warehouse) -> None:
    """The leaderboard's total against the scorecard, and its rows against every measure asked
    under the filter of each value."""
    scope, span = shop.scopes[0], shop.spans[0]
    whole = {x.metric.key: x for x in scorecard(w, scope, span, Comparison.PREVIOUS).lines}
    for by in ("market", CUSTOMER.key):
        spec = Spec(by=by, shape=Shape.BOARD, top=50)
        grid = explore(w, scope, span, Comparison.PREVIOUS, spec)
        for column, cell in zip(grid.columns, grid.total.cells, strict=True):
            assert same(cell.reading, whole[column.metric.key].reading)
            assert same(cell.base, whole[column.metric.key].base)
        for line in grid.lines:
            narrowed = within(scope, {by: str(line.value)})
            found = measure(w, narrowed, grid.days.asked, FAMILIES)
            for column, cell in zip(grid.columns, line.cells, strict=True):
                metric = column.metric
                if by in splits_of(metric):
                    told = read(metric, span, found.row(span), w, narrowed, whole=False)
                    assert same(cell.reading, told), (by, line.value, metric.key)


def assert_lists_as_long_as_measures(shop: SmallShop, w: Warehouse) -> None:
    """Every list under the shop's narrowest filter."""
    scope, span = shop.scopes[-1], shop.spans[0]
    found = measure(w, scope, [span], {FAMILY_OF[name] for name in LISTS}).row(span)
    lengths = {}
    for name in LISTS:
        people = people_of_measure(w, scope, Basis(name), span, {})
        counted = w.fetch(select(func.count().label("n")).select_from(people.rows))
        lengths[name] = int(counted["n"].iloc[0])
    assert lengths == {name: found[name] for name in LISTS}


@settings(max_examples=2, phases=UNSHRUNK)
@given(seeds)
def test_cells_and_lists_on_duckdb(seed: int) -> None:
    shop = small_shop(seed)
    with TemporaryDirectory() as folder:
        w = built(shop, Path(folder))
        assert_as_the_overview_says(shop, w)
        assert_lists_as_long_as_measures(shop, w)
        w.close()


@settings(
    max_examples=1,
    phases=UNSHRUNK,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seeds)
def test_cells_and_lists_on_postgresql(postgres_database: Callable[[], str], seed: int) -> None:
    shop = small_shop(seed)
    w = built(shop, postgres_database())
    assert_as_the_overview_says(shop, w)
    assert_lists_as_long_as_measures(shop, w)
    w.close()
