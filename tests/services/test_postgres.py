"""Each test gets databases of its own, and a missing service is told, not passed over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from data.schema import contract
from tests.services import REQUIRE, absent
from tests.services.postgres import server_binaries, throwaway_cluster


def test_a_table_of_one_database_is_not_in_the_next(postgres_database: Callable[[], str]) -> None:
    """Two databases; what is created in the first is unknown to the second."""
    first, second = create_engine(postgres_database()), create_engine(postgres_database())
    try:
        contract.tables["users"].create(first)
        assert inspect(first).get_table_names() == ["users"]
        assert inspect(second).get_table_names() == []
    finally:
        first.dispose()
        second.dispose()


def test_the_throwaway_cluster_leaves_nothing_behind() -> None:
    """Answers while it is wanted; afterwards its port is closed and its folder gone."""
    with throwaway_cluster(server_binaries()) as url:
        engine = create_engine(url)
        with engine.connect() as connection:
            [folder] = connection.exec_driver_sql("SHOW data_directory").one()
        engine.dispose()
    assert not Path(folder).exists()


def test_an_absent_service_skips_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a reader's machine without the service."""
    monkeypatch.delenv(REQUIRE, raising=False)
    with pytest.raises(pytest.skip.Exception, match="PostgreSQL tests skipped: no server"):
        absent("PostgreSQL", "no server")


def test_an_absent_service_fails_where_all_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    """In CI a green run without the second database would be a lie."""
    monkeypatch.setenv(REQUIRE, "1")
    with pytest.raises(pytest.fail.Exception, match="no server"):
        absent("PostgreSQL", "no server")
