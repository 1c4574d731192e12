"""Rows that can't be read: where they stand, why, and what they hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from data.importing.frame import Frame
from data.importing.parsed import Fault
from data.importing.problems import CELL_COUNT
from data.importing.raw import Raw

REJECTS = pa.schema(
    [
        ("source", pa.string()),
        ("path", pa.string()),
        ("line", pa.int64()),
        ("table_name", pa.string()),
        ("column_name", pa.string()),
        ("reason", pa.string()),
        ("found", pa.string()),
        ("expected", pa.string()),
        ("row", pa.string()),
    ]
)
"""One row per cell (or row) that could not be read. `line` counts as a person does in the file;
`row` is the whole row as JSON, so that it can be mended and imported again."""

_LONGEST = 400
"""Characters kept of a single cell; a broken quote can make a cell of a whole file."""


def of_faults(
    frame: Frame, table: str, faults: Iterable[tuple[str, Fault]]
) -> list[dict[str, Any]]:
    """Records of a frame's faults, `(canonical column, fault)`, in the order of the file."""
    found: list[tuple[int, str, str, str, str]] = [
        (int(row), column, fault.reason, text, fault.expected)
        for column, fault in faults
        for row, text in zip(fault.rows, fault.found, strict=True)
    ]
    found.sort(key=lambda item: item[0])
    rows = sorted({item[0] for item in found})
    shown = dict(zip(rows, _json(frame.table, rows), strict=True))
    return [
        {
            "source": frame.source.name,
            "path": frame.path,
            "line": int(frame.lines[row]),
            "table_name": table,
            "column_name": column,
            "reason": reason,
            "found": text[:_LONGEST],
            "expected": expected,
            "row": shown[row],
        }
        for row, column, reason, text, expected in found
    ]


def of_spoilt(source: str, raw: Raw) -> list[dict[str, Any]]:
    """Records of lines that could not even be split into cells."""
    return [
        {
            "source": source,
            "path": raw.path,
            "line": spoilt.line,
            "table_name": None,
            "column_name": None,
            "reason": CELL_COUNT,
            "found": str(spoilt.cells),
            "expected": str(spoilt.expected),
            "row": json.dumps({"text": spoilt.text[:_LONGEST]}, ensure_ascii=False),
        }
        for spoilt in raw.spoilt
    ]


def _json(table: pa.Table, rows: Sequence[int]) -> list[str]:
    taken = table.take(pa.array(np.asarray(rows, dtype=np.int64)))
    return [
        json.dumps(
            {k: v if isinstance(v, str | int | float | bool | None) else str(v)
             for k, v in row.items()},
            ensure_ascii=False,
        )
        for row in taken.to_pylist()
    ]  # fmt: skip
