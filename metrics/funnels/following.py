"""What all kinds of attempts share: how they begin, are extended and judged."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Subquery,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
)

from data.dialects import NextJoin, shift_seconds
from data.sources import Sources
from metrics.funnels.buckets import bucket_of
from metrics.funnels.question import SESSION_IS_OVER, Question
from metrics.funnels.rows import Rows
from metrics.funnels.spec import Order, Window


class Following:
    def __init__(self, src: Sources, q: Question) -> None:
        self.q = q
        self.rows = Rows(src, q)
        self.steps = q.funnel.steps

    def next_of(self, cur: CTE, rows: Subquery, after: str, *, strictly: bool) -> NextJoin:
        """`cur` with the next of `rows` after its column `after`."""
        same = [rows.c[k] == cur.c[k] for k in self.q.keys]
        moment, then = rows.c.moment, cur.c[after]
        onward = moment > then if strictly else moment >= then
        return NextJoin(cur, rows, and_(*same, onward), isouter=True)

    def entries(self) -> CTE:
        """The events that begin an attempt; with first entry only each unit's earliest."""
        q = self.q
        e = self.beginning()
        day = [e.c.day.label("day_1")] if "day" in e.c else []
        bucket = [bucket_of(e.c.day, q).label("bucket")] if q.bucket else []
        own = [e.c[k] for k in q.keys]
        columns = [*own, e.c.moment.label("begun"), e.c.instant.label("step_1"), *day, *bucket]
        rows = select(*columns)
        if not q.first_only or q.funnel.order is Order.UNORDERED:
            return rows.cte("entry")
        unit = [e.c[k] for k in q.unit] + ([bucket_of(e.c.day, q)] if q.bucket else [])
        nth = func.row_number().over(partition_by=unit, order_by=[e.c.moment, *own])
        ranked = rows.add_columns(nth.label("nth")).subquery("numbered_entry")
        kept = [c for c in ranked.c if c.name != "nth"]
        return select(*kept).where(ranked.c.nth == 1).cte("entry")

    def beginning(self) -> Subquery:
        return self.rows.step(0, "beginning", entering=True)

    def within(
        self, window: Window | None, begun: Any, day: Any, x: Any
    ) -> list[ColumnElement[bool]]:
        """Conditions under which the event `x` lies in a window that began at `begun`."""
        if window is None or window.kind == "session":
            return []
        if window.kind == "day":
            return [x.day == day]
        return [x.instant <= shift_seconds(begun, window.seconds)]

    def finish(self, cur: CTE, out: list[ColumnElement[bool]]) -> CTE:
        """The attempts with their level, whether their window is open, and whether left out."""
        q, c = self.q, cur.c
        required = q.funnel.required
        level = sum(
            (case((c[f"step_{n + 1}"].is_not(None), 1), else_=0) for n in required[1:]),
            start=literal(1, Integer),
        )
        kept = [
            c[k] for k in (*q.keys, "begun", *[f"step_{n + 1}" for n in range(len(self.steps))])
        ]
        bucket = [c.bucket] if q.bucket else []
        return select(
            *kept,
            *bucket,
            level.label("level"),
            self.is_open(cur).label("open"),
            or_(false(), *out).label("left_out"),
        ).cte("attempt")

    def is_open(self, cur: CTE) -> ColumnElement[bool]:
        """Whether an attempt may still go on when the data end."""
        q, c = self.q, cur.c
        window = q.funnel.window
        still: list[ColumnElement[bool]] = []
        if window.kind == "elapsed":
            still.append(shift_seconds(self.start_of(cur), window.seconds) >= literal(q.through))
        if window.kind == "day":
            still.append(c.day_1 >= literal(q.until))
        if q.by_session:
            reached = [c[f"step_{n + 1}"] for n in reversed(q.funnel.required)]
            seen = func.coalesce(*reached)
            still.append(shift_seconds(seen, SESSION_IS_OVER) >= literal(q.through))
        return and_(*still)

    def start_of(self, cur: CTE) -> Any:
        """When the window of the whole funnel began."""
        return cur.c.step_1

    def before_window_ends(self, cur: CTE, x: Any, day: Any) -> ColumnElement[bool]:
        """Whether the instant `x` of the reporting day `day` lies in the funnel's window."""
        window = self.q.funnel.window
        if window.kind == "elapsed":
            return and_(x <= shift_seconds(self.start_of(cur), window.seconds))
        return and_(day == cur.c.day_1) if window.kind == "day" else true()
