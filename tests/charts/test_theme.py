"""Colours are measured, not judged by eye."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import pytest

from charts.theme import DARK, LIGHT, Palette, axis_for, layout, palette, tint
from data.dimensions import CHANNEL
from tests.charts.shop import EN, ZH

THEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
Triple = tuple[float, float, float]

VISION: dict[str, tuple[Triple, Triple, Triple]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
}
"""Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB."""


def linear(colour: str) -> Triple:
    r, g, b = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return tuple(v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (r, g, b))


def luminance(colour: str) -> float:
    r, g, b = linear(colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """WCAG 2.2: 21 is black on white, 1 is none."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, vision: str) -> Triple:
    """Oklab (Ottosson 2020) of the colour as somebody with this vision sees it."""
    raw = linear(colour)
    r, g, b = (
        min(1.0, max(0.0, sum(w * v for w, v in zip(row, raw, strict=True))))
        for row in VISION[vision]
    )
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def apart(one: str, other: str, vision: str) -> float:
    return math.dist(seen(one, vision), seen(other, vision))


def test_contrast_is_measured_right():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@THEMES
@pytest.mark.parametrize("role", ["text", "muted", "accent", "good", "bad", "signal"])
def test_text_is_legible(colours: Palette, role: str):
    for behind in (colours.paper, colours.card):
        assert contrast(getattr(colours, role), behind) >= 4.5


@THEMES
def test_marks_stand_out_from_the_page(colours: Palette):
    assert contrast(colours.comparison, colours.paper) >= 3
    for colour in colours.channels.values():
        assert contrast(colour, colours.paper) >= 3


@THEMES
def test_grid_is_faint(colours: Palette):
    assert contrast(colours.grid, colours.paper) < 1.5


@THEMES
@pytest.mark.parametrize("vision", VISION)
def test_roles_are_told_apart(colours: Palette, vision: str):
    """0.02 is about the least difference of Oklab that can be seen side by side."""
    roles = [colours.accent, colours.comparison, colours.good, colours.bad, colours.signal]
    for one, other in combinations(roles, 2):
        assert apart(one, other, vision) >= 0.075, (one, other)


@THEMES
@pytest.mark.parametrize("vision", VISION)
def test_channels_are_told_apart(colours: Palette, vision: str):
    for one, other in combinations(colours.channels, 2):
        distance = apart(colours.channels[one], colours.channels[other], vision)
        assert distance >= 0.06, (one, other)


@THEMES
def test_every_channel_has_its_colour(colours: Palette):
    assert set(colours.channels) == set(CHANNEL.values)
    assert colours.channel("some new channel") == colours.channels["unknown"]


@THEMES
def test_scales_survive_greyscale(colours: Palette):
    """Much differs from little in lightness alone, in even steps."""
    steps = [seen(c, "normal")[0] for c in colours.sequential]
    rises = [b - a for a, b in pairwise(steps)]
    assert all(r * rises[0] > 0 for r in rises)
    assert max(map(abs, rises)) <= 2 * min(map(abs, rises))


@THEMES
def test_diverging_scale_is_quiet_at_zero_and_even_on_both_sides(colours: Palette):
    steps = [
        abs(seen(c, "normal")[0] - seen(colours.paper, "normal")[0]) for c in colours.diverging
    ]
    middle = len(steps) // 2
    assert len(steps) % 2 == 1
    assert steps[middle] == min(steps)
    assert steps[0] == pytest.approx(steps[-1], abs=0.06)


def test_dark_is_designed_and_not_inverted():
    inverted = "#" + "".join(f"{255 - int(LIGHT.accent[i : i + 2], 16):02X}" for i in (1, 3, 5))
    assert palette(True) is DARK
    assert inverted != DARK.accent


def test_tint():
    assert tint("#0067A3", 0.2) == "rgba(0,103,163,0.2)"


def test_layout_has_chinese_fonts_no_legend_and_the_sentence():
    made = layout(False, ZH, alt="一句话")
    assert "Noto Sans SC" in made["font"]["family"]
    assert made["showlegend"] is False
    assert made["meta"] == {"alt": "一句话", "language": "zh"}


@pytest.mark.parametrize("tr", [EN, ZH])
def test_axis_floats_for_lines_and_stands_on_zero_for_bars(tr):
    line = axis_for([1000, 1200], "count", tr)
    bars = axis_for([1000, 1200], "count", tr, from_zero=True)
    assert 900 < line.low < 1000
    assert line.high > 1200
    assert bars.low == 0


def test_axis_of_what_is_never_negative_is_not_negative():
    assert axis_for([1, 100], "count", EN).low == 0


def test_axis_of_equal_values_has_a_height():
    axis = axis_for([5, 5], "count", EN)
    assert axis.low < 5 < axis.high
    empty = axis_for([], "share", EN)
    assert empty.high > empty.low


def test_counts_tick_at_whole_numbers():
    assert axis_for([0, 2], "count", EN).labels == ("0", "1", "2")


def test_ticks_are_in_the_words_of_the_reader():
    assert axis_for([100_000, 300_000], "money", ZH, "CNY").labels == (
        "¥10万",
        "¥15万",
        "¥20万",
        "¥25万",
        "¥30万",
    )
    assert axis_for([100_000, 300_000], "money", EN, "CNY").labels == (
        "¥100K",
        "¥150K",
        "¥200K",
        "¥250K",
        "¥300K",
    )
