"""One list per measure that counts people: the same rows that the measure counts, one a person.

The rules are those of the families (`metrics/buyers.py`, `activity.py`, `repurchase.py`,
`value.py`); tests hold the length of every list against its measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Numeric, Select, and_, case, cast, func, literal, select

from data.dialects import later
from data.dimensions import UNKNOWN
from data.scope import Span
from data.sources import Sources
from data.warehouse import Warehouse
from i18n import Words
from metrics import buyers, value
from metrics.catalog import COHORT_DAYS, LTV_DAYS
from metrics.people import Column, Kind

ORDERS_IN = Column("orders_in", Words("Orders in the range", "期内订单数"), Kind.COUNT)
GMV_IN = Column("gmv_in", Words("GMV in the range", "期内成交额"), Kind.MONEY)
ACTIVE_DAYS = Column("active_days", Words("Active days in the range", "期内活跃天数"), Kind.COUNT)
LAST_ON = Column("last_on", Words("Last seen in the range", "期内最近活跃日"), Kind.DAY)
FIRST_ON = Column("first_on", Words("First order on", "首单日期"), Kind.DAY)
SECOND_ON = Column("second_on", Words("Second order on", "第二单日期"), Kind.DAY)

TRAILING_DAYS = {"wau": 7, "mau": 30, "mapu": 30}
_BUYERS = ("buyers", "repeat_buyers", "buyers_returning")
_SEEN = ("active_users", "visitors", "wau", "mau")
_COHORT = ("first_buyers", *[f"{n}_{d}" for d in COHORT_DAYS for n in ("eligible", "again")])
_VALUED = tuple(f"{basis}_mature_{d}" for d in LTV_DAYS for basis in ("customer", "registered"))
LISTS = frozenset((*_BUYERS, *_SEEN, "mapu", "new_users", *_COHORT, *_VALUED))
"""The measures that count people."""


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list is made: one row a person, with `person_no` and what its columns show."""

    rows: Select[Any]
    columns: tuple[Column, ...]
    order: tuple[str, ...]

    def of_campaign(self, src: Sources, campaign: str | None) -> CTE:
        """The rows, of everybody or of those whom one campaign brought."""
        listed = self.rows.cte("behind_measure")
        if campaign is None:
            return listed
        p = src.people
        own = func.coalesce(p.c.campaign, UNKNOWN)
        return (
            select(*listed.c)
            .select_from(listed.outerjoin(p, p.c.user_no == listed.c.person_no))
            .where(own == campaign)
            .cte("behind_campaign")
        )


def listing(src: Sources, measure: str, span: Span, warehouse: Warehouse) -> Listing:
    """The list of a measure over a range. ValueError for a measure that counts no people."""
    if measure in _BUYERS:
        return _bought(src, measure, span, warehouse)
    if measure in TRAILING_DAYS:
        return _looked_back(src, measure, span, warehouse)
    if measure in _SEEN:
        return _seen(src, span, as_user=measure == "active_users")
    if measure == "new_users":
        return _registered(src, span, None, warehouse)
    if measure in _COHORT:
        return _first_buyers(src, measure, span, warehouse)
    if measure in _VALUED:
        basis, days = measure.split("_mature_")
        return _valued(src, basis, int(days), span, warehouse)
    raise ValueError(f"{measure} counts no people")


def _inside(day: ColumnElement[Any], span: Span) -> ColumnElement[bool]:
    return and_(day >= literal(span.start), day < literal(span.end))


def _bought(src: Sources, measure: str, span: Span, warehouse: Warehouse) -> Listing:
    b = buyers.members(src, [span], warehouse.coverage.until)
    rows = select(
        b.c.user_no.label("person_no"),
        b.c.orders.label("orders_in"),
        b.c.gmv.label("gmv_in"),
    )
    if measure == "repeat_buyers":
        rows = rows.where(b.c.orders >= 2)
    elif measure == "buyers_returning":
        rows = rows.where(b.c.first_day < b.c.start_on)
    return Listing(rows, (ORDERS_IN, GMV_IN), ("-gmv_in",))


def _seen(src: Sources, span: Span, *, as_user: bool) -> Listing:
    p = src.person_day
    rows = (
        select(
            p.c.person_no,
            func.count().label("active_days"),
            func.max(p.c.day).label("last_on"),
        )
        .where(_inside(p.c.day, span))
        .group_by(p.c.person_no)
    )
    if as_user:
        rows = rows.where(p.c.as_user)
    return Listing(rows, (ACTIVE_DAYS, LAST_ON), ("-active_days", "-last_on"))


def _looked_back(src: Sources, measure: str, span: Span, warehouse: Warehouse) -> Listing:
    """Those seen in the days that end with the last complete day of the range."""
    end = min(span.end, warehouse.coverage.until)
    window = Span(end - timedelta(days=TRAILING_DAYS[measure]), end)
    if measure != "mapu":
        return _seen(src, window, as_user=True)
    s, r = src.sales, src.rates
    rated = s.outerjoin(r, and_(r.c.day == s.c.day, r.c.currency == s.c.currency))
    rows = (
        select(
            s.c.user_no.label("person_no"),
            func.count().label("orders_in"),
            func.sum(cast(s.c.gmv, Numeric(24, 4)) * r.c.rate).label("gmv_in"),
        )
        .select_from(rated)
        .where(s.c.user_no.is_not(None), _inside(s.c.day, window))
        .group_by(s.c.user_no)
    )
    return Listing(rows, (ORDERS_IN, GMV_IN), ("-gmv_in",))


def _registered(src: Sources, span: Span, days: int | None, warehouse: Warehouse) -> Listing:
    p = src.people
    rows = select(p.c.user_no.label("person_no"), p.c.registered_on).where(
        p.c.registered_on.is_not(None), _inside(p.c.registered_on, span)
    )
    if days is not None:
        rows = rows.where(later(p.c.registered_at, days) <= literal(warehouse.coverage.through))
    return Listing(rows, (), ("-registered_on",))


def _first_buyers(src: Sources, measure: str, span: Span, warehouse: Warehouse) -> Listing:
    s = src.sales
    first = select(s).where(s.c.order_no == 1).cte("first_order")
    second = select(s.c.user_no, s.c.paid_at, s.c.day).where(s.c.order_no == 2).cte("second_order")
    rows = (
        select(
            first.c.user_no.label("person_no"),
            first.c.day.label("first_on"),
            second.c.day.label("second_on"),
        )
        .select_from(first.outerjoin(second, second.c.user_no == first.c.user_no))
        .where(_inside(first.c.day, span))
    )
    if measure != "first_buyers":
        kind, days = measure.rsplit("_", 1)
        window_end = later(first.c.paid_at, int(days))
        rows = rows.where(window_end <= literal(warehouse.coverage.through))
        if kind == "again":
            rows = rows.where(second.c.paid_at < window_end)
    return Listing(rows, (FIRST_ON, SECOND_ON), ("-first_on",))


def _valued(src: Sources, basis: str, days: int, span: Span, warehouse: Warehouse) -> Listing:
    """Mature members with what each brought within their days; no sum where a rate is missing."""
    start = value.starts(src, "customer" if basis == "customer" else "registered")
    ends = later(start.c.began_at, days)
    member = (
        select(start.c.user_no, start.c.began_at, start.c.began_on)
        .where(_inside(start.c.began_on, span), ends <= literal(warehouse.coverage.through))
        .cte("member")
    )
    move = value.money_moves(src, warehouse.reporting.refund_day)
    inside = and_(
        move.c.user_no == member.c.user_no,
        move.c.moved_at >= member.c.began_at,
        move.c.moved_at < later(member.c.began_at, days),
    )
    amount = case(
        (func.coalesce(func.sum(move.c.unrated), 0) == 0,
         func.coalesce(func.sum(move.c.net_revenue), 0)),
    )  # fmt: skip
    rows = (
        select(
            member.c.user_no.label("person_no"), member.c.began_on, amount.label("net_revenue_in")
        )
        .select_from(member.outerjoin(move, inside))
        .group_by(member.c.user_no, member.c.began_on)
    )
    column = Column(
        "net_revenue_in",
        Words(f"Net revenue within {days} days", f"{days} 天内净收入"),
        Kind.MONEY,
    )
    return Listing(rows, (column,), ("-net_revenue_in",))
