"""A batch put into the draft of a warehouse: what is new, what changed, what is gone.

A row with an id is compared with the stored row of the same id. Rows without ids are compared as a
whole: order lines by their order, other tables by the stretch of time that the batch covers. Rows
that did not change are not written, so that the same file twice changes nothing, and the days that
a refresh has to compute again are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from sqlalchemy import Connection, func, select

from data.importing.merge_by_key import apply_changes, find_changes
from data.importing.merge_by_span import merge_by_order, merge_by_time
from data.importing.reading import Batch
from data.importing.staging import Change, Load, Staged, staged
from data.importing.touched import days_of_keys, days_of_orders, days_of_people
from data.schema import KEYS, TIME_OF

__all__ = ["Change", "Load", "MergeReport", "merge"]

_FIRST = ("users", "identities", "orders")
"""Merged before the others: their days decide which days the others touch."""

Days = set[date] | None
"""UTC days, or None for every day."""


@dataclass(frozen=True)
class MergeReport:
    """What a merge did. `touched_days` are the UTC days on which a row is new, different or gone
    (a refund and an order line touch their order's days too); None stands for every day, as when
    a user's market changed."""

    tables: dict[str, Change]
    touched_days: frozenset[date] | None

    @property
    def changed(self) -> bool:
        """Whether anything at all is different from before."""
        return any(change.any for change in self.tables.values())


def merge(connection: Connection, batch: Batch, load: Load) -> MergeReport:
    """Brings the draft behind `connection` up to the batch, in the caller's transaction. Tables
    that the batch does not hold stay as they are; missing ones are made."""
    names = sorted(batch.tables, key=lambda n: (_FIRST.index(n) if n in _FIRST else len(_FIRST), n))
    changes: dict[str, Change] = {}
    touched: Days = set()
    for name in names:
        changes[name], days = _merge_table(connection, name, batch, load)
        touched = None if touched is None or days is None else touched | days
    return MergeReport(changes, None if touched is None else frozenset(touched))


def _merge_table(
    connection: Connection, name: str, batch: Batch, load: Load
) -> tuple[Change, Days]:
    arrow, replace = batch.tables[name], name in batch.replaces
    keys = KEYS[name]
    delta_keys = keys or (("order_id",) if name == "order_items" else ())
    with staged(connection, name, arrow, delta_keys, load) as s:
        if name == "order_items":
            change = merge_by_order(s, replace=replace)
            return change, days_of_orders(s, [select(s.delta.c.order_id)])
        if not keys or _without_ids(s, keys, arrow):
            change = merge_by_time(s, arrow, batch.zone, replace=replace)
            listed = connection.execute(select(s.delta.c.touched_on).distinct())
            return change, {row[0] for row in listed}
        change = find_changes(s, keys, replace=replace)
        days = _days_of_changes(s, keys, change) if change.any else set()
        apply_changes(s, keys)
        return change, days


def _without_ids(s: Staged, keys: tuple[str, ...], arrow: pa.Table) -> bool:
    """Events and touches may have no id, in the batch or in what was stored before."""
    if len(keys) > 1 or s.stored.c[keys[0]].info["required"]:
        return False
    nameless = select(func.count()).where(s.stored.c[keys[0]].is_(None))
    return arrow[keys[0]].null_count > 0 or s.count(nameless) > 0


def _days_of_changes(s: Staged, keys: tuple[str, ...], change: Change) -> Days:
    if s.name in ("users", "identities"):
        if change.updated or change.removed:
            return None
        return days_of_keys(s, keys) | days_of_people(s, keys[0])
    return days_of_keys(s, keys) if s.name in TIME_OF else None
