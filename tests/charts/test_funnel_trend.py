"""What the reader of a funnel's trend relies on: hollow, blank, on one scale."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from charts.funnel_trend import funnel_trend_lines
from charts.theme import LIGHT
from data.scope import Span
from metrics.funnels.result import FunnelTrend, TrendPoint
from metrics.funnels.spec import simple
from metrics.periods import Grain
from metrics.reading import Maturity
from tests.charts.funnels import SHOP, segment
from tests.charts.shop import EN, ZH

MATURE, RUNNING, NOT_BEGUN = Maturity.MATURE, Maturity.RUNNING, Maturity.NOT_BEGUN
EMPTY = (0, 0, 0)


def trend(*weeks: tuple[tuple[int, ...], Maturity]) -> FunnelTrend:
    """Weeks from Monday 19 Oct 2026, each with what was reached by step."""
    points = []
    start = date(2026, 10, 19)
    for reached, maturity in weeks:
        made = segment(parts=(reached, reached, [0] * len(reached)))
        points.append(TrendPoint(Span(start, start + timedelta(days=7)), made, maturity))
        start += timedelta(days=7)
    return FunnelTrend(Grain.WEEK, tuple(points), "select 1")


FOUR = trend(
    ((100, 50, 20), MATURE), ((100, 60, 30), MATURE), ((100, 40, 10), RUNNING), (EMPTY, NOT_BEGUN)
)


def drawn(of: FunnelTrend, tr=EN, funnel=SHOP, dark=False):
    return funnel_trend_lines(of, funnel, tr, dark=dark)


def trace(figure, name: str):
    found = [t for t in figure.data if t.name == name]
    assert len(found) == 1, f"{name}: {[t.name for t in figure.data]}"
    return found[0]


def labels(figure) -> list[str]:
    return [a.text for a in figure.layout.annotations]


def test_main_line_is_the_share_of_all_who_entered():
    assert list(trace(drawn(FOUR), "points y").y) == [0.2, 0.3, 0.1]


def test_small_lines_are_of_the_step_before():
    figure = drawn(FOUR)
    assert list(trace(figure, "points y2").y) == [0.5, 0.6, 0.4]
    assert list(trace(figure, "points y3").y) == [0.4, 0.5, 0.25]


def test_running_bucket_is_hollow_dashed_and_so_far():
    figure = drawn(FOUR)
    points = trace(figure, "points y")
    assert list(points.marker.color) == [LIGHT.accent, LIGHT.accent, LIGHT.paper]
    assert list(trace(figure, "solid y").y) == [0.2, 0.3, None]
    assert list(trace(figure, "dashed y").y) == [0.3, 0.1, None]
    assert "<b>10.0%</b> so far" in labels(figure)
    assert "still running" in points.hovertext[2]
    assert "still running" not in points.hovertext[1]


def test_units_with_open_windows_make_a_point_hollow():
    """The bucket is over, but 40 of its 100 units still have an open window."""
    open_units = TrendPoint(Span(date(2026, 10, 19), date(2026, 10, 26)), segment(), MATURE)
    figure = drawn(FunnelTrend(Grain.WEEK, (open_units,), "select 1"))
    assert list(trace(figure, "points y").marker.color) == [LIGHT.paper]
    assert "40 left out: no window of theirs is over" in trace(figure, "points y").hovertext[0]


def test_bucket_that_has_not_begun_is_blank_with_words():
    figure = drawn(FOUR, ZH)
    (band,) = [s for s in figure.layout.shapes if s.type == "rect"]
    assert (band.x0.date(), band.x1.date()) == (date(2026, 11, 9), date(2026, 11, 16))
    assert any("尚未开始" in text for text in labels(figure))
    assert len(trace(figure, "points y").x) == 3


def test_nothing_is_said_of_later_buckets_where_there_are_none():
    assert not any("not begun" in t for t in labels(drawn(trend(((100, 50, 20), MATURE)))))


def test_line_is_not_drawn_over_a_bucket_that_nobody_entered():
    figure = drawn(trend(((100, 50, 20), MATURE), (EMPTY, MATURE), ((100, 50, 30), MATURE)))
    assert not [t for t in figure.data if t.name.startswith(("solid", "dashed"))]
    bands = [t for t in figure.data if t.name == "interval"]
    assert [t.fill for t in bands] == ["none", "none"]


def test_band_is_the_interval_of_the_main_line():
    band = trace(drawn(FOUR), "interval")
    reading = FOUR.points[0].total.steps[2].overall
    assert (band.y[0], band.y[-1]) == (reading.high, reading.low)
    assert band.fill == "toself"
    assert band.fillcolor.endswith("0.2)")


def test_a_point_of_change_is_equally_high_in_all_small_lines():
    layout = drawn(FOUR).layout
    spans = [a.range[1] - a.range[0] for a in (layout.yaxis2, layout.yaxis3)]
    heights = [a.domain[1] - a.domain[0] for a in (layout.yaxis2, layout.yaxis3)]
    assert spans[0] == pytest.approx(spans[1])
    assert heights[0] == pytest.approx(heights[1])
    assert spans[0] > 0.25


def test_funnel_of_two_steps_has_no_small_lines():
    figure = drawn(trend(((100, 50), MATURE)), funnel=simple("view_item", "purchase"))
    assert [t.name for t in figure.data if t.name.startswith("points")] == ["points y"]


def test_plots_do_not_overlap_with_twenty_steps():
    reached = tuple(1000 - 40 * n for n in range(20))
    layout = drawn(
        trend((reached, MATURE)), funnel=simple(*[f"event_{n}" for n in range(20)])
    ).layout
    domains = [layout[f"yaxis{n}"].domain for n in range(2, 21)]
    assert layout.yaxis.domain[0] > domains[0][1]
    assert all(a[0] > b[1] for a, b in pairwise(domains))
    assert domains[-1][0] > 0


def test_click_tells_bucket_and_step():
    assert list(trace(drawn(FOUR), "points y2").customdata[1]) == ["2026-10-26", "2026-11-01", 2]


def test_card_has_its_lines_in_order():
    assert trace(drawn(FOUR), "points y2").hovertext[2].split("<br>") == [
        "<b>2 Add to cart</b>",
        "40.00% (40 / 100)",
        "95% interval 30.94% – 49.80%",
        "W45 (2–8 Nov)",
        "100 users entered",
        "still running, not final",
    ]


@pytest.mark.parametrize("dark", [False, True])
def test_no_value_at_all_is_a_figure_still(dark):
    figure = drawn(trend((EMPTY, NOT_BEGUN), (EMPTY, NOT_BEGUN)), dark=dark)
    assert figure.layout.meta["alt"] == (
        "Conversion to 3 Paid order by time of entry: no value yet."
    )


def test_trend_without_buckets_is_refused():
    with pytest.raises(ValueError, match="at least one bucket"):
        drawn(FunnelTrend(Grain.WEEK, (), "select 1"))


def test_sentence_for_those_who_do_not_see_it():
    assert drawn(FOUR).layout.meta["alt"] == (
        "Conversion to 3 Paid order by time of entry: 20.0% (W43 (19–25 Oct)) to 10.0% "
        "(W45 (2–8 Nov))."
    )
