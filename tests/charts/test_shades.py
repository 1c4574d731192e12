"""Shades are measured, not judged by eye."""

from __future__ import annotations

from itertools import pairwise

import pytest

from charts.segments import MOST, segment_colours
from charts.shades import Around, Shades, ink, luminance, mixed
from charts.theme import DARK, LIGHT, Palette
from tests.charts.test_theme import VISION, apart, contrast

THEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
STEPS = [n / 100 for n in range(101)]


@THEMES
def test_more_is_darker_on_light_and_lighter_on_dark_without_a_turn(colours: Palette) -> None:
    """What a greyscale print keeps is the luminance: it only ever goes one way."""
    seen = [luminance(Shades(colours, 1.0).fill(s)) for s in STEPS]
    steps = [b - a for a, b in pairwise(seen)]
    assert all(s < 0 for s in steps) if colours is LIGHT else all(s > 0 for s in steps)


@THEMES
@pytest.mark.parametrize("faint", [False, True], ids=["full", "faint"])
def test_the_number_on_every_shade_is_legible(colours: Palette, faint: bool) -> None:
    for step in STEPS:
        fill = Shades(colours, 1.0).fill(step, faint=faint)
        assert contrast(ink(fill), fill) >= 4.5, (step, fill)


@THEMES
def test_shades_end_where_the_ramp_ends(colours: Palette) -> None:
    shades = Shades(colours, 0.4)
    assert shades.fill(0) == colours.sequential[0]
    assert shades.fill(0.4) == shades.fill(0.9) == colours.sequential[-1]
    assert shades.fill(-1) == shades.fill(0)
    assert Shades(colours, 0).fill(0) == colours.sequential[0]


@THEMES
@pytest.mark.parametrize("faint", [False, True], ids=["full", "faint"])
def test_the_number_on_every_shade_around_a_zero_is_legible(colours: Palette, faint: bool) -> None:
    around = Around(colours, 1.0, 1.0)
    for step in STEPS:
        fill = around.fill(2 * step, faint=faint)
        assert contrast(ink(fill), fill) >= 4.5, (step, fill)


@THEMES
def test_the_zero_is_the_middle_and_both_sides_end_at_their_reach(colours: Palette) -> None:
    around = Around(colours, 1.0, 0.5)
    assert around.fill(1.0) == colours.diverging[3]
    assert around.fill(0.5) == around.fill(-9) == colours.diverging[0]
    assert around.fill(1.5) == around.fill(9) == colours.diverging[-1]


def test_mixed_is_on_the_way() -> None:
    assert mixed("#000000", "#FFFFFF", 0.5) == "#808080"
    assert mixed("#0067A3", "#FFFFFF", 0) == "#0067A3"


@THEMES
@pytest.mark.parametrize("vision", VISION)
def test_segments_are_told_apart(colours: Palette, vision: str) -> None:
    values = [*(f"v{n}" for n in range(MOST)), None]
    made = segment_colours("category", values, colours)
    for n, one in enumerate(made):
        assert contrast(one, colours.paper) >= (3 if n == MOST else 4.5)
        for other in made[n + 1 :]:
            assert apart(one, other, vision) >= 0.075, (one, other)


@THEMES
def test_channels_keep_their_colour_and_others_are_grey(colours: Palette) -> None:
    made = segment_colours("channel", ["kol", None], colours)
    assert made == [colours.channel("kol"), colours.comparison]
    assert segment_colours(None, [None], colours) == [colours.accent]
    more = segment_colours("category", [str(n) for n in range(MOST + 1)], colours)
    assert more[MOST] == colours.comparison
