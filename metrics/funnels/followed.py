"""Units followed from a step on: who, from when, until when, and their later events.

From the first instant later than the step's own, within the funnel's window; where the attempt
stays in a session, within that session.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
)

from data.dialects import shift_seconds
from data.sources import Sources
from data.warehouse import Warehouse
from data.zones import DayCut
from metrics.funnels.events import event_numbers
from metrics.funnels.question import Question
from metrics.funnels.spec import Order


def numbered(q: Question, u: CTE, since: Any, more: list[Any], where: ColumnElement[bool]) -> CTE:
    """Units of `u`, each with a number, followed from `since` (an instant) to the end of the window
    (`until`; null where it ends with the session, and for days, which stand in `day`)."""
    start = u.c.begun if q.funnel.order is Order.UNORDERED else u.c.step_1
    window = q.funnel.window
    until: Any = cast(null(), DateTime)
    day: list[Any] = []
    if window.kind == "elapsed":
        until = shift_seconds(start, window.seconds)
    elif window.kind == "day":
        day = [DayCut(q.zone, q.begins, q.ends).day_of(start).label("day")]
    session = [u.c.session_id] if q.by_session else []
    return (
        select(
            func.row_number().over(order_by=[u.c.person_no, u.c.begun]).label("unit_no"),
            u.c.person_no,
            *session,
            since.label("since"),
            until.label("until"),
            *day,
            *more,
        )
        .where(where)
        .cte("followed_unit")
    )


def events_of(src: Sources, q: Question, followed: CTE) -> tuple[Subquery, ColumnElement[bool]]:
    """The events of people, and the condition under which one is a later event of a followed unit.
    With `arrived`, units that did are followed to just before `until`."""
    log = src.log.c
    session = [log.session_id] if q.by_session else []
    rows = select(log.person_no, *session, log.occurred_at, log.day, log.event_no)
    rows = rows.where(log.occurred_at >= literal(q.begins))
    if q.reach is not None:
        rows = rows.where(log.occurred_at <= literal(q.reach))
    e, f = rows.subquery("later_event"), followed.c
    here = [e.c.person_no == f.person_no, e.c.occurred_at > f.since]
    if q.by_session:
        here.append(e.c.session_id == f.session_id)
    if "day" in f:
        here.append(e.c.day == f.day)
    if "arrived" in f:
        # An event at the instant of the step belongs to the step, or comes after it.
        here.append(case((f.arrived, e.c.occurred_at < f.until), else_=_in_time(e, f)))
    else:
        here.append(_in_time(e, f))
    return e, and_(*here)


def _in_time(e: Any, f: Any) -> ColumnElement[bool]:
    return or_(f.until.is_(None), e.c.occurred_at <= f.until)


def names(warehouse: Warehouse) -> dict[int, str]:
    """Events by their numbers."""
    return {number: name for name, number in event_numbers(warehouse).items()}
