"""Who came: registrations by range."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from data.scope import Span
from data.sources import Sources
from metrics.windows import window_days


def statement(src: Sources, spans: Sequence[Span], until: date) -> Select[Any]:
    """One row per range: users registered in it."""
    w, s = window_days(src, spans, until), src.signups_day
    return (
        select(w.c.window_no, func.coalesce(func.sum(s.c.users), 0).label("new_users"))
        .select_from(w.outerjoin(s, s.c.day == w.c.day))
        .group_by(w.c.window_no)
        .order_by(w.c.window_no)
    )
