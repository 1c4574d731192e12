"""The planner's statements as reviewed: a file per statement and database."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import sqlglot
from sqlalchemy import Select

from data.scope import Span
from data.sources import Sources
from metrics.experiments.outcomes import outcome
from metrics.planner.history import (
    Population,
    grown,
    latest,
    moments_statement,
    traffic_statement,
    values_statement,
)
from metrics.planner.spec import Meeting
from tests.metrics.test_golden_sql import COVERAGE, DIALECTS, SCOPE, VIEWER


def statements(src: Sources) -> dict[str, Select[tuple[object, ...]]]:
    """The clocks of New York change on 10 March 2024, within the latest days."""
    days = latest(COVERAGE)
    mature = grown(COVERAGE, 14)
    assert days is not None
    assert mature is not None
    zone = ZoneInfo("America/New_York")
    ahead = Span(days.start.replace(month=2), days.end.replace(day=20))
    vectors = [outcome("gmv_per_order_within_14_days").variables]
    return {
        "traffic": traffic_statement(src, Population(Meeting.VISIT, ahead, zone)),
        "moments": moments_statement(
            src, Population(Meeting.REGISTRATION, mature, zone, 3), 14, vectors
        ),
        "values": values_statement(
            src, Population(Meeting.VISIT, mature, zone), 14, (0.5, 0.4, 0.6)
        ),
    }


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("name", ["traffic", "moments", "values"])
def test_sql_is_as_reviewed(name: str, database: str, golden: Callable[[str, str], None]) -> None:
    statement = statements(Sources(VIEWER, SCOPE))[name]
    raw = str(statement.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    assert "O''Brien" in text
    golden(f"sql/{database}/planner_{name}.sql", text + "\n")
