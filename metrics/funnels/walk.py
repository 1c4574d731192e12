"""Every attempt and how far it walks, as `docs/adr/0009-how-an-attempt-walks.md` decides.

One row per attempt: what its events have in common, the instant of every step it reached, and the
number of required steps reached (`level`). Steps are added one by one; each is one named step of
the statement.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, null, or_, select, true

from data.sources import Sources
from metrics.funnels.any_order import AnyOrder
from metrics.funnels.following import Following
from metrics.funnels.question import Question
from metrics.funnels.spec import Effect, Match, Order


def attempts(src: Sources, q: Question) -> CTE:
    """One row per attempt: `keys`, `begun` (its place in the order), `step_1` … `step_n`
    (instants, null where not reached), `level`, `open`, `left_out`, and `bucket` if asked."""
    if q.funnel.order is Order.UNORDERED:
        return AnyOrder(src, q).attempts()
    return _Walk(src, q).attempts()


class _Walk(Following):
    """In this order, or strictly."""

    def attempts(self) -> CTE:
        cur = self._look_for_exclusions(self.entries(), 0)
        anchor, waiting = 0, list[int]()
        for n in range(1, len(self.steps)):
            cur = self._add(cur, n, anchor)
            if self.steps[n].optional:
                waiting.append(n)
                continue
            if waiting:
                cur = self._settle(cur, waiting, n)
            anchor, waiting = n, []
            cur = self._look_for_exclusions(cur, n)
        return self.finish(cur, self._left_out(cur))

    def _moment(self, n: int) -> str:
        """The column that places step n in the order."""
        if n == 0:
            return "begun"
        return f"moment_{n + 1}" if self.q.shares_events else f"step_{n + 1}"

    def _add(self, cur: CTE, n: int, anchor: int) -> CTE:
        """Find step n: the first of its events after the required step `anchor`."""
        step = self.steps[n]
        strict = self.q.funnel.order is Order.STRICT and not step.optional
        intruders = self._intruders(n, anchor) if strict else []
        if intruders:
            rows = self.rows.any_of(intruders, f"intruder_event_{n + 1}")
            cur = self._first_later(cur, rows, anchor, f"intruder_{n + 1}", with_day=False)
        rows = self.rows.step(n, f"event_{n + 1}")
        strictly = self.q.shares_events
        joined = self.next_of(cur, rows, self._moment(anchor), strictly=strictly)
        x = rows.c
        fits = self._fits(cur, n, anchor, x)
        if intruders:
            intruder = cur.c[f"intruder_{n + 1}"]
            fits.append(or_(intruder.is_(None), intruder >= x.instant))
        found = and_(true(), *fits)
        new = [case((found, x.instant), else_=null()).label(f"step_{n + 1}")]
        if self.q.shares_events:
            new.append(case((found, x.moment), else_=null()).label(f"moment_{n + 1}"))
        if "day" in x:
            new.append(case((found, x.day), else_=null()).label(f"day_{n + 1}"))
        return select(*cur.c, *new).select_from(joined).cte(f"reached_{n + 1}")

    def _fits(self, cur: CTE, n: int, anchor: int, x: Any) -> list[ColumnElement[bool]]:
        """Windows, and for required steps no excluded event since the step that begins it."""
        q, step = self.q, self.steps[n]
        fits = self.within(q.funnel.window, cur.c.step_1, cur.c.get("day_1"), x)
        begun, day = cur.c[f"step_{anchor + 1}"], cur.c.get(f"day_{anchor + 1}")
        fits += self.within(step.window, begun, day, x)
        if step.optional:
            return fits
        for i, e in enumerate(q.funnel.exclusions):
            if e.effect is Effect.STOP and e.after <= n <= e.before - 1:
                excluded = cur.c[f"excluded_{i}"]
                fits.append(or_(excluded.is_(None), excluded >= x.instant))
        return fits

    def _look_for_exclusions(self, cur: CTE, n: int) -> CTE:
        """For every exclusion that begins at step n: the first excluded event later than it."""
        for i, e in enumerate(self.q.funnel.exclusions):
            if e.after == n + 1:
                rows = self.rows.any_of(e.any_of, f"excluded_event_{i}")
                cur = self._first_later(cur, rows, n, f"excluded_{i}", with_day=True)
        return cur

    def _intruders(self, n: int, anchor: int) -> list[Match]:
        """Events that end a strict attempt between two required steps: all of the funnel's, those
        apart that serve the optional steps between."""
        allowed = {m for s in self.steps[anchor + 1 : n] for m in s.any_of}
        others = [s for k, s in enumerate(self.steps) if not anchor < k < n]
        named = dict.fromkeys(m for s in others for m in s.any_of)
        return [m for m in named if m not in allowed]

    def _first_later(self, cur: CTE, rows: Any, n: int, name: str, *, with_day: bool) -> CTE:
        joined = self.next_of(cur, rows, f"step_{n + 1}", strictly=True)
        new = [rows.c.instant.label(name)]
        if with_day and "day" in rows.c:
            new.append(rows.c.day.label(f"{name}_day"))
        return select(*cur.c, *new).select_from(joined).cte(f"with_{name}")

    def _settle(self, cur: CTE, optional: list[int], n: int) -> CTE:
        """Optional steps found after the required step n that the attempt reached don't count."""
        late = self.q.shares_events
        changed = {}
        for o in optional:
            mine, reached = cur.c[self._moment(o)], cur.c[self._moment(n)]
            in_time = mine < reached if late else mine <= reached
            name = f"step_{o + 1}"
            kept = or_(reached.is_(None), in_time)
            changed[name] = case((kept, cur.c[name]), else_=null()).label(name)
        return select(*[changed.get(c.name, c) for c in cur.c]).cte(f"settled_{n + 1}")

    def _left_out(self, cur: CTE) -> list[ColumnElement[bool]]:
        """Whether an excluded event lies after its first step and before its last one, or before
        the window ends."""
        out: list[ColumnElement[bool]] = []
        for i, e in enumerate(self.q.funnel.exclusions):
            if e.effect is Effect.LEAVE_OUT:
                x, until = cur.c[f"excluded_{i}"], cur.c[f"step_{e.before}"]
                in_window = self.before_window_ends(cur, x, cur.c.get(f"excluded_{i}_day"))
                before = or_(x < until, and_(until.is_(None), in_window))
                out.append(and_(x.is_not(None), before))
        return out
