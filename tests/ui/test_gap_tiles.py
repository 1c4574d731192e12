"""What the page says of the churn gap: from returns alone, from all silences, and in force."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from data.scope import Scope
from i18n import LANGUAGES, Text
from metrics.survival.gaps import ChurnGap, churn_gap
from tests.world import Row, order, world
from ui.survival.gap_tiles import gap_tiles

EN = Text("en")


def gap_of(folder: Path, *orders: Row, through: str = "2024-03-01") -> ChurnGap:
    made = world(folder, orders=orders, through=through)
    return churn_gap(made.warehouse(), Scope.of("CNY"))


def test_silences_that_still_last_move_the_gap_out(tmp_path: Path) -> None:
    """Ten buyers are back after 1 to 10 days and are silent since for at least 50 days: nine of
    ten returns came within 9 days. Of twenty silences ten ended; nine tenths never do."""
    orders = [
        o for n in range(1, 11)
        for o in (order(n, "2024-01-01"), order(n, f"2024-01-{n + 1:02d}"))
    ]  # fmt: skip
    returns, silences, chosen = gap_tiles(gap_of(tmp_path, *orders), 5, EN)
    assert returns.value == "9 days"
    assert "10 returns" in returns.note
    assert silences.value == "not reached"
    assert silences.change == "50.0% have ended within 58 days"
    assert "10 silences that still last" in silences.note
    assert chosen.value == "5 days"
    assert chosen.change == "holds 50.0% of the returns"


def test_where_everybody_comes_back_both_are_days(tmp_path: Path) -> None:
    """Nine buyers, the n-th of whom is back every n days to the end of the data: the silences that
    still last are short, and change little. 59 + 29 + 19 + 14 + 11 + 9 + 8 of 162 returns came
    within 7 days."""
    first = date(2024, 1, 1)
    orders = [
        order(n, str(first + timedelta(days=day))) for n in range(1, 10) for day in range(0, 60, n)
    ]
    returns, silences, _ = gap_tiles(gap_of(tmp_path, *orders), 30, EN)
    assert (returns.value, silences.value) == ("7 days", "7 days")
    assert silences.change == "95 % interval 6 – 8 days"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_unsaid_in_either_language(tmp_path: Path, language: str) -> None:
    tr = Text("zh" if language == "zh" else "en")
    gap = gap_of(tmp_path, order(1, "2024-01-01"), order(1, "2024-01-06"))
    for tile in gap_tiles(gap, 90, tr):
        assert tile.value
        assert "{" not in "".join((tile.name, tile.value, tile.change, tile.note))
