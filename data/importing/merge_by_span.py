"""Rows without an id: compared as a whole, by their order or by the time that the batch covers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
)

from data.importing.staging import Change, Staged
from data.schema import REPORTED_BY, TIME_OF

DIFFERENT = "different"


def merge_by_order(s: Staged, *, replace: bool) -> Change:
    """Order lines: an order whose lines differ from the stored ones gets the batch's lines."""
    within = true() if replace else s.stored.c.order_id.in_(select(s.stage.c.order_id))
    _list_differences(s, "order_id", s.stored.c.order_id, s.stage.c.order_id, within)
    listed = select(s.delta.c.order_id)
    return _swap(s, s.stored.c.order_id.in_(listed), s.stage.c.order_id.in_(listed))


def merge_by_time(s: Staged, arrow: pa.Table, zone: str, *, replace: bool) -> Change:
    """Dated rows: on the days that are in the batch, between its first and its last row, the
    batch's rows take the place of the stored ones; where rows have a reporter, only the same one's.
    Days are the shop's, so that a file of one local day does not wipe the other part of a UTC
    day."""
    time = TIME_OF[s.name]
    within = true() if replace else covered(s.stored.c[time], arrow[time], zone)
    if not replace and s.name in REPORTED_BY:
        within = _same_reporter(s, REPORTED_BY[s.name], time)
    stored_on, staged_on = cast(s.stored.c[time], Date), cast(s.stage.c[time], Date)
    _list_differences(s, "touched_on", stored_on, staged_on, within)
    listed = select(s.delta.c.touched_on)
    return _swap(s, and_(within, stored_on.in_(listed)), staged_on.in_(listed))


def _same_reporter(s: Staged, by: str, time: str) -> ColumnElement[bool]:
    """Whether the batch has rows of the same reporter on the stored row's day. An empty name is a
    reporter like any other."""
    stage, stored = s.stage.c, s.stored.c
    same = and_(stage[time] == stored[time], stage[by].is_not_distinct_from(stored[by]))
    return exists().where(same)


def covered(column: ColumnElement[Any], times: pa.ChunkedArray, zone: str) -> ColumnElement[bool]:
    """Whether a stored instant (or day) lies in the stretches of time that the batch covers."""
    if len(times) == 0:
        return ~true()
    if pa.types.is_date(times.type):
        return column.in_(pc.unique(times).to_pylist())
    first, last = pc.min(times).as_py(), pc.max(times).as_py()
    return or_(
        *[
            and_(column >= max(start, first), column <= min(end, last))
            for start, end in _stretches(times, zone)
        ]
    )


def _stretches(times: pa.ChunkedArray, zone: str) -> Iterator[tuple[datetime, datetime]]:
    """The shop's days that hold any of the instants, as UTC stretches; neighbours joined."""
    info = ZoneInfo(zone)
    hours = pc.unique(pc.floor_temporal(times, 15, unit="minute")).to_pylist()
    local_days = sorted({h.replace(tzinfo=UTC).astimezone(info).date() for h in hours})
    start: date | None = None
    for number, day in enumerate(local_days):
        start = day if start is None else start
        if number + 1 == len(local_days) or local_days[number + 1] - day > timedelta(days=1):
            yield (
                _midnight(start, info),
                _midnight(day + timedelta(days=1), info) - timedelta.resolution,
            )
            start = None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def _list_differences(
    s: Staged,
    into: str,
    stored_by: ColumnElement[Any],
    staged_by: ColumnElement[Any],
    within: ColumnElement[bool],
) -> None:
    """Lists in `delta` the groups whose rows, counted, are not the same on both sides."""

    def counted(side: str) -> Select[*tuple[Any, ...]]:
        table, group = (s.stored, stored_by) if side == "stored" else (s.stage, staged_by)
        columns = [table.c[c.name] for c in s.stored.columns]
        rows = select(group.label("listed"), *columns, func.count().label("times"))
        if side == "stored":
            rows = rows.where(within)
        return rows.group_by(*columns)

    if s.count(select(func.count()).select_from(s.stored).where(within)) == 0:
        rows = select(staged_by.label("listed")).distinct().subquery("groups")
    else:
        more = counted("stage").except_(counted("stored")).subquery("more")
        fewer = counted("stored").except_(counted("stage")).subquery("fewer")
        rows = select(more.c.listed).union(select(fewer.c.listed)).subquery("groups")
    s.connection.execute(
        insert(s.delta).from_select([into, "change"], select(rows.c.listed, literal(DIFFERENT)))
    )


def _swap(s: Staged, leaving: ColumnElement[bool], entering: ColumnElement[bool]) -> Change:
    """The stored rows of the listed groups leave, the batch's enter."""
    removed = s.count(select(func.count()).select_from(s.stored).where(leaving))
    inserted = s.count(select(func.count()).select_from(s.stage).where(entering))
    unchanged = s.rows() - inserted
    if removed:
        s.connection.execute(delete(s.stored).where(leaving))
    if inserted:
        names = [c.name for c in s.stored.columns]
        s.connection.execute(
            insert(s.stored).from_select(
                names, select(*[s.stage.c[n] for n in names]).where(entering)
            )
        )
    return Change(inserted, 0, unchanged, removed)
