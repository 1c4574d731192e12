"""Gaps and closed weekdays."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from data.checks.days import rows_by_day
from data.checks.finding import Severity
from data.checks.look import Look
from tests.data.checks.seeing import LONG_AFTER, check
from tests.world import World, days, order, shop, world

MONDAY = date(2024, 1, 1)


def sold(*on: date, each: int = 8) -> list[dict[str, object]]:
    return [order(1, f"{d} 12:00") for d in on for _ in range(each)]


def test_no_gap(tmp_path: Path) -> None:
    w = world(tmp_path, orders=sold(*days(MONDAY, 14)))
    assert check(w, "gaps").severity is Severity.OK


def test_a_day_without_rows_is_named(tmp_path: Path) -> None:
    w = world(tmp_path, orders=sold(*days(MONDAY, 5), *days(MONDAY + timedelta(7), 5)))
    found = check(w, "gaps")
    assert found.severity is Severity.WARNING
    assert found.sentence.en == "No rows: orders on 2 days."
    assert found.listing is not None
    assert found.listing.rows == (("orders", "2024-01-06", "2024-01-07", 2),)


def test_a_closed_weekday_is_a_pattern_not_gaps(tmp_path: Path) -> None:
    """Six weeks without a Saturday, and one Wednesday missing."""
    open_days = [d for d in days(MONDAY, 42) if d.weekday() != 5 and d != date(2024, 1, 17)]
    found = check(world(tmp_path, orders=sold(*open_days)), "gaps")
    assert found.sentence.en == (
        "No rows: orders on 1 days. orders: never on Saturdays; these are not counted as gaps."
    )
    assert "orders 在周六从无数据" in found.sentence.zh


def test_an_empty_day_of_a_slow_table_is_no_gap(tmp_path: Path) -> None:
    """Two orders a day: one day without is chance, four are not."""
    one = [d for d in days(MONDAY, 20) if d.day != 9]
    four = [d for d in days(MONDAY, 20) if not 9 <= d.day <= 12]
    quiet = check(world(tmp_path / "one", orders=sold(*one, each=2)), "gaps")
    broken = check(world(tmp_path / "four", orders=sold(*four, each=2)), "gaps")
    assert quiet.severity is Severity.OK
    assert broken.sentence.en == "No rows: orders on 4 days."


def test_days_are_reporting_days(tmp_path: Path) -> None:
    """23:00 UTC on January 1 is January 2 in Shanghai."""
    settings = shop(timezone="Asia/Shanghai")
    w: World = world(tmp_path, settings=settings, orders=[order(1, "2024-01-01 23:00")])
    [orders] = rows_by_day(Look(w.warehouse(), LONG_AFTER))
    assert (orders.table, orders.days, orders.counts) == ("orders", (date(2024, 1, 2),), (1,))
