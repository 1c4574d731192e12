"""Where days and instants fall: cohorts, and periods counted from where somebody began."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, cast, extract, func

from data.dialects import (
    HOUR,
    add_days,
    days_between,
    first_of_month,
    first_of_week,
    seconds_between,
)
from data.zones import start_of_day
from metrics.periods import Grain, WeekStart, add_months, floor
from metrics.retention.spec import HOURS_OF


def bucket_of(day: ColumnElement[Any], grain: Grain, week_start: WeekStart) -> ColumnElement[Any]:
    """The first day of the bucket that holds a day."""
    match grain:
        case Grain.DAY:
            return cast(day, Date)
        case Grain.WEEK:
            if week_start == "sunday":
                return add_days(first_of_week(add_days(day, 1)), -1)
            return first_of_week(day)
        case _:
            return first_of_month(day)


def periods_between(
    bucket: ColumnElement[Any], day: ColumnElement[Any], grain: Grain
) -> ColumnElement[int]:
    """Whole periods of the calendar from the bucket's first day to a day not before it."""
    if grain is Grain.DAY:
        return days_between(bucket, day)
    if grain is Grain.WEEK:
        return cast(func.floor(days_between(bucket, day) / 7.0), Integer)
    years = extract("year", day) - extract("year", bucket)
    return cast(years * 12 + extract("month", day) - extract("month", bucket), Integer)


def periods_since(
    began_at: ColumnElement[Any], at: ColumnElement[Any], grain: Grain
) -> ColumnElement[int]:
    """Whole periods of the 24-hour clock from an instant to one not before it."""
    return cast(func.floor(seconds_between(began_at, at) / (HOURS_OF[grain] * HOUR)), Integer)


def start_of_period(bucket: date, n: int, grain: Grain) -> date:
    """The first day of the n-th period of the calendar after the bucket."""
    if grain is Grain.MONTH:
        return add_months(bucket, n)
    return bucket + timedelta(days=n * (7 if grain is Grain.WEEK else 1))


def calendar_window(
    start: date, first: int, last: int, grain: Grain, week_start: WeekStart
) -> tuple[date, date]:
    """The days `[begin, end)` of periods `first` to `last` of everybody who began in the bucket
    of `start`."""
    bucket = floor(start, grain, week_start)
    return start_of_period(bucket, first, grain), start_of_period(bucket, last + 1, grain)


def hours_window(
    start: date, end: date, first: int, last: int, grain: Grain, zone: Any
) -> tuple[datetime, datetime]:
    """When the earliest possible member's period `first` begins and the latest possible member's
    period `last` is over, of people who began in `[start, end)`."""
    length = timedelta(hours=HOURS_OF[grain])
    return start_of_day(start, zone) + first * length, start_of_day(end, zone) + (last + 1) * length
