"""Who came: registrations by range."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import CTE, Select, func, select

from data.dimensions import CAMPAIGN
from data.scope import Span
from data.sources import Sources
from metrics.windows import met, window_days


def statement(
    src: Sources, spans: Sequence[Span], until: date, by: Sequence[str] = ()
) -> Select[Any]:
    """One row per range, and by value of `by`: users registered in it."""
    w, s = window_days(src, spans, until), registered(src, by)
    keys = [w.c.window_no, *[s.c[d] for d in by]]
    return (
        select(*keys, func.coalesce(func.sum(s.c.users), 0).label("new_users"))
        .select_from(met(w, s, s.c.day == w.c.day, by))
        .group_by(*keys)
        .order_by(*keys)
    )


def registered(src: Sources, by: Sequence[str]) -> CTE:
    """Registrations by day; those by campaign are counted user by user."""
    if CAMPAIGN not in by:
        return src.signups_day
    p = src.people
    keys = [p.c.registered_on.label("day"), *[p.c[d] for d in by]]
    counted = select(*keys, func.count().label("users")).where(p.c.registered_on.is_not(None))
    return counted.group_by(p.c.registered_on, *[p.c[d] for d in by]).cte("signups_by_campaign")
