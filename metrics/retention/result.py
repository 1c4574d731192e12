"""Cohorts, their cells, the pooled row and the segments' curves as typed results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.scope import Span
from metrics.reading import Maturity, Reading, Reason, share
from metrics.retention.spec import Bracket, Spec
from metrics.stats.intervals import Difference, wilson_difference
from metrics.stats.proportions import two_proportions_p
from metrics.user_segments import Segment as Split

SMALL = 30
"""Cohorts of fewer people are marked: a few of them decide every figure."""
LAST_COHORTS = 4


@dataclass(frozen=True, slots=True)
class Cohort:
    """The people who began in one bucket of the range.

    `cells[i]` belongs to column i of the result; a cell that has not begun has no value and says
    so, a running one has its value to date. `whole`: the bucket is not cut by the range.
    """

    span: Span
    whole: bool
    size: int
    cells: tuple[Reading, ...]
    reason: Reason | None = None

    @property
    def small(self) -> bool:
        return 0 < self.size < SMALL


@dataclass(frozen=True, slots=True)
class Pooled:
    """One column over all cohorts whose cell is mature: Σ numerators / Σ denominators, and how
    many cohorts that are. Without any mature cell there is no value."""

    reading: Reading
    cohorts: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of the people, pooled as the whole is; `value` is None for all other parts."""

    value: str | None
    size: int
    pooled: tuple[Pooled, ...]


@dataclass(frozen=True, slots=True)
class Retention:
    """The answer to one question. Shares and money are per person of the cohort.

    `activity_is_orders`: no event of the shop names a user, so that coming back means ordering
    again. `lacking` names tables and columns without which there is nothing to show; then there
    are no cohorts. `ignored` names filters of the scope that do not apply.
    """

    spec: Spec
    span: Span
    by: Split | None
    columns: tuple[Bracket, ...]
    cohorts: tuple[Cohort, ...]
    pooled: tuple[Pooled, ...]
    segments: tuple[Segment, ...]
    activity_is_orders: bool
    lacking: tuple[str, ...]
    ignored: tuple[str, ...]
    sql: str
    version: str
    interval_sql: str = ""
    """The statement that the intervals of orders and money stand on."""

    @property
    def size(self) -> int:
        return sum(cohort.size for cohort in self.cohorts)


@dataclass(frozen=True, slots=True)
class Shift:
    """Whether a column's share moved: the last mature cohorts against all mature ones before.

    The difference is in share points; `p_value` is two-sided (z test with the pooled share).
    """

    before: tuple[Span, ...]
    after: tuple[Span, ...]
    base: Pooled
    now: Pooled
    difference: Difference
    p_value: float


def over_time(found: Retention, column: int) -> tuple[tuple[Cohort, Reading], ...]:
    """One column by cohort, in order of time, each value with its interval."""
    return tuple((cohort, cohort.cells[column]) for cohort in found.cohorts)


def shift(found: Retention, column: int, last: int = LAST_COHORTS) -> Shift | None:
    """The `last` mature cohorts (at most half of them) against the mature ones before. None for
    anything but shares of users, and where fewer than two cohorts are mature."""
    mature = [c for c in found.cohorts if counted(c.cells[column])]
    after_n = min(last, len(mature) // 2)
    if found.spec.value != "users" or after_n < 1:
        return None
    before, after = mature[:-after_n], mature[-after_n:]
    base, now = (_pooled_shares([c.cells[column] for c in side]) for side in (before, after))
    k0, n0 = parts(base.reading)
    k1, n1 = parts(now.reading)
    return Shift(
        tuple(c.span for c in before),
        tuple(c.span for c in after),
        base,
        now,
        wilson_difference(k0, n0, k1, n1),
        two_proportions_p(k0, n0, k1, n1),
    )


def parts(reading: Reading) -> tuple[float, float]:
    return float(reading.numerator or 0), float(reading.denominator or 0)


def counted(reading: Reading) -> bool:
    """Whether a cell is in means and tests: it has a value and its window is over."""
    return reading.value is not None and reading.maturity is Maturity.MATURE


def _pooled_shares(cells: Sequence[Reading]) -> Pooled:
    both = [parts(cell) for cell in cells]
    returned, people = (int(sum(side)) for side in zip(*both, strict=True))
    return Pooled(share(returned, people), len(cells))
