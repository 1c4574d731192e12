"""The statements of retention as reviewed: a file per statement and database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
import sqlglot
from sqlalchemy import Select, select

from data.settings import Reporting
from data.sources import Sources
from metrics.periods import Grain
from metrics.retention.money import money_statement
from metrics.retention.people import Who, behind
from metrics.retention.question import Question
from metrics.retention.spec import Bracket, Clock, Kind, Return, Spec, Start, Value
from metrics.retention.spread import spread_statement
from metrics.retention.statement import statement
from metrics.user_segments import Segment
from tests.metrics.test_golden_sql import COVERAGE, DIALECTS, SCOPE, SPANS, VIEWER

EVENTS = {"page_view": 1, "purchase": 2, "message_sent": 3}
WEEKLY = Question(Spec(), SPANS[0], COVERAGE, Reporting(currency="CNY"), EVENTS, 8)
BUYING = replace(
    WEEKLY,
    spec=Spec(start=Start.FIRST_PURCHASE, returning=Return.PURCHASE, grain=Grain.MONTH),
    last_period=3,
)
VISITS = Spec(start=Start.FIRST_VISIT, clock=Clock.HOURS, kind=Kind.ROLLING, grain=Grain.DAY)


def statements(src: Sources) -> dict[str, Select[tuple[object, ...]]]:
    revenue = replace(BUYING.spec, value=Value.REVENUE, kind=Kind.ON_OR_BEFORE)
    ratio = replace(BUYING.spec, value=Value.REVENUE_RETENTION)
    brackets = Spec(kind=Kind.BRACKET, brackets=(Bracket(1, 3), Bracket(4, 7)), returns_count=True)
    return {
        "activity": statement(src, replace(WEEKLY, by=Segment.CHANNEL)),
        "purchases": statement(src, BUYING),
        "brackets": statement(src, replace(WEEKLY, spec=brackets, by=Segment.REFERRED)),
        "visits": statement(src, replace(WEEKLY, spec=VISITS)),
        "revenue": money_statement(src, replace(BUYING, spec=revenue)),
        "spread": spread_statement(src, replace(BUYING, spec=revenue)),
        "spread_of_ratio": spread_statement(src, replace(BUYING, spec=ratio, by=Segment.MARKET)),
        "people": select(behind(src, BUYING, [date(2024, 1, 1)], Bracket(1, 1), Who.RETURNED)),
    }


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("name", statements(Sources(VIEWER, SCOPE)))
def test_sql_is_as_reviewed(name: str, database: str, golden: Callable[[str, str], None]) -> None:
    asked = statements(Sources(VIEWER, SCOPE))[name]
    raw = str(asked.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    assert "O''Brien" in text
    golden(f"sql/{database}/retention_{name}.sql", text + "\n")
