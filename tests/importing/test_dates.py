"""Dates in the ways of exports, and the hours when clocks turn."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest

from data.importing.dates import Clock, days, instants
from data.importing.parsed import Cells, Parsed
from i18n import Problem

UTC = Clock("UTC")


def column(*texts: str | None) -> Cells:
    return Cells("f.csv", "at", pa.array(texts, pa.string()), np.arange(2, len(texts) + 2))


def read(*texts: str | None, clock: Clock = UTC) -> list[datetime | None]:
    return instants(column(*texts), clock).values.to_pylist()


@pytest.mark.parametrize(
    "text",
    ["2024-01-31 09:30", "2024-01-31T09:30:00", "2024-01-31T09:30:00Z", "2024/1/31 9:30",
     "2024-01-31 04:30:00 -0500", "2024-01-31T17:30:00+08:00", "31/01/2024 09:30",
     "1/31/2024 9:30 AM", "1/31/24 9:30", "31.01.2024 09:30", "2024年1月31日 09:30",
     "20240131093000", "2024-01-31 09:30:00.000"],
)  # fmt: skip
def test_an_instant_is_read(text: str) -> None:
    assert read(text) == [datetime(2024, 1, 31, 9, 30)]


def test_microseconds_and_halves_of_the_day() -> None:
    assert read("2024-01-31 09:30:00.25") == [datetime(2024, 1, 31, 9, 30, 0, 250_000)]
    assert read("1/31/2024 12:05 AM", "1/31/2024 12:05 PM") == [
        datetime(2024, 1, 31, 0, 5), datetime(2024, 1, 31, 12, 5)]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["2023-02-29", "2024-13-01", "2024-01-31 25:00", "soon", "0000-00-00"]
)
def test_what_is_not_in_the_calendar_is_a_fault(text: str) -> None:
    parsed = instants(column("2024-01-31", text), UTC)
    assert parsed.values.to_pylist() == [datetime(2024, 1, 31), None]
    assert [(list(f.rows), f.reason, f.found) for f in parsed.faults] == [([1], "bad_date", [text])]


def test_day_or_month_first_is_decided_by_a_day_above_twelve() -> None:
    assert read("03/04/2024", "25/04/2024")[0] == datetime(2024, 4, 3)
    assert read("03/04/2024", "04/25/2024")[0] == datetime(2024, 3, 4)


def test_a_column_in_which_nothing_decides_is_refused_unless_the_setting_says() -> None:
    with pytest.raises(Problem) as caught:
        read("03/04/2024", "05/06/2024")
    assert caught.value.code == "dates_ambiguous"
    assert "date_format: dmy" in str(caught.value)
    assert read("03/04/2024", clock=Clock("UTC", "dmy")) == [datetime(2024, 4, 3)]
    assert read("03/04/2024", clock=Clock("UTC", "%m/%d/%Y")) == [datetime(2024, 3, 4)]


def test_two_formats_in_one_file_are_refused_with_both_lines() -> None:
    with pytest.raises(Problem) as caught:
        read("25/04/2024", "01/02/2024", "04/25/2024")
    assert caught.value.code == "dates_two_formats"
    for evidence in ("25/04/2024", "line 2", "04/25/2024", "line 4", "date_format"):
        assert evidence in str(caught.value)


def test_a_spreadsheet_that_swapped_some_dates_is_refused() -> None:
    """Opened and saved under another country's settings, 04/05 turned into a date and 25/04 did
    not: half of the column is wrong, and no single line shows it."""
    with pytest.raises(Problem, match="two formats"):
        read("2024-05-04", "04/25/2024")


def test_with_the_format_set_dates_of_the_other_kind_are_rejected_by_row() -> None:
    parsed = instants(column("25/04/2024", "04/25/2024"), Clock("UTC", "dmy"))
    assert parsed.values.to_pylist() == [datetime(2024, 4, 25), None]
    assert parsed.faults[0].expected == "dmy"


def test_a_pattern_names_its_own_parts() -> None:
    assert read("Apr 3, 2024 05:06 PM", clock=Clock("UTC", "%b %d, %Y %I:%M %p")) == [
        datetime(2024, 4, 3, 17, 6)
    ]
    with pytest.raises(Problem) as caught:
        read("x", clock=Clock("UTC", "dd/mm"))
    assert caught.value.code == "date_format"


def test_seconds_and_milliseconds_since_1970() -> None:
    assert read("1706693400", clock=Clock("Asia/Shanghai", "epoch_s")) == [
        datetime(2024, 1, 31, 9, 30)
    ]
    assert read("1706693400000", clock=Clock("UTC", "epoch_ms")) == [datetime(2024, 1, 31, 9, 30)]


def test_local_times_go_to_utc_east_and_west() -> None:
    assert read("2024-01-31 09:30", clock=Clock("Asia/Shanghai")) == [datetime(2024, 1, 31, 1, 30)]
    assert read("2024-01-31 21:30", clock=Clock("America/New_York")) == [
        datetime(2024, 2, 1, 2, 30)
    ]


def test_an_hour_that_occurs_twice_is_the_first_and_counted() -> None:
    """London, 30 October 2011: 01:30 is 00:30 UTC in summer time, then again 01:30 UTC."""
    parsed = instants(column("2011-10-30 01:30", "2011-10-30 02:30"), Clock("Europe/London"))
    assert parsed.values.to_pylist() == [
        datetime(2011, 10, 30, 0, 30),
        datetime(2011, 10, 30, 2, 30),
    ]
    assert dict(parsed.notes) == {"clock_twice": 1}


def test_an_hour_that_is_skipped_is_moved_on_by_the_gap_and_counted() -> None:
    """London, 27 March 2011: clocks go from 01:00 to 02:00; 01:30 is 02:30 summer time."""
    parsed = instants(column("2011-03-27 01:30", "2011-03-27 00:30"), Clock("Europe/London"))
    assert parsed.values.to_pylist() == [datetime(2011, 3, 27, 1, 30), datetime(2011, 3, 27, 0, 30)]
    assert dict(parsed.notes) == {"clock_skipped": 1}


def test_an_offset_in_the_text_goes_before_the_zone() -> None:
    clock = Clock("Asia/Shanghai")
    assert read("2024-01-31T00:30:00+00:00", clock=clock) == [datetime(2024, 1, 31, 0, 30)]


def test_a_day_is_that_of_the_wall_clock_not_of_utc() -> None:
    """00:30 of 2 May in Shanghai is 1 May in UTC; the day is 2 May however it is written."""
    clock = Clock("Asia/Shanghai")
    texts = column("2024-05-02 00:30", "2024-05-01T16:30:00Z", "2024-05-02")
    assert days(texts, clock).values.to_pylist() == [date(2024, 5, 2)] * 3


def test_typed_columns_need_no_format() -> None:
    def typed(values: pa.Array) -> Parsed:
        return instants(Cells("f", "at", values, np.arange(1)), Clock("Asia/Shanghai"))

    noon = datetime(2024, 5, 1, 12)
    assert typed(pa.array([noon])).values.to_pylist() == [datetime(2024, 5, 1, 4)]
    assert typed(pa.array([noon], pa.timestamp("ns", "UTC"))).values.to_pylist() == [noon]
    assert typed(pa.array([date(2024, 5, 1)])).values.to_pylist() == [datetime(2024, 4, 30, 16)]
    number = typed(pa.array([3.5]))
    assert number.values.to_pylist() == [None]
    assert number.faults[0].reason == "bad_date"
