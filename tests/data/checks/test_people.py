"""Unknown homes, guests, test users, purchase events."""

from __future__ import annotations

from pathlib import Path

from data.checks.finding import Severity
from data.scope import Viewer
from tests.data.checks.seeing import check, checks
from tests.world import event, item, order, shop, user, world

HOME = {"country": "CN", "channel": "kol", "platform": "ios"}


def test_every_home_known(tmp_path: Path) -> None:
    w = world(tmp_path, users=[user(1, **HOME)], orders=[order(1, "2024-01-05")])
    assert check(w, "unknown_home").severity is Severity.OK


def test_many_unknown_channels_are_a_warning(tmp_path: Path) -> None:
    unknown = {**HOME, "channel": None}
    w = world(
        tmp_path,
        users=[user(1, **HOME), user(2, **unknown)],
        orders=[order(1, "2024-01-05")],
    )
    found = check(w, "unknown_home")
    assert found.severity is Severity.WARNING
    assert found.sentence.en == "The channel of 1 of 2 users is unknown (50.0%)."


def test_a_column_that_is_not_mapped_is_only_worth_knowing(tmp_path: Path) -> None:
    w = world(
        tmp_path,
        users=[user(1, country="CN", platform="ios")],
        orders=[order(1, "2024-01-05")],
    )
    found = check(w, "unknown_home")
    assert found.severity is Severity.INFO
    assert found.sentence.en == "The channel of 1 of 1 users is unknown (100.0%, not mapped)."


def test_every_order_names_a_customer(tmp_path: Path) -> None:
    w = world(tmp_path, orders=[order(1, "2024-01-05")])
    assert check(w, "guests").severity is Severity.OK


def test_guests_by_orders_lines_and_money(tmp_path: Path) -> None:
    """One of four orders, two of three lines, 30 of 40."""
    w = world(
        tmp_path,
        orders=[
            order(None, "2024-01-05", 30, order_id="G"),
            order(1, "2024-01-05", 4, order_id="A"),
            order(1, "2024-01-05", 3),
            order(1, "2024-01-05", 3),
            order(None, "2024-01-05", 99, status="cancelled"),
        ],
        order_items=[item("G", "x", 1, 10), item("G", "y", 1, 20), item("A", "x", 1, 4)],
    )
    found = check(w, "guests")
    assert found.severity is Severity.INFO
    assert found.sentence.en == (
        "1 of 4 paid orders are of guests (25.0%), 2 order lines, with 30.00 CNY of GMV (75.0%)."
    )


def test_no_user_is_marked_as_test(tmp_path: Path) -> None:
    w = world(tmp_path, users=[user(1, is_test=False)], orders=[order(1, "2024-01-05")])
    assert check(w, "test_users").severity is Severity.OK


def test_test_users_are_told_with_their_orders(tmp_path: Path) -> None:
    rows = {
        "users": [user(1), user(2, is_test=True)],
        "orders": [order(1, "2024-01-05"), order(2, "2024-01-05"), order(2, "2024-01-06")],
    }
    found = check(world(tmp_path / "out", **rows), "test_users")
    assert found.severity is Severity.INFO
    assert found.sentence.en == "1 test users and their 2 paid orders are left out everywhere."
    settings = shop(include_test_users=True)
    within = check(world(tmp_path / "in", settings=settings, **rows), "test_users")
    assert within.severity is Severity.WARNING
    assert within.sentence.en == "1 test users and their 2 paid orders are in every number."


def test_purchase_events_that_agree_with_paid_orders(tmp_path: Path) -> None:
    w = world(
        tmp_path,
        orders=[order(1, "2024-01-05", order_id="A")],
        events=[event(1, "2024-01-05", "purchase", order_id="A")],
    )
    assert check(w, "purchase_events").severity is Severity.OK


def test_purchase_events_of_unpaid_orders_and_seen_twice(tmp_path: Path) -> None:
    """A is bought once and recorded twice; B was never paid; C was paid and not recorded."""
    w = world(
        tmp_path,
        orders=[
            order(1, "2024-01-05 10:00", order_id="A"),
            order(1, "2024-01-05 11:00", order_id="B", status="pending"),
            order(1, "2024-01-05 11:00", order_id="C"),
        ],
        events=[
            event(1, "2024-01-05 10:00", "purchase", order_id="A"),
            event(1, "2024-01-05 10:01", "purchase", order_id="A"),
            event(1, "2024-01-05 12:00", "purchase", order_id="B"),
        ],
    )
    found = check(w, "purchase_events")
    assert found.severity is Severity.WARNING
    assert found.sentence.en == (
        "The source recorded 3 purchase events while 2 orders were paid. 1 paid orders are named "
        "by one; 1 events name no paid order, 1 repeat one."
    )


def test_a_shop_without_purchase_events_is_not_asked(tmp_path: Path) -> None:
    w = world(tmp_path, orders=[order(1, "2024-01-05")], events=[event(1, "2024-01-05")])
    assert "purchase_events" not in checks(w)


def test_checks_are_of_the_viewers_markets_only(tmp_path: Path) -> None:
    """Two guests buy in the US, one in CN; who sees CN is told of one of two orders."""
    w = world(
        tmp_path,
        users=[user(1, country="CN"), user(2, country="US")],
        orders=[
            order(1, "2024-01-05", 10),
            order(None, "2024-01-05", 10, country="CN"),
            order(None, "2024-01-05", 10, country="US"),
            order(None, "2024-01-05", 10, country="US"),
        ],
    )
    found = check(w, "guests", viewer=Viewer("cn", markets=frozenset({"CN"})))
    assert found.sentence.en.startswith("1 of 2 paid orders are of guests")
