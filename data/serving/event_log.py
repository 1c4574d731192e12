"""`event_log`: every event of a person, in the order in which questions about people read it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Text,
    and_,
    cast,
    func,
    insert,
    literal,
    null,
    select,
    union_all,
)

from data.dialects import days_between
from data.rollups import event_log, event_names, people, persons, sales, visitors
from data.schema import contract
from data.serving.cut import PURCHASE, Cut, Some, clear

EVENTS = contract.tables["events"]
ORDERS = contract.tables["orders"]

_OWN = ("session_id", "item_id", "channel", "campaign", "platform", "country", "category")
_A_MONDAY = date(1970, 1, 5)


def happened(cut: Cut, some: Some | None) -> Select[Any]:
    """Events as they were sent, by the person they belong to; the source's purchases left out."""
    e, u, v, n = EVENTS, people, visitors, event_names
    day = cut.days.day_of(e.c.occurred_at)
    own = {"channel": cut.channel_of(e.c.channel, e.c.campaign).label("channel")}
    rows = (
        select(
            func.coalesce(u.c.user_no, v.c.person_no).label("person_no"),
            e.c.occurred_at,
            day.label("day"),
            n.c.event_no,
            *[own.get(c, e.c[c]) for c in (*_OWN, "order_id", "value", "currency", "properties")],
        )
        .select_from(
            e.join(n, n.c.event == e.c.event)
            .outerjoin(u, u.c.user_id == e.c.user_id)
            .outerjoin(v, and_(v.c.visitor_id == e.c.visitor_id, e.c.user_id.is_(None)))
        )
        .where(e.c.event != PURCHASE)
    )
    if some is not None:
        rows = rows.where(some.instants(e.c.occurred_at, cut), some.among(day))
    return rows


def bought(cut: Cut, some: Some | None) -> Select[Any]:
    """Paid orders as events: of the user, else of the visitor who placed them."""
    s, o, v = sales, ORDERS, visitors
    number = select(event_names.c.event_no).where(event_names.c.event == PURCHASE)
    missing = cast(null(), Text)
    rows = select(
        func.coalesce(s.c.user_no, v.c.person_no).label("person_no"),
        s.c.paid_at,
        s.c.day,
        number.scalar_subquery(),
        o.c.session_id,
        missing,
        cut.channel_of(o.c.channel),
        missing,
        o.c.platform,
        o.c.country,
        missing,
        s.c.order_id,
        s.c.gmv,
        s.c.currency,
        missing,
    ).select_from(
        s.join(o, o.c.order_id == s.c.order_id).outerjoin(
            v, and_(v.c.visitor_id == o.c.visitor_id, s.c.user_no.is_(None))
        )
    )
    return rows if some is None else rows.where(some.among(s.c.day))


def build_event_log(connection: Connection, cut: Cut, some: Some | None) -> None:
    """Fill `event_log`. Rows of a rebuilt day come behind the others, in their own order."""
    clear(connection, event_log, some)
    both = union_all(happened(cut, some), bought(cut, some)).cte("event")
    week = func.floor(days_between(literal(_A_MONDAY), both.c.day) / literal(7))
    names = [c.name for c in event_log.columns]
    rows = (
        select(*[both.c[n] for n in names])
        .join(persons, persons.c.person_no == both.c.person_no)
        .order_by(week, both.c.person_no, both.c.occurred_at)
    )
    connection.execute(insert(event_log).from_select(names, rows))
