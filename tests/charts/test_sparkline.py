"""A trend the size of a word, parsed back as XML."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest

from charts.sparkline import sparkline_svg
from charts.theme import DARK, LIGHT
from tests.charts.shop import EN, ZH, missing, series

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*values, tr=EN, dark=False, running_last=False) -> ElementTree.Element:
    points = series(values, running_last=running_last).points
    return ElementTree.fromstring(sparkline_svg(points, tr, dark, unit="count"))


def test_twelve_points_are_eleven_lines_and_one_dot():
    svg = drawn(*range(12))
    assert len(svg.findall(f"{SVG}line")) == 11
    (dot,) = svg.findall(f"{SVG}circle")
    assert dot.get("fill") == LIGHT.accent
    assert float(dot.get("cx", 0)) > 110


def test_more_is_higher():
    up = drawn(1, 2).find(f"{SVG}line")
    assert up is not None
    assert float(up.get("y1", 0)) > float(up.get("y2", 0))


def test_running_last_point_is_hollow_and_dashed():
    svg = drawn(1, 2, 3, running_last=True)
    (dot,) = svg.findall(f"{SVG}circle")
    assert (dot.get("fill"), dot.get("stroke")) == (LIGHT.paper, LIGHT.accent)
    assert [line.get("stroke-dasharray") is None for line in svg.findall(f"{SVG}line")] == [
        True,
        False,
    ]


def test_missing_value_is_a_gap_and_a_lonely_point_is_seen():
    svg = drawn(1, missing(), 3, missing(), 5)
    assert not svg.findall(f"{SVG}line")
    assert len(svg.findall(f"{SVG}circle")) == 3


def test_equal_values_run_through_the_middle():
    line = drawn(7, 7).find(f"{SVG}line")
    assert line is not None
    assert line.get("y1") == line.get("y2") == "16.0"


@pytest.mark.parametrize("values", [(), (5,), (missing(),), (0, 0), (-3, 2)])
def test_few_values_are_no_error(values):
    assert drawn(*values).get("role") == "img"


def test_says_what_it_shows():
    assert drawn(1, 5, 3, running_last=True).get("aria-label") == (
        "from 1 (Jan 2011) to 3 (Mar 2011); lowest 1, highest 5; the last one still running."
    )
    assert drawn(1, 5, 3, tr=ZH).get("aria-label") == (
        "从 1（2011年1月）到 3（2011年3月）；最低 1，最高 5。"
    )
    assert drawn(missing(), missing()).get("aria-label") == "No value in any of the 2 periods."


def test_dark_theme_has_its_own_colours():
    (dot,) = drawn(1, 2, dark=True).findall(f"{SVG}circle")
    assert dot.get("fill") == DARK.accent


def test_marked_day_has_a_tick_below_its_point_and_others_none():
    points = series([1, 2, 3]).points
    second = points[1].span
    for marked, ticks in (([second.start], 1), ([second.end], 1), ([date(1999, 1, 1)], 0)):
        svg = sparkline_svg(points, EN, False, unit="count", marked=marked)
        found = [e for e in ElementTree.fromstring(svg) if e.get("class") == "mark"]
        assert len(found) == ticks
    middle = ElementTree.fromstring(
        sparkline_svg(points, EN, False, unit="count", marked=[second.start])
    )
    [tick] = [e for e in middle if e.get("class") == "mark"]
    assert float(tick.get("x1", 0)) == pytest.approx(60)
