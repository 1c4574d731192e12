"""Sessions that led to a paid order. The order may be paid later; the session is the unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from data.scope import Span
from data.sources import Sources
from metrics.windows import met, window_days


def statement(
    src: Sources, spans: Sequence[Span], until: date, by: Sequence[str] = ()
) -> Select[Any]:
    """One row per range, and by value of `by`: sessions that began in it, and those that a paid
    order names."""
    w, s = window_days(src, spans, until), src.sessions_day
    keys = [w.c.window_no, *[s.c[d] for d in by]]
    return (
        select(
            *keys,
            func.coalesce(func.sum(s.c.sessions), 0).label("sessions"),
            func.coalesce(func.sum(s.c.converted), 0).label("sessions_converted"),
        )
        .select_from(met(w, s, s.c.day == w.c.day, by))
        .group_by(*keys)
        .order_by(*keys)
    )
