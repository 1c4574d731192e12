"""What every number that comes in must be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import cast


def require_finite(values: Iterable[float | None], what: str) -> None:
    """Refuse a missing or endless number by its place: it would spread into every result."""
    numbers = values if isinstance(values, (list, tuple)) else list(values)
    if _sum_is_finite(numbers):
        return
    for place, value in enumerate(numbers):
        if value is None or not math.isfinite(value):
            raise ValueError(
                f"{what} must be finite numbers; number {place + 1} is {value}.\n"
                "Hint: leave out what has no value; a zero in its place would be a claim."
            )


def _sum_is_finite(numbers: Sequence[float | None]) -> bool:
    """A missing or endless number spreads into the sum, so that one look tells of all of them. A
    sum may overflow though each number is finite: then they are looked at one by one."""
    try:
        return math.isfinite(sum(cast("Sequence[float]", numbers)))
    except TypeError:
        return False
