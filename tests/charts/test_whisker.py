"""An effect the size of a word, parsed back as XML."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from charts.theme import DARK, LIGHT
from charts.whisker import WIDTH, Whisker, shared_scale, whisker_svg

SVG = "{http://www.w3.org/2000/svg}"


def drawn(w: Whisker, scale: tuple[float, float], tone: str = "good", *, dark: bool = False):
    text = whisker_svg(w, scale, tone, 'a "quoted" alt', dark=dark)
    return ElementTree.fromstring(text)


def test_zero_lies_between_a_loss_and_a_gain() -> None:
    svg = drawn(Whisker(0.1, -0.1, 0.3), (-0.5, 0.5))
    zero, line, *ends = svg.findall(f"{SVG}line")
    [dot] = svg.findall(f"{SVG}circle")
    assert float(zero.get("x1", 0)) == WIDTH / 2
    assert float(line.get("x1", 0)) < WIDTH / 2 < float(dot.get("cx", 0)) < float(line.get("x2", 0))
    assert len(ends) == 2
    assert svg.findall(f"{SVG}path") == []
    assert svg.get("aria-label") == 'a "quoted" alt'


@pytest.mark.parametrize("high", [None, 3.0])
def test_an_end_that_is_not_there_or_beyond_the_scale_is_an_arrow(high: float | None) -> None:
    svg = drawn(Whisker(0.1, -0.1, high), (-0.5, 1.0))
    assert len(svg.findall(f"{SVG}path")) == 1
    assert len(svg.findall(f"{SVG}line")) == 3


def test_tones_are_those_of_the_theme() -> None:
    for tone, ink in (("good", LIGHT.good), ("bad", LIGHT.bad), ("muted", LIGHT.muted)):
        [dot] = drawn(Whisker(0.1, 0.0, 0.2), (0.0, 0.5), tone).findall(f"{SVG}circle")
        assert dot.get("fill") == ink
    [dot] = drawn(Whisker(0.1, 0.0, 0.2), (0.0, 0.5), dark=True).findall(f"{SVG}circle")
    assert dot.get("fill") == DARK.good


def test_the_scale_holds_zero_and_one_wild_interval_does_not_flatten_the_rest() -> None:
    assert shared_scale([Whisker(0.2, 0.1, 0.3)]) == (0.0, 0.3)
    assert shared_scale([Whisker(0.2, -0.1, 0.3), Whisker(5.0, -8.0, 20.0)]) == (-1.0, 1.0)
    low, high = shared_scale([])
    assert low < 0 < high
