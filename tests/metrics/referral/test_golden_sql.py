"""The statements of referral as reviewed: a file per statement and database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlglot
from sqlalchemy import Select, select

from data.settings import ReferralRules
from data.sources import Sources
from metrics.referral.people import people
from metrics.referral.steps import Asked, Step, by_cohort, by_medium
from tests.metrics.test_golden_sql import COVERAGE, DIALECTS, SCOPE, SPANS, VIEWER

ASKED = Asked(SPANS, ReferralRules(), COVERAGE.through, COVERAGE.until, "USD")


def statements(src: Sources) -> dict[str, Select[tuple[object, ...]]]:
    return {
        "cohorts": by_cohort(src, ASKED),
        "media": by_medium(src, ASKED),
        **{f"people_{step}": select(people(src, ASKED, step, "link")) for step in Step},
    }


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("name", statements(Sources(VIEWER, SCOPE)))
def test_sql_is_as_reviewed(name: str, database: str, golden: Callable[[str, str], None]) -> None:
    statement = statements(Sources(VIEWER, SCOPE))[name]
    raw = str(statement.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    assert "O''Brien" in text
    golden(f"sql/{database}/referral_{name}.sql", text + "\n")
