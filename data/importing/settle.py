"""The same id more than once: what is one row, what is a later state, what is a contradiction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.importing.canonical import Built
from data.importing.frame import Frame
from data.importing.parsed import Fault
from data.importing.problems import CONFLICT, SAME_CONTENT, SUPERSEDED
from data.importing.rejects import of_faults
from data.schema import KEYS


@dataclass(frozen=True)
class Portion:
    """One table's rows from one file of one source, in the order in which they were read."""

    source: int
    frame: Frame
    built: Built


@dataclass(frozen=True)
class Settled:
    """One table's rows from all files, each id once. `conflicts` are rejected cells;
    `refused` the places of their rows in the portion they came from."""

    table: pa.Table
    conflicts: list[dict[str, Any]]
    refused: dict[int, np.ndarray]
    notes: dict[int, Counter[str]]


def settle(name: str, portions: list[Portion]) -> Settled:
    """Within a file the first row of an id is kept: one with the same content is one row, one
    with other content is rejected. A later file of the same source is a later state and replaces
    the earlier. Between sources the first named in the mapping is kept."""
    table = pa.concat_tables([p.built.table for p in portions]).combine_chunks()
    portion = np.repeat(np.arange(len(portions)), [p.built.table.num_rows for p in portions])
    source = np.array([p.source for p in portions], dtype=np.int64)[portion]
    if name == "order_items":
        return _latest_lines(table, portions, portion, source)
    keys = KEYS[name]
    if not keys or (len(keys) == 1 and table[keys[0]].null_count > 0):
        return Settled(table, [], {}, {})
    key = _codes([table[column] for column in keys])
    if len(np.unique(key)) == len(key):
        return Settled(table, [], {}, {})

    alive = np.arange(len(key))
    refused: list[np.ndarray] = []
    notes: dict[int, Counter[str]] = {n: Counter() for n in range(len(portions))}
    for scope, latest_wins in ((portion, False), (source, True), (np.zeros_like(key), False)):
        kept_for = _kept(key[alive], scope[alive], latest_wins)
        lost = np.flatnonzero(kept_for != np.arange(len(alive)))
        rows, rivals = alive[lost], alive[kept_for[lost]]
        same = _same_rows(table, rows, rivals)
        other = SUPERSEDED if latest_wins else CONFLICT
        for number in np.unique(portion[rows]):
            equal = same[portion[rows] == number]
            notes[int(number)][SAME_CONTENT] += int(equal.sum())
            if other != CONFLICT:
                notes[int(number)][other] += int((~equal).sum())
        if other == CONFLICT:
            refused.append(rows[~same])
        alive = np.delete(alive, lost)
    bad = np.sort(np.concatenate(refused))
    conflicts, places = _conflicts(name, table, portions, portion, bad)
    return Settled(table.take(pa.array(alive)), conflicts, places, notes)


def _codes(columns: list[pa.ChunkedArray]) -> np.ndarray:
    """Equal keys, equal numbers; an empty part of a key is a value like any other."""
    numbers = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        coded = pc.dictionary_encode(column.combine_chunks(), null_encoding="encode")
        codes = coded.indices.to_numpy().astype(np.int64)
        numbers = numbers * (int(codes.max(initial=0)) + 1) + codes
        numbers = np.unique(numbers, return_inverse=True)[1]
    return numbers


def _kept(key: np.ndarray, scope: np.ndarray, latest: bool) -> np.ndarray:
    """For every row the row that stands for its key within its scope."""
    pair = key * (int(scope.max(initial=0)) + 1) + scope
    if latest:
        pair = pair[::-1]
    _, first, place = np.unique(pair, return_index=True, return_inverse=True)
    kept = first[place]
    return len(pair) - 1 - kept[::-1] if latest else kept


def _same_rows(table: pa.Table, rows: np.ndarray, rivals: np.ndarray) -> np.ndarray:
    left, right = table.take(pa.array(rows)), table.take(pa.array(rivals))
    same = np.ones(len(rows), dtype=bool)
    for a, b in zip(left.itercolumns(), right.itercolumns(), strict=True):
        equal = pc.fill_null(pc.equal(a, b), False)
        both_empty = pc.and_(pc.is_null(a), pc.is_null(b))
        same &= pc.or_(equal, both_empty).to_numpy()
    return same


def _conflicts(
    name: str, table: pa.Table, portions: list[Portion], portion: np.ndarray, bad: np.ndarray
) -> tuple[list[dict[str, Any]], dict[int, np.ndarray]]:
    records: list[dict[str, Any]] = []
    refused: dict[int, np.ndarray] = {}
    column = KEYS[name][-1]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(portion, minlength=len(portions)))])
    for number in np.unique(portion[bad]):
        rows = bad[portion[bad] == number]
        part = portions[number]
        places = part.built.rows[rows - offsets[number]]
        where = np.searchsorted(part.frame.rows, places)
        found = table[column].take(pa.array(rows)).cast(pa.string()).to_pylist()
        fault = Fault(where, CONFLICT, found, column)
        records += of_faults(part.frame, name, [(column, fault)])
        refused[int(number)] = places
    return records, refused


def _latest_lines(
    table: pa.Table, portions: list[Portion], portion: np.ndarray, source: np.ndarray
) -> Settled:
    """Order lines have no id: a later file's lines of an order replace the earlier file's."""
    if len(portions) == len(np.unique([p.source for p in portions])):
        return Settled(table, [], {}, {})
    order = _codes([table["order_id"]])
    pair = order * (int(source.max(initial=0)) + 1) + source
    _, place = np.unique(pair, return_inverse=True)
    latest = np.zeros(int(place.max(initial=0)) + 1, dtype=np.int64)
    np.maximum.at(latest, place, portion)
    keep = portion == latest[place]
    notes = {
        n: Counter({SUPERSEDED: int((~keep & (portion == n)).sum())}) for n in range(len(portions))
    }
    return Settled(table.filter(pa.array(keep)), [], {}, notes)
