"""Versions of a warehouse: built aside, published at once, rolled back by pointing again.

A writer never touches what readers have open. Embedded: each version is a DuckDB file in the shop's
folder and `CURRENT` names the one to read. On a server: each version is a schema, and one row of
`northstar_current` names it. Readers take the name once per page and keep it to the end.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

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
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.schema import CreateSchema, DropSchema

from data.dialects import is_embedded, reading_engine, writing_engine
from data.importing.ledger import ledger
from data.rollups import facts, rollup
from data.schema import contract
from data.settings import Limits
from i18n import Problem, Words

ALL_TABLES: tuple[MetaData, ...] = (contract, ledger, rollup)


@dataclass(slots=True)
class Draft:
    """A version being built. Nobody reads it until `publish()` was called and the block ended.

    So its steps may be committed one by one, which spares a big load the memory of one big
    transaction: a draft that fails is dropped as a whole.
    """

    version: str
    connection: Connection
    wanted: bool = False

    def publish(self) -> None:
        self.wanted = True


class Versions(ABC):
    """All versions of one shop's warehouse."""

    limits: Limits

    @abstractmethod
    def current(self) -> str | None:
        """The version to read now, `None` when nothing was ever published."""

    @abstractmethod
    def list(self) -> list[str]:
        """All versions there are, oldest first."""

    @abstractmethod
    def reader(self, version: str) -> Engine:
        """A read-only engine on one version."""

    @abstractmethod
    def point(self, version: str) -> None:
        """Make readers use this version from their next page on: publishing and rolling back."""

    @abstractmethod
    def _lock(self) -> Iterator[None]: ...

    @abstractmethod
    def _open(self, version: str, base: str | None) -> Engine: ...

    @abstractmethod
    def _drop(self, version: str) -> None: ...

    @contextmanager
    def draft(self, *, from_current: bool) -> Iterator[Draft]:
        """Build a new version, as a copy of the current one or empty.

        All or nothing: without `publish()`, or when the block fails, the draft is dropped and
        readers never knew of it. One writer at a time; a second one gets a `Problem`.
        """
        with contextmanager(self._lock)():
            now = datetime.now(UTC)
            version = f"{now:%Y%m%d_%H%M%S}_{now.microsecond // 1000:03d}{secrets.token_hex(2)}"
            base = self.current() if from_current else None
            engine = self._open(version, base)
            built = False
            try:
                with engine.connect() as connection:
                    _lay_out(connection)
                    draft = Draft(version, connection)
                    yield draft
                    connection.commit()
                built = draft.wanted
            finally:
                engine.dispose()
                if not built:
                    self._drop(version)
            if built:
                self.point(version)
                self._prune()

    def _prune(self) -> None:
        """Old versions go, but never the one in use nor the last few that readers may hold."""
        for old in self.list()[: -self.limits.keep_versions]:
            if old != self.current():
                self._drop(old)


def _lay_out(connection: Connection) -> None:
    """Create what is missing; serving tables of another layout go, to be cut anew. The facts stay:
    they remember up to when the data is complete."""
    translate = connection.get_execution_options().get("schema_translate_map") or {}
    found = inspect(connection)
    for table in rollup.sorted_tables:
        if not found.has_table(table.name, schema=translate.get(None)):
            continue
        columns = {c["name"] for c in found.get_columns(table.name, schema=translate.get(None))}
        if columns != {c.name for c in table.columns}:
            rollup.drop_all(connection, [t for t in rollup.sorted_tables if t is not facts])
            break
    for tables in ALL_TABLES:
        tables.create_all(connection)


class FileVersions(Versions):
    """DuckDB files in one folder."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder = folder
        self.limits = limits

    def current(self) -> str | None:
        try:
            return (self.folder / "CURRENT").read_text("utf-8").strip() or None
        except FileNotFoundError:
            return None

    def list(self) -> list[str]:
        return sorted(p.stem.removeprefix("warehouse_") for p in self.folder.glob("*.duckdb"))

    def reader(self, version: str) -> Engine:
        url = make_url(f"duckdb:///{self._file(version)}")
        return reading_engine(
            url,
            seconds=self.limits.statement_seconds,
            memory=self.limits.memory,
            threads=self.limits.threads,
        )

    def point(self, version: str) -> None:
        fresh = self.folder / f".CURRENT.{secrets.token_hex(4)}"
        fresh.write_text(version, "utf-8")
        os.replace(fresh, self.folder / "CURRENT")

    def _file(self, version: str) -> Path:
        return self.folder / f"warehouse_{version}.duckdb"

    def _lock(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = (self.folder / ".lock").open("w")
        except OSError as error:
            raise Problem(
                "warehouse_not_writable",
                Words(
                    "The warehouse folder {folder} can't be written: {error}.",
                    "无法写入数据仓库目录 {folder}：{error}。",
                ),
                Words(
                    "Give this user write access, or change the shop's url in northstar.toml.",
                    "请授予写入权限，或在 northstar.toml 中修改该店铺的 url。",
                ),
                folder=self.folder,
                error=error.strerror,
            ) from error
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise _busy(str(self.folder)) from error
            yield

    def _open(self, version: str, base: str | None) -> Engine:
        if base is not None:
            shutil.copyfile(self._file(base), self._file(version))
        url = make_url(f"duckdb:///{self._file(version)}")
        return writing_engine(url, memory=self.limits.memory, threads=self.limits.threads)

    def _drop(self, version: str) -> None:
        self._file(version).unlink(missing_ok=True)
        self._file(version).with_suffix(".duckdb.wal").unlink(missing_ok=True)


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

    def list(self) -> list[str]:
        prefix = self._schema("")
        with _reachable(self.url), self._engine.connect() as connection:
            names = inspect(connection).get_schema_names()
        return sorted(n.removeprefix(prefix) for n in names if n.startswith(prefix))

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
        with self._engine.begin() as connection:
            pointers.create_all(connection)
            connection.execute(delete(current_version).where(current_version.c.shop == self.shop))
            connection.execute(insert(current_version).values(row))

    def _schema(self, version: str) -> str:
        return f"northstar_{self.shop}_{version}"

    def _lock(self) -> Iterator[None]:
        key = func.hashtext(f"northstar:{self.shop}")
        with _reachable(self.url), self._engine.connect() as connection:
            if not connection.scalar(select(func.pg_try_advisory_lock(key))):
                raise _busy(self.shop)
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
        """Bring a table over from another version, if it was there and has the same columns."""
        found = inspect(connection)
        if not found.has_table(table.name, schema=schema):
            return
        columns = {c["name"] for c in found.get_columns(table.name, schema=schema)}
        if columns == {c.name for c in table.columns}:
            old = table.to_metadata(MetaData(), schema=schema)
            names = [c.name for c in table.columns]
            connection.execute(insert(table).from_select(names, select(*old.columns)))

    def _drop(self, version: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(DropSchema(self._schema(version), cascade=True, if_exists=True))


def open_versions(url: str, shop: str, limits: Limits) -> Versions:
    """The versions behind a shop's url: `duckdb:///folder` or `postgresql+psycopg://…`."""
    parsed = make_url(url)
    if is_embedded(parsed):
        return FileVersions(Path(parsed.database or "."), limits)
    return SchemaVersions(parsed, shop, limits)


def _busy(where: str) -> Problem:
    return Problem(
        "refresh_running",
        Words(
            "Another import or refresh of {where} is running.",
            "{where} 正在进行另一次导入或刷新。",
        ),
        Words("Wait for it to end and try again.", "请等它结束后重试。"),
        where=where,
    )


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
