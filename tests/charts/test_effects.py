"""A forest: what is judged has colour, arrow and word; what stands beside it is thin and hollow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from charts.effects import Row, effect_whiskers
from charts.theme import LIGHT, NARROW
from tests.charts.shop import EN

UP = Row("Difference", 0.1, 0.05, 0.15, "significant", True)
DOWN = replace(UP, diff=-0.1, low=-0.15, high=-0.05, good=False)
UNSURE = Row("Difference", 0.01, -0.05, 0.07, "not significant")
ASIDE = replace(UP, name="Bayesian", said="not peek-proof", good=None, aside=True)


def forest(*rows: Row):
    return effect_whiskers(
        rows, "in points", "share", lambda v: f"{100 * v:+.1f} pt", EN, dark=False
    )


def dots(figure):
    return next(t for t in figure.data if t.name == "effects")


def labels(figure) -> list[str]:
    return [a.text for a in figure.layout.annotations]


def test_judged_has_colour_arrow_and_word():
    figure = forest(UP, DOWN)
    assert list(dots(figure).marker.color) == [LIGHT.good, LIGHT.bad]
    assert {"<b>▲ +10.0 pt</b>", "<b>▼ -10.0 pt</b>", "significant"} <= set(labels(figure))


def test_a_fall_that_is_good_is_green_and_points_down():
    figure = forest(replace(DOWN, good=True))
    assert dots(figure).marker.color[0] == LIGHT.good
    assert "<b>▼ -10.0 pt</b>" in labels(figure)


def test_unsure_is_grey_without_arrow():
    figure = forest(UNSURE)
    assert dots(figure).marker.color[0] == LIGHT.comparison
    assert "<b>+1.0 pt</b>" in labels(figure)


def test_beside_is_hollow():
    assert list(dots(forest(UP, ASIDE)).marker.color) == [LIGHT.good, LIGHT.paper]


def test_zero_and_every_whisker_are_on_the_axis():
    figure = forest(UP)
    assert figure.layout.xaxis.range[0] < 0 < 0.15 < figure.layout.xaxis.range[1]
    whisker = next(t for t in figure.data if t.name == "interval")
    assert list(whisker.x) == [0.05, 0.15]


def test_names_are_text_and_the_figure_is_told():
    figure = forest(replace(UP, name="<b>x</b>"))
    assert "&lt;b&gt;" in dots(figure).hovertext[0]
    assert figure.layout.meta["alt"].startswith("in points: <b>x</b> +10.0 pt, +5.0 pt to +15.0 pt")


def test_a_third_of_the_narrowest_screen_is_left_to_the_whiskers():
    margin = forest(UP).layout.margin
    assert NARROW - margin.l - margin.r >= NARROW / 3


def test_no_rows_are_refused():
    with pytest.raises(ValueError, match="got none"):
        forest()
