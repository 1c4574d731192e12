"""Traps of the lifecycle funnel, each small enough to be counted by hand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from data.scope import LOCAL_VIEWER, Scope, Span, Viewer
from data.settings import LifecycleRules
from i18n import Problem
from metrics.lifecycle.people import Number, lifecycle_people
from metrics.lifecycle.result import Asked, StageReading
from metrics.lifecycle.stages import Mode, Population, Stage
from metrics.people import people_page
from metrics.periods import Comparison, Grain
from metrics.reading import Maturity, Reason
from tests.metrics.asking import JANUARY, span
from tests.world import Row, World, at, event, order, shop, user, world

NEW_YEAR = "2024-01-01 00:00"


def cart(who: Any, when: str) -> Row:
    return event(who, when, "add_to_cart")


def invitation(who: Any, sent: str, accepted: str | None, name: str = "i1") -> Row:
    return {
        "invitation_id": name,
        "inviter_id": str(who),
        "invited_at": at(sent),
        "accepted_at": None if accepted is None else at(accepted),
    }


def made(
    folder: Path, through: str = "2024-06-01", events: Iterable[Row] = (), **more: Any
) -> World:
    """A shop that knows carts, orders and invitations, whatever the test is about: somebody else
    registered in 2023 has one of each."""
    other = "2023-06-01 00:00"
    tables: dict[str, list[Row]] = {
        "users": [user(0, "2023-06-01")],
        "events": [cart(0, other), *events],
        "orders": [order(0, other)],
        "invitations": [invitation(0, other, other, "i0")],
    }
    for name, rows in more.items():
        if name != "settings":
            tables[name] = [*tables.get(name, []), *rows]
    return world(folder, settings=more.get("settings", shop()), through=through, **tables)


def asked(
    of: World, population: Population = Population.REGISTERED, viewer: Viewer = LOCAL_VIEWER
) -> Asked:
    return Asked(of.warehouse(viewer), Scope("CNY"), population)


def stage(
    of: World, which: Stage, mode: Mode = Mode.OF_ACQUIRED, over: Span = JANUARY
) -> StageReading:
    return asked(of).funnel(over).cohort.at(which, mode)


def parts(found: StageReading) -> tuple[float | None, float | None]:
    return found.reading.numerator, found.reading.denominator


def test_who_bought_without_a_cart_converted_of_acquired_but_not_in_sequence(
    tmp_path: Path,
) -> None:
    shop_ = made(tmp_path, users=[user(1, NEW_YEAR)], orders=[order(1, "2024-01-02")])
    assert parts(stage(shop_, Stage.CONVERT)) == (1, 1)
    assert parts(stage(shop_, Stage.CONVERT, Mode.SEQUENTIAL)) == (0, 1)


def test_sequence_asks_for_all_stages_but_not_for_their_order_in_time(tmp_path: Path) -> None:
    """Bought on day 1, put something into the cart on day 2, came back on day 8."""
    shop_ = made(
        tmp_path,
        users=[user(1, NEW_YEAR)],
        orders=[order(1, "2024-01-02")],
        events=[cart(1, "2024-01-03"), event(1, "2024-01-09")],
    )
    assert parts(stage(shop_, Stage.CONVERT, Mode.SEQUENTIAL)) == (1, 1)


def test_whoever_has_days_left_is_in_progress_and_not_lost(tmp_path: Path) -> None:
    """Two users, of 1 and 3 January; the data ends on the 31st, 30 days after the first one."""
    shop_ = made(
        tmp_path, "2024-01-31", users=[user(1, NEW_YEAR), user(2, "2024-01-03")],
        orders=[order(1, "2024-01-02")],
    )  # fmt: skip
    found = stage(shop_, Stage.CONVERT)
    assert parts(found) == (1, 1)
    assert (found.reading.left_out, found.reading.maturity) == (1, Maturity.RUNNING)


def test_whoever_bought_already_is_still_in_progress(tmp_path: Path) -> None:
    """Counting the quick ones early would raise the rate: they are in neither part."""
    shop_ = made(tmp_path, "2024-01-20", users=[user(1, NEW_YEAR)], orders=[order(1, "2024-01-02")])
    found = stage(shop_, Stage.CONVERT)
    assert found.reading.reason is Reason.IMMATURE
    assert (found.reading.left_out, found.so_far) == (1, 1)


@pytest.mark.parametrize(
    ("when", "counts"),
    [("2024-01-07 23:59:59", 1), ("2024-01-08 00:00:00", 0), ("2023-12-31 23:59:59", 0)],
)
def test_a_window_of_7_days_ends_7_times_24_hours_after_registration(
    tmp_path: Path, when: str, counts: int
) -> None:
    shop_ = made(tmp_path, users=[user(1, NEW_YEAR)], events=[cart(1, when)])
    assert parts(stage(shop_, Stage.ACTIVATE)) == (counts, 1)


def test_an_event_at_the_instant_of_registration_counts(tmp_path: Path) -> None:
    shop_ = made(tmp_path, users=[user(1, NEW_YEAR)], events=[cart(1, NEW_YEAR)])
    assert parts(stage(shop_, Stage.ACTIVATE)) == (1, 1)
    assert stage(shop_, Stage.ACTIVATE).median_hours == 0


def test_an_earlier_cart_does_not_hide_a_later_one(tmp_path: Path) -> None:
    """The first cart ever was before registration; the first since then counts."""
    shop_ = made(
        tmp_path,
        users=[user(1, NEW_YEAR)],
        events=[cart(1, "2023-12-30"), cart(1, "2024-01-02 12:00")],
    )
    assert stage(shop_, Stage.ACTIVATE).median_hours == 36


@pytest.mark.parametrize(
    ("day", "counts"), [("2024-01-07", 0), ("2024-01-08", 1), ("2024-01-31", 1), ("2024-02-01", 0)]
)
def test_days_7_to_30_are_calendar_days_and_both_count(
    tmp_path: Path, day: str, counts: int
) -> None:
    """Registered late on 1 January: day 7 is the 8th, day 30 the 31st, to the last second."""
    shop_ = made(
        tmp_path, users=[user(1, "2024-01-01 23:00")], events=[event(1, f"{day} 23:59:59")]
    )
    assert parts(stage(shop_, Stage.RETAIN)) == (counts, 1)


def test_day_30_has_to_be_complete_before_nobody_came_back(tmp_path: Path) -> None:
    users = [user(1, NEW_YEAR)]
    running = made(tmp_path / "a", "2024-01-31 23:59", users=users)
    over = made(tmp_path / "b", "2024-02-01 00:00", users=users)
    assert stage(running, Stage.RETAIN).reading.reason is Reason.IMMATURE
    assert parts(stage(over, Stage.RETAIN)) == (0, 1)


def test_a_message_sent_to_somebody_is_not_their_coming_back(tmp_path: Path) -> None:
    shop_ = made(
        tmp_path, users=[user(1, NEW_YEAR)], events=[event(1, "2024-01-10", "message_sent")]
    )
    assert parts(stage(shop_, Stage.RETAIN)) == (0, 1)


@pytest.mark.parametrize(
    ("sent", "accepted", "counts"),
    [
        ("2024-02-01", "2024-02-29 23:59:59", 1),  # 60 × 24 h after New Year is 1 March
        ("2024-02-01", "2024-03-01 00:00:00", 0),
        ("2024-02-01", None, 0),
        ("2023-12-31", "2024-01-05", 0),
    ],
)
def test_an_invitation_is_sent_and_accepted_within_60_days(
    tmp_path: Path, sent: str, accepted: str | None, counts: int
) -> None:
    shop_ = made(tmp_path, users=[user(1, NEW_YEAR)], invitations=[invitation(1, sent, accepted)])
    assert parts(stage(shop_, Stage.REFER)) == (counts, 1)


def test_two_accepted_invitations_are_one_person_who_referred(tmp_path: Path) -> None:
    """The first to be accepted says how long it took: 4 days, though it was sent last."""
    shop_ = made(
        tmp_path,
        users=[user(1, NEW_YEAR)],
        invitations=[
            invitation(1, "2024-01-02", "2024-01-11", "a"),
            invitation(1, "2024-01-03", "2024-01-05", "b"),
        ],
    )
    found = stage(shop_, Stage.REFER)
    assert parts(found) == (1, 1)
    assert found.median_hours == 4 * 24


def test_the_first_order_ever_decides(tmp_path: Path) -> None:
    """Bought before registering, and again after it: not a conversion of this registration."""
    shop_ = made(
        tmp_path,
        users=[user(1, NEW_YEAR)],
        orders=[order(1, "2023-12-20"), order(1, "2024-01-05")],
    )
    assert parts(stage(shop_, Stage.CONVERT)) == (0, 1)


def test_a_cancelled_order_converts_nobody(tmp_path: Path) -> None:
    shop_ = made(
        tmp_path, users=[user(1, NEW_YEAR)], orders=[order(1, "2024-01-05", status="cancelled")]
    )
    assert parts(stage(shop_, Stage.CONVERT)) == (0, 1)


def test_test_users_are_nobody(tmp_path: Path) -> None:
    shop_ = made(tmp_path, users=[user(1, NEW_YEAR), user(2, NEW_YEAR, is_test=True)])
    assert asked(shop_).funnel(JANUARY).cohort.acquired == 1


def test_an_acceptance_after_the_next_stage_matured_is_open_longer(tmp_path: Path) -> None:
    """After 40 days conversion is over, referring is not: each stage has its own window, and a
    sequence waits for all of its windows."""
    settings = shop(lifecycle=LifecycleRules(activation_days=60, refer_days=20))
    shop_ = made(tmp_path, "2024-02-10", settings=settings, users=[user(1, NEW_YEAR)])
    assert parts(stage(shop_, Stage.REFER)) == (0, 1)
    found = stage(shop_, Stage.REFER, Mode.SEQUENTIAL)
    assert (found.reading.reason, found.reading.left_out) == (Reason.IMMATURE, 1)


def test_a_running_period_is_compared_with_as_many_days(tmp_path: Path) -> None:
    """February has 10 complete days: the users of 1–10 January are its like, not the one of the
    25th."""
    shop_ = made(
        tmp_path,
        "2024-02-11",
        users=[user(1, "2024-01-05"), user(2, "2024-01-25"), user(3, "2024-02-03")],
    )
    found = asked(shop_).funnel(span("2024-02-01", "2024-03-01"))
    before = found.before[Comparison.PREVIOUS]
    assert found.running
    assert (before.span, before.acquired) == (span("2024-01-01", "2024-01-11"), 1)


def test_a_change_has_the_interval_of_two_samples(tmp_path: Path) -> None:
    """December 1 of 2, January 2 of 2: +50 points, and with so few people zero is within reach."""
    carts = [cart(n, f"2024-01-{n:02d} 12:00") for n in (3, 4)]
    shop_ = made(
        tmp_path,
        users=[
            *[user(n, f"2024-01-{n:02d}") for n in (3, 4)],
            *[user(n, f"2023-12-{n:02d}") for n in (5, 6)],
        ],
        events=[*carts, cart(5, "2023-12-05 12:00")],
    )
    change = asked(shop_).funnel(JANUARY).change(
        Comparison.PREVIOUS, Stage.ACTIVATE, Mode.OF_ACQUIRED
    )  # fmt: skip
    assert change is not None
    assert change.diff == 0.5
    assert change.low < 0 < change.high


def test_a_visitor_who_registers_later_is_one_person_from_the_first_visit(tmp_path: Path) -> None:
    """Visit on 10 January, cart as a visitor, registration on the 20th: as a visitor activated
    within the hour, as a registered user not at all."""
    shop_ = made(
        tmp_path,
        users=[user(1, "2024-01-20")],
        events=[
            event(None, "2024-01-10 08:00", visitor_id="v"),
            event(None, "2024-01-10 09:00", "add_to_cart", visitor_id="v"),
            event(None, "2024-01-11 09:00", visitor_id="w"),
        ],
        identities=[{"visitor_id": "v", "user_id": "1", "linked_at": at("2024-01-20")}],
    )
    visits = asked(shop_, Population.VISITED).funnel(JANUARY).cohort
    assert visits.acquired == 2
    found = visits.at(Stage.ACTIVATE, Mode.OF_ACQUIRED)
    assert (parts(found), found.median_hours) == ((1, 2), 1)
    assert parts(stage(shop_, Stage.ACTIVATE)) == (0, 1)


def test_without_identities_there_are_no_visitors_to_follow(tmp_path: Path) -> None:
    shop_ = made(tmp_path, events=[event(None, "2024-01-10", visitor_id="v")])
    assert asked(shop_, Population.VISITED).lacking() == ("identities",)


def test_nobody_of_another_market_is_counted_or_listed(tmp_path: Path) -> None:
    shop_ = made(tmp_path, users=[user(1, NEW_YEAR, country="CN"), user(2, NEW_YEAR, country="US")])
    lin = asked(shop_, viewer=Viewer("lin", markets=frozenset({"CN"})))
    assert lin.funnel(JANUARY).cohort.acquired == 1
    listed = lifecycle_people(lin, JANUARY, Number())
    assert people_page(lin.warehouse, listed).total == 1


def test_an_activation_event_that_is_not_there_is_named_with_those_that_are(
    tmp_path: Path,
) -> None:
    settings = shop(lifecycle=LifecycleRules(activation_event="add_to_chart"))
    shop_ = made(tmp_path, settings=settings, users=[user(1, NEW_YEAR)])
    with pytest.raises(Problem, match="add_to_chart") as caught:
        asked(shop_).funnel(JANUARY)
    assert "add_to_cart, purchase" in str(caught.value)


def test_a_shop_without_invitations_says_so_instead_of_zero(tmp_path: Path) -> None:
    shop_ = world(
        tmp_path, through="2024-06-01", users=[user(1, NEW_YEAR)], events=[cart(1, "2024-01-02")],
        orders=[order(1, "2024-01-03")],
    )  # fmt: skip
    assert stage(shop_, Stage.REFER).reading.reason is Reason.TABLE_MISSING
    assert parts(stage(shop_, Stage.CONVERT)) == (1, 1)


def test_weeks_to_date_are_running_and_weeks_ahead_are_blank(tmp_path: Path) -> None:
    """The data end on Sunday, 28 January. Coming back begins on day 7: users of the 22nd have not
    begun, those of the 15th have and one of two is back; those of 1 January are not over."""
    shop_ = made(
        tmp_path,
        "2024-01-29",
        users=[user(1, NEW_YEAR), user(2, "2024-01-15"), user(3, "2024-01-16"),
               user(4, "2024-01-22")],
        events=[event(2, "2024-01-23")],
    )  # fmt: skip
    course = asked(shop_).trend(span("2024-01-01", "2024-01-29"), Grain.WEEK)
    weeks = [c.at(Stage.RETAIN, Mode.OF_ACQUIRED).reading for c in course.cohorts]
    assert [w.maturity for w in weeks] == [
        Maturity.RUNNING, Maturity.MATURE, Maturity.RUNNING, Maturity.NOT_BEGUN
    ]  # fmt: skip
    assert weeks[1].reason is Reason.NO_ROWS
    assert (weeks[2].value, weeks[2].left_out) == (0.5, 2)
    assert weeks[3].value is None


def test_the_largest_campaigns_stand_for_themselves(tmp_path: Path) -> None:
    """Twelve campaigns of one user and one of two: eleven are named, two users are the others."""
    users = [user(f"a{n}", NEW_YEAR, campaign=f"c{n:02d}") for n in range(12)]
    big = [user(f"b{n}", NEW_YEAR, campaign="big") for n in range(2)]
    split = asked(made(tmp_path, users=[*users, *big])).broken_down(
        JANUARY, "campaign", Comparison.NONE
    )
    assert [p.value for p in split.parts] == ["big", *[f"c{n:02d}" for n in range(10)], None]
    assert [p.cohort.acquired for p in split.parts] == [2, *[1] * 10, 2]


def test_converted_agree_with_first_orders_when_everybody_is_counted(tmp_path: Path) -> None:
    """Of the first orders of January's registrations, two were within 30 days, one was not."""
    shop_ = made(
        tmp_path,
        users=[user(n, NEW_YEAR) for n in (1, 2, 3)],
        orders=[order(1, "2024-01-02"), order(2, "2024-01-30"), order(3, "2024-02-15"),
                order(1, "2024-02-20")],
    )  # fmt: skip
    assert parts(stage(shop_, Stage.CONVERT)) == (2, 3)
    wide = shop(lifecycle=LifecycleRules(convert_days=60))
    again = made(
        tmp_path / "wide", settings=wide, users=[user(n, NEW_YEAR) for n in (1, 2, 3)],
        orders=[order(n, f"2024-01-0{n + 1}") for n in (1, 2, 3)],
    )  # fmt: skip
    assert parts(stage(again, Stage.CONVERT)) == (3, 3)
