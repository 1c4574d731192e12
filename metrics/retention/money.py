"""What cohorts spent by period: orders, net revenue and margin in the currency of the scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
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

from data.serving.cut import HOME
from data.sources import Sources
from metrics.retention.cut import bucket_of, periods_between, periods_since
from metrics.retention.members import in_range, members
from metrics.retention.question import Question
from metrics.retention.spec import Kind, Start
from metrics.retention.statement import SIZE, bracket_no, cohort_sizes, of_segments

OWN = ("orders", "gmv", "discounts", "shipping", "cost", "gmv_without_cost", "refunds")
"""What is summed of every order and refund as it stands: sums of sums would be slower."""
AMOUNTS = ("gmv", "net_revenue", "gross_margin", "gmv_without_cost")
SUMS = ("people", "orders", *AMOUNTS, "unrated")


def money_statement(src: Sources, q: Question) -> Select[Any]:
    """One row per cohort, segment and column: `people` (who began; only in the rows of size),
    `orders` (paid), the amounts, and `unrated`: sums that no exchange rate converts.

    Columns are numbered by period, or by bracket. Money is summed in its own currency by day
    before it meets the rates.
    """
    m = members(src, q)
    size = cohort_sizes(m)
    nothing = [literal(0).label(n) for n in SUMS[1:]]
    heads = select(
        size.c.cohort_on,
        size.c.segment,
        literal(SIZE).label("column_no"),
        size.c.people,
        *nothing,
    )
    rated = _in_one_currency(src, _by_currency(src, q, m))
    part = union_all(heads, rated).cte("spent")
    return of_segments(q, size, part, [part.c[n] for n in SUMS])


def _in_one_currency(src: Sources, own: CTE) -> Select[Any]:
    r, o = src.rates, own.c
    amounts = amounts_of(own)
    return select(
        o.cohort_on,
        o.segment,
        o.column_no,
        literal(0),
        o.orders,
        *[cast(amounts[a], Numeric(24, 4)) * r.c.rate for a in AMOUNTS],
        case((r.c.rate.is_(None), 1), else_=0),
    ).select_from(own.outerjoin(r, and_(r.c.day == o.rated_on, r.c.currency == o.currency)))


def amounts_of(own: CTE) -> dict[str, ColumnElement[Any]]:
    """What the amounts are made of, still in their own currency."""
    o = own.c
    goods = o.gmv - o.discounts - o.refunds
    return {
        "gmv": o.gmv,
        "net_revenue": goods + o.shipping,
        "gross_margin": goods - o.cost,
        "gmv_without_cost": o.gmv_without_cost,
    }


def _by_currency(src: Sources, q: Question, m: CTE) -> CTE:
    """Money by cohort, segment, column, day of the rate and currency."""
    part = union_all(*[_summed(leg) for leg in legs(src, q, m)]).cte("money_part")
    number, inside = column_of(q, part)
    column = number.label("column_no")
    keys = [part.c.cohort_on, part.c.segment, part.c.rated_on, part.c.currency]
    sums = [func.sum(part.c[n]).label(n) for n in OWN]
    return (
        select(*keys, column, *sums).where(inside).group_by(*keys, column).cte("money_by_currency")
    )


def column_of(q: Question, part: CTE) -> tuple[ColumnElement[int], ColumnElement[bool]]:
    """The column into which rows fall, and which rows fall into any."""
    period: ColumnElement[int] = part.c.period_no
    if q.on_calendar:
        # The day says the period: so it is worked out for sums, not for every order.
        period = periods_between(part.c.cohort_on, part.c.rated_on, q.spec.grain)
    if q.spec.kind is Kind.BRACKET:
        number = bracket_no(q.spec.brackets, period)
        return number, number.is_not(None)
    return period, period <= q.last_period


@dataclass(frozen=True, slots=True)
class Leg:
    """Rows of money, each with whose it is and where it falls; `amounts` are in `currency`."""

    rows: FromClause
    person_no: ColumnElement[Any]
    cohort: ColumnElement[Any]
    segment: ColumnElement[Any]
    period: ColumnElement[int]
    on: ColumnElement[Any]
    currency: ColumnElement[Any]
    amounts: Mapping[str, ColumnElement[Any]]
    condition: ColumnElement[bool]


def legs(src: Sources, q: Question, m: CTE) -> list[Leg]:
    """Sales and refunds with the cohort and the period that they fall into."""
    by_order = q.reporting.refund_day == "order"
    linked, loose = src.linked_refunds, src.loose_refunds
    at, on = ("sold_at", "sold_on") if by_order else ("refunded_at", "day")
    return [
        _sold(src, q, m),
        _taken_back(q, m, linked, linked.c[at], linked.c[on]),
        _taken_back(q, m, loose, loose.c.refunded_at, loose.c.day),
    ]


def _sold(src: Sources, q: Question, m: CTE) -> Leg:
    s = src.sales
    amounts: dict[str, ColumnElement[Any]] = {n: s.c[n] for n in OWN[1:-1]}
    own = q.spec.start is Start.FIRST_PURCHASE and not q.spec.returns_count
    if own and (q.by is None or q.by in HOME):
        # Orders carry their user's first one: no join with everybody is needed.
        cohort = bucket_of(s.c.first_day, q.spec.grain, q.reporting.week_start)
        segment = literal("") if q.by is None else s.c[q.by]
        period = _period(q, s.c.first_at, s.c.paid_at)
        begun = in_range(q, s.c.first_day)
        return Leg(s, s.c.user_no, cohort, segment, period, s.c.day, s.c.currency, amounts, begun)
    return _of_members(q, m, s, s.c.paid_at, s.c.day, amounts)


def _taken_back(
    q: Question, m: CTE, back: CTE, at: ColumnElement[Any], on: ColumnElement[Any]
) -> Leg:
    return _of_members(q, m, back, at, on, {"refunds": back.c.amount})


def _of_members(
    q: Question,
    m: CTE,
    rows: CTE,
    at: ColumnElement[Any],
    on: ColumnElement[Any],
    amounts: Mapping[str, ColumnElement[Any]],
) -> Leg:
    period = _period(q, m.c.began_at, at)
    begun = on >= m.c.cohort_on if q.on_calendar else at >= m.c.began_at
    joined = rows.join(m, m.c.person_no == rows.c.user_no)
    return Leg(
        joined, m.c.person_no, m.c.cohort_on, m.c.segment, period, on, rows.c.currency,
        amounts, begun,
    )  # fmt: skip


def _period(
    q: Question,
    began_at: ColumnElement[Any],
    at: ColumnElement[Any],
) -> ColumnElement[int]:
    """The period of the 24-hour clock; on the calendar it follows from the day, later."""
    return literal(0) if q.on_calendar else periods_since(began_at, at, q.spec.grain)


def _summed(leg: Leg) -> Select[Any]:
    """By day and currency."""
    part = (
        select(
            leg.cohort.label("cohort_on"),
            leg.segment.label("segment"),
            leg.period.label("period_no"),
            leg.on.label("rated_on"),
            leg.currency.label("currency"),
            *[amount.label(name) for name, amount in leg.amounts.items()],
        )
        .select_from(leg.rows)
        .where(leg.condition)
        .subquery()
    )
    keys = [part.c[k] for k in ("cohort_on", "segment", "period_no", "rated_on", "currency")]
    sums: dict[str, ColumnElement[Any]] = {n: func.sum(part.c[n]) for n in leg.amounts}
    if "gmv" in leg.amounts:
        sums["orders"] = cast(func.count(), Integer)
    return select(*keys, *[sums.get(n, literal(0)).label(n) for n in OWN]).group_by(*keys)
