"""A mapping held against the contract: tables, columns, what is required, what fits together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from data.importing.expressions import (
    Expression,
    FromColumn,
    Greatest,
    Least,
    Lookup,
    Sum,
    ValueMap,
    parts_of,
)
from data.importing.mapping_models import Mapping, Source, Target
from data.importing.problems import did_you_mean
from data.schema import ONE_OF, contract, required_columns
from i18n import Problem, Words

LineOf = Callable[..., int]


def check(mapping: Mapping, line_of: LineOf) -> None:
    """Raises `Problem` for the first thing in `mapping` that the contract does not allow."""
    _check_timezone(mapping, mapping.timezone, line_of("timezone"))
    names: set[str] = set()
    modes: dict[str, str] = {}
    for number, source in enumerate(mapping.sources):
        place = ("sources", number)
        if source.name in names:
            raise _wrong(
                mapping,
                line_of(*place, "name"),
                Words(
                    en=f"two sources are named “{source.name}”; each needs its own name",
                    zh=f"有两个数据源都叫“{source.name}”，名称不能重复",
                ),
            )
        names.add(source.name)
        _check_source(mapping, source, line_of, place)
        for table, target in source.into.items():
            where = (*place, "into", table)
            _check_target(mapping, table, target, line_of, where)
            if modes.setdefault(table, source.mode) != source.mode:
                raise _wrong(
                    mapping,
                    line_of(*where),
                    Words(
                        en=f"{table} is fed by one source in mode merge and one in mode replace",
                        zh=f"{table} 的数据源一个是 merge 模式，一个是 replace 模式",
                    ),
                )


def _wrong(mapping: Mapping, line: int, what: Words, hint: Words | None = None) -> Problem:
    return Problem(
        "mapping_wrong_value",
        Words(en="{path}, line {line}: {fault}.", zh="{path} 第 {line} 行：{fault}。"),
        hint,
        path=mapping.path,
        line=line,
        fault=what,
    )


def _check_timezone(mapping: Mapping, zone: str, line: int) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _wrong(
            mapping,
            line,
            Words(en=f"“{zone}” is not a time zone", zh=f"“{zone}”不是有效的时区"),
            did_you_mean(zone, [*sorted(available_timezones())])
            if _close(zone)
            else Words(
                en="Use a name such as Europe/London or Asia/Shanghai.",
                zh="请使用 Europe/London、Asia/Shanghai 这样的名称。",
            ),
        ) from error


def _close(zone: str) -> bool:
    return "Did you" in did_you_mean(zone, available_timezones()).en


def _check_source(
    mapping: Mapping, source: Source, line_of: LineOf, place: tuple[str | int, ...]
) -> None:
    if (source.file is None) == (source.database is None):
        raise _wrong(
            mapping,
            line_of(*place),
            Words(
                en=f"source {source.name} needs either file: or database:, exactly one of them",
                zh=f"数据源 {source.name} 必须在 file: 与 database: 中任选其一",
            ),
        )
    if source.database is not None and (source.database.url is None) == (
        source.database.url_env is None
    ):
        raise _wrong(
            mapping,
            line_of(*place, "database"),
            Words(
                en="database: needs url_env: (the environment variable with the address) or url:",
                zh="database: 需要 url_env:（存放地址的环境变量名）或 url:，二者选一",
            ),
        )
    if source.database is not None and (source.headers or source.optional or source.title_lines):
        raise _wrong(
            mapping,
            line_of(*place, "database"),
            Words(
                en="headers:, optional: and title_lines: are for files; a table's columns have "
                "one name",
                zh="headers:、optional:、title_lines: 只用于文件；数据库表的字段名是固定的",
            ),
        )
    if source.timezone is not None:
        _check_timezone(mapping, source.timezone, line_of(*place, "timezone"))
    if source.decimal is not None and source.decimal == source.thousands:
        raise _wrong(
            mapping,
            line_of(*place, "thousands"),
            Words(
                en="decimal: and thousands: are the same mark",
                zh="decimal: 与 thousands: 不能是同一个符号",
            ),
        )
    seen: set[str] = set()
    for number, aside in enumerate(source.set_aside):
        if aside.name in seen:
            raise _wrong(
                mapping,
                line_of(*place, "set_aside", number),
                Words(
                    en=f"two groups set aside are named “{aside.name}”",
                    zh=f"有两组搁置行都叫“{aside.name}”",
                ),
            )
        seen.add(aside.name)


def _check_target(
    mapping: Mapping,
    table: str,
    target: Target,
    line_of: LineOf,
    place: tuple[str | int, ...],
) -> None:
    if table not in contract.tables:
        raise Problem(
            "mapping_unknown_table",
            Words(
                en="{path}, line {line}: “{table}” is not a canonical table.",
                zh="{path} 第 {line} 行：没有名为“{table}”的标准表。",
            ),
            did_you_mean(table, contract.tables),
            path=mapping.path,
            line=line_of(*place),
            table=table,
        )
    known = contract.tables[table].columns.keys()
    for column, expression in target.columns.items():
        where = (*place, "columns", column)
        if column not in known:
            raise Problem(
                "mapping_unknown_column",
                Words(
                    en="{path}, line {line}: table {table} has no column “{column}”.",
                    zh="{path} 第 {line} 行：标准表 {table} 没有“{column}”这一列。",
                ),
                did_you_mean(column, known),
                path=mapping.path,
                line=line_of(*where),
                table=table,
                column=column,
            )
        _check_expression(mapping, expression, target, line_of(*where))
    _check_required(mapping, table, target, line_of(*place))


def _check_required(mapping: Mapping, table: str, target: Target, line: int) -> None:
    missing = [name for name in required_columns(table) if name not in target.columns]
    one_of = ONE_OF.get(table, ())
    if one_of and not any(name in target.columns for name in one_of):
        missing.append(" / ".join(one_of))
    if missing:
        raise Problem(
            "mapping_required_column",
            Words(
                en="{path}, line {line}: {table} needs {missing}, which is not mapped.",
                zh="{path} 第 {line} 行：{table} 必须有 {missing}，但没有映射。",
            ),
            Words(
                en="Add it under columns:, as a column's name or an expression "
                "({{constant: …}} if it is the same everywhere).",
                zh="请在 columns: 下补上：写列名或表达式（若处处相同，可写 {{constant: …}}）。",
            ),
            path=mapping.path,
            line=line,
            table=table,
            missing=", ".join(missing),
        )


def _check_expression(mapping: Mapping, expression: Expression, target: Target, line: int) -> None:
    aggregate = isinstance(expression, Sum | Least | Greatest)
    if aggregate and target.rollup is None:
        raise _wrong(
            mapping,
            line,
            Words(
                en="sum, min and max need a rollup: with the key that lines share",
                zh="sum、min、max 需要配合 rollup:（写明明细行共同的编号）",
            ),
        )
    for inner in (e for part in parts_of(expression) for e in _with_inner(part)):
        if isinstance(inner, Sum | Least | Greatest):
            raise _wrong(
                mapping,
                line,
                Words(
                    en="sum, min and max stand outside, e.g. {sum: {multiply: [a, b]}}",
                    zh="sum、min、max 应写在最外层，例如 {sum: {multiply: [a, b]}}",
                ),
            )
    for inner in _with_inner(expression):
        if (
            isinstance(inner, ValueMap)
            and inner.default is not None
            and inner.otherwise != "reject"
        ):
            raise _wrong(
                mapping,
                line,
                Words(
                    en="a value map has default: or otherwise:, not both",
                    zh="取值映射的 default: 与 otherwise: 只能写一个",
                ),
            )
        if isinstance(inner, Lookup) and len(inner.columns) != len(inner.lookup.keys):
            raise _wrong(
                mapping,
                line,
                Words(
                    en=f"the look-up in {inner.lookup.file} compares {len(inner.columns)} columns "
                    f"with a key of {len(inner.lookup.keys)}; name as many in column: as in key:",
                    zh=f"在 {inner.lookup.file} 中查找时，column: 有 {len(inner.columns)} 列，"
                    f"key: 有 {len(inner.lookup.keys)} 列，两者数量应一致",
                ),
            )
        if isinstance(inner, FromColumn) and inner.timezone is not None:
            _check_timezone(mapping, inner.timezone, line)


def _with_inner(expression: Expression) -> Iterator[Expression]:
    yield expression
    for part in parts_of(expression):
        yield from _with_inner(part)
