"""The UTC days whose numbers may be different after a merge."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Connection, Date, FromClause, Select, cast, literal, select

from data.importing.merge_by_key import same_key
from data.importing.staging import Staged, exists
from data.schema import TIME_OF, contract

_ALSO_DATED_BY = {"orders": ("paid_at",), "users": ("first_seen_at",)}
"""A purchase counts when it is paid, so both of an order's days are touched."""


def days_of_keys(s: Staged, keys: tuple[str, ...]) -> set[date]:
    """Days of the listed rows, as they were and as they are. Ask before changes are applied."""
    found: set[date] = set()
    for side in (s.stored, s.stage):
        listed = (
            select(literal(1))
            .select_from(s.delta)
            .where(same_key(s.name, keys, s.delta, side))
            .correlate(side)
            .exists()
        )
        found |= _days(s.connection, side, _times(s.name), listed)
    if s.name == "refunds":
        found |= days_of_orders(s, _listed_orders(s, keys))
    return found


def days_of_orders(s: Staged, order_ids: Iterable[Select[tuple[str]]]) -> set[date]:
    """Days of stored orders, chosen by the ids that a statement lists."""
    if not exists(s.connection, "orders"):
        return set()
    orders = contract.tables["orders"]
    found: set[date] = set()
    for ids in order_ids:
        found |= _days(s.connection, orders, _times("orders"), orders.c.order_id.in_(ids))
    return found


def days_of_people(s: Staged, key: str) -> set[date]:
    """Days of rows stored before that name a user (or visitor) who only now arrives: their market
    and channel become known."""
    found: set[date] = set()
    for name in ("events", "orders", "refunds", "touchpoints"):
        table = contract.tables[name]
        if key in table.c and exists(s.connection, name):
            listed = table.c[key].in_(select(s.delta.c[key]))
            found |= _days(s.connection, table, _times(name), listed)
    return found


def _listed_orders(s: Staged, keys: tuple[str, ...]) -> list[Select[tuple[str]]]:
    return [
        select(side.c.order_id)
        .select_from(side.join(s.delta, same_key(s.name, keys, s.delta, side)))
        .where(side.c.order_id.is_not(None))
        for side in (s.stored, s.stage)
    ]


def _times(name: str) -> tuple[str, ...]:
    return (*filter(None, [TIME_OF.get(name)]), *_ALSO_DATED_BY.get(name, ()))


def _days(
    connection: Connection, table: FromClause, times: tuple[str, ...], where: ColumnElement[bool]
) -> set[date]:
    found: set[date] = set()
    for time in times:
        day = cast(table.c[time], Date)
        rows = connection.execute(
            select(day).select_from(table).where(where, table.c[time].is_not(None)).distinct()
        )
        found |= {row[0] for row in rows}
    return found
