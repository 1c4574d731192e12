"""The statements of lifecycle states as reviewed: a file per statement and database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

import pytest
import sqlglot
from sqlalchemy import Select

from data.settings import StateRules
from data.sources import Sources
from metrics.states.people import StateBar, Transition, people
from metrics.states.spec import State
from metrics.states.statement import counts, matrix, thresholds, trend
from metrics.states.value import reasons, satisfaction, value
from tests.metrics.test_golden_sql import DIALECTS, SCOPE, VIEWER

RULES, ZONE = StateRules(), ZoneInfo("Asia/Shanghai")
BEFORE, ON = date(2024, 1, 31), date(2024, 2, 29)


def statements(src: Sources) -> dict[str, Select[tuple[object, ...]]]:
    return {
        "counts": counts(src, RULES, ON, "channel"),
        "trend": trend(src, RULES, [BEFORE, ON]),
        "matrix": matrix(src, RULES, BEFORE, ON),
        "thresholds": thresholds(src, RULES, ON, [StateRules(dormant_days=120)]),
        "value": value(src, RULES, ON, ZONE, "order"),
        "reasons": reasons(src, RULES, ON, ZONE),
        "satisfaction": satisfaction(src, RULES, ON, ZONE),
        "people": people(src, RULES, StateBar(ON, State.DORMANT)),
        "people_of_cell": people(src, RULES, Transition(BEFORE, ON, None, State.NEW)),
    }


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("name", statements(Sources(VIEWER, SCOPE)))
def test_sql_is_as_reviewed(name: str, database: str, golden: Callable[[str, str], None]) -> None:
    statement = statements(Sources(VIEWER, SCOPE))[name]
    raw = str(statement.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    assert "O''Brien" in text
    golden(f"sql/{database}/states_{name}.sql", text + "\n")
