"""The statements of channels as reviewed: a file per statement and database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlglot
from sqlalchemy import Select, select

from data.sources import Sources
from metrics.channels.people import Counted, Who, _customers, _registered
from metrics.channels.spec import Node
from metrics.channels.statement import table
from metrics.channels.value import Cohort, statement
from tests.metrics.test_golden_sql import COVERAGE, DIALECTS, SCOPE, SPANS, VIEWER

NODE = Node(("kol",))


def statements(src: Sources) -> dict[str, Select[tuple[object, ...]]]:
    cohorts = [Cohort(SPANS[0], 30), Cohort(SPANS[1], 90)]
    return {
        "table": table(src, NODE, SPANS, COVERAGE.until, "order", 5),
        "value": statement(src, NODE, cohorts, ["live"], "refund"),
        "customers": select(_customers(src, Counted(SPANS[0], ("kol", "live")))),
        "registered": select(_registered(src, Counted(SPANS[0], ("kol",), Who.REGISTERED))),
    }


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("name", statements(Sources(VIEWER, SCOPE)))
def test_sql_is_as_reviewed(name: str, database: str, golden: Callable[[str, str], None]) -> None:
    statement = statements(Sources(VIEWER, SCOPE))[name]
    raw = str(statement.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    assert "O''Brien" in text
    golden(f"sql/{database}/channels_{name}.sql", text + "\n")
