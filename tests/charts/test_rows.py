"""Rows by day: gaps are marked where they are and nowhere else."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from charts.rows import rows_by_day
from charts.words import rows_alt
from tests.charts.shop import EN, ZH

DAYS = [date(2011, 11, 28) + timedelta(days=n) for n in range(5)]
COUNTS = {"orders": [5, 0, 0, 7, 6], "refunds": [1, 0, 1, 0, 0]}
GAPS = {date(2011, 11, 29), date(2011, 11, 30)}


def test_each_table_has_its_own_scale_on_zero():
    layout = rows_by_day(DAYS, COUNTS, GAPS, EN, dark=False).layout
    assert layout.yaxis.range[0] == layout.yaxis2.range[0] == 0
    assert 7 <= layout.yaxis.range[1] < 8
    assert 1 <= layout.yaxis2.range[1] < 2
    assert layout.yaxis.domain[0] > layout.yaxis2.domain[1]


def test_gap_carries_a_cross_only_where_there_are_no_rows():
    figure = rows_by_day(DAYS, COUNTS, GAPS, EN, dark=False)
    crosses = {t.name: list(t.customdata) for t in figure.data if t.type == "scatter"}
    assert crosses == {
        "orders gaps": ["2011-11-29", "2011-11-30"],
        "refunds gaps": ["2011-11-29"],
    }


def test_days_next_to_each_other_are_one_band():
    figure = rows_by_day(DAYS, COUNTS, GAPS, ZH, dark=True)
    (band,) = figure.layout.shapes
    assert (band.x0, band.x1) == (datetime(2011, 11, 29), datetime(2011, 12, 1))
    assert [a.text for a in figure.layout.annotations if a.text == "缺口"] == ["缺口"]


def test_quiet_day_that_is_no_gap_is_not_marked():
    figure = rows_by_day(DAYS, COUNTS, set(), EN, dark=False)
    assert not figure.layout.shapes
    assert {t.type for t in figure.data} == {"bar"}


def test_hover_names_table_rows_and_day():
    figure = rows_by_day(DAYS, {"orders": [1234, 0, 0, 0, 0]}, GAPS, EN, dark=False)
    assert figure.data[0].hovertext[0] == "<b>orders</b><br>1,234 rows<br>28 Nov 2011"
    assert "gap" in figure.data[1].hovertext[0]


def test_counts_that_do_not_fit_the_days_are_refused():
    with pytest.raises(ValueError, match="orders has 1 counts for 5 days"):
        rows_by_day(DAYS, {"orders": [1]}, set(), EN, dark=False)
    with pytest.raises(ValueError, match="at least one day"):
        rows_by_day([], {}, set(), EN, dark=False)


def test_sentence():
    assert rows_alt(DAYS, COUNTS, GAPS, EN) == (
        "Rows by day from 28 Nov – 2 Dec in 2 tables; gaps on 2 days (29 Nov, 30 Nov)."
    )
    assert rows_alt(DAYS, COUNTS, set(), ZH) == "11月28日–12月2日 2 张表的每日行数；无缺口。"


def test_sentence_names_five_gaps_at_most():
    days = [date(2011, 1, 1) + timedelta(days=n) for n in range(10)]
    said = rows_alt(days, {"orders": [0] * 10}, set(days), EN)
    assert "gaps on 10 days (1 Jan, 2 Jan, 3 Jan, 4 Jan, 5 Jan and 5 more)" in said
