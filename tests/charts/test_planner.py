"""The planner's figures: what is drawn, what is said of it, and nothing from nothing."""

from __future__ import annotations

import pytest

from charts.planner import lift_by_weeks, power_curve
from i18n import LANGUAGES, Text
from metrics.planner.answer import Week

POINTS = [(0.0, 0.05), (0.05, 0.3), (0.1, 0.8), (0.2, 0.99)]
WEEKS = [Week(1, 700, 0.2), Week(2, 1_200, 0.12), Week(3, 0, None), Week(8, 3_000, 0.06)]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_power_is_drawn_and_said(language, dark) -> None:
    figure = power_curve(POINTS, 0.1, 0.8, Text(language), dark=dark)
    curve = next(t for t in figure.data if t.name == "power")
    assert list(zip(curve.x, curve.y, strict=True)) == POINTS
    [planned] = [t for t in figure.data if t.name == "planned"]
    assert (planned.x[0], planned.y[0]) == (0.1, 0.8)
    said = figure.layout.meta["alt"]
    assert all(part in said for part in ("30%", "80%", "99%", "10%"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_weeks_without_a_lift_are_left_out(language) -> None:
    figure = lift_by_weeks(WEEKS, 0.1, Text(language), dark=False)
    [line] = figure.data
    assert list(line.x) == [1, 2, 8]
    assert list(line.y) == [0.2, 0.12, 0.06]
    assert "20%" in figure.layout.meta["alt"]
    assert "3,000" in line.hovertext[-1]


def test_the_wanted_lift_is_named_where_the_line_leaves_room() -> None:
    """Below the falling line on the left, above it on the right."""
    sides = [
        lift_by_weeks(WEEKS, lift, Text("en"), dark=False).layout.annotations[0].xanchor
        for lift in (0.05, 0.19)
    ]
    assert sides == ["left", "right"]


def test_nothing_is_drawn_of_nothing() -> None:
    with pytest.raises(ValueError, match="needs points"):
        power_curve([], 0.1, 0.8, Text("en"), dark=False)
    with pytest.raises(ValueError, match="no duration"):
        lift_by_weeks([Week(1, 0, None)], 0.1, Text("en"), dark=False)
