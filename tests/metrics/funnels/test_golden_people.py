"""The SQL of lists, next events, ways and factors is reviewed like code, a file per database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlglot
from sqlalchemy import Select

from data.scope import Span
from data.sources import Sources
from metrics.funnels.factors import REGISTERED, events_statement, properties_statement
from metrics.funnels.next_events import next_statement
from metrics.funnels.paths import ways_statement
from metrics.funnels.people import Bar, State, behind
from metrics.funnels.question import Question
from metrics.funnels.result import Breakdown
from metrics.funnels.spec import simple
from metrics.people import BOUGHT, HOME, PERSON, People, page_statement
from metrics.people import REGISTERED as REGISTERED_AT
from tests.metrics.funnels.test_golden_sql import NUMBERS, SCOPE, VIEWER
from tests.metrics.test_golden_sql import DIALECTS

FUNNEL = simple("view_item", "add_to_cart", "purchase")
DROPPED = Bar(State.DROPPED, 2)


def _page(src: Sources, q: Question) -> Select[Any]:
    bar = Bar(State.REACHED, 2, Breakdown("campaign"), "spring")
    people = People(src, behind(src, q, bar), order=("-begun",))
    columns = (PERSON, *HOME, REGISTERED_AT, *BOUGHT)
    return page_statement(people, columns, offset=50, limit=50)


STATEMENTS: dict[str, Callable[[Sources, Question], Select[Any]]] = {
    "people": _page,
    "next_events": lambda src, q: next_statement(src, q, DROPPED),
    "ways": lambda src, q: ways_statement(src, q, Bar(), 1, 2),
    "factors": lambda src, q: properties_statement(
        src, q, (REGISTERED, "channel"), ("channel",), orders=True
    ),
    "early_events": lambda src, q: events_statement(src, q, 3600),
}


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("name", STATEMENTS)
def test_sql_is_as_reviewed(name: str, database: str, golden: Callable[[str, str], None]) -> None:
    question = Question(
        FUNNEL,
        Span(date(2024, 1, 1), date(2024, 2, 1)),
        NUMBERS,
        datetime(2024, 3, 1),
        date(2024, 3, 1),
        ZoneInfo("Asia/Shanghai"),
        in_order=database == "duckdb",
    )
    statement = STATEMENTS[name](Sources(VIEWER, SCOPE), question)
    raw = str(statement.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    assert "O''Brien" in raw
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    golden(f"sql/{database}/funnel_{name}.sql", text + "\n")
