"""The statements of payback as reviewed: a file per statement and database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlglot
from sqlalchemy import Select, select

from data.sources import Sources
from metrics.payback.people import Cell, behind
from metrics.payback.spec import By, Level
from metrics.payback.statement import statement
from tests.metrics.test_golden_sql import DIALECTS, SCOPE, SPANS, VIEWER

UNTIL = SPANS[-1].end


def statements(src: Sources) -> dict[str, Select[tuple[object, ...]]]:
    cell = Cell(SPANS, 30, By.CHANNEL, None, ("kol",))
    return {
        "months": statement(src, Level(), SPANS, UNTIL, [], "order"),
        "markets": statement(src, Level(dimension="market"), SPANS[:1], UNTIL, ["CN"], "refund"),
        "people": select(behind(src, cell, UNTIL, "order")),
    }


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("name", statements(Sources(VIEWER, SCOPE)))
def test_sql_is_as_reviewed(name: str, database: str, golden: Callable[[str, str], None]) -> None:
    compiled = statements(Sources(VIEWER, SCOPE))[name]
    raw = str(compiled.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    assert "O''Brien" in text
    golden(f"sql/{database}/payback_{name}.sql", text + "\n")
