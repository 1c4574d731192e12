"""Paths as they are walked: the most frequent ones, how long they are, how long they take."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, Integer, Select, cast, func, literal, select

from data.dialects import seconds_between
from data.sources import Sources
from metrics.attribution.paths import KEY, conversions, steps, touched
from metrics.attribution.spec import Question

ARROW = " > "
MOST_STEPS = 12
"""Paths are told apart by so many last steps: longer ones are all different."""
MOST_PATHS = 50
_DAY = 86_400.0


def _walked(src: Sources, q: Question) -> CTE:
    """Steps of the paths of orders of the period."""
    return steps(touched(src, q, conversions(src, q)))


def top_paths(src: Sources, q: Question) -> Select[Any]:
    """The most frequent sequences of channels, at most `MOST_PATHS`: `path`, `steps`,
    `conversions`, `revenue`."""
    step = _walked(src, q)
    in_order = (step.c.touched_at, step.c.tie_no)
    path = func.string_agg(step.c.channel, literal(ARROW)).aggregate_order_by(*in_order)
    one = (
        select(
            path.label("path"),
            func.max(step.c.steps).label("steps"),
            func.max(step.c.revenue).label("revenue"),
        )
        .where(step.c.step_no > step.c.steps - MOST_STEPS)
        .group_by(*[step.c[k] for k in KEY])
        .cte("path")
    )
    n = cast(func.count(), Integer).label("conversions")
    return (
        select(
            one.c.path,
            cast(func.max(one.c.steps), Integer).label("steps"),
            n,
            func.sum(one.c.revenue).label("revenue"),
            (n - cast(func.count(one.c.revenue), Integer)).label("unrated"),
        )
        .group_by(one.c.path)
        .order_by(n.desc(), one.c.path)
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
