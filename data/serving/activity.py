"""`person_day`, `trailing_change`, `signups_day`, `sessions_day`: who was there, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
)

from data.dialects import add_days, any_true, days_between, min_by
from data.rollups import (
    TRAILING,
    people,
    person_day,
    sales,
    sessions_day,
    signups_day,
    trailing_change,
    visitors,
)
from data.schema import contract
from data.serving.cut import Cut, Some, clear, known

EVENTS = contract.tables["events"]
ORDERS = contract.tables["orders"]
IDENTITIES = contract.tables["identities"]
DIMENSIONS = ("market", "channel", "platform")


def seen(cut: Cut, some: Some | None) -> CTE:
    """One row per day, user and visitor with active events: how many, and the first one's own
    country, channel and platform (for visitors who have no home)."""
    e = EVENTS
    day = cut.days.day_of(e.c.occurred_at)
    events = select(
        day.label("day"), e.c.user_id, e.c.visitor_id, e.c.occurred_at,
        e.c.country, e.c.channel, e.c.platform,
    ).where(cut.is_active(e.c.event))  # fmt: skip
    if some is not None:
        events = events.where(some.instants(e.c.occurred_at, cut), some.among(day))
    event = events.cte("active_event")
    at = event.c.occurred_at
    return (
        select(
            event.c.day,
            event.c.user_id,
            event.c.visitor_id,
            func.min(at).label("first_at"),
            min_by(event.c.country, at).label("country"),
            min_by(event.c.channel, at).label("channel"),
            min_by(event.c.platform, at).label("platform"),
            func.count().label("events"),
        )
        .group_by(event.c.day, event.c.user_id, event.c.visitor_id)
        .cte("seen")
    )


def person_days(cut: Cut, some: Some | None) -> Select[Any]:
    """One row per person and day: events by user or visitor, and paid orders."""
    s, v = seen(cut, some), visitors
    by_id = people.alias("by_id")
    visited = select(
        s.c.day,
        func.coalesce(by_id.c.user_no, v.c.person_no).label("person_no"),
        s.c.user_id.is_not(None).label("as_user"),
        literal(False).label("bought"),
        s.c.events,
        s.c.first_at,
        cut.market(s.c.country).label("market"),
        known(s.c.channel).label("channel"),
        known(s.c.platform).label("platform"),
    ).select_from(
        s.outerjoin(by_id, by_id.c.user_id == s.c.user_id).outerjoin(
            v, and_(v.c.visitor_id == s.c.visitor_id, s.c.user_id.is_(None))
        )
    )
    bought = select(
        sales.c.day, sales.c.user_no, literal(True), literal(True), literal(1), sales.c.paid_at,
        sales.c.market, sales.c.channel, sales.c.platform,
    ).where(sales.c.user_no.is_not(None))  # fmt: skip
    if some is not None:
        bought = bought.where(some.among(sales.c.day))
    leg = union_all(visited, bought).cte("leg")
    one = (
        select(
            leg.c.day,
            leg.c.person_no,
            any_true(leg.c.as_user).label("as_user"),
            any_true(leg.c.bought).label("bought"),
            cast(func.sum(leg.c.events), Integer).label("events"),
            *[min_by(leg.c[d], leg.c.first_at).label(d) for d in DIMENSIONS],
        )
        .group_by(leg.c.day, leg.c.person_no)
        .cte("person")
    )
    home = people.alias("home")
    return (
        select(
            one.c.day,
            one.c.person_no,
            *[func.coalesce(home.c[d], one.c[d]).label(d) for d in DIMENSIONS],
            one.c.as_user,
            one.c.bought,
            one.c.events,
        )
        .select_from(one.outerjoin(home, home.c.user_no == one.c.person_no))
        .where(cut.counts(home.c.is_test))
        .order_by(one.c.day, one.c.person_no)
    )


def build_person_day(connection: Connection, cut: Cut, some: Some | None) -> None:
    clear(connection, person_day, some)
    names = [c.name for c in person_day.columns]
    connection.execute(insert(person_day).from_select(names, person_days(cut, some)))


def days_of_newly_linked(connection: Connection, cut: Cut) -> frozenset[date]:
    """Days with events of visitors who were anonymous so far and are linked to a user now:
    they become that user on all of their days."""
    e, v, i = EVENTS, visitors, IDENTITIES
    linked = select(v.c.visitor_id).where(
        v.c.person_no < 0, exists().where(i.c.visitor_id == v.c.visitor_id)
    )
    days = select(cut.days.day_of(e.c.occurred_at)).where(e.c.visitor_id.in_(linked)).distinct()
    return frozenset(connection.scalars(days))


def trailing_changes(kind: str, span: int, some: Some | None) -> Select[Any]:
    """Daily changes of the number of people seen in the trailing `span` days.

    Somebody enters on a day when their day before lies more than `span` days back, and leaves
    `span` days after a day when their next one lies more than `span` days ahead.
    """
    if kind == "active":
        days = select(
            person_day.c.day, person_day.c.person_no.label("person_no"),
            *[person_day.c[d] for d in DIMENSIONS],
        ).where(person_day.c.as_user)  # fmt: skip
        day = person_day.c.day
    else:
        days = (
            select(
                sales.c.day, sales.c.user_no.label("person_no"), *[sales.c[d] for d in DIMENSIONS]
            )
            .where(sales.c.user_no.is_not(None))
            .distinct()
        )
        day = sales.c.day
    if some is not None:
        reach = timedelta(days=span + 1)
        days = days.where(day >= min(some.days) - reach, day <= max(some.days))
    seen_on = days.cte(f"{kind}_day")
    own: dict[str, Any] = {"partition_by": seen_on.c.person_no, "order_by": seen_on.c.day}
    spell = select(
        seen_on,
        func.lag(seen_on.c.day).over(**own).label("before"),
        func.lead(seen_on.c.day).over(**own).label("after"),
    ).cte(f"{kind}_{span}_spell")
    enters = or_(spell.c.before.is_(None), days_between(spell.c.before, spell.c.day) > span)
    leaves = or_(spell.c.after.is_(None), days_between(spell.c.day, spell.c.after) > span)
    dims = [spell.c[d] for d in DIMENSIONS]
    both = union_all(
        select(spell.c.day.label("day"), literal(1).label("change"), *dims).where(enters),
        select(add_days(spell.c.day, span), literal(-1), *dims).where(leaves),
    ).cte(f"{kind}_{span}_change")
    keys = [both.c[d] for d in DIMENSIONS]
    net = cast(func.sum(both.c.change), Integer)
    rows = (
        select(
            both.c.day, literal(kind).label("kind"), literal(span).label("span_days"), *keys,
            net.label("change"),
        )
        .group_by(both.c.day, *keys)
        .having(net != 0)
    )  # fmt: skip
    return rows if some is None else rows.where(some.among(both.c.day))


def build_trailing(connection: Connection, some: Some | None) -> None:
    """Fill `trailing_change`; a change of one day reaches as far as the longest span."""
    wider = None if some is None else _reaching(some.days)
    clear(connection, trailing_change, wider)
    names = ["day", "kind", "span_days", *DIMENSIONS, "change"]
    for kind, span in TRAILING:
        rows = trailing_changes(kind, span, wider)
        connection.execute(insert(trailing_change).from_select(names, rows))


def _reaching(days: Iterable[date]) -> Some:
    """All days from the first touched one to the last one that it can influence."""
    low, high = min(days), max(days) + timedelta(days=max(span for _, span in TRAILING) + 1)
    return Some(frozenset(low + timedelta(days=n) for n in range((high - low).days + 1)))


def build_signups(connection: Connection, cut: Cut, some: Some | None) -> None:
    """Fill `signups_day`: registrations by day."""
    p = people
    clear(connection, signups_day, some)
    keys = [p.c.registered_on.label("day"), *[p.c[d] for d in DIMENSIONS]]
    rows = (
        select(*keys, func.count().label("users"))
        .where(p.c.registered_on.is_not(None), cut.counts(p.c.is_test))
        .group_by(*keys)
    )
    if some is not None:
        rows = rows.where(some.among(p.c.registered_on))
    connection.execute(insert(signups_day).from_select(["day", *DIMENSIONS, "users"], rows))


def sessions(cut: Cut, some: Some | None) -> Select[Any]:
    """Sessions by the day they began, and how many of them a paid order names."""
    e, v = EVENTS, visitors
    events = select(e).where(e.c.session_id.is_not(None))
    if some is not None:
        margin = timedelta(days=1)
        near = Some(some.days | {d - margin for d in some.days} | {d + margin for d in some.days})
        events = events.where(near.instants(e.c.occurred_at, cut))
    event = events.cte("session_event")
    at = event.c.occurred_at
    session = (
        select(
            event.c.session_id,
            func.min(at).label("began_at"),
            func.max(event.c.user_id).label("user_id"),
            func.max(event.c.visitor_id).label("visitor_id"),
            *[min_by(event.c[c], at).label(c) for c in ("country", "channel", "platform")],
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
    keys = [func.coalesce(by_id.c[d], by_visit.c[d], own[d]).label(d) for d in DIMENSIONS]
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
    group = [one.c[k] for k in ("day", *DIMENSIONS)]
    rows = select(
        *group,
        func.count().label("sessions"),
        cast(func.sum(one.c.converted), Integer).label("converted"),
    ).group_by(*group)
    return rows if some is None else rows.where(some.among(one.c.day))


def build_sessions(connection: Connection, cut: Cut, some: Some | None) -> None:
    clear(connection, sessions_day, some)
    names = ["day", *DIMENSIONS, "sessions", "converted"]
    connection.execute(insert(sessions_day).from_select(names, sessions(cut, some)))
