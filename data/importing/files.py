"""Files of an export opened: CSV, CSV.gz, XLSX and Parquet, each fault named with what to do."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from glob import has_magic
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from data.importing.csv_text import read_csv
from data.importing.file_problems import check_columns, empty, truncated
from data.importing.headers import AS_WRITTEN, Naming, Wanted
from data.importing.problems import did_you_mean
from data.importing.raw import Raw
from data.importing.workbook import read_workbook
from i18n import Problem, Words


def find_files(folder: Path, pattern: str) -> list[Path]:
    """The files that `pattern` (a path or a glob, relative to the mapping) names, by name."""
    if has_magic(pattern):
        base = Path(pattern)
        found = (
            sorted(Path(base.anchor).glob(str(base.relative_to(base.anchor))))
            if base.is_absolute()
            else sorted(folder.glob(pattern))
        )
        files = [path for path in found if path.is_file()]
    else:
        path = folder / pattern
        files = [path] if path.is_file() else []
    if not files:
        beside = sorted(p.name for p in (folder / pattern).parent.glob("*") if p.is_file())
        raise Problem(
            "file_missing",
            Words(
                en="There is no file {file} (looked in {folder}).",
                zh="找不到文件 {file}（查找位置：{folder}）。",
            ),
            did_you_mean(Path(pattern).name, beside)
            if beside
            else Words(
                en="Paths in a mapping are relative to the mapping's own folder.",
                zh="映射文件中的路径以该文件所在目录为准。",
            ),
            file=pattern,
            folder=folder,
        )
    return files


def format_of(path: Path, declared: str | None) -> str:
    """`csv`, `xlsx` or `parquet`: as the mapping says, else by the file's ending."""
    if declared is not None:
        return declared
    name = path.name.lower().removesuffix(".gz")
    endings = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx"}
    endings |= {".parquet": "parquet", ".pq": "parquet"}
    for ending, found in endings.items():
        if name.endswith(ending):
            return found
    raise Problem(
        "file_format",
        Words(
            en="The kind of {file} can't be told from its name.",
            zh="无法从文件名判断 {file} 的格式。",
        ),
        Words(
            en="Add format: csv, xlsx or parquet to the source.",
            zh="请在数据源中写明 format: csv、xlsx 或 parquet。",
        ),
        file=path,
    )


def read_file(
    path: Path,
    *,
    shown: str,
    declared: str | None = None,
    encoding: str = "utf-8",
    delimiter: str = ",",
    sheet: str | None = None,
    decimal: str = ".",
    columns: list[str],
    naming: Naming = AS_WRITTEN,
    title_lines: bool = False,
) -> Raw:
    """The whole file, `columns` being those that must be there, by the mapping's names. `shown` is
    the name used in messages and records."""
    wanted = Wanted(columns, naming, title_lines)
    kind = format_of(path, declared)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Problem(
            "file_unreadable",
            Words(en="{file} can't be opened: {why}.", zh="无法打开 {file}：{why}。"),
            Words(
                en="Close it in other programs and check that you may read it.",
                zh="请在其他程序中关闭该文件，并确认有读取权限。",
            ),
            file=shown,
            why=error.strerror,
        ) from error
    checksum = hashlib.sha256(content).hexdigest()
    if not content:
        raise empty(shown)
    if kind == "parquet":
        table = _parquet(content, shown, wanted)
        lines = np.arange(1, table.num_rows + 1)
        raw = Raw(shown, checksum, len(content), table, lines)
    elif kind == "xlsx":
        table, lines, above = read_workbook(content, shown, sheet, wanted, decimal)
        raw = Raw(shown, checksum, len(content), table, lines, titles=above)
    else:
        text = unpacked(content, shown)
        if not text:
            raise empty(shown)
        read = read_csv(text, shown, encoding, delimiter, wanted)
        raw = Raw(shown, checksum, len(content), read.table, read.lines, read.spoilt, read.titles)
    if raw.rows_read == raw.titles:
        raise empty(shown)
    return raw


def unpacked(content: bytes, shown: str) -> bytes:
    """The content itself, where it came compressed."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error) as error:
        raise truncated(shown, str(error)) from error


def _parquet(content: bytes, shown: str, wanted: Wanted) -> pa.Table:
    try:
        source = parquet.ParquetFile(pa.BufferReader(content))
        names = source.schema_arrow.names
        renamed = check_columns(shown, names, wanted)
        return wanted.naming.completed(source.read().rename_columns(renamed), names, wanted.columns)
    except (pa.ArrowInvalid, OSError) as error:
        raise truncated(shown, str(error).splitlines()[0]) from error
