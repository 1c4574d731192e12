"""What was imported, and what was not: kept beside the canonical tables in every version."""

from __future__ import annotations

import hashlib
from datetime import datetime

import pyarrow as pa
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    MetaData,
    String,
    Table,
    delete,
    func,
    select,
    tuple_,
)

from data.importing.expressions import Expression, Lookup, parts_of
from data.importing.files import find_files
from data.importing.mapping_models import Mapping
from data.importing.reading import Batch
from data.importing.staging import Load
from data.schema import MONEY

ledger = MetaData()

imports = Table(
    "imports",
    ledger,
    Column("import_id", String()),
    Column("imported_at", DateTime()),
    Column("fingerprint", String()),
    Column("source", String()),
    Column("path", String()),
    Column("sha256", String()),
    Column("bytes", BigInteger()),
    Column("rows_read", BigInteger()),
    Column("rows_loaded", BigInteger()),
    Column("rows_rejected", BigInteger()),
    Column("rows_set_aside", BigInteger()),
)
"""One row per file and import, for ever. `imported_at` is UTC."""

rejects = Table(
    "rejects",
    ledger,
    Column("import_id", String()),
    Column("source", String()),
    Column("path", String()),
    Column("line", BigInteger()),
    Column("table_name", String()),
    Column("column_name", String()),
    Column("reason", String()),
    Column("found", String()),
    Column("expected", String()),
    Column("row", String()),
)
"""Cells that could not be read, as of the last import of their file; `problems.REASONS` says what
a reason means."""

set_aside = Table(
    "set_aside",
    ledger,
    Column("import_id", String()),
    Column("source", String()),
    Column("path", String()),
    Column("name", String()),
    Column("reason_en", String()),
    Column("reason_zh", String()),
    Column("rows", BigInteger()),
    Column("amount", MONEY),
)
"""Groups of rows that are on purpose in no table, as of the last import of their file."""

import_notes = Table(
    "import_notes",
    ledger,
    Column("import_id", String()),
    Column("source", String()),
    Column("path", String()),
    Column("table_name", String()),
    Column("column_name", String()),
    Column("code", String()),
    Column("rows", BigInteger()),
)
"""What was read by a rule worth knowing, as of the last import of its file: `problems.NOTES`."""


def record(
    connection: Connection,
    batch: Batch,
    *,
    import_id: str,
    imported_at: datetime,
    fingerprint: str | None,
    load: Load,
) -> None:
    """Adds an import to the ledger. Rejects, groups and notes of a file take the place of those
    of its earlier import, so that a file that grows does not count its bad rows again."""
    ledger.create_all(connection, checkfirst=True)
    stamp = {"import_id": import_id}
    files = pa.Table.from_pylist(
        [
            {
                **stamp,
                "imported_at": imported_at,
                "fingerprint": fingerprint,
                "source": file.source,
                "path": file.path,
                "sha256": file.sha256,
                "bytes": file.bytes,
                "rows_read": file.rows_read,
                "rows_loaded": file.rows_loaded,
                "rows_rejected": file.rows_rejected,
                "rows_set_aside": file.rows_set_aside,
            }
            for file in batch.files
        ]
    )
    load(connection, imports, files)
    again = [(file.source, file.path) for file in batch.files]
    for table, rows in (
        (rejects, batch.rejects),
        (set_aside, batch.set_aside),
        (import_notes, batch.notes),
    ):
        connection.execute(delete(table).where(tuple_(table.c.source, table.c.path).in_(again)))
        if rows.num_rows:
            ids = pa.array([import_id] * rows.num_rows)
            load(connection, table, rows.add_column(0, "import_id", ids))


def fingerprint(mapping: Mapping) -> str | None:
    """One checksum over the mapping and every file it reads, look-ups included; None when a
    database is among the sources, whose content can't be known without reading it."""
    if any(source.database is not None for source in mapping.sources):
        return None
    whole = hashlib.sha256(mapping.sha256.encode())
    patterns = [source.file or "" for source in mapping.sources]
    for source in mapping.sources:
        for target in source.into.values():
            for expression in target.columns.values():
                patterns += _lookup_files(expression)
    for pattern in dict.fromkeys(patterns):
        for path in find_files(mapping.folder, pattern):
            whole.update(path.name.encode())
            with path.open("rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


def already_imported(connection: Connection, mark: str | None) -> bool:
    """Whether the latest import was of exactly these files by this mapping."""
    if mark is None:
        return False
    latest = select(func.max(imports.c.imported_at)).scalar_subquery()
    last = connection.execute(
        select(imports.c.fingerprint).where(imports.c.imported_at == latest).distinct()
    ).scalars()
    return mark in list(last)


def _lookup_files(expression: Expression) -> list[str]:
    if isinstance(expression, Lookup):
        return [expression.lookup.file]
    return [file for part in parts_of(expression) for file in _lookup_files(part)]
