"""Which funnels can be answered from what a refresh keeps, and how they are recognised."""

from __future__ import annotations

import hashlib
import json

from data.serving.cut import PURCHASE
from metrics.funnels.events import OF_ITEMS
from metrics.funnels.spec import Counting, Funnel

WALK = 1
"""Raised whenever the same funnel walks otherwise than before, so that it is kept anew."""
PER_LEVEL = 100_000
"""`place` counts these per level that is missing, and the day: more days than there ever are."""


def keepable(funnel: Funnel) -> bool:
    """Whether the answer for every range can be put together from single days: users, an elapsed
    window, nothing held. What depends on the items of an order may change without any event."""
    matches = [m for s in funnel.steps for m in s.any_of]
    matches += [m for e in funnel.exclusions for m in e.any_of]
    by_item = any(f.column in OF_ITEMS for m in matches if m.event == PURCHASE for f in m.filters)
    return (
        funnel.count is Counting.USERS
        and funnel.window.kind == "elapsed"
        and funnel.hold is None
        and not by_item
    )


def fingerprint(funnel: Funnel) -> str:
    """A mark of the funnel. First entry and furthest attempt are both kept, so share it."""
    body = funnel.model_dump(mode="json", exclude={"entry"})
    text = json.dumps([WALK, body], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
