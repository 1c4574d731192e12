"""Curves against their cost: what is solid, dashed, marked, and where the amounts stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from charts.payback import Panel, curves
from charts.theme import LIGHT
from i18n import LANGUAGES, Language, Text, Words
from metrics.payback.course import Back, Step
from metrics.reading import Maturity, Reading, Reason

EN = Text("en")
VALUE = Words("gross margin", "毛利")
OPEN = {"maturity": Maturity.RUNNING}


def step(age: int, people: int, value: float, **more: Any) -> Step:
    return Step(age, people, Reading(value, value * people, people, **more))


STEPS = (
    step(0, 100, 30), step(1, 100, 36), step(2, 100, 42),
    step(3, 60, 45, **OPEN), step(4, 20, 99, **OPEN),
)  # fmt: skip
PAID = Panel("<March>", 100, STEPS, Reading(40, 4000, 100),
             Back(Reading(2.0), 2, Reading(1.05)))  # fmt: skip
OPEN_PANEL = Panel(
    "April", 100, STEPS, Reading(50, 5000, 100),
    Back(Reading.missing(Reason.NOT_PAID_BACK), 2, Reading(0.84)),
)  # fmt: skip
FREE = Panel(
    "Direct", 100, STEPS, Reading.missing(Reason.NO_SPEND),
    Back(Reading.missing(Reason.NO_SPEND), 2, Reading.missing(Reason.NO_SPEND)),
)  # fmt: skip


def drawn(*panels: Panel, tr: Text = EN) -> Any:
    return curves(panels or (PAID, OPEN_PANEL, FREE), VALUE, tr, dark=False, currency="CNY")


def traces(figure: Any, name: str) -> list[Any]:
    return [t for t in figure.data if t.name == name]


def notes(figure: Any) -> list[str]:
    return [a.text for a in figure.layout.annotations]


def test_ages_of_everybody_are_solid_those_of_a_part_dashed() -> None:
    """The dashed line goes on from the last solid point; 20 of 100 customers are too few for it."""
    figure = drawn()
    whole, part = traces(figure, "whole")[0], traces(figure, "part")[0]
    assert (list(whole.x), whole.line.dash) == ([0, 1, 2], "solid")
    assert (list(part.x), part.line.dash) == ([2, 3], "3px,3px")


def test_the_day_of_payback_is_marked_where_there_is_one() -> None:
    marks = traces(drawn(), "back")
    assert [(list(m.x), list(m.y)) for m in marks] == [([2], [42])]
    said = [n for n in notes(drawn()) if n.startswith("<b>")]
    assert "&lt;March&gt;" in said[0]
    assert "day 2" in said[0]
    assert "84.0% by day 2" in said[1]
    assert "no spend" in said[2]


def test_the_cost_is_a_level_and_one_far_above_is_only_written() -> None:
    """40 and 50 are near the highest value of 45; 500 would press every curve flat."""
    figure = drawn(PAID, OPEN_PANEL, replace(OPEN_PANEL, name="May", cac=Reading(500)), FREE)
    assert [s.y0 for s in figure.layout.shapes] == [40, 50]
    assert "↑ ¥500" in notes(figure)
    assert figure.layout.yaxis.range[1] < 60


def test_all_panels_share_their_axes() -> None:
    figure = drawn(PAID, OPEN_PANEL, FREE, PAID)
    axes = [figure.layout[f"yaxis{n}"] for n in ("", 2, 3, 4)]
    assert len({tuple(a.range) for a in axes}) == 1
    assert [a.showticklabels for a in axes] == [True, False, False, True]
    below = [figure.layout[f"xaxis{n}"].showticklabels for n in ("", 2, 3, 4)]
    assert below == [False, True, True, True]


def test_hover_names_the_day_the_parts_and_who_is_that_old() -> None:
    lines = traces(drawn(), "part")[0].hovertext[1].split("<br>")
    assert lines == [
        "<b>&lt;March&gt; · day 3</b>", "¥45.00", "¥2,700.00 / 60", "113% of the CAC of ¥40.00",
        "60 of 100 customers are that old", "gross margin",
    ]  # fmt: skip


def test_clicks_name_the_panel_and_the_age() -> None:
    assert [list(c) for c in traces(drawn(), "whole")[1].customdata] == [[1, 0], [1, 1], [1, 2]]


def test_channels_keep_their_colour() -> None:
    figure = drawn(replace(PAID, colour=LIGHT.channel("kol")))
    assert traces(figure, "whole")[0].line.color == LIGHT.channel("kol")


def test_long_courses_are_thinned_but_keep_the_day_that_matters() -> None:
    steps = tuple(step(age, 100, 30 + age / 10) for age in range(200))
    panel = replace(PAID, steps=steps, back=Back(Reading(101.0), 199, Reading(1.2)))
    ages = list(traces(drawn(panel), "whole")[0].x)
    assert len(ages) < 60
    assert {0, 1, 7, 101, 199} <= set(ages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_panel_is_said_in_words(language: Language) -> None:
    alt = drawn(tr=Text(language)).layout.meta["alt"]
    assert "<March>" in alt
    assert "¥50.0" in alt
    assert ("not yet" in alt) == (language == "en")


def test_no_cohort_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one cohort"):
        curves([], VALUE, EN, dark=False, currency="CNY")
