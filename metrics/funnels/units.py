"""Who is counted: each unit once, with the attempt that counts for it."""

from __future__ import annotations

from sqlalchemy import CTE, case, func, select

from data.dialects import any_true
from data.sources import Sources
from metrics.funnels.plain import plain_units
from metrics.funnels.question import Question
from metrics.funnels.spec import Counting
from metrics.funnels.walk import attempts


def units(src: Sources, q: Question, *, with_times: bool = True) -> CTE:
    """One row per unit: what it is (`person_no`, for sessions also `session_id`), `level` (how many
    required steps the counted attempt reached), `open` (a window of its attempts is still open),
    `left_out`, `bucket` if asked, and with times `step_1` … `step_n` of the counted attempt.

    Without times (where only counts are asked) a plain funnel is answered by a shorter way; both
    give the same levels.
    """
    if q.plain and not with_times:
        return plain_units(src, q)
    tried = attempts(src, q)
    if q.funnel.count is Counting.ATTEMPTS or (q.first_only and q.keys == q.unit):
        return tried
    a = tried.c
    unit = [a[k] for k in q.unit] + ([a.bucket] if q.bucket else [])
    held = [a[k] for k in q.keys if k not in q.unit]
    nth = func.row_number().over(partition_by=unit, order_by=[a.level.desc(), a.begun, *held])
    still = any_true(a.open).over(partition_by=unit)
    ranked = select(*[c for c in a if c.name != "open"], still.label("open"), nth.label("nth")).cte(
        "ranked_attempt"
    )
    kept = [c for c in ranked.c if c.name != "nth"]
    return select(*kept).where(ranked.c.nth == 1).cte("unit")


def state_of(units_: CTE, q: Question) -> CTE:
    """The units that count, with `converted` and `mature` (no window open) as 0 or 1."""
    u, full = units_.c, len(q.funnel.required)
    return (
        select(
            *u,
            case((u.level == full, 1), else_=0).label("converted"),
            case((u.open, 0), else_=1).label("mature"),
        )
        .where(u.left_out.is_(False))
        .cte("counted_unit")
    )
