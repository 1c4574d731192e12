"""What may be called a difference: intervals around zero, judged only when it can be judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from charts.funnel_difference import difference_whiskers
from charts.theme import LIGHT, NARROW
from metrics.funnels.result import Breakdown, SegmentDifference, StepDifference
from metrics.reading import Maturity, Reading, Reason, share
from tests.charts.funnels import SHOP
from tests.charts.shop import EN, ZH

CHANNEL = Breakdown("channel")
BETTER = StepDifference(2, share(400, 1000), share(460, 1000), 0.06, 0.0166, 0.1029, 0.0067, 0.0134)
WORSE = replace(BETTER, step=3, difference=-0.06, low=-0.1029, high=-0.0166)
SAME = replace(BETTER, step=3, difference=0.01, low=-0.03, high=0.05, p_value=0.6, adjusted=0.6)
UNKNOWN = StepDifference(
    3, share(1, 10), Reading.missing(Reason.NO_ROWS), None, None, None, None, None
)


def segment(value: str | None, *steps: StepDifference) -> SegmentDifference:
    return SegmentDifference(value, steps, steps)


def periods(*steps: StepDifference, tr=EN):
    return difference_whiskers((segment(None, *steps),), SHOP, None, tr, dark=False)


def dots(figure):
    return next(t for t in figure.data if t.name == "differences")


def labels(figure) -> list[str]:
    return [a.text for a in figure.layout.annotations]


def test_significant_has_colour_arrow_and_word():
    figure = periods(BETTER, WORSE)
    assert list(dots(figure).marker.color) == [LIGHT.good, LIGHT.bad]
    assert {"<b>▲ +6.0 pt</b>", "<b>▼ −6.0 pt</b>"} <= set(labels(figure))
    assert labels(figure).count("significant") == 2
    assert labels(periods(BETTER, WORSE, tr=ZH)).count("显著") == 2


def test_what_is_not_significant_is_grey_without_arrow():
    figure = periods(BETTER, SAME)
    assert dots(figure).marker.color[1] == LIGHT.comparison
    assert {"<b>+1.0 pt</b>", "not significant"} <= set(labels(figure))


def test_the_adjusted_p_decides():
    """0.0067 alone would be significant; among all that are shown it is not."""
    figure = periods(replace(BETTER, adjusted=0.08))
    assert "not significant" in labels(figure)
    assert "significant" in labels(periods(replace(BETTER, adjusted=0.05)))


def test_rate_to_date_is_not_judged():
    """It has had less time than the period before, whose windows are over."""
    running = replace(BETTER, after=replace(share(460, 1000), maturity=Maturity.RUNNING))
    figure = periods(running)
    assert "windows open" in labels(figure)
    assert "significant" not in labels(figure)
    assert dots(figure).marker.color[0] == LIGHT.paper
    assert dots(figure).marker.line.color[0] == LIGHT.comparison


def test_rate_of_entries_that_are_over_is_judged():
    """Those without one are left out, which looks at nothing but when they entered."""
    running = replace(BETTER, after=share(460, 1000, left_out=300))
    figure = periods(running)
    assert "significant" in labels(figure)
    assert "300 left out: no window of theirs is over" in dots(figure).hovertext[0]


def test_segments_of_one_period_leave_out_alike_and_are_judged():
    running = replace(BETTER, step=3, after=share(460, 1000, left_out=300))
    figure = difference_whiskers([segment("direct", running)], SHOP, CHANNEL, EN, dark=False)
    assert "significant" in labels(figure)


def test_whiskers_are_the_interval_and_zero_is_on_the_axis():
    figure = periods(BETTER)
    whisker = next(t for t in figure.data if t.name == "interval")
    assert list(whisker.x) == [0.0166, 0.1029]
    axis = figure.layout.xaxis
    assert axis.range[0] < 0 < 0.1029 < axis.range[1]
    assert axis.zeroline


def test_ticks_are_points_with_their_sign():
    assert list(periods(BETTER, WORSE).layout.xaxis.ticktext) == ["−10", "−5", "0", "+5", "+10"]


def test_segments_are_compared_at_the_last_step():
    parts = [segment("direct", BETTER, SAME), segment("paid_search", SAME, WORSE)]
    figure = difference_whiskers(parts, SHOP, CHANNEL, EN, dark=False)
    assert list(dots(figure).x) == [0.01, -0.06]
    assert list(figure.layout.yaxis.ticktext) == ["Direct", "Paid search"]
    assert list(dots(figure).customdata) == ["direct", "paid_search"]
    assert "all others: 40.00% (400 / 1,000)" in dots(figure).hovertext[0]


def test_no_value_is_said_and_draws_nothing():
    figure = periods(BETTER, UNKNOWN)
    assert {"<b>–</b>", "no value to compare"} <= set(labels(figure))
    assert list(dots(figure).customdata) == [2]


def test_card_has_its_lines_in_order():
    assert dots(periods(BETTER)).hovertext[0].split("<br>") == [
        "<b>2 Add to cart</b>",
        "+6.0 pt",
        "now: 46.00% (460 / 1,000)",
        "before: 40.00% (400 / 1,000)",
        "95% interval +1.7 pt to +10.3 pt",
        "significant: adjusted p = 0.013",
    ]
    tiny = dots(periods(replace(BETTER, adjusted=1e-9))).hovertext[0]
    assert "adjusted p &lt; 0.001" in tiny


def test_a_third_of_the_narrowest_screen_is_left_to_the_whiskers():
    margin = periods(BETTER).layout.margin
    assert NARROW - margin.l - margin.r >= NARROW / 3


def test_nothing_to_compare_is_refused():
    with pytest.raises(ValueError, match="got 0"):
        difference_whiskers((), SHOP, CHANNEL, EN, dark=False)
    with pytest.raises(ValueError, match="got 2"):
        difference_whiskers(
            (segment(None, BETTER), segment(None, BETTER)), SHOP, None, EN, dark=False
        )


def test_sentence_for_those_who_do_not_see_it():
    assert periods(BETTER, SAME).layout.meta["alt"] == (
        "Share of all who entered, points against before: 2 Add to cart +6.0 pt (significant), "
        "3 Paid order +1.0 pt (not significant)."
    )
