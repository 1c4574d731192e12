"""The ranges a question is asked of, as a table that statements join with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    and_,
    cast,
    column,
    select,
    values,
)

from data.scope import Span
from data.sources import Sources


def windows(spans: Sequence[Span], until: date) -> CTE:
    """One row per range: `window_no`, `start_on`, `end_on`, `as_of` (its last complete day, for
    numbers that look back from it) and `before_on` (where the range of equal length before
    begins)."""
    rows = [
        (n, s.start, s.end, min(s.end, until) - timedelta(days=1), s.start - timedelta(days=s.days))
        for n, s in enumerate(spans)
    ]
    listed = values(
        column("window_no", Integer),
        column("start_on", Date),
        column("end_on", Date),
        column("as_of", Date),
        column("before_on", Date),
        name="asked",
    ).data(rows)
    dates = [cast(listed.c[n], Date).label(n) for n in ("start_on", "end_on", "as_of", "before_on")]
    return select(cast(listed.c.window_no, Integer).label("window_no"), *dates).cte("time_window")


def window_days(src: Sources, spans: Sequence[Span], until: date) -> CTE:
    """The same, one row per day of each range: rows that carry a day meet it by equality, which
    is many times faster than by a range."""
    w, d = windows(spans, until), src.days
    return (
        select(w, d.c.day)
        .join_from(w, d, and_(d.c.day >= w.c.start_on, d.c.day < w.c.end_on))
        .cte("window_day")
    )


def met(windows: CTE, rows: FromClause, on: ColumnElement[bool], by: Sequence[str]) -> FromClause:
    """Ranges with their rows. Asked of the whole, a range without rows is there as well; asked by
    a dimension, it has nothing that could be named."""
    return windows.join(rows, on) if by else windows.outerjoin(rows, on)
