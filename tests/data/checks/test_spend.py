"""Checks of what marketing cost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from data.checks.finding import Severity
from tests.data.checks.seeing import check, checks
from tests.world import Row, order, world


def spend(day: int, amount: Any = 10, channel: str = "google_ads", **more: Any) -> Row:
    base = {"source": "google", "currency": "CNY", "campaign": "A", "campaign_id": "7"}
    found = {"day": date(2024, 1, day), "channel": channel, "spend": Decimal(str(amount))}
    return {**base, **found, **more}


ORDERS = [order(1, "2024-01-01"), order(1, "2024-01-31")]


def test_a_day_missing_in_the_middle_of_an_account_is_named(tmp_path: Path) -> None:
    """Google misses the 3rd while Meta has it; Meta has every day."""
    rows = [spend(day) for day in (1, 2, 4)]
    rows += [spend(day, source="meta") for day in (1, 2, 3, 4)]
    found = check(world(tmp_path, orders=ORDERS, marketing_spend=rows), "spend_gaps")
    assert found.severity is Severity.WARNING
    assert found.listing is not None
    assert found.listing.rows == (("google", "2024-01-03", "2024-01-03", 1),)


def test_an_account_that_bills_now_and_then_has_no_gaps(tmp_path: Path) -> None:
    """Three bills in thirty days; and materials are no daily report."""
    rows = [spend(day) for day in (1, 15, 30)]
    rows += [spend(day, source="shop", kind="materials") for day in (1, 2, 4)]
    found = check(world(tmp_path, orders=ORDERS, marketing_spend=rows), "spend_gaps")
    assert found.severity is Severity.OK


def test_credit_notes_are_told_and_are_no_error(tmp_path: Path) -> None:
    rows = [spend(1), spend(2, -4), spend(3, -1, currency="USD")]
    found = checks(world(tmp_path, orders=ORDERS, marketing_spend=rows))
    assert found["negative_amounts"].severity is Severity.OK
    assert found["spend_credits"].severity is Severity.INFO
    assert found["spend_credits"].listing is not None
    assert found["spend_credits"].listing.rows == (
        ("google", "CNY", 1, -4.0),
        ("google", "USD", 1, -1.0),
    )


def test_spend_in_no_channel_is_named_with_what_it_cost(tmp_path: Path) -> None:
    """Google Ads are paid search; tv (30 + 5) and a channel called unknown (2) are in none."""
    rows = [
        spend(1),
        spend(1, 30, "tv", campaign="Spring", campaign_id=None),
        spend(2, 5, "tv", campaign="Spring", campaign_id=None),
        spend(2, 2, "unknown", campaign=None, campaign_id=None),
    ]
    found = check(world(tmp_path, orders=ORDERS, marketing_spend=rows), "spend_channels")
    assert found.severity is Severity.WARNING
    assert found.sentence.en == "2 campaigns worth 37.00 CNY are in no channel."
    assert found.listing is not None
    assert found.listing.rows == (("tv", "Spring", 35.0), ("unknown", "unknown", 2.0))


def test_a_renamed_campaign_is_told(tmp_path: Path) -> None:
    rows = [spend(1), spend(2, campaign="B"), spend(2, source="meta", campaign="C")]
    found = check(world(tmp_path, orders=ORDERS, marketing_spend=rows), "renamed_campaigns")
    assert found.listing is not None
    assert found.listing.rows == (("google", "7", "A · B"),)


def test_a_currency_without_a_rate_is_named(tmp_path: Path) -> None:
    rows = [spend(1), spend(2, 5, currency="NOK")]
    found = check(world(tmp_path, orders=ORDERS, marketing_spend=rows), "currency_rates")
    assert found.severity is Severity.ERROR
    assert "NOK" in found.sentence.en


def test_without_spend_nothing_is_said(tmp_path: Path) -> None:
    found = checks(world(tmp_path, orders=ORDERS))
    assert not {"spend_gaps", "spend_credits", "spend_channels", "renamed_campaigns"} & set(found)
