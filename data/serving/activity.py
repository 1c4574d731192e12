"""`person_day`, `trailing_change`, `signups_day`: who was there, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    CTE,
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    Select,
    Table,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    union_all,
)

from data.dialects import add_days, any_true, days_between, load_rows
from data.rollups import (
    TRAILING,
    people,
    person_day,
    sales,
    signups_day,
    trailing_change,
    visitors,
)
from data.schema import contract
from data.serving.cut import HOME, Cut, Some, clear

EVENTS = contract.tables["events"]
ORDERS = contract.tables["orders"]


def seen(cut: Cut, some: Some | None) -> CTE:
    """One row per day, user and visitor with active events, and how many."""
    e = EVENTS
    day = cut.days.day_of(e.c.occurred_at)
    events = select(day.label("day"), e.c.user_id, e.c.visitor_id).where(cut.is_active(e.c.event))
    if some is not None:
        events = events.where(some.instants(e.c.occurred_at, cut), some.among(day))
    event = events.cte("active_event")
    keys = (event.c.day, event.c.user_id, event.c.visitor_id)
    return select(*keys, func.count().label("events")).group_by(*keys).cte("seen")


def person_days(cut: Cut, some: Some | None) -> Select[Any]:
    """One row per person and day: events by user or visitor, and paid orders."""
    s, by_id, v = seen(cut, some), people.alias("by_id"), visitors
    visited = select(
        s.c.day,
        func.coalesce(by_id.c.user_no, v.c.person_no).label("person_no"),
        s.c.user_id.is_not(None).label("as_user"),
        literal(False).label("bought"),
        s.c.events,
        *[func.coalesce(by_id.c[d], v.c[d]).label(d) for d in HOME],
        func.coalesce(by_id.c.is_test, False).label("is_test"),
    ).select_from(
        s.outerjoin(by_id, by_id.c.user_id == s.c.user_id).outerjoin(
            v, and_(v.c.visitor_id == s.c.visitor_id, s.c.user_id.is_(None))
        )
    )
    bought = select(
        sales.c.day,
        sales.c.user_no,
        literal(cut.buying_is_active),
        literal(True),
        literal(1),
        *[sales.c[d] for d in HOME],
        literal(False),
    ).where(sales.c.user_no.is_not(None))
    if some is not None:
        bought = bought.where(some.among(sales.c.day))
    leg = union_all(visited, bought).cte("leg")
    keys = [leg.c[k] for k in ("day", "person_no", *HOME)]
    one = (
        select(
            *keys,
            any_true(leg.c.as_user).label("as_user"),
            any_true(leg.c.bought).label("bought"),
            cast(func.sum(leg.c.events), Integer).label("events"),
        )
        .where(leg.c.person_no.is_not(None), cut.counts(leg.c.is_test))
        .group_by(*keys)
        .cte("person")
    )
    linked = people.alias("linked")
    return (
        select(*[one.c[n] for n in _BUILT[:-1]], linked.c.registered_on)
        .select_from(one.outerjoin(linked, linked.c.user_no == one.c.person_no))
        .where(cut.counts(linked.c.is_test))
    )


_BUILT = ("day", "person_no", *HOME, "as_user", "bought", "events", "registered_on")
"""Columns of `person_day` that a day's own rows and the person determine; the others look back."""


def with_previous(rows: CTE) -> Select[Any]:
    """The rows with each person's day before, and the day before as a user."""
    own: dict[str, Any] = {"partition_by": rows.c.person_no, "order_by": rows.c.day}
    as_user = case((rows.c.as_user, rows.c.day))
    return select(
        *[rows.c[name] for name in _BUILT],
        func.lag(rows.c.day).over(**own).label("previous_day"),
        func.max(as_user).over(**own, rows=(None, -1)).label("previous_user_day"),
    )


def build_person_day(connection: Connection, cut: Cut, some: Some | None) -> frozenset[int]:
    """Fill `person_day`. For some days only, everybody seen on them before or now is written anew
    from their other days as stored, since their rows look back on each other; returns them."""
    names = [*_BUILT, "previous_day", "previous_user_day"]
    fresh = person_days(cut, some).cte("fresh")
    if some is None:
        connection.execute(delete(person_day))
        rows = with_previous(fresh).order_by(fresh.c.day, fresh.c.person_no)
        connection.execute(insert(person_day).from_select(names, rows))
        return frozenset()
    before = set(
        connection.scalars(
            select(person_day.c.person_no).where(some.among(person_day.c.day)).distinct()
        )
    )
    clear(connection, person_day, some)
    unlinked = [cast(null(), Date), cast(null(), Date)]
    connection.execute(
        insert(person_day).from_select(names, select(*[fresh.c[n] for n in _BUILT], *unlinked))
    )
    now = set(
        connection.scalars(
            select(person_day.c.person_no).where(some.among(person_day.c.day)).distinct()
        )
    )
    _look_back_again(connection, before | now, names)
    return frozenset(before | now)


def _look_back_again(connection: Connection, people_nos: set[int], names: list[str]) -> None:
    """Write these persons' rows anew, with the days before them as they are now."""
    listed = Table("affected_person", MetaData(), Column("person_no", Integer))
    renewed = Table(
        "renewed_person_day",
        MetaData(),
        *[Column(c.name, c.type) for c in person_day.columns],
    )
    for table in (listed, renewed):
        table.create(connection)
    load_rows(connection, listed, pa.table({"person_no": pa.array(sorted(people_nos), pa.int32())}))
    affected = person_day.c.person_no.in_(select(listed.c.person_no))
    rows = with_previous(select(person_day).where(affected).cte("affected"))
    connection.execute(insert(renewed).from_select(names, rows))
    connection.execute(delete(person_day).where(affected))
    connection.execute(
        insert(person_day).from_select(names, select(*[renewed.c[n] for n in names]))
    )
    for table in (listed, renewed):
        table.drop(connection)


def trailing_changes(kind: str, span: int, some: Some | None) -> Select[Any]:
    """Daily changes of the number of people seen in the trailing `span` days.

    Somebody enters on a day when their day before lies more than `span` days back, and leaves
    `span` days after a day when their next one lies more than `span` days ahead.
    """
    if kind == "active":
        days = select(
            person_day.c.day, person_day.c.person_no.label("person_no"),
            *[person_day.c[d] for d in HOME],
        ).where(person_day.c.as_user)  # fmt: skip
        day = person_day.c.day
    else:
        days = (
            select(sales.c.day, sales.c.user_no.label("person_no"), *[sales.c[d] for d in HOME])
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
    dims = [spell.c[d] for d in HOME]
    both = union_all(
        select(spell.c.day.label("day"), literal(1).label("change"), *dims).where(enters),
        select(add_days(spell.c.day, span), literal(-1), *dims).where(leaves),
    ).cte(f"{kind}_{span}_change")
    keys = [both.c[d] for d in HOME]
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
    names = ["day", "kind", "span_days", *HOME, "change"]
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
    keys = [p.c.registered_on.label("day"), *[p.c[d] for d in HOME]]
    rows = (
        select(*keys, func.count().label("users"))
        .where(p.c.registered_on.is_not(None), cut.counts(p.c.is_test))
        .group_by(*keys)
    )
    if some is not None:
        rows = rows.where(some.among(p.c.registered_on))
    connection.execute(insert(signups_day).from_select(["day", *HOME, "users"], rows))
