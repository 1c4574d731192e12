"""The ranges of a review, each to be checked with a calendar."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from data.scope import Span
from data.warehouse import Coverage
from metrics.review.ranges import (
    last_complete_week,
    part_a_year_before,
    ranges_of,
    week_a_year_before,
    weeks_up_to,
)
from metrics.review.result import BoxKind
from metrics.review.weekly import week_of


def span(start: str, end: str) -> Span:
    return Span(date.fromisoformat(start), date.fromisoformat(end))


def coverage(until: str) -> Coverage:
    day = date.fromisoformat(until)
    built = datetime(2030, 1, 1)
    return Coverage(date(2020, 1, 1), built, day, day, built, {})


W46 = span("2026-11-09", "2026-11-16")
AFTER = date(2027, 1, 1)


def test_six_weeks_twelve_months_and_the_month_to_date() -> None:
    """W46 ends on Sunday 15 November: W41 to W46, November 2025 to October 2026, 1–15 November."""
    found = ranges_of(W46, AFTER)
    assert found.weeks[0] == span("2026-10-05", "2026-10-12")
    assert found.weeks[-1] == W46
    assert len(found.weeks) == 6
    assert found.months[0] == span("2025-11-01", "2025-12-01")
    assert found.months[-2:] == (
        span("2026-10-01", "2026-11-01"),
        span("2026-11-01", "2026-11-16"),
    )
    assert found.running_month
    assert found.before == span("2026-11-02", "2026-11-09")


def test_what_is_to_date_ends_with_the_week() -> None:
    found = ranges_of(W46, AFTER).to_date
    assert found == {
        BoxKind.MTD: span("2026-11-01", "2026-11-16"),
        BoxKind.QTD: span("2026-10-01", "2026-11-16"),
        BoxKind.YTD: span("2026-01-01", "2026-11-16"),
    }


def test_a_week_that_ends_with_its_month_closes_twelve_whole_months() -> None:
    """31 May 2026 is a Sunday: May is whole, June 2025 is the first of twelve."""
    found = ranges_of(span("2026-05-25", "2026-06-01"), AFTER)
    assert not found.running_month
    assert (len(found.months), found.months[0]) == (12, span("2025-06-01", "2025-07-01"))
    assert found.months[-1] == found.to_date[BoxKind.MTD] == span("2026-05-01", "2026-06-01")


def test_a_week_over_the_turn_of_the_year_belongs_to_the_new_one() -> None:
    """28 December 2026 to 3 January 2027 is W53: to date are the three days of January."""
    found = ranges_of(span("2026-12-28", "2027-01-04"), date(2027, 2, 1))
    january = span("2027-01-01", "2027-01-04")
    assert set(found.to_date.values()) == {january}
    assert part_a_year_before(january) == span("2026-01-01", "2026-01-04")
    assert week_a_year_before(found.week) == span("2025-12-29", "2026-01-05")  # W1 of 2026
    assert found.week.start.isocalendar().week == 53


def test_a_running_week_stops_at_its_complete_days_and_so_does_everything_else() -> None:
    """Monday to Wednesday against Monday to Wednesday of the week before."""
    found = ranges_of(W46, date(2026, 11, 12))
    assert found.upto == found.weeks[-1] == span("2026-11-09", "2026-11-12")
    assert found.before == span("2026-11-02", "2026-11-05")
    assert found.to_date[BoxKind.YTD] == span("2026-01-01", "2026-11-12")
    assert week_a_year_before(found.upto) == span("2025-11-10", "2025-11-13")


def test_a_week_that_has_just_begun_keeps_its_days() -> None:
    found = ranges_of(W46, date(2026, 11, 9))
    assert found.upto == W46


@pytest.mark.parametrize(
    ("part", "before"),
    [
        (("2026-11-01", "2026-11-15"), ("2025-11-01", "2025-11-15")),  # 14 days, not 52 weeks back
        (("2026-10-01", "2027-01-01"), ("2025-10-01", "2026-01-01")),
        (("2024-02-01", "2024-03-01"), ("2023-02-01", "2023-03-01")),  # 29 days against all 28
        (("2024-02-01", "2024-02-26"), ("2023-02-01", "2023-02-26")),
        (("2024-01-01", "2024-03-11"), ("2023-01-01", "2023-03-12")),  # 70 days against 70
    ],
)
def test_the_same_part_of_the_year_before(part: tuple[str, str], before: tuple[str, str]) -> None:
    """As many days; a period that is over against the whole one, leap day or not."""
    assert part_a_year_before(span(*part)) == span(*before)


@pytest.mark.parametrize(
    ("until", "week_start", "expected"),
    [
        ("2026-11-16", "monday", ("2026-11-09", "2026-11-16")),
        ("2026-11-15", "monday", ("2026-11-02", "2026-11-09")),  # Sunday is not complete
        ("2026-11-15", "sunday", ("2026-11-08", "2026-11-15")),
        ("2027-01-04", "monday", ("2026-12-28", "2027-01-04")),
    ],
)
def test_the_last_complete_week(until: str, week_start: str, expected: tuple[str, str]) -> None:
    found = last_complete_week(coverage(until), week_start)  # type: ignore[arg-type]
    assert found == span(*expected)


def test_any_day_names_its_week() -> None:
    wednesday = date(2026, 11, 11)
    assert week_of(wednesday, "monday") == W46
    assert week_of(wednesday, "sunday") == span("2026-11-08", "2026-11-15")


def test_the_history_lies_within_the_data() -> None:
    """Data from Wednesday 4 November: the first whole week begins on the ninth."""
    week = span("2026-11-23", "2026-11-30")
    assert weeks_up_to(week, 26, 1, date(2026, 11, 4)) == (W46, span("2026-11-16", "2026-11-23"))
    assert weeks_up_to(week, 26, 2, date(2026, 11, 4)) == (W46,)
