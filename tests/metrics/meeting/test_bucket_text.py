"""Weeks and months as people and spreadsheets write them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.meeting.bucket_text import read_bucket, write_bucket
from metrics.periods import Grain, floor


@pytest.mark.parametrize(
    ("cell", "start", "grains"),
    [
        ("2026-W40", "2026-09-28", ("week",)),
        ("2026 w40", "2026-09-28", ("week",)),
        ("2026年第40周", "2026-09-28", ("week",)),
        ("2026-W53", "2026-12-28", ("week",)),
        ("2026-10", "2026-10-01", ("month",)),
        ("2026/10", "2026-10-01", ("month",)),
        ("2026年10月", "2026-10-01", ("month",)),
        ("Oct-26", "2026-10-01", ("month",)),
        ("October 2026", "2026-10-01", ("month",)),
        ("2026-10-05", "2026-10-05", ("week",)),
        ("2026/10/5", "2026-10-05", ("week",)),
        (date(2026, 10, 1), "2026-10-01", ("month",)),
        (date(2026, 6, 1), "2026-06-01", ("week", "month")),
        ("2026-10-06", "2026-10-06", ()),
    ],
)
def test_what_a_cell_names(cell: Any, start: str, grains: tuple[str, ...]) -> None:
    found = read_bucket(cell, "monday")
    assert found is not None
    assert (found.start, found.grains) == (date.fromisoformat(start), grains)


@pytest.mark.parametrize(
    "cell",
    ["2025-W53", "2026-W54", "2026-13", "2026-02-30", "soon", "", 460.0, None, "Foo-26", "0000-01"],
)
def test_what_names_no_bucket(cell: Any) -> None:
    assert read_bucket(cell, "monday") is None


def test_a_week_that_starts_on_sunday_has_the_number_it_mostly_lies_in() -> None:
    """ISO week 40 of 2026 starts on Monday 28 September."""
    found = read_bucket("2026-W40", "sunday")
    assert found is not None
    assert found.start == date(2026, 9, 27)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from(["monday", "sunday"]))
def test_every_week_and_month_reads_back(day: date, week_start: Any) -> None:
    for grain in ("week", "month"):
        start = floor(day, Grain(grain), week_start)
        found = read_bucket(write_bucket(start, grain), week_start)  # type: ignore[arg-type]
        assert found is not None
        assert (found.start, found.grains) == (start, (grain,))
        assert found.start <= day < found.start + timedelta(days=31)
