"""What can be wrong with a whole file, said with the file, what was found and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from data.importing.headers import Wanted
from data.importing.problems import did_you_mean
from i18n import Problem, Words


def empty(shown: str) -> Problem:
    """A file without a single row: more often a failed export than an empty shop."""
    return Problem(
        "file_empty",
        Words(en="{file} is empty: it has no rows.", zh="{file} 是空文件，没有任何数据行。"),
        Words(
            en="Export it again; nothing of this import was kept.",
            zh="请重新导出；本次导入没有写入任何数据。",
        ),
        file=shown,
    )


def truncated(shown: str, why: str) -> Problem:
    """A file that ends before it should."""
    return Problem(
        "file_truncated",
        Words(en="{file} is incomplete or damaged: {why}.", zh="{file} 不完整或已损坏：{why}。"),
        Words(
            en="Export or download it again; nothing of this import was kept.",
            zh="请重新导出或下载；本次导入没有写入任何数据。",
        ),
        file=shown,
        why=why,
    )


def check_columns(shown: str, header: list[str], wanted: Wanted) -> list[str]:
    """The file's header by the mapping's names. Raises `Problem` for the first column that must be
    there and is not, or that stands there twice."""
    wanted.naming.check(shown, header, wanted.columns)
    names, columns = wanted.naming.rename(header), wanted.naming.needed(wanted.columns)
    for column in _unknown(names, columns):
        raise Problem(
            "file_unknown_column",
            Words(
                en="{file} has no column “{column}”. Its columns are: {names}.",
                zh="{file} 中没有“{column}”这一列。文件中的列有：{names}。",
            ),
            did_you_mean(column, names),
            file=shown,
            column=column,
            names=", ".join(names),
        )
    for column in columns:
        if names.count(column) > 1:
            raise Problem(
                "file_column_twice",
                Words(
                    en="{file} has the column “{column}” {times} times.",
                    zh="{file} 中“{column}”列出现了 {times} 次。",
                ),
                Words(
                    en="Rename one of them in the file; the import can't choose.",
                    zh="请在文件中给其中一列改名，导入时无法判断用哪一列。",
                ),
                file=shown,
                column=column,
                times=names.count(column),
            )
    return names


def _unknown(names: list[str], columns: list[str]) -> Iterator[str]:
    present = set(names)
    yield from (column for column in columns if column not in present)
