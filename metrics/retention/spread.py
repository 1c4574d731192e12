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


def spread_statement(src: Sources, q: Question) -> Select[Any]:
    """One row per cohort, segment and column with money: `squares` of what each person brought;
    for a margin `net_squares`, those of their net revenue, should it be assumed; for revenue
    retention `cross`, what they brought times what they brought in period 0.

    Of "on or before" the squares are by how much those of the running sums rise in the column, to
    be added up as the sums are: only people who spent in it raise them.
    """
    m = members(src, q)
    p = _per_person(src, q, m)
    sums = {"squares": _rise(p, "amount")}
    if q.spec.value is Value.MARGIN:
        sums["net_squares"] = _rise(p, "net")
    if q.spec.value is Value.REVENUE_RETENTION:
        sums["cross"] = p.c.amount * func.coalesce(p.c.base, 0)
    keys = (p.c.cohort_on, p.c.segment, p.c.column_no)
    named = [func.sum(s).label(n) for n, s in sums.items()]
    part = select(*keys, *named).group_by(*keys).cte("spread")
    return of_segments(q, cohort_sizes(m), part, [part.c[n] for n in sums])


def _rise(p: CTE, name: str) -> ColumnElement[Any]:
    """The square of an amount; by how much it raises the square of a running sum, where the rows
    know what came before: (b + a)² − b² = a² + 2ab."""
    amount, before = p.c[name], p.c.get(f"{name}_before")
    square = amount * amount
    return square if before is None else square + 2 * amount * func.coalesce(before, 0)


def _per_person(src: Sources, q: Question, m: CTE) -> CTE:
    """One row per person and column with money: `amount` in the value asked for, for a margin
    `net` revenue too; of "on or before" what came before (`amount_before`); for revenue retention
    `base`, what they brought in period 0."""
    row = union_all(*[_rows(leg) for leg in legs(src, q, m)]).cte("money_row")
    number, inside = column_of(q, row)
    rate: ColumnElement[Any] = literal(1.0)
    joined: Any = row
    if q.spec.value is not Value.ORDERS:
        r = src.rates
        joined = row.join(r, and_(r.c.day == row.c.rated_on, r.c.currency == row.c.currency))
        rate = cast(r.c.rate, Float)
    own = amounts_of(row)
    amounts = {"amount": own["net_revenue"]}
    if q.spec.value is Value.ORDERS:
        amounts = {"amount": row.c.orders}
    if q.spec.value is Value.MARGIN:
        amounts = {"amount": own["gross_margin"], "net": own["net_revenue"]}
    keys = [row.c.person_no, row.c.cohort_on, row.c.segment]
    column = number.label("column_no")
    sums = [func.sum(cast(a, Float) * rate).label(n) for n, a in amounts.items()]
    spent = (
        select(*keys, column, *sums)
        .select_from(joined)
        .where(inside)
        .group_by(*keys, column)
        .cte("spent_by_person")
    )
    s = spent.c
    more: list[ColumnElement[Any]] = []
    if q.spec.kind is Kind.ON_OR_BEFORE:
        more += [
            func.sum(s[n])
            .over(partition_by=s.person_no, order_by=s.column_no, rows=(None, -1))
            .label(f"{n}_before")
            for n in amounts
        ]
    if q.spec.value is Value.REVENUE_RETENTION:
        first = func.sum(case((s.column_no == 0, s.amount), else_=0))
        more.append(first.over(partition_by=s.person_no).label("base"))
    return select(spent, *more).cte("person_and_column")


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
