"""How far back a page of weeks or months looks: a range of four weeks would show four of them."""

from __future__ import annotations

from datetime import date, timedelta

from data.scope import Span
from metrics.periods import Grain, add_months, floor
from ui.session import warehouse


def looked_back(asked: Span, grain: Grain, least: int) -> Span:
    """The chosen days from the beginning of a bucket on, and buckets before until there are
    `least` of them, as far as the data go."""
    w = warehouse()
    week_start = w.reporting.week_start
    last = floor(min(asked.end - timedelta(days=1), w.coverage.last_day), grain, week_start)
    start = min(floor(asked.start, grain, week_start), _back(last, least - 1, grain))
    first = max(start, floor(w.coverage.start, grain, week_start))
    return Span(min(first, last), max(asked.end, last + timedelta(days=1)))


def _back(day: date, n: int, grain: Grain) -> date:
    if grain is Grain.MONTH:
        return add_months(day, -n)
    return day - timedelta(days=n * (7 if grain is Grain.WEEK else 1))
