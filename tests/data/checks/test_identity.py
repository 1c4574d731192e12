"""Rows that are there twice, rows that point to nothing: clean says ok, dirty says what."""

from __future__ import annotations

from pathlib import Path

from data.checks.finding import Severity
from tests.data.checks.seeing import check
from tests.world import event, item, order, refund, user, world


def test_no_key_twice(tmp_path: Path) -> None:
    w = world(tmp_path, users=[user(1)], orders=[order(1, "2024-01-05")])
    assert check(w, "duplicate_keys").severity is Severity.OK


def test_an_order_twice_is_an_error_with_its_id(tmp_path: Path) -> None:
    one = order(1, "2024-01-05", order_id="A")
    w = world(tmp_path, users=[user(1)], orders=[one, one, one, order(1, "2024-01-05")])
    found = check(w, "duplicate_keys")
    assert found.severity is Severity.ERROR
    assert found.listing is not None
    assert found.listing.rows == (("orders", "order_id", 1, 2, "A"),)
    assert found.sentence.en == "2 rows repeat a key that another row has, in orders."


def test_events_without_an_id_are_not_each_other(tmp_path: Path) -> None:
    """Two events without event_id share nothing but the missing name."""
    w = world(tmp_path, users=[user(1)], events=[event(1, "2024-01-05"), event(1, "2024-01-05")])
    assert check(w, "duplicate_keys").severity is Severity.OK


def test_an_event_twice_is_a_warning(tmp_path: Path) -> None:
    twice = event(1, "2024-01-05", event_id="e")
    w = world(tmp_path, users=[user(1)], events=[twice, twice])
    assert check(w, "duplicate_keys").severity is Severity.WARNING


def test_everything_named_is_there(tmp_path: Path) -> None:
    sold = order(1, "2024-01-05", 5)
    w = world(
        tmp_path, users=[user(1)], orders=[sold], order_items=[item(sold["order_id"], price=5)]
    )
    assert check(w, "orphans").severity is Severity.OK


def test_orders_and_items_without_their_owner(tmp_path: Path) -> None:
    """User 2 and order X are nowhere. A guest order is nobody's orphan."""
    w = world(
        tmp_path,
        users=[user(1)],
        orders=[order(2, "2024-01-05"), order(2, "2024-01-06"), order(None, "2024-01-06")],
        order_items=[item("X")],
    )
    found = check(w, "orphans")
    assert found.severity is Severity.WARNING
    assert found.listing is not None
    assert found.listing.rows == (
        ("orders", "user_id", "users", 2, 1),
        ("order_items", "order_id", "orders", 1, 1),
    )


def test_without_a_users_table_users_are_derived_and_it_is_said(tmp_path: Path) -> None:
    w = world(tmp_path, orders=[order(1, "2024-01-05")])
    found = check(w, "orphans")
    assert found.severity is Severity.INFO
    assert "users are derived from their orders" in found.sentence.en
    assert "没有 users 表" in found.sentence.zh


def test_refunds_of_paid_orders_are_in_order(tmp_path: Path) -> None:
    w = world(
        tmp_path,
        orders=[order(1, "2024-01-05", order_id="A")],
        refunds=[refund("2024-01-06", 3, order_id="A")],
    )
    assert check(w, "refund_orders").severity is Severity.OK


def test_refunds_of_no_unknown_and_unpaid_orders(tmp_path: Path) -> None:
    w = world(
        tmp_path,
        orders=[
            order(1, "2024-01-05", order_id="A"),
            order(1, "2024-01-05", order_id="B", status="pending"),
        ],
        refunds=[
            refund("2024-01-06", 1, order_id="A"),
            refund("2024-01-06", 2, order_id="B"),
            refund("2024-01-06", 3, order_id="Z"),
            refund("2024-01-06", 4),
            refund("2024-01-06", 5),
        ],
    )
    found = check(w, "refund_orders")
    assert found.severity is Severity.WARNING
    assert found.sentence.en == (
        "Refunds: 5. Without an order: 2; of an order that is not there: 1; of an unpaid order: 1."
    )
    assert found.listing is not None
    assert [row[3] for row in found.listing.rows] == [9, 3, 2]


def test_refunds_that_name_no_order_are_only_worth_knowing(tmp_path: Path) -> None:
    w = world(tmp_path, orders=[order(1, "2024-01-05")], refunds=[refund("2024-01-06", 4)])
    assert check(w, "refund_orders").severity is Severity.INFO
