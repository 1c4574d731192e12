"""The ranges of a review: weeks, months and what is to date, each with its part of last year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from data.scope import Span
from data.warehouse import Coverage
from metrics.periods import Grain, WeekStart, add_months, first_days, floor, following
from metrics.review.result import BoxKind

WEEKS, MONTHS = 6, 12
_WEEK = timedelta(weeks=1)
_YEAR_OF_WEEKS = timedelta(weeks=52)
_TO_DATE = {BoxKind.MTD: Grain.MONTH, BoxKind.QTD: Grain.QUARTER, BoxKind.YTD: Grain.YEAR}


@dataclass(frozen=True, slots=True)
class Ranges:
    """All of them end with `upto`, the complete days of the reviewed week. `months` are the last
    twelve whole ones, then the month to date where it is not whole; `before` is the week before,
    cut like `upto`."""

    week: Span
    upto: Span
    weeks: tuple[Span, ...]
    months: tuple[Span, ...]
    before: Span
    to_date: dict[BoxKind, Span]

    @property
    def running_month(self) -> bool:
        return len(self.months) > MONTHS


def last_complete_week(coverage: Coverage, week_start: WeekStart) -> Span:
    """The week that a review opens with."""
    end = floor(coverage.until, Grain.WEEK, week_start)
    return Span(end - _WEEK, end)


def ranges_of(week: Span, until: date) -> Ranges:
    """What the review of a calendar week looks at; days from `until` on are not complete."""
    upto = Span(week.start, min(week.end, until)) if until > week.start else week
    earlier = [Span(week.start - n * _WEEK, week.end - n * _WEEK) for n in range(WEEKS - 1, 0, -1)]
    last_day = upto.end - timedelta(days=1)
    to_date = {kind: Span(floor(last_day, g), upto.end) for kind, g in _TO_DATE.items()}
    return Ranges(
        week=week,
        upto=upto,
        weeks=(*earlier, upto),
        months=_months(to_date[BoxKind.MTD]),
        before=first_days(earlier[-1], upto.days),
        to_date=to_date,
    )


def _months(month_to_date: Span) -> tuple[Span, ...]:
    first = month_to_date.start
    whole = month_to_date.end == following(first, Grain.MONTH)
    starts = [add_months(first, n) for n in range(1 - MONTHS if whole else -MONTHS, 0)]
    return (*[Span(s, add_months(s, 1)) for s in starts], month_to_date)


def week_a_year_before(span: Span) -> Span:
    """The same weekdays 52 weeks earlier."""
    return Span(span.start - _YEAR_OF_WEEKS, span.end - _YEAR_OF_WEEKS)


def part_a_year_before(span: Span) -> Span:
    """The same calendar period of the year before: as many days of it as have passed, but all of
    it when this one is over."""
    start = add_months(span.start, -12)
    if span.end.day == 1:
        return Span(start, add_months(span.end, -12))
    return Span(start, start + timedelta(days=span.days))


def weeks_up_to(upto: Span, n: int, step: int, first_day: date) -> tuple[Span, ...]:
    """Up to n whole weeks before a reviewed one, `step` weeks apart, oldest first, none of which
    begins before the data."""
    starts = (upto.start - k * step * _WEEK for k in range(1, n + 1))
    return tuple(reversed([Span(s, s + _WEEK) for s in starts if s >= first_day]))
