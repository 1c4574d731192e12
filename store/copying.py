"""Copy a whole store into an empty one: a backup, or the move from SQLite to PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Table, func, insert, select

from i18n import Problem, Words
from store.engine import writing
from store.models import AuditEntry, Base
from store.problems import database_errors_told
from store.records import Store

_ROWS_AT_ONCE = 500


def copy_store(source: Store, target: Store) -> dict[str, int]:
    """Copy every row into `target`, which must be empty; how many rows each table got.

    All or nothing, from one consistent state of the source, which may be in use meanwhile.
    """
    copied: dict[str, int] = {}
    with (
        database_errors_told(target.shown),
        writing(target.engine).begin() as to,
        database_errors_told(source.shown),
        source.engine.connect().execution_options(isolation_level="SERIALIZABLE") as start,
    ):
        for table in Base.metadata.sorted_tables:
            if to.scalar(select(func.count()).select_from(table)):
                raise Problem("store_not_empty", _NOT_EMPTY, _NOT_EMPTY_HINT, store=target.shown)
        for table in Base.metadata.sorted_tables:
            copied[table.name] = 0
            for rows in start.execute(_rows(table)).mappings().partitions(_ROWS_AT_ONCE):
                to.execute(insert(table), [dict(row) for row in rows])
                copied[table.name] += len(rows)
    return copied


def _rows(table: Table) -> Select[*tuple[Any, ...]]:
    """A table's rows in the order of its key. The target numbers the audit log itself, in order."""
    key = list(table.primary_key)
    columns = [c for c in table.columns if c is not AuditEntry.__table__.c.id]
    return select(*columns).order_by(*key)


_NOT_EMPTY = Words(
    en="The store {store} already holds records; copying would mix two stores.",
    zh="应用存储 {store} 中已有记录，复制会把两个存储混在一起。",
)
_NOT_EMPTY_HINT = Words(
    en="Give an address where there is no store yet.",
    zh="请指定一个尚无存储的地址。",
)
