"""`acquired` and `first_events`: where each person's lifecycle begins, and what came first since.

A refresh for some days writes those persons anew who may have another first of anything: whoever
has events, orders or invitations of these days now, and whoever had a first on one of them before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    MetaData,
    Select,
    Subquery,
    Table,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    union,
)

from data.dialects import add_days, min_by
from data.rollups import (
    acquired,
    event_log,
    event_names,
    first_events,
    people,
    person_day,
    persons,
    sales,
)
from data.schema import contract
from data.serving.cut import HOME, PASSIVE_EVENTS, PURCHASE, Cut, Some, known
from data.zones import start_of_day

USERS = contract.tables["users"]
IDENTITIES = contract.tables["identities"]
INVITATIONS = contract.tables["invitations"]

REGISTERED, VISITED = "registered", "visited"

Only = Callable[[ColumnElement[Any]], ColumnElement[bool]]
"""Whether a person is among those to be written."""


def everybody(_person_no: ColumnElement[Any]) -> ColumnElement[bool]:
    return true()


def _registrations(cut: Cut, only: Only) -> CTE:
    """Users who count, from their registration."""
    p = people
    return (
        select(
            p.c.user_no.label("person_no"),
            p.c.user_no,
            *[p.c[d] for d in HOME],
            p.c.campaign,
            p.c.registered_at.label("acquired_at"),
            p.c.registered_on.label("acquired_on"),
        )
        .where(p.c.registered_on.is_not(None), cut.counts(p.c.is_test), only(p.c.user_no))
        .cte("registration")
    )


def _visits(only: Only) -> CTE:
    """Everybody who counts, from the first thing they did; messages sent to them are no visit."""
    e, n = event_log, event_names
    first = (
        select(
            e.c.person_no,
            func.min(e.c.occurred_at).label("acquired_at"),
            func.min(e.c.day).label("acquired_on"),
            min_by(func.nullif(e.c.campaign, ""), e.c.occurred_at).label("campaign"),
        )
        .join(n, n.c.event_no == e.c.event_no)
        .where(n.c.event.not_in(PASSIVE_EVENTS), only(e.c.person_no))
        .group_by(e.c.person_no)
        .cte("first_visit")
    )
    p, u = people, USERS
    return (
        select(
            first.c.person_no,
            p.c.user_no,
            *[persons.c[d] for d in HOME],
            known(u.c.campaign, first.c.campaign).label("campaign"),
            first.c.acquired_at,
            first.c.acquired_on,
        )
        .select_from(
            first.join(persons, persons.c.person_no == first.c.person_no)
            .outerjoin(p, p.c.user_no == first.c.person_no)
            .outerjoin(u, u.c.user_id == p.c.user_id)
        )
        .cte("visit")
    )


def _came_back(begun: CTE, cut: Cut, days: FromClause, active: ColumnElement[bool]) -> Subquery:
    """The first active day on or after the first day that counts as coming back."""
    return (
        select(begun.c.person_no, func.min(days.c.day).label("retained_on"))
        .join_from(begun, days, days.c.person_no == begun.c.person_no)
        .where(active, days.c.day >= add_days(begun.c.acquired_on, cut.retain_from_day))
        .group_by(begun.c.person_no)
        .subquery("came_back")
    )


def _referred(begun: CTE) -> Subquery:
    """The first instant at which an invitation was both sent and accepted since the beginning."""
    i, p = INVITATIONS, people
    both = func.greatest(i.c.invited_at, i.c.accepted_at)
    return (
        select(begun.c.person_no, func.min(both).label("referred_at"))
        .select_from(
            i.join(p, p.c.user_id == i.c.inviter_id).join(begun, begun.c.user_no == p.c.user_no)
        )
        .where(i.c.invited_at >= begun.c.acquired_at, i.c.accepted_at >= begun.c.acquired_at)
        .group_by(begun.c.person_no)
        .subquery("referred")
    )


def _lifecycles(
    population: str, begun: CTE, cut: Cut, came_back: Subquery, bought: Subquery
) -> Select[Any]:
    referred = _referred(begun)
    joined: FromClause = begun
    for step in (came_back, bought, referred):
        joined = joined.outerjoin(step, step.c.person_no == begun.c.person_no)
    return (
        select(
            literal(population),
            begun.c.person_no,
            *[begun.c[d] for d in HOME],
            begun.c.campaign,
            begun.c.acquired_at,
            begun.c.acquired_on,
            came_back.c.retained_on,
            bought.c.converted_at,
            referred.c.referred_at,
        )
        .select_from(joined)
        .order_by(begun.c.acquired_on, begun.c.person_no)
    )


def registered(cut: Cut, only: Only) -> Select[Any]:
    """The lifecycle of users, followed from their registration."""
    begun, s = _registrations(cut, only), sales
    came_back = _came_back(begun, cut, person_day, person_day.c.as_user)
    bought = (
        select(s.c.user_no.label("person_no"), s.c.paid_at.label("converted_at"))
        .where(s.c.order_no == 1)
        .subquery("first_order")
    )
    return _lifecycles(REGISTERED, begun, cut, came_back, bought)


def visited(cut: Cut, only: Only) -> Select[Any]:
    """The lifecycle of everybody, followed from their first visit: what they did as a visitor
    counts, and so does the order that a visitor placed as a guest."""
    begun, e, n = _visits(only), event_log, event_names
    acts = cut.is_active(n.c.event)
    if cut.buying_is_active:
        acts = or_(acts, n.c.event == PURCHASE)
    named = select(n.c.event_no).where(acts)
    came_back = _came_back(begun, cut, e, e.c.event_no.in_(named))
    purchase = select(n.c.event_no).where(n.c.event == PURCHASE)
    bought = (
        select(e.c.person_no, func.min(e.c.occurred_at).label("converted_at"))
        .where(e.c.event_no.in_(purchase), only(e.c.person_no))
        .group_by(e.c.person_no)
        .subquery("first_order")
    )
    return _lifecycles(VISITED, begun, cut, came_back, bought)


def first_of_each(only: Only) -> Select[Any]:
    """The first time of each event since the beginning, in the order in which one is asked for."""
    a, e = acquired, event_log
    keys = (a.c.population, a.c.person_no, a.c.market, e.c.event_no)
    return (
        select(*keys, func.min(e.c.occurred_at))
        .join_from(e, a, and_(a.c.person_no == e.c.person_no, e.c.occurred_at >= a.c.acquired_at))
        .where(only(a.c.person_no))
        .group_by(*keys)
        .order_by(a.c.population, e.c.event_no, a.c.person_no)
    )


def build_lifecycles(connection: Connection, cut: Cut, some: Some | None) -> None:
    """Fill `acquired` and `first_events`; visits are a beginning only where it is known who the
    visitors became."""
    identified = connection.scalar(select(IDENTITIES.c.visitor_id).limit(1)) is not None
    visits = select(acquired.c.person_no).where(acquired.c.population == VISITED).limit(1)
    followed = connection.scalar(visits) is not None
    if some is None or identified != followed:
        for table in (acquired, first_events):
            connection.execute(delete(table))
        _write(connection, cut, everybody, identified)
        return
    listed = Table("affected_person", MetaData(), Column("person_no", Integer))
    listed.create(connection)
    connection.execute(insert(listed).from_select(["person_no"], affected(cut, some)))

    def only(person_no: ColumnElement[Any]) -> ColumnElement[bool]:
        return person_no.in_(select(listed.c.person_no))

    for table in (acquired, first_events):
        connection.execute(delete(table).where(only(table.c.person_no)))
    _write(connection, cut, only, identified)
    listed.drop(connection)


def _write(connection: Connection, cut: Cut, only: Only, identified: bool) -> None:
    names = [c.name for c in acquired.columns]
    connection.execute(insert(acquired).from_select(names, registered(cut, only)))
    if identified:
        connection.execute(insert(acquired).from_select(names, visited(cut, only)))
    names = [c.name for c in first_events.columns]
    connection.execute(insert(first_events).from_select(names, first_of_each(only)))


def affected(cut: Cut, some: Some) -> Select[Any]:
    """Everybody whose firsts may be others now. An invitation is touched on the day it was sent
    and may have been accepted on any later one, so all who referred since then are looked at."""
    a, f, e, i, p = acquired, first_events, event_log, INVITATIONS, people
    since = start_of_day(min(some.days), cut.days.zone)
    had_first = or_(
        some.among(a.c.acquired_on),
        some.among(a.c.retained_on),
        some.instants(a.c.converted_at, cut),
        a.c.referred_at >= since,
    )
    gone = a.c.person_no.not_in(select(persons.c.person_no))
    sent = select(i.c.inviter_id).where(some.instants(i.c.invited_at, cut))
    found = union(
        select(e.c.person_no).where(some.among(e.c.day)),
        select(a.c.person_no).where(or_(had_first, gone)),
        select(f.c.person_no).where(some.instants(f.c.first_at, cut)),
        select(p.c.user_no).where(or_(some.among(p.c.registered_on), p.c.user_id.in_(sent))),
    ).subquery("affected")
    return select(found.c.person_no)
