"""Expressions of a mapping turned into columns of the contract's own types."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.importing.amounts import MONEY, RATE, decimals, rounded, whole_numbers
from data.importing.dates import Clock, days, instants
from data.importing.expressions import (
    Absolute,
    Constant,
    Digest,
    Expression,
    FirstOf,
    FromColumn,
    Greatest,
    Join,
    Least,
    Lookup,
    Multiply,
    Negate,
    Scalar,
    Scale,
    Sum,
    ValueMap,
    columns_of,
)
from data.importing.frame import Frame, as_text, settings_for
from data.importing.lookups import one_key, shown_key
from data.importing.parsed import Cells, Fault, Parsed, fault, mask, missing
from data.importing.problems import BAD_FLAG, NOT_IN_LOOKUP, UNMAPPED_VALUE
from i18n import Problem, Words

ARROW_TYPES: dict[str, pa.DataType] = {
    "id": pa.string(),
    "text": pa.string(),
    "at": pa.timestamp("us"),
    "on": pa.date32(),
    "money": MONEY,
    "rate": RATE,
    "int": pa.int32(),
    "big": pa.int64(),
    "flag": pa.bool_(),
}
"""The contract's kinds of column as Arrow types."""

_YES = ("true", "t", "yes", "y", "1", "是", "真")
_NO = ("false", "f", "no", "n", "0", "否", "假")


def evaluate(expression: Expression, frame: Frame, kind: str) -> Parsed:
    """The expression's value on every row of the frame, in the Arrow type of `kind`."""
    match expression:
        case str() | FromColumn():
            settings = settings_for(frame, expression)
            return _meaning(frame.cells(settings.column), settings, kind)
        case Constant(constant=value):
            return _constant(value, frame, kind)
        case Join(join=parts, separator=separator):
            texts = [evaluate(part, frame, "text") for part in parts]
            joined = pc.binary_join_element_wise(*[t.values for t in texts], separator)
            inner = _meaning(_made(frame, "join", joined), _settings(frame), kind)
            return _with_inner(inner, texts)
        case FirstOf(first_of=parts):
            each = [evaluate(part, frame, kind) for part in parts]
            return _with_inner(Parsed(pc.coalesce(*[e.values for e in each])), each)
        case Digest(digest=part):
            text = evaluate(part, frame, "text")
            return _with_inner(Parsed(_digests(text.values)), [text])
        case ValueMap():
            return _mapped(expression, frame, kind)
        case Lookup():
            return _looked_up(expression, frame, kind)
        case Sum(sum=inner) | Least(min=inner) | Greatest(max=inner):
            return evaluate(inner, frame, kind)
        case Scale() | Multiply() | Negate() | Absolute():
            return _in_kind(number(expression, frame), frame, kind)


def number(expression: Expression, frame: Frame) -> Parsed:
    """The expression as exact decimals, before rounding to a column's own scale."""
    match expression:
        case Multiply(multiply=[left, right]):
            a, b = number(left, frame), number(right, frame)
            product = pc.multiply(_factor(a.values), _factor(b.values))
            return _with_inner(Parsed(product), [a, b])
        case Scale(scale=inner, by=factor):
            a = number(inner, frame)
            exact = Decimal(str(factor))
            scaled = pc.multiply(_factor(a.values), pa.scalar(exact))
            return _with_inner(Parsed(scaled), [a])
        case Negate(negate=inner):
            a = number(inner, frame)
            return replace(a, values=pc.negate(a.values))
        case Absolute(abs=inner):
            a = number(inner, frame)
            return replace(a, values=pc.abs(a.values))
        case _:
            return evaluate(expression, frame, "money")


def _factor(values: pa.Array) -> pa.Array:
    """A factor of a product: narrow enough for the product to be exact in 38 digits."""
    return values if values.type == MONEY else rounded(values, MONEY)


def _in_kind(exact: Parsed, frame: Frame, kind: str) -> Parsed:
    target = ARROW_TYPES[kind]
    if pa.types.is_decimal(target):
        return replace(exact, values=rounded(exact.values, target))
    cells = _made(frame, "number", exact.values)
    return _with_inner(_meaning(cells, _settings(frame), kind), [exact])


def _meaning(cells: Cells, settings: FromColumn, kind: str) -> Parsed:
    clock = Clock(settings.timezone or "UTC", settings.date_format)
    decimal, thousands = settings.decimal, settings.thousands
    match kind:
        case "at":
            return instants(cells, clock)
        case "on":
            return days(cells, clock)
        case "money" | "rate":
            return decimals(cells, ARROW_TYPES[kind], decimal=decimal, thousands=thousands)
        case "int" | "big":
            return whole_numbers(cells, ARROW_TYPES[kind], decimal=decimal, thousands=thousands)
        case "flag":
            return _flags(cells.values)
        case _:
            return Parsed(as_text(cells.values))


def _flags(values: pa.Array) -> Parsed:
    if pa.types.is_boolean(values.type):
        return Parsed(values)
    words = pc.utf8_lower(as_text(values))
    yes = pc.is_in(words, value_set=pa.array(_YES))
    no = pc.is_in(words, value_set=pa.array(_NO))
    known = mask(pc.or_(yes, no))
    flags = pc.if_else(pa.array(known), yes, pa.scalar(None, pa.bool_()))
    return Parsed(flags, fault(values, ~known & ~missing(values), BAD_FLAG, "true / false"))


def _constant(value: Scalar, frame: Frame, kind: str) -> Parsed:
    cells = Cells(frame.path, "constant", pa.array([text_of(value)]), np.array([0]))
    plain = FromColumn(column="constant", timezone=frame.zone, decimal=".", date_format=None)
    one = _meaning(cells, plain, kind)
    if one.faults:
        raise Problem(
            "mapping_constant",
            Words(
                en="Source {source}: the constant “{value}” is not a value for a {kind} column.",
                zh="数据源 {source}：常量“{value}”不适用于 {kind} 类型的列。",
            ),
            Words(en="Expected such as: {expected}.", zh="应写成：{expected}。"),
            source=frame.source.name,
            value=value,
            kind=kind,
            expected=one.faults[0].expected,
        )
    return Parsed(pa.repeat(one.values[0], frame.height))


def text_of(value: Scalar) -> str:
    """A value of the mapping as it would stand in a file."""
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _digests(texts: pa.Array) -> pa.Array:
    coded = texts.dictionary_encode()
    names = [
        hashlib.sha256(text.casefold().encode()).hexdigest()[:16]
        for text in coded.dictionary.to_pylist()
    ]
    return pa.array(names, pa.string()).take(coded.indices)


def _mapped(expression: ValueMap, frame: Frame, kind: str) -> Parsed:
    source = evaluate(expression.column, frame, "text")
    words = source.values
    keys = pa.array([text_of(key) for key in expression.map])
    answers = pa.array([text_of(value) for value in expression.map.values()])
    place = pc.index_in(words, value_set=keys)
    found = answers.take(place)
    unknown = mask(pc.is_null(place)) & ~missing(words)
    faults: tuple[Fault, ...] = ()
    if expression.default is not None:
        found = pc.if_else(pc.is_null(place), text_of(expression.default), found)
    elif expression.otherwise == "keep":
        found = pc.coalesce(found, words)
    elif expression.otherwise == "reject":
        faults = fault(words, unknown, UNMAPPED_VALUE, ", ".join(keys.to_pylist()))
    name = ", ".join(columns_of(expression.column))
    inner = _meaning(_made(frame, name, found), _settings(frame), kind)
    return _with_inner(Parsed(inner.values, faults + inner.faults, inner.notes), [source])


def _looked_up(expression: Lookup, frame: Frame, kind: str) -> Parsed:
    words = one_key([frame.text(column) for column in expression.columns])
    keys, answers = frame.look_up(expression.lookup)
    place = pc.index_in(words, value_set=keys)
    found = answers.take(place)
    unknown = mask(pc.is_null(place)) & ~missing(words)
    faults: tuple[Fault, ...] = ()
    if expression.default is not None:
        found = pc.if_else(pc.is_null(place), text_of(expression.default), found)
    elif expression.otherwise == "reject":
        faults = fault(shown_key(words), unknown, NOT_IN_LOOKUP, expression.lookup.file)
    name = ", ".join(expression.columns)
    inner = _meaning(_made(frame, name, found), _settings(frame), kind)
    return Parsed(inner.values, faults + inner.faults, inner.notes)


def _made(frame: Frame, column: str, values: pa.Array) -> Cells:
    return Cells(frame.path, column, values, frame.lines)


def _settings(frame: Frame) -> FromColumn:
    return settings_for(frame, "made")


def _with_inner(outer: Parsed, inner: list[Parsed]) -> Parsed:
    """The outer column with what went wrong inside it; a cell that is unreadable inside is not
    reported a second time outside."""
    notes: Counter[str] = Counter(outer.notes)
    for part in inner:
        notes.update(part.notes)
    return Parsed(outer.values, (*[f for p in inner for f in p.faults], *outer.faults), notes)
