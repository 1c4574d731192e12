"""Conditions of a mapping asked of rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.importing.evaluate import evaluate, text_of
from data.importing.expressions import All, Any_, Not, Predicate, Scalar, Test
from data.importing.frame import Frame
from data.importing.parsed import mask

_COMPARISONS = {
    "gt": pc.greater,
    "gte": pc.greater_equal,
    "lt": pc.less,
    "lte": pc.less_equal,
}


def matches(predicate: Predicate | None, frame: Frame) -> np.ndarray:
    """The rows that meet the condition. A row of which it can't be said does not."""
    if predicate is None:
        return np.ones(frame.height, dtype=bool)
    return mask(_answer(predicate, frame))


def _answer(predicate: Predicate, frame: Frame) -> pa.Array:
    """Yes, no, or null where an empty or unreadable cell leaves it open."""
    match predicate:
        case All(all=parts):
            return reduce(pc.and_kleene, [_answer(part, frame) for part in parts])
        case Any_(any=parts):
            return reduce(pc.or_kleene, [_answer(part, frame) for part in parts])
        case Not():
            return pc.invert(_answer(predicate.not_, frame))
        case Test():
            return reduce(pc.and_kleene, _questions(predicate, frame))


def _questions(test: Test, frame: Frame) -> list[pa.Array]:
    answers: list[pa.Array] = []
    if test.is_null is not None:
        empty = pc.is_null(frame.cells(test.column).values)
        answers.append(empty if test.is_null else pc.invert(empty))
    if test.equals is not None:
        answers.append(_same(frame, test.column, [test.equals]))
    if test.in_ is not None:
        answers.append(_same(frame, test.column, test.in_))
    if test.starts_with is not None:
        answers.append(pc.starts_with(frame.text(test.column), test.starts_with))
    if test.not_starts_with is not None:
        starts = pc.starts_with(frame.text(test.column), test.not_starts_with)
        answers.append(pc.invert(starts))
    if test.contains is not None:
        answers.append(pc.match_substring(frame.text(test.column), test.contains))
    if test.differs_from is not None:
        answers.append(pc.not_equal(frame.text(test.column), frame.text(test.differs_from)))
    for name, compare in _COMPARISONS.items():
        bound = getattr(test, name)
        if bound is not None:
            answers.append(_compared(frame, test.column, compare, bound))
    return answers


def _same(frame: Frame, column: str, wanted: list[Scalar]) -> pa.Array:
    numeric = not any(isinstance(value, str | bool | date) for value in wanted)
    if numeric:
        values = evaluate(column, frame, "money").values
        choices = pa.array([text_of(value) for value in wanted]).cast(values.type)
    else:
        values = frame.text(column)
        choices = pa.array([text_of(value) for value in wanted])
    known = pc.is_in(values, value_set=choices)
    return pc.if_else(pc.is_null(values), pa.scalar(None, pa.bool_()), known)


def _compared(frame: Frame, column: str, compare: Callable[..., Any], bound: Scalar) -> pa.Array:
    match bound:
        case datetime():
            values = evaluate(column, frame, "at").values
            local = bound if bound.tzinfo else bound.replace(tzinfo=ZoneInfo(frame.zone))
            limit = pa.scalar(local.astimezone(UTC).replace(tzinfo=None), values.type)
        case date():
            values = evaluate(column, frame, "on").values
            limit = pa.scalar(bound, values.type)
        case bool() | str():
            values = frame.text(column)
            limit = pa.scalar(text_of(bound))
        case _:
            values = evaluate(column, frame, "money").values
            limit = pa.scalar(text_of(bound)).cast(values.type)
    return compare(values, limit)
