"""`sessions_day`: sessions by the day they began, and those that led to a paid order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    insert,
    select,
    union,
)

from data.dialects import min_by
from data.rollups import people, sales, sessions_day, visitors
from data.schema import contract
from data.serving.cut import HOME, Cut, Some, clear, known

EVENTS = contract.tables["events"]
ORDERS = contract.tables["orders"]


def sessions(cut: Cut, some: Some | None) -> Select[Any]:
    """Sessions by the day they began, and how many of them a paid order names."""
    e, v = EVENTS, visitors
    events = select(e).where(e.c.session_id.is_not(None))
    if some is not None:
        events = events.where(e.c.session_id.in_(seen_on(cut, some)))
    event = events.cte("session_event")
    at = event.c.occurred_at
    session = (
        select(
            event.c.session_id,
            func.min(at).label("began_at"),
            func.max(event.c.user_id).label("user_id"),
            func.max(event.c.visitor_id).label("visitor_id"),
            *[min_by(event.c[c], at).label(c) for c in ("country", "platform")],
            min_by(cut.channel_of(event.c.channel, event.c.campaign), at).label("channel"),
        )
        .group_by(event.c.session_id)
        .cte("session")
    )
    paid = (
        select(ORDERS.c.session_id)
        .join(sales, sales.c.order_id == ORDERS.c.order_id)
        .where(ORDERS.c.session_id.is_not(None))
        .distinct()
        .cte("paid_session")
    )
    by_id, by_visit = people.alias("by_id"), people.alias("by_visit")
    own: dict[str, ColumnElement[Any]] = {
        "market": cut.market(session.c.country),
        "channel": known(session.c.channel),
        "platform": known(session.c.platform),
    }
    keys = [func.coalesce(by_id.c[d], v.c[d], own[d]).label(d) for d in HOME]
    day = cut.days.day_of(session.c.began_at).label("day")
    one = (
        select(day, *keys, case((paid.c.session_id.is_not(None), 1), else_=0).label("converted"))
        .select_from(
            session.outerjoin(by_id, by_id.c.user_id == session.c.user_id)
            .outerjoin(v, v.c.visitor_id == session.c.visitor_id)
            .outerjoin(by_visit, by_visit.c.user_no == v.c.person_no)
            .outerjoin(paid, paid.c.session_id == session.c.session_id)
        )
        .where(cut.counts(func.coalesce(by_id.c.is_test, by_visit.c.is_test)))
        .cte("one_session")
    )
    group = [one.c[k] for k in ("day", *HOME)]
    rows = select(
        *group,
        func.count().label("sessions"),
        cast(func.sum(one.c.converted), Integer).label("converted"),
    ).group_by(*group)
    return rows if some is None else rows.where(some.among(one.c.day))


def seen_on(cut: Cut, some: Some) -> Select[Any]:
    """Ids of sessions with an event on those days: those that may have begun on them."""
    e = EVENTS
    on = and_(some.instants(e.c.occurred_at, cut), some.among(cut.days.day_of(e.c.occurred_at)))
    return select(e.c.session_id).where(e.c.session_id.is_not(None), on)


def days_reached(connection: Connection, cut: Cut, some: Some) -> Some:
    """Those days, and every day with events of a session that has events or orders on them: it
    may begin there now, or have begun there before."""
    e, o = EVENTS, ORDERS
    ordered = select(o.c.session_id).where(
        o.c.session_id.is_not(None),
        some.instants(o.c.ordered_at, cut),
        some.among(cut.days.day_of(o.c.ordered_at)),
    )
    named = e.c.session_id.in_(union(seen_on(cut, some), ordered))
    days = select(cut.days.day_of(e.c.occurred_at)).where(named).distinct()
    return Some(some.days | frozenset(connection.scalars(days)))


def build_sessions(connection: Connection, cut: Cut, some: Some | None) -> None:
    """Fill `sessions_day` for those days and the days their sessions reach."""
    wider = None if some is None else days_reached(connection, cut, some)
    clear(connection, sessions_day, wider)
    names = ["day", *HOME, "sessions", "converted"]
    connection.execute(insert(sessions_day).from_select(names, sessions(cut, wider)))
