"""The cohort page of orders and money: the table first, its intervals as soon as they are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data.settings import SETTINGS_VARIABLE
from metrics.periods import Grain
from metrics.retention.result import Retention
from metrics.retention.spec import Return, Spec, Start, Value
from tests.pages.framed import forgotten, page, said
from tests.pages.shop import settings_of
from tests.world import order, user, world
from ui.retention import asked
from ui.retention.address import write_retention

__all__ = ["forgotten"]

SCRIPT = "pages/retention/cohorts.py"
MONEY = Spec(Start.FIRST_PURCHASE, Return.PURCHASE, Grain.MONTH, value=Value.REVENUE)


def test_intervals_of_money_follow_the_table(tmp_path: Path, forgotten: pytest.MonkeyPatch) -> None:
    """Three buyers of January spent 10, 20 and 30 in it: the mean is 20, its interval is not."""
    shop = world(
        tmp_path / "wh",
        users=[user(n) for n in (1, 2, 3)],
        orders=[order(n, f"2024-01-0{n} 10:00", 10 * n) for n in (1, 2, 3)]
        + [order(1, "2024-03-01 10:00", 5)],
    )
    forgotten.setenv(SETTINGS_VARIABLE, str(settings_of(tmp_path, [shop])))
    drawn: list[tuple[bool, Retention]] = []
    whole = asked.retention

    def seen(*args: Any, intervals: bool) -> Retention:
        found = whole(*args, intervals=intervals)
        drawn.append((intervals, found))
        return found

    forgotten.setattr(asked, "retention", seen)
    dates = {"from": "2024-01-01", "to": "2024-03-01"}
    app = page(SCRIPT, r=write_retention(MONEY), lang="en", **dates)
    assert not app.exception
    assert "What do they bring?" in said(app)
    assert [with_intervals for with_intervals, _ in drawn] == [False, True]
    january = [next(c for c in found.cohorts if c.size) for _, found in drawn]
    first, second = (cohort.cells[0] for cohort in january)
    assert first.value == second.value == 20
    assert first.low is None
    assert second.low is not None
    assert second.low < 20
    app.run()
    assert len(drawn) == 2
