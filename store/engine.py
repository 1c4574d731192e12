"""Where the store is: its address checked, and an engine whose transactions keep edits apart.

SQLite and PostgreSQL differ here and nowhere else in the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from i18n import Problem, Words

DEFAULT_URL = "sqlite:///var/store.sqlite"
"""Beside the warehouse files, never in them."""

_ONE_AT_A_TIME = 0x4E5354415200
"""Key of the PostgreSQL advisory lock that lets one process migrate at a time."""


@dataclass(frozen=True, slots=True)
class Place:
    """A checked address. `shown` is for messages and hides the password."""

    url: URL
    file: Path | None
    shown: str


def find_place(url: str) -> Place:
    """Check a store's URL: `sqlite:///path/to/file` or `postgresql://user@host/database`."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Problem("store_url", _URL, _URL_HINT, url=_without_password(url)) from error
    shown = url if parsed.password is None else parsed.render_as_string(hide_password=True)
    if parsed.drivername in ("postgresql", "postgresql+psycopg"):
        return Place(parsed.set(drivername="postgresql+psycopg"), None, shown)
    path = parsed.database or ""
    named = path not in ("", ":memory:") and not path.startswith("file:")
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite") or not named or "?" in url:
        raise Problem("store_url", _URL, _URL_HINT, url=shown)
    file = Path(path).expanduser().absolute()
    # `mode=rw` never makes a file: one that vanishes later is told, not replaced by an empty one.
    opened = URL.create("sqlite", database=file.as_uri(), query={"mode": "rw", "uri": "true"})
    return Place(opened, file, str(file))


def make_file(place: Place) -> None:
    """Make the folder and the empty file of a SQLite store that is not there yet."""
    if place.file is None:
        return
    try:
        if not place.file.exists():
            place.file.parent.mkdir(parents=True, exist_ok=True)
            place.file.touch()
    except OSError as error:
        raise Problem(
            "store_folder", _FOLDER, _FOLDER_HINT, store=place.shown, reason=error.strerror
        ) from error


def build_engine(place: Place, wait_seconds: float) -> Engine:
    """An engine for the place; a writer waits `wait_seconds` for another one, then gives up."""
    if place.file is None:
        engine = create_engine(
            place.url,
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,
            connect_args={"connect_timeout": 5},
        )
        event.listen(engine, "begin", _wait_no_longer_than(wait_seconds))
        return engine
    # No pool: a file that was replaced (a backup put back) is seen at once, and SQLite folds its
    # write-ahead log into the file when the last connection closes.
    engine = create_engine(place.url, poolclass=NullPool, connect_args={"timeout": wait_seconds})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def writing(engine: Engine) -> Engine:
    """The same engine for transactions that write: on SQLite they queue from their beginning."""
    return engine.execution_options(writing=True)


def keep_write_ahead_log(engine: Engine) -> None:
    """SQLite: let readers read while somebody writes. The file remembers it."""
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def wait_for_turn(connection: Connection) -> None:
    """PostgreSQL: wait until no other process migrates. SQLite's writers already wait."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin in `_begin_sqlite`, not by guesswork
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail when another wrote in between.
    mode = "IMMEDIATE" if connection.get_execution_options().get("writing") else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")


def _wait_no_longer_than(seconds: float) -> Any:
    def begin(connection: Connection) -> None:
        wait = f"{int(seconds * 1000)}ms"
        connection.execute(select(func.set_config("lock_timeout", wait, True)))

    return begin


def _without_password(url: str) -> str:
    """An address too broken to parse, cut so that no password is shown."""
    return url.split("@")[-1] if "@" in url else url


_URL = Words(
    en="“{url}” is no address for the store.",
    zh="“{url}”不是有效的应用存储地址。",
)
_URL_HINT = Words(
    en="Write sqlite:///path/to/store.sqlite for a file, or "
    "postgresql://user:password@host/database. The analytics warehouse can't be the store.",
    zh="文件请写 sqlite:///path/to/store.sqlite，数据库请写 "
    "postgresql://用户:密码@主机/数据库名。分析数据仓库不能用作应用存储。",
)
_FOLDER = Words(
    en="The store {store} can't be made there: {reason}",
    zh="无法在该位置创建应用存储 {store}：{reason}",
)
_FOLDER_HINT = Words(
    en="Choose a folder that the account running Northstar may write.",
    zh="请选择运行 Northstar 的账号有写入权限的文件夹。",
)
