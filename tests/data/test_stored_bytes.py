"""How much room a table takes, as both databases say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, create_engine

from data.dialects import load_rows, stored_bytes

FEW, MANY = 10, 1_000_000


@pytest.mark.postgres
def test_a_server_counts_a_table_of_many_rows(postgres_database: Callable[[], str]) -> None:
    few, many = _sizes(postgres_database())
    assert few < many
    assert many > 4 * MANY


def test_a_file_counts_a_table_of_many_rows(tmp_path: Path) -> None:
    few, many = _sizes(f"duckdb:///{tmp_path}/sizes.duckdb")
    assert 0 < few < many
    assert many > MANY


def _sizes(url: str) -> list[int]:
    """Bytes of two tables of numbers in no order: 4 bytes each, and at least 20 bits if packed."""
    sizes, engine = [], create_engine(url)
    for rows in (FEW, MANY):
        table = Table(f"of_{rows}", MetaData(), Column("n", Integer, nullable=False))
        numbers = pa.array([(n * 7919) % 1_000_003 for n in range(rows)], pa.int32())
        with engine.connect() as connection:
            table.create(connection)
            load_rows(connection, table, pa.table({"n": numbers}))
            connection.commit()
    engine.dispose()
    engine = create_engine(url)
    with engine.connect() as connection:
        for rows in (FEW, MANY):
            table = Table(f"of_{rows}", MetaData(), Column("n", Integer, nullable=False))
            sizes.append(stored_bytes(connection, table))
    engine.dispose()
    return sizes
