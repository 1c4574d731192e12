"""Which days of spend have come."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from metrics.spend_coverage import spend_coverage
from tests.world import Row, days, fx, order, world


def spend(day: date, amount: Any = 10, **more: Any) -> Row:
    base = {"day": day, "channel": "google_ads", "source": "google", "currency": "CNY"}
    return {**base, "spend": Decimal(str(amount)), **more}


def january(*wanted: int) -> list[date]:
    return [date(2024, 1, n) for n in wanted]


@pytest.fixture(params=["duckdb", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    if request.param == "postgresql":
        found: str = request.getfixturevalue("postgres_database")()
        return found
    return tmp_path


def test_accounts_that_miss_days_come_first_and_amounts_are_converted(place: Path | str) -> None:
    """Google misses the 3rd. Meta spent $2 (¥14) and €1, which has no rate, on the 1st; its bill of
    materials on the 20th is no daily report. An account silent for thirteen weeks is not shown."""
    rows = [spend(d) for d in january(1, 2, 4)]
    rows += [
        spend(date(2024, 1, 1), 2, source="meta", currency="USD"),
        spend(date(2024, 1, 1), 1, source="meta", currency="EUR"),
        *[spend(d, 100, source="meta") for d in january(2, 3)],
        spend(date(2024, 1, 20), 5, source="meta", kind="materials"),
        spend(date(2023, 1, 1), 5, source="old"),
    ]
    made = world(
        place,
        through="2024-02-01",
        orders=[order(1, "2022-12-01"), order(1, "2024-01-31")],
        marketing_spend=rows,
        fx_rates=fx("USD", 7, *days(date(2024, 1, 1), 31)),
    )
    found = spend_coverage(made.warehouse(), "CNY")
    assert [(a.account, a.total, a.missing) for a in found.accounts] == [
        ("google", 30.0, (date(2024, 1, 3),)),
        ("meta", 219.0, ()),
    ]
    assert (found.days[0], found.days[-1], len(found.days)) == (
        date(2023, 10, 22), date(2024, 1, 20), 91,
    )  # fmt: skip
    assert found.missing == 1


def test_a_shop_without_spend_has_no_accounts(place: Path | str) -> None:
    found = spend_coverage(world(place, orders=[order(1, "2024-01-01")]).warehouse(), "CNY")
    assert found.accounts == ()
