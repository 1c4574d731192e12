"""What the reader of a trend relies on: hollow, broken, marked, named."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from charts.theme import LIGHT
from charts.trend import trend
from charts.words import trend_alt
from i18n import Words
from metrics.periods import Grain
from metrics.reading import Maturity, Reading, Reason
from metrics.scorecard import Series
from tests.charts.shop import EN, LIMITS, ZH, missing, series

SINGLES = (date(2011, 11, 11), Words("Singles' Day", "双11"))


def drawn(of: Series, tr=EN, limits=None, marks=(), dark=False, currency=None):
    return trend(of, limits, marks, tr, dark=dark, currency=currency)


def trace(figure: Any, name: str) -> Any:
    found = [t for t in figure.data if t.name == name]
    assert len(found) == 1, f"{name}: {[t.name for t in figure.data]}"
    return found[0]


def labels(figure: Any) -> list[str]:
    return [a.text for a in figure.layout.annotations]


def test_running_point_is_hollow_and_joined_by_dashes():
    figure = drawn(series([900, 1000, 300], running_last=True))
    points = trace(figure, "points")
    assert list(points.marker.color) == [LIGHT.accent, LIGHT.accent, LIGHT.paper]
    assert list(points.marker.line.color) == [LIGHT.accent] * 3
    assert list(trace(figure, "solid").y) == [900, 1000, None]
    assert list(trace(figure, "dashed").y) == [1000, 300, None]
    assert trace(figure, "dashed").line.dash != "solid"
    assert "still running" in points.hovertext[2]
    assert "still running" not in points.hovertext[1]


def test_immature_point_is_hollow_too():
    young = Reading(0.1, 10, 100, maturity=Maturity.RUNNING)
    some_left_out = Reading(0.2, 10, 50, left_out=7)
    points = trace(drawn(series([0.3, young, some_left_out], key="repurchase_rate_30")), "points")
    assert list(points.marker.color) == [LIGHT.accent, LIGHT.paper, LIGHT.paper]
    assert "not mature yet" in points.hovertext[1]
    assert "7 left out" in points.hovertext[2]


def test_missing_value_is_a_gap_with_its_reason():
    figure = drawn(series([900, missing(Reason.NO_RATE), 1000]))
    assert not [t for t in figure.data if t.name in ("solid", "dashed")]
    assert list(trace(figure, "points").y) == [900, 1000]
    gap = trace(figure, "missing")
    assert gap.x[0] == datetime(2011, 2, 15)
    assert "exchange rate is missing" in gap.hovertext[0]


def test_line_is_not_drawn_over_a_gap():
    figure = drawn(series([1, 2, missing(), 4, 5]))
    assert list(trace(figure, "solid").y) == [1, 2, None, 4, 5, None]


def test_signal_differs_in_shape_as_well_as_colour():
    figure = drawn(series([1000, 1300, 700, 1200]), limits=LIMITS)
    marker = trace(figure, "points").marker
    assert list(marker.symbol) == ["circle", "diamond", "diamond", "circle"]
    assert list(marker.color) == [LIGHT.accent, LIGHT.signal, LIGHT.signal, LIGHT.accent]
    hover = trace(figure, "points").hovertext
    assert "above the natural limits" in hover[1]
    assert "below the natural limits" in hover[2]


def test_running_point_is_never_signal():
    """300 buyers so far is below the limits only because the month is not over."""
    figure = drawn(series([1000, 1000, 300], running_last=True), limits=LIMITS)
    assert "diamond" not in trace(figure, "points").marker.symbol


def test_limits_are_a_band_with_a_label_and_do_not_hide_data():
    figure = drawn(series([1000, 1010]), limits=LIMITS)
    band = next(s for s in figure.layout.shapes if s.type == "rect")
    assert (band.y0, band.y1, band.layer) == (800, 1200, "below")
    assert any("natural limits 800 – 1.20K" in text for text in labels(figure))
    low, high = figure.layout.yaxis.range
    assert low < 800
    assert high > 1200


def test_year_before_lies_behind_in_grey_under_the_same_buckets():
    figure = drawn(series([10, 20], before=[5, 6]))
    assert figure.data[0].name == "before"
    assert figure.data[0].line.color == LIGHT.comparison
    assert list(figure.data[0].x) == list(trace(figure, "points").x)
    assert "year before: 5" in trace(figure, "points").hovertext[0]
    assert "year before" in labels(figure)


def test_year_before_of_a_running_bucket_says_that_it_is_whole():
    figure = drawn(series([10, 20], before=[5, 6], running_last=True))
    assert "year before, whole period: 6" in trace(figure, "points").hovertext[1]


def test_direct_labels_instead_of_a_legend():
    figure = drawn(series([10, 20], before=[5, 6]), limits=LIMITS)
    assert figure.layout.showlegend is False
    assert "<b>20</b>" in labels(figure)


def test_last_value_that_is_not_final_says_so_without_hover():
    assert "<b>20</b> so far" in labels(drawn(series([10, 20], running_last=True)))
    assert "<b>20</b> 至今" in labels(drawn(series([10, 20], running_last=True), ZH))


def test_labels_at_the_edge_do_not_touch():
    figure = drawn(series([1000, 1500, 1000], before=[700, 800, 1001]))
    ends = [a for a in figure.layout.annotations if a.x == 1]
    low, high = figure.layout.yaxis.range
    plot = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    at = sorted(a.y / (high - low) * plot + a.yshift for a in ends)
    assert at[1] - at[0] >= 14.9


def test_hover_card_has_its_lines_in_order():
    """Name, value, numerator / denominator, interval, period."""
    reading = Reading(0.25, 250, 1000, low=0.224, high=0.278)
    figure = drawn(series([reading], key="returning_buyer_share"))
    assert trace(figure, "points").hovertext[0].split("<br>") == [
        "<b>Returning buyers</b>",
        "25.00%",
        "250 / 1,000",
        "95% interval 22.40% – 27.80%",
        "Jan 2011",
    ]


def test_numerator_of_money_is_money():
    figure = drawn(series([Reading(533.88, 5338.8, 10)], key="aov"), currency="GBP")
    assert "£5,338.80 / 10" in trace(figure, "points").hovertext[0]


def test_marked_days_are_thin_lines_with_names_on_top():
    outside = (date(2012, 6, 18), Words("618", "618"))
    figure = drawn(series([1] * 12), ZH, marks=[SINGLES, outside])
    lines = [s for s in figure.layout.shapes if s.type == "line"]
    assert [s.x0 for s in lines] == [datetime(2011, 11, 11, 12)]
    label = next(a for a in figure.layout.annotations if a.text == "双11")
    assert (label.yref, label.y) == ("paper", 1)


def test_marked_days_close_together_take_rows_of_their_own():
    friday = (date(2011, 11, 25), Words("Black Friday", "黑色星期五"))
    figure = drawn(series([1] * 12), marks=[SINGLES, friday])
    shifts = {a.text: a.yshift for a in figure.layout.annotations if a.yref == "paper"}
    assert shifts["Black Friday"] - shifts["Singles&#x27; Day"] >= 14


def test_name_does_not_lie_across_the_line_of_a_higher_one():
    """Three long names a month apart: each overlaps the one before, and the third would cross the
    second's line in the first row, so it takes a third row."""
    marks = [
        (date(2011, 7, 1), Words("Membership week", "会员周")),
        (date(2011, 8, 1), Words("Membership week", "会员周")),
        (date(2011, 9, 1), Words("Membership week", "会员周")),
    ]
    figure = drawn(series([1] * 12), marks=marks)
    rows = [a.yshift for a in figure.layout.annotations if a.text == "Membership week"]
    assert rows == sorted(set(rows))


def test_name_without_room_is_left_to_its_line():
    marks = [
        (date(2011, 6, day), Words("A very long campaign name", "长名")) for day in range(1, 6)
    ]
    figure = drawn(series([1] * 12), marks=marks)
    assert len([s for s in figure.layout.shapes if s.type == "line"]) == 5
    assert len([a for a in figure.layout.annotations if "campaign" in a.text]) == 3


def test_one_card_at_a_time():
    assert drawn(series([1, missing(), 3])).layout.hovermode == "closest"


def test_names_from_the_data_are_not_markup():
    evil = (date(2011, 6, 1), Words("<a href='x'>sale</a>", "<b>"))
    figure = drawn(series([1] * 12), marks=[evil])
    assert not any("<a" in text for text in labels(figure))


def test_month_names_are_the_readers():
    months = series([1, 2, 3])
    assert list(drawn(months, EN).layout.xaxis.ticktext) == ["Jan<br>2011", "Feb", "Mar"]
    assert list(drawn(months, ZH).layout.xaxis.ticktext) == ["1月<br>2011年", "2月", "3月"]


def test_ticks_are_few_enough_for_a_phone_and_name_the_last_bucket():
    many = drawn(series([1] * 52, grain=Grain.WEEK, first=date(2011, 1, 3)))
    assert len(many.layout.xaxis.tickvals) <= 4
    assert many.layout.xaxis.tickvals[-1] == trace(many, "points").x[-1]


def test_click_tells_the_bucket():
    figure = drawn(series([1, 2]))
    assert list(trace(figure, "points").customdata[1]) == ["2011-02-01", "2011-02-28"]


@pytest.mark.parametrize("dark", [False, True])
def test_no_value_at_all_is_a_figure_still(dark):
    figure = drawn(series([missing(), missing()]), dark=dark)
    assert len(trace(figure, "missing").x) == 2
    assert "no value in any of the 2 periods" in figure.layout.meta["alt"]


def test_empty_series_is_refused():
    with pytest.raises(ValueError, match="at least one point"):
        drawn(series([]))


def test_sentence_for_those_who_do_not_see_it():
    months = series([1000, missing(), 1300, 900], running_last=True)
    assert trend_alt(months, [LIMITS] * 4, EN, currency=None) == (
        "Monthly active purchasing users: from 1.00K (Jan 2011) to 900 (Apr 2011); lowest 900, "
        "highest 1.30K; 1 without a value; the last one still running; 1 outside the natural "
        "limits."
    )
    assert trend_alt(months, [LIMITS] * 4, ZH, currency=None) == (
        "月活跃购买用户（MAPU）：从 1,000（2011年1月）到 900（2011年4月）；最低 900，最高 1,300；"
        "1 个周期无数值；最后一个周期进行中；1 个点超出自然波动范围。"
    )


@pytest.mark.parametrize(
    ("tr", "begins"), [(EN, "Checkout was down"), (ZH, "下单页故障")], ids=["en", "zh"]
)
def test_sentence_over_a_marked_day_is_cut_and_told_on_hover(tr, begins):
    whole = Words("Checkout was down from 14:00 to 16:00", "下单页故障，十四点到十六点之间无法付款")
    figure = drawn(series([1] * 12), tr, marks=[(date(2011, 6, 1), whole)])
    [label] = [a for a in figure.layout.annotations if a.text.startswith(begins)]
    assert label.text.endswith("…")
    assert label.hovertext.endswith(f" · {tr(whole)}")
