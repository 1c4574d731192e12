"""Outages: few events on a day with orders as usual."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from data.checks.finding import Severity
from data.checks.tracking import broken_days
from tests.data.checks.seeing import check
from tests.world import days, event, order, world

WEEKS = days(date(2024, 1, 1), 63)
OUT = date(2024, 1, 31)


def test_steady_tracking_is_no_outage() -> None:
    assert broken_days(dict.fromkeys(WEEKS, 100), dict.fromkeys(WEEKS, 10)) == {}


def test_orders_without_events_are_an_outage() -> None:
    events = {**dict.fromkeys(WEEKS, 100), OUT: 39}
    assert broken_days(events, dict.fromkeys(WEEKS, 10)) == {OUT: 100}


def test_a_quiet_day_of_both_is_no_outage() -> None:
    """Spring Festival: nobody comes and nobody buys."""
    events = {**dict.fromkeys(WEEKS, 100), OUT: 10}
    assert broken_days(events, {**dict.fromkeys(WEEKS, 10), OUT: 1}) == {}


def test_a_campaign_beside_it_does_not_make_a_usual_day_an_outage() -> None:
    events = {**dict.fromkeys(WEEKS, 100), OUT - timedelta(7): 900}
    assert broken_days(events, dict.fromkeys(WEEKS, 10)) == {}


def test_a_weekday_is_held_against_itself() -> None:
    """Sundays always have a quarter of the events."""
    events = {d: 25 if d.weekday() == 6 else 100 for d in WEEKS}
    assert broken_days(events, dict.fromkeys(WEEKS, 10)) == {}


def test_days_without_any_event_count() -> None:
    events = dict.fromkeys(WEEKS, 100)
    del events[OUT]
    assert list(broken_days(events, dict.fromkeys(WEEKS, 10))) == [OUT]


def test_an_outage_is_told_with_its_days(tmp_path: Path) -> None:
    tracked = [event(1, f"{d} 09:00") for d in WEEKS if d != OUT for _ in range(20)]
    w = world(tmp_path, orders=[order(1, f"{d} 12:00") for d in WEEKS], events=tracked)
    found = check(w, "tracking_outage")
    assert found.severity is Severity.WARNING
    assert found.sentence.en.startswith("On 1 days tracking was broken: 2024-01-31.")
    assert found.listing is not None
    assert found.listing.rows == (("2024-01-31", 0, 20, 1),)
