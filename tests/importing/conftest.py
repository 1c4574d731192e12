"""Small files, small mappings, and a draft warehouse on both databases."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pyarrow as pa
import pytest
from sqlalchemy import Connection, Table, create_engine, insert
from sqlalchemy.schema import CreateSchema, DropSchema

from data.importing.mapping import load_mapping
from data.importing.reading import Batch, read_sources

ImportOf = Callable[..., Batch]

HEAD = """\
shop: demo
name: {en: Demo, zh: 演示}
timezone: Europe/London
currency: GBP
"""

ORDERS = """\
sources:
  - name: orders
    file: orders.csv
    into:
      orders:
        columns:
          order_id: id
          user_id: user
          ordered_at: at
          status: {constant: paid}
          gross_amount: amount
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file beside the mapping."""

    def put(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = dedent(content).encode()
        path.write_bytes(content)
        return path

    return put


@pytest.fixture
def read(write: Callable[[str, str | bytes], Path]) -> ImportOf:
    """Reads files by a mapping: `read(mapping_after_the_head, name=content, …)`."""

    def run(sources: str, files: dict[str, str | bytes], head: str = HEAD) -> Batch:
        for name, content in files.items():
            write(name, content)
        return read_sources(load_mapping(write("mapping.yaml", head + dedent(sources))))

    return run


@pytest.fixture(params=["duckdb", pytest.param("postgresql", marks=pytest.mark.postgres)])
def draft(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    """An open transaction in an empty warehouse."""
    if request.param == "duckdb":
        engine = create_engine(f"duckdb:///{tmp_path / 'draft.duckdb'}")
        with engine.connect() as connection, connection.begin():
            yield connection
        engine.dispose()
        return
    url = os.environ.get("NORTHSTAR_TEST_POSTGRES")
    if not url:
        pytest.skip("no PostgreSQL: set NORTHSTAR_TEST_POSTGRES to its URL")
    engine = create_engine(url)
    schema = f"importing_{uuid.uuid4().hex[:12]}"
    with engine.begin() as connection:
        connection.execute(CreateSchema(schema))
    try:
        with engine.connect() as plain:
            connection = plain.execution_options(schema_translate_map={None: schema})
            yield connection
            connection.rollback()
    finally:
        with engine.begin() as connection:
            connection.execute(DropSchema(schema, cascade=True))
        engine.dispose()


def load(connection: Connection, table: Table, arrow: pa.Table) -> None:
    """The plainest loader there is: one insert of all rows."""
    rows = arrow.to_pylist()
    if rows:
        connection.execute(insert(table), rows)
