"""One metric by value: sums from zero, ratios with their interval, too few in grey."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from charts.explore_lines import ValueLine, value_lines
from charts.explore_rows import ValueRow, value_rows
from charts.theme import LIGHT
from data.scope import Span
from metrics.catalog import METRICS
from metrics.reading import Reading, Reason, share
from metrics.scorecard import Point
from tests.charts.shop import EN, ZH

GMV, CONVERSION = METRICS["gmv"], METRICS["conversion_rate"]


def rows_of(metric, *rows, whole=None, tr=EN):
    return value_rows(rows, whole, metric, tr, dark=False, currency="CNY", small_below=30)


def trace(figure, name):
    return next(t for t in figure.data if t.name == name)


def test_sums_are_bars_from_zero_with_the_comparison_hollow():
    figure = rows_of(
        GMV,
        ValueRow(0, "China", Reading(300.0, 300.0), Reading(200.0, 200.0)),
        ValueRow(1, "Brazil", Reading(100.0, 100.0)),
    )
    assert list(trace(figure, "now").x) == [300, 100]
    assert trace(figure, "now").type == "bar"
    assert list(trace(figure, "before").x) == [200]
    assert trace(figure, "before").marker.color == (LIGHT.paper,)
    assert figure.layout.xaxis.range[0] == 0
    assert "largest China at ¥300" in figure.layout.meta["alt"]


def test_ratios_are_dots_with_their_interval_and_a_line_for_the_whole():
    figure = rows_of(CONVERSION, ValueRow(7, "iOS", share(30, 100)), whole=share(50, 200))
    low, high = share(30, 100).low, share(30, 100).high
    whisker = next(s for s in figure.layout.shapes if s.y0 == s.y1)
    assert (whisker.x0, whisker.x1) == (low, high)
    assert trace(figure, "now").customdata == (7,)
    assert any(a.text == "all: 25.0%" for a in figure.layout.annotations)


def test_too_few_are_grey_and_no_value_says_why():
    figure = rows_of(
        CONVERSION,
        ValueRow(0, "iOS", share(3, 10), small=True, colour="#FF0000"),
        ValueRow(1, "Web", Reading.missing(Reason.ZERO_DENOMINATOR)),
    )
    assert trace(figure, "now").marker.color == (LIGHT.comparison,)
    assert "too small" in trace(figure, "now").hovertext[0]
    assert any(a.text == "nothing to divide by" for a in figure.layout.annotations)


def test_a_name_from_the_data_is_text():
    figure = rows_of(GMV, ValueRow(0, "<b>x</b>", Reading(1.0, 1.0)))
    assert figure.layout.yaxis.ticktext == ("&lt;b&gt;x&lt;/b&gt;",)
    assert "<b>x</b>" not in trace(figure, "now").hovertext[0].removeprefix("<b>")


def test_a_figure_without_rows_is_refused():
    with pytest.raises(ValueError, match="at least one row"):
        rows_of(GMV)
    with pytest.raises(ValueError, match="at least one value"):
        lines_of(ValueLine("China", "CN", ()))


def lines_of(*lines, metric=GMV, by="market", tr=EN):
    return value_lines(lines, by, metric, "week", tr, dark=False, currency="CNY")


def course(name, value, *values, running_last=False):
    first = date(2024, 1, 1)
    points = [
        Point(
            Span(first + timedelta(weeks=n), first + timedelta(weeks=n + 1)),
            Reading(float(v), float(v)),
            running=running_last and n == len(values) - 1,
        )
        for n, v in enumerate(values)
    ]
    return ValueLine(name, value, tuple(points))


def test_a_line_is_named_at_its_end_and_a_running_bucket_is_hollow():
    figure = lines_of(
        course("China", "CN", 10, 20, 30, running_last=True), course("All", None, 40, 50, 60)
    )
    names = {t.name for t in figure.data}
    assert names == {"China", "All"}
    dots = next(t for t in figure.data if t.name == "China" and t.mode == "markers")
    assert dots.marker.color[-1] == LIGHT.paper
    assert dots.marker.color[0] != LIGHT.paper
    assert any(a.text.startswith("China ¥30") for a in figure.layout.annotations)
    assert "China from ¥10" in figure.layout.meta["alt"]
    of_all = next(t for t in figure.data if t.name == "All" and t.mode == "markers")
    assert of_all.marker.line.color == LIGHT.text


def test_words_of_a_figure_are_chinese_in_chinese():
    figure = lines_of(course("中国", "CN", 10, 20), tr=ZH)
    assert "走势" in figure.layout.meta["alt"]
