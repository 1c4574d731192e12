"""Tables and views of the company's own database, read like a file."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import MetaData, Table, create_engine, inspect, select
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, NoSuchTableError

from data.importing.file_problems import check_columns, empty
from data.importing.headers import Wanted
from data.importing.mapping_models import Database
from data.importing.problems import did_you_mean
from data.importing.raw import Raw
from i18n import Problem, Words

_ROWS_AT_ONCE = 50_000


def read_database(database: Database, columns: list[str]) -> Raw:
    """Every row of one table or view. `lines` count its rows in the order they came."""
    engine = _engine(database)
    shown = f"{engine.url.render_as_string(hide_password=True)} {database.table}"
    try:
        return _read(engine, database, columns, shown)
    except NoSuchTableError as error:
        raise _no_table(engine, database) from error
    except DBAPIError as error:
        raise Problem(
            "source_database_down",
            Words(
                en="The database {shown} did not answer: {why}.",
                zh="数据库 {shown} 无法访问：{why}。",
            ),
            Words(
                en="Check that it runs, and the address, user and password; nothing was imported.",
                zh="请检查数据库是否在运行，以及地址、用户名和密码；本次没有导入任何数据。",
            ),
            shown=shown,
            why=str(error.orig).strip().splitlines()[0],
        ) from error
    finally:
        engine.dispose()


def _engine(database: Database) -> Engine:
    address = database.url
    if database.url_env is not None:
        address = os.environ.get(database.url_env)
        if not address:
            raise Problem(
                "source_database_address",
                Words(
                    en="The environment variable {name} with the database's address is not set.",
                    zh="没有设置存放数据库地址的环境变量 {name}。",
                ),
                Words(
                    en="Set it, e.g. {name}=postgresql+psycopg://user:password@host/name.",
                    zh="请设置，例如 {name}=postgresql+psycopg://用户:密码@主机/库名。",
                ),
                name=database.url_env,
            )
    try:
        return create_engine(make_url(address or ""))
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise Problem(
            "source_database_address",
            Words(
                en="The address of the database is not one that can be read: {why}.",
                zh="数据库地址无法识别：{why}。",
            ),
            Words(
                en="It reads like postgresql+psycopg://user:password@host/name.",
                zh="应写成 postgresql+psycopg://用户:密码@主机/库名 的形式。",
            ),
            why=type(error).__name__,
        ) from error


def _read(engine: Engine, database: Database, columns: list[str], shown: str) -> Raw:
    table = Table(database.table, MetaData(), schema=database.schema_, autoload_with=engine)
    names = [column.name for column in table.columns]
    check_columns(shown, names, Wanted(columns))
    wanted = list(dict.fromkeys(columns))
    parts: list[pa.Table] = []
    with engine.connect() as connection:
        rows = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(
            select(*[table.c[name] for name in wanted])
        )
        parts = [
            pa.table({n: _array(v) for n, v in zip(wanted, zip(*part, strict=True), strict=True)})
            for part in rows.partitions()
        ]
    if not parts:
        raise empty(shown)
    whole = pa.concat_tables(parts, promote_options="permissive")
    checksum = hashlib.sha256()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, whole.schema) as stream:
        stream.write_table(whole)
    content = sink.getvalue()
    checksum.update(content)
    lines = np.arange(1, whole.num_rows + 1)
    return Raw(shown, checksum.hexdigest(), content.size, whole, lines)


def _array(values: tuple[Any, ...]) -> pa.Array:
    """A column as Arrow; what Arrow has no type for (a UUID, a network address) is text."""
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return pa.array([None if value is None else str(value) for value in values], pa.string())


def _no_table(engine: Engine, database: Database) -> Problem:
    known = inspect(engine)
    names = [*known.get_table_names(database.schema_), *known.get_view_names(database.schema_)]
    return Problem(
        "source_database_table",
        Words(
            en="The database has no table or view “{table}”.",
            zh="数据库中没有名为“{table}”的表或视图。",
        ),
        did_you_mean(database.table, names),
        table=database.table,
    )
