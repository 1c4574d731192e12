"""Versions of a warehouse: built aside, published at once, rolled back by pointing again.

A writer never touches what readers have open. Readers take a version's name once per page and keep
it to the end. Where versions are kept stands in `version_files.py` and `version_schemas.py`.
"""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, MetaData, inspect

from data.importing.ledger import ledger
from data.rollups import facts, rollup
from data.schema import contract
from data.settings import Limits
from i18n import Problem, Words

VERSION_SHAPE = r"\d{8}_\d{6}_\d{3}[0-9a-f]{4}"
"""Time of the build to the millisecond, and four digits so that two never share a name."""

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
            published = False
            try:
                engine = self._open(version, base)
                try:
                    with engine.connect() as connection:
                        _lay_out(connection)
                        draft = Draft(version, connection)
                        yield draft
                        connection.commit()
                finally:
                    engine.dispose()
                if draft.wanted:
                    self.point(version)
                    published = True
            finally:
                if not published:
                    self._drop(version)
            if published:
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


def busy(where: str) -> Problem:
    """Somebody else is building a version: one writer at a time."""
    return Problem(
        "refresh_running",
        Words(
            "Another import or refresh of {where} is running.",
            "{where} 正在进行另一次导入或刷新。",
        ),
        Words("Wait for it to end and try again.", "请等它结束后重试。"),
        where=where,
    )
