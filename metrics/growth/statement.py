"""The statement of users by flow, and the users behind each flow."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    cast,
    func,
    literal,
    or_,
    select,
)

from data.dialects import days_between
from data.rollups import AWAY_DAYS, BACK
from data.scope import Span
from data.sources import Sources
from metrics.growth.spec import Criterion, Cut, Flow
from metrics.user_segments import Group

ALL = ""
"""What the one segment is called where nothing is broken down."""

COUNTS = ("new", "retained", *BACK)


def users(src: Sources, cut: Cut, criterion: Criterion, dimension: str | None) -> Select[Any]:
    """One row per period and value of the dimension with users: those new, retained, and back
    after so long. Everything else follows from these."""
    f = src.growth_flows
    value = value_of(f, dimension)
    return (
        select(
            f.c.starts_on,
            value.label("value"),
            *[cast(func.sum(f.c[name]), Integer).label(name) for name in COUNTS],
        )
        .where(
            f.c.grain == cut.kept_as,
            f.c.criterion == criterion.value,
            f.c.starts_on >= cut.spans[0].start,
            f.c.starts_on < cut.spans[-1].end,
        )
        .group_by(f.c.starts_on, *([] if dimension is None else [f.c[dimension]]))
        .order_by(f.c.starts_on, "value")
    )


def value_of(of: FromClause, dimension: str | None) -> ColumnElement[Any]:
    """What a row is broken down by."""
    return literal(ALL) if dimension is None else of.c[dimension]


def people(
    src: Sources,
    before: Span,
    period: Span,
    criterion: Criterion,
    flow: Flow | None,
    *,
    group: Group | None = None,
    away: str | None = None,
) -> Select[Any]:
    """The users of a flow of `period` (None: everybody who was there), as many as it says.

    `person_no`, `first_on`: the first day in the period (of churned users none), `last_on`: the
    last one before it, `away_days` between the two. `away` keeps one group of the resurrected.
    """
    return select(there(src, before, period, criterion, flow, group, away))


def there(
    src: Sources,
    before: Span,
    period: Span,
    criterion: Criterion,
    flow: Flow | None,
    group: Group | None = None,
    away: str | None = None,
) -> CTE:
    """The step of `people`."""
    if flow is Flow.CHURNED:
        return _gone(src, before, period, criterion, group)
    of, person_no, previous, counts = _days(src, criterion)
    first = or_(previous.is_(None), previous < period.start)
    rows = select(
        person_no.label("person_no"),
        of.c.day.label("first_on"),
        previous.label("last_on"),
        days_between(previous, of.c.day).label("away_days"),
    ).where(counts, of.c.day >= period.start, of.c.day < period.end, first)
    conditions: dict[Flow | None, list[ColumnElement[bool]]] = {
        None: [],
        Flow.NEW: [previous.is_(None)],
        Flow.RETAINED: [previous >= before.start],
        Flow.RESURRECTED: [previous < before.start],
    }
    rows = rows.where(*conditions[flow], *_within(of, group))
    if away is not None:
        rows = rows.where(*_away(days_between(previous, of.c.day), away))
    return rows.cte("behind_flow")


def _gone(
    src: Sources, before: Span, period: Span, criterion: Criterion, group: Group | None
) -> CTE:
    of, person_no, _, counts = _days(src, criterion)
    came = select(person_no).where(counts, of.c.day >= period.start, of.c.day < period.end)
    return (
        select(
            person_no.label("person_no"),
            cast(literal(None), Date).label("first_on"),
            func.max(of.c.day).label("last_on"),
            cast(literal(None), Integer).label("away_days"),
        )
        .where(counts, of.c.day >= before.start, of.c.day < before.end, *_within(of, group))
        .where(person_no.not_in(came))
        .group_by(person_no)
        .cte("behind_flow")
    )


def _days(
    src: Sources, criterion: Criterion
) -> tuple[CTE, ColumnElement[Any], ColumnElement[Any], ColumnElement[bool]]:
    """The rows that the criterion counts: table, user, the day before, and which rows."""
    if criterion is Criterion.BOUGHT:
        s = src.sales
        return s, s.c.user_no, s.c.previous_day, s.c.user_no.is_not(None)
    p = src.person_day
    return p, p.c.person_no, p.c.previous_user_day, p.c.as_user


def _within(of: FromClause, group: Group | None) -> list[ColumnElement[bool]]:
    return [] if group is None else [group.holds(of.c[group.by])]


def _away(days: ColumnElement[Any], name: str) -> list[ColumnElement[bool]]:
    n = BACK.index(name)
    low = [days > AWAY_DAYS[n - 1]] if n else []
    return [*low, *[days <= high for high in AWAY_DAYS[n : n + 1]]]
