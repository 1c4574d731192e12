"""The statements of attribution as reviewed: a file per statement and database."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import sqlglot
from sqlalchemy import Select, select

from data.sources import Sources
from metrics.attribution.credits import campaign_sums, sums, totals
from metrics.attribution.journeys import lengths, top_paths
from metrics.attribution.paths import transitions
from metrics.attribution.people import Behind, attribution_customers
from metrics.attribution.spec import Conversions, Dated, Model, Question, Spec
from metrics.attribution.spend import statement as spend
from tests.metrics.test_golden_sql import DIALECTS, SCOPE, SPANS, VIEWER

ZONE = ZoneInfo("UTC")
NEW = Question(Spec(kinds=("click", "code")), SPANS[0], ZONE)
ORDERS = Question(Spec(Conversions.ORDERS, Dated.ACCRUAL), SPANS[0], ZONE)


def statements(src: Sources) -> dict[str, Select[tuple[object, ...]]]:
    return {
        "credits": sums(src, NEW, tuple(Model)),
        "credits_by_touch_date": sums(src, ORDERS, (Model.FIRST, Model.POSITION)),
        "campaigns": campaign_sums(src, NEW, (Model.LAST, Model.MARKOV), "kol", 40),
        "totals": totals(src, ORDERS),
        "transitions": transitions(src, ORDERS),
        "top_paths": top_paths(src, NEW),
        "path_lengths": lengths(src, NEW),
        "spend": spend(src, SPANS[0], "kol", ["spring"]),
        "customers": select(
            attribution_customers(src, Behind(NEW, "kol", Model.MARKOV, per_path=0.25))
        ),
    }


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("name", statements(Sources(VIEWER, SCOPE)))
def test_sql_is_as_reviewed(name: str, database: str, golden: Callable[[str, str], None]) -> None:
    statement = statements(Sources(VIEWER, SCOPE))[name]
    raw = str(statement.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    assert "O''Brien" in text
    golden(f"sql/{database}/attribution_{name}.sql", text + "\n")
