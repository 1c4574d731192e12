"""The customers behind a cell: exactly those whose value it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import CTE, ColumnElement, Numeric, and_, case, cast, func, or_, select

from data.dialects import later
from data.scope import Scope, Span
from data.sources import Sources
from data.warehouse import Warehouse
from i18n import Words
from metrics.channels.people import FIRST_AMOUNT, FIRST_ON
from metrics.payback.spec import FOLLOWED, By
from metrics.people import Column, Kind, People
from metrics.revenue import RefundDay
from metrics.value import money_moves

REVENUE = "net_revenue"


@dataclass(frozen=True, slots=True)
class Cell:
    """New customers of some ranges of days; with `within`, those of them who are so many days old.
    `value` keeps one channel or market; without it `others` are left out."""

    spans: tuple[Span, ...]
    within: int | None = None
    by: By = By.MONTH
    value: str | None = None
    others: tuple[str, ...] = ()


def payback_people(warehouse: Warehouse, scope: Scope, cell: Cell) -> People:
    """Whom the cell counts, those who brought most first."""
    src = warehouse.sources(scope)
    rows = behind(src, cell, warehouse.coverage.until, warehouse.reporting.refund_day)
    name = Words("Net revenue to date", "累计净收入")
    if cell.within is not None:
        n = cell.within
        name = Words(f"Net revenue within {n} days", f"{n} 天内净收入")
    columns = (FIRST_ON, FIRST_AMOUNT, Column(REVENUE, name, Kind.MONEY))
    return People(src, rows, columns, (f"-{REVENUE}",))


def behind(src: Sources, cell: Cell, until: date, refund_day: RefundDay) -> CTE:
    """One row per customer: `person_no`, `first_on`, `first_gmv` and the net revenue since, null
    where a rate is missing."""
    s, r = src.sales, src.rates
    first = (
        select(
            s.c.user_no,
            s.c.day,
            s.c.paid_at,
            (cast(s.c.gmv, Numeric(24, 4)) * r.c.rate).label("first_gmv"),
        )
        .select_from(s.outerjoin(r, and_(r.c.day == s.c.day, r.c.currency == s.c.currency)))
        .where(s.c.order_no == 1, _on(s, cell, until), *_of(s, cell))
        .cte("new_customer")
    )
    move = money_moves(src, refund_day)
    days = FOLLOWED if cell.within is None else cell.within
    brought = (
        select(
            first.c.user_no,
            case((func.sum(move.c.unrated) == 0, func.sum(move.c.net_revenue))).label(REVENUE),
        )
        .join_from(first, move, move.c.user_no == first.c.user_no)
        .where(move.c.moved_at >= first.c.paid_at, move.c.moved_at < later(first.c.paid_at, days))
        .group_by(first.c.user_no)
        .cte("brought")
    )
    return (
        select(
            first.c.user_no.label("person_no"),
            first.c.day.label("first_on"),
            first.c.first_gmv,
            brought.c[REVENUE],
        )
        .select_from(first.outerjoin(brought, brought.c.user_no == first.c.user_no))
        .cte("behind_payback")
    )


def _on(s: CTE, cell: Cell, until: date) -> ColumnElement[bool]:
    latest = until - timedelta(days=cell.within or 0)
    return or_(
        *[and_(s.c.day >= span.start, s.c.day < min(span.end, latest)) for span in cell.spans]
    )


def _of(s: CTE, cell: Cell) -> list[ColumnElement[bool]]:
    if cell.by is By.MONTH:
        return []
    if cell.value is not None:
        return [s.c[cell.by.value] == cell.value]
    return [s.c[cell.by.value].not_in(sorted(cell.others))] if cell.others else []
