"""The statements of the lists behind metrics as reviewed: a file per list and database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
import sqlglot
from sqlalchemy import select

from data.settings import Reporting
from data.sources import Sources
from data.warehouse import Warehouse
from metrics.explore.lists import listing
from tests.metrics.test_golden_sql import DIALECTS, SCOPE, SPANS, VIEWER

KNOWN = cast(
    Warehouse,
    SimpleNamespace(
        coverage=SimpleNamespace(until=SPANS[1].end, through=datetime(2024, 3, 1, 12)),
        reporting=Reporting(),
    ),
)
LISTS = ("repeat_buyers", "active_users", "mapu", "new_users", "again_90", "registered_mature_30")


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("measure", LISTS)
def test_sql_is_as_reviewed(
    measure: str, database: str, golden: Callable[[str, str], None]
) -> None:
    """The list of active users once more of one campaign."""
    src = Sources(VIEWER, SCOPE)
    campaign = "spring" if measure == "active_users" else None
    statement: Any = select(listing(src, measure, SPANS[1], KNOWN).of_campaign(src, campaign))
    raw = str(statement.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    golden(f"sql/{database}/behind_{measure}.sql", text + "\n")
