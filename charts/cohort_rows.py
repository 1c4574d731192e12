"""What a cohort is to a figure, and why to be careful with one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from data.scope import Span
from i18n import Text, Words
from metrics.reading import Reading

TOO_SMALL = Words("fewer than 30 people: too few to judge", "不足 30 人，样本过小，不宜判断")
CUT = Words("the range holds a part of this cohort only", "所选范围只含该同期群的一部分")


class CohortRow(Protocol):
    """What a cohort has to say of itself; `cells` hold one reading per column."""

    @property
    def span(self) -> Span: ...
    @property
    def whole(self) -> bool: ...
    @property
    def size(self) -> int: ...
    @property
    def small(self) -> bool: ...
    @property
    def cells(self) -> Sequence[Reading]: ...


class PooledCell(Protocol):
    """A column over its mature cells, and how many cohorts those are."""

    @property
    def reading(self) -> Reading: ...
    @property
    def cohorts(self) -> int: ...


def caveats(cohort: CohortRow, tr: Text) -> list[str]:
    """Why to be careful with a cohort."""
    said = [(cohort.small, TOO_SMALL), (not cohort.whole, CUT)]
    return [tr(words) for holds, words in said if holds]
