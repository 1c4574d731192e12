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

from data.dialects import add_days, days_between
from data.settings import StateRules
from data.sources import Sources
from metrics.states.spec import State

ALL = ""
"""What the one segment is called where nothing is broken down."""

COURSE = (State.NEW, State.RESURRECTED, State.ACTIVE, State.DORMANT, State.CHURNED)
"""The order in which the days of one spell pass through the states."""


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


def turns(src: Sources, rules: StateRules, last: date, dimension: str | None = None) -> CTE:
    """One row per kind of turn, value of the dimension and day up to about `last`, with how many
    users took it that day: `turn_no` 0 for the beginning of a spell, n for leaving the nth state of
    `COURSE`.

    A spell passes through the states in that order, some of them for no day at all, so the days on
    which it leaves each say everything about it: no user meets a day that is asked about.
    """
    s = src.spells
    away = add_days(s.c.ended_on, rules.active_days + 1)
    back = func.least(add_days(s.c.began_on, rules.resurrected_days + 1), away)
    came_back = s.c.began_on > s.c.entered_on
    ends: list[ColumnElement[Any]] = [
        add_days(s.c.entered_on, rules.new_days + 1),
        case((came_back, back), else_=s.c.began_on),
        away,
        add_days(s.c.ended_on, rules.dormant_days + 1),
    ]
    turn_on = [func.greatest(s.c.began_on, *ends[: n + 1]) for n in range(len(ends))]
    # The next spell ends whatever state this one is in; without one, nothing does.
    whole = [s.c.began_on, *[func.least(day, s.c.next_on) for day in turn_on], s.c.next_on]
    of = [] if dimension is None else [s.c[dimension].label("value")]
    turn = (
        select(*of, *[day.label(f"turn_{n}") for n, day in enumerate(whole)])
        .where(s.c.began_on <= last)
        .cte("turn")
    )
    days = [turn.c[f"turn_{n}"] for n in range(len(whole))]
    values_of = [] if dimension is None else [turn.c.value]
    # Each set has one of the days, which is how the rows of one are told from the others'.
    counted = (
        select(*turn.c, func.count().label("users"))
        .group_by(*values_of, func.grouping_sets(*days))
        .cte("turn_count")
    )
    found = [counted.c[day.key] for day in days]
    number = case(*[(day.is_not(None), n) for n, day in enumerate(found)])
    return select(
        (literal(ALL) if dimension is None else counted.c.value).label("value"),
        number.label("turn_no"),
        func.coalesce(*found).label("turn_on"),
        counted.c.users,
    ).cte("turns_of_day")


def trend(
    src: Sources, rules: StateRules, days: Sequence[date], dimension: str | None = None
) -> Select[Any]:
    """One row per day that is asked about and value of the dimension with users before it: users in
    each state, all turns into it less all turns out of it up to that day."""
    listed = values(column("on_day", Date), name="asked").data([(d,) for d in days])
    day = select(cast(listed.c.on_day, Date).label("on_day")).cte("looked_at")
    t = turns(src, rules, max(days), dimension)

    def users(n: int) -> ColumnElement[Any]:
        moved = case((t.c.turn_no == n, t.c.users), (t.c.turn_no == n + 1, t.c.users * -1), else_=0)
        return cast(func.coalesce(func.sum(moved), 0), Integer)

    return (
        select(
            day.c.on_day,
            t.c.value,
            *[users(n).label(state.value) for n, state in enumerate(COURSE)],
        )
        .select_from(day.join(t, t.c.turn_on <= day.c.on_day))
        .group_by(day.c.on_day, t.c.value)
        .order_by(day.c.on_day, t.c.value)
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
