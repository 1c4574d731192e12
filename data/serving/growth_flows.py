"""`growth_flows`: who was there in each week and month, and where they came from.

A user is counted in a period by the first row in it: the one whose day before lies before the
period. That day before says whether the user is new, stayed, or came back, and from how far.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
)

from data.dialects import add_days, days_between, first_of_month, first_of_week
from data.rollups import AWAY_DAYS, BACK, growth_flows, person_day, sales
from data.serving.cut import HOME, Some

ACTIVE, BOUGHT = "active", "bought"
WEEK_MONDAY, WEEK_SUNDAY, MONTH = "week_monday", "week_sunday", "month"
GRAINS = (WEEK_MONDAY, WEEK_SUNDAY, MONTH)


def build_growth_flows(connection: Connection, some: Some | None) -> None:
    """Fill `growth_flows`. For some days only, the periods from the first of these days on: what
    happened on a day says where a user came from on the next one, whenever that is."""
    names = [c.name for c in growth_flows.columns]
    for grain in GRAINS:
        low = None if some is None else floor_of(min(some.days), grain)
        doomed = delete(growth_flows).where(growth_flows.c.grain == grain)
        connection.execute(doomed if low is None else doomed.where(growth_flows.c.starts_on >= low))
        for rows in _statements(grain, low):
            connection.execute(insert(growth_flows).from_select(names, rows))


def _statements(grain: str, low: date | None) -> Iterator[Select[Any]]:
    p, s = person_day.c, sales.c
    yield _flows(grain, ACTIVE, p, p.previous_user_day, p.as_user, low)
    yield _flows(grain, BOUGHT, s, s.previous_day, s.user_no.is_not(None), low)


def _flows(
    grain: str,
    criterion: str,
    of: Any,
    previous: ColumnElement[Any],
    counts: ColumnElement[bool],
    low: date | None,
) -> Select[Any]:
    """One row per period and home; `previous` is the day before that counts."""
    start = start_of(grain, of.day)
    first = (
        select(start.label("starts_on"), of.day, previous.label("previous"), *[of[d] for d in HOME])
        .where(counts, or_(previous.is_(None), previous < start))
        .where(*[] if low is None else [of.day >= low])
        .cte("first_day")
    )
    f = first.c
    before = before_of(grain, f.starts_on)
    away = days_between(f.previous, f.day)
    gone = f.previous < before

    def how_many(*conditions: ColumnElement[bool]) -> ColumnElement[Any]:
        return cast(func.sum(case((and_(*conditions), 1), else_=0)), Integer)

    edges = (0, *AWAY_DAYS)
    back = [
        how_many(gone, away > low, *[away <= high for high in edges[n + 1 : n + 2]])
        for n, low in enumerate(edges)
    ]
    keys = [f[d] for d in HOME]
    return (
        select(
            literal(grain),
            f.starts_on,
            literal(criterion),
            *keys,
            how_many(f.previous.is_(None)).label("new"),
            how_many(f.previous >= before).label("retained"),
            *[count.label(name) for count, name in zip(back, BACK, strict=True)],
        )
        .group_by(f.starts_on, *keys)
        .order_by(f.starts_on)
    )


def start_of(grain: str, day: ColumnElement[Any]) -> ColumnElement[Any]:
    """The first day of the period that holds a day."""
    if grain == MONTH:
        return first_of_month(day)
    if grain == WEEK_MONDAY:
        return first_of_week(day)
    return add_days(first_of_week(add_days(day, 1)), -1)


def before_of(grain: str, start: ColumnElement[Any]) -> ColumnElement[Any]:
    """The first day of the period before the one that starts so."""
    return first_of_month(add_days(start, -1)) if grain == MONTH else add_days(start, -7)


def floor_of(day: date, grain: str) -> date:
    """The same of a known day."""
    if grain == MONTH:
        return day.replace(day=1)
    weekday = day.weekday() if grain == WEEK_MONDAY else (day.weekday() + 1) % 7
    return day - timedelta(days=weekday)
