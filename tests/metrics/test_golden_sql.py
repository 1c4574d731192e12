"""Compiled SQL is reviewed like code: a file per statement and database.

`make test ARGS=--golden` writes them anew; read the difference before it is committed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
import sqlglot
from duckdb_sqlalchemy import Dialect as DuckDB
from sqlalchemy import Dialect, select
from sqlalchemy.dialects import postgresql

from data.scope import Scope, Span, Viewer
from data.settings import LifecycleRules, Reporting
from data.sources import Sources
from data.warehouse import Coverage
from metrics.families import FAMILIES, Family, Question
from metrics.lifecycle import statement as lifecycle
from metrics.lifecycle.stages import Population, Stage, State
from metrics.lifecycle.statement import Question as LifecycleQuestion
from metrics.saturation import weekly as saturation
from metrics.saturation.spec import Basis
from metrics.survival import statement as survival
from metrics.survival.spec import Criterion, Outcome
from metrics.survival.spec import Question as SurvivalQuestion
from metrics.user_segments import Segment

DIALECTS: dict[str, Dialect] = {"duckdb": DuckDB(), "postgres": postgresql.dialect()}
COVERAGE = Coverage(
    start=date(2024, 1, 1),
    through=datetime(2024, 3, 1),
    until=date(2024, 3, 1),
    last_day=date(2024, 2, 29),
    built_at=datetime(2024, 3, 1),
    filled={},
)
SPANS = (Span(date(2024, 1, 1), date(2024, 2, 1)), Span(date(2024, 2, 1), date(2024, 3, 1)))
SCOPE = Scope.of("CNY", channel=frozenset({"kol"}), customer=frozenset({"identified"}))
VIEWER = Viewer("reviewer", markets=frozenset({"CN", "O'Brien"}))
"""A market with a quote in its name: values are escaped, in the text that readers copy too."""


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.key)
def test_sql_is_as_reviewed(
    family: Family, database: str, golden: Callable[[str, str], None]
) -> None:
    question = Question(SPANS, COVERAGE, Reporting(currency="CNY"))
    statement = family.statement(Sources(VIEWER, SCOPE), question)
    raw = str(statement.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    assert "O''Brien" in text
    golden(f"sql/{database}/{family.key}.sql", text + "\n")


LIFECYCLE = LifecycleQuestion(SPANS, COVERAGE, LifecycleRules(), Population.REGISTERED, 1)


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("name", ["funnel", "breakdown", "people"])
def test_sql_of_the_lifecycle_is_as_reviewed(
    name: str, database: str, golden: Callable[[str, str], None]
) -> None:
    src = Sources(VIEWER, SCOPE)
    asked = {
        "funnel": lambda: lifecycle.statement(src, LIFECYCLE),
        "breakdown": lambda: lifecycle.broken_down(src, LIFECYCLE, "campaign", 11),
        "people": lambda: select(
            lifecycle.people(src, LIFECYCLE, Stage.CONVERT, State.NOT_REACHED)
        ),
    }[name]()
    raw = str(asked.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    assert "O''Brien" in text
    golden(f"sql/{database}/lifecycle_{name}.sql", text + "\n")


SURVIVAL = {
    "second_purchase": SurvivalQuestion(Outcome.SECOND_PURCHASE, COVERAGE, SPANS[0]),
    "first_category": SurvivalQuestion(Outcome.SECOND_PURCHASE, COVERAGE, segment=Segment.CATEGORY),
    "last_activity": SurvivalQuestion(
        Outcome.LAST_ACTIVITY, COVERAGE, None, Criterion.ACTIVE, 30, Segment.REFERRED
    ),
}


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("name", [*SURVIVAL, "gaps"])
def test_sql_of_survival_is_as_reviewed(
    name: str, database: str, golden: Callable[[str, str], None]
) -> None:
    src = Sources(VIEWER, SCOPE)
    asked = (
        survival.gaps(src, SURVIVAL["second_purchase"])
        if name == "gaps"
        else survival.statement(src, SURVIVAL[name])
    )
    raw = str(asked.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    assert "O''Brien" in text
    golden(f"sql/{database}/survival_{name}.sql", text + "\n")


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("name", ["spend", "days", "campaigns", *Basis])
def test_sql_of_saturation_is_as_reviewed(
    name: str, database: str, golden: Callable[[str, str], None]
) -> None:
    src, until = Sources(VIEWER, Scope.of("CNY", market=frozenset({"CN"}))), COVERAGE.until
    asked = {
        "spend": lambda: saturation.spend_statement(src, SPANS, until),
        "days": lambda: saturation.days_statement(src, SPANS[0].start, until),
        "campaigns": lambda: saturation.campaign_statement(src, SPANS[0].start, until),
        **{
            basis: lambda b=basis: saturation.customers_statement(src, SPANS, until, b, 30)
            for basis in Basis
        },
    }[name]()
    raw = str(asked.compile(dialect=DIALECTS[database], compile_kwargs={"literal_binds": True}))
    text = sqlglot.transpile(raw, read=database, write=database, pretty=True)[0]
    assert "O''Brien" in text
    golden(f"sql/{database}/saturation_{name}.sql", text + "\n")
