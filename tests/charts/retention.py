"""Cohorts small enough to check by hand, for the figures of retention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate

from data.scope import Span
from metrics.periods import Grain, following
from metrics.reading import Maturity, Reading, Reason, share


@dataclass(frozen=True)
class Cohort:
    span: Span
    whole: bool
    size: int
    small: bool
    cells: tuple[Reading, ...]


@dataclass(frozen=True)
class Pooled:
    reading: Reading
    cohorts: int


NOT_BEGUN = Reading.missing(Reason.NOT_BEGUN)


def running(k: int, n: int) -> Reading:
    return replace(share(k, n), maturity=Maturity.RUNNING)


def months(n: int) -> list[Span]:
    starts = accumulate(range(n), lambda s, _: following(s, Grain.MONTH), initial=date(2026, 1, 1))
    return [Span(s, following(s, Grain.MONTH)) for s in list(starts)[:n]]


def three_months() -> list[Cohort]:
    """January: 100, of whom 40 and (so far) 10 came back; February: 20 with 5 so far; March: 50."""
    january, february, march = months(3)
    return [
        Cohort(january, True, 100, False, (share(100, 100), share(40, 100), running(10, 100))),
        Cohort(february, True, 20, True, (share(20, 20), running(5, 20), NOT_BEGUN)),
        Cohort(march, False, 50, False, (share(50, 50), NOT_BEGUN, NOT_BEGUN)),
    ]


def pooled_row() -> list[Pooled]:
    missing = Reading.missing(Reason.IMMATURE)
    return [Pooled(share(170, 170), 3), Pooled(share(40, 100), 1), Pooled(missing, 0)]


@dataclass(frozen=True)
class Line:
    value: str | None
    size: int
    pooled: Sequence[Pooled]
