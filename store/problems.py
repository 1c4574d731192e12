"""What can go wrong with the store, said for the reader: conflicts of edits, and databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from i18n import Problem, Words
from store.saved import Action, Saved


class EditConflict(Problem):
    """Someone else changed the record after this edit was begun. Nothing is lost.

    `stored` is the version in force (or the deletion). `draft` is this edit, kept in the history
    as refused; None when the edit was a deletion. To overwrite, save again with
    `based_on=conflict.stored.revision`; to take over the other's version, just load it.
    """

    def __init__(
        self, kind: Words, stored: Saved[BaseModel], draft: Saved[BaseModel] | None
    ) -> None:
        self.stored = stored
        self.draft = draft
        super().__init__(
            "edit_conflict",
            _DELETED if stored.action is Action.DELETED else _CHANGED,
            _DRAFT_NOT_KEPT if draft is None else _DRAFT_KEPT,
            kind=kind,
            name=stored.name,
            author=stored.author,
            time=f"{stored.edited_at:%Y-%m-%d %H:%M}",
            revision=stored.revision,
            draft=0 if draft is None else draft.revision,
        )


@contextmanager
def database_errors_told(store: str) -> Iterator[None]:
    """Turn what a database driver raises inside into a `Problem` that names `store`."""
    try:
        yield
    except PoolTimeout as error:
        raise _problem(_LOCKED, store, str(error)) from error
    except DBAPIError as error:
        raise _told(error.orig or error, store) from error
    except sqlite3.Error as error:  # from a statement that must run outside of a transaction
        raise _told(error, store) from error


class _Case(NamedTuple):
    """A family of database errors, known by the beginnings of their codes."""

    code: str
    sqlite: tuple[str, ...]
    postgres: tuple[str, ...]
    what: Words
    hint: Words


def _told(error: BaseException, store: str) -> Problem:
    lines = str(error).strip().splitlines()
    return _problem(_case(error), store, lines[0] if lines else type(error).__name__)


def _case(error: BaseException) -> _Case:
    name: str = getattr(error, "sqlite_errorname", None) or ""
    state: str = getattr(error, "sqlstate", None) or ""
    if name == "SQLITE_ERROR" and "no such table" in str(error):
        return _NO_TABLES
    for case in _CASES:
        if (name and name.startswith(case.sqlite)) or (state and state.startswith(case.postgres)):
            return case
    # A server that can't be reached has no code to give; a code we don't list has its own words.
    return _OTHER if name or state else _UNREACHABLE


def _problem(case: _Case, store: str, reason: str) -> Problem:
    return Problem(case.code, case.what, case.hint, store=store, reason=reason)


_LOCKED = _Case(
    "store_locked",
    ("SQLITE_BUSY", "SQLITE_LOCKED"),
    ("55P03",),
    Words(
        en="The store {store} is being written by somebody else and did not become free in time.",
        zh="应用存储 {store} 正被其他程序写入，等待超时。",
    ),
    Words(
        en="Nothing was saved. Try again in a moment; close any other tool that holds it open.",
        zh="本次未保存。请稍后重试，并关闭其他正在占用它的程序。",
    ),
)
_UNREACHABLE = _Case(
    "store_unreachable",
    ("SQLITE_CANTOPEN", "SQLITE_IOERR"),
    ("08", "28", "3D", "57P", "53300"),
    Words(
        en="The store {store} can't be reached: {reason}",
        zh="无法连接应用存储 {store}：{reason}",
    ),
    Words(
        en="Check that the file or server is there, and that the address, user and password are "
        "right.",
        zh="请检查文件或数据库服务是否存在，以及地址、用户名和密码是否正确。",
    ),
)
_NO_TABLES = _Case(
    "store_tables_missing",
    (),
    ("42P01", "3F000"),
    Words(
        en="The store {store} has lost its tables: {reason}",
        zh="应用存储 {store} 中缺少数据表：{reason}",
    ),
    Words(
        en="Was it replaced while Northstar ran? Put a backup in its place, or restart to begin "
        "with an empty store.",
        zh="运行期间它是否被替换过？请恢复备份，或重启以新建空的存储。",
    ),
)
_OTHER = _Case(
    "store_failed",
    (),
    (),
    Words(
        en="The store {store} answered with an error: {reason}",
        zh="应用存储 {store} 出错：{reason}",
    ),
    Words(
        en="Nothing was saved. If it happens again, report it with this message.",
        zh="本次未保存。若再次出现，请附上此信息反馈。",
    ),
)
_CASES = (
    _LOCKED,
    _UNREACHABLE,
    _NO_TABLES,
    _Case(
        "store_read_only",
        ("SQLITE_READONLY",),
        ("25006", "42501"),
        Words(
            en="The store {store} may be read but not written: {reason}",
            zh="应用存储 {store} 只可读取，不可写入：{reason}",
        ),
        Words(
            en="Nothing was saved. Give the account that runs Northstar the right to write the "
            "file and its folder, or the database.",
            zh="本次未保存。请为运行 Northstar 的账号授予该文件及其文件夹（或数据库）的写入权限。",
        ),
    ),
    _Case(
        "store_damaged",
        ("SQLITE_NOTADB", "SQLITE_CORRUPT"),
        ("XX001", "XX002"),
        Words(
            en="The store {store} is not a database of Northstar's, or is damaged: {reason}",
            zh="应用存储 {store} 不是有效的数据库文件，或已损坏：{reason}",
        ),
        Words(
            en="Point to another file, or put a backup in its place. Nothing was changed.",
            zh="请指定其他文件，或恢复备份。原文件未被改动。",
        ),
    ),
    _Case(
        "store_full",
        ("SQLITE_FULL",),
        ("53100",),
        Words(
            en="There is no room left to write the store {store}: {reason}",
            zh="磁盘空间不足，无法写入应用存储 {store}：{reason}",
        ),
        Words(
            en="Nothing was saved. Free some disk space and try again.",
            zh="本次未保存。请清理磁盘空间后重试。",
        ),
    ),
)

_CHANGED = Words(
    en="{author} changed the {kind} “{name}” at {time} UTC (revision {revision}), after you "
    "opened it.",
    zh="在你打开之后，{author} 已于 {time}（UTC）修改了{kind}「{name}」（第 {revision} 版）。",
)
_DELETED = Words(
    en="{author} deleted the {kind} “{name}” at {time} UTC (revision {revision}), after you "
    "opened it.",
    zh="在你打开之后，{author} 已于 {time}（UTC）删除了{kind}「{name}」（第 {revision} 版）。",
)
_DRAFT_KEPT = Words(
    en="Yours is kept in the history as revision {draft}. Look at both, then overwrite with yours "
    "or take over the other.",
    zh="你的修改已保留在历史记录中（第 {draft} 版）。请对比两个版本，"
    "再选择用你的版本覆盖，或采用对方的版本。",
)
_DRAFT_NOT_KEPT = Words(
    en="Nothing was deleted. Look at the newer version, then decide again.",
    zh="尚未删除。请先查看最新版本，再决定是否删除。",
)
