"""The people behind a cell: exactly as many as it says, as a list that can be read page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum

from sqlalchemy import CTE, ColumnElement, Date, Integer, and_, cast, func, literal, select, true

from data.scope import Scope, Span
from data.sources import Sources
from data.warehouse import Warehouse
from i18n import Words
from metrics.people import Column, Kind, People
from metrics.retention.acts import acts_of, period_of
from metrics.retention.ask import question
from metrics.retention.cells import bucket
from metrics.retention.members import members
from metrics.retention.question import Question
from metrics.retention.spec import Bracket, Spec
from metrics.retention.spec import Kind as Counting
from metrics.user_segments import Group


class Who(StrEnum):
    RETURNED = "returned"
    NOT_RETURNED = "not_returned"
    COHORT = "cohort"


WHO: dict[Who, Words] = {
    Who.RETURNED: Words("came back", "已回访"),
    Who.NOT_RETURNED: Words("did not come back", "未回访"),
    Who.COHORT: Words("the whole cohort", "整个同期群"),
}


BEGAN = Column("began_at", Words("Began", "起始时间"), Kind.INSTANT)
BACK = Column("returned_on", Words("First came back on", "当期首次回访日"), Kind.DAY)
ACTS = Column("acts", Words("Times or days", "次数或天数"), Kind.COUNT)


def cell_people(
    warehouse: Warehouse,
    scope: Scope,
    spec: Spec,
    span: Span,
    cohorts: Sequence[Span],
    column: Bracket,
    who: Who = Who.RETURNED,
    group: Group | None = None,
) -> People:
    """The people of these cohorts of `span` who came back in a column of the result (or did not,
    or all of them): one cohort for a cell, those whose cell is mature for the pooled row."""
    q = question(warehouse, span, spec)
    if group is not None:
        q = replace(q, by=group.by)
    src = warehouse.sources(scope)
    starts = [bucket(q, cohort) for cohort in cohorts]
    rows = behind(src, q, starts, column, who, group)
    return People(src, rows, (BEGAN, BACK, ACTS), ("began_at",))


def behind(
    src: Sources,
    q: Question,
    cohorts: Sequence[date],
    column: Bracket,
    who: Who,
    group: Group | None = None,
) -> CTE:
    """One row per person of the cohorts that begin on these days: `person_no`, `began_at`,
    `returned_on` (the day of their first return in the column, null without one) and `acts`
    (how often, or on how many days where only days are known)."""
    m = members(src, q)
    act, on = acts_of(src, q, m)
    period = period_of(q, m, act)
    back = (
        select(
            m.c.person_no,
            func.min(act.c.day).label("returned_on"),
            cast(func.count(), Integer).label("acts"),
        )
        .join_from(m, act, on)
        .where(_inside(q, column, period))
        .group_by(m.c.person_no)
        .cte("came_back")
    )
    rows = (
        select(
            m.c.person_no,
            m.c.began_at,
            back.c.returned_on,
            func.coalesce(back.c.acts, 0).label("acts"),
        )
        .select_from(m.outerjoin(back, back.c.person_no == m.c.person_no))
        .where(m.c.cohort_on.in_([cast(literal(day), Date) for day in cohorts]))
    )
    if group is not None:
        rows = rows.where(group.holds(m.c.segment))
    everybody = q.spec.kind is Counting.ON_OR_BEFORE and (column.last or 0) < q.spec.counted_from
    if who is Who.NOT_RETURNED:
        rows = rows.where(literal(False) if everybody else back.c.person_no.is_(None))
    elif who is Who.RETURNED and not everybody:
        rows = rows.where(back.c.person_no.is_not(None))
    return rows.cte("behind_cell")


def _inside(q: Question, column: Bracket, period: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a period counts for the column: up to it for "on or before"."""
    cumulative = q.spec.kind is Counting.ON_OR_BEFORE
    first = q.spec.counted_from if cumulative else column.first
    return and_(period >= first, true() if column.last is None else period <= column.last)
