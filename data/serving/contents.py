"""`contents` and `facts`: what this version holds and how it was cut."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
from sqlalchemy import Column, Connection, delete, func, insert, select, union_all

from data.dialects import load_rows
from data.rollups import contents, days, facts, person_day, sales_day, signups_day, spend_day
from data.schema import TIME_OF, contract

OUTSIDE = timedelta(days=366)
"""How far a range may begin before the data, or end after it."""


def build_contents(connection: Connection) -> None:
    """Count the rows of every canonical table and the filled values of every column."""
    connection.execute(delete(contents))
    for table in contract.sorted_tables:
        counted = select(
            func.count().label("*"), *[func.count(c).label(c.name) for c in table.columns]
        )
        row = connection.execute(counted).one()._mapping
        connection.execute(
            insert(contents),
            [
                {"table_name": table.name, "column_name": name, "filled": filled}
                for name, filled in row.items()
            ],
        )


def _instants() -> list[Column[Any]]:
    """What is cut into days: registrations, events, orders and their payments, refunds."""
    dated = [contract.tables[t].c[TIME_OF[t]] for t in ("users", "events", "orders", "refunds")]
    return [*dated, contract.tables["orders"].c.paid_at]


def latest_instant(connection: Connection) -> datetime | None:
    """The latest timestamp of any row that is cut into days."""
    latest = [connection.scalar(select(func.max(column))) for column in _instants()]
    return max((at for at in latest if at is not None), default=None)


def earliest_instant(connection: Connection) -> datetime | None:
    """The earliest timestamp of any row that is cut into days."""
    earliest = [connection.scalar(select(func.min(column))) for column in _instants()]
    return min((at for at in earliest if at is not None), default=None)


def first_day(connection: Connection) -> date | None:
    """The first reporting day with anything in it."""
    earliest = union_all(*[select(func.min(t.c.day)) for t in (sales_day, person_day, signups_day)])
    found = [d for d in connection.scalars(earliest) if d is not None]
    return min(found, default=None)


def money_days(connection: Connection) -> tuple[date, date] | None:
    """The first and the last reporting day with money in it: refunds may come after everything
    else, and what was spent before the first customer."""
    days_of = union_all(select(sales_day.c.day), select(spend_day.c.day)).subquery()
    found = connection.execute(select(func.min(days_of.c.day), func.max(days_of.c.day))).one()
    return None if found[0] is None else (found[0], found[1])


def build_days(connection: Connection, first: date, last: date) -> None:
    """Fill `days`; a year more on both sides, so that a range may begin or end outside."""
    low, high = first - OUTSIDE, last + OUTSIDE
    listed = [low + timedelta(days=n) for n in range((high - low).days + 1)]
    connection.execute(delete(days))
    load_rows(connection, days, pa.table({"day": pa.array(listed, pa.date32())}))


def read_facts(connection: Connection) -> dict[str, str]:
    return {row.key: row.value for row in connection.execute(select(facts))}


def write_facts(connection: Connection, values: Mapping[str, str]) -> None:
    connection.execute(delete(facts))
    connection.execute(insert(facts), [{"key": k, "value": v} for k, v in values.items()])
