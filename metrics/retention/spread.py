"""How far people of a cohort lie apart in what they spent: what the intervals of money stand on.

A mean over people needs the sum of their squares. It is asked for in a statement of its own, since
it has to know each person by column; the sums themselves need only days and currencies.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from data.sources import Sources
from metrics.retention.members import members
from metrics.retention.money import OWN, Leg, amounts_of, column_of, legs
from metrics.retention.question import Question
from metrics.retention.spec import Kind, Value
from metrics.retention.statement import cohort_sizes, of_segments

SQUARES = ("squares", "net_squares", "cross")


def spread_statement(src: Sources, q: Question) -> Select[Any]:
    """One row per cohort, segment and column with money: `squares` (of what each person brought),
    `net_squares` (of their net revenue, for an assumed margin), `cross` (that times what they
    brought in period 0).

    Of "on or before" it holds by how much the squares of the running sums rise in the column, to
    be added up as the sums are: only people who spent in it raise them.
    """
    m = members(src, q)
    p = _per_person(src, q, m)
    squares, net_squares = p.c.amount * p.c.amount, p.c.net * p.c.net
    if q.spec.kind is Kind.ON_OR_BEFORE:
        squares += 2 * p.c.amount * func.coalesce(p.c.amount_before, 0)
        net_squares += 2 * p.c.net * func.coalesce(p.c.net_before, 0)
    keys = (p.c.cohort_on, p.c.segment, p.c.column_no)
    sums = (squares, net_squares, p.c.amount * func.coalesce(p.c.base, 0))
    named = [func.sum(s).label(n) for s, n in zip(sums, SQUARES, strict=True)]
    part = select(*keys, *named).group_by(*keys).cte("spread")
    return of_segments(q, cohort_sizes(m), part, [part.c[n] for n in SQUARES])


def _per_person(src: Sources, q: Question, m: CTE) -> CTE:
    """One row per person and column with money: `amount` in the value asked for, `net` revenue,
    both of the column and, of "on or before", of all columns before; `base` is period 0's."""
    row = union_all(*[_rows(leg) for leg in legs(src, q, m)]).cte("money_row")
    number, inside = column_of(q, row)
    rate: ColumnElement[Any] = literal(1.0)
    joined: Any = row
    if q.spec.value is not Value.ORDERS:
        r = src.rates
        joined = row.join(r, and_(r.c.day == row.c.rated_on, r.c.currency == row.c.currency))
        rate = cast(r.c.rate, Float)
    amounts = amounts_of(row)
    amount = {Value.ORDERS: row.c.orders, Value.MARGIN: amounts["gross_margin"]}.get(
        q.spec.value, amounts["net_revenue"]
    )
    keys = [row.c.person_no, row.c.cohort_on, row.c.segment]
    column = number.label("column_no")
    spent = (
        select(
            *keys,
            column,
            func.sum(cast(amount, Float) * rate).label("amount"),
            func.sum(cast(amounts["net_revenue"], Float) * rate).label("net"),
        )
        .select_from(joined)
        .where(inside)
        .group_by(*keys, column)
        .cte("spent_by_person")
    )
    s = spent.c
    before: dict[str, Any] = {
        "partition_by": s.person_no, "order_by": s.column_no, "rows": (None, -1)
    }  # fmt: skip
    none = cast(literal(None), Float)
    cumulative = q.spec.kind is Kind.ON_OR_BEFORE
    base = func.sum(case((s.column_no == 0, s.amount), else_=0)).over(partition_by=s.person_no)
    return select(
        spent,
        (func.sum(s.amount).over(**before) if cumulative else none).label("amount_before"),
        (func.sum(s.net).over(**before) if cumulative else none).label("net_before"),
        (base if q.spec.value is Value.REVENUE_RETENTION else none).label("base"),
    ).cte("person_and_column")


def _rows(leg: Leg) -> Select[Any]:
    """Each order or refund by itself, with whose it is."""
    own = {n: leg.amounts.get(n, literal(0)) for n in OWN[1:]}
    own = {"orders": literal(1 if "gmv" in leg.amounts else 0), **own}
    return (
        select(
            leg.person_no.label("person_no"),
            leg.cohort.label("cohort_on"),
            leg.segment.label("segment"),
            leg.period.label("period_no"),
            leg.on.label("rated_on"),
            leg.currency.label("currency"),
            *[amount.label(name) for name, amount in own.items()],
        )
        .select_from(leg.rows)
        .where(leg.condition)
    )
