"""`acquired` and `first_events`: where each person's lifecycle begins, and what came first since.

Both are rebuilt as a whole on every refresh: a late event, link or invitation may move the first
time of anything, and the tables are small beside the events they are read from.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Subquery,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
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
from data.serving.cut import HOME, PASSIVE_EVENTS, PURCHASE, Cut, known

USERS = contract.tables["users"]
IDENTITIES = contract.tables["identities"]
INVITATIONS = contract.tables["invitations"]

REGISTERED, VISITED = "registered", "visited"


def _registrations(cut: Cut) -> CTE:
    """Users who count, from their registration."""
    p, u = people, USERS
    return (
        select(
            p.c.user_no.label("person_no"),
            p.c.user_no,
            *[p.c[d] for d in HOME],
            known(u.c.campaign).label("campaign"),
            p.c.registered_at.label("acquired_at"),
            p.c.registered_on.label("acquired_on"),
        )
        .join(u, u.c.user_id == p.c.user_id)
        .where(p.c.registered_on.is_not(None), cut.counts(p.c.is_test))
        .cte("registration")
    )


def _visits() -> CTE:
    """Everybody who counts, from the first thing they did; messages sent to them are no visit."""
    e, n = event_log, event_names
    first = (
        select(
            e.c.person_no,
            func.min(e.c.at).label("acquired_at"),
            func.min(e.c.day).label("acquired_on"),
            min_by(e.c.campaign, e.c.at).label("campaign"),
        )
        .join(n, n.c.event_no == e.c.event_no)
        .where(n.c.event.not_in(PASSIVE_EVENTS))
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


def registered(cut: Cut) -> Select[Any]:
    """The lifecycle of users, followed from their registration."""
    begun, s = _registrations(cut), sales
    came_back = _came_back(begun, cut, person_day, person_day.c.as_user)
    bought = (
        select(s.c.user_no.label("person_no"), s.c.paid_at.label("converted_at"))
        .where(s.c.order_no == 1)
        .subquery("first_order")
    )
    return _lifecycles(REGISTERED, begun, cut, came_back, bought)


def visited(cut: Cut) -> Select[Any]:
    """The lifecycle of everybody, followed from their first visit: what they did as a visitor
    counts, and so does the order that a visitor placed as a guest."""
    begun, e, n = _visits(), event_log, event_names
    acts = cut.is_active(n.c.event)
    if cut.buying_is_active:
        acts = or_(acts, n.c.event == PURCHASE)
    named = select(n.c.event_no).where(acts)
    came_back = _came_back(begun, cut, e, e.c.event_no.in_(named))
    purchase = select(n.c.event_no).where(n.c.event == PURCHASE)
    bought = (
        select(e.c.person_no, func.min(e.c.at).label("converted_at"))
        .where(e.c.event_no.in_(purchase))
        .group_by(e.c.person_no)
        .subquery("first_order")
    )
    return _lifecycles(VISITED, begun, cut, came_back, bought)


def build_acquired(connection: Connection, cut: Cut) -> None:
    """Fill `acquired`; visits are a beginning only where it is known who the visitors became."""
    connection.execute(delete(acquired))
    names = [c.name for c in acquired.columns]
    connection.execute(insert(acquired).from_select(names, registered(cut)))
    identified = select(IDENTITIES.c.visitor_id).limit(1)
    if connection.scalar(identified) is not None:
        connection.execute(insert(acquired).from_select(names, visited(cut)))


def build_first_events(connection: Connection) -> None:
    """Fill `first_events`, in the order in which one event is asked for."""
    a, e = acquired, event_log
    connection.execute(delete(first_events))
    keys = (a.c.population, a.c.person_no, a.c.market, e.c.event_no)
    rows = (
        select(*keys, func.min(e.c.at))
        .join_from(e, a, and_(a.c.person_no == e.c.person_no, e.c.at >= a.c.acquired_at))
        .group_by(*keys)
        .order_by(a.c.population, e.c.event_no, a.c.person_no)
    )
    connection.execute(
        insert(first_events).from_select([c.name for c in first_events.columns], rows)
    )
