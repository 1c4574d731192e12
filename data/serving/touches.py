"""`touches`: marketing touches by the person they belong to, in the order of their time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    and_,
    cast,
    func,
    insert,
    literal,
    select,
)

from data.dialects import bytewise, days_between
from data.rollups import people, persons, touches, visitors
from data.schema import contract
from data.serving.cut import Cut, Some, clear, known

TOUCHPOINTS = contract.tables["touchpoints"]
CLICK = "click"
"""The kind of a touch that does not say any."""

_A_MONDAY = date(1970, 1, 5)


def statement(cut: Cut, some: Some | None) -> Select[Any]:
    """Touches of everybody who counts: of the user they name, else of who the visitor is."""
    t, u, v = TOUCHPOINTS, people, visitors
    person = func.coalesce(u.c.user_no, v.c.person_no)
    own = {
        "channel": cut.channel(t.c.channel, t.c.campaign),
        "campaign": known(t.c.campaign),
        "kind": func.coalesce(func.nullif(t.c.kind, ""), CLICK),
    }
    tie = func.row_number().over(
        partition_by=(person, t.c.touched_at), order_by=[bytewise(c) for c in own.values()]
    )
    day = cut.days.day_of(t.c.touched_at)
    rows = select(
        person.label("person_no"),
        t.c.touched_at,
        cast(tie, Integer).label("tie_no"),
        day.label("day"),
        *[column.label(name) for name, column in own.items()],
    ).select_from(
        t.outerjoin(u, u.c.user_id == t.c.user_id).outerjoin(
            v, and_(v.c.visitor_id == t.c.visitor_id, t.c.user_id.is_(None))
        )
    )
    if some is not None:
        rows = rows.where(some.instants(t.c.touched_at, cut), some.among(day))
    touch = rows.cte("touch")
    # By weeks, within them by person: a question of some weeks reads few rows, in order.
    week = func.floor(days_between(literal(_A_MONDAY), touch.c.day) / literal(7))
    return (
        select(*[touch.c[c.name] for c in touches.columns])
        .join(persons, persons.c.person_no == touch.c.person_no)
        .order_by(week, touch.c.person_no, touch.c.touched_at)
    )


def build_touches(connection: Connection, cut: Cut, some: Some | None) -> None:
    """Fill `touches` for those days."""
    clear(connection, touches, some)
    names = [c.name for c in touches.columns]
    connection.execute(insert(touches).from_select(names, statement(cut, some)))


def touched_between(connection: Connection) -> list[datetime]:
    """The first and the last instant with a touch, if there is any: days are cut from one to the
    other, whether anything else happened then or not."""
    t = TOUCHPOINTS.c.touched_at
    found = connection.execute(select(func.min(t), func.max(t))).one()
    return [at for at in found if at is not None]
