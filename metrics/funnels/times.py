"""How long the steps of a funnel took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import CTE, case, func, literal, select

from data.dialects import quantile, seconds_between
from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.funnels.question import Question
from metrics.funnels.result import TIME_QUANTILES, FunnelTimes, StepTime
from metrics.funnels.spec import Funnel, Order
from metrics.funnels.units import units


def funnel_times(warehouse: Warehouse, scope: Scope, funnel: Funnel, span: Span) -> FunnelTimes:
    """How long the steps took those who got there."""
    q = Question.of(warehouse, funnel, span)
    u = units(warehouse.sources(scope), q)
    kept = select(u).where(u.c.left_out.is_(False)).cte("counted_unit")
    durations = dict(_durations(q, kept))
    columns: list[Any] = []
    for name, seconds in durations.items():
        columns += [func.count(seconds).label(f"{name}_n"), func.avg(seconds).label(f"{name}_mean")]
        columns += [
            quantile(seconds, literal(p)).label(f"{name}_p{round(p * 100)}") for p in TIME_QUANTILES
        ]
    statement = select(*columns).select_from(kept)
    found = warehouse.fetch(statement).to_dict("records")[0]
    steps = tuple(_time(found, f"step_{n + 1}", n + 1) for n in range(1, len(funnel.steps)))
    return FunnelTimes(steps, _time(found, "overall", None), warehouse.sql(statement))


def _durations(q: Question, u: CTE) -> Iterable[tuple[str, Any]]:
    """Seconds to each step from the required one before; in any order from the beginning."""
    any_order = q.funnel.order is Order.UNORDERED
    anchor = 1
    for n, step in enumerate(q.funnel.steps[1:], 2):
        since = u.c.begun if any_order else u.c[f"step_{anchor}"]
        yield f"step_{n}", seconds_between(since, u.c[f"step_{n}"])
        anchor = anchor if step.optional else n
    last = u.c[f"step_{len(q.funnel.steps)}"]
    if any_order:
        done = func.greatest(*[u.c[f"step_{n + 1}"] for n in q.funnel.required])
        yield "overall", case((last.is_not(None), seconds_between(u.c.begun, done)))
    else:
        yield "overall", seconds_between(u.c.step_1, last)


def _time(found: Mapping[Any, Any], name: str, step: int | None) -> StepTime:
    n = int(found[f"{name}_n"])
    if n == 0:
        return StepTime(step, 0, None, {})
    at = {p: float(found[f"{name}_p{round(p * 100)}"]) for p in TIME_QUANTILES}
    return StepTime(step, n, float(found[f"{name}_mean"]), at)
