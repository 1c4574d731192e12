"""The users behind a state or a cell of the transition matrix."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Date, Select, case, null, select

from data.scope import Scope
from data.settings import StateRules
from data.sources import Sources
from data.warehouse import Warehouse
from i18n import Words
from metrics.people import Column, Kind, People
from metrics.states.spec import State, require_day
from metrics.states.statement import moved, positions
from metrics.user_segments import Group


@dataclass(frozen=True, slots=True)
class StateBar:
    """Users in a state (None: in any) at the end of a day, perhaps of one group."""

    on: date
    state: State | None = None
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """Users who went from one state (None: had not registered) into another between two days."""

    against: date
    on: date
    before: State | None
    after: State


ENTERED = Column("entered_on", Words("Registered or first seen", "注册或首次出现"), Kind.DAY)
CAME_BACK = Column("came_back_on", Words("Came back", "回流日期"), Kind.DAY)
LAST_ON = Column("last_on", Words("Last active", "最近活跃"), Kind.DAY)


def in_state(src: Sources, rules: StateRules, bar: StateBar) -> CTE:
    """One row per user of the bar: `person_no`, `entered_on`, `came_back_on` and, of the dormant
    and churned, `last_on`, the day from which they have been away."""
    p = positions(src, rules, bar.on)
    rows = select(p.c.user_no.label("person_no"), *_days(p))
    if bar.state is not None:
        rows = rows.where(p.c.state == bar.state.value)
    if bar.group is not None:
        rows = rows.where(bar.group.holds(p.c[bar.group.by]))
    return rows.cte("behind_state")


def in_cell(src: Sources, rules: StateRules, cell: Transition) -> CTE:
    """One row per user of the cell, with the same columns."""
    m = moved(src, rules, cell.against, cell.on)
    before = m.c.from_state
    came_from = before.is_(None) if cell.before is None else before == cell.before.value
    return (
        select(m.c.user_no.label("person_no"), *_days(m, "to_state"))
        .where(came_from, m.c.to_state == cell.after.value)
        .cte("behind_cell")
    )


def people(src: Sources, rules: StateRules, bar: StateBar | Transition) -> Select[Any]:
    """The users behind a number, as many as it says."""
    rows = in_state(src, rules, bar) if isinstance(bar, StateBar) else in_cell(src, rules, bar)
    return select(rows)


def _days(of: CTE, state: str = "state") -> list[ColumnElement[Any]]:
    away = of.c[state].in_([State.DORMANT.value, State.CHURNED.value])
    return [
        of.c.entered_on,
        case((of.c.began_on > of.c.entered_on, of.c.began_on), else_=null())
        .cast(Date)
        .label("came_back_on"),
        case((away, of.c.ended_on), else_=null()).cast(Date).label("last_on"),
    ]


def state_people(warehouse: Warehouse, scope: Scope, bar: StateBar | Transition) -> People:
    """The list behind a number: those who left last first, then the latest to enter."""
    src, rules = warehouse.sources(scope), warehouse.reporting.states
    for day in (bar.on,) if isinstance(bar, StateBar) else (bar.against, bar.on):
        require_day(day, warehouse.coverage)
    rows = in_state(src, rules, bar) if isinstance(bar, StateBar) else in_cell(src, rules, bar)
    return People(
        src, rows, (ENTERED, CAME_BACK, LAST_ON), ("-last_on", "-came_back_on", "-entered_on")
    )
