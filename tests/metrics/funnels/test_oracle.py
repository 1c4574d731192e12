"""The SQL walks exactly as the brute-force oracle does, on random small histories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import select

from data.scope import Scope
from data.warehouse import Warehouse
from metrics.funnels.question import Question
from metrics.funnels.spec import Funnel, simple
from metrics.funnels.units import units
from tests.metrics.funnels.histories import (
    NAMES,
    OPTIONS,
    ZONE,
    History,
    every_choice,
    funnel_of,
    history,
    pairwise,
)
from tests.metrics.funnels.oracle import Oracle
from tests.world import event, shop, world

Counted = Counter[tuple[int, tuple[datetime | None, ...], bool, bool]]


def expected(funnel: Funnel, made: History) -> Counted:
    oracle = Oracle(funnel, made.span, made.through, ZONE)
    held = made.held if funnel.hold == "item_id" else made.events
    return Counter((u.level, u.times, u.open, u.left_out) for u in oracle.units(held))


def found(funnel: Funnel, made: History, warehouse: Warehouse) -> Counted:
    q = Question.of(warehouse, funnel, made.span)
    u = units(warehouse.sources(Scope("CNY")), q)
    steps = [u.c[f"step_{n + 1}"] for n in range(len(funnel.steps))]
    rows = warehouse.fetch(select(u.c.level, u.c.open, u.c.left_out, *steps))
    listed: Counted = Counter()
    for level, still, out, *times in rows.itertuples(index=False):
        assert still is not None, "an empty value is not false: conditions on it lose the row"
        assert out is not None, "an empty value is not false: conditions on it lose the row"
        listed[int(level), tuple(_instant(t) for t in times), bool(still), bool(out)] += 1
    return listed


def _instant(value: Any) -> datetime | None:
    return None if value is None or value != value else value.to_pydatetime()


def levels(counted: Counted) -> Counter[tuple[int, bool]]:
    total: Counter[tuple[int, bool]] = Counter()
    for (level, _, still, _), n in counted.items():
        total[level, still] += n
    return total


def plainly(funnel: Funnel, made: History, warehouse: Warehouse) -> Counter[tuple[int, bool]]:
    """Levels by the shorter way, where there is one."""
    q = Question.of(warehouse, funnel, made.span)
    u = units(warehouse.sources(Scope("CNY")), q, with_times=False)
    rows = warehouse.fetch(select(u.c.level, u.c.open))
    return Counter((int(level), bool(still)) for level, still in rows.itertuples(index=False))


def built(made: History, folder: str | Path) -> Warehouse:
    """The shop, with one event of each name far away so that every name is known."""
    named = [event("far", "2023-01-01", n) for n in NAMES]
    rows = {**made.rows, "events": [*made.rows["events"], *named]}
    shown = f"{made.through:%Y-%m-%d %H:%M:%S}"
    settings = shop(timezone=ZONE.key)
    return world(folder, settings=settings, through=shown, **rows).warehouse()


def compare(made: History, warehouse: Warehouse, chosen: list[Any]) -> None:
    for options in chosen:
        funnel = funnel_of(options)
        if funnel is not None:
            assert found(funnel, made, warehouse) == expected(funnel, made), options


@pytest.mark.parametrize("seed", range(12))
def test_every_pair_of_options_walks_as_the_oracle_does(seed: int) -> None:
    rnd = Random(seed)
    made = history(rnd)
    with TemporaryDirectory() as folder:
        compare(made, built(made, folder), pairwise(rnd))


@pytest.mark.parametrize("seed", range(2))
def test_so_does_postgresql(seed: int, postgres_database: Callable[[], str]) -> None:
    rnd = Random(100 + seed)
    made = history(rnd)
    compare(made, built(made, postgres_database()), pairwise(rnd))


@pytest.mark.study
@pytest.mark.parametrize("order", OPTIONS["order"])
@pytest.mark.parametrize("entry", OPTIONS["entry"])
def test_every_combination_of_options(order: str, entry: str) -> None:
    made = history(Random(f"{order} {entry}"))
    chosen = [c for c in every_choice() if (c["order"], c["entry"]) == (order, entry)]
    with TemporaryDirectory() as folder:
        compare(made, built(made, folder), chosen)


@pytest.mark.parametrize("seed", range(25))
def test_the_shorter_way_finds_the_same_levels(seed: int) -> None:
    made = history(Random(1000 + seed))
    with TemporaryDirectory() as folder:
        warehouse = built(made, folder)
        for entry in ("furthest", "first"):
            for seconds in (3600, 86_400):
                funnel = simple("a", "b", "c", entry=entry, window={"seconds": seconds})
                assert Question.of(warehouse, funnel, made.span).plain
                expected_levels = levels(expected(funnel, made))
                assert plainly(funnel, made, warehouse) == expected_levels
