"""Traps of time, one by one: partial, immature, not covered, zones, clocks that change."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.scope import Scope
from metrics.periods import Comparison, Grain
from metrics.reading import Maturity, Reason
from metrics.scorecard import scorecard, series
from metrics.trees import read_tree
from tests.metrics.asking import FEBRUARY, JANUARY, reading, span, value
from tests.world import World, days, event, order, refund, shop, user, world


def daily(first: date, n: int, **more: object) -> list[dict[str, object]]:
    """An order of 10 at noon of every day."""
    return [order(1, f"{day}T12:00", **more) for day in days(first, n)]


def test_a_partial_period_is_compared_with_the_same_elapsed_part(tmp_path: Path) -> None:
    """10 a day; the data ends at noon of February 11th, so ten days of February are complete:
    100 against the first 100 of January, not 110 against 310."""
    made = world(tmp_path, orders=daily(date(2024, 1, 1), 42), through="2024-02-11 12:00")
    card = scorecard(made.warehouse(), Scope("CNY"), FEBRUARY, Comparison.PREVIOUS, ("gmv",))
    [line] = card.lines
    assert line.partial
    assert line.reading.maturity is Maturity.RUNNING
    assert (line.reading.value, line.like.value) == (110, 100)
    assert line.base is not None
    assert line.base.value == 100
    assert line.compared == span("2024-01-01", "2024-01-11")
    assert line.change is not None
    assert line.change.relative == 0


def test_a_partial_period_is_left_out_of_averages(tmp_path: Path) -> None:
    """DAU of a running week is over its complete days only."""
    came = [event(1, f"{day}T12:00") for day in days(date(2023, 12, 1), 42)]
    made = world(tmp_path, events=came, through="2024-01-10 12:00")
    dau = reading(made, "dau", span("2024-01-08", "2024-01-15"))
    assert (dau.value, dau.denominator, dau.maturity) == (1, 2, Maturity.RUNNING)


def test_a_day_that_ends_at_midnight_is_complete(tmp_path: Path) -> None:
    """Data through midnight of the 11th: the 10th is over, the 11th has not begun."""
    made = world(tmp_path, orders=daily(date(2024, 1, 1), 10), through="2024-01-11")
    coverage = made.warehouse().coverage
    assert (coverage.last_day, coverage.until) == (date(2024, 1, 10), date(2024, 1, 11))
    tenth = reading(made, "gmv", span("2024-01-10", "2024-01-11"))
    assert tenth.maturity is Maturity.MATURE
    eleventh = reading(made, "gmv", span("2024-01-11", "2024-01-12"))
    assert (eleventh.reason, eleventh.maturity) == (Reason.NOT_BEGUN, Maturity.NOT_BEGUN)


def test_an_immature_cohort_has_no_rate(tmp_path: Path) -> None:
    """First orders of the 5th and the 20th, data to February 10th: one is 30 days old and bought
    again, the other is left out; of 60 days nobody is mature."""
    made = world(
        tmp_path,
        orders=[order(1, "2024-01-05"), order(1, "2024-01-25"), order(2, "2024-01-20")],
        through="2024-02-10",
    )
    over = span("2024-01-05", "2024-02-01")
    found = reading(made, "repurchase_rate_30", over)
    assert (found.numerator, found.denominator, found.left_out) == (1, 1, 1)
    assert found.maturity is Maturity.RUNNING
    sixty = reading(made, "repurchase_rate_60", over)
    assert (sixty.value, sixty.reason, sixty.left_out) == (None, Reason.IMMATURE, 2)


def test_zero_is_measured_and_not_covered_is_not(tmp_path: Path) -> None:
    """Orders in January and March: February is a measured zero, the year before is unknown."""
    made = world(
        tmp_path, through="2025-01-01", orders=[order(1, "2024-01-01"), order(1, "2024-03-05")]
    )
    assert value(made, "gmv", FEBRUARY) == 0
    before = reading(made, "gmv", span("2023-12-01", "2024-01-01"))
    assert (before.value, before.reason) == (None, Reason.NOT_COVERED)
    assert reading(made, "gmv", span("2023-12-20", "2024-01-20")).reason is Reason.NOT_COVERED


def test_zero_buyers_make_no_ratio(tmp_path: Path) -> None:
    made = world(
        tmp_path, through="2025-01-01", orders=[order(1, "2024-01-05"), order(1, "2024-03-05")]
    )
    assert value(made, "buyers", FEBRUARY) == 0
    assert reading(made, "aov", FEBRUARY).reason is Reason.ZERO_DENOMINATOR


def test_days_before_the_data_are_not_days_without_visits(tmp_path: Path) -> None:
    """The range begins ten days before the data: the tile's DAU is over the five days there are."""
    came = [event(1, f"{day}T12:00") for day in days(date(2024, 1, 10), 30)]
    made = world(tmp_path, events=came, through="2024-02-09")
    over = span("2023-12-31", "2024-01-15")
    [line] = scorecard(made.warehouse(), Scope("CNY"), over, Comparison.NONE, ("dau",)).lines
    assert (line.reading.value, line.reading.denominator) == (1, 5)


def test_a_trailing_window_is_not_covered_at_the_start(tmp_path: Path) -> None:
    """Data begins on January 1st: 30 days end with the 30th for the first time."""
    made = world(tmp_path, through="2025-01-01", orders=daily(date(2024, 1, 1), 60))
    assert reading(made, "mapu", span("2024-01-01", "2024-01-30")).reason is Reason.NOT_COVERED
    assert value(made, "mapu", span("2024-01-01", "2024-01-31")) == 1


def test_flows_of_the_first_days_of_the_data_are_unknown(tmp_path: Path) -> None:
    """Everybody would be a new buyer: the tree looks 30 days further back than it counts."""
    made = world(tmp_path, through="2025-01-01", orders=daily(date(2024, 1, 1), 120))
    warehouse, scope = made.warehouse(), Scope("CNY")
    early = read_tree(warehouse, scope, "mapu", FEBRUARY, Comparison.PREVIOUS)
    assert early.reason is Reason.NOT_COVERED
    april = span("2024-04-01", "2024-05-01")
    assert read_tree(warehouse, scope, "mapu", april, Comparison.PREVIOUS).reason is None


@pytest.mark.parametrize(
    ("zone", "when", "day"),
    [
        ("Asia/Shanghai", "2024-01-31 15:59:59", date(2024, 1, 31)),
        ("Asia/Shanghai", "2024-01-31 16:00:00", date(2024, 2, 1)),
        ("America/Los_Angeles", "2024-02-01 07:59:59", date(2024, 1, 31)),
        ("America/Los_Angeles", "2024-02-01 08:00:00", date(2024, 2, 1)),
    ],
)
def test_months_are_cut_in_the_reporting_zone_east_and_west(
    tmp_path: Path, zone: str, when: str, day: date
) -> None:
    made = world(
        tmp_path,
        settings=shop(timezone=zone),
        orders=[order(1, when), order(2, "2023-11-01")],
        users=[user(7, when)],
        events=[event(8, when)],
        refunds=[refund(when, 3)],
        through="2024-03-15",
    )
    month = JANUARY if day.month == 1 else FEBRUARY
    other = FEBRUARY if day.month == 1 else JANUARY
    for key, told in (("gmv", 10), ("net_revenue", 7), ("new_users", 1), ("active_users", 2)):
        assert (value(made, key, month), value(made, key, other)) == (told, 0)


@pytest.fixture(scope="module")
def new_york(tmp_path_factory: pytest.TempPathFactory) -> World:
    """An order in every hour of the two days on which New York's clocks change."""
    spring = [f"2024-03-10 {h:02}:30" for h in range(5, 24)]
    spring += [f"2024-03-11 {h:02}:30" for h in range(4)]
    autumn = [f"2024-11-03 {h:02}:30" for h in range(4, 24)]
    autumn += [f"2024-11-04 {h:02}:30" for h in range(5)]
    return world(
        tmp_path_factory.mktemp("new_york"),
        settings=shop(timezone="America/New_York"),
        orders=[order(1, when) for when in [*spring, *autumn]],
        through="2024-12-01",
    )


def test_the_spring_day_has_23_hours(new_york: World) -> None:
    assert value(new_york, "orders", span("2024-03-10", "2024-03-11")) == 23
    assert value(new_york, "orders", span("2024-03-11", "2024-03-12")) == 0


def test_the_autumn_day_has_25_hours(new_york: World) -> None:
    assert value(new_york, "orders", span("2024-11-03", "2024-11-04")) == 25
    assert value(new_york, "orders", span("2024-11-04", "2024-11-05")) == 0


def test_a_refund_months_after_the_last_order_is_cut_by_its_own_seasons_clock(
    tmp_path: Path,
) -> None:
    """Ordered in winter, refunded at 03:30 UTC of a summer day, which in New York is the day
    before: by winter's clock it would be a day earlier still at 04:30."""
    made = world(
        tmp_path,
        settings=shop(timezone="America/New_York", refund_day="refund"),
        orders=[order(1, "2024-01-05", order_id="a")],
        refunds=[refund("2024-07-01 04:30", 4, order_id="a")],
    )
    assert value(made, "net_revenue", span("2024-06-30", "2024-07-01")) == 0
    assert reading(made, "net_revenue", span("2024-07-01", "2024-07-02")).value == -4


@pytest.mark.parametrize(("week_start", "told"), [("monday", [20, 20]), ("sunday", [10, 30])])
def test_weeks_start_as_the_setting_says(
    tmp_path: Path, week_start: str, told: list[float]
) -> None:
    """Orders on Saturday, twice on Sunday and on Monday of January 6th to 8th."""
    when = ["2024-01-06", "2024-01-07", "2024-01-08", "2024-01-08"]
    made = world(
        tmp_path,
        settings=shop(week_start=week_start),
        orders=[order(1, "2023-12-01"), *[order(1, w) for w in when]],
        through="2024-02-01",
    )
    start = date(2024, 1, 1) if week_start == "monday" else date(2023, 12, 31)
    over = span(str(start), str(start.replace(day=15) if start.day == 1 else date(2024, 1, 14)))
    found = series(made.warehouse(), Scope("CNY"), over, Grain.WEEK, "gmv", with_before=False)
    assert [p.span.start for p in found.points] == [start, over.end - (over.end - start) / 2]
    assert [p.reading.value for p in found.points] == told
