"""The funnel's SQL is reviewed like code: a file per kind of walk and database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlglot

from data.scope import Scope, Span, Viewer
from data.sources import Sources
from metrics.funnels.ask import counts_statement
from metrics.funnels.question import Question
from metrics.funnels.result import Breakdown
from metrics.funnels.spec import Funnel, simple
from tests.metrics.test_golden_sql import DIALECTS

VIEWER = Viewer("reviewer", markets=frozenset({"CN", "O'Brien"}))
SCOPE = Scope.of("CNY", channel=frozenset({"kol"}))
STEPS = ("view_item", "add_to_cart", "purchase")
NUMBERS = {"view_item": 1, "add_to_cart": 2, "purchase": 3, "search": 4}


def _with(**more: Any) -> Funnel:
    return simple(*STEPS, **more)


FUNNELS: dict[str, tuple[Funnel, Breakdown | None]] = {
    "furthest": (_with(), None),
    "first": (_with(entry="first"), Breakdown("campaign")),
    "strict": (_with(order="strict", window={"kind": "day", "seconds": None}), None),
    "any_order": (_with(order="unordered", count="sessions"), None),
    "excluded": (
        _with(exclusions=[{"any_of": [{"event": "search"}], "before": 2}], hold="item_id"),
        Breakdown("country", 2),
    ),
    "shared": (simple("view_item", "view_item", "purchase"), None),
}


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("name", FUNNELS)
def test_sql_is_as_reviewed(name: str, database: str, golden: Callable[[str, str], None]) -> None:
    funnel, breakdown = FUNNELS[name]
    question = Question(
        funnel,
        Span(date(2024, 1, 1), date(2024, 2, 1)),
        NUMBERS,
        datetime(2024, 3, 1),
        date(2024, 3, 1),
        ZoneInfo("Asia/Shanghai"),
    )
    question = replace(question, in_order=database == "duckdb")
    statement = counts_statement(Sources(VIEWER, SCOPE), question, breakdown)
    raw = str(statement.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    assert "O''Brien" in raw
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    golden(f"sql/{database}/funnel_{name}.sql", text + "\n")
