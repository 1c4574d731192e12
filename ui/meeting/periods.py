"""The years of months and the quarters of weeks that the table of targets shows one of."""

from __future__ import annotations

from datetime import date

from data.scope import Span
from format import dates
from i18n import Text
from metrics.periods import Grain, add_months, buckets, floor
from store import TargetGrain
from ui.session import warehouse


def periods(grain: TargetGrain) -> list[date]:
    """Their first days, from the beginning of the data to a year on."""
    coverage = warehouse().coverage
    first = floor(coverage.start, Grain(grain), warehouse().reporting.week_start)
    found, last = [period_of(first, grain)], add_months(coverage.last_day, 12)
    while found[-1] < period_of(last, grain):
        found.append(add_months(found[-1], _months(grain)))
    return found


def _months(grain: TargetGrain) -> int:
    return 12 if grain == "month" else 3


def period_of(day: date, grain: TargetGrain) -> date:
    """The first day of the one that holds a day."""
    return floor(day, Grain.YEAR if grain == "month" else Grain.QUARTER)


def period_name(start: date, grain: TargetGrain, tr: Text) -> str:
    """`2026`, `Q4 2026`."""
    by = "year" if grain == "month" else "quarter"
    return dates.bucket(start, add_months(start, _months(grain)), by, tr)


def starts_in(period: date, grain: TargetGrain) -> list[date]:
    """The first days of the buckets that begin in the period."""
    end = add_months(period, _months(grain))
    cut = buckets(Span(period, end), Grain(grain), warehouse().reporting.week_start)
    starts = [floor(p.span.start, Grain(grain), warehouse().reporting.week_start) for p in cut]
    return [start for start in starts if start >= period]
