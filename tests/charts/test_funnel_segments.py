"""What makes small multiples comparable: one scale from zero, everybody's rate, sizes said."""

from __future__ import annotations

import pytest

from charts.funnel import segment_bars
from charts.theme import LIGHT
from metrics.funnels.result import OTHER, Breakdown
from metrics.funnels.spec import simple
from tests.charts.funnels import counts, segment
from tests.charts.shop import EN, ZH

CHANNEL, MARKET = Breakdown("channel"), Breakdown("market")


def done(value: str | None, *reached: int):
    return segment(value, (reached, reached, [0] * len(reached)))


def two(breakdown=CHANNEL):
    """50 % and 20 % of 100; 80 % and 40 % of 50; of all 150 it is 60 % and 26.7 %."""
    parts = [done("paid_search", 100, 50, 20), done("direct", 50, 40, 20)]
    return counts(done(None, 150, 90, 40), breakdown=breakdown, segments=parts)


def test_all_panels_have_one_scale_from_zero():
    layout = segment_bars(two(), EN, dark=False).layout
    assert layout.yaxis.range == layout.yaxis2.range == (0, 0.8)


def test_scale_holds_the_rate_of_everybody_too():
    few = counts(done(None, 10, 9, 8), breakdown=CHANNEL, segments=[done("direct", 10, 1, 1)])
    assert segment_bars(few, EN, dark=False).layout.yaxis.range == (0, 0.9)


def test_first_step_is_everybody_and_has_no_bar():
    figure = segment_bars(two(), EN, dark=False)
    assert list(figure.data[1].y) == [0.8, 0.4]
    assert list(figure.layout.xaxis2.ticktext) == ["2", "3"]
    assert [list(c) for c in figure.data[1].customdata] == [["direct", 2], ["direct", 3]]


def test_title_names_the_segment_and_how_many_entered():
    texts = [a.text for a in segment_bars(two(), EN, dark=False).layout.annotations]
    assert any("<b>Paid search</b>" in t and "100" in t for t in texts)
    assert {"80.0%", "40.0%"} <= set(texts)
    assert any("2 Add to cart · 3 Paid order" in t for t in texts)


def test_line_across_the_bar_is_the_rate_of_everybody():
    figure = segment_bars(two(), EN, dark=False)
    lines = [s for s in figure.layout.shapes if s.xref == "x2"]
    assert [s.y0 for s in lines] == pytest.approx([0.6, 40 / 150])
    assert "all: 60.00%" in figure.data[0].hovertext[0]


def test_channel_has_its_own_colour_and_another_property_has_the_accent():
    by_channel = segment_bars(two(), EN, dark=False).data[0].marker.color
    by_market = segment_bars(two(MARKET), EN, dark=False).data[0].marker.color
    assert (by_channel, by_market) == (LIGHT.channels["paid_search"], LIGHT.accent)


def test_the_rest_and_the_few_are_grey_and_the_few_say_why():
    parts = [done("direct", 29, 20, 10), done(OTHER, 100, 50, 20)]
    figure = segment_bars(
        counts(done(None, 129, 70, 30), breakdown=CHANNEL, segments=parts), ZH, dark=False
    )
    assert {t.marker.color for t in figure.data} == {LIGHT.comparison}
    assert "样本过少" in figure.data[0].hovertext[0]
    assert "样本过少" not in figure.data[1].hovertext[0]


def test_panels_do_not_overlap():
    parts = [done(f"c{n}", 100, 50, 20) for n in range(9)]
    layout = segment_bars(
        counts(done(None, 900, 450, 180), breakdown=MARKET, segments=parts), EN, dark=False
    ).layout
    assert layout.xaxis.domain[1] < layout.xaxis2.domain[0]
    assert layout.yaxis.domain[0] > layout.yaxis3.domain[1]
    assert layout.yaxis9.domain[0] > 0


def test_many_steps_take_the_whole_width_and_label_only_the_last():
    reached = [1000 - 40 * n for n in range(20)]
    many = counts(
        done(None, *reached),
        simple(*[f"event_{n}" for n in range(20)]),
        MARKET,
        [done("CN", *reached), done("US", *reached)],
    )
    figure = segment_bars(many, EN, dark=False)
    assert figure.layout.xaxis.domain == figure.layout.xaxis2.domain == (0, 1)
    assert [a.text for a in figure.layout.annotations if a.text.endswith("%")] == ["24.0%"] * 2


def test_names_of_segments_are_not_markup():
    evil = counts(breakdown=Breakdown("campaign"), segments=[done("<i>x</i>", 100, 50, 20)])
    figure = segment_bars(evil, EN, dark=False)
    assert not any("<i>" in a.text for a in figure.layout.annotations)


def test_without_segments_there_is_no_figure():
    with pytest.raises(ValueError, match="at least one segment"):
        segment_bars(counts(), EN, dark=False)


def test_sentence_for_those_who_do_not_see_it():
    assert segment_bars(two(), EN, dark=False).layout.meta["alt"] == (
        "Reached 3 Paid order by segment: Paid search 20.0% of 100 users, Direct 40.0% of 50 users."
    )
