"""A whole funnel in one parameter of the address: readable where it is plain, packed where not.

`view_item~add_to_cart?~checkout|begin_checkout~purchase~~within.1h~~order.strict` are steps and
then whatever is not the default. Conditions on properties don't read well: such a funnel is packed
JSON behind `z.`.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from i18n import Problem, Words
from metrics.funnels import written
from metrics.funnels.breakdown import USER_COLUMNS
from metrics.funnels.result import Breakdown
from metrics.funnels.spec import (
    DAY,
    OWN_COLUMNS,
    PROPERTY,
    Exclusion,
    Funnel,
    Match,
    Step,
    Window,
)

LONGEST = 6_000
"""Characters of the parameter; browsers and mail programs cut longer addresses."""
MOST_UNPACKED = 200_000
_STEP, _OPTION, _PACKED = "~", "~~", "z."
_NAME = re.compile(r"[A-Za-z0-9_]+(?:[.\-][A-Za-z0-9_]+)*")
_UNITS = ((7 * DAY, "w"), (DAY, "d"), (3600, "h"), (60, "m"), (1, "s"))


def write_funnel(funnel: Funnel) -> str:
    """The funnel as it stands in the address; reading it back gives an equal one."""
    return _readable(funnel) if _is_plain(funnel) else _packed(funnel)


def require_fits(funnel: Funnel) -> None:
    """Raise a `Problem` where no address can carry it."""
    if len(write_funnel(funnel)) > LONGEST:
        raise Problem("funnel_long", _TOO_LONG, _FEWER)


@lru_cache(maxsize=512)
def read_funnel(text: str) -> Funnel:
    """The funnel of an address. Raises `ValueError` where there is none in it that makes sense."""
    if len(text) > LONGEST:
        raise ValueError("too long")
    try:
        return _unpacked(text) if text.startswith(_PACKED) else _read(text)
    except Problem as problem:
        raise ValueError(problem.code) from problem


def fault_of(text: str) -> Problem | None:
    """What is wrong with the funnel of an address; None for one that can be read."""
    try:
        read_funnel(text)
    except ValueError as error:
        cause = error.__cause__
        return cause if isinstance(cause, Problem) else Problem("funnel_address", _DAMAGED)
    return None


def _is_plain(funnel: Funnel) -> bool:
    matches = [m for s in funnel.steps for m in s.any_of]
    matches += [m for e in funnel.exclusions for m in e.any_of]
    return all(not m.filters and _NAME.fullmatch(m.event) for m in matches) and not any(
        len({m.event for m in s.any_of}) < len(s.any_of) for s in funnel.steps
    )


def _names(matches: tuple[Match, ...]) -> str:
    return "|".join(m.event for m in matches)


def _length(window: Window) -> str:
    if window.kind != "elapsed" or window.seconds is None:
        return window.kind
    size, unit = next((s, u) for s, u in _UNITS if window.seconds % s == 0)
    return f"{window.seconds // size}{unit}"


def _step(step: Step) -> str:
    return _names(step.any_of) + ("?" if step.optional else "")


def _exclusion(e: Exclusion) -> str:
    return f"{_names(e.any_of)}:{e.after}-{e.before}:{e.effect}"


def _readable(funnel: Funnel) -> str:
    parts = [_STEP.join(_step(s) for s in funnel.steps)]
    if funnel.window != Window():
        parts.append(f"within.{_length(funnel.window)}")
    own = [f"{n}={_length(s.window)}" for n, s in enumerate(funnel.steps, 1) if s.window]
    if own:
        parts.append("steps." + ",".join(own))
    plain = Funnel.model_fields
    chosen = {key: getattr(funnel, key) for key in ("order", "entry", "count", "hold")}
    parts += [f"{key}.{value}" for key, value in chosen.items() if value != plain[key].default]
    parts += [f"not.{_exclusion(e)}" for e in funnel.exclusions]
    return _OPTION.join(parts)


_READERS: dict[str, Callable[[str], Any]] = {
    "within": written.window,
    "order": str,
    "entry": str,
    "count": str,
    "hold": str,
}


def _read(text: str) -> Funnel:
    listed, *options = text.split(_OPTION)
    steps = written.steps(listed.replace(_STEP, ","))
    made: dict[str, Any] = {}
    excluded: list[str] = []
    for option in options:
        key, _, value = option.partition(".")
        if key == "not":
            excluded.append(value)
        elif key == "steps":
            steps = written.step_windows(value, steps)
        elif key in _READERS and key not in made:
            made[key] = _READERS[key](value)
        else:
            raise ValueError(key)
    if "within" in made:
        made["window"] = made.pop("within")
    exclusions = written.exclusions(excluded, len(steps))
    return written.funnel_from({"steps": steps, "exclusions": exclusions, **made})


def _packed(funnel: Funnel) -> str:
    body = json.dumps(funnel.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)
    return _PACKED + base64.urlsafe_b64encode(zlib.compress(body.encode(), 9)).decode().rstrip("=")


def _unpacked(text: str) -> Funnel:
    coded = text.removeprefix(_PACKED)
    try:
        raw = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        body = unpacking.decompress(raw, MOST_UNPACKED)
        if not unpacking.eof:
            raise ValueError("too long")
        return written.funnel_from(json.loads(body))
    except (binascii.Error, zlib.error, RecursionError) as error:
        raise ValueError("packed") from error


def write_breakdown(breakdown: Breakdown) -> str:
    """`channel`, or `category@2` for the property of the second step's event."""
    return breakdown.column + ("" if breakdown.step is None else f"@{breakdown.step}")


def read_breakdown(text: str) -> Breakdown:
    """The break-down of an address; `ValueError` where there is no such property."""
    column, at, step = text.partition("@")
    if not at and column in USER_COLUMNS:
        return Breakdown(column)
    named = column in OWN_COLUMNS or re.fullmatch(re.escape(PROPERTY) + r".{1,60}", column)
    if not named or not re.fullmatch(r"[1-9]\d?", step):
        raise ValueError(text)
    return Breakdown(column, int(step))


_TOO_LONG = Words(
    "The funnel is too long to stand in an address.", "该漏斗定义过长，无法写入链接。"
)
_FEWER = Words("Use fewer conditions or values.", "请减少条件或取值。")
_DAMAGED = Words("The funnel in it is damaged or was cut off.", "其中的漏斗定义已损坏或被截断。")
