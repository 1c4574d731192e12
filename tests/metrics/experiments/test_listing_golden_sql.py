"""The statements on many experiments as reviewed: a file per statement and database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlglot
from sqlalchemy import Select

from data.scope import Scope
from data.sources import Sources
from metrics.experiments.exposed import counts_statement, left_out_statement
from metrics.experiments.together import sums_statement
from tests.metrics.test_golden_sql import DIALECTS, VIEWER

KEYS = ("checkout", "O'Brien's button")
MARKET = Scope.of("CNY", market=frozenset({"CN"}))


def statements(src: Sources) -> dict[str, Select[tuple[object, ...]]]:
    vectors = [("bought",), ("orders", "prior_orders")]
    return {
        "counts": counts_statement(src, KEYS),
        "left_out": left_out_statement(src, KEYS),
        "sums": sums_statement(src, KEYS, 14, vectors),
    }


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("name", statements(Sources(VIEWER, MARKET)))
def test_sql_is_as_reviewed(name: str, database: str, golden: Callable[[str, str], None]) -> None:
    statement = statements(Sources(VIEWER, MARKET))[name]
    raw = str(statement.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    assert "O''Brien''s button" in text
    golden(f"sql/{database}/experiments_{name}.sql", text + "\n")
