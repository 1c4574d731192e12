"""Days, ranges, buckets and instants in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from format.dates import bucket, day, instant, is_whole, month, span, ticks
from i18n import Text

EN, ZH = Text("en"), Text("zh")
IN_2011 = date(2011, 12, 9)


def test_day_names_the_year_only_when_it_is_another():
    assert day(date(2011, 11, 15), EN) == "15 Nov"
    assert day(date(2011, 11, 15), ZH) == "11月15日"
    assert day(date(2011, 11, 15), EN, IN_2011) == "15 Nov"
    assert day(date(2010, 11, 15), EN, IN_2011) == "15 Nov 2010"
    assert day(date(2010, 11, 15), ZH, IN_2011) == "2010年11月15日"


def test_month():
    assert month(date(2011, 11, 1), EN) == "Nov 2011"
    assert month(date(2011, 11, 1), ZH) == "2011年11月"


@pytest.mark.parametrize(
    ("start", "end", "en", "zh"),
    [
        (date(2011, 10, 19), date(2011, 11, 16), "19 Oct – 15 Nov", "10月19日–11月15日"),
        (date(2011, 11, 10), date(2011, 11, 17), "10–16 Nov", "11月10日–16日"),
        (date(2011, 11, 15), date(2011, 11, 16), "15 Nov", "11月15日"),
        (date(2011, 11, 1), date(2011, 12, 1), "Nov 2011", "2011年11月"),
        (date(2011, 1, 1), date(2011, 12, 1), "Jan – Nov 2011", "2011年1月–11月"),
        (date(2010, 12, 1), date(2011, 12, 1), "Dec 2010 – Nov 2011", "2010年12月–2011年11月"),
        (date(2011, 1, 1), date(2012, 1, 1), "2011", "2011年"),
        (date(2010, 1, 1), date(2012, 1, 1), "2010–2011", "2010–2011年"),
        (
            date(2010, 12, 19),
            date(2011, 1, 16),
            "19 Dec 2010 – 15 Jan 2011",
            "2010年12月19日–2011年1月15日",
        ),
        (date(2010, 10, 19), date(2010, 11, 16), "19 Oct – 15 Nov 2010", "2010年10月19日–11月15日"),
        (date(2010, 11, 10), date(2010, 11, 17), "10–16 Nov 2010", "2010年11月10日–16日"),
    ],
)
def test_span_is_written_with_its_last_day(start, end, en, zh):
    assert span(start, end, EN, IN_2011) == en
    assert span(start, end, ZH, IN_2011) == zh


def test_span_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="ends after it starts"):
        span(date(2011, 1, 2), date(2011, 1, 2), EN)


@pytest.mark.parametrize(
    ("start", "end", "grain", "en", "zh"),
    [
        (date(2011, 11, 15), date(2011, 11, 16), "day", "15 Nov", "11月15日"),
        (
            date(2025, 11, 10),
            date(2025, 11, 17),
            "week",
            "W46 (10–16 Nov)",
            "第46周（11月10日–16日）",
        ),
        (date(2011, 11, 1), date(2011, 12, 1), "month", "Nov 2011", "2011年11月"),
        (date(2011, 10, 1), date(2012, 1, 1), "quarter", "Q4 2011", "2011年Q4"),
        (date(2011, 1, 1), date(2012, 1, 1), "year", "2011", "2011年"),
        (date(2011, 12, 1), date(2011, 12, 10), "month", "1–9 Dec 2011", "2011年12月1日–9日"),
    ],
)
def test_bucket(start, end, grain, en, zh):
    assert bucket(start, end, grain, EN) == en
    assert bucket(start, end, grain, ZH) == zh


def test_week_that_starts_on_sunday_has_the_number_of_its_working_days():
    """Sunday 9 Nov 2025 is ISO week 45, but the six days after it are week 46."""
    assert bucket(date(2025, 11, 9), date(2025, 11, 16), "week", EN) == "W46 (9–15 Nov)"


def test_week_over_new_year_belongs_to_the_year_of_its_middle():
    said = bucket(date(2025, 12, 29), date(2026, 1, 5), "week", EN)
    assert said == "W1 (29 Dec 2025 – 4 Jan 2026)"


def test_unknown_grain_is_named():
    with pytest.raises(ValueError, match="'decade'"):
        bucket(date(2011, 1, 1), date(2012, 1, 1), "decade", EN)


def test_cut_buckets_are_not_whole():
    assert is_whole(date(2011, 12, 1), date(2012, 1, 1), "month")
    assert not is_whole(date(2011, 12, 1), date(2011, 12, 10), "month")
    assert not is_whole(date(2011, 12, 5), date(2011, 12, 10), "week")


def test_ticks_name_the_year_first_and_where_it_turns():
    months = [
        (date(2010, 11, 1), date(2010, 12, 1)),
        (date(2010, 12, 1), date(2011, 1, 1)),
        (date(2011, 1, 1), date(2011, 2, 1)),
    ]
    assert ticks(months, "month", EN) == ["Nov<br>2010", "Dec", "Jan<br>2011"]
    assert ticks(months, "month", ZH) == ["11月<br>2010年", "12月", "1月<br>2011年"]
    assert ticks([(date(2011, 1, 1), date(2012, 1, 1))], "year", ZH) == ["2011年"]


def test_instant_is_told_by_the_clock_of_the_shop():
    """23:30 UTC is 07:30 of the next day in Shanghai; a naive instant is UTC."""
    shanghai = ZoneInfo("Asia/Shanghai")
    assert instant(datetime(2011, 11, 14, 23, 30), shanghai, EN) == "15 Nov 07:30"
    assert instant(datetime(2011, 11, 15, 15, 59, tzinfo=UTC), shanghai, ZH) == "11月15日 23:59"
    assert instant(datetime(2010, 12, 31, 20), shanghai, EN, IN_2011) == "1 Jan 04:00"
