"""Traps of counting people, one by one, small enough to count by hand."""

from __future__ import annotations

from pathlib import Path

from data.scope import Scope, Viewer
from metrics.families import FAMILY_OF
from metrics.measures import measure
from metrics.periods import Comparison
from metrics.reading import Reason
from metrics.scorecard import scorecard
from tests.metrics.asking import FEBRUARY, JANUARY, reading, span, value, year
from tests.world import event, order, shop, user

WEEK = span("2024-01-08", "2024-01-15")


def test_distinct_buyers_are_not_summed_over_days(tmp_path: Path) -> None:
    """User 1 buys on three days, user 2 on one: 2 buyers in the week, not 4."""
    bought = [order(1, f"2024-01-{d:02}") for d in (8, 9, 10)] + [order(2, "2024-01-10")]
    made = year(tmp_path, orders=bought)
    assert value(made, "buyers", WEEK) == 2


def test_distinct_active_users_are_not_summed_over_days(tmp_path: Path) -> None:
    """User 1 comes on three days, user 2 on one: 2 active users, 4 user-days."""
    came = [event(1, f"2024-01-{d:02}") for d in (8, 9, 10)] + [event(2, "2024-01-10")]
    made = year(tmp_path, events=[*came, event(1, "2023-12-01")])
    assert value(made, "active_users", WEEK) == 2
    dau = reading(made, "dau", WEEK)
    assert (dau.numerator, dau.denominator) == (4, 7)


def test_a_second_order_on_the_same_day_is_a_repeat_and_not_returning(tmp_path: Path) -> None:
    """Both orders of the day at which the user is new."""
    made = year(tmp_path, orders=[order(1, "2024-01-10 09:00"), order(1, "2024-01-10 18:00")])
    assert value(made, "repeat_buyer_share", WEEK) == 1
    assert value(made, "returning_buyer_share", WEEK) == 0
    assert value(made, "repurchase_rate_30", WEEK) == 1


def test_a_date_filter_does_not_move_a_first_order(tmp_path: Path) -> None:
    """Bought in 2023 and in January: returning in January, and no first-time buyer of it."""
    made = year(tmp_path, orders=[order(1, "2023-06-01"), order(1, "2024-01-10")])
    assert value(made, "returning_buyer_share") == 1
    assert reading(made, "repurchase_rate_30").reason is Reason.NO_ROWS


def test_rights_do_not_move_a_first_order(tmp_path: Path) -> None:
    """User 1 of CN ordered first while abroad: for a viewer of CN, too, the first order is that."""
    made = year(
        tmp_path,
        users=[user(1, "2023-01-01", country="CN")],
        orders=[order(1, "2023-06-01", country="US"), order(1, "2024-01-10", country="CN")],
    )
    of_china = Viewer("li", markets=frozenset({"CN"}))
    assert value(made, "returning_buyer_share", viewer=of_china) == 1
    assert value(made, "gmv", viewer=of_china) == 10
    elsewhere = Viewer("us", markets=frozenset({"US"}))
    assert value(made, "gmv", viewer=elsewhere) == 0


def test_retained_and_resurrected_look_at_the_equal_range_before(tmp_path: Path) -> None:
    """In the week: 1 is new, 2 bought in the week before, 3 bought two weeks before."""
    made = year(
        tmp_path,
        orders=[
            order(1, "2024-01-10"),
            order(2, "2024-01-03"), order(2, "2024-01-10"),
            order(3, "2023-12-26"), order(3, "2024-01-10"),
        ],
    )  # fmt: skip
    warehouse = made.warehouse()
    row = measure(warehouse, Scope("CNY"), [WEEK], [FAMILY_OF["buyers"]]).rows[0]
    names = ("buyers", "buyers_new", "buyers_retained", "buyers_resurrected", "buyers_returning")
    assert [row[n] for n in names] == [3, 1, 1, 1, 2]


def test_the_repurchase_window_is_half_open(tmp_path: Path) -> None:
    """The second order of user 1 comes a second before 30 days are over, that of user 2 at their
    end: an order of that instant may still be loaded after the window counts as over."""
    made = year(
        tmp_path,
        orders=[
            order(1, "2024-01-10 12:00:00"), order(1, "2024-02-09 11:59:59"),
            order(2, "2024-01-10 12:00:00"), order(2, "2024-02-09 12:00:00"),
        ],
    )  # fmt: skip
    found = reading(made, "repurchase_rate_30")
    assert (found.numerator, found.denominator) == (1, 2)


def test_a_sources_own_purchase_events_are_ignored(tmp_path: Path) -> None:
    """User 1 only has a purchase event of the source; user 2 a paid order and no event."""
    events = [event(1, "2024-01-10", "purchase"), event(3, "2023-12-01")]
    made = year(tmp_path / "any", events=events, orders=[order(2, "2024-01-10")])
    assert value(made, "active_users", WEEK) == 1
    chosen = shop(activity_events=("purchase",))
    made = year(
        tmp_path / "chosen", settings=chosen, events=events, orders=[order(2, "2024-01-10")]
    )
    assert value(made, "active_users", WEEK) == 1


def test_other_chosen_events_leave_paid_orders_out_of_activity(tmp_path: Path) -> None:
    """Only a search counts: the buyer who did not search is a buyer and a visitor, not active."""
    made = year(
        tmp_path,
        settings=shop(activity_events=("search",)),
        events=[event(1, "2024-01-10", "search"), event(2, "2024-01-10", "page_view")],
        orders=[order(3, "2024-01-10"), order(3, "2023-12-01")],
    )
    assert value(made, "active_users", WEEK) == 1
    assert value(made, "buyers", WEEK) == 1
    assert value(made, "visitor_conversion", WEEK) == 0.5


def test_a_message_sent_is_not_activity(tmp_path: Path) -> None:
    """User 1 was sent a push; user 2 opened the app."""
    made = year(
        tmp_path,
        events=[
            event(1, "2024-01-10", "push_sent"), event(2, "2024-01-10"), event(2, "2023-12-01"),
        ],
    )  # fmt: skip
    assert value(made, "active_users", WEEK) == 1


def test_a_linked_visitor_is_its_user(tmp_path: Path) -> None:
    """Visitor v came on Monday, was linked to user 1 who came on Tuesday; visitor w is nobody's:
    2 visitors, 1 active user, and the purchase converts one of two."""
    made = year(
        tmp_path,
        events=[
            event(None, "2024-01-08", visitor_id="v"),
            event(1, "2024-01-09"),
            event(None, "2024-01-09", visitor_id="w"),
            event(1, "2023-12-01"),
        ],
        identities=[{"visitor_id": "v", "user_id": "1", "linked_at": None}],
        orders=[order(1, "2024-01-09")],
    )
    assert value(made, "active_users", WEEK) == 1
    found = reading(made, "visitor_conversion", WEEK)
    assert (found.numerator, found.denominator) == (1, 2)


def test_a_filter_that_a_table_cannot_honour_is_announced(tmp_path: Path) -> None:
    """Sessions don't know kinds of customers; markets they do. A count of people is of identified
    customers anyway, so the filter can't matter to it."""
    made = year(
        tmp_path,
        users=[user(1, "2023-01-01", country="CN")],
        events=[event(1, "2024-01-10", session_id="s")],
        orders=[order(1, "2024-01-10", session_id="s")],
    )
    scope = Scope.of("CNY", market=frozenset({"CN"}), customer=frozenset({"identified"}))
    keys = ("conversion_rate", "gmv", "mapu", "new_users", "visitor_conversion")
    card = scorecard(made.warehouse(), scope, JANUARY, Comparison.NONE, keys)
    assert [line.ignored for line in card.lines] == [("customer",), (), (), (), ()]


def test_registrations_count_on_their_day_and_need_a_registration(tmp_path: Path) -> None:
    """Two registered in January; the third is only known from an order."""
    made = year(
        tmp_path,
        users=[user(1, "2024-01-10"), user(2, "2024-01-31 23:59:59"), user(4, "2024-02-01")],
        orders=[order(3, "2024-01-10")],
    )
    assert value(made, "new_users", span("2024-01-10", "2024-02-01")) == 2
    assert value(made, "new_users", FEBRUARY) == 1


def test_a_session_belongs_to_the_day_it_began(tmp_path: Path) -> None:
    """Began before midnight, bought after it; the order was paid three days later."""
    made = year(
        tmp_path,
        events=[
            event(1, "2024-01-10 23:50", session_id="s"),
            event(1, "2024-01-11 00:10", session_id="s"),
            event(2, "2024-01-11 00:20", session_id="t"),
            event(2, "2023-12-01"),
        ],
        orders=[order(1, "2024-01-11 00:10", session_id="s", paid_at=None)],
    )
    tenth = reading(made, "conversion_rate", span("2024-01-10", "2024-01-11"))
    eleventh = reading(made, "conversion_rate", span("2024-01-11", "2024-01-12"))
    assert (tenth.numerator, tenth.denominator) == (1, 1)
    assert (eleventh.numerator, eleventh.denominator) == (0, 1)
