"""Traps of growth accounting, each small enough to be counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.scope import Scope, Span
from i18n import Problem
from metrics.growth.result import MoneyFlows, UserFlows, money_growth, user_growth
from metrics.growth.spec import Criterion, Flow, MoneyFlow
from metrics.periods import Grain
from metrics.reading import Reason
from tests.metrics.asking import FEBRUARY, span
from tests.world import Row, World, event, order, shop, user, world


def made(folder: Path, through: str = "2024-06-01", **tables: list[Row]) -> World:
    """Somebody came in December 2023, so that January has a period before it."""
    tables["events"] = [event(0, "2023-12-01"), *tables.get("events", [])]
    return world(folder, through=through, **tables)


def users(of: World, over: Span = FEBRUARY, criterion: Criterion = Criterion.ACTIVE) -> UserFlows:
    [found] = user_growth(of.warehouse(), Scope("CNY"), over, Grain.MONTH, criterion).whole
    return found


def money(of: World) -> MoneyFlows:
    [found] = money_growth(of.warehouse(), Scope("CNY"), FEBRUARY, Grain.MONTH).whole
    return found


def test_somebody_registered_long_ago_is_new_when_first_active(tmp_path: Path) -> None:
    shop_ = made(tmp_path, users=[user(1, "2023-12-01")], events=[event(1, "2024-02-10")])
    assert users(shop_).new == 1


def test_several_days_of_a_month_are_one_user(tmp_path: Path) -> None:
    days = [event(1, f"2024-{m:02d}-{d:02d}") for m in (1, 2) for d in (3, 17, 20)]
    found = users(made(tmp_path, events=days))
    assert (found.active, found.retained, found.new) == (1, 1, 0)


def test_january_is_the_month_before_february_whatever_their_lengths(tmp_path: Path) -> None:
    """1 January lies 31 days before 1 February, which has 29."""
    found = users(made(tmp_path, events=[event(1, "2024-01-01"), event(1, "2024-02-29")]))
    assert (found.retained, found.resurrected) == (1, 0)


def test_who_skipped_a_month_is_resurrected_by_days_away(tmp_path: Path) -> None:
    """31 December to 1 February: 32 days; from the 1st of December 62."""
    shop_ = made(
        tmp_path,
        events=[event(1, "2023-12-31"), event(1, "2024-02-01"), event(0, "2024-02-01")],
    )
    found = users(shop_)
    assert found.back == {"back_30": 0, "back_60": 1, "back_90": 1, "back_180": 0, "back_later": 0}


def test_whoever_churned_is_counted_once_in_the_month_after(tmp_path: Path) -> None:
    shop_ = made(tmp_path, events=[event(1, "2024-01-10")])
    over = user_growth(
        shop_.warehouse(), Scope("CNY"), span("2024-02-01", "2024-04-01"), Grain.MONTH,
        Criterion.ACTIVE,
    ).whole  # fmt: skip
    assert [f.churned for f in over] == [1, 0]


def test_the_first_period_of_the_data_has_no_flows(tmp_path: Path) -> None:
    found = users(made(tmp_path), span("2023-12-01", "2024-01-01"))
    assert found.active == 1
    assert [found.of(f) for f in Flow] == [None] * 4
    assert found.gross_retention.reason is Reason.NOT_COVERED


def test_a_month_that_the_data_begins_within_is_no_base_for_a_rate(tmp_path: Path) -> None:
    """Flows of January follow from 10 days of December: counted, but nothing is divided."""
    shop_ = world(
        tmp_path, through="2024-06-01", events=[event(1, "2023-12-21"), event(1, "2024-01-05")]
    )
    found = users(shop_, span("2024-01-01", "2024-02-01"))
    assert (found.retained, found.gross_retention.reason) == (1, Reason.NOT_COVERED)


def test_a_running_month_has_flows_to_date_and_no_rates(tmp_path: Path) -> None:
    """Whoever has not come by the 10th of February may still come."""
    shop_ = made(tmp_path, "2024-02-11", events=[event(1, "2024-01-10"), event(2, "2024-02-05")])
    found = users(shop_)
    assert (found.period.running, found.new, found.churned) == (True, 1, 1)
    assert found.quick_ratio.reason is Reason.IMMATURE


def test_nobody_churned_leaves_nothing_to_divide_by(tmp_path: Path) -> None:
    shop_ = made(tmp_path, events=[event(1, "2024-01-10"), event(1, "2024-02-10")])
    assert users(shop_).quick_ratio.reason is Reason.ZERO_DENOMINATOR


def test_a_visit_is_activity_but_not_buying(tmp_path: Path) -> None:
    shop_ = made(tmp_path, events=[event(1, "2024-02-10")], orders=[order(2, "2024-02-11")])
    assert users(shop_).active == 2
    assert users(shop_, criterion=Criterion.BOUGHT).active == 1


def test_a_month_asked_for_in_part_is_whole(tmp_path: Path) -> None:
    found = users(made(tmp_path), span("2024-02-10", "2024-02-12"))
    assert found.period.span == FEBRUARY


def test_weeks_begin_on_sunday_where_the_settings_say_so(tmp_path: Path) -> None:
    """4 February 2024 is a Sunday, the 3rd a Saturday: two weeks."""
    for start, retained in (("monday", 0), ("sunday", 1)):
        shop_ = world(
            tmp_path / start, settings=shop(week_start=start), through="2024-06-01",
            events=[event(0, "2023-12-01"), event(1, "2024-02-03"), event(1, "2024-02-04")],
        )  # fmt: skip
        weeks = user_growth(
            shop_.warehouse(), Scope("CNY"), span("2024-02-04", "2024-02-05"), Grain.WEEK,
            Criterion.ACTIVE,
        ).whole  # fmt: skip
        assert [w.retained for w in weeks] == [retained]


def test_retained_buyers_who_spend_more_and_less_do_not_cancel(tmp_path: Path) -> None:
    """User 1 goes from 10 to 30, user 2 from 30 to 5: +20 and −25, not −5."""
    shop_ = made(
        tmp_path,
        orders=[
            order(1, "2024-01-05", 10), order(2, "2024-01-05", 30),
            order(1, "2024-02-05", 10), order(1, "2024-02-06", 20), order(2, "2024-02-05", 5),
        ],
    )  # fmt: skip
    found = money(shop_)
    assert (found.expansion, found.contraction, found.net) == (20, 25, -5)
    assert found.net_retention.value == 35 / 40
    assert found.gross_retention.value == 15 / 40


def test_guests_are_a_part_of_their_own(tmp_path: Path) -> None:
    """A guest's 7 in January and 12 in February are +5 of guests: nobody churned."""
    shop_ = made(tmp_path, orders=[order(None, "2024-01-05", 7), order(None, "2024-02-05", 12)])
    found = money(shop_)
    assert (found.of(MoneyFlow.GUESTS), found.churned, found.net) == (5, 0, 5)


def test_a_missing_rate_leaves_no_flows_instead_of_low_ones(tmp_path: Path) -> None:
    shop_ = made(tmp_path, orders=[order(1, "2024-02-05", 5, currency="USD")])
    assert money(shop_).reason is Reason.NO_RATE


def test_the_values_beyond_the_largest_are_together(tmp_path: Path) -> None:
    """Three users from kol, two direct, one each from two more: two named, two users others."""
    channels = ["kol"] * 3 + ["direct"] * 2 + ["email", "aso"]
    shop_ = made(
        tmp_path,
        users=[user(n, "2024-01-01", channel=c) for n, c in enumerate(channels, 1)],
        events=[event(n, "2024-02-10") for n in range(1, 8)],
    )
    found = user_growth(
        shop_.warehouse(), Scope("CNY"), FEBRUARY, Grain.MONTH, Criterion.ACTIVE, "channel", 2
    )
    assert [(p.value, p.flows[0].active) for p in found.parts] == [
        ("kol", 3), ("direct", 2), (None, 2)
    ]  # fmt: skip


def test_a_range_outside_the_data_is_refused_with_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="2023-12-01 to 2024-05-31"):
        users(made(tmp_path), span("2022-01-01", "2022-02-01"))


def test_too_many_periods_are_refused(tmp_path: Path) -> None:
    shop_ = world(tmp_path, through="2024-06-01", events=[event(0, "2014-01-01")])
    with pytest.raises(Problem, match="at most 120"):
        users(shop_, span("2014-01-01", "2024-06-01"))
