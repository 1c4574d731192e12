"""What the reader of times relies on: the axis is said, ranges are ranges, nobody is not zero."""

from __future__ import annotations

import math

import pytest

from charts.funnel_times import time_to_convert
from charts.theme import LIGHT
from metrics.funnels.result import TIME_QUANTILES, FunnelTimes, StepTime
from metrics.funnels.spec import Funnel, Match, Order, Step, simple
from tests.charts.funnels import SHOP
from tests.charts.shop import EN, ZH


def time(step: int | None, *quantiles: float) -> StepTime:
    known = dict(zip(TIME_QUANTILES, quantiles, strict=True)) if quantiles else {}
    return StepTime(step, 40 if quantiles else 0, 90.0 if quantiles else None, known)


def times(second=(5, 20, 46, 120, 7200), third=(60, 90, 150, 600, 3600), overall=None):
    last = overall or (120, 300, 5_400, 90_000, 180_000)
    return FunnelTimes((time(2, *second), time(3, *third)), time(None, *last), "select 1")


def drawn(of: FunnelTimes, tr=EN, funnel=SHOP):
    return time_to_convert(of, funnel, tr, dark=False)


def medians(figure):
    return next(t for t in figure.data if t.name == "medians")


def test_ticks_are_units_that_people_use():
    axis = drawn(times()).layout.xaxis
    assert axis.type == "log"
    assert list(axis.ticktext) == ["1 s", "1 min", "1 h", "1 d", "7 d"]
    assert list(drawn(times(), ZH).layout.xaxis.ticktext)[:2] == ["1 秒", "1 分钟"]
    assert axis.range == pytest.approx((0, math.log10(604_800)))


def test_a_month_takes_the_room_of_the_week():
    slow = times(overall=(120, 300, 5_400, 90_000, 2_000_000))
    assert list(drawn(slow).layout.xaxis.ticktext) == ["1 s", "1 min", "1 h", "1 d", "30 d"]


def test_line_bar_and_dot_are_the_quantiles():
    figure = drawn(times())
    of_second = {t.name: list(t.x) for t in figure.data if t.y[0] == 0 and t.mode == "lines"}
    assert of_second == {"p10–p90": [5, 7200], "quartiles": [20, 120]}
    assert list(medians(figure).x) == [46, 150, 5400]
    assert list(medians(figure).customdata) == [2, 3, None]


def test_median_is_said_beside_its_dot():
    texts = [a.text for a in drawn(times()).layout.annotations]
    assert {"<b>46 s</b>", "<b>2.5 min</b>", "<b>1.5 h</b>"} <= set(texts)


def test_the_whole_way_is_the_thing_in_question():
    assert list(medians(drawn(times())).marker.color) == [LIGHT.muted, LIGHT.muted, LIGHT.accent]


def test_less_than_a_second_has_a_place_on_the_logarithmic_axis():
    figure = drawn(times(second=(0, 0, 0, 3, 9)))
    assert medians(figure).x[0] == 1
    label = next(a for a in figure.layout.annotations if a.text == "<b>0 s</b>")
    assert (label.x, label.xanchor) == (0, "left")


def test_row_that_nobody_reached_says_so():
    figure = drawn(FunnelTimes((time(2, 1, 2, 3, 4, 5), time(3)), time(None), "select 1"))
    assert [a.text for a in figure.layout.annotations].count("nobody got there") == 2
    assert list(medians(figure).customdata) == [2]


def test_nobody_at_all_is_a_figure_still():
    figure = drawn(FunnelTimes((time(2), time(3)), time(None), "select 1"))
    low, high = figure.layout.xaxis.range
    assert low < high
    assert not any(t.mode == "lines" for t in figure.data)


def test_card_has_median_ranges_mean_units_and_since_when():
    assert medians(drawn(times())).hovertext[1].split("<br>") == [
        "<b>3 Paid order</b>",
        "median 2.5 min",
        "middle 50%: 1.5 min – 10 min",
        "middle 80%: 1 min – 1 h",
        "mean 1.5 min",
        "40 users",
        "since step 2",
    ]


def test_optional_step_is_no_beginning_and_any_order_begins_at_the_first():
    """Step 3 is measured from step 1: a search in between starts no clock."""
    optional = Funnel(
        steps=tuple(
            Step(any_of=(Match(event=e),), optional=e == "search")
            for e in ("view_item", "search", "purchase")
        )
    )
    assert "since step 1" in medians(drawn(times(), funnel=optional)).hovertext[1]
    unordered = simple("view_item", "search", "purchase", order=Order.UNORDERED)
    assert "since step 1" in medians(drawn(times(), funnel=unordered)).hovertext[1]


def test_sentence_for_those_who_do_not_see_it():
    assert drawn(times()).layout.meta["alt"] == (
        "Median time to convert: 2 Add to cart 46 s, 3 Paid order 2.5 min, "
        "First to last step 1.5 h."
    )
