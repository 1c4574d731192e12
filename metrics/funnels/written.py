"""Funnels as people write them: `view_item,add_to_cart?,purchase`, `7d`, `search:1-3:leave_out`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from i18n import Problem, Words
from metrics.funnels.spec import DAY, Funnel, Window

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": DAY, "w": 7 * DAY}


def funnel_from(options: Mapping[str, Any]) -> Funnel:
    """A funnel from plain values (as JSON holds them); what is wrong becomes a `Problem`."""
    try:
        return Funnel.model_validate(options)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "-"
        raise Problem(
            "funnel_malformed", _MALFORMED, where=where, found=str(first.get("input"))[:80]
        ) from error


def steps(text: str) -> list[dict[str, Any]]:
    """`a,b|c,d?`: steps by commas, alternatives by `|`, optional ones with `?`."""
    found = []
    for part in (p.strip() for p in text.split(",")):
        optional = part.endswith("?")
        names = [n.strip() for n in part.removesuffix("?").split("|") if n.strip()]
        if not names:
            raise Problem("steps_malformed", _STEPS, _LIKE, found=text)
        found.append({"any_of": [{"event": n} for n in names], "optional": optional})
    return found


def window(text: str) -> Window:
    """`30m`, `12h`, `7d`, `session` or `day`."""
    if text in ("session", "day"):
        return Window.model_validate({"kind": text, "seconds": None})
    match = re.fullmatch(r"(\d{1,9})([smhdw])", text.strip())
    if match is None:
        raise Problem("window_malformed", _WINDOW, found=text)
    return Window(seconds=int(match[1]) * _UNITS[match[2]])


def step_windows(listed: str | None, made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`2=1h,4=30m`: windows of single steps, from the nearest required step before."""
    for part in (listed or "").split(","):
        if not part.strip():
            continue
        place, _, length = part.partition("=")
        if not place.strip().isdigit() or not 1 <= int(place) <= len(made):
            raise Problem("step_window_place", _STEP_WINDOW, found=part, n=len(made))
        made[int(place) - 1]["window"] = window(length)
    return made


def exclusions(listed: Sequence[str], n: int) -> list[dict[str, Any]]:
    """`event`, `event:1-3` or `event:1-3:leave_out`; without steps it spans the whole funnel."""
    found = []
    for text in listed:
        names, _, rest = text.partition(":")
        between, _, effect = rest.partition(":")
        after, _, before = between.partition("-")
        digits = not between or (after.isdigit() and before.isdigit())
        if not digits or effect not in ("", "stop", "leave_out"):
            raise Problem("exclusion_malformed", _EXCLUSION, found=text)
        found.append(
            {
                "any_of": [{"event": e} for e in names.split("|") if e],
                "after": int(after or 1),
                "before": int(before or n),
                "effect": effect or "stop",
            }
        )
    return found


_MALFORMED = Words(
    "The funnel's definition is wrong at {where}: found {found}.",
    "漏斗定义在 {where} 处有误：{found}。",
)
_STEPS = Words("“{found}” holds an empty step.", "“{found}”中有空的步骤。")
_LIKE = Words(
    "Write steps like view_item,add_to_cart?,checkout|begin_checkout,purchase.",
    "步骤写法示例：view_item,add_to_cart?,checkout|begin_checkout,purchase。",
)
_WINDOW = Words(
    "“{found}” is no window: write 30m, 12h, 7d, session or day.",
    "“{found}”不是有效的时间窗口，请写作 30m、12h、7d、session 或 day。",
)
_STEP_WINDOW = Words(
    "“{found}” names no step: write windows of steps like 2=1h, with steps from 1 to {n}.",
    "“{found}”没有指明步骤：请写作 2=1h 的形式，步骤序号为 1–{n}。",
)
_EXCLUSION = Words(
    "“{found}” is no exclusion: write event, event:1-3 or event:1-3:leave_out.",
    "“{found}”不是有效的排除条件：请写作 事件、事件:1-3 或 事件:1-3:leave_out。",
)
