"""The shorter way for plain funnels: users, in this order, within elapsed time.

Instead of following every attempt it carries, from step to step, only the latest entry from which
a step was reached in time: a later entry has at least as much time left as an earlier one. The
levels are those of the walk (a property test holds it), the course of the attempts is not known.
"""

from __future__ import annotations

from sqlalchemy import (
    CTE,
    DateTime,
    Integer,
    and_,
    cast,
    false,
    func,
    literal,
    null,
    select,
    union_all,
)

from data.dialects import LastJoin, shift_seconds
from data.sources import Sources
from metrics.funnels.question import Question
from metrics.funnels.rows import Rows


def plain_units(src: Sources, q: Question) -> CTE:
    """`person_no`, `level`, `open`, `left_out` (never) of every user who entered."""
    reached = _first_entries(src, q) if q.first_only else _latest_entries(src, q)
    seconds = q.funnel.window.seconds
    legs = [
        select(
            s.c.person_no,
            literal(n, Integer).label("level"),
            (s.c.entered if n == 1 else cast(null(), DateTime)).label("entered"),
        )
        for n, s in enumerate(reached, 1)
    ]
    leg = union_all(*legs).cte("leg")
    still = shift_seconds(func.max(leg.c.entered), seconds) >= literal(q.through)
    return (
        select(
            leg.c.person_no,
            func.max(leg.c.level).label("level"),
            still.label("open"),
            false().label("left_out"),
        )
        .group_by(leg.c.person_no)
        .cte("unit")
    )


def _latest_entries(src: Sources, q: Question) -> list[CTE]:
    """Per step: every event of it that an attempt reached, with the latest such entry."""
    rows, seconds = Rows(src, q), q.funnel.window.seconds
    e = rows.step(0, "event_1", entering=True)
    cur = select(e.c.person_no, e.c.moment, e.c.moment.label("entered")).cte("reached_1")
    found = [cur]
    for n in range(1, len(q.funnel.steps)):
        x = rows.step(n, f"event_{n + 1}")
        same = and_(x.c.person_no == cur.c.person_no, x.c.moment >= cur.c.moment)
        cur = (
            select(x.c.person_no, x.c.moment, cur.c.entered)
            .select_from(LastJoin(x, cur, same))
            .where(x.c.moment <= shift_seconds(cur.c.entered, seconds))
            .cte(f"reached_{n + 1}")
        )
        found.append(cur)
    return found


def _first_entries(src: Sources, q: Question) -> list[CTE]:
    """Per step: everybody whose first entry reached it, and when."""
    rows, seconds = Rows(src, q), q.funnel.window.seconds
    e = rows.step(0, "event_1", entering=True)
    first = func.min(e.c.moment)
    cur = (
        select(e.c.person_no, first.label("moment"), first.label("entered"))
        .group_by(e.c.person_no)
        .cte("reached_1")
    )
    found = [cur]
    for n in range(1, len(q.funnel.steps)):
        x = rows.step(n, f"event_{n + 1}")
        cur = (
            select(
                cur.c.person_no,
                func.min(x.c.moment).label("moment"),
                func.min(cur.c.entered).label("entered"),
            )
            .select_from(cur.join(x, x.c.person_no == cur.c.person_no))
            .where(
                x.c.moment >= cur.c.moment,
                x.c.moment <= shift_seconds(cur.c.entered, seconds),
            )
            .group_by(cur.c.person_no)
            .cte(f"reached_{n + 1}")
        )
        found.append(cur)
    return found
