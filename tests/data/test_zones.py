"""Reporting days by arithmetic, against the time-zone database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, literal, select

from data.zones import DayCut, reporting_day, start_of_day

FIRST, LAST = datetime(2010, 1, 1), datetime(2026, 12, 31)
ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Asia/Kolkata",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Casablanca",
    "Pacific/Apia",
)
"""Whole and half hours, both sides of UTC, a half-hour change, and one that skipped a day."""

instants = st.datetimes(FIRST, LAST)


@pytest.mark.parametrize("name", ZONES)
def test_the_steps_are_the_zones_own_offsets(name: str) -> None:
    """Checked at every step, a second before it, and hourly through one year."""
    zone = ZoneInfo(name)
    steps = DayCut(zone, FIRST, LAST).offsets()
    asked = [FIRST + timedelta(hours=n) for n in range(24 * 366)]
    for upto, _ in steps[1:]:
        asked += [upto - timedelta(seconds=1), upto]
    for instant in asked:
        offset = instant.replace(tzinfo=UTC).astimezone(zone).utcoffset()
        assert offset is not None
        written = next(seconds for upto, seconds in reversed(steps) if instant >= upto)
        assert written == offset.total_seconds(), instant


@given(instants, st.sampled_from(ZONES))
def test_an_instant_lies_in_its_day(instant: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    day = reporting_day(instant, zone)
    assert start_of_day(day, zone) <= instant


@pytest.mark.parametrize(
    ("zone", "instant", "day"),
    [
        ("Asia/Shanghai", "2024-03-01 15:59:59", "2024-03-01"),
        ("Asia/Shanghai", "2024-03-01 16:00:00", "2024-03-02"),
        ("America/New_York", "2024-03-01 04:59:59", "2024-02-29"),
        ("America/New_York", "2024-03-10 04:59:59", "2024-03-09"),
        ("America/New_York", "2024-03-11 03:59:59", "2024-03-10"),
        ("America/New_York", "2024-03-11 04:00:00", "2024-03-11"),
        ("Europe/London", "2024-10-27 22:59:59", "2024-10-27"),
        ("Europe/London", "2024-10-28 00:00:00", "2024-10-28"),
    ],
)
def test_midnight_east_and_west_and_on_days_of_23_and_25_hours(
    zone: str, instant: str, day: str, tmp_path: Path
) -> None:
    """New York's 10 March 2024 has 23 hours, London's 27 October 25."""
    at = datetime.fromisoformat(instant)
    cut = DayCut(ZoneInfo(zone), datetime(2024, 1, 1), datetime(2024, 12, 31))
    engine = create_engine(f"duckdb:///{tmp_path / 'days.duckdb'}")
    with engine.connect() as connection:
        found = connection.scalar(select(cut.day_of(literal(at))))
    engine.dispose()
    assert str(found) == day
    assert str(reporting_day(at, ZoneInfo(zone))) == day
