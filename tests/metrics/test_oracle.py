"""Every measure against the oracle, on small random shops, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from data.warehouse import Warehouse
from i18n import Problem
from metrics.families import FAMILIES
from metrics.measures import measure
from tests.metrics.oracle import Oracle
from tests.metrics.small_shops import SmallShop, seeds, small_shop
from tests.world import world

Measured = list[dict[str, float]]
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)


def measured(made: SmallShop, warehouse: Warehouse) -> Measured:
    return [
        {k: v for k, v in row.items() if k != "complete_days" and "_value_" not in k}
        for scope in made.scopes
        for row in measure(warehouse, scope, made.spans, FAMILIES).rows
    ]


def assert_as_told_by_the_oracle(made: SmallShop, found: Measured) -> None:
    oracle = Oracle(made.shop, made.rows, made.through)
    asked = [(span, scope) for scope in made.scopes for span in dict.fromkeys(made.spans)]
    for (span, scope), row in zip(asked, found, strict=True):
        told = oracle.measures(span, scope)
        assert set(row) == set(told)
        wrong = {
            name: (value, told[name])
            for name, value in row.items()
            if not same(name, value, told[name])
        }
        assert not wrong, (span, scope, wrong)


def same(name: str, value: float, told: float) -> bool:
    """Money to the cent and better; people, orders and days exactly. Rows without a rate are
    counted in groups, so only whether there are any."""
    if "unrated" in name:
        return (value > 0) == (told > 0)
    return value == pytest.approx(told, rel=1e-9, abs=1e-3)


def built(made: SmallShop, where: Path | str) -> Warehouse:
    """The shop published; one with nothing that counts (only test users, nothing paid) has no
    days to ask about, says so, and is not an example."""
    through = None if made.through is None else made.through.isoformat()
    warehouse = world(where, settings=made.shop, through=through, **made.rows).warehouse()
    try:
        _ = warehouse.coverage
    except Problem as problem:
        assume(problem.code != "warehouse_empty")
        raise
    return warehouse


@settings(max_examples=20, phases=UNSHRUNK)
@given(seeds)
def test_every_measure_is_the_oracles_on_duckdb(seed: int) -> None:
    made = small_shop(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        assert_as_told_by_the_oracle(made, measured(made, warehouse))
        warehouse.close()


@settings(
    max_examples=5,
    phases=UNSHRUNK,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seeds)
def test_every_measure_is_the_oracles_and_duckdbs_on_postgresql(
    postgres_database: Callable[[], str], seed: int
) -> None:
    made = small_shop(seed)
    with TemporaryDirectory() as folder:
        embedded, server = built(made, Path(folder)), built(made, postgres_database())
        found = measured(made, server)
        assert_as_told_by_the_oracle(made, found)
        for row, twin in zip(found, measured(made, embedded), strict=True):
            assert row == pytest.approx(twin, rel=1e-12)
        embedded.close()
        server.close()
