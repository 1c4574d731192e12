"""The figure of what goes with converting: what is drawn is what was counted."""

from __future__ import annotations

import math

import pytest

from charts.association import MOST, association_figure, drawn, factor_card, reach
from i18n import LANGUAGES, Language, Text
from metrics.funnels.association import Factor, Known
from metrics.stats.intervals import wilson_difference
from metrics.stats.proportions import relative_rate

EN = Text("en")


def factor(
    value: str, k: int, n: int, others_k: int, others_n: int, adjusted: float | None = 0.01
) -> Factor:
    counts = (others_k, others_n, k, n)
    return Factor(
        Known.AT_ENTRY, "channel", value, n, k, others_n, others_k,
        relative_rate(*counts), wilson_difference(*counts), adjusted, adjusted,
    )  # fmt: skip


TWICE = factor("kol", 40, 100, 20, 100)
HALF = factor("email", 20, 100, 40, 100)
MAYBE = factor("direct", 12, 100, 10, 100, 0.7)
FEW = factor("partner", 5, 10, 10, 100, None)


def test_twice_as_often_lies_as_far_as_half_as_often() -> None:
    figure = association_figure([TWICE, HALF], EN, dark=False)
    assert figure.layout.xaxis.type == "log"
    assert list(figure.data[0].x) == pytest.approx([2, 0.5])
    low, high = figure.layout.xaxis.range
    assert low == pytest.approx(-high)


def test_filled_differs_for_more_than_chance() -> None:
    [dots] = association_figure([TWICE, MAYBE], EN, dark=False).data
    filled, hollow = dots.marker.color
    assert filled == dots.marker.line.color[0]
    assert hollow != dots.marker.line.color[1]


def test_whiskers_are_the_intervals() -> None:
    figure = association_figure([TWICE], EN, dark=False)
    whisker = figure.layout.shapes[0]
    assert TWICE.ratio is not None
    assert (whisker.x0, whisker.x1) == (TWICE.ratio.low, TWICE.ratio.high)


def test_a_whisker_that_reaches_far_is_cut_at_the_edge() -> None:
    """One of 30 against one of 3,000: a hundred times as often, give or take a lot."""
    wide = factor("kol", 3, 100, 1, 3_000)
    low, high = reach([wide])
    whisker = association_figure([wide], EN, dark=False).layout.shapes[0]
    assert wide.ratio is not None
    assert low < 1 < wide.ratio.ratio < high
    assert (whisker.x0, whisker.x1) == (
        max(low, wide.ratio.low), min(high, wide.ratio.high),
    )  # fmt: skip


def test_too_few_are_not_drawn_and_not_all_are() -> None:
    assert drawn([FEW, TWICE]) == [TWICE]
    assert len(drawn([TWICE] * 40)) == MOST
    with pytest.raises(ValueError, match="at least one factor"):
        association_figure([FEW], EN, dark=False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_the_card_has_the_parts_and_the_figure_its_words(language: Language, dark: bool) -> None:
    tr = Text(language)
    card = factor_card(TWICE, tr)
    assert all(said in card for said in ("×2.00", "40 / 100", "20 / 100", "0.010"))
    figure = association_figure([TWICE, MAYBE], tr, dark=dark)
    assert "×2.00" in figure.layout.meta["alt"]
    assert ("相对转化率" in figure.layout.meta["alt"]) == (language == "zh")


def test_a_long_name_leaves_room_for_the_figure() -> None:
    long = factor(
        "a campaign whose name goes on for longer than a screen is wide", 40, 100, 20, 100
    )
    figure = association_figure([long], EN, dark=False)
    assert figure.layout.yaxis.ticktext[0].endswith("…")
    assert figure.layout.margin.l < 200
    assert "goes on for longer" in figure.data[0].hovertext[0]


def test_the_axis_has_room_where_nothing_differs() -> None:
    low, high = reach([factor("kol", 1_000, 10_000, 1_000, 10_000, 1.0)])
    assert high >= 1.5
    assert low == pytest.approx(1 / high)
    assert math.log(high) > 0
