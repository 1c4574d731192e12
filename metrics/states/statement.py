"""The statements of lifecycle states: one row per user first, counted from there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    values,
)

from data.dialects import days_between
from data.settings import StateRules
from data.sources import Sources
from metrics.states.spec import State

ALL = ""
"""What the one segment is called where nothing is broken down."""


def state_of(spell: Any, on: Any, rules: StateRules) -> ColumnElement[str]:
    """The state of a user on a day, from the columns of the spell that holds then.

    Within a spell nobody was away for longer than `active_days`; behind its end the days since
    the last active one are counted from there."""
    idle = days_between(spell.ended_on, on)
    came_back = and_(
        spell.began_on > spell.entered_on,
        days_between(spell.began_on, on) <= rules.resurrected_days,
        idle <= rules.active_days,
    )
    return case(
        (days_between(spell.entered_on, on) <= rules.new_days, State.NEW.value),
        (came_back, State.RESURRECTED.value),
        (idle <= rules.active_days, State.ACTIVE.value),
        (idle <= rules.dormant_days, State.DORMANT.value),
        else_=State.CHURNED.value,
    )


def positions(src: Sources, rules: StateRules, on: date, name: str = "position") -> CTE:
    """One row per user who had entered by the end of that day: their state, home, the day of
    entry, and the spell of activity that holds."""
    s, day = src.spells, literal(on, Date)
    return (
        select(
            s.c.user_no, s.c.market, s.c.channel, s.c.platform,
            s.c.entered_on, s.c.began_on, s.c.ended_on,
            state_of(s.c, day, rules).label("state"),
        )
        .where(s.c.began_on <= on, or_(s.c.next_on.is_(None), s.c.next_on > on))
        .cte(name)
    )  # fmt: skip


def counts(src: Sources, rules: StateRules, on: date, dimension: str | None) -> Select[Any]:
    """One row per value of the dimension and state with users."""
    p = positions(src, rules, on)
    value = literal(ALL) if dimension is None else p.c[dimension]
    keys = [p.c.state, *([] if dimension is None else [p.c[dimension]])]
    return (
        select(value.label("value"), p.c.state, func.count().label("users"))
        .group_by(*keys)
        .order_by("value", p.c.state)
    )


def trend(
    src: Sources, rules: StateRules, days: Sequence[date], dimension: str | None = None
) -> Select[Any]:
    """One row per day, value of the dimension and state with users."""
    listed = values(column("on_day", Date), name="asked").data([(d,) for d in days])
    day = select(cast(listed.c.on_day, Date).label("on_day")).cte("looked_at")
    s = src.spells
    state = state_of(s.c, day.c.on_day, rules).label("state")
    until = or_(s.c.next_on.is_(None), s.c.next_on > day.c.on_day)
    of = [] if dimension is None else [s.c[dimension]]
    p = (
        select(day.c.on_day, *of, state)
        .join_from(day, s, and_(s.c.began_on <= day.c.on_day, until))
        .cte("position")
    )
    value = literal(ALL) if dimension is None else p.c[dimension]
    keys = [p.c.on_day, *([] if dimension is None else [value]), p.c.state]
    return (
        select(p.c.on_day, value.label("value"), p.c.state, func.count().label("users"))
        .group_by(*keys)
        .order_by(p.c.on_day, "value", p.c.state)
    )


def moved(src: Sources, rules: StateRules, against: date, on: date) -> CTE:
    """One row per user who had entered by `on`: their state then and on the earlier day
    `against`, null where they had not entered yet."""
    now = positions(src, rules, on, "position")
    then = positions(src, rules, against, "earlier_position")
    return (
        select(
            now.c.user_no, now.c.entered_on, now.c.began_on, now.c.ended_on,
            then.c.state.label("from_state"),
            now.c.state.label("to_state"),
        )
        .select_from(now.outerjoin(then, then.c.user_no == now.c.user_no))
        .cte("moved")
    )  # fmt: skip


def matrix(src: Sources, rules: StateRules, against: date, on: date) -> Select[Any]:
    """One row per pair of states with users; `from_state` is null for those who entered since."""
    m = moved(src, rules, against, on)
    return (
        select(m.c.from_state, m.c.to_state, func.count().label("users"))
        .group_by(m.c.from_state, m.c.to_state)
        .order_by(m.c.from_state, m.c.to_state)
    )


def thresholds(
    src: Sources, rules: StateRules, on: date, others: Sequence[StateRules]
) -> Select[Any]:
    """One row: `users`, and for each of the other rules how many would be in another state."""
    s, day = src.spells, literal(on, Date)
    own = state_of(s.c, day, rules)
    differ: list[ColumnElement[Any]] = [
        func.coalesce(func.sum(case((state_of(s.c, day, r) != own, 1), else_=0)), 0) for r in others
    ]
    columns: list[ColumnElement[Any]] = [
        func.count().label("users"),
        *[cast(n, Integer).label(f"moved_{k}") for k, n in enumerate(differ)],
    ]
    return select(*columns).where(s.c.began_on <= on, or_(s.c.next_on.is_(None), s.c.next_on > on))


def first_counted(on: date, days: int) -> date:
    """The first of the `days` days that end with this one."""
    return on - timedelta(days=days - 1)
