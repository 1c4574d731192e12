"""Simulated arrays become Arrow columns of the contract's types, without a loop over rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.demo.arrays import Flags, Ints
from data.schema import contract

_MONEY = pa.decimal128(18, 4)
_RATE = pa.decimal128(18, 8)
_INSTANT = pa.timestamp("us")
_PLAIN = {
    "id": pa.string(), "text": pa.string(), "at": _INSTANT, "on": pa.date32(), "money": _MONEY,
    "rate": _RATE, "int": pa.int32(), "big": pa.int64(), "flag": pa.bool_(),
}  # fmt: skip
"""The Arrow type of each kind of column in `data/schema.py`; texts may be dictionaries too."""


def numbered(prefix: str, values: Ints) -> Any:
    """`u17` from 17; null from a negative number."""
    texts = pa.array(values, mask=values < 0).cast(pa.string())
    return pc.binary_join_element_wise(prefix, texts, "") if prefix else texts


def numbered_range(prefix: str, values: Ints, first: int, size: int) -> Any:
    """The same for numbers that repeat and all lie in [first, first + size)."""
    codes = np.where(values < 0, -1, values - first)
    return pa.DictionaryArray.from_arrays(
        _codes(codes), numbered(prefix, np.arange(first, first + size))
    )


def words(codes: Ints, among: Sequence[str]) -> Any:
    """A word for each code; null for a negative one. Words may repeat in `among`."""
    once = list(dict.fromkeys(among))
    if len(once) < len(among):
        codes = np.where(codes < 0, codes, np.array([once.index(w) for w in among])[codes])
    return pa.DictionaryArray.from_arrays(_codes(codes), pa.array(once, pa.string()))


def instants(seconds: Ints) -> Any:
    """UTC timestamps from seconds since 1970; null from a negative number."""
    return pa.array(seconds * 1_000_000, mask=seconds < 0).cast(_INSTANT)


def dates(days: Ints) -> Any:
    return pa.array(days.astype(np.int32)).cast(pa.date32())


def money(ten_thousandths: Ints, missing: Flags | None = None) -> Any:
    return _decimals(ten_thousandths, _MONEY, missing)


def rates(hundred_millionths: Ints) -> Any:
    return _decimals(hundred_millionths, _RATE, None)


def flags(values: Flags) -> Any:
    return pa.array(values)


def whole_numbers(values: Ints, missing: Flags | None = None, *, big: bool = False) -> Any:
    return pa.array(values if big else values.astype(np.int32), mask=missing)


def batch(table: str, **columns: Any) -> Any:
    """Rows of a canonical table. Columns it does not know, or of a wrong type, are refused."""
    known = contract.tables[table].columns
    for name, column in columns.items():
        wanted = _PLAIN[known[name].info["kind"]]
        found = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if found != wanted:
            raise TypeError(f"{table}.{name} is {found}; the contract wants {wanted}")
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


def _codes(values: Ints) -> Any:
    """Places in a dictionary; under a null stands a zero, for readers that look there."""
    return pa.array(np.maximum(values, 0).astype(np.int32), mask=values < 0)


def _decimals(values: Ints, kind: Any, missing: Flags | None) -> Any:
    """Decimals share a layout with 128-bit integers: the low word, then the sign's word."""
    pairs = np.empty((len(values), 2), np.int64)
    pairs[:, 0] = values
    pairs[:, 1] = values >> 63
    buffers = [None, pa.py_buffer(pairs)]
    if missing is not None:
        buffers[0] = pa.array(~missing).buffers()[1]
    return pa.Array.from_buffers(kind, len(values), buffers)
