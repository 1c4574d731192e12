"""The days that a question is asked of, and those it is compared with: as on the Overview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.scope import Span
from metrics.periods import Comparison, compared_with, elapsed, first_days, is_partial


@dataclass(frozen=True, slots=True)
class Days:
    """`now` is the chosen range. Where it still runs, `like` is its complete days (None: there is
    none yet) and `base` is cut to as many; else `like` is `now`."""

    now: Span
    like: Span | None
    base: Span | None

    @classmethod
    def of(cls, span: Span, comparison: Comparison, until: date) -> Days:
        """`until` is the first day of the data that is not complete."""
        base = compared_with(span, comparison)
        if not is_partial(span, until):
            return cls(span, span, base)
        like = elapsed(span, until)
        if like is None:
            return cls(span, None, None)
        return cls(span, like, None if base is None else first_days(base, like.days))

    @property
    def partial(self) -> bool:
        return self.like != self.now

    @property
    def asked(self) -> tuple[Span, ...]:
        """Every range once, the chosen one first."""
        return tuple(dict.fromkeys(s for s in (self.now, self.like, self.base) if s is not None))
