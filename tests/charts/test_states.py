"""Lifecycle states over time, and the moves between two days."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from charts.shades import luminance
from charts.states import NOT_YET, StateLine, state_colours, states_over_time
from charts.theme import DARK, LIGHT, Palette
from charts.transitions import state_flow
from i18n import LANGUAGES, Language, Text

EN = Text("en")
DAYS = [(date(2026, 1, 4), False), (date(2026, 1, 11), False), (date(2026, 1, 18), True)]
STATES = [StateLine("active", "<Active>", (10, 12, 14)), StateLine("churned", "Churned", (0, 4, 6))]
ON = (date(2026, 1, 4), date(2026, 1, 18))
ROWS = [("active", "Active"), ("churned", "Churned"), (NOT_YET, "Not yet registered")]
COLUMNS = ROWS[:2]
CELLS = {("active", "active"): 8, ("active", "churned"): 2, ("churned", "active"): 1,
         ("churned", "churned"): 3, (NOT_YET, "active"): 5}  # fmt: skip


def trace(figure: Any, name: str) -> Any:
    return next(t for t in figure.data if t.name == name)


def texts(figure: Any) -> list[str]:
    return [a.text for a in figure.layout.annotations]


def test_areas_stack_to_all_users_and_are_named_with_their_last_count() -> None:
    figure = states_over_time(DAYS, STATES, EN, dark=False)
    assert {t.stackgroup for t in figure.data} == {"states"}
    assert list(trace(figure, "active").y) == [10, 12, 14]
    assert "&lt;Active&gt; <b>14</b>" in texts(figure)
    assert [list(c) for c in trace(figure, "churned").customdata][-1] == [2, "churned"]


def test_the_hover_says_which_share_of_all_users() -> None:
    hover = trace(states_over_time(DAYS, STATES, EN, dark=False), "churned").hovertext
    assert hover[1].split("<br>") == [
        "<b>Churned</b>", "4", "25.0% of all users", "11 Jan 2026"
    ]  # fmt: skip
    assert "not final" in hover[2]


def test_a_day_that_is_not_over_is_marked() -> None:
    whole = states_over_time(DAYS[:2], [StateLine("active", "A", (1, 2))], EN, dark=False)
    assert len(whole.layout.shapes) == 0
    assert len(states_over_time(DAYS, STATES, EN, dark=False).layout.shapes) == 1


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_neighbouring_areas_differ_in_grey(colours: Palette) -> None:
    order = ("active", "resurrected", "new", "dormant", "churned")
    seen = [luminance(c) ** (1 / 2.2) for c in state_colours(order, colours)]
    assert all(abs(a - b) >= 0.05 for a, b in pairwise(seen))


def test_bands_hold_all_users_and_empty_states_are_left_out() -> None:
    rows = [*ROWS, ("dormant", "Dormant")]
    (flow,) = state_flow(CELLS, rows, COLUMNS, ON, EN, dark=False).data
    assert sum(flow.link.value) == 19
    assert len(flow.node.label) == 5
    assert list(flow.node.y[:3]) == sorted(flow.node.y[:3])


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_are_said_in_words(language: Language) -> None:
    tr = Text(language)
    over = states_over_time(DAYS, STATES, tr, dark=True).layout.meta["alt"]
    moved = state_flow(CELLS, ROWS, COLUMNS, ON, tr, dark=True).layout.meta["alt"]
    assert "14" in over
    assert "19" in moved
    assert "11" in moved
    assert ("users" in moved) == (language == "en")


def test_nothing_given_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        states_over_time([], [], EN, dark=False)
    with pytest.raises(ValueError, match="active has 3 counts for 1 days"):
        states_over_time(DAYS[:1], STATES, EN, dark=False)
    with pytest.raises(ValueError, match="both sides"):
        state_flow({}, [], [], ON, EN, dark=False)
