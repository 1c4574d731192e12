"""`people` and `visitors`: who there is, under which number, with which home attributes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    Connection,
    MetaData,
    Select,
    Table,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    union,
)

from data.dialects import min_by
from data.rollups import event_names, people, persons, user_numbers, visitor_numbers, visitors
from data.schema import contract
from data.serving.cut import HOME, PURCHASE, Cut, Some, known

USERS = contract.tables["users"]
ORDERS = contract.tables["orders"]
EVENTS = contract.tables["events"]
IDENTITIES = contract.tables["identities"]
REFUNDS = contract.tables["refunds"]
TOUCHPOINTS = contract.tables["touchpoints"]


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Whoever has a higher number than these was not known before."""

    after_user: int
    after_visitor: int


@dataclass(frozen=True, slots=True)
class Renewed:
    """Visitors who are somebody else now (linked since) or at home elsewhere: the days that have
    to be counted again, and the persons they were."""

    days: frozenset[date] = frozenset()
    persons: frozenset[int] = frozenset()


def number(connection: Connection) -> Newcomers:
    """Give every user, visitor and event without a number the next one; old ones keep theirs."""
    before = [
        int(connection.scalar(select(func.coalesce(func.max(c), 0))) or 0)
        for c in (user_numbers.c.user_no, visitor_numbers.c.visitor_no)
    ]
    named = _of(ORDERS, EVENTS, IDENTITIES, REFUNDS, TOUCHPOINTS, column="user_id")
    user_ids = [USERS.c.user_id, *named]
    _append(connection, user_numbers, "user_id", "user_no", user_ids)
    visitor_ids = list(_of(EVENTS, IDENTITIES, ORDERS, TOUCHPOINTS, column="visitor_id"))
    _append(connection, visitor_numbers, "visitor_id", "visitor_no", visitor_ids)
    _append(connection, event_names, "event", "event_no", [EVENTS.c.event, literal(PURCHASE)])
    return Newcomers(*before)


def _of(*tables: Table, column: str) -> list[Any]:
    return [t.c[column] for t in tables]


def _append(connection: Connection, into: Table, key: str, no: str, columns: list[Any]) -> None:
    seen = union(*[select(c.label("id")).where(c.is_not(None)) for c in columns]).cte("seen")
    highest = select(func.coalesce(func.max(into.c[no]), 0)).scalar_subquery()
    new = select(
        seen.c.id, (highest + func.row_number().over(order_by=seen.c.id)).label("no")
    ).where(~exists().where(into.c[key] == seen.c.id))
    connection.execute(insert(into).from_select([key, no], new))


def first_orders() -> CTE:
    """One row per user with orders: where, through what and on what the first one came."""
    o = ORDERS
    return (
        select(
            o.c.user_id,
            min_by(o.c.country, o.c.ordered_at).label("country"),
            min_by(o.c.channel, o.c.ordered_at).label("channel"),
            min_by(o.c.platform, o.c.ordered_at).label("platform"),
        )
        .where(o.c.user_id.is_not(None))
        .group_by(o.c.user_id)
        .cte("first_order")
    )


def statement(cut: Cut) -> Select[Any]:
    """Every user with home market, channel, platform and registration.

    A source without a users table still has people: their home is that of their first order,
    and they have no registration.
    """
    u, n, first = USERS, user_numbers, first_orders()
    country = func.coalesce(func.nullif(u.c.country, ""), first.c.country)
    channel = func.coalesce(func.nullif(u.c.channel, ""), first.c.channel)
    return select(
        n.c.user_no,
        n.c.user_id,
        cut.market(country).label("market"),
        cut.channel(channel, u.c.campaign).label("channel"),
        known(u.c.platform, first.c.platform).label("platform"),
        known(u.c.campaign).label("campaign"),
        u.c.registered_at,
        cut.days.day_of(u.c.registered_at).label("registered_on"),
        func.coalesce(u.c.is_test, False).label("is_test"),
    ).select_from(
        n.outerjoin(u, u.c.user_id == n.c.user_id).outerjoin(first, first.c.user_id == n.c.user_id)
    )


def build_people(connection: Connection, cut: Cut, *, only_new: bool) -> None:
    """Fill `people`; with `only_new` those already there stay untouched."""
    rows = statement(cut)
    if only_new:
        rows = rows.where(~exists().where(people.c.user_no == user_numbers.c.user_no))
    else:
        connection.execute(delete(people))
    connection.execute(insert(people).from_select(_names(people), rows))


def homes_moved(connection: Connection, cut: Cut) -> bool:
    """Whether somebody already counted has another home, registration or test flag now: their
    days, however old, have to be counted again."""
    now = statement(cut).cte("now")
    changed = or_(*[now.c[c.name].is_distinct_from(c) for c in people.columns[2:]])
    moved = select(now.c.user_no).join(people, people.c.user_no == now.c.user_no).where(changed)
    return bool(connection.scalar(select(moved.exists())))


def visitor_statement(cut: Cut, some: Some | None) -> Select[Any]:
    """Every visitor (or those with events on some days and those not stored as they are linked
    now): the linked user's number and home (the earliest link), else its own."""
    i, v, n, e = IDENTITIES, visitor_numbers, user_numbers, EVENTS
    linked = (
        select(i.c.visitor_id, min_by(i.c.user_id, i.c.linked_at).label("user_id"))
        .group_by(i.c.visitor_id)
        .cte("linked")
    )
    person = func.coalesce(n.c.user_no, literal(0) - v.c.visitor_no)
    who = (
        select(v.c.visitor_id, person.label("person_no"))
        .select_from(
            v.outerjoin(linked, linked.c.visitor_id == v.c.visitor_id).outerjoin(
                n, n.c.user_id == linked.c.user_id
            )
        )
        .cte("who")
    )
    if some is not None:
        stored = exists().where(
            visitors.c.visitor_id == who.c.visitor_id, visitors.c.person_no == who.c.person_no
        )
        recent = select(e.c.visitor_id).where(
            e.c.visitor_id.is_not(None), some.instants(e.c.occurred_at, cut)
        )
        who = select(who).where(or_(~stored, who.c.visitor_id.in_(recent))).cte("candidate")
    came = (
        select(
            e.c.visitor_id,
            *[min_by(e.c[c], e.c.occurred_at).label(c) for c in ("country", "platform")],
            min_by(cut.channel_of(e.c.channel, e.c.campaign), e.c.occurred_at).label("channel"),
        )
        .join(who, who.c.visitor_id == e.c.visitor_id)
        .where(who.c.person_no < 0)
        .group_by(e.c.visitor_id)
        .cte("came")
    )
    p = people
    return select(
        who.c.visitor_id,
        who.c.person_no,
        func.coalesce(p.c.market, cut.market(came.c.country)).label("market"),
        func.coalesce(p.c.channel, known(came.c.channel)).label("channel"),
        func.coalesce(p.c.platform, known(came.c.platform)).label("platform"),
    ).select_from(
        who.outerjoin(p, p.c.user_no == who.c.person_no).outerjoin(
            came, came.c.visitor_id == who.c.visitor_id
        )
    )


def build_visitors(connection: Connection, cut: Cut, some: Some | None) -> Renewed:
    """Fill `visitors`; for some days only, returns whose days with events, orders or touches have
    to be counted again."""
    names = _names(visitors)
    if some is None:
        connection.execute(delete(visitors))
        connection.execute(insert(visitors).from_select(names, visitor_statement(cut, None)))
        return Renewed()
    renewed = Table(
        "renewed_visitor",
        MetaData(),
        *[Column(c.name, c.type) for c in visitors.columns],
    )
    renewed.create(connection)
    connection.execute(insert(renewed).from_select(names, visitor_statement(cut, some)))
    differs = or_(*[visitors.c[n].is_distinct_from(renewed.c[n]) for n in names[1:]])
    other = (
        select(visitors.c.visitor_id)
        .join(renewed, renewed.c.visitor_id == visitors.c.visitor_id)
        .where(differs)
    )
    paid_at = func.coalesce(ORDERS.c.paid_at, ORDERS.c.ordered_at)
    days = union(
        select(cut.days.day_of(EVENTS.c.occurred_at)).where(EVENTS.c.visitor_id.in_(other)),
        select(cut.days.day_of(paid_at)).where(ORDERS.c.visitor_id.in_(other)),
        select(cut.days.day_of(TOUCHPOINTS.c.touched_at)).where(
            TOUCHPOINTS.c.visitor_id.in_(other)
        ),
    )
    were = select(visitors.c.person_no).where(visitors.c.visitor_id.in_(other)).distinct()
    found = Renewed(
        frozenset(connection.scalars(days)), frozenset(int(n) for n in connection.scalars(were))
    )
    again = select(renewed.c.visitor_id)
    connection.execute(delete(visitors).where(visitors.c.visitor_id.in_(again)))
    connection.execute(insert(visitors).from_select(names, select(renewed)))
    renewed.drop(connection)
    return found


def build_persons(connection: Connection, cut: Cut) -> None:
    """Fill `persons`: users who count, and visitors who never registered."""
    p, v = people, visitors
    connection.execute(delete(persons))
    rows = select(p.c.user_no, *[p.c[d] for d in HOME]).where(cut.counts(p.c.is_test))
    visiting = select(v.c.person_no, *[v.c[d] for d in HOME]).where(v.c.person_no < 0)
    everybody = rows.union_all(visiting)
    connection.execute(insert(persons).from_select(_names(persons), everybody))


def _names(table: Table) -> list[str]:
    return [c.name for c in table.columns]
