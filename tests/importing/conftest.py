"""Small files, small mappings, and a draft warehouse on both databases."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.schema import CreateSchema, DropSchema

from data.importing.mapping import load_mapping
from data.importing.reading import Batch, read_sources
from i18n import Problem, Text

Files = dict[str, str | bytes]
Write = Callable[[str, str | bytes], Path]
Read = Callable[..., Batch]
Refused = Callable[..., Problem]

HEAD = """\
shop: demo
name: {en: Demo, zh: 演示}
timezone: Europe/London
currency: GBP
sources:
"""

ORDERS = """\
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
"""The plainest mapping of orders; `id,user,at,amount` is the header of its file."""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file beside the mapping."""

    def put(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return put


@pytest.fixture
def read(write: Write) -> Read:
    """`read(sources, files)`: the batch that a mapping makes of some files."""

    def run(sources: str, files: Files, head: str = HEAD) -> Batch:
        for name, content in files.items():
            write(name, content)
        return read_sources(load_mapping(write("mapping.yaml", head + dedent(sources))))

    return run


@pytest.fixture
def refused(read: Read) -> Refused:
    """`refused(sources, files)`: the problem with them, which can be said in both languages."""

    def run(sources: str, files: Files, head: str = HEAD) -> Problem:
        with pytest.raises(Problem) as caught:
            read(sources, files, head)
        english, chinese = caught.value.say(Text("en")), caught.value.say(Text("zh"))
        assert "{" not in english.replace("{constant", "")
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
        return caught.value

    return run


@pytest.fixture(params=["duckdb", "postgresql"])
def draft(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    """An open transaction in an empty warehouse."""
    if request.param == "duckdb":
        engine = create_engine(f"duckdb:///{tmp_path / 'draft.duckdb'}")
        with engine.connect() as connection:
            yield connection
        engine.dispose()
        return
    engine = create_engine(request.getfixturevalue("postgres_url"))
    schema = f"importing_{uuid.uuid4().hex[:12]}"
    with engine.begin() as connection:
        connection.execute(CreateSchema(schema))
    try:
        with engine.connect() as plain:
            yield plain.execution_options(schema_translate_map={None: schema})
            plain.rollback()
    finally:
        with engine.begin() as connection:
            connection.execute(DropSchema(schema, cascade=True))
        engine.dispose()
