"""What each unit of an experiment did within so many days of its exposure, and the sums of it.

One piece of SQL for two readers: the refresh keeps its sums by day of exposure, a page asks it of
what it may see. Sums are a count, means, and products around the means: however large the values,
their spread keeps its digits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Float,
    FromClause,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from data.dialects import add_days, later

BEFORE_DAYS = 28
"""How far back a unit's own past is taken."""
LAST_DAYS = 7
"""`returned` asks for activity in so many days at the end of the window."""

MEASURES = (
    "bought", "first_order", "orders", "gmv", "net_revenue", "margin", "refunds", "active_days",
    "returned",
)  # fmt: skip
PRIORS = ("prior_orders", "prior_gmv", "prior_net_revenue", "prior_margin", "prior_active_days")
VARIABLES = (*MEASURES, *PRIORS)
_OF_REFUNDS = frozenset({"net_revenue", "margin", "refunds", "prior_net_revenue", "prior_margin"})
_OF_ACTIVITY = frozenset({"active_days", "returned", "prior_active_days"})
UNRATED = "unrated"
"""Orders and refunds that no exchange rate converts."""

VECTORS: tuple[tuple[str, ...], ...] = (
    ("bought",),
    ("first_order",),
    ("returned",),
    ("orders", "prior_orders"),
    ("gmv", "prior_gmv"),
    ("net_revenue", "prior_net_revenue"),
    ("margin", "prior_margin"),
    ("active_days", "prior_active_days"),
    ("gmv", "orders", "prior_gmv", "prior_orders"),
    ("orders", "active_days", "prior_orders", "prior_active_days"),
    ("refunds", "gmv"),
)
"""Variables that are compared together: their products are kept."""


def pairs_of(vectors: Iterable[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Every pair within a vector once, the earlier variable first."""
    place = {v: n for n, v in enumerate(VARIABLES)}
    found = {
        (a, b) if place[a] <= place[b] else (b, a) for vector in vectors for a in vector
        for b in vector
    }  # fmt: skip
    return tuple(sorted(found, key=lambda pair: (place[pair[0]], place[pair[1]])))


def product_name(a: str, b: str) -> str:
    """The column with the products of two variables."""
    return f"{a}_x_{b}"


@dataclass(frozen=True, slots=True)
class Parts:
    """Where outcomes are read from: tables as they are, or as a viewer sees them."""

    sales: FromClause
    linked_refunds: FromClause
    loose_refunds: FromClause
    person_day: FromClause
    rates: FromClause
    """day, currency, rate: into one currency."""


def mature(exposed_on: ColumnElement[Any], days: int, until: date) -> ColumnElement[bool]:
    """Whether the whole window of everybody exposed on that day is over (to the hour that clocks
    may have gone forward since); `until` is the first reporting day that is not complete."""
    return add_days(exposed_on, days + 1) <= cast(literal(until), Date)


def unit_values(
    units: FromClause,
    parts: Parts,
    days: int,
    name: str = "unit_value",
    only: Collection[str] = VARIABLES,
) -> CTE:
    """One row per unit (`person_no`, `exposed_at`, `exposed_on` and all else that `units` has) with
    `VARIABLES` as floats, in the currency of the rates, and `unrated`; who did nothing has zeros.

    With `only` some variables, tables that none of them needs are not read.
    """
    sold = _sold(units, parts, days)
    back = _refunded(units, parts, days) if _OF_REFUNDS.intersection(only) else None
    active = _active(units, parts, days) if _OF_ACTIVITY.intersection(only) else None
    joined: FromClause = units
    for part in (sold, back, active):
        if part is not None:
            joined = joined.outerjoin(part, part.c.person_no == units.c.person_no)

    def of(part: CTE | None, column: str) -> ColumnElement[Any]:
        return literal(0.0) if part is None else func.coalesce(part.c[column], 0.0)

    refunds, goods = of(back, "refunds"), of(sold, "goods")
    prior_refunds = of(back, "prior_refunds")
    found = {
        "net_revenue": goods + of(sold, "shipping") - refunds,
        "margin": goods - of(sold, "cost") - refunds,
        "refunds": refunds,
        "active_days": of(active, "active_days"),
        "returned": of(active, "returned"),
        "prior_net_revenue": of(sold, "prior_net_revenue") - prior_refunds,
        "prior_margin": of(sold, "prior_margin") - prior_refunds,
        "prior_active_days": of(active, "prior_active_days"),
    }
    plain = ("bought", "first_order", "orders", "gmv", "prior_orders", "prior_gmv")
    values = {**{n: of(sold, n) for n in plain}, **found}
    unrated: ColumnElement[Any] = func.coalesce(sold.c.unrated, 0)
    if back is not None:
        unrated = unrated + func.coalesce(back.c.unrated, 0)
    shown = [values[n].label(n) for n in VARIABLES if n in only]
    return select(*units.c, *shown, unrated.label(UNRATED)).select_from(joined).cte(name)


def order_values(units: FromClause, parts: Parts, days: int, *keep: str) -> CTE:
    """One row per order of a unit within its window: `person_no`, what of `units` is to be kept,
    and `value`, its GMV; null where no rate converts it."""
    u, s, r = units.c, parts.sales.c, parts.rates.c
    inside = and_(
        s.user_no == u.person_no, s.paid_at >= u.exposed_at, s.paid_at < later(u.exposed_at, days)
    )
    rated = and_(r.day == s.day, r.currency == s.currency)
    value = cast(s.gmv, Float) * cast(r.rate, Float)
    return (
        select(u.person_no, *[u[n] for n in keep], value.label("value"))
        .select_from(units.join(parts.sales, inside).outerjoin(parts.rates, rated))
        .cte("order_value")
    )


def moments(
    values: FromClause, keys: Sequence[ColumnElement[Any]], pairs: Sequence[tuple[str, str]]
) -> Select[Any]:
    """By `keys`: `n`, the mean of every variable of the pairs, `unrated`, and for each pair the sum
    of products around the means."""
    c = values.c
    variables = [v for v in VARIABLES if any(v in pair for pair in pairs)]
    n = func.count()
    spread = [
        ((func.var_pop(c[a]) if a == b else func.covar_pop(c[a], c[b])) * n).label(
            product_name(a, b)
        )
        for a, b in pairs
    ]
    means = [func.avg(c[v]).label(v) for v in variables]
    return select(*keys, n.label("n"), func.sum(c[UNRATED]).label(UNRATED), *means, *spread)


def _sold(units: FromClause, parts: Parts, days: int) -> CTE:
    u, s, r = units.c, parts.sales.c, parts.rates.c
    inside = s.paid_at >= u.exposed_at
    before = s.paid_at < u.exposed_at
    rate = cast(r.rate, Float)

    def money(amount: ColumnElement[Any]) -> ColumnElement[Any]:
        return cast(amount, Float) * rate

    goods = s.gmv - s.discounts
    sums = {
        "orders": case((inside, 1.0), else_=0.0),
        "gmv": case((inside, money(s.gmv)), else_=0.0),
        "goods": case((inside, money(goods)), else_=0.0),
        "shipping": case((inside, money(s.shipping)), else_=0.0),
        "cost": case((inside, money(s.cost)), else_=0.0),
        "prior_orders": case((before, 1.0), else_=0.0),
        "prior_gmv": case((before, money(s.gmv)), else_=0.0),
        "prior_net_revenue": case((before, money(goods + s.shipping)), else_=0.0),
        "prior_margin": case((before, money(goods - s.cost)), else_=0.0),
        UNRATED: case((r.rate.is_(None), 1), else_=0),
    }
    flags = {
        "bought": case((inside, 1.0), else_=0.0),
        "first_order": case((and_(inside, s.order_no == 1), 1.0), else_=0.0),
    }
    return (
        select(
            u.person_no,
            *[func.sum(v).label(n) for n, v in sums.items()],
            *[func.max(v).label(n) for n, v in flags.items()],
        )
        .select_from(
            units.join(
                parts.sales,
                and_(
                    s.user_no == u.person_no,
                    s.paid_at >= later(u.exposed_at, -BEFORE_DAYS),
                    s.paid_at < later(u.exposed_at, days),
                ),
            ).outerjoin(parts.rates, and_(r.day == s.day, r.currency == s.currency))
        )
        .group_by(u.person_no)
        .cte("sold_to_unit")
    )


def _refunded(units: FromClause, parts: Parts, days: int) -> CTE:
    both = union_all(
        *[
            select(t.c.user_no, t.c.refunded_at, t.c.day, t.c.currency, t.c.amount)
            for t in (parts.linked_refunds, parts.loose_refunds)
        ]
    ).cte("refund_row")
    u, b, r = units.c, both.c, parts.rates.c
    money = cast(b.amount, Float) * cast(r.rate, Float)
    inside = b.refunded_at >= u.exposed_at
    return (
        select(
            u.person_no,
            func.sum(case((inside, money), else_=0.0)).label("refunds"),
            func.sum(case((inside, 0.0), else_=money)).label("prior_refunds"),
            func.sum(case((r.rate.is_(None), 1), else_=0)).label(UNRATED),
        )
        .select_from(
            units.join(
                both,
                and_(
                    b.user_no == u.person_no,
                    b.refunded_at >= later(u.exposed_at, -BEFORE_DAYS),
                    b.refunded_at < later(u.exposed_at, days),
                ),
            ).outerjoin(parts.rates, and_(r.day == b.day, r.currency == b.currency))
        )
        .group_by(u.person_no)
        .cte("refunded_to_unit")
    )


def own_activity(person_day: FromClause) -> ColumnElement[bool]:
    """Whether a row is a day of own activity, signed in or not: whether a visitor registers
    afterwards must not take away days that count for a visitor who does not. Days with nothing but
    an order are left out where the shop does not take orders for activity."""
    return or_(person_day.c.as_user, person_day.c.bought.is_(False))


def _active(units: FromClause, parts: Parts, days: int) -> CTE:
    """Days with own activity, after the exposure and before it."""
    u, p = units.c, parts.person_day.c
    last = max(days - LAST_DAYS, 0)
    after = p.day > u.exposed_on
    return (
        select(
            u.person_no,
            func.sum(case((after, 1.0), else_=0.0)).label("active_days"),
            func.max(case((p.day > add_days(u.exposed_on, last), 1.0), else_=0.0)).label(
                "returned"
            ),
            func.sum(case((p.day < u.exposed_on, 1.0), else_=0.0)).label("prior_active_days"),
        )
        .select_from(
            units.join(
                parts.person_day,
                and_(
                    p.person_no == u.person_no,
                    p.day >= add_days(u.exposed_on, -BEFORE_DAYS),
                    p.day <= add_days(u.exposed_on, days),
                    own_activity(parts.person_day),
                ),
            )
        )
        .group_by(u.person_no)
        .cte("active_unit")
    )
