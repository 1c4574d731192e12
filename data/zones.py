"""Reporting days, cut from UTC instants without asking the engine for its time-zone tables.

Every engine has a time-zone database of its own age, and some have none. A zone's offsets over the
range of the data are a handful of steps, so they are written into the statement: the same days on
every engine, and plain arithmetic to run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, case, cast, literal
from sqlalchemy.sql.elements import ColumnElement

from data.dialects import shift_seconds

_SCAN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayCut:
    """How instants become reporting days: a zone and the UTC range in which that is asked."""

    zone: ZoneInfo
    first: datetime
    last: datetime

    def day_of(self, instant: ColumnElement[Any]) -> ColumnElement[date]:
        """The reporting day of a UTC instant, as SQL. Null stays null."""
        steps = self.offsets()
        seconds: ColumnElement[Any] = literal(steps[-1][1])
        if len(steps) > 1:
            pairs = pairwise(steps)
            seconds = case(
                *[(instant < upto, before) for (_, before), (upto, _) in pairs],
                else_=steps[-1][1],
            )
        return cast(shift_seconds(instant, seconds), Date)

    def offsets(self) -> list[tuple[datetime, int]]:
        """(UTC instant from which it holds, seconds east of UTC), in order of time."""
        at = self.first - _SCAN
        steps = [(at, self._offset(at))]
        while at <= self.last + _SCAN:
            ahead = at + _SCAN
            if self._offset(ahead) != self._offset(at):
                change = self._change_between(at, ahead)
                steps.append((change, self._offset(change)))
            at = ahead
        return steps

    def _offset(self, utc: datetime) -> int:
        offset = utc.replace(tzinfo=UTC).astimezone(self.zone).utcoffset()
        assert offset is not None
        return int(offset.total_seconds())

    def _change_between(self, low: datetime, high: datetime) -> datetime:
        """The first second with the later offset; zones change at whole seconds."""
        start = self._offset(low)
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) // 2
            middle = middle.replace(microsecond=0)
            if middle <= low:
                break
            low, high = (middle, high) if self._offset(middle) == start else (low, middle)
        return high.replace(microsecond=0)


def reporting_day(instant: datetime, zone: ZoneInfo) -> date:
    """The reporting day of one naive UTC instant."""
    return instant.replace(tzinfo=UTC).astimezone(zone).date()


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The naive UTC instant at which a reporting day begins."""
    local = datetime.combine(day, time(), tzinfo=zone)
    return local.astimezone(UTC).replace(tzinfo=None)
