"""How a sheet names a week or a month: `2026-W40`, its first day, `2026-10`.

Spreadsheets turn `2026-10` into the first of October when they save it, in their own spelling. Such
a day means the month, unless it is also the first day of a week: then `read_bucket` says both, and
the other rows of the metric decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from metrics.periods import Grain, floor
from store import TargetGrain

WeekStart = Literal["monday", "sunday"]
_SHORT = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEK = re.compile(r"(\d{4})\s*[-/年]?\s*(?:W|第)\s*(\d{1,2})\s*周?", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00(?::00)?)?")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_NAMED = re.compile(r"([A-Za-z]{3})[a-z]*[- ](\d{2}|\d{4})")


@dataclass(frozen=True, slots=True)
class Bucket:
    """The first day, and what it may be the first day of; nothing where it begins no bucket."""

    start: date
    grains: tuple[TargetGrain, ...]


def read_bucket(cell: str | float | date | None, week_start: WeekStart) -> Bucket | None:
    """The bucket that a cell names; None where it names no day, week or month at all."""
    if isinstance(cell, date):
        return _of_day(cell, week_start)
    if not isinstance(cell, str):
        return None
    try:
        if found := _WEEK.fullmatch(cell):
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
            # Weeks that start on a Sunday carry the number of the ISO week they mostly lie in.
            start = monday if week_start == "monday" else monday - timedelta(days=1)
            return Bucket(start, ("week",))
        if found := _DAY.fullmatch(cell):
            return _of_day(date(int(found[1]), int(found[2]), int(found[3])), week_start)
        if found := _MONTH.fullmatch(cell):
            return Bucket(date(int(found[1]), int(found[2]), 1), ("month",))
        if found := _NAMED.fullmatch(cell):
            year = int(found[2]) + (2000 if len(found[2]) == 2 else 0)
            return Bucket(date(year, _SHORT.index(found[1].lower()) + 1, 1), ("month",))
    except (ValueError, OverflowError):
        return None
    return None


def write_bucket(start: date, grain: TargetGrain) -> str:
    """`2026-10` or `2026-W40`: as `read_bucket` reads it, whatever day weeks start on."""
    if grain == "month":
        return f"{start:%Y-%m}"
    year, week, _ = (start + timedelta(days=3)).isocalendar()
    return f"{year}-W{week:02d}"


def _of_day(day: date, week_start: WeekStart) -> Bucket:
    grains: list[TargetGrain] = []
    if floor(day, Grain.WEEK, week_start) == day:
        grains.append("week")
    if day.day == 1:
        grains.append("month")
    return Bucket(day, tuple(grains))
