"""The events that a question is about, by the step or exclusion that they serve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, Subquery, case, func, literal, select, union_all

from data.dialects import shift_microseconds
from data.serving.cut import PURCHASE
from data.sources import Sources
from metrics.funnels.events import meant
from metrics.funnels.question import Question
from metrics.funnels.spec import Match, Step


class Rows:
    """The events that a question is about, by the step or exclusion they serve."""

    def __init__(self, src: Sources, q: Question) -> None:
        self._src = src
        self._q = q
        self._log = src.log
        self._needs_day = "day" in {q.funnel.window.kind, *_kinds(q.funnel.steps)} or bool(q.bucket)
        self._tied = self._in_one_order() if q.shares_events else None

    def step(self, n: int, name: str, *, entering: bool = False) -> Subquery:
        """Events of step n (from 0): the keys, `moment` (their place in the order of all events),
        `instant`, and `day` where days matter."""
        if self._tied is not None:
            t = self._tied
            rows = select(*self._columns(t), t.c.moment, t.c.instant).where(t.c[f"serves_{n}"])
            return self._bounded(rows, t.c.instant, entering=entering).subquery(name)
        return self.any_of(self._q.funnel.steps[n].any_of, name, entering=entering)

    def step_with(self, n: int, more: Mapping[str, ColumnElement[Any]], name: str) -> Subquery:
        """Events of step n at their own instants, with further columns of the log."""
        at = self._log.c.occurred_at.label("instant")
        named = [column.label(key) for key, column in more.items()]
        parts = self._with_keys(list(self._q.funnel.steps[n].any_of), at, *named)
        return self._bounded_union(parts, entering=False, name=name)

    def any_of(self, matches: Iterable[Match], name: str, *, entering: bool = False) -> Subquery:
        """Events that are any of these, at their own instants."""
        listed = list(matches)
        log = self._log
        at = log.c.occurred_at
        rows = self._with_keys(listed, at.label("moment"), at.label("instant"))
        return self._bounded_union(rows, entering=entering, name=name)

    def _with_keys(self, matches: list[Match], *more: ColumnElement[Any]) -> list[Select[Any]]:
        """Their rows with all keys known. Where the item is held, a purchase stands for each of
        its order's items."""
        q, log = self._q, self._log
        own = [log.c[k] for k in q.keys]
        day = [log.c.day] if self._needs_day else []
        known = [log.c[k].is_not(None) for k in q.keys[1:]]
        if q.funnel.hold != "item_id":
            where = meant(matches, q.numbers, self._src)
            return [select(*own, *day, *more).where(where, *known)]
        found = []
        direct = [m for m in matches if m.event != PURCHASE]
        if direct:
            where = meant(direct, q.numbers, self._src)
            found.append(select(*own, *day, *more).where(where, *known))
        bought = [m for m in matches if m.event == PURCHASE]
        if bought:
            i = self._src.canonical("order_items")
            item = select(i.c.order_id, i.c.item_id).distinct().subquery("bought_item")
            keys = [item.c.item_id if k == "item_id" else log.c[k] for k in q.keys]
            known = [k.is_not(None) for k in keys[1:]]
            rows = select(*keys, *day, *more).join(item, item.c.order_id == log.c.order_id)
            found.append(rows.where(meant(bought, q.numbers, self._src), *known))
        return found

    def _bounded_union(self, parts: list[Select[Any]], *, entering: bool, name: str) -> Subquery:
        at = self._log.c.occurred_at
        bounded = [self._bounded(p, at, entering=entering) for p in parts]
        return (bounded[0] if len(bounded) == 1 else union_all(*bounded)).subquery(name)

    def _bounded(self, rows: Select[Any], at: ColumnElement[Any], *, entering: bool) -> Select[Any]:
        q = self._q
        rows = rows.where(at >= literal(q.begins))
        if entering:
            return rows.where(at < literal(q.ends))
        return rows if q.reach is None else rows.where(at <= literal(q.reach))

    def _columns(self, table: CTE) -> list[ColumnElement[Any]]:
        return [table.c[k] for k in (*self._q.keys, *(("day",) if self._needs_day else ()))]

    def _in_one_order(self) -> CTE:
        """Where steps share events: all events of the funnel in one order, simultaneous ones by
        the steps they can serve. A place in it is the instant plus the number of simultaneous
        events before, in microseconds."""
        q = self._q
        steps = q.funnel.steps
        every = [m for s in steps for m in s.any_of]
        serves = [
            meant(s.any_of, q.numbers, self._src).label(f"serves_{n}") for n, s in enumerate(steps)
        ]
        at = self._log.c.occurred_at
        more = (at.label("instant"), *serves)
        parts = self._with_keys(list(dict.fromkeys(every)), *more)
        everything = self._bounded_union(parts, entering=False, name="funnel_event")
        e = everything.c
        last = len(steps) - 1
        first_served = case(*[(e[f"serves_{n}"], n) for n in range(last + 1)], else_=last)
        last_served = case(*[(e[f"serves_{n}"], n) for n in range(last, -1, -1)], else_=0)
        before = func.row_number().over(
            partition_by=[*[e[k] for k in q.keys], e.instant], order_by=[first_served, last_served]
        )
        return select(everything, shift_microseconds(e.instant, before - 1).label("moment")).cte(
            "in_one_order"
        )


def _kinds(steps: Iterable[Step]) -> set[str]:
    return {s.window.kind for s in steps if s.window is not None}
