"""`spells`: runs of active days without a gap from which somebody would have to come back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Connection,
    Date,
    Integer,
    MetaData,
    Select,
    Table,
    and_,
    cast,
    delete,
    exists,
    func,
    insert,
    null,
    select,
    true,
    union_all,
)

from data.dialects import days_between, load_rows
from data.rollups import people, person_day, spells
from data.serving.cut import HOME, Cut

Only = Callable[[ColumnElement[Any]], ColumnElement[bool]]


def everybody(_user_no: ColumnElement[Any]) -> ColumnElement[bool]:
    return true()


def entries(cut: Cut, only: Only) -> CTE:
    """One row per user: the day of registration, else of the first activity."""
    p, d = people, person_day
    first = (
        select(d.c.person_no, d.c.day)
        .where(d.c.as_user, d.c.previous_user_day.is_(None), only(d.c.person_no))
        .cte("first_activity")
    )
    return (
        select(
            p.c.user_no,
            *[p.c[k] for k in HOME],
            func.coalesce(p.c.registered_on, first.c.day).label("entered_on"),
        )
        .select_from(p.outerjoin(first, first.c.person_no == p.c.user_no))
        .where(
            cut.counts(p.c.is_test),
            func.coalesce(p.c.registered_on, first.c.day).is_not(None),
            only(p.c.user_no),
        )
        .cte("entry")
    )


def statement(cut: Cut, only: Only) -> Select[Any]:
    """Spells of everybody, or of some. What happened before the entry is nobody's spell: the entry
    counts as the first active day."""
    e, d = entries(cut, only), person_day
    before = func.greatest(d.c.previous_user_day, e.c.entered_on)
    begins = (
        select(e.c.user_no, d.c.day.label("began_on"), before.label("before_on"))
        .join_from(e, d, d.c.person_no == e.c.user_no)
        .where(
            d.c.as_user,
            d.c.day > e.c.entered_on,
            days_between(before, d.c.day) > cut.active_days,
            only(d.c.person_no),
        )
    )
    entered = select(e.c.user_no, e.c.entered_on, cast(null(), Date))
    begun = union_all(begins, entered).cte("begun")
    last = (
        select(d.c.person_no, func.max(d.c.day).label("day"))
        .where(d.c.as_user, only(d.c.person_no))
        .group_by(d.c.person_no)
        .cte("last_activity")
    )
    own: dict[str, Any] = {"partition_by": begun.c.user_no, "order_by": begun.c.began_on}
    run = select(
        begun.c.user_no,
        begun.c.began_on,
        func.lead(begun.c.before_on).over(**own).label("ended_on"),
        func.lead(begun.c.began_on).over(**own).label("next_on"),
    ).cte("run")
    ended = func.coalesce(run.c.ended_on, func.greatest(last.c.day, e.c.entered_on))
    return (
        select(
            e.c.user_no, *[e.c[k] for k in HOME], e.c.entered_on, run.c.began_on,
            ended.label("ended_on"), run.c.next_on,
        )
        .select_from(
            run.join(e, e.c.user_no == run.c.user_no).outerjoin(
                last, last.c.person_no == run.c.user_no
            )
        )
        .order_by(run.c.began_on, e.c.user_no)
    )  # fmt: skip


def build_spells(connection: Connection, cut: Cut, seen: frozenset[int] | None) -> None:
    """Fill `spells`: all of them, or those of the persons seen on the days that changed and of
    users who have none yet."""
    names = [c.name for c in spells.columns]
    if seen is None:
        connection.execute(delete(spells))
        connection.execute(insert(spells).from_select(names, statement(cut, everybody)))
        return
    listed = Table("user_with_spells", MetaData(), Column("user_no", Integer))
    listed.create(connection)
    users = pa.array(sorted(n for n in seen if n > 0), pa.int32())
    load_rows(connection, listed, pa.table({"user_no": users}))
    p = people
    without = select(p.c.user_no).where(
        and_(~exists().where(spells.c.user_no == p.c.user_no), cut.counts(p.c.is_test))
    )
    connection.execute(insert(listed).from_select(["user_no"], without))

    def only(user_no: ColumnElement[Any]) -> ColumnElement[bool]:
        return user_no.in_(select(listed.c.user_no))

    connection.execute(delete(spells).where(only(spells.c.user_no)))
    connection.execute(insert(spells).from_select(names, statement(cut, only)))
    listed.drop(connection)
