"""One file's rows on their way into tables: columns, lines, and how its texts are read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.importing.expressions import FromColumn, OtherFile
from data.importing.mapping_models import Source
from data.importing.parsed import Cells
from data.importing.raw import Raw

LookupTable = tuple[pa.Array, pa.Array]
"""Keys and the values that belong to them, both text, each key once."""


@dataclass(frozen=True)
class Frame:
    """The rows of one file that are under consideration, and their places in it."""

    source: Source
    zone: str
    path: str
    table: pa.Table
    lines: np.ndarray
    rows: np.ndarray
    look_up: Callable[[OtherFile], LookupTable]
    text_columns: dict[str, pa.Array] = field(default_factory=dict)

    @property
    def height(self) -> int:
        return int(self.table.num_rows)

    def narrowed(self, keep: np.ndarray) -> Frame:
        """Only the marked rows."""
        if keep.all():
            return self
        return replace(
            self,
            table=self.table.filter(pa.array(keep)),
            lines=self.lines[keep],
            rows=self.rows[keep],
            text_columns={},
        )

    def cells(self, name: str) -> Cells:
        """A column as the source holds it; text is trimmed, and the source's words for "nothing"
        are nothing."""
        if name not in self.text_columns:
            self.text_columns[name] = self._cleaned(name)
        return Cells(self.path, name, self.text_columns[name], self.lines)

    def text(self, name: str) -> pa.Array:
        """A column as text, whatever its type: `17850.0` stored as a number is `17850`."""
        return as_text(self.cells(name).values)

    def _cleaned(self, name: str) -> pa.Array:
        column = self.table.column(name)
        values = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if isinstance(values, pa.ChunkedArray):
            values = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([])
        if pa.types.is_dictionary(values.type):
            values = values.cast(values.type.value_type)
        if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
            return values
        values = pc.utf8_trim_whitespace(values.cast(pa.string()))
        nothing = pa.array(["", *self.source.nulls])
        empty = pc.is_in(values, value_set=nothing)
        return pc.if_else(empty, pa.scalar(None, pa.string()), values)


def frame_of(
    source: Source, zone: str, raw: Raw, look_up: Callable[[OtherFile], LookupTable]
) -> Frame:
    """All rows of a file just read."""
    rows = np.arange(raw.table.num_rows)
    return Frame(source, source.timezone or zone, raw.path, raw.table, raw.lines, rows, look_up)


def settings_for(frame: Frame, expression: FromColumn | str) -> FromColumn:
    """A column with the source's date and number settings where it has none of its own."""
    source = frame.source
    own = FromColumn(column=expression) if isinstance(expression, str) else expression
    return FromColumn(
        column=own.column,
        date_format=own.date_format or source.date_format,
        timezone=own.timezone or frame.zone,
        decimal=own.decimal or source.decimal,
        thousands=own.thousands or source.thousands,
    )


def as_text(values: pa.Array) -> pa.Array:
    """Any column as text. Whole numbers have no point, flags are true and false,
    and what has parts (a list, a record) is JSON."""
    kind = values.type
    if pa.types.is_string(kind):
        return values
    if pa.types.is_floating(kind):
        whole = pc.and_(pc.is_finite(values), pc.equal(pc.floor(values), values))
        small = pc.and_(whole, pc.less(pc.abs(values), 2.0**53))
        integers = pc.cast(pc.if_else(small, values, 0.0), pa.int64())
        text = pc.if_else(small, pc.cast(integers, pa.string()), pc.cast(values, pa.string()))
        return pc.if_else(pc.is_nan(values), pa.scalar(None, pa.string()), text)
    if isinstance(kind, pa.BaseExtensionType):  # e.g. a UUID, stored as bytes
        return pa.array([None if v is None else str(v) for v in values.to_pylist()], pa.string())
    if pa.types.is_nested(kind):
        texts = [None if v is None else json.dumps(v, ensure_ascii=False, default=str)
                 for v in values.to_pylist()]  # fmt: skip
        return pa.array(texts, pa.string())
    if pa.types.is_binary(kind):
        return pc.cast(values, pa.string(), safe=False)
    return pc.cast(values, pa.string())
