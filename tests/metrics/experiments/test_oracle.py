"""Every outcome's sums against the oracle: from cells and from units, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import select

from data.scope import LOCAL_VIEWER, Scope, Viewer
from data.warehouse import Warehouse
from metrics.experiments.record import Experiment
from metrics.experiments.sums import ALL, Table, added, fetched, fits_cells
from tests.metrics.experiments.asking import (
    assert_close,
    listed,
    of_sums,
    outcomes,
    planned,
    vectors,
)
from tests.metrics.experiments.oracle import SEGMENTATIONS, ExperimentOracle, Moments
from tests.metrics.experiments.small_experiments import EXPERIMENTS, small_experiments
from tests.metrics.lifecycle.test_oracle import CHINA, built
from tests.metrics.oracle import Oracle
from tests.metrics.small_shops import SmallShop, seeds

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
WINDOWS = (1, 7, 14, 28, 40)


def asked(warehouse: Warehouse) -> list[Experiment]:
    """All experiments; of the one without a row, times as a plan would give them."""
    known = listed(warehouse)
    empty = known.get("empty")
    found = list(known.values())
    if empty is not None:
        low, high = date(2024, 3, 20), date(2024, 4, 20)
        found += [
            planned(empty, "unnamed"),
            planned(empty, "unnamed", started_on=low, ended_on=high),
        ]
    return found


def assert_table(oracle: ExperimentOracle, experiment: Experiment, found: Table) -> None:
    for outcome in outcomes(found.days):
        told, unrated = oracle.table(experiment, found.days, outcome.variables)
        assert set(found.rows) == set(told)
        assert found.unrated == unrated
        for key, wanted in told.items():
            assert_close(of_sums(found.of(outcome.variables, key)), wanted)


def assert_whole(found: Table) -> None:
    """Days, and the segments of every segmentation, add up to the same whole."""
    for variables in vectors(found.days):
        for arm in {key[3] for key in found.rows}:
            days = of_sums(added(variables, [found.of(variables, k) for k in found.rows
                                             if k[0] == ALL and k[3] == arm]))  # fmt: skip
            for name in SEGMENTATIONS:
                parts = [found.of(variables, (name, s, None, arm)) for s in found.segments(name)]
                assert_same(of_sums(added(variables, parts)), days)


def assert_same(found: Moments, other: Moments) -> None:
    assert found.n == other.n
    assert found.mean == pytest.approx(other.mean, rel=1e-9, abs=1e-7)
    assert found.products.ravel() == pytest.approx(other.products.ravel(), rel=1e-9, abs=1e-6)


def assert_as_told(
    made: SmallShop, warehouse: Warehouse, seed: int, markets: frozenset[str] | None = None
) -> None:
    told, rnd = Oracle(made.shop, made.rows, made.through), Random(seed)
    for experiment in asked(warehouse):
        chosen = (rnd.choice(made.scopes), rnd.choice(WINDOWS))
        for scope, days in ((made.scopes[0], 14), chosen):
            oracle = ExperimentOracle(told, scope, markets)
            found = fetched(warehouse, scope, experiment, days, vectors(days))
            assert_table(oracle, experiment, found)
            assert_whole(found)
            if fits_cells(warehouse, scope, experiment, days):
                assert found.shifted
                again = fetched(warehouse, scope, experiment, days, vectors(days), from_units=True)
                assert not again.shifted
                assert set(again.rows) == set(found.rows)
                assert again.unrated == found.unrated
                for vector in vectors(days):
                    for key in found.rows:
                        assert_same(of_sums(found.of(vector, key)), of_sums(again.of(vector, key)))


@settings(max_examples=5, deadline=None, phases=UNSHRUNK)
@given(seeds)
def test_as_the_oracle_tells(seed: int) -> None:
    made = small_experiments(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder), LOCAL_VIEWER)
        assert_as_told(made, warehouse, seed)
        assert_units(made, warehouse)


@settings(max_examples=2, deadline=None, phases=UNSHRUNK)
@given(seeds)
def test_for_a_viewer_of_some_markets(seed: int) -> None:
    made = small_experiments(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder), Viewer("lin", markets=CHINA))
        assert_as_told(made, warehouse, seed, CHINA)


@settings(
    max_examples=2,
    deadline=None,
    phases=UNSHRUNK,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seeds)
def test_on_postgres(postgres_database: Callable[[], str], seed: int) -> None:
    made = small_experiments(seed)
    warehouse = built(made, postgres_database())
    assert_as_told(made, warehouse, seed)
    assert_units(made, warehouse)


def assert_units(made: SmallShop, warehouse: Warehouse) -> None:
    """Everybody who met an experiment, also those who do not count in it."""
    scope = Scope(warehouse.reporting.currency)
    oracle = ExperimentOracle(Oracle(made.shop, made.rows, made.through), scope)
    units = warehouse.fetch(select(warehouse.sources(scope).experiment_units))
    for key in EXPERIMENTS:
        told = sorted(
            (u.arm, u.arms, u.at, u.in_time, *(u.segments[s] for s in SEGMENTATIONS))
            for u in oracle.units(key).values()
        )
        mine = units[units.experiment_id == key]
        columns = ["arm", "arms", "exposed_at", "in_time", *SEGMENTATIONS]
        assert sorted(mine[columns].itertuples(index=False, name=None)) == told
