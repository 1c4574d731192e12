"""Freshness and timestamps ahead of the data."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from data.checks.clock import freshness, future
from data.checks.finding import Found, Severity
from data.checks.look import Look
from tests.world import World, order, refund, shop, world


def seen(w: World, hours: float) -> Found:
    """Freshness so many hours after the refresh."""
    warehouse = w.warehouse()
    return freshness(Look(warehouse, warehouse.coverage.built_at + timedelta(hours=hours)))


def lately(tmp_path: Path) -> World:
    """A shop whose data goes to yesterday."""
    yesterday = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=1)
    return world(tmp_path, orders=[order(1, f"{yesterday:%Y-%m-%d %H:%M}")])


def test_a_live_shop_within_a_day_is_fresh(tmp_path: Path) -> None:
    found = seen(lately(tmp_path), 5)
    assert found.severity is Severity.OK
    assert "refreshed 5.0 hours ago" in found.sentence.en


def test_a_refresh_of_just_now_is_not_zero_hours_ago(tmp_path: Path) -> None:
    found = seen(lately(tmp_path), 0)
    assert "refreshed less than an hour ago" in found.sentence.en
    assert "不到 1 小时前刷新" in found.sentence.zh


def test_a_live_shop_that_missed_its_refresh_is_late(tmp_path: Path) -> None:
    assert seen(lately(tmp_path), 37).severity is Severity.WARNING


def test_history_is_never_late(tmp_path: Path) -> None:
    """Data that ended years before its refresh: nobody waits for the next day."""
    w = world(tmp_path, orders=[order(1, "2011-12-09")])
    assert seen(w, 10_000).severity is Severity.OK


def test_a_timestamp_after_the_refresh_itself_is_an_error(tmp_path: Path) -> None:
    """One typo in a year moves the end of the data, and every period is complete."""
    w = world(tmp_path, orders=[order(1, "2024-01-05"), order(1, "2099-01-05")])
    found = seen(w, 1)
    assert found.severity is Severity.ERROR
    assert "2099-01-05" in found.sentence.en


def test_nothing_after_the_end_of_the_data(tmp_path: Path) -> None:
    w = world(tmp_path, through="2024-01-06", orders=[order(1, "2024-01-05")])
    assert future(Look(w.warehouse(), datetime(2030, 1, 1))).severity is Severity.OK


def test_timestamps_after_the_end_of_the_data(tmp_path: Path) -> None:
    """The end of the day on which the data ends is still within it; spend of the next day not."""
    w = world(
        tmp_path,
        through="2024-01-06",
        orders=[
            order(1, "2024-01-06 00:00"),
            order(1, "2024-01-05", paid_at=datetime(2024, 1, 9, 1)),
        ],
        refunds=[refund("2024-02-01 08:30", 1)],
        marketing_spend=[
            {"day": date(2024, 1, 5), "channel": "kol", "spend": 1},
            {"day": date(2024, 1, 6), "channel": "kol", "spend": 1},
        ],
        calendar=[{"day": date(2024, 11, 11), "name": "11.11"}],
    )
    found = future(Look(w.warehouse(), datetime(2030, 1, 1)))
    assert found.severity is Severity.WARNING
    assert found.listing is not None
    assert found.listing.rows == (
        ("orders", "paid_at", 1, "2024-01-09 01:00"),
        ("refunds", "refunded_at", 1, "2024-02-01 08:30"),
        ("marketing_spend", "day", 1, "2024-01-06 00:00"),
    )


def test_times_are_told_by_the_shops_clock(tmp_path: Path) -> None:
    """23:00 UTC is seven in the morning of the next day in Shanghai."""
    w = world(
        tmp_path, settings=shop(timezone="Asia/Shanghai"), orders=[order(1, "2024-01-05 23:00")]
    )
    assert "2024-01-06 07:00 (Asia/Shanghai)" in seen(w, 1).sentence.en
