"""What people did next after a step, beside what those did that converted. Counted in the
warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    false,
    func,
    or_,
    select,
    true,
)

from data.scope import Scope, Span
from data.sources import Sources
from data.warehouse import Warehouse
from metrics.funnels.followed import events_of, names, numbered
from metrics.funnels.people import Bar, State, in_state, last_step_of, of_segment, reached_at
from metrics.funnels.question import Question
from metrics.funnels.spec import Funnel, Order


@dataclass(frozen=True, slots=True)
class NextEvent:
    """How many units did it first of all after the step, and how many at any time in the window:
    those behind the bar, and those that converted."""

    event: str
    next: int
    within: int
    converted_next: int
    converted_within: int


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What the units behind a bar did after the step that they reached last (`step`; None: each
    its own), the most frequent next event first. `nothing`: units without any further event."""

    step: int | None
    units: int
    nothing: int
    converted: int
    """Units to compare with: those that converted, followed from the same step. 0 where it is not
    the same for all, or where they are the ones behind the bar."""
    converted_nothing: int
    events: tuple[NextEvent, ...]
    sql: str


def next_events(
    warehouse: Warehouse, scope: Scope, funnel: Funnel, span: Span, bar: Bar
) -> Afterwards:
    """What the units behind a bar did next, beside what those did that converted."""
    q = Question.of(warehouse, funnel, span)
    src = warehouse.sources(scope)
    statement = next_statement(src, q, bar)
    rows = list(warehouse.fetch(statement).itertuples(index=False, name=None))
    called = names(warehouse)
    events = [
        NextEvent(called[int(r[2])], *[int(n) for n in r[3:]]) for r in rows if pd.notna(r[2])
    ]
    events.sort(key=lambda e: (-e.next, -e.within, -e.converted_next, e.event))
    n, converted = int(rows[0][0]), int(rows[0][1])
    return Afterwards(
        last_step_of(funnel, bar),
        n,
        n - sum(e.next for e in events),
        converted,
        converted - sum(e.converted_next for e in events),
        tuple(events),
        warehouse.sql(statement),
    )


def next_statement(src: Sources, q: Question, bar: Bar) -> Select[Any]:
    """How many units there are, and by event how many did it next and at any time."""
    followed = _followed(src, q, bar)
    first = _firsts(followed, events_of(src, q, followed))
    wanted: list[ColumnElement[Any]] = []
    for name in ("listed", "converted"):
        member = first.c[name].is_(True)
        wanted.append(_count(and_(member, first.c.nth == 1), f"{name}_next"))
        wanted.append(_count(member, f"{name}_within"))
    counted = select(first.c.event_no, *wanted).group_by(first.c.event_no).cte("counted_event")
    totals = select(
        _count(followed.c.listed.is_(True), "units"),
        _count(followed.c.converted.is_(True), "converted"),
    ).cte("followed_total")
    return select(totals, counted).select_from(totals.outerjoin(counted, true()))


def _count(condition: Any, name: str) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(name)


def _followed(src: Sources, q: Question, bar: Bar) -> CTE:
    """The units behind the bar (`listed`) and those that converted, each once: from when (`since`)
    until when they are followed."""
    u = of_segment(src, q, bar)
    step = last_step_of(q.funnel, bar)
    listed = in_state(q, u, bar)
    since: ColumnElement[Any]
    converted: ColumnElement[bool]
    if step is None:
        since, converted = _last_reached(q, u), false()
    else:
        since = reached_at(q, u, step)
        whole = bar.state is State.CONVERTED or (
            bar.state is State.REACHED and bar.step == len(q.funnel.steps)
        )
        done = and_(in_state(q, u, Bar(State.CONVERTED)), since.is_not(None))
        converted = false() if whole else done
    return numbered(q, u, since, [listed.label("listed"), converted.label("converted")],
                     or_(listed, converted))  # fmt: skip


def _last_reached(q: Question, u: CTE) -> ColumnElement[Any]:
    """When a unit reached the last step that it reached."""
    steps = [u.c[f"step_{n + 1}"] for n in q.funnel.required]
    if q.funnel.order is Order.UNORDERED:
        return func.greatest(*steps)
    return func.coalesce(*reversed(steps))


def _firsts(followed: CTE, events: tuple[Subquery, ColumnElement[bool]]) -> CTE:
    """Per unit and event: its place among the unit's later events, by their first times."""
    e, here = events
    f = followed.c
    each = (
        select(
            f.unit_no, f.listed, f.converted, e.c.event_no, func.min(e.c.occurred_at).label("at")
        )
        .select_from(followed.join(e, here))
        .group_by(f.unit_no, f.listed, f.converted, e.c.event_no)
        .cte("first_of_each_event")
    )
    nth = func.row_number().over(partition_by=each.c.unit_no, order_by=[each.c.at, each.c.event_no])
    return select(each.c.listed, each.c.converted, each.c.event_no, nth.label("nth")).cte(
        "event_in_order"
    )
