"""Versions as schemas of one server database; a row of `northstar_current` says which to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.schema import CreateSchema, DropSchema

from data.dialects import reading_engine, writing_engine
from data.drafts import ALL_TABLES, VERSION_SHAPE, Draft, Versions, busy
from data.rollups import rollup
from data.settings import Limits
from i18n import Problem, Words

pointers = MetaData()
current_version = Table(
    "northstar_current",
    pointers,
    Column("shop", String, primary_key=True),
    Column("version", String, nullable=False),
    Column("published_at", DateTime, nullable=False),
)


class SchemaVersions(Versions):
    """Schemas of one server database; a row of `northstar_current` points to the one to read."""

    def __init__(self, url: URL, shop: str, limits: Limits) -> None:
        self.url = url
        self.shop = shop
        self.limits = limits
        self._engine = create_engine(url, pool_pre_ping=True, pool_size=2)

    def current(self) -> str | None:
        wanted = select(current_version.c.version).where(current_version.c.shop == self.shop)
        with _reachable(self.url), self._engine.connect() as connection:
            if not inspect(connection).has_table("northstar_current"):
                return None
            return connection.scalar(wanted)

    @contextmanager
    def draft(self, *, from_current: bool) -> Iterator[Draft]:
        with _reachable(self.url), super().draft(from_current=from_current) as draft:
            yield draft

    def list(self) -> list[str]:
        # Another shop's key may begin with this one's, so what follows has to be a version.
        with _reachable(self.url), self._engine.connect() as connection:
            names = inspect(connection).get_schema_names()
        shaped = re.compile(re.escape(self._schema("")) + f"({VERSION_SHAPE})")
        return sorted(m[1] for m in map(shaped.fullmatch, names) if m)

    def reader(self, version: str) -> Engine:
        engine = reading_engine(
            self.url,
            seconds=self.limits.statement_seconds,
            memory=self.limits.memory,
            threads=self.limits.threads,
        )
        return engine.execution_options(schema_translate_map={None: self._schema(version)})

    def point(self, version: str) -> None:
        now = datetime.now(UTC).replace(tzinfo=None)
        row = {"shop": self.shop, "version": version, "published_at": now}
        with _reachable(self.url), self._engine.begin() as connection:
            pointers.create_all(connection)
            connection.execute(delete(current_version).where(current_version.c.shop == self.shop))
            connection.execute(insert(current_version).values(row))

    def _schema(self, version: str) -> str:
        return f"northstar_{self.shop}_{version}"

    def _lock(self) -> Iterator[None]:
        key = func.hashtext(f"northstar:{self.shop}")
        with _reachable(self.url), self._engine.connect() as connection:
            if not connection.scalar(select(func.pg_try_advisory_lock(key))):
                raise busy(self.shop)
            try:
                yield
            finally:
                connection.scalar(select(func.pg_advisory_unlock(key)))

    def _open(self, version: str, base: str | None) -> Engine:
        schema = self._schema(version)
        writer = writing_engine(self.url, memory=self.limits.memory, threads=self.limits.threads)
        with writer.begin() as connection:
            connection.execute(CreateSchema(schema))
            fresh = connection.execution_options(schema_translate_map={None: schema})
            for tables in ALL_TABLES:
                tables.create_all(fresh)
                for table in tables.sorted_tables if base is not None else ():
                    self._copy(fresh, table, self._schema(base or ""))
        return writer.execution_options(schema_translate_map={None: schema})

    def _copy(self, connection: Connection, table: Table, schema: str) -> None:
        """Bring a table over from another version, as far as it was there. A serving table of
        another layout stays empty, to be cut anew; what was imported is never left behind."""
        found = inspect(connection)
        if not found.has_table(table.name, schema=schema):
            return
        before = {c["name"] for c in found.get_columns(table.name, schema=schema)}
        names = [c.name for c in table.columns if c.name in before]
        if table.metadata is rollup and len(names) < max(len(before), len(table.columns)):
            return
        old = table.to_metadata(MetaData(), schema=schema)
        rows = select(*[old.c[name] for name in names])
        connection.execute(insert(table).from_select(names, rows))

    def _drop(self, version: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(DropSchema(self._schema(version), cascade=True, if_exists=True))


@contextmanager
def _reachable(url: URL) -> Iterator[None]:
    """A server that does not answer becomes a sentence instead of a driver's error."""
    try:
        yield
    except OperationalError as error:
        raise unreachable(url, error) from error


def unreachable(url: URL, error: DBAPIError) -> Problem:
    """The warehouse does not answer: where it was looked for, and what to do."""
    return Problem(
        "warehouse_unreachable",
        Words(
            "The warehouse at {where} does not answer: {detail}.",
            "数据仓库 {where} 无法连接：{detail}。",
        ),
        Words(
            "Check that the server runs and that the shop's url in northstar.toml is right, "
            "then try again. Nothing that was imported is lost.",
            "请确认服务已启动、northstar.toml 中该店铺的 url 正确，然后重试。"
            "已导入的数据不会丢失。",
        ),
        where=url.render_as_string(hide_password=True),
        detail=str(error.orig).strip().splitlines()[0],
    )
