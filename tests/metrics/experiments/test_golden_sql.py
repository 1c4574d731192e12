"""The statements of experiments as reviewed: a file per statement and database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest
import sqlglot
from sqlalchemy import Select

from data.scope import Scope
from data.serving.cut import Cut
from data.serving.experiments import units_statement
from data.settings import Reporting
from data.sources import Sources
from data.warehouse import Warehouse
from data.zones import DayCut
from metrics.experiments.record import Arm, Experiment
from metrics.experiments.sums import statement
from metrics.stats.experiments.modes import Mode
from tests.metrics.test_golden_sql import COVERAGE, DIALECTS, VIEWER
from tests.world import at

EXPERIMENT = Experiment(
    key="checkout", name="Checkout", unit="user", started_on=date(2024, 1, 1), ended_on=None,
    owner="", hypothesis="", arms=(Arm("a", 0.5, True), Arm("b", 0.5, False)), metrics=(),
    unknown=(), mode=Mode.ALWAYS_VALID, planned_units=None, worth=0.0, alpha=0.05, power=0.8,
    cap=None, cap_nonzero=False, plan=None, changed=(), known_times=True, in_warehouse=True,
)  # fmt: skip
VECTORS = (("gmv", "orders", "prior_gmv", "prior_orders"), ("returned",))
REPORTING = Reporting(currency="CNY")
CUT = Cut(
    DayCut(REPORTING.zone, at("2024-01-01"), at("2024-03-01")), {}, (), False, REPORTING.currency
)


def asked(scope: Scope, *, from_units: bool = False) -> Select[Any]:
    seen = SimpleNamespace(
        sources=lambda of: Sources(VIEWER, of), reporting=REPORTING, coverage=COVERAGE
    )
    warehouse = cast(Warehouse, seen)
    return statement(warehouse, scope, EXPERIMENT, 14, VECTORS, from_units=from_units)


STATEMENTS: dict[str, Callable[[], Select[Any]]] = {
    "cells": lambda: asked(Scope.of("CNY", market=frozenset({"CN"}))),
    "units": lambda: asked(Scope.of("CNY", channel=frozenset({"kol"}))),
}
BUILT: dict[str, Callable[[], Select[Any]]] = {
    "build_units": lambda: units_statement(CUT, ["checkout"]),
}


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("name", [*STATEMENTS, *BUILT])
def test_sql_of_experiments_is_as_reviewed(
    name: str, database: str, golden: Callable[[str, str], None]
) -> None:
    made = {**STATEMENTS, **BUILT}[name]()
    raw = str(made.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    assert ("O''Brien" in text) == (name in STATEMENTS)
    golden(f"sql/{database}/experiments_{name}.sql", text + "\n")


def test_one_question_two_ways() -> None:
    """A market is answered by kept sums, a channel is not."""
    assert "visible_experiment_cells" in str(STATEMENTS["cells"]())
    assert "visible_experiment_units" in str(STATEMENTS["units"]())
