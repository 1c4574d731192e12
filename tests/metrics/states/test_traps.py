"""Traps of lifecycle states, each small enough to be counted by hand. The day is 31 May 2024."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest

from data.scope import Scope, Viewer
from i18n import Problem
from metrics.periods import Grain
from metrics.reading import Reason
from metrics.states.people import StateBar, Transition, people
from metrics.states.readings import Snapshot
from metrics.states.result import Asked
from metrics.states.spec import State, ends_of
from tests.metrics.asking import span
from tests.world import Row, World, event, order, refund, shop, user, world

DAY = date(2024, 5, 31)


def made(folder: Path, users: list[Row], **more: list[Row]) -> World:
    """Somebody registered in 2023, so that the data reaches back."""
    return world(folder, through="2024-06-01", users=[user(0, "2023-01-01"), *users], **more)


def asked(of: World, *markets: str) -> Asked:
    viewer = Viewer("lin", frozenset(markets) if markets else None)
    return Asked(of.warehouse(viewer), Scope("CNY"))


def only(snapshot: Snapshot) -> State:
    """The state of the one user beside the old one, who is churned."""
    counts = {s: n - (s is State.CHURNED) for s, n in snapshot.counts.items()}
    [state] = [s for s, n in counts.items() if n]
    return state


@pytest.mark.parametrize(
    ("registered", "state"),
    [("2024-05-01", State.NEW), ("2024-04-30", State.DORMANT), ("2024-03-02", State.DORMANT),
     ("2024-03-01", State.CHURNED)],
)  # fmt: skip
def test_who_registered_and_never_came_is_new_then_dormant_then_churned(
    tmp_path: Path, registered: str, state: State
) -> None:
    """30 days back is still new, 31 dormant, 90 the last dormant day, 91 churned."""
    assert only(asked(made(tmp_path, [user(1, registered)])).on(DAY)) is state


@pytest.mark.parametrize(
    ("last", "state"),
    [("2024-05-01", State.ACTIVE), ("2024-04-30", State.DORMANT), ("2024-03-02", State.DORMANT),
     ("2024-03-01", State.CHURNED)],
)  # fmt: skip
def test_30_days_are_active_31_dormant_and_91_churned(
    tmp_path: Path, last: str, state: State
) -> None:
    days = ["2024-02-01", "2024-03-01", "2024-03-31", "2024-04-10"]
    events = [event(1, d) for d in days if d < last] + [event(1, last)]
    assert only(asked(made(tmp_path, [user(1, "2024-01-15")], events=events)).on(DAY)) is state


@pytest.mark.parametrize(
    ("before", "back", "state"),
    [
        ("2024-04-01", "2024-05-02", State.RESURRECTED),  # 31 days away
        ("2024-04-01", "2024-05-01", State.ACTIVE),  # 30 days are no gap
    ],
)
def test_a_gap_to_come_back_from_is_longer_than_30_days(
    tmp_path: Path, before: str, back: str, state: State
) -> None:
    events = [event(1, "2024-03-10"), event(1, before), event(1, back)]
    assert only(asked(made(tmp_path, [user(1, "2024-02-20")], events=events)).on(DAY)) is state


def test_31_days_after_coming_back_somebody_is_active_again(tmp_path: Path) -> None:
    """Back on 30 April, there again in May: the return is 31 days old."""
    events = [event(1, "2024-04-30"), event(1, "2024-05-20")]
    shop_ = made(tmp_path, [user(1, "2024-01-15")], events=events)
    assert only(asked(shop_).on(DAY)) is State.ACTIVE
    assert only(asked(shop_).on(date(2024, 5, 30))) is State.RESURRECTED


def test_new_comes_before_resurrected_whatever_happened_before_registration(
    tmp_path: Path,
) -> None:
    """Bought in January, registered on 10 May, came on the 20th."""
    shop_ = made(
        tmp_path,
        [user(1, "2024-05-10")],
        orders=[order(1, "2024-01-05")],
        events=[event(1, "2024-05-20")],
    )
    assert only(asked(shop_).on(DAY)) is State.NEW


def test_without_registration_the_first_activity_begins(tmp_path: Path) -> None:
    """A shop of orders alone: nobody registered, user 1 bought for the first time in May."""
    shop_ = world(
        tmp_path, through="2024-06-01", orders=[order(0, "2023-01-01"), order(1, "2024-05-20")]
    )
    assert only(asked(shop_).on(DAY)) is State.NEW


def test_later_activity_does_not_change_an_earlier_day(tmp_path: Path) -> None:
    """Away since January; back on 20 May. On the 19th they were churned."""
    events = [event(1, "2024-01-15"), event(1, "2024-05-20")]
    shop_ = made(tmp_path, [user(1, "2023-12-01")], events=events)
    assert asked(shop_).on(date(2024, 5, 19)).counts[State.CHURNED] == 2


def test_a_message_sent_to_somebody_is_not_their_activity(tmp_path: Path) -> None:
    shop_ = made(tmp_path, [user(1, "2024-04-15")], events=[event(1, "2024-05-20", "message_sent")])
    assert only(asked(shop_).on(DAY)) is State.DORMANT


def test_the_day_is_cut_in_the_reporting_zone(tmp_path: Path) -> None:
    """30 April 17:00 UTC is 1 May in Shanghai: 30 days before the 31st."""
    made_ = world(
        tmp_path, settings=shop(timezone="Asia/Shanghai"), through="2024-05-31 16:00",
        users=[user(0, "2023-01-01"), user(1, "2024-04-30 17:00")],
    )  # fmt: skip
    assert only(asked(made_).on(DAY)) is State.NEW


def test_who_registered_between_two_days_comes_from_nowhere(tmp_path: Path) -> None:
    shop_ = made(tmp_path, [user(1, "2024-05-10")])
    states = asked(shop_)
    found = states.matrix(date(2024, 4, 30), DAY)
    assert found.cells[None, State.NEW] == 1
    assert (found.before.users, found.after.users) == (1, 2)
    cell = Transition(date(2024, 4, 30), DAY, None, State.NEW)
    assert len(states.warehouse.fetch(people(states.sources, states.rules, cell))) == 1


def test_the_days_of_a_matrix_may_be_given_in_any_order(tmp_path: Path) -> None:
    states = asked(made(tmp_path, [user(1, "2024-05-10")]))
    assert states.matrix(DAY, date(2024, 4, 30)).cells[None, State.NEW] == 1


def test_value_at_stake_is_net_and_up_to_the_day(tmp_path: Path) -> None:
    """Paid 100 with 10 off, 20 given back; 40 on the first of 365 days; 5 on the day after."""
    shop_ = made(
        tmp_path,
        [user(1, "2023-01-01")],
        orders=[
            order(1, "2024-05-20", 100, discount_amount=10, order_id="a"),
            order(1, "2023-06-01", 40),
            order(1, "2024-05-31", 5),
        ],
        refunds=[refund("2024-05-25", 20, order_id="a")],
    )
    states = asked(shop_)
    found = states.stakes(states.on(date(2024, 5, 30)))[State.RESURRECTED]
    assert (found.lately.value, found.ever.value) == (110, 110)
    later = states.stakes(states.on(DAY))[State.RESURRECTED]
    assert (later.lately.value, later.ever.value) == (75, 115)


def test_a_missing_rate_leaves_no_value_instead_of_a_low_one(tmp_path: Path) -> None:
    shop_ = made(
        tmp_path, [user(1, "2024-05-01")], orders=[order(1, "2024-05-20", 5, currency="USD")]
    )
    states = asked(shop_)
    assert states.stakes(states.on(DAY))[State.NEW].lately.reason is Reason.NO_RATE


def test_a_user_counts_once_for_a_reason_named_twice(tmp_path: Path) -> None:
    """Two churned users: one said “price” twice, the other “late”."""
    said = [
        {"user_id": u, "given_at": event(u, when)["occurred_at"], "kind": "survey", "reason": r}
        for u, when, r in (("1", "2024-01-02", "price"), ("1", "2024-01-03", "price"),
                           ("2", "2024-01-02", "late"))
    ]  # fmt: skip
    shop_ = made(tmp_path, [user(1), user(2)], feedback=said)
    found = asked(shop_).feedback(DAY).reasons["price"]
    assert (found.churned.numerator, found.churned.denominator) == (1, 2)
    assert (found.retained.value, found.difference) == (None, None)


def test_a_shop_without_feedback_says_so(tmp_path: Path) -> None:
    assert asked(made(tmp_path, [user(1)])).feedback(DAY).lacking == ("feedback",)


def test_nobody_of_another_market_is_counted_or_listed(tmp_path: Path) -> None:
    shop_ = made(tmp_path, [user(1, country="CN"), user(2, country="US")])
    lin = asked(shop_, "CN")
    assert lin.on(DAY).users == 1
    assert len(lin.warehouse.fetch(people(lin.sources, lin.rules, StateBar(DAY)))) == 1


@pytest.mark.parametrize("day", [date(2022, 12, 31), date(2024, 6, 1)])
def test_a_day_outside_the_data_is_refused_with_what_there_is(tmp_path: Path, day: date) -> None:
    with pytest.raises(Problem, match="2023-01-01 to 2024-05-31"):
        asked(made(tmp_path, [user(1)])).on(day)


COURSE = [
    ("2024-01-31", State.NEW), ("2024-02-01", State.ACTIVE), ("2024-02-19", State.ACTIVE),
    ("2024-02-20", State.DORMANT), ("2024-03-14", State.DORMANT),
    ("2024-03-15", State.RESURRECTED), ("2024-04-14", State.RESURRECTED),
    ("2024-04-15", State.ACTIVE), ("2024-04-19", State.ACTIVE), ("2024-04-20", State.DORMANT),
]  # fmt: skip


def one_who_came_back(folder: Path) -> World:
    """Registered on 1 January, last seen on the 20th, back on 15 March, last seen on the 20th."""
    seen = ["2024-01-20", "2024-03-15", "2024-03-20"]
    return made(folder, [user(1, "2024-01-01")], events=[event(1, d) for d in seen])


def test_a_trend_tells_every_turn_of_a_user_on_its_day(tmp_path: Path) -> None:
    days = [date.fromisoformat(d) for d, _ in COURSE]
    found = asked(one_who_came_back(tmp_path)).trend(days)
    assert [only(s) for s in found] == [state for _, state in COURSE]


def test_a_trend_is_that_of_each_day_under_any_thresholds(tmp_path: Path) -> None:
    """A state may last no day at all, or outlast the spell that it began in."""
    a = asked(one_who_came_back(tmp_path))
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(0, 150, 5)]
    for new, resurrected, dormant in product((1, 100), (1, 33), (31, 60)):
        changed = {"new_days": new, "resurrected_days": resurrected, "dormant_days": dormant}
        a.rules = a.rules.model_copy(update=changed)
        assert a.trend(days) == tuple(a.on(d) for d in days)


def test_a_trend_of_weeks_takes_the_ends_of_whole_weeks(tmp_path: Path) -> None:
    """13 May 2024 is a Monday; the week of the 27th is not over."""
    c = made(tmp_path, [user(1)]).warehouse().coverage
    days = ends_of(span("2024-05-13", "2024-06-10"), Grain.WEEK, "monday", c)
    assert days == (date(2024, 5, 19), date(2024, 5, 26))


def test_too_many_days_of_a_trend_are_refused(tmp_path: Path) -> None:
    c = made(tmp_path, [user(1)]).warehouse().coverage
    with pytest.raises(Problem, match="at most 60"):
        ends_of(span("2023-01-01", "2024-06-01"), Grain.DAY, "monday", c)
