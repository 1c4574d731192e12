"""The only file that knows one database from another.

Portable SQLAlchemy constructs with one template per engine, and the few physical acts that have no
common form: opening an engine read-only with a time-out, and loading Arrow rows in bulk.
"""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
from sqlalchemy import (
    Boolean,
    Connection,
    Date,
    DateTime,
    Engine,
    Float,
    Integer,
    String,
    Table,
    cast,
    create_engine,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.engine import URL
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import Join, Subquery
from sqlalchemy.types import NullType, TypeEngine


class _Portable(FunctionElement[Any]):
    """A function whose SQL differs between engines; subclasses give the templates."""

    inherit_cache = True
    templates: dict[str, str]


def _render(element: _Portable, compiler: SQLCompiler, **kw: Any) -> str:
    templates = element.templates
    template = templates.get(compiler.dialect.name, templates["default"])
    return template.format(*[compiler.process(c, **kw) for c in element.clauses])


def _portable(name: str, returns: TypeEngine[Any], doc: str, **templates: str) -> type[_Portable]:
    """A construct `name(*arguments)`; `{0}`, `{1}` … are its compiled arguments."""
    made = type(
        name,
        (_Portable,),
        {
            "name": name,
            "type": returns,
            "templates": templates,
            "inherit_cache": True,
            "__doc__": doc,
        },
    )
    compiles(made)(_render)
    return made


shift_seconds = _portable(
    "shift_seconds",
    DateTime(),
    "An instant moved by whole seconds: shift_seconds(instant, n).",
    default="({0} + CAST({1} AS INTEGER) * INTERVAL '1' SECOND)",
)
add_days = _portable(
    "add_days",
    Date(),
    "A date moved by whole days: add_days(date, n).",
    default="({0} + CAST({1} AS INTEGER))",
)
later = _portable(
    "later",
    DateTime(),
    "An instant moved by whole 24-hour days: later(instant, n).",
    default="({0} + CAST({1} AS INTEGER) * INTERVAL '1' DAY)",
)
days_between = _portable(
    "days_between",
    Integer(),
    "Whole days from the first date to the second.",
    default="CAST({1} - {0} AS INTEGER)",
)
min_by = _portable(
    "min_by",
    NullType(),
    "The first (text) argument on the row where the second is smallest; of several such rows the "
    "smallest text. Null where it is null there: the earliest row answers, known or not.",
    default='(array_agg({0} ORDER BY {1}, {0} COLLATE "C"))[1]',
    duckdb="min({{'at': {1}, 'text': {0}}}).text",
)
bytewise = _portable(
    "bytewise",
    String(),
    "Text to order by, the same on every engine: by its bytes, not by the rules of a language.",
    default='{0} COLLATE "C"',
    duckdb="{0}",
)
any_true = _portable(
    "any_true",
    Boolean(),
    "Whether a condition holds on at least one row of the group.",
    default="bool_or({0})",
)
quantile = _portable(
    "quantile",
    Float(),
    "Continuous quantile: quantile(value, share).",
    default="percentile_cont({1}) WITHIN GROUP (ORDER BY {0})",
    duckdb="quantile_cont({0}, {1})",
)

shift_microseconds = _portable(
    "shift_microseconds",
    DateTime(),
    "An instant moved by whole microseconds: shift_microseconds(instant, n).",
    default="({0} + CAST({1} AS INTEGER) * INTERVAL '1 microsecond')",
)
seconds_between = _portable(
    "seconds_between",
    Float(),
    "Seconds from the first instant to the second.",
    default="CAST(EXTRACT(EPOCH FROM {1} - {0}) AS DOUBLE PRECISION)",
    duckdb="((epoch_us({1}) - epoch_us({0})) / 1000000.0)",
)
first_of_week = _portable(
    "first_of_week",
    Date(),
    "The Monday of a date's week.",
    default="CAST(DATE_TRUNC('week', {0}) AS DATE)",
)
first_of_month = _portable(
    "first_of_month",
    Date(),
    "The first day of a date's month.",
    default="CAST(DATE_TRUNC('month', {0}) AS DATE)",
)
json_text = _portable(
    "json_text",
    String(),
    "The value of a key of a JSON object as text: json_text(object, key). Null without it.",
    default="(CAST({0} AS JSONB) ->> {1})",
    duckdb="json_extract_string(CASE WHEN json_valid({0}) THEN {0} END, '$.\"' || {1} || '\"')",
)
text_number = _portable(
    "text_number",
    Float(),
    "Text as a number; null where it is none.",
    default="(CASE WHEN {0} ~ '^-?[0-9]+([.][0-9]+)?$' THEN CAST({0} AS DOUBLE PRECISION) END)",
    duckdb="TRY_CAST({0} AS DOUBLE)",
)


class NextJoin(Join):
    """Every row of the left side with the one row of the right side that comes next, if any.

    The condition names equal columns and, last, `right.moment >= left.column` (or `>`); of the
    rows that meet it the one with the smallest `moment` is taken. The left side is a named table
    or step, the right side a subquery.
    """

    inherit_cache = True


@compiles(NextJoin)
def _next_row(element: NextJoin, compiler: SQLCompiler, **kw: Any) -> str:
    left, right, condition = _sides(element, compiler, kw)
    assert isinstance(element.right, Subquery)
    name = compiler.preparer.format_alias(element.right)
    return (
        f"{left} LEFT JOIN LATERAL (SELECT {name}.* FROM {right} WHERE {condition} "
        f"ORDER BY {name}.moment LIMIT 1) AS {name} ON true"
    )


@compiles(NextJoin, "duckdb")
def _next_row_in_order(element: NextJoin, compiler: SQLCompiler, **kw: Any) -> str:
    left, right, condition = _sides(element, compiler, kw)
    return f"{left} ASOF LEFT JOIN {right} ON {condition}"


class LastJoin(Join):
    """Every row of the left side with the one row of the right side that comes last before it:
    equal columns and, last, `left.moment >= right.moment`. Rows without one are left out. Only
    where `joins_in_order` says so."""

    inherit_cache = True


@compiles(LastJoin)
def _last_row(element: LastJoin, compiler: SQLCompiler, **kw: Any) -> str:
    left, right, condition = _sides(element, compiler, kw)
    return f"{left} ASOF JOIN {right} ON {condition}"


def _sides(element: Join, compiler: SQLCompiler, kw: dict[str, Any]) -> tuple[str, str, str]:
    """Both sides of a join and its condition, compiled."""
    assert element.onclause is not None
    inside = {k: v for k, v in kw.items() if k != "asfrom"}
    left, right = (
        compiler.process(side, asfrom=True, **inside) for side in (element.left, element.right)
    )
    return left, right, compiler.process(element.onclause, **inside)


HOUR = 3600.0
"""Seconds of an hour, to divide by."""


def joins_in_order(engine: Engine) -> bool:
    """Whether the engine joins two tables along time in one pass (`ASOF JOIN`)."""
    return engine.dialect.name == "duckdb"


def typed(element: ColumnElement[Any], like: ColumnElement[Any]) -> ColumnElement[Any]:
    """`min_by` can't know its type; this says that it returns what `like` is."""
    return type_coerce(element, like.type)


def is_embedded(url: URL) -> bool:
    """Whether the warehouse is a folder of DuckDB files rather than a server."""
    return url.get_backend_name() == "duckdb"


def reading_engine(url: URL, *, seconds: int, memory: str, threads: int) -> Engine:
    """An engine that can only read and whose statements end after `seconds`."""
    if is_embedded(url):
        config: dict[str, Any] = {
            "max_execution_time": seconds * 1000,
            "memory_limit": memory,
            "threads": threads,
        }
        return create_engine(
            url,
            connect_args={"read_only": True, "config": config},
            pool_size=8,
            max_overflow=8,
        )
    options = f"-c statement_timeout={seconds * 1000} -c default_transaction_read_only=on"
    return create_engine(
        url, connect_args={"options": options}, pool_size=8, max_overflow=8, pool_pre_ping=True
    )


def interrupt(connection: Connection) -> None:
    """End the statement that runs on this connection in another thread; nothing if none does.
    Where the wish does not get through, the statement ends by its time limit."""
    driver = connection.connection.driver_connection
    assert driver is not None
    if connection.dialect.name == "duckdb":
        driver.interrupt()
        return
    with suppress(connection.dialect.loaded_dbapi.Error):
        driver.cancel_safe()


def writing_engine(url: URL, *, memory: str, threads: int) -> Engine:
    """An engine for a draft version that nobody reads yet."""
    if is_embedded(url):
        config: dict[str, Any] = {"memory_limit": memory, "threads": threads}
        return create_engine(url, connect_args={"config": config})
    return create_engine(url)


def load_rows(connection: Connection, table: Table, rows: pa.Table) -> None:
    """Append Arrow rows to a table by column name; columns that are not given stay null."""
    if rows.num_rows == 0:
        return
    preparer = connection.dialect.identifier_preparer
    names = ", ".join(preparer.quote(name) for name in rows.column_names)
    target = preparer.quote(table.name)
    schema = _schema(connection, table)
    if schema is not None:
        target = f"{preparer.quote(schema)}.{target}"
    driver = connection.connection.driver_connection
    assert driver is not None
    if connection.dialect.name == "duckdb":
        driver.register("northstar_incoming", rows)
        casts = ", ".join(
            f"CAST({preparer.quote(n)} AS {table.c[n].type.compile(connection.dialect)})"
            for n in rows.column_names
        )
        connection.exec_driver_sql(
            f"INSERT INTO {target} ({names}) SELECT {casts} FROM northstar_incoming"
        )
        driver.unregister("northstar_incoming")
        return
    with driver.cursor().copy(f"COPY {target} ({names}) FROM STDIN (FORMAT csv)") as copy:
        for batch in rows.to_batches(max_chunksize=50_000):
            buffer = io.BytesIO()
            options = pa_csv.WriteOptions(include_header=False)
            pa_csv.write_csv(pa.Table.from_batches([_plain(batch)]), buffer, options)
            copy.write(buffer.getvalue())


def stored_bytes(connection: Connection, table: Table) -> int:
    """How much room a committed table takes, with its indexes. Small tables of the embedded
    warehouse may share a block, which then counts for each of them."""
    if connection.dialect.name != "duckdb":
        schema = _schema(connection, table)
        name = connection.dialect.identifier_preparer.quote(table.name)
        name = name if schema is None else f"{schema}.{name}"
        size = select(func.pg_total_relation_size(cast(literal(name), REGCLASS)))
        return int(connection.scalar(size) or 0)
    parts = func.pragma_storage_info(table.name).table_valued("block_id", "additional_block_ids")
    blocks = select(parts.c.block_id).union(select(func.unnest(parts.c.additional_block_ids)))
    used = blocks.subquery()
    database = func.pragma_database_size().table_valued("block_size")
    held = connection.scalar(select(func.count()).where(used.c.block_id >= 0)) or 0
    return int(held) * int(connection.scalar(select(func.max(database.c.block_size))) or 0)


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Dictionary columns spelt out, as text files need them."""
    columns = [
        c.dictionary_decode() if pa.types.is_dictionary(c.type) else c for c in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _schema(connection: Connection, table: Table) -> str | None:
    translate = connection.get_execution_options().get("schema_translate_map") or {}
    return translate.get(table.schema, table.schema)
