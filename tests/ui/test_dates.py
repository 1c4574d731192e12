"""Presets are counted from where the data end, by hand."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from data.scope import Span
from data.warehouse import Coverage
from metrics.periods import Grain
from ui.dates import PRESETS, default_grain, default_span, preset_of, span_of, usable


def covers(until: str, last_day: str, start: str = "2010-12-01") -> Coverage:
    """Data complete up to, not including, `until`; its last day may be running."""
    end = date.fromisoformat(until)
    through = datetime.combine(end, datetime.min.time())
    return Coverage(
        date.fromisoformat(start), through, end, date.fromisoformat(last_day), through, {}
    )


# Friday 9 December 2011 at 12:50: the day itself is not complete.
UCI = covers("2011-12-09", "2011-12-09")
# Midnight after Wednesday 31 January 2024: the day is complete, and with it the month.
JANUARY = covers("2024-02-01", "2024-01-31")


@pytest.mark.parametrize(
    ("key", "start", "end"),
    [
        ("last_week", "2011-11-28", "2011-12-05"),
        ("last_4_weeks", "2011-11-07", "2011-12-05"),
        ("last_13_weeks", "2011-09-05", "2011-12-05"),
        ("last_month", "2011-11-01", "2011-12-01"),
        ("last_3_months", "2011-09-01", "2011-12-01"),
        ("last_12_months", "2010-12-01", "2011-12-01"),
        ("month_to_date", "2011-12-01", "2012-01-01"),
        ("year_to_date", "2011-01-01", "2011-12-10"),
        ("all_data", "2010-12-01", "2011-12-10"),
    ],
)
def test_presets_of_a_shop_that_ends_on_9_december_2011(key: str, start: str, end: str) -> None:
    """Whole weeks and months end before the running one; "to date" reaches into it."""
    found = Span(date.fromisoformat(start), date.fromisoformat(end))
    assert span_of(key, UCI, "monday") == found
    assert preset_of(found, UCI, "monday") == key


def test_a_month_that_ends_with_the_data_is_last_month() -> None:
    """The data end at midnight: January is complete, so it is last month and to date alike."""
    assert span_of("last_month", JANUARY, "monday") == Span(date(2024, 1, 1), date(2024, 2, 1))
    assert span_of("month_to_date", JANUARY, "monday") == Span(date(2024, 1, 1), date(2024, 2, 1))
    assert span_of("year_to_date", JANUARY, "monday") == Span(date(2024, 1, 1), date(2024, 2, 1))


def test_weeks_that_start_on_sunday_end_on_saturday() -> None:
    """Complete to Thursday 8 December: the week from Sunday 27 November is the last whole one."""
    assert span_of("last_week", UCI, "sunday") == Span(date(2011, 11, 27), date(2011, 12, 4))


def test_a_week_that_ends_with_the_data_is_last_week() -> None:
    """Complete to Sunday 4 February 2024, which ends a week from Monday."""
    ended = covers("2024-02-05", "2024-02-04")
    assert span_of("last_week", ended, "monday") == Span(date(2024, 1, 29), date(2024, 2, 5))


def test_days_of_no_preset_are_custom() -> None:
    assert preset_of(Span(date(2011, 11, 2), date(2011, 11, 3)), UCI, "monday") == "custom"


def test_two_presets_with_the_same_days_are_named_by_the_first() -> None:
    """After January, "last month", "month to date" and "year to date" are the same days."""
    assert preset_of(Span(date(2024, 1, 1), date(2024, 2, 1)), JANUARY, "monday") == "last_month"


def test_a_shop_opens_with_its_last_four_whole_weeks() -> None:
    assert default_span(UCI, "monday") == Span(date(2011, 11, 7), date(2011, 12, 5))


def test_a_shop_younger_than_a_whole_week_opens_with_all_there_is() -> None:
    """One Tuesday of data: the last whole weeks end on the Sunday before and would be empty."""
    tuesday = covers("2017-08-02", "2017-08-01", start="2017-08-01")
    assert default_span(tuesday, "monday") == Span(date(2017, 8, 1), date(2017, 8, 2))


def test_all_data_is_no_longer_than_can_be_asked_for() -> None:
    """An order dated 1990 in a shop of today."""
    old = covers("2024-02-01", "2024-01-31", start="1990-01-01")
    found = span_of("all_data", old, "monday")
    assert found.end == date(2024, 2, 1)
    assert usable(found.start, found.end)


def test_every_preset_is_a_range_that_can_be_asked_for() -> None:
    for preset in PRESETS:
        assert span_of(preset.key, UCI, "sunday").days > 0


@pytest.mark.parametrize(
    ("days", "by"), [(28, Grain.DAY), (35, Grain.DAY), (36, Grain.WEEK), (365, Grain.MONTH)]
)
def test_the_grain_gives_a_dozen_points_or_more(days: int, by: Grain) -> None:
    start = date(2011, 1, 1)
    assert default_grain(Span(start, date.fromordinal(start.toordinal() + days))) is by
