"""Days of spend by account: a mark for each day that came, a cross where one is missing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from charts.spend_days import alt_text, spend_days
from metrics.spend_coverage import AccountDays
from tests.charts.shop import EN, ZH

DAYS = [date(2026, 11, 1) + timedelta(days=n) for n in range(5)]
GAP = DAYS[2]
WHOLE = AccountDays("meta", dict.fromkeys(DAYS, 10.0), DAYS[-1], ())
LACKING = AccountDays("google", {d: 1234.5 for d in DAYS if d != GAP}, DAYS[-1], (GAP,))


def test_a_missing_day_carries_a_cross_and_is_named():
    figure = spend_days(DAYS, [LACKING, WHOLE], EN, currency="CNY", dark=False)
    bars = [t for t in figure.data if t.type == "bar"]
    (cross,) = [t for t in figure.data if t.type == "scatter"]
    assert [len(t.x) for t in bars] == [4, 1, 5]
    assert [x.date() for x in cross.x] == [GAP]
    assert [a.text for a in figure.layout.annotations] == ["google · 1 days missing", "meta"]


def test_hover_says_account_amount_and_day():
    figure = spend_days(DAYS, [LACKING], EN, currency="CNY", dark=True)
    assert figure.data[0].hovertext[0] == "<b>google</b><br>¥1,234.50<br>1 Nov 2026"
    assert "missing" in figure.data[1].hovertext[0]


def test_the_same_is_said_to_those_who_do_not_see_it():
    assert alt_text(DAYS, [LACKING, WHOLE], EN) == (
        "Days with spend by ad account, 2026-11-01 to 2026-11-05: google misses 1 days, meta "
        "complete."
    )
    assert "google 缺 1 天" in alt_text(DAYS, [LACKING, WHOLE], ZH)


def test_nothing_to_draw_is_refused():
    with pytest.raises(ValueError, match="a day and an account"):
        spend_days([], [], EN, currency="CNY", dark=False)
