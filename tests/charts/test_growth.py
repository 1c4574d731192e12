"""Flows about zero: what is gained above, what is lost below, what is not over hollow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from charts.growth import Stack, flows
from charts.growth_parts import flow_colours
from charts.theme import DARK, LIGHT, Palette
from i18n import LANGUAGES, Language, Text
from metrics.reading import Reading, Reason, ratio
from tests.charts.retention import months
from tests.charts.test_theme import VISION, apart, contrast

EN = Text("en")
KEYS = ("new", "resurrected", "expansion", "churned", "contraction", "guests")


def drawn(tr: Text = EN, *, dark: bool = False) -> Any:
    """January has no month before; February +60 +20 −50; March, still running, +30 +0 −90."""
    january, february, march = months(3)
    stacks = [
        Stack("new", "<New>", (None, 60, 30)),
        Stack("resurrected", "Resurrected", (None, 20, 0)),
        Stack("churned", "Churned", (None, -50, -90)),
    ]
    quick = [Reading.missing(Reason.NOT_COVERED), ratio(80, 50), Reading.missing(Reason.IMMATURE)]
    periods = [(january, False), (february, False), (march, True)]
    return flows(periods, stacks, quick, "count", "month", tr, dark=dark)


def trace(figure: Any, name: str) -> Any:
    return next(t for t in figure.data if t.name == name)


def test_parts_stand_on_their_side_of_zero_and_the_line_is_their_sum() -> None:
    figure = drawn()
    assert list(trace(figure, "new").y) == [60, 30]
    assert list(trace(figure, "churned").y) == [-50, -90]
    assert figure.layout.barmode == "relative"
    assert list(trace(figure, "net").y) == [30, -60]


def test_a_running_period_is_hollow_and_the_line_to_it_dashed() -> None:
    figure = drawn()
    new = trace(figure, "new")
    assert list(new.marker.color) == [LIGHT.accent, LIGHT.paper]
    assert list(new.marker.line.width) == [0, 1.5]
    assert [t.line.dash for t in figure.data if t.name == "line"] == ["4px,3px"]
    assert "not final" in new.hovertext[1]
    assert list(trace(figure, "net").marker.color) == [LIGHT.text, LIGHT.paper]


def test_the_first_period_says_why_it_has_no_flows() -> None:
    assert "no period before it" in trace(drawn(), "missing").hovertext[0]


def test_the_hover_holds_the_share_of_what_moved_the_same_way() -> None:
    lines = trace(drawn(), "new").hovertext[0].split("<br>")
    assert lines == ["<b>&lt;New&gt;</b>", "+60", "75.0% of all gained", "Feb 2026"]
    assert "100% of all lost" in trace(drawn(), "churned").hovertext[0]


def test_clicks_name_the_period_and_the_flow() -> None:
    assert [list(c) for c in trace(drawn(), "churned").customdata] == [
        [1, "churned"],
        [2, "churned"],
    ]
    assert list(trace(drawn(), "quick_ratio").customdata) == [1]


def test_the_quick_ratio_stands_in_a_strip_of_its_own_with_a_line_at_one() -> None:
    figure = drawn()
    assert list(trace(figure, "quick_ratio").y) == [1.6]
    assert figure.layout.yaxis2.domain[1] < figure.layout.yaxis.domain[0]
    assert [s.y0 for s in figure.layout.shapes if s.yref == "y2"] == [1]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("vision", VISION)
def test_flows_are_told_apart(colours: Palette, vision: str) -> None:
    made = dict(zip(KEYS, flow_colours(KEYS, colours), strict=True))
    for side in (KEYS[:3], KEYS[3:]):
        for n, one in enumerate(side):
            for other in side[n + 1 :]:
                assert apart(made[one], made[other], vision) >= 0.075, (one, other)
    assert contrast(made["new"], colours.paper) >= 3
    assert contrast(made["churned"], colours.paper) >= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_finished_period_is_said_in_words(language: Language) -> None:
    alt = drawn(Text(language), dark=True).layout.meta["alt"]
    assert "+30" in alt
    assert "−60" not in alt
    assert ("net" in alt) == (language == "en")


def test_what_does_not_fit_together_is_refused() -> None:
    january = months(1)[0]
    quick = [Reading.missing(Reason.NOT_COVERED)]
    with pytest.raises(ValueError, match="at least one period"):
        flows([], [], [], "count", "month", EN, dark=False)
    with pytest.raises(ValueError, match="new has 2 values for 1 periods"):
        flows([(january, False)], [Stack("new", "New", (1, 2))], quick, "count", "month", EN,
              dark=False)  # fmt: skip
    nothing = replace(Stack("new", "New", (None,)))
    empty = flows([(january, False)], [nothing], quick, "count", "month", EN, dark=False)
    assert "No flows" in empty.layout.meta["alt"]
