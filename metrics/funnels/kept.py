"""Units of a kept funnel, read from what the refresh keeps of every day."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, cast, false, func, literal, select

from data.sources import Sources
from metrics.funnels.buckets import bucket_of
from metrics.funnels.keepable import PER_LEVEL
from metrics.funnels.question import Question
from metrics.funnels.spec import Effect

_MORE_THAN_LEVELS = 32


def kept_units(src: Sources, q: Question, *, with_times: bool) -> CTE:
    """The units of `metrics.funnels.units`, each from one kept attempt."""
    k = src.kept_attempts.c
    span = q.span
    bucket = [bucket_of(k.day, q).label("bucket")] if q.bucket else []
    unit = [k.person_no, *bucket]
    served = k.is_first if q.first_only else k.is_furthest
    mine = (k.funnel_no == q.kept, k.day >= span.start, k.day < span.end, served)
    leaves_out = any(e.effect is Effect.LEAVE_OUT for e in q.funnel.exclusions)
    if not (with_times or leaves_out):
        level, until = _first(k) if q.first_only else _furthest(q, k)
        return (
            select(
                *unit,
                level.label("level"),
                (until >= literal(q.through)).label("open"),
                false().label("left_out"),
            )
            .where(*mine)
            .group_by(*unit)
            .cte("unit")
        )
    of_unit = [k.person_no, *([bucket_of(k.day, q)] if q.bucket else [])]
    nth = func.row_number().over(partition_by=of_unit, order_by=k.day if q.first_only else k.place)
    until = k.open_until if q.first_only else func.max(k.day_open_until).over(partition_by=of_unit)
    ranked = (
        select(
            *unit,
            k.begun,
            *[k[f"step_{n + 1}"] for n in range(len(q.funnel.steps))],
            cast(k.level, Integer).label("level"),
            (until >= literal(q.through)).label("open"),
            k.left_out,
            nth.label("nth"),
        )
        .where(*mine)
        .cte("kept_attempt")
    )
    return select(*[c for c in ranked.c if c.name != "nth"]).where(ranked.c.nth == 1).cte("unit")


def _furthest(q: Question, k: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Level and last open instant of a group of kept attempts: the smallest place counts."""
    missing = cast(func.floor(func.min(k.place) / literal(PER_LEVEL, Integer)), Integer)
    return literal(len(q.funnel.required), Integer) - missing, func.max(k.day_open_until)


def _first(k: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The same of the first attempt: the day and the level in one number, the smallest of which
    is that of the first day. Whoever began first stops first."""
    levels = literal(_MORE_THAN_LEVELS, Integer)
    day_and_level = (k.place % literal(PER_LEVEL, Integer)) * levels + k.level
    return cast(func.min(day_and_level) % levels, Integer), func.min(k.open_until)
