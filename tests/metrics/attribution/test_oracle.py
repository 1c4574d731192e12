"""Credits of every model against the oracle, over random touches, on both databases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from data.scope import LOCAL_VIEWER, Viewer
from data.warehouse import Warehouse
from metrics.attribution.result import Attribution, attribution
from metrics.attribution.spec import Conversions, Model
from metrics.families import FAMILY_OF
from metrics.measures import measure
from tests.metrics.attribution.oracle import AttributionOracle, shapley
from tests.metrics.attribution.small_paths import small_paths, specs
from tests.metrics.lifecycle.test_oracle import CHINA, built
from tests.metrics.oracle import Oracle
from tests.metrics.small_shops import SmallShop, seeds

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
SHARE = 5
"""Of a shop's questions, how many are asked: scopes, ranges and specs make sixteen."""
BY_PATH = tuple(m for m in Model if m is not Model.MARKOV)


def assert_as_told(
    made: SmallShop, warehouse: Warehouse, seed: int, markets: frozenset[str] | None
) -> None:
    told = Oracle(made.shop, made.rows, made.through)
    every = list(product(made.scopes, made.spans, specs(seed)))
    for scope, span, spec in Random(seed).sample(every, SHARE):
        if span.start > warehouse.coverage.last_day:
            continue
        found = attribution(warehouse, scope, span, spec, tuple(Model))
        if found.lacking:
            continue
        oracle = AttributionOracle(told, scope, spec, span, markets)
        paths = oracle.paths()
        unrated = sum(p.revenue is None for p in paths)
        assert (found.conversions, found.unrated) == (len(paths), unrated)
        for model in BY_PATH:
            assert_model(oracle, found, model, rated=not unrated)
        assert_markov(oracle, found)
        for check in found.checks:
            assert check.holds, check
        if not unrated:
            assert_revenue_adds_up(oracle, found)


def assert_markov(oracle: AttributionOracle, found: Attribution) -> None:
    """The chain's credits, whether they fall into the period or not."""
    whole = {c: v for c, v in oracle.markov().items() if v > 1e-9}
    mine = {
        c.channel: c.credit[Model.MARKOV].credits + c.credit[Model.MARKOV].outside
        for c in found.channels
    }
    assert {c: v for c, v in mine.items() if v > 1e-9} == pytest.approx(whole, abs=1e-6)


def assert_model(
    oracle: AttributionOracle, found: Attribution, model: Model, *, rated: bool
) -> None:
    credits: dict[str, float] = defaultdict(float)
    outside: dict[str, float] = defaultdict(float)
    revenue: dict[str, float] = defaultdict(float)
    of_path: dict[str, float] = defaultdict(float)
    for part in oracle.parts(model):
        of_path[part.path.key] += part.credit
        if oracle.inside(part.at):
            credits[part.channel] += part.credit
            revenue[part.channel] += part.credit * (part.path.revenue or 0)
        else:
            outside[part.channel] += part.credit
    assert all(v == pytest.approx(1) for v in of_path.values())
    for channel in found.channels:
        mine = channel.credit[model]
        name = channel.channel
        assert mine.credits == pytest.approx(credits.pop(name, 0.0), abs=1e-9)
        assert mine.outside == pytest.approx(outside.pop(name, 0.0), abs=1e-9)
        if rated:
            assert mine.revenue == pytest.approx(revenue.pop(name, 0.0), abs=1e-5)
        else:
            assert mine.revenue is None
    assert not any(credits.values())
    assert not any(outside.values())


def assert_revenue_adds_up(oracle: AttributionOracle, found: Attribution) -> None:
    """By order date every model hands out the same revenue."""
    if oracle.spec.dated != "cash" or not found.conversions:
        return
    for model in Model:
        handed = sum(c.credit[model].revenue or 0 for c in found.channels)
        assert handed == pytest.approx(found.revenue, abs=1e-5)


@settings(max_examples=12, phases=UNSHRUNK)
@given(seeds)
def test_credits_are_those_of_the_definitions(seed: int) -> None:
    made = small_paths(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        assert_as_told(made, warehouse, seed, None)
        warehouse.close()


@settings(max_examples=5, phases=UNSHRUNK)
@given(seeds)
def test_a_reader_of_some_markets_sees_the_credits_of_their_people(seed: int) -> None:
    made = small_paths(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder), Viewer("china", markets=CHINA))
        assert_as_told(made, warehouse, seed, CHINA)
        warehouse.close()


@settings(
    max_examples=4, phases=UNSHRUNK, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seeds)
def test_credits_are_those_of_the_definitions_on_postgresql(
    postgres_database: Callable[[], str], seed: int
) -> None:
    made = small_paths(seed)
    warehouse = built(made, postgres_database(), LOCAL_VIEWER)
    assert_as_told(made, warehouse, seed, None)
    warehouse.close()


@settings(max_examples=10, phases=UNSHRUNK)
@given(seeds)
def test_shapley_is_that_of_the_game_of_all_paths_at_once(seed: int) -> None:
    """Worth of a set of channels: conversions whose path lies within it. Every order in which the
    channels may come, over the whole set of paths, gives what the shares of single paths sum to."""
    made = small_paths(seed)
    told = Oracle(made.shop, made.rows, made.through)
    for spec in specs(seed):
        oracle = AttributionOracle(told, made.scopes[0], spec, made.spans[0])
        sets = [frozenset(t.channel for t in p.touches) for p in oracle.paths() if p.touches]
        players = frozenset().union(*sets)

        def worth(channels: frozenset[str], sets: list[frozenset[str]] = sets) -> float:
            return float(sum(s <= channels for s in sets))

        whole = shapley(players, worth)
        single: dict[str, float] = defaultdict(float)
        for part in oracle.parts(Model.SHAPLEY):
            if part.path.touches:
                single[part.channel] += part.credit
        assert dict(single) == pytest.approx(whole, abs=1e-9)


def test_new_customers_and_orders_are_those_of_the_other_pages(tmp_path: Path) -> None:
    """The conversions of attribution are `buyers_new` and `orders` of the same range."""
    made = small_paths(7)
    warehouse = built(made, tmp_path)
    span = made.spans[0]
    families = [FAMILY_OF["buyers_new"], FAMILY_OF["orders"]]
    row = measure(warehouse, made.scopes[0], [span], families).row(span)
    for spec in specs(7):
        if spec.dated == "cash":
            found = attribution(warehouse, made.scopes[0], span, spec, (Model.LAST,))
            name = "buyers_new" if spec.conversions is Conversions.NEW else "orders"
            assert found.conversions == row[name]
    warehouse.close()
