"""The people behind a survival curve: those whose time ended, and those who are still watched."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import CTE, ColumnElement, select

from data.scope import Scope
from data.sources import Sources
from data.warehouse import Warehouse
from i18n import Words
from metrics.people import Column, Kind, People
from metrics.survival.result import Curve
from metrics.survival.spec import Outcome, Question
from metrics.survival.statement import NOT_WATCHED, lives
from metrics.user_segments import Group


class Who(StrEnum):
    ENDED = "ended"
    """Whose time ended at this age or before; without an age at any."""
    AT_RISK = "at_risk"
    """Who reached this age without the end; without an age everybody."""
    OPEN = "open"
    """Whose time has not ended as far as can be seen."""


WHO: dict[Outcome, dict[Who, Words]] = {
    Outcome.SECOND_PURCHASE: {
        Who.ENDED: Words("bought again", "已复购"),
        Who.AT_RISK: Words("still watched", "仍在观察"),
        Who.OPEN: Words("have not bought again yet", "尚未复购"),
    },
    Outcome.LAST_ACTIVITY: {
        Who.ENDED: Words("last seen", "最后活跃"),
        Who.AT_RISK: Words("still watched", "仍在观察"),
        Who.OPEN: Words("still active as far as can be seen", "目前仍活跃"),
    },
}


@dataclass(frozen=True, slots=True)
class Point:
    """A number of a curve: whom, up to or at which age, of which group (of everybody without)."""

    who: Who
    age: int | None = None
    group: Group | None = None


BEGAN = Column("began_on", Words("First day", "起始日"), Kind.DAY)
AGE = Column("age_days", Words("Days", "天数"), Kind.COUNT)


def count_of(curve: Curve, point: Point) -> int:
    """As many people as the curve says."""
    counts = curve.counts
    match point.who:
        case Who.ENDED:
            return sum(a.events for a in counts if point.age is None or a.age <= point.age)
        case Who.AT_RISK:
            met = (a.events + a.censored for a in counts if a.age >= (point.age or 0))
            return sum(met)
    return sum(a.censored for a in counts)


def curve_people(warehouse: Warehouse, scope: Scope, question: Question, point: Point) -> People:
    """The list behind a point: the latest to begin first."""
    src = warehouse.sources(scope)
    return People(src, behind(src, question, point), (BEGAN, AGE), ("-began_on",))


def behind(src: Sources, question: Question, point: Point) -> CTE:
    """One row per person of the point: `person_no`, `began_on` and `age_days`, the age at which
    their time ended or they were last watched."""
    f = lives(src, question)
    rows = select(f.c.person_no, f.c.began_on, f.c.age.label("age_days"))
    return rows.where(f.c.age != NOT_WATCHED, *_of(f, point)).cte("behind_point")


def _of(f: CTE, point: Point) -> list[ColumnElement[bool]]:
    group, age = point.group, point.age
    found = [] if group is None else [group.holds(f.c.value)]
    if point.who is Who.OPEN:
        found.append(~f.c.ended)
    elif point.who is Who.AT_RISK:
        found.append(f.c.age >= (age or 0))
    else:
        found += [f.c.ended, *([] if age is None else [f.c.age <= age])]
    return found
