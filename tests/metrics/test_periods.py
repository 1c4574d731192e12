"""Ranges cut, stepped back and compared, by hand."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.scope import Span
from metrics.periods import (
    Comparison,
    Grain,
    add_months,
    buckets,
    compared_with,
    elapsed,
    first_days,
    floor,
    history,
    is_partial,
    last_year,
    step_of,
)

days = st.dates(date(2015, 1, 1), date(2030, 12, 31))
spans = st.builds(
    lambda start, n: Span(start, start + timedelta(days=n)), days, st.integers(1, 800)
)


def span(start: str, end: str) -> Span:
    return Span(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("day", "grain", "week_start", "first"),
    [
        ("2024-02-29", Grain.DAY, "monday", "2024-02-29"),
        ("2024-02-29", Grain.WEEK, "monday", "2024-02-26"),
        ("2024-02-29", Grain.WEEK, "sunday", "2024-02-25"),
        ("2024-02-25", Grain.WEEK, "monday", "2024-02-19"),
        ("2024-02-25", Grain.WEEK, "sunday", "2024-02-25"),
        ("2024-02-29", Grain.MONTH, "monday", "2024-02-01"),
        ("2024-02-29", Grain.QUARTER, "monday", "2024-01-01"),
        ("2024-12-31", Grain.QUARTER, "monday", "2024-10-01"),
        ("2024-12-31", Grain.YEAR, "monday", "2024-01-01"),
    ],
)
def test_the_first_day_of_a_bucket(day: str, grain: Grain, week_start: str, first: str) -> None:
    start = "sunday" if week_start == "sunday" else "monday"
    assert floor(date.fromisoformat(day), grain, start) == date.fromisoformat(first)


def test_the_month_after_31_january_ends_on_29_february() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 3, 31), -13) == date(2023, 2, 28)


def test_a_range_cut_into_weeks_says_which_are_whole() -> None:
    found = buckets(span("2024-01-03", "2024-01-16"), Grain.WEEK)
    assert [(str(p.span.start), str(p.span.end), p.whole) for p in found] == [
        ("2024-01-03", "2024-01-08", False),
        ("2024-01-08", "2024-01-15", True),
        ("2024-01-15", "2024-01-16", False),
    ]


@pytest.mark.parametrize(
    ("asked", "before"),
    [
        (span("2024-03-01", "2024-04-01"), span("2024-02-01", "2024-03-01")),
        (span("2024-01-01", "2024-04-01"), span("2023-10-01", "2024-01-01")),
        (span("2024-02-05", "2024-03-04"), span("2024-01-08", "2024-02-05")),
        (span("2024-02-05", "2024-02-08"), span("2024-02-02", "2024-02-05")),
    ],
    ids=["a month", "a quarter", "four weeks", "three days"],
)
def test_the_period_before(asked: Span, before: Span) -> None:
    assert compared_with(asked, Comparison.PREVIOUS) == before


@pytest.mark.parametrize(
    ("asked", "before"),
    [
        (span("2024-02-01", "2024-03-01"), span("2023-02-01", "2023-03-01")),
        (span("2024-02-05", "2024-03-04"), span("2023-02-06", "2023-03-06")),
        (span("2024-02-29", "2024-03-03"), span("2023-02-28", "2023-03-03")),
    ],
    ids=["a month by the calendar", "weeks by weekdays", "days by the date"],
)
def test_the_same_period_last_year(asked: Span, before: Span) -> None:
    assert last_year(asked) == before


def test_a_running_range_is_compared_over_its_complete_days() -> None:
    """December with data to the 9th at noon: eight complete days, against eight of November."""
    december = span("2011-12-01", "2012-01-01")
    until = date(2011, 12, 9)
    assert is_partial(december, until)
    assert elapsed(december, until) == span("2011-12-01", "2011-12-09")
    november = compared_with(december, Comparison.PREVIOUS)
    assert november is not None
    assert first_days(november, 8) == span("2011-11-01", "2011-11-09")
    assert elapsed(december, date(2011, 12, 1)) is None


def test_history_stops_where_the_data_begin() -> None:
    found = history(span("2024-04-01", "2024-05-01"), date(2024, 1, 15), most=26)
    assert found == (span("2024-02-01", "2024-03-01"), span("2024-03-01", "2024-04-01"))


@given(spans, st.sampled_from(list(Grain)))
def test_buckets_cover_the_range_once(asked: Span, grain: Grain) -> None:
    found = [p.span for p in buckets(asked, grain)]
    assert found[0].start == asked.start
    assert found[-1].end == asked.end
    assert all(a.end == b.start for a, b in pairwise(found))


@given(spans)
def test_the_period_before_ends_where_this_one_begins(asked: Span) -> None:
    assert step_of(asked).back(asked).end == asked.start
