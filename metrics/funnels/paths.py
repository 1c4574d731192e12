"""The ways that people took from one step of a funnel to the next. Counted in the warehouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import CTE, Select, and_, case, func, or_, select

from data.scope import Scope, Span
from data.sources import Sources
from data.warehouse import Warehouse
from i18n import Problem, Words
from metrics.funnels.followed import events_of, names, numbered
from metrics.funnels.people import Bar, in_state, of_segment
from metrics.funnels.question import Question
from metrics.funnels.spec import Funnel, Order

LONGEST_PATH = 6
MOST_PATHS = 20


@dataclass(frozen=True, slots=True)
class Path:
    """A way taken: at most `LONGEST_PATH` events, the same one in a row told once. `more`: it went
    on. `arrived`: at the step to which it was followed, else it ended with the window."""

    events: tuple[str, ...]
    more: bool
    arrived: bool
    units: int


@dataclass(frozen=True, slots=True)
class Paths:
    """Ways from the step `after` towards the step `before` of the units behind a bar that reached
    the first; the most frequent ones, at most `MOST_PATHS`."""

    after: int
    before: int
    units: int
    paths: tuple[Path, ...]
    sql: str


def paths(
    warehouse: Warehouse,
    scope: Scope,
    funnel: Funnel,
    span: Span,
    bar: Bar,
    after: int,
    before: int,
) -> Paths:
    """The ways that the units behind a bar took from one required step to a later one.

    Units that did not get there are followed to the end of the funnel's window. A `Problem` where
    the steps have no order, or are not required ones in their order.
    """
    _require_pair(funnel, after, before)
    q = Question.of(warehouse, funnel, span)
    src = warehouse.sources(scope)
    statement = ways_statement(src, q, bar, after, before)
    rows = list(warehouse.fetch(statement).itertuples(index=False, name=None))
    called = names(warehouse)
    return Paths(
        after,
        before,
        int(rows[0][-1]) if rows else 0,
        tuple(_path(row, called) for row in rows),
        warehouse.sql(statement),
    )


def ways_statement(src: Sources, q: Question, bar: Bar, after: int, before: int) -> Select[Any]:
    """The most frequent ways, each with `n`, and `units`: how many took any."""
    way = _ways(src, q, bar, after, before)
    places = [way.c[f"event_{n}"] for n in range(1, LONGEST_PATH + 1)]
    keys = [*places, way.c.more, way.c.arrived]
    n = func.count()
    return (
        select(*keys, n.label("n"), func.sum(n).over().label("units"))
        .group_by(*keys)
        .order_by(
            n.desc(), way.c.arrived.desc(), *[func.coalesce(p, 0) for p in places], way.c.more
        )
        .limit(MOST_PATHS)
    )


def _path(row: Sequence[Any], called: Mapping[int, str]) -> Path:
    events = tuple(called[int(v)] for v in row[:LONGEST_PATH] if pd.notna(v))
    more, arrived, n = row[LONGEST_PATH : LONGEST_PATH + 3]
    return Path(events, bool(more), bool(arrived), int(n))


def _require_pair(funnel: Funnel, after: int, before: int) -> None:
    if funnel.order is Order.UNORDERED:
        raise Problem("paths_any_order", _NO_ORDER)
    required = [n + 1 for n in funnel.required]
    if after not in required or before not in required or not after < before:
        listed = ", ".join(str(n) for n in required)
        raise Problem("paths_steps", _NO_PAIR, after=after, before=before, steps=listed)


def _ways(src: Sources, q: Question, bar: Bar, after: int, before: int) -> CTE:
    """One row per unit: its events between the steps in their order, as `event_1` … `event_6`."""
    u = of_segment(src, q, bar)
    since, there = u.c[f"step_{after}"], u.c[f"step_{before}"]
    where = and_(in_state(q, u, bar), since.is_not(None))
    arrived = there.is_not(None).label("arrived")
    base = numbered(q, u, since, [arrived, there.label("there")], where)
    until = case((base.c.arrived, base.c.there), else_=base.c.until).label("until")
    followed = select(*[until if c.name == "until" else c for c in base.c]).cte("followed_way")
    e, here = events_of(src, q, followed)
    f = followed.c
    order = [e.c.occurred_at, e.c.event_no]
    step = select(
        f.unit_no,
        f.arrived,
        *order,
        func.lag(e.c.event_no).over(partition_by=f.unit_no, order_by=order).label("earlier"),
    )
    taken = step.select_from(followed.outerjoin(e, here)).cte("step_of_way")
    t = taken.c
    fresh = or_(t.event_no.is_(None), t.earlier.is_(None), t.earlier != t.event_no)
    nth = func.row_number().over(partition_by=t.unit_no, order_by=[t.occurred_at, t.event_no])
    told = select(t.unit_no, t.arrived, t.event_no, nth.label("nth")).where(fresh).cte("way_told")
    places = [
        func.max(case((told.c.nth == n, told.c.event_no))).label(f"event_{n}")
        for n in range(1, LONGEST_PATH + 1)
    ]
    more = (func.max(told.c.nth) > LONGEST_PATH).label("more")
    return (
        select(told.c.unit_no, told.c.arrived, *places, more)
        .group_by(told.c.unit_no, told.c.arrived)
        .cte("way")
    )


_NO_ORDER = Words(
    "In any order no step comes before another, so there are no ways from one to the next.",
    "“任意顺序”下步骤没有先后，无法列出两步之间的路径。",
)
_NO_PAIR = Words(
    "Ways lead from one required step to a later one; found {after} and {before}, required are "
    "{steps}.",
    "路径应从一个必经步骤到其后的必经步骤；当前为 {after} 与 {before}，必经步骤为 {steps}。",
)
