"""A batch's rows beside the stored ones, for the time of a merge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa
from sqlalchemy import Column, Connection, Date, MetaData, String, Table, func, select
from sqlalchemy.sql.base import Executable

from data.schema import contract

Load = Callable[[Connection, Table, pa.Table], None]
"""Puts an Arrow table into an existing, empty or filled, database table by column names."""


@dataclass(frozen=True)
class Change:
    """Rows of one table: new, different, the same, and gone. Rows without an id are never
    different: they are gone and new."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0

    @property
    def any(self) -> bool:
        """Whether the stored table is different from before."""
        return bool(self.inserted or self.updated or self.removed)


@dataclass(frozen=True)
class Staged:
    """One table of a batch beside its stored table; `delta` lists what differs."""

    connection: Connection
    name: str
    stored: Table
    stage: Table
    delta: Table

    def count(self, statement: Executable) -> int:
        return int(self.connection.execute(statement).scalar_one())

    def rows(self) -> int:
        """Rows of the batch."""
        return self.count(select(func.count()).select_from(self.stage))


def exists(connection: Connection, name: str) -> bool:
    """Whether the draft has this table."""
    schema = connection.schema_for_object(contract.tables[name])
    return bool(connection.dialect.has_table(connection, name, schema=schema))


@contextmanager
def staged(
    connection: Connection, name: str, arrow: pa.Table, keys: tuple[str, ...], load: Load
) -> Iterator[Staged]:
    """The batch's rows loaded beside the stored table, which is made if it is not there yet.
    `delta` has the `keys`, a `day` and a `change`. Both helpers are dropped afterwards."""
    stored = contract.tables[name]
    stored.create(connection, checkfirst=True)
    helpers = MetaData()
    stage = Table(f"importing_{name}", helpers, *[Column(c.name, c.type) for c in stored.columns])
    delta = Table(
        f"importing_{name}_delta",
        helpers,
        *[Column(key, stored.c[key].type) for key in keys],
        Column("touched_on", Date()),
        Column("change", String()),
    )
    for table in (stage, delta):
        table.drop(connection, checkfirst=True)
        table.create(connection)
    load(connection, stage, arrow)
    try:
        yield Staged(connection, name, stored, stage, delta)
    finally:
        for table in (delta, stage):
            table.drop(connection)
