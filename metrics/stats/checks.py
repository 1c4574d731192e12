"""What every number that comes in must be."""

from __future__ import annotations

import math
from collections.abc import Iterable


def require_finite(values: Iterable[float | None], what: str) -> None:
    """Refuse a missing or endless number by its place: it would spread into every result."""
    for place, value in enumerate(values):
        if value is None or not math.isfinite(value):
            raise ValueError(
                f"{what} must be finite numbers; number {place + 1} is {value}.\n"
                "Hint: leave out what has no value; a zero in its place would be a claim."
            )
