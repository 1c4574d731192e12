"""Every count, median, break-down and list of people against the oracle, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from sqlalchemy import select

from data.rollups import user_numbers, visitor_numbers
from data.scope import LOCAL_VIEWER, Viewer
from data.warehouse import Warehouse
from i18n import Problem
from metrics.families import FAMILY_OF
from metrics.lifecycle.result import Asked
from metrics.lifecycle.stages import DIMENSIONS, FOLLOWED, Mode, Population, State
from metrics.lifecycle.statement import broken_down, people, statement
from metrics.measures import measure
from tests.metrics.lifecycle.oracle import LifecycleOracle, counted
from tests.metrics.lifecycle.small_lives import small_lives
from tests.metrics.oracle import Oracle
from tests.metrics.small_shops import SmallShop, seeds
from tests.world import world

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
CHINA = frozenset({"CN", "unknown"})


def built(made: SmallShop, where: Path | str, viewer: Viewer = LOCAL_VIEWER) -> Warehouse:
    """The shop published; one in which nobody counts has nothing to ask about."""
    through = None if made.through is None else made.through.isoformat()
    warehouse = world(where, settings=made.shop, through=through, **made.rows).warehouse(viewer)
    try:
        _ = warehouse.coverage
    except Problem as problem:
        assume(problem.code != "warehouse_empty")
        raise
    return warehouse


def numbers(row: dict[str, Any]) -> dict[str, float]:
    """The measures that the oracle tells too; no median is -1."""
    kept = ("acquired", "_mature", "_reached", "_median")
    return {
        name: -1.0 if pd.isna(value) else float(value)
        for name, value in row.items()
        if name.endswith(kept)
    }


def assert_as_told(made: SmallShop, warehouse: Warehouse, markets: frozenset[str] | None) -> None:
    told = Oracle(made.shop, made.rows, made.through)
    for population in Population:
        oracle = LifecycleOracle(told, population)
        for scope in made.scopes:
            asked = Asked(warehouse, scope, population)
            question = asked.question(made.spans)
            lives = [oracle.seen(span, scope, markets) for span in made.spans]
            rows = warehouse.fetch(statement(asked.sources, question)).to_dict("records")
            found = {int(r.pop("window_no")): numbers(r) for r in rows}
            for n, of_span in enumerate(lives):
                assert found.get(n, counted([])) == pytest.approx(counted(of_span), abs=1e-6)
            assert_parts(asked, made, lives)
            assert_people(asked, made, lives)


def assert_parts(asked: Asked, made: SmallShop, lives: list[Any]) -> None:
    """Each value has the numbers of its own people; all others are counted together."""
    for dimension in DIMENSIONS:
        most = 2
        parts = broken_down(asked.sources, asked.question(made.spans), dimension, most)
        rows = asked.warehouse.fetch(parts).to_dict("records")
        found = {}
        for row in rows:
            value = None if pd.isna(row["value"]) else row["value"]
            found[int(row["window_no"]), value] = numbers(row)

        def of(life: Any, dimension: str = dimension) -> str:
            return str(life.campaign if dimension == "campaign" else life.home[dimension])

        sizes = pd.Series([of(x) for x in lives[0]], dtype=object).value_counts()
        largest = sorted(sizes.index, key=lambda v: (-sizes[v], v.encode()))[:most]
        for n, of_span in enumerate(lives):
            groups: dict[str | None, list[Any]] = {}
            for life in of_span:
                value = of(life)
                groups.setdefault(value if value in largest else None, []).append(life)
            told = {(n, value): counted(group) for value, group in groups.items()}
            mine = {key: row for key, row in found.items() if key[0] == n}
            assert set(mine) == set(told)
            for key, row in mine.items():
                assert row == pytest.approx(told[key], abs=1e-6)


def assert_people(asked: Asked, made: SmallShop, lives: list[Any]) -> None:
    """The list behind each number names exactly those people, with their time."""
    names = named(asked.warehouse)
    question = asked.question(made.spans[:1])
    for stage in FOLLOWED:
        for mode in Mode:
            for state in State:
                rows = people(asked.sources, question, stage, state, mode)
                listed = asked.warehouse.fetch(select(rows))
                assert {names[int(n)] for n in listed["person_no"]} == {
                    x.person for x in lives[0] if x.is_in(state, stage, mode)
                }
                assert len(listed) == len(set(listed["person_no"]))


def named(warehouse: Warehouse) -> dict[int, str]:
    users = warehouse.fetch(select(user_numbers.c.user_no, user_numbers.c.user_id))
    visits = warehouse.fetch(select(visitor_numbers.c.visitor_no, visitor_numbers.c.visitor_id))
    found = {int(n): f"={u}" for n, u in users.itertuples(index=False)}
    return found | {-int(n): f"?{v}" for n, v in visits.itertuples(index=False)}


@settings(max_examples=10, phases=UNSHRUNK)
@given(seeds)
def test_everybody_is_where_the_oracle_says_on_duckdb(seed: int) -> None:
    made = small_lives(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        assert_as_told(made, warehouse, None)
        warehouse.close()


@pytest.mark.study
@settings(max_examples=200, phases=UNSHRUNK)
@given(seeds)
def test_so_it_is_in_two_hundred_shops(seed: int) -> None:
    made = small_lives(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        assert_as_told(made, warehouse, None)
        warehouse.close()


@settings(max_examples=4, phases=UNSHRUNK)
@given(seeds)
def test_a_viewer_of_one_market_sees_its_people_only(seed: int) -> None:
    made = small_lives(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder), Viewer("lin", markets=CHINA))
        assert_as_told(made, warehouse, CHINA)
        warehouse.close()


@settings(
    max_examples=4,
    phases=UNSHRUNK,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seeds)
def test_everybody_is_where_the_oracle_says_on_postgresql(
    postgres_database: Callable[[], str], seed: int
) -> None:
    made = small_lives(seed)
    warehouse = built(made, postgres_database())
    assert_as_told(made, warehouse, None)
    warehouse.close()


@settings(max_examples=8, phases=UNSHRUNK)
@given(seeds)
def test_parts_sum_to_the_whole_and_acquired_are_the_new_users(seed: int) -> None:
    """By every dimension; the scorecard counts the same registrations."""
    made = small_lives(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        for scope in made.scopes:
            asked = Asked(warehouse, scope, Population.REGISTERED)
            question = asked.question(made.spans)
            whole = warehouse.fetch(statement(asked.sources, question)).set_index("window_no")
            new = measure(warehouse, scope, made.spans, [FAMILY_OF["new_users"]])
            for n, span in enumerate(made.spans):
                acquired = whole["acquired"].get(n, 0)
                assert acquired == new.row(span)["new_users"]
            counts = [c for c in whole.columns if not c.endswith("_median")]
            for dimension in DIMENSIONS:
                parts = warehouse.fetch(broken_down(asked.sources, question, dimension, 2))
                summed = parts.groupby("window_no")[counts].sum()
                assert summed.to_dict() == whole[counts].to_dict()
        warehouse.close()
