"""The customers and the registrations that a row counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import CTE, Numeric, and_, cast, select

from data.scope import Scope, Span
from data.sources import Sources
from data.warehouse import Warehouse
from i18n import Words
from metrics.channels.spec import below
from metrics.lifecycle.stages import Population
from metrics.people import Column, Kind, People


class Who(StrEnum):
    """Whom a row counts."""

    CUSTOMERS = "customers"
    REGISTERED = "registered"


WHO: dict[Who, Words] = {
    Who.CUSTOMERS: Words("New customers", "新客（首单）"),
    Who.REGISTERED: Words("Registrations", "注册用户"),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """New customers or registrations of some days below a path of values (`spec.DRILL`)."""

    span: Span
    path: tuple[str, ...] = ()
    who: Who = Who.CUSTOMERS


FIRST_ON = Column("first_on", Words("First order on", "首单日期"), Kind.DAY)
FIRST_AMOUNT = Column("first_gmv", Words("GMV of the first order", "首单成交额"), Kind.MONEY)
CAMPAIGN = Column("campaign", Words("Campaign", "推广活动"))
ACQUIRED_ON = Column("acquired_on", Words("Registered on", "注册日期"), Kind.DAY)


def channel_people(warehouse: Warehouse, scope: Scope, counted: Counted) -> People:
    """Exactly whom the row counts, the latest first."""
    src = warehouse.sources(scope)
    if counted.who is Who.REGISTERED:
        return People(src, _registered(src, counted), (ACQUIRED_ON, CAMPAIGN), ("-acquired_on",))
    columns = (FIRST_ON, FIRST_AMOUNT, CAMPAIGN)
    return People(src, _customers(src, counted), columns, ("-first_on",))


def _customers(src: Sources, counted: Counted) -> CTE:
    s, r, span = src.sales, src.rates, counted.span
    return (
        select(
            s.c.user_no.label("person_no"),
            s.c.day.label("first_on"),
            (cast(s.c.gmv, Numeric(24, 4)) * r.c.rate).label("first_gmv"),
            s.c.campaign,
        )
        .select_from(s.outerjoin(r, and_(r.c.day == s.c.day, r.c.currency == s.c.currency)))
        .where(s.c.order_no == 1, s.c.day >= span.start, s.c.day < span.end)
        .where(*below(s, counted.path))
        .cte("behind_channel")
    )


def _registered(src: Sources, counted: Counted) -> CTE:
    a, span = src.acquired, counted.span
    return (
        select(a.c.person_no, a.c.acquired_on, a.c.campaign)
        .where(
            a.c.population == Population.REGISTERED.value,
            a.c.acquired_on >= span.start,
            a.c.acquired_on < span.end,
            *below(a, counted.path),
        )
        .cte("behind_channel")
    )
