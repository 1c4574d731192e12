"""Attempts whose steps may come in any order within the window."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, Subquery, and_, case, func, null, or_, select, true

from metrics.funnels.following import Following
from metrics.funnels.spec import Effect


class AnyOrder(Following):
    """An attempt begins with an event of any required step; the window runs from there."""

    def beginning(self) -> Subquery:
        required = [m for n in self.q.funnel.required for m in self.steps[n].any_of]
        return self.rows.any_of(required, "beginning", entering=True)

    def attempts(self) -> CTE:
        cur = self._renamed(self.entries())
        for i, e in enumerate(self.q.funnel.exclusions):
            rows = self.rows.any_of(e.any_of, f"excluded_event_{i}")
            joined = self.next_of(cur, rows, "began_at", strictly=True)
            new = [rows.c.instant.label(f"excluded_{i}")]
            if "day" in rows.c:
                new.append(rows.c.day.label(f"excluded_{i}_day"))
            cur = select(*cur.c, *new).select_from(joined).cte(f"with_excluded_{i}")
        for n in range(len(self.steps)):
            cur = self._add(cur, n)
        cur = self._in_full(cur)
        return self.finish(cur, self._left_out(cur))

    def _renamed(self, entry: CTE) -> CTE:
        """The entry is not step 1 here: it is whatever came first."""
        columns = [c.label("began_at") if c.name == "step_1" else c for c in entry.c]
        return select(*columns).cte("any_entry")

    def start_of(self, cur: CTE) -> Any:
        return cur.c.began_at

    def _add(self, cur: CTE, n: int) -> CTE:
        rows = self.rows.step(n, f"event_{n + 1}")
        joined, x = self.next_of(cur, rows, "began_at", strictly=False), rows.c
        fits = self.within(self.q.funnel.window, cur.c.began_at, cur.c.get("day_1"), x)
        for i, e in enumerate(self.q.funnel.exclusions):
            if e.effect is Effect.STOP and not self.steps[n].optional:
                excluded = cur.c[f"excluded_{i}"]
                fits.append(or_(excluded.is_(None), excluded >= x.instant))
        found = case((and_(true(), *fits), x.instant), else_=null())
        return (
            select(*cur.c, found.label(f"step_{n + 1}")).select_from(joined).cte(f"found_{n + 1}")
        )

    def _in_full(self, cur: CTE) -> CTE:
        """A required step counts only with all required ones before it; without step 1 there is
        no attempt. With first entry, each unit's earliest one is kept."""
        q, changed = self.q, {}
        complete: list[ColumnElement[bool]] = []
        for n in q.funnel.required:
            name = f"step_{n + 1}"
            complete.append(cur.c[name].is_not(None))
            changed[name] = case((and_(*complete), cur.c[name]), else_=null()).label(name)
        rows = select(*[changed.get(c.name, c) for c in cur.c]).where(cur.c.step_1.is_not(None))
        if not q.first_only:
            return rows.cte("any_order")
        unit = [cur.c[k] for k in q.unit] + ([cur.c.bucket] if q.bucket else [])
        order = [cur.c.began_at, *[cur.c[k] for k in q.keys]]
        nth = func.row_number().over(partition_by=unit, order_by=order).label("nth")
        ranked = rows.add_columns(nth).subquery("numbered")
        kept = [c for c in ranked.c if c.name != "nth"]
        return select(*kept).where(ranked.c.nth == 1).cte("any_order")

    def _left_out(self, cur: CTE) -> list[ColumnElement[bool]]:
        out: list[ColumnElement[bool]] = []
        for i, e in enumerate(self.q.funnel.exclusions):
            if e.effect is Effect.LEAVE_OUT:
                x, last = cur.c[f"excluded_{i}"], self._last(cur)
                in_window = self.before_window_ends(cur, x, cur.c.get(f"excluded_{i}_day"))
                before = or_(x < last, and_(last.is_(None), in_window))
                out.append(and_(x.is_not(None), before))
        return out

    def _last(self, cur: CTE) -> Any:
        """When everything required was done; null while something is missing."""
        required = [cur.c[f"step_{n + 1}"] for n in self.q.funnel.required]
        return case((and_(*[c.is_not(None) for c in required]), func.greatest(*required)))
