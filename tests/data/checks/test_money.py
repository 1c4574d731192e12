"""Amounts and rates: clean says ok, dirty says what."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from data.checks.finding import Severity
from tests.data.checks.seeing import check
from tests.world import days, fx, item, order, refund, shop, world


def test_no_amount_below_zero(tmp_path: Path) -> None:
    w = world(tmp_path, orders=[order(1, "2024-01-05", 10)], refunds=[refund("2024-01-06", 1)])
    assert check(w, "negative_amounts").severity is Severity.OK


def test_amounts_below_zero_are_counted_and_summed_by_column(tmp_path: Path) -> None:
    """A refund written as −5 would raise net revenue."""
    w = world(
        tmp_path,
        orders=[order(1, "2024-01-05", -10), order(1, "2024-01-05", 10, discount_amount=-1)],
        refunds=[refund("2024-01-06", -5), refund("2024-01-06", -2)],
    )
    found = check(w, "negative_amounts")
    assert found.severity is Severity.ERROR
    assert found.listing is not None
    assert found.listing.rows == (
        ("orders", "gross_amount", 1, -10),
        ("orders", "discount_amount", 1, -1),
        ("refunds", "amount", 2, -7),
    )
    assert found.sentence.en.startswith("4 amounts are below zero")


def test_the_order_is_the_sum_of_its_items(tmp_path: Path) -> None:
    """3 × 3.33 is 9.99; the order says 10.00: a rounded cent."""
    w = world(
        tmp_path,
        orders=[order(1, "2024-01-05", 10, order_id="A")],
        order_items=[item("A", quantity=3, price=3.33)],
    )
    assert check(w, "items_total").severity is Severity.OK


def test_an_order_that_is_not_the_sum_of_its_items(tmp_path: Path) -> None:
    """A is 12 for items of 10; B agrees; C has no items."""
    w = world(
        tmp_path,
        orders=[
            order(1, "2024-01-05", 12, order_id="A"),
            order(1, "2024-01-05", 4, order_id="B"),
            order(1, "2024-01-05", 1, order_id="C"),
        ],
        order_items=[item("A", "x", 2, 3), item("A", "y", 1, 4), item("B", "x", 1, 4)],
    )
    found = check(w, "items_total")
    assert found.severity is Severity.WARNING
    assert found.sentence.en == (
        "1 of 2 orders with items differ from the sum of their items by more than 0.01, in all by "
        "+2.00. 1 orders have no items."
    )
    assert found.listing is not None
    assert found.listing.rows == (("A", "CNY", 12, 10, 2),)


def test_every_currency_has_its_rate(tmp_path: Path) -> None:
    w = world(
        tmp_path,
        orders=[order(1, "2024-01-05", 10, currency="USD"), order(1, "2024-01-05", 10)],
        fx_rates=fx("USD", 7, date(2024, 1, 5)),
    )
    assert check(w, "currency_rates").severity is Severity.OK


def test_a_currency_without_a_rate_is_named_with_days_and_money(tmp_path: Path) -> None:
    """The rate of January 1 holds to January 8; the orders of the 9th and 20th have none."""
    w = world(
        tmp_path,
        settings=shop(),
        orders=[
            order(1, "2024-01-08", 1, currency="USD"),
            order(1, "2024-01-09", 10, currency="USD"),
            order(1, "2024-01-20", 5, currency="USD"),
        ],
        fx_rates=fx("USD", 7, *days(date(2024, 1, 1), 1)),
    )
    found = check(w, "currency_rates")
    assert found.severity is Severity.ERROR
    assert found.sentence.en == (
        "USD has no rate into CNY on 2 days (2024-01-09 to 2024-01-20) with 15.00 of orders and "
        "refunds."
    )


def test_spend_without_a_rate_is_told_apart_from_sales(tmp_path: Path) -> None:
    spend = {"day": date(2024, 1, 5), "channel": "kol", "spend": 9, "currency": "EUR"}
    w = world(tmp_path, orders=[order(1, "2024-01-05")], marketing_spend=[spend])
    found = check(w, "currency_rates")
    assert found.severity is Severity.ERROR
    assert "EUR has no rate into CNY on 1 days" in found.sentence.en
    assert "marketing spend" in found.sentence.en
