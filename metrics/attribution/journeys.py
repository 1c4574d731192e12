"""Paths as they are walked: the most frequent ones, how long they are, how long they take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import CTE, Integer, Select, case, cast, func, literal, select

from data.dialects import bytewise, seconds_between
from data.sources import Sources
from data.warehouse import Warehouse
from metrics.attribution.paths import conversions, key_of, steps, touched
from metrics.attribution.result import Attribution, asked_scope, records
from metrics.attribution.spec import Dated, Question

ARROW = "\u001f"
"""Between the channels of a path as text: a separator that no name holds."""
MOST_STEPS = 12
"""Paths are told apart by so many last steps: longer ones are all different."""
MOST_PATHS = 50
_DAY = 86_400.0


def _walked(src: Sources, q: Question) -> CTE:
    """Steps of the paths of orders of the period."""
    return steps(touched(src, q, conversions(src, q), "first_at"), q)


def top_paths(src: Sources, q: Question) -> Select[Any]:
    """The most frequent sequences of channels, at most `MOST_PATHS`: `path`, `is_cut` (it has more
    steps before), `conversions`, `revenue`."""
    step = _walked(src, q)
    path = func.string_agg(step.c.channel, literal(ARROW)).aggregate_order_by(step.c.step_no)
    one = (
        select(
            path.label("path"),
            func.max(case((step.c.steps > MOST_STEPS, 1), else_=0)).label("is_cut"),
            func.max(step.c.revenue).label("revenue"),
        )
        .where(step.c.step_no > step.c.steps - MOST_STEPS)
        .group_by(*key_of(step, q))
        .cte("path")
    )
    n = cast(func.count(), Integer).label("conversions")
    return (
        select(
            one.c.path,
            one.c.is_cut,
            n,
            func.sum(one.c.revenue).label("revenue"),
            (n - cast(func.count(one.c.revenue), Integer)).label("unrated"),
        )
        .group_by(one.c.path, one.c.is_cut)
        .order_by(n.desc(), bytewise(one.c.path), one.c.is_cut)
        .limit(MOST_PATHS)
    )


def lengths(src: Sources, q: Question) -> Select[Any]:
    """Conversions with a touch by number of steps and by whole days from the first touch of the
    window to the order: `steps`, `days`, `conversions`."""
    step = _walked(src, q)
    days = func.floor(seconds_between(step.c.first_at, step.c.paid_at) / literal(_DAY))
    one = (
        select(cast(step.c.steps, Integer).label("steps"), cast(days, Integer).label("days"))
        .where(step.c.step_no == 1)
        .cte("walked_path")
    )
    return (
        select(one.c.steps, one.c.days, cast(func.count(), Integer).label("conversions"))
        .group_by(one.c.steps, one.c.days)
        .order_by(one.c.steps, one.c.days)
    )


@dataclass(frozen=True, slots=True)
class Path:
    """A sequence of channels: its conversions, their revenue (None where a rate is missing)."""

    channels: tuple[str, ...]
    cut: bool
    """Only the last `MOST_STEPS` steps are told."""
    conversions: int
    revenue: float | None


@dataclass(frozen=True, slots=True)
class Journeys:
    """Paths of the conversions with a touch, the most frequent first, and how many conversions
    have so many steps (`steps`) or so many whole days from the first touch to the order (`days`).
    """

    paths: tuple[Path, ...]
    steps: Mapping[int, int]
    days: Mapping[int, int]
    sql: tuple[str, ...]

    @property
    def conversions(self) -> int:
        return sum(self.steps.values())


def journeys(warehouse: Warehouse, found: Attribution) -> Journeys:
    """The paths of the orders of the period of an answer, whatever date its credit goes by."""
    q = found.question
    q = replace(q, spec=replace(q.spec, dated=Dated.CASH))
    src = warehouse.sources(asked_scope(found.scope))
    top, long = top_paths(src, q), lengths(src, q)
    steps: Counter[int] = Counter()
    days: Counter[int] = Counter()
    for n, day, count in warehouse.fetch(long).itertuples(index=False):
        steps[int(n)] += int(count)
        days[int(day)] += int(count)
    paths = [
        Path(
            tuple(str(row["path"]).split(ARROW)),
            bool(row["is_cut"]),
            int(row["conversions"]),
            None if row["unrated"] else float(row["revenue"]),
        )
        for row in records(warehouse.fetch(top))
    ]
    sql = (warehouse.sql(top), warehouse.sql(long))
    return Journeys(tuple(paths), dict(sorted(steps.items())), dict(sorted(days.items())), sql)
