"""The answer: metrics by the values of a dimension, each cell a reading with its change.

One grid for all shapes: the columns are metrics, buckets of time, or values of a second dimension.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.scope import Scope, Span
from metrics.explore.days import Days
from metrics.explore.spec import Spec
from metrics.metric import Metric
from metrics.reading import Reading
from metrics.scorecard import Change, Missing


@dataclass(frozen=True, slots=True)
class Cell:
    """`reading` over the range and `base` over what it is compared with; None where the metric
    can't be broken down so. `change` is over like days. `share` is the part of the total, where
    the values add up to it. `small`: a share of too few to judge."""

    reading: Reading | None
    base: Reading | None = None
    change: Change | None = None
    share: float | None = None
    small: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds: a metric, in a bucket of time (`span`), or of a value of the second
    dimension (`value`; None with `members` is all others). Without either it is the whole."""

    metric: Metric
    span: Span | None = None
    value: str | None = None
    members: int = 0
    running: bool = False

    @property
    def is_whole(self) -> bool:
        return self.span is None and self.value is None and not self.members


@dataclass(frozen=True, slots=True)
class Line:
    """One value of the rows' dimension; `value` None is the row of `members` others."""

    value: str | None
    cells: tuple[Cell, ...]
    members: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """`lines` in the order that `decides` gives them, the row of others last; `total` is asked for
    without the dimension. `unsplit` are metrics that can't be broken down so, `missing` those that
    the shop lacks, and `ignored` the filters that a metric could not honour."""

    spec: Spec
    decides: Metric | None
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    total: Line
    days: Days
    scope: Scope
    unsplit: tuple[Metric, ...]
    missing: tuple[Missing, ...]
    ignored: Mapping[str, tuple[str, ...]]
    sql: Mapping[str, str]
    version: str
