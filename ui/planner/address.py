"""What the planner is asked, in one parameter of the address, readable by hand.

`orders_within_14_days~visit~0.05~50,50` are metric, meeting, lift and split; then whatever is not
the usual: `…~~mode.fixed~~power.0.9~~guard.gmv_within_14_days:0.1`.
"""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import Any

from i18n import Problem
from metrics.experiments.outcomes import outcome
from metrics.experiments.plans import check_guard
from metrics.planner.spec import Guarded, Meeting, Question
from metrics.stats.experiments.modes import Mode

LONGEST = 1_000
_PART, _OPTION, _BETWEEN = "~", "~~", ","
_OPTIONS = ("primaries", "mode", "alpha", "power", "traffic", "cuped", "guard")


def write_question(asked: Question) -> str:
    """As it stands in the address; reading it back gives an equal one."""
    split = _BETWEEN.join(f"{w:g}" for w in asked.split)
    parts = [_PART.join((asked.outcome.key, asked.meeting, f"{asked.lift:g}", split))]
    usual = {f.name: f.default for f in fields(Question)}
    for name in ("primaries", "mode", "alpha", "power", "traffic"):
        value = getattr(asked, name)
        if value != usual[name]:
            parts.append(f"{name}.{value if isinstance(value, Mode) else f'{value:g}'}")
    if not asked.cuped:
        parts.append("cuped.off")
    if asked.guardrails:
        listed = _BETWEEN.join(f"{g.outcome.key}:{g.margin:g}" for g in asked.guardrails)
        parts.append(f"guard.{listed}")
    return _OPTION.join(parts)


@lru_cache(maxsize=512)
def read_question(text: str) -> Question:
    """What an address says. Raises `ValueError` where it makes no sense."""
    if len(text) > LONGEST:
        raise ValueError("too long")
    head, *options = text.split(_OPTION)
    key, meeting, lift, split = head.split(_PART)
    found: dict[str, Any] = {}
    for option in options:
        name, dot, value = option.partition(".")
        if name not in _OPTIONS or name in found or not dot:
            raise ValueError(option)
        found[name] = value
    try:
        return Question(
            outcome(key),
            Meeting(meeting),
            float(lift),
            tuple(float(w) for w in split.split(_BETWEEN)),
            int(found.get("primaries", "1")),
            Mode(found.get("mode", Mode.GROUP_SEQUENTIAL)),
            float(found.get("alpha", "0.05")),
            float(found.get("power", "0.8")),
            float(found.get("traffic", "1")),
            _flag(found.get("cuped", "on")),
            tuple(_guard(g) for g in found["guard"].split(_BETWEEN)) if "guard" in found else (),
        )
    except Problem as problem:
        raise ValueError(problem.code) from problem


def _guard(text: str) -> Guarded:
    key, _, margin = text.rpartition(":")
    found = Guarded(outcome(key), float(margin))
    check_guard(found.outcome)
    return found


def _flag(text: str) -> bool:
    if text not in ("on", "off"):
        raise ValueError(text)
    return text == "on"
