"""A list of people: who they are, page by page, with what this viewer may see of them.

Any page that counts people can hand over the step that it counted; the list holds exactly these
rows. Only the rows of one page are joined with what is known of their people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import pandas as pd
from sqlalchemy import CTE, Integer, Numeric, Select, and_, case, cast, func, literal, select

from data.dimensions import CHANNEL, MARKET, PLATFORM, USER_DIMENSIONS
from data.serving.cut import PURCHASE
from data.sources import Sources
from data.warehouse import Coverage, Warehouse
from i18n import Words

PAGE_SIZE = 50
MOST_EXPORTED = 50_000
"""Rows of one file. More are a question for the warehouse itself; the file says so."""


class Kind(StrEnum):
    """What a column holds, which decides how it is written."""

    TEXT = "text"
    INSTANT = "instant"
    DAY = "day"
    COUNT = "count"
    MONEY = "money"
    TIMES = "times"
    """A number that is not whole."""
    MARKET = MARKET.key
    CHANNEL = CHANNEL.key
    PLATFORM = PLATFORM.key
    MEDIUM = "medium"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list: its key in the statement and in files, and its name on screen."""

    key: str
    name: Words
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class People:
    """Who is listed: `rows` is a named step made from `src`, one row a line, with `person_no` (a
    user's number, negative for a visitor) and `columns` of its own. `order` names the columns that
    put the rows in order, a minus in front for the latest or largest first; `person_no` ends it."""

    src: Sources
    rows: CTE
    columns: tuple[Column, ...] = ()
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some rows of a list: text, instants (naive UTC), days, numbers, or None for not known."""

    total: int
    """How many rows the whole list has; 0 on a page behind its end."""
    offset: int
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    sql: str


PERSON = Column("person_id", Words("User or visitor", "用户 / 访客"))
REGISTERED = Column("registered_at", Words("Registered", "注册时间"), Kind.INSTANT)
HOME = tuple(Column(d.key, d.name, Kind(d.key)) for d in USER_DIMENSIONS)
BOUGHT = (
    Column("orders", Words("Orders to date", "累计订单数"), Kind.COUNT),
    Column("gmv", Words("GMV to date", "累计成交额"), Kind.MONEY),
)
OF_USERS = (
    Column("campaign", Words("Campaign", "推广活动")),
    Column("language", Words("Language", "语言")),
    Column("city", Words("City", "城市")),
    Column("gender", Words("Gender", "性别")),
    Column("birth_year", Words("Year of birth", "出生年份")),
    Column("country", Words("Country", "国家/地区"), Kind.MARKET),
    Column("referrer_id", Words("Referred by", "推荐人")),
)
"""What the source may say of a user; only columns that it fills and the viewer may see."""


def people_page(
    warehouse: Warehouse, people: People, *, offset: int = 0, limit: int = PAGE_SIZE
) -> PeoplePage:
    """One page of the list, with its number of rows and what is known of these people.

    Orders and GMV are all paid orders to date in the scope's currency; without a rate for one of
    them there is no sum.
    """
    columns = _columns(people, warehouse.coverage)
    statement = page_statement(people, columns, offset=offset, limit=limit)
    frame = warehouse.fetch(statement)
    total = int(frame["listed"].iloc[0]) if len(frame) else 0
    found = frame[[c.key for c in columns]].itertuples(index=False, name=None)
    rows = tuple(tuple(_value(v, c) for v, c in zip(row, columns, strict=True)) for row in found)
    return PeoplePage(total, offset, columns, rows, warehouse.sql(statement))


def fingerprint(warehouse: Warehouse, people: People) -> str:
    """Tells one list from another: who is listed, of whom this viewer sees whom."""
    return warehouse.sql(select(people.rows))


def _columns(people: People, coverage: Coverage) -> tuple[Column, ...]:
    visible = people.src.canonical("users").c
    known = [c for c in OF_USERS if c.key in visible and coverage.has(f"users.{c.key}")]
    own = {c.key for c in people.columns}
    of_people = [*HOME, REGISTERED, *BOUGHT, *known]
    return (PERSON, *people.columns, *[c for c in of_people if c.key not in own])


def page_statement(
    people: People, columns: Sequence[Column], *, offset: int, limit: int
) -> Select[Any]:
    """The rows of one page in their order, each with `listed`: how many rows there are."""
    src, r = people.src, people.rows
    page = (
        select(*r.c, func.count().over().label("listed"))
        .order_by(*_order(people, r))
        .offset(offset)
        .limit(limit)
        .cte("listed_person")
    )
    home, user, of_user = src.persons, src.people, src.canonical("users")
    visitors = src.visitors
    bought = _bought(src, page)
    # Everything known of a person hangs on the visible ones.
    origin = (
        page.outerjoin(home, home.c.person_no == page.c.person_no)
        .outerjoin(user, user.c.user_no == home.c.person_no)
        .outerjoin(visitors, and_(visitors.c.person_no == home.c.person_no, home.c.person_no < 0))
        .outerjoin(of_user, of_user.c.user_id == user.c.user_id)
        .outerjoin(bought, bought.c.person_no == home.c.person_no)
    )
    sources: dict[str, Any] = {
        **{c.name: c for c in of_user.c},
        **{d.key: home.c[d.key] for d in USER_DIMENSIONS},
        PERSON.key: func.coalesce(user.c.user_id, visitors.c.visitor_id),
        REGISTERED.key: user.c.registered_at,
        "orders": func.coalesce(bought.c.orders, 0),
        "gmv": case((bought.c.person_no.is_(None), literal(0, Numeric(18, 4))), else_=bought.c.gmv),
        **{c.key: page.c[c.key] for c in people.columns},
    }
    wanted = [sources[c.key].label(c.key) for c in columns]
    return select(page.c.listed, *wanted).select_from(origin).order_by(*_order(people, page))


def _order(people: People, rows: CTE) -> list[Any]:
    named = [
        rows.c[k[1:]].desc().nulls_last() if k.startswith("-") else rows.c[k].asc().nulls_last()
        for k in people.order
    ]
    return [*named, rows.c.person_no]


def _bought(src: Sources, page: CTE) -> CTE:
    """Paid orders and GMV of the people on the page, visitors' too."""
    log, names, r = src.log, src.event_names, src.rates
    purchase = select(names.c.event_no).where(names.c.event == PURCHASE).scalar_subquery()
    own = func.coalesce(log.c.currency, src.scope.currency)
    rate = case((own == src.scope.currency, literal(1, Numeric(28, 14))), else_=r.c.rate)
    without = func.count().filter(rate.is_(None))
    total = func.sum(cast(log.c.value, Numeric(24, 4)) * rate)
    return (
        select(
            log.c.person_no,
            cast(func.count(), Integer).label("orders"),
            case((without == 0, total)).label("gmv"),
        )
        .select_from(log.outerjoin(r, and_(r.c.day == log.c.day, r.c.currency == own)))
        .where(log.c.event_no == purchase, log.c.person_no.in_(select(page.c.person_no)))
        .group_by(log.c.person_no)
        .cte("bought")
    )


def _value(found: Any, column: Column) -> Any:
    """A cell as plain Python: the frame holds missing values of several kinds."""
    if found is None or pd.isna(found):
        return None
    match column.kind:
        case Kind.INSTANT:
            return found.to_pydatetime() if isinstance(found, pd.Timestamp) else _instant(found)
        case Kind.DAY:
            return found.date() if isinstance(found, datetime) else date.fromisoformat(str(found))
        case Kind.COUNT:
            return int(found)
        case Kind.MONEY | Kind.TIMES:
            return float(found)
    # A year of birth that some lack comes as a float.
    return str(int(found)) if isinstance(found, float) and found.is_integer() else str(found)


def _instant(found: Any) -> datetime:
    return found if isinstance(found, datetime) else datetime.fromisoformat(str(found))
