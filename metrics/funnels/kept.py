"""Units of a kept funnel, read from what the refresh keeps of every day."""

from __future__ import annotations

from sqlalchemy import CTE, Integer, cast, false, func, literal, select

from data.sources import Sources
from metrics.funnels.buckets import bucket_of
from metrics.funnels.keepable import PER_LEVEL
from metrics.funnels.question import Question
from metrics.funnels.spec import Effect


def kept_units(src: Sources, q: Question, *, with_times: bool) -> CTE:
    """The units of `metrics.funnels.units`, each from one kept attempt."""
    k = src.kept_attempts.c
    span = q.span
    bucket = [bucket_of(k.day, q).label("bucket")] if q.bucket else []
    unit = [k.person_no, *bucket]
    served = k.is_first if q.first_only else k.is_furthest
    mine = (k.funnel_no == q.kept, k.day >= span.start, k.day < span.end, served)
    leaves_out = any(e.effect is Effect.LEAVE_OUT for e in q.funnel.exclusions)
    if not (with_times or q.first_only or leaves_out):
        missing = cast(func.floor(func.min(k.place) / literal(PER_LEVEL, Integer)), Integer)
        return (
            select(
                *unit,
                (literal(len(q.funnel.required), Integer) - missing).label("level"),
                (func.max(k.day_open_until) >= literal(q.through)).label("open"),
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
