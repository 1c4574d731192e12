"""Bring a store's database to the state this code expects, one process at a time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from i18n import Problem, Words
from store.engine import keep_write_ahead_log, wait_for_turn, writing

VERSION_TABLE = "store_version"
"""Not Alembic's usual name, which another application in the same database may have taken."""

INI = Path(__file__).with_name("alembic.ini")


def bring_up_to_date(engine: Engine, shown: str) -> None:
    """Run the migrations that are missing; does nothing, and writes nothing, when none are."""
    with engine.connect() as connection:
        if standing(connection, shown) == newest():
            return
    keep_write_ahead_log(engine)
    with migration(engine) as connection:
        # Finds nothing to do when another process migrated while this one waited for its turn.
        command.upgrade(config(connection), "head")


@contextmanager
def migration(engine: Engine) -> Iterator[Connection]:
    """One transaction in which the schema may change: all of it, or nothing."""
    with writing(engine).begin() as connection:
        wait_for_turn(connection)
        yield connection


def standing(connection: Connection, shown: str) -> str | None:
    """The migration this database stands at, None for an empty one; a `Problem` if it is ahead."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    at = context.get_current_revision()
    if at is not None and at not in _known():
        raise Problem("store_newer", _NEWER, _NEWER_HINT, store=shown, found=at, known=newest())
    return at


def newest() -> str:
    """The newest migration this code knows."""
    return next(iter(_known()))


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; with a connection, its commands run on that one."""
    made = Config(str(INI), stdout=sys.stdout)
    made.attributes["connection"] = connection
    return made


@cache
def _known() -> dict[str, None]:
    """Every migration this code knows, newest first."""
    scripts = ScriptDirectory.from_config(config())
    return dict.fromkeys(script.revision for script in scripts.walk_revisions())


_NEWER = Words(
    en="The store {store} was written by a newer Northstar (it stands at {found}; this one knows "
    "up to {known}).",
    zh="应用存储 {store} 由更新版本的 Northstar 写入（库版本 {found}，当前程序只支持到 {known}）。",
)
_NEWER_HINT = Words(
    en="Update Northstar, or point it to a backup made before the update. Nothing was changed.",
    zh="请升级 Northstar，或改用升级前的备份。数据未被改动。",
)
