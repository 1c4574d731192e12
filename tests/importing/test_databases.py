"""The company's own database as a source, and the ways in which it fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Uuid,
    create_engine,
    insert,
)

from tests.importing.conftest import ORDERS, Read, Refused

SOURCE = ORDERS.replace("file: orders.csv", "database: {url_env: SHOP_DB, table: shop_orders}")
REF = UUID("12345678-1234-5678-1234-567812345678")
ROWS = [
    {
        "id": 1,
        "ref": REF,
        "user": "anna",
        "at": datetime(2024, 1, 5, 10),
        "amount": Decimal("9.50"),
    },
    {"id": 2, "ref": None, "user": None, "at": datetime(2024, 7, 5, 10), "amount": Decimal(3)},
]


def fill(url: str) -> None:
    engine = create_engine(url)
    table = Table(
        "shop_orders", MetaData(), Column("id", Integer), Column("user", String),
        Column("at", DateTime), Column("amount", Numeric(10, 2)), Column("ref", Uuid),
    )  # fmt: skip
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(insert(table), ROWS)
    engine.dispose()


@pytest.fixture(params=["sqlite", "duckdb", "postgresql"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "postgresql":
        create: Callable[[], str] = request.getfixturevalue("postgres_database")
        url = create()
    else:
        url = f"{request.param}:///{tmp_path / 'shop.db'}"
    fill(url)
    monkeypatch.setenv("SHOP_DB", url)
    return url


@pytest.mark.usefixtures("shop")
def test_a_table_is_read_like_a_file(read: Read) -> None:
    batch = read(SOURCE, {})
    orders = {row["order_id"]: row for row in batch.tables["orders"].to_pylist()}
    assert (orders["1"]["user_id"], orders["1"]["gross_amount"]) == ("anna", Decimal("9.5"))
    assert orders["2"]["ordered_at"] == datetime(2024, 7, 5, 9)
    assert batch.files[0].rows_loaded == 2
    assert len(batch.files[0].sha256) == 64


@pytest.mark.usefixtures("shop")
def test_a_table_that_is_not_there_has_a_suggestion(refused: Refused) -> None:
    problem = refused(SOURCE.replace("table: shop_orders", "table: shop_order"), {})
    assert problem.code == "source_database_table"
    assert "Did you mean “shop_orders”?" in str(problem)


@pytest.mark.usefixtures("shop")
def test_a_column_that_is_not_there_lists_those_that_are(refused: Refused) -> None:
    problem = refused(SOURCE.replace("gross_amount: amount", "gross_amount: total"), {})
    assert problem.code == "file_unknown_column"
    assert "id, user, at, amount, ref" in str(problem)


def test_an_address_that_is_not_set(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOP_DB", raising=False)
    problem = refused(SOURCE, {})
    assert problem.code == "source_database_address"
    assert "SHOP_DB" in str(problem)


def test_an_address_that_cannot_be_read_is_not_repeated(
    refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in ("secret@nowhere", "nosuch+driver://u:secret@host/db"):
        monkeypatch.setenv("SHOP_DB", address)
        problem = refused(SOURCE, {})
        assert problem.code == "source_database_address"
        assert "secret" not in str(problem)


def test_a_database_that_is_down_is_named_without_its_password(
    refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Port 1 of this machine: nothing answers there."""
    monkeypatch.setenv("SHOP_DB", "postgresql+psycopg://u:secret@127.0.0.1:1/shop")
    problem = refused(SOURCE, {})
    assert problem.code == "source_database_down"
    assert "127.0.0.1:1" in str(problem)
    assert "secret" not in str(problem)


@pytest.mark.usefixtures("shop")
def test_a_kind_of_value_that_files_do_not_have_is_text(read: Read) -> None:
    column = "          coupon_code: ref\n"
    codes = read(SOURCE + column, {}).tables["orders"]["coupon_code"].to_pylist()
    assert [code and UUID(code) for code in codes] == [REF, None]
