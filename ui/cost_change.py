"""A change of what a customer costs, in words and judged: dearer is bad where it is clear."""

from __future__ import annotations

from format import numbers
from metrics.stats.rates import CostChange
from ui.tiles import DOWN, UP


def cost_change(change: CostChange) -> tuple[str, str]:
    """`▼ −13.9%` with `good`, `bad`, or without an arrow `noise` where the interval holds zero."""
    said = numbers.signed_percent(change.change)
    if not change.is_clear:
        return said, "noise"
    dearer = change.change > 0
    return f"{UP if dearer else DOWN} {said}", "bad" if dearer else "good"
