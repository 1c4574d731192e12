"""Signal or noise of one part among many.

Twelve parts are twelve chances to be outside one's limits. The limits of each are therefore as wide
as it takes for all of them together to cry wolf as rarely as one number of the scorecard does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scipy.special import stdtr, stdtrit

from metrics.stats.xmr import LIMIT, Judgement, Rule, Verdict, judge


@dataclass(frozen=True, slots=True)
class Course:
    """A part's values over the ranges before the judged one, oldest first, and what it can't pass.
    `now` is None where the part has no value yet, or one that is not finished."""

    past: tuple[float, ...]
    now: float | None
    floor: float | None = None
    ceiling: float | None = None

    @property
    def judged(self) -> bool:
        """Whether there is something to judge: a part that was never there has no usual range."""
        return self.now is not None and any(self.past) and self.alone().limits is not None

    def alone(self) -> Judgement:
        """As a number of the scorecard is judged."""
        if self.now is None or not any(self.past):
            return Judgement(Verdict.TOO_FEW, None, None, len(self.past) if any(self.past) else 0)
        return judge(self.past, self.now, floor=self.floor, ceiling=self.ceiling)


def widened(together: int, points: int) -> float:
    """How many mean moving ranges the limits lie from the mean, for one of `together` judged parts
    with so many points before it: 2.66 for one alone.

    The tail that 2.66 leaves a normal value is shared out (Bonferroni). Limits from few points are
    uncertain, which widens the tail most where it is thin: so the tail is Student's, with the 0.62
    degrees of freedom a point that a mean moving range is worth by its variance.
    """
    if together <= 1:
        return LIMIT
    freedom, spread = 0.62 * (points - 1), math.sqrt(1 + 1 / points)
    tail = float(stdtr(freedom, -_SIGMAS / spread))
    return LIMIT * float(-stdtrit(freedom, tail / together)) * spread / _SIGMAS


_SIGMAS = 3.0


def judge_together(courses: Sequence[Course]) -> tuple[Judgement, ...]:
    """Each part's verdict, allowing for how many of them can be judged.

    Beside others only a value outside its wider limits counts; the run rules would need wider
    lines of their own. A part alone is judged as on the scorecard.
    """
    together = sum(c.judged for c in courses)
    return tuple(_one_of(course, together) for course in courses)


def _one_of(course: Course, together: int) -> Judgement:
    found = course.alone()
    if found.limits is None or course.now is None or together <= 1:
        return found
    limits = found.limits
    reach = widened(together, limits.n) * limits.mean_range
    low, high = limits.mean - reach, limits.mean + reach
    wide = replace(
        limits,
        low=low if course.floor is None else max(low, course.floor),
        high=high if course.ceiling is None else min(high, course.ceiling),
    )
    outside = found.rule is Rule.OUTSIDE and not wide.low <= course.now <= wide.high
    if outside:
        return replace(found, limits=wide)
    return Judgement(Verdict.NOISE, None, wide, found.points)
