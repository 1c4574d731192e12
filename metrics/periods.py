"""Reporting periods: cut, stepped back, compared like with like.

A span is half-open. A period still running is partial: it is compared with the same elapsed part,
in complete days on both sides, of what it is compared with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from data.scope import Span

WeekStart = Literal["monday", "sunday"]


class Grain(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


class Comparison(StrEnum):
    PREVIOUS = "previous"
    LAST_YEAR = "last_year"
    WEEKDAY = "weekday"
    """the same weekdays of last year, 52 weeks before"""
    CAMPAIGN = "campaign"
    """the same days of the same campaign last year, as `metrics.like_for_like` finds them"""
    NONE = "none"


HELD_AGAIN_WITHIN = 45
"""A campaign of last year was held at most so many days off the date: Spring Festival moves by up
to a month."""


@dataclass(frozen=True, slots=True)
class Period:
    """One bucket of a grain, cut to what was asked for."""

    span: Span
    grain: Grain
    whole: bool
    """Whether it is a full calendar bucket; the first and last of a range may be cut."""


def floor(day: date, grain: Grain, week_start: WeekStart = "monday") -> date:
    """The first day of the bucket that holds `day`."""
    match grain:
        case Grain.DAY:
            return day
        case Grain.WEEK:
            back = day.weekday() if week_start == "monday" else (day.weekday() + 1) % 7
            return day - timedelta(days=back)
        case _:
            months = _MONTHS[grain]
            return date(day.year, (day.month - 1) // months * months + 1, 1)


def add_months(day: date, n: int) -> date:
    """The same day n months on; the last day of a shorter month where there is none."""
    month = day.year * 12 + day.month - 1 + n
    first = date(month // 12, month % 12 + 1, 1)
    following = month + 1
    last = date(following // 12, following % 12 + 1, 1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


def following(start: date, grain: Grain) -> date:
    """The first day of the bucket after the one that starts on `start`."""
    if grain is Grain.DAY:
        return start + timedelta(days=1)
    if grain is Grain.WEEK:
        return start + timedelta(days=7)
    return add_months(start, _MONTHS[grain])


def buckets(span: Span, grain: Grain, week_start: WeekStart = "monday") -> tuple[Period, ...]:
    """The range cut into calendar buckets; the first and last are cut to the range."""
    found: list[Period] = []
    start = floor(span.start, grain, week_start)
    while start < span.end:
        end = following(start, grain)
        cut = Span(max(start, span.start), min(end, span.end))
        found.append(Period(cut, grain, whole=(cut.start, cut.end) == (start, end)))
        start = end
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Step:
    """How one range repeats: whole calendar months, or a number of days."""

    months: int = 0
    days: int = 0

    def back(self, span: Span, n: int = 1) -> Span:
        """The range `n` steps earlier."""
        if self.months:
            return Span(
                add_months(span.start, -n * self.months), add_months(span.end, -n * self.months)
            )
        shift = timedelta(days=n * self.days)
        return Span(span.start - shift, span.end - shift)


def step_of(span: Span) -> Step:
    """Whole months step by months, everything else by its own number of days."""
    if span.start.day == 1 and span.end.day == 1:
        months = (span.end.year - span.start.year) * 12 + span.end.month - span.start.month
        return Step(months=months)
    return Step(days=span.days)


def history(span: Span, first_day: date, *, most: int) -> tuple[Span, ...]:
    """Up to `most` ranges like this one before it, oldest first, all within the data."""
    step = step_of(span)
    found: list[Span] = []
    for n in range(1, most + 1):
        earlier = step.back(span, n)
        if earlier.start < first_day:
            break
        found.append(earlier)
    return tuple(reversed(found))


def last_year(span: Span) -> Span:
    """The same range a year before: whole months by the calendar, whole weeks by 52 weeks (so
    that weekdays match), anything else by the calendar date."""
    step = step_of(span)
    if step.months:
        return Span(add_months(span.start, -12), add_months(span.end, -12))
    if span.days % 7 == 0:
        shift = timedelta(weeks=52)
        return Span(span.start - shift, span.end - shift)
    start = add_months(span.start, -12)
    return Span(start, start + timedelta(days=span.days))


def compared_with(span: Span, comparison: Comparison) -> Span | None:
    """The days that a range is compared with by the calendar alone; which days a campaign is
    compared with, only the shop's own calendar knows (`metrics.like_for_like`)."""
    match comparison:
        case Comparison.PREVIOUS:
            return step_of(span).back(span)
        case Comparison.LAST_YEAR:
            return last_year(span)
        case Comparison.WEEKDAY:
            return Step(days=364).back(span)
        case Comparison.CAMPAIGN | Comparison.NONE:
            return None


def is_partial(span: Span, until: date) -> bool:
    """Whether some day of it is not complete; `until` is the first such day of the data."""
    return span.end > until


def elapsed(span: Span, until: date) -> Span | None:
    """The complete days of a running range; `None` when there is none yet."""
    end = min(span.end, until)
    return Span(span.start, end) if end > span.start else None


def first_days(span: Span, n: int) -> Span:
    """The first n days of a range, or all of it when it is shorter."""
    return Span(span.start, min(span.end, span.start + timedelta(days=n)))
