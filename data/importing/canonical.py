"""One canonical table from the rows of one file: columns, required values, roll-up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.importing.evaluate import ARROW_TYPES, evaluate, number
from data.importing.expressions import Expression, Greatest, Least, Sum
from data.importing.frame import Frame
from data.importing.mapping_models import Target
from data.importing.parsed import Fault, Parsed, mask, missing
from data.importing.problems import MISSING_ID, MISSING_VALUE, UNMAPPED_VALUE
from data.importing.rejects import of_faults
from data.importing.rollup import Groups, groups_of
from data.schema import ONE_OF, STATUSES, contract, required_columns


@dataclass(frozen=True)
class Built:
    """Rows for one canonical table. `rows` are the places in the file they came from (a roll-up's
    first line); `taken` and `refused` are the places of every line that went in or was rejected.
    `notes` are counted by (column, code)."""

    table: pa.Table
    rows: np.ndarray
    lines: np.ndarray
    taken: np.ndarray
    refused: np.ndarray
    rejects: list[dict[str, Any]]
    notes: Counter[tuple[str, str]]


def build(frame: Frame, name: str, target: Target, currency: str) -> Built:
    """The rows of `frame` as rows of the canonical table `name`."""
    kinds = {c.name: str(c.info["kind"]) for c in contract.tables[name].columns}
    notes: Counter[tuple[str, str]] = Counter()
    faults: list[tuple[str, Fault]] = []
    columns: dict[str, pa.Array] = {}
    for column, expression in target.columns.items():
        parsed = _column(expression, frame, kinds[column])
        columns[column] = parsed.values
        faults += [(column, fault) for fault in parsed.faults]
        notes.update({(column, code): count for code, count in parsed.notes.items()})
    if name == "orders":
        faults += _unknown_status(columns["status"])
    if target.rollup is not None:
        return _rolled_up(frame, name, target, columns, faults, notes, currency)
    faults += _empty(name, columns, faults, np.arange(frame.height))
    bad = _rows_of(faults, frame.height)
    table = _finished(name, {c: v.filter(pa.array(~bad)) for c, v in columns.items()}, currency)
    return Built(
        table,
        frame.rows[~bad],
        frame.lines[~bad],
        frame.rows[~bad],
        frame.rows[bad],
        of_faults(frame, name, faults),
        notes,
    )


def _column(expression: Expression, frame: Frame, kind: str) -> Parsed:
    """A roll-up's sum keeps every digit until it is rounded once, as a sum."""
    if isinstance(expression, Sum) and kind in ("money", "rate"):
        return number(expression.sum, frame)
    return evaluate(expression, frame, kind)


def _rolled_up(
    frame: Frame,
    name: str,
    target: Target,
    columns: dict[str, pa.Array],
    faults: list[tuple[str, Fault]],
    notes: Counter[tuple[str, str]],
    currency: str,
) -> Built:
    """One row per key. A line that can't be read is left out of its group and rejected; a group
    without a required value is rejected as a whole, at its first line."""
    assert target.rollup is not None
    required = set(required_columns(name))
    keys = [frame.text(key) for key in target.rollup.keys]
    for key, values in zip(target.rollup.keys, keys, strict=True):
        faults += _fault_if(missing(values), MISSING_ID, key)
    for column, expression in target.columns.items():
        if isinstance(expression, Sum) and column in required:
            empty = missing(columns[column]) & ~_rows_of(faults, frame.height)
            faults += _fault_if(empty, MISSING_VALUE, column)
    bad = _rows_of(faults, frame.height)
    good = pa.array(~bad)
    earliest = None
    if target.rollup.earliest is not None:
        earliest = evaluate(target.rollup.earliest, frame, "at").values.filter(good)
    groups = groups_of([key.filter(good) for key in keys], earliest)
    rolled: dict[str, pa.Array] = {}
    for column, expression in target.columns.items():
        values = columns[column].filter(good)
        kind = ARROW_TYPES[str(contract.tables[name].columns[column].info["kind"])]
        rolled[column] = _aggregate(expression, groups, values, kind)
        if not isinstance(expression, Sum | Least | Greatest):
            disagreeing = groups.disagreeing(values, rolled[column])
            if disagreeing:
                notes[(column, "lines_disagree")] = disagreeing
    places = np.flatnonzero(~bad)
    firsts = places[groups.first_rows]
    group_faults = _empty(name, rolled, [], np.arange(groups.count))
    bad_groups = _rows_of(group_faults, groups.count)
    faults += [
        (column, Fault(firsts[f.rows], f.reason, f.found, f.expected)) for column, f in group_faults
    ]
    lost = bad_groups[groups.number_of_row]
    table = _finished(
        name, {c: v.filter(pa.array(~bad_groups)) for c, v in rolled.items()}, currency
    )
    kept = firsts[~bad_groups]
    refused = np.concatenate([np.flatnonzero(bad), places[lost]])
    return Built(
        table,
        frame.rows[kept],
        frame.lines[kept],
        frame.rows[places[~lost]],
        frame.rows[np.sort(refused)],
        of_faults(frame, name, faults),
        notes,
    )


def _aggregate(
    expression: Expression, groups: Groups, values: pa.Array, kind: pa.DataType
) -> pa.Array:
    match expression:
        case Sum():
            return groups.sum(values, kind)
        case Least():
            return groups.extreme(values, "min")
        case Greatest():
            return groups.extreme(values, "max")
        case _:
            return groups.first(values)


def _unknown_status(status: pa.Array) -> list[tuple[str, Fault]]:
    known = mask(pc.is_in(status, value_set=pa.array(STATUSES)))
    rows = np.flatnonzero(~known & ~missing(status))
    if not len(rows):
        return []
    found = status.take(pa.array(rows)).to_pylist()
    return [("status", Fault(rows, UNMAPPED_VALUE, found, ", ".join(STATUSES)))]


def _empty(
    name: str, columns: dict[str, pa.Array], faults: list[tuple[str, Fault]], rows: np.ndarray
) -> list[tuple[str, Fault]]:
    """Required values that are not there, unless the cell was already found unreadable."""
    found: list[tuple[str, Fault]] = []
    for column in required_columns(name):
        empty = missing(columns[column])
        for faulty, fault in faults:
            if faulty == column:
                empty[fault.rows] = False
        is_id = contract.tables[name].columns[column].info["kind"] == "id"
        found += _fault_if(empty, MISSING_ID if is_id else MISSING_VALUE, column)
    one_of = ONE_OF.get(name, ())
    if one_of:
        empty = np.ones(len(rows), dtype=bool)
        for column in one_of:
            if column in columns:
                empty &= missing(columns[column])
        found += _fault_if(empty, MISSING_ID, " / ".join(one_of))
    return found


def _fault_if(empty: np.ndarray, reason: str, column: str) -> list[tuple[str, Fault]]:
    rows = np.flatnonzero(empty)
    return [(column, Fault(rows, reason, [""] * len(rows), column))] if len(rows) else []


def _rows_of(faults: list[tuple[str, Fault]], height: int) -> np.ndarray:
    bad = np.zeros(height, dtype=bool)
    for _, fault in faults:
        bad[fault.rows] = True
    return bad


def _finished(name: str, columns: dict[str, pa.Array], currency: str) -> pa.Table:
    """All columns of the contract in its order; money without a currency is in the shop's."""
    height = len(next(iter(columns.values())))
    arrays: dict[str, pa.Array] = {}
    for column in contract.tables[name].columns:
        kind = ARROW_TYPES[str(column.info["kind"])]
        values = columns.get(column.name)
        if values is None:
            values = pa.nulls(height, kind)
        if column.name == "currency" and name != "fx_rates":
            values = pc.fill_null(pc.utf8_upper(values), currency)
        arrays[column.name] = values
    return pa.table(arrays)
