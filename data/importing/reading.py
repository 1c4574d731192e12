"""All sources of a mapping, read into canonical tables with everything accounted for.

Every row of every file is in exactly one place: loaded, rejected with a reason, or set aside by
name. Nothing is written here; `merge` puts a batch into a warehouse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from data.importing.aside import SET_ASIDE, Aside, set_aside
from data.importing.canonical import Built, build
from data.importing.databases import read_database
from data.importing.expressions import columns_of, tested_columns
from data.importing.files import find_files, read_file
from data.importing.frame import Frame, frame_of
from data.importing.lookups import Lookups
from data.importing.mapping_models import Mapping, Source
from data.importing.problems import FILTERED, NOT_CLAIMED, TITLES
from data.importing.problems import SET_ASIDE as OWN_GROUPS
from data.importing.raw import Raw
from data.importing.rejects import REJECTS, of_spoilt
from data.importing.settle import Portion, settle
from data.importing.where import matches
from data.progress import Progress, silent
from i18n import Problem, Words

NOTES = pa.schema(
    [
        ("source", pa.string()),
        ("path", pa.string()),
        ("table_name", pa.string()),
        ("column_name", pa.string()),
        ("code", pa.string()),
        ("rows", pa.int64()),
    ]
)
"""What was read by a rule worth knowing, counted: see `problems.NOTES`."""

_TELLING = 20
"""Rows from which on a table whose every row is rejected is a wrong setting, not bad rows."""


@dataclass(frozen=True)
class SourceFile:
    """One file and where its rows went: rows_read = rows_loaded + rows_rejected + rows_set_aside.
    A row that several tables read is loaded when every one of them could read it."""

    source: str
    path: str
    sha256: str
    bytes: int
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    rows_set_aside: int


@dataclass(frozen=True)
class Batch:
    """What the sources of a mapping hold, ready to be merged. `tables` have all columns of the
    contract; `replaces` names the tables whose stored rows vanish when they are not in here."""

    tables: dict[str, pa.Table]
    rejects: pa.Table
    set_aside: pa.Table
    files: tuple[SourceFile, ...]
    notes: pa.Table = field(default_factory=NOTES.empty_table)
    replaces: frozenset[str] = frozenset()
    zone: str = "UTC"


@dataclass
class _FileRows:
    """The fate of each row of one file, filled in while its tables are built."""

    raw: Raw
    source: Source
    taken: np.ndarray
    refused: np.ndarray
    asides: list[Aside] = field(default_factory=list)

    def summary(self) -> SourceFile:
        refused = int(self.refused.sum()) + len(self.raw.spoilt)
        loaded = int((self.taken & ~self.refused).sum())
        return SourceFile(
            source=self.source.name,
            path=self.raw.path,
            sha256=self.raw.sha256,
            bytes=self.raw.bytes,
            rows_read=self.raw.rows_read,
            rows_loaded=loaded,
            rows_rejected=refused,
            rows_set_aside=self.raw.rows_read - loaded - refused,
        )


def read_sources(mapping: Mapping, progress: Progress = silent) -> Batch:
    """Everything the mapping names, as canonical tables. `progress` hears a share from 0 to 1 and
    what is being done. Raises `Problem` for a fault of a whole file; nothing is changed then."""
    look_up = Lookups(mapping.folder)
    opened = [
        (number, source, read)
        for number, source in enumerate(mapping.sources)
        for read in _readers(mapping, source)
    ]
    files: list[_FileRows] = []
    portions: dict[str, list[tuple[int, Portion]]] = {}
    rejects: list[dict[str, object]] = []
    notes: list[dict[str, object]] = []
    for done, (number, source, (shown, read)) in enumerate(opened):
        steps = 2 + len(source.into)
        share = iter(0.9 * (done + step / steps) / len(opened) for step in range(steps))
        progress(next(share), Words(en=f"Reading {shown}", zh=f"正在读取 {shown}"))
        raw = read()
        progress(next(share), Words(en=f"Sorting rows of {shown}", zh=f"正在归类 {shown} 的行"))
        none = np.zeros(raw.table.num_rows, dtype=bool)
        fate = _FileRows(raw, source, none, none.copy())
        files.append(fate)
        rejects += of_spoilt(source.name, raw)
        frame = _without_asides(frame_of(source, mapping.timezone, raw, look_up), fate)
        for name, frame_of_table, built in _tables(frame, source, mapping.currency):
            progress(next(share), Words(en=f"Converted {name}", zh=f"已转换 {name}"))
            _check_readable(raw, name, frame_of_table.height, built)
            fate.taken[built.taken] = True
            fate.refused[built.refused] = True
            rejects += built.rejects
            notes += _noted(source, raw, name, built.notes)
            portions.setdefault(name, []).append(
                (len(files) - 1, Portion(number, frame_of_table, built))
            )
        _leave_unclaimed(fate)
    progress(0.9, Words(en="Comparing ids", zh="正在核对编号"))
    tables: dict[str, pa.Table] = {}
    for name, parts in portions.items():
        settled = settle(name, [portion for _, portion in parts])
        tables[name] = settled.table
        rejects += settled.conflicts
        for place, (file, _) in enumerate(parts):
            if place in settled.refused:
                files[file].refused[settled.refused[place]] = True
            counted = {("", c): n for c, n in settled.notes.get(place, Counter()).items() if n}
            notes += _noted(files[file].source, files[file].raw, name, Counter(counted))
    progress(1.0, Words(en="Read", zh="读取完成"))
    return Batch(
        tables=tables,
        rejects=pa.Table.from_pylist(rejects, schema=REJECTS),
        set_aside=pa.Table.from_pylist(
            [a.record(f.source.name, f.raw.path) for f in files for a in f.asides],
            schema=SET_ASIDE,
        ),
        files=tuple(file.summary() for file in files),
        notes=pa.Table.from_pylist(notes, schema=NOTES),
        replaces=mapping.replaces(),
        zone=mapping.timezone,
    )


def needed_columns(source: Source) -> list[str]:
    """The columns of the source that its mapping reads."""
    names: list[str] = []
    for target in source.into.values():
        for expression in target.columns.values():
            names += columns_of(expression)
        if target.where is not None:
            names += tested_columns(target.where)
        if target.rollup is not None:
            names += [*target.rollup.keys, *filter(None, [target.rollup.earliest])]
    for group in source.set_aside:
        names += tested_columns(group.where)
        if group.amount is not None:
            names += columns_of(group.amount)
    if source.where is not None:
        names += tested_columns(source.where)
    return list(dict.fromkeys(names))


def _readers(mapping: Mapping, source: Source) -> Iterator[tuple[str, Callable[[], Raw]]]:
    columns = needed_columns(source)
    if source.database is not None:
        database = source.database
        yield database.table, lambda: read_database(database, columns)
        return
    for path in find_files(mapping.folder, source.file or ""):
        inside = path.is_relative_to(mapping.folder)
        shown = str(path.relative_to(mapping.folder)) if inside else str(path)

        def read(path: Path = path, shown: str = shown) -> Raw:
            return read_file(
                path,
                shown=shown,
                declared=source.format,
                encoding=source.encoding,
                delimiter=source.delimiter,
                sheet=source.sheet,
                decimal=source.decimal or ".",
                columns=columns,
                naming=source.naming,
                title_lines=source.title_lines,
            )

        yield shown, read


def _without_asides(frame: Frame, fate: _FileRows) -> Frame:
    """The rows that tables may take; the others are counted by name."""
    chosen = matches(frame.source.where, frame)
    if not chosen.all():
        count = int((~chosen).sum())
        fate.asides.append(Aside(FILTERED, OWN_GROUPS[FILTERED], count, None))
        frame = frame.narrowed(chosen)
    if fate.raw.titles:
        fate.asides.append(Aside(TITLES, OWN_GROUPS[TITLES], fate.raw.titles, None))
    left = np.ones(frame.height, dtype=bool)
    for rows, group in set_aside(frame):
        left &= ~rows
        fate.asides.append(group)
    return frame.narrowed(left)


def _tables(frame: Frame, source: Source, currency: str) -> Iterator[tuple[str, Frame, Built]]:
    for name, target in source.into.items():
        chosen = frame.narrowed(matches(target.where, frame))
        yield name, chosen, build(chosen, name, target, currency)


def _leave_unclaimed(fate: _FileRows) -> None:
    """Rows that no table's filter takes and no group names are set aside under a name of their
    own, so that nothing is lost in silence."""
    named = sum(group.rows for group in fate.asides if group.name != TITLES)
    left = fate.raw.table.num_rows - named - int((fate.taken | fate.refused).sum())
    if left:
        fate.asides.append(Aside(NOT_CLAIMED, OWN_GROUPS[NOT_CLAIMED], left, None))


def _check_readable(raw: Raw, name: str, height: int, built: Built) -> None:
    if height < _TELLING or built.table.num_rows or not built.rejects:
        return
    first = built.rejects[0]
    raise Problem(
        "nothing_readable",
        Words(
            en="{file}: none of the {rows} rows for {table} could be read. First, line {line}: "
            "column {column} holds “{found}”, expected {expected}.",
            zh="{file}：{table} 的 {rows} 行全部无法识别。第一处在第 {line} 行：{column} 列为"
            "“{found}”，应为 {expected}。",
        ),
        Words(
            en="The mapping probably names the wrong column, or needs date_format: or decimal:.",
            zh="映射很可能选错了列，或需要设置 date_format:、decimal:。",
        ),
        file=raw.path,
        rows=height,
        table=name,
        line=first["line"],
        column=first["column_name"],
        found=first["found"],
        expected=first["expected"],
    )


def _noted(
    source: Source, raw: Raw, name: str, notes: Counter[tuple[str, str]]
) -> list[dict[str, object]]:
    return [
        {
            "source": source.name,
            "path": raw.path,
            "table_name": name,
            "column_name": column or None,
            "code": code,
            "rows": count,
        }
        for (column, code), count in notes.items()
    ]
