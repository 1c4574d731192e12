"""The statements of growth accounting as reviewed: a file per statement and database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlglot
from sqlalchemy import Select, select

from data.sources import Sources
from metrics.growth.money import buyers, money
from metrics.growth.spec import Criterion, Cut, Flow, MoneyFlow
from metrics.growth.statement import people, users
from metrics.periods import Grain
from metrics.user_segments import Group, Segment
from tests.metrics.test_golden_sql import DIALECTS, SCOPE, SPANS, VIEWER

CUT = Cut(Grain.MONTH, "monday", SPANS)


def statements(src: Sources) -> dict[str, Select[tuple[object, ...]]]:
    part = Group(Segment.PLATFORM, None, ("ios",))
    return {
        "users": users(src, CUT, Criterion.ACTIVE, "channel"),
        "money": money(src, CUT, "market"),
        "people_resurrected": people(
            src, *SPANS, Criterion.ACTIVE, Flow.RESURRECTED, group=part, away="back_60"
        ),
        "people_churned": people(src, *SPANS, Criterion.BOUGHT, Flow.CHURNED),
        "buyers": select(buyers(src, CUT, MoneyFlow.EXPANSION, part)),
    }


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("name", statements(Sources(VIEWER, SCOPE)))
def test_sql_is_as_reviewed(name: str, database: str, golden: Callable[[str, str], None]) -> None:
    statement = statements(Sources(VIEWER, SCOPE))[name]
    raw = str(statement.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    assert "O''Brien" in text
    golden(f"sql/{database}/growth_{name}.sql", text + "\n")
