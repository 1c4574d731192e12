"""The value that the events of a funnel carry."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    Integer,
    Numeric,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from data.scope import Scope, Span
from data.sources import Sources
from data.warehouse import Warehouse
from metrics.funnels.ask import counted, fetched
from metrics.funnels.question import Question
from metrics.funnels.result import FunnelMoney, StepMoney
from metrics.funnels.rows import Rows
from metrics.funnels.spec import Funnel
from metrics.funnels.units import units


def funnel_money(warehouse: Warehouse, scope: Scope, funnel: Funnel, span: Span) -> FunnelMoney:
    """The value that the events of every step carry, for the units that reached it."""
    q = Question.of(warehouse, funnel, span)
    src = warehouse.sources(scope)
    u = units(src, q)
    legs = [_money_leg(src, q, u, n) for n in range(len(funnel.steps))]
    statement: Any = union_all(*legs)
    rows = {int(r[0]): r for r in fetched(warehouse, statement)}
    steps = tuple(_money(n + 1, rows.get(n + 1)) for n in range(len(funnel.steps)))
    return FunnelMoney(steps, scope.currency, warehouse.sql(statement))


def _money_leg(src: Sources, q: Question, u: CTE, n: int) -> Select[Any]:
    log = src.log
    more = {"value": log.c.value, "currency": log.c.currency, "on_day": log.c.day}
    e = Rows(src, q).step_with(n, more, f"money_event_{n + 1}")
    keys = [e.c[k] for k in q.keys]
    nth = func.row_number().over(
        partition_by=[*keys, e.c.instant], order_by=[e.c.value.desc().nulls_last(), e.c.currency]
    )
    ranked = select(e, nth.label("nth")).subquery(f"ranked_event_{n + 1}")
    same = [ranked.c[k] == u.c[k] for k in q.keys]
    at = and_(*same, ranked.c.instant == u.c[f"step_{n + 1}"], ranked.c.nth == 1)
    r = src.rates
    own = func.coalesce(ranked.c.currency, src.scope.currency)
    rate = case((own == src.scope.currency, literal(1, Numeric(28, 14))), else_=r.c.rate)
    value = cast(ranked.c.value, Numeric(24, 4))
    return (
        select(
            literal(n + 1, Integer).label("step"),
            func.count(value).label("units"),
            func.sum(value * rate).label("money"),
            counted(and_(value.is_not(None), rate.is_(None)), "missing"),
        )
        .select_from(
            u.join(ranked, at).outerjoin(r, and_(r.c.day == ranked.c.on_day, r.c.currency == own))
        )
        .where(u.c.left_out.is_(False))
    )


def _money(step: int, row: Any) -> StepMoney:
    if row is None:
        return StepMoney(step, 0, None, 0)
    n, money, missing = int(row[1]), row[2], int(row[3])
    return StepMoney(step, n, None if missing or not n else float(money), missing)
