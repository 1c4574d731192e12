"""A link to Explore arrives at the value that was left: every metric of the catalog."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl

import pytest

from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.catalog import METRICS
from metrics.explore.result import Grid, explore
from metrics.periods import Comparison
from metrics.scorecard import Line, scorecard
from tests.pages.shop import made
from ui.explore.address import explore_link, parse_explore
from ui.url_state import Chosen, read

LEFT = Chosen(
    start=date(2024, 1, 8),
    end=date(2024, 1, 22),
    compare=Comparison.PREVIOUS,
    market=("CN",),
    currency="USD",
    explain="gmv",
)
"""A range that still runs, a filter, another currency; an explanation is open."""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return made(tmp_path_factory.mktemp("arrival")).warehouse()


@pytest.fixture(scope="module")
def overview(warehouse: Warehouse) -> dict[str, Line]:
    found = scorecard(warehouse, *asked(LEFT))
    return {line.metric.key: line for line in found.lines}


def asked(chosen: Chosen) -> tuple[Scope, Span, Comparison]:
    """As the session makes it of a choice."""
    assert chosen.start is not None
    assert chosen.end is not None
    scope = Scope.of(chosen.currency or "CNY", **chosen.kept())
    return scope, Span(chosen.start, chosen.end), chosen.compare


def arrived(warehouse: Warehouse, link: str) -> Grid:
    """What the page asks after the link was clicked."""
    path, _, query = link.partition("?")
    found, ignored = read(dict(parse_qsl(query)), Chosen(lang="zh"))
    assert (path, ignored) == ("explore", ())
    spec, lost = parse_explore(found.explore or "")
    assert lost == ()
    return explore(warehouse, *asked(found), spec)


@pytest.mark.parametrize("key", METRICS)
def test_the_total_is_the_number_that_was_left(
    warehouse: Warehouse, overview: dict[str, Line], key: str
) -> None:
    grid = arrived(warehouse, explore_link(key, LEFT))
    [cell] = grid.total.cells
    line = overview[key]
    assert cell.reading == line.reading
    assert (cell.base, cell.change) == (line.base, line.change)


def test_a_part_is_the_part_that_was_left(warehouse: Warehouse) -> None:
    """The number of a channel in a table: below it, the total of that channel."""
    grid = arrived(warehouse, explore_link("gmv", LEFT, path=(("channel", "organic_search"),)))
    assert grid.spec.by == "market"
    assert grid.total.cells[0].reading == grid.lines[0].cells[0].reading
