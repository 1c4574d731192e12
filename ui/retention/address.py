"""A question of retention in one parameter of the address, readable and written by hand.

`first_purchase~purchase~month` are start, return and grain; then whatever is not the usual:
`registration~event:add_to_cart~week~~kind.rolling~~clock.24h~~in.1-3,4-7~~returns.yes`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

from i18n import Problem
from metrics.periods import Grain
from metrics.retention.spec import (
    Clock,
    Kind,
    Return,
    Spec,
    Start,
    Value,
    brackets_of,
    event_of,
)

LONGEST = 1_000
_PART, _OPTION = "~", "~~"
_STARTS, _RETURNS = tuple(Start), tuple(Return)


def write_retention(spec: Spec) -> str:
    """The question as it stands in the address; reading it back gives an equal one."""
    plain = Spec()
    head = _PART.join(
        (
            _act(spec.start, spec.start_event),
            _act(spec.returning, spec.return_event),
            str(spec.grain),
        )
    )
    values = {key: getattr(spec, key) for key in ("clock", "kind", "value")}
    parts = [head]
    parts += [f"{key}.{value}" for key, value in values.items() if value != getattr(plain, key)]
    if spec.periods is not None:
        parts.append(f"periods.{spec.periods}")
    if spec.brackets:
        parts.append("in." + ",".join(f"{b.first}-{b.last}" for b in spec.brackets))
    if spec.returns_count:
        parts.append("returns.yes")
    return _OPTION.join(parts)


def _act(kind: str, event: str) -> str:
    return f"{kind}:{quote(event, safe='').replace('~', '%7E')}" if event else str(kind)


@lru_cache(maxsize=512)
def read_retention(text: str) -> Spec:
    """The question of an address. Raises `ValueError` where there is none that makes sense."""
    if len(text) > LONGEST:
        raise ValueError("too long")
    head, *options = text.split(_OPTION)
    start, returning, grain = head.split(_PART)
    try:
        made: dict[str, Any] = {"grain": Grain(grain)}
        made["start"], made["start_event"] = _read_act(start, "start", _STARTS)
        made["returning"], made["return_event"] = _read_act(returning, "return", _RETURNS)
        for option in options:
            key, _, value = option.partition(".")
            _take(made, key, value)
        made["start"], made["returning"] = Start(made["start"]), Return(made["returning"])
        return Spec(**made)
    except Problem as problem:
        raise ValueError(problem.code) from problem


def _read_act(text: str, option: str, known: tuple[str, ...]) -> tuple[str, str]:
    kind, event = event_of(unquote(text), option, known)
    return kind, event


def _take(made: dict[str, Any], key: str, value: str) -> None:
    readers: dict[str, tuple[str, Any]] = {
        "clock": ("clock", Clock),
        "kind": ("kind", Kind),
        "value": ("value", Value),
        "periods": ("periods", int),
        "in": ("brackets", brackets_of),
        "returns": ("returns_count", lambda v: {"yes": True}[v]),
    }
    if key not in readers or readers[key][0] in made:
        raise ValueError(key)
    name, read = readers[key]
    try:
        made[name] = read(value)
    except KeyError as error:
        raise ValueError(value) from error
