"""Lifecycle states over time, and the moves between two days."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from charts.shades import luminance
from charts.states import NOT_YET, StateLine, state_colours, states_over_time
from charts.theme import DARK, LIGHT, Palette
from charts.transitions import state_flow, transitions
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


def cell(figure: Any, before: str, after: str) -> tuple[str, str, str]:
    bars = trace(figure, "cells")
    n = [list(c) for c in bars.customdata].index([before, after])
    return bars.text[n], bars.marker.color[n], bars.hovertext[n]


def test_a_cell_has_its_count_and_the_share_of_its_row() -> None:
    """2 of 10 active users churned: Wilson 5.67 % to 50.98 %."""
    text, _, hover = cell(
        transitions(CELLS, ROWS, COLUMNS, ON, EN, dark=False), "active", "churned"
    )
    assert text == "<b>2</b><br>20.0%"
    assert hover.split("<br>") == [
        "<b>Active → Churned</b>", "20.00%", "2 / 10", "95% interval 5.67% – 50.98%",
        "4 Jan 2026 → 18 Jan 2026",
    ]  # fmt: skip


def test_a_move_that_nobody_made_is_a_measured_zero() -> None:
    text, fill, _ = cell(transitions(CELLS, ROWS, COLUMNS, ON, EN, dark=False), NOT_YET, "churned")
    assert (text, fill) == ("0", LIGHT.paper)


def test_totals_are_the_states_of_the_two_days() -> None:
    """Rows 10, 4 and 5; columns 14 and 5; 19 users in all."""
    figure = transitions(CELLS, ROWS, COLUMNS, ON, EN, dark=False)
    assert sorted(t for t in texts(figure) if t.isdigit()) == sorted(
        ["10", "4", "5", "14", "5", "19"]
    )


def test_long_names_lean_and_short_ones_stand() -> None:
    long = [("active", "Resurrected users"), *COLUMNS[1:]]
    leaning = transitions(CELLS, ROWS, long, ON, EN, dark=False)
    assert leaning.layout.xaxis.tickangle == -32
    short = transitions(CELLS, ROWS, [("active", "活跃"), ("churned", "流失")], ON, EN, dark=False)
    assert short.layout.xaxis.tickangle == 0


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
    moved = transitions(CELLS, ROWS, COLUMNS, ON, tr, dark=True).layout.meta["alt"]
    assert "14" in over
    assert "19" in moved
    assert "11" in moved
    assert ("users" in moved) == (language == "en")
    assert state_flow(CELLS, ROWS, COLUMNS, ON, tr, dark=True).layout.meta["alt"] == moved


def test_nothing_given_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        states_over_time([], [], EN, dark=False)
    with pytest.raises(ValueError, match="active has 3 counts for 1 days"):
        states_over_time(DAYS[:1], STATES, EN, dark=False)
    with pytest.raises(ValueError, match="rows and columns"):
        transitions({}, [], [], ON, EN, dark=False)
    with pytest.raises(ValueError, match="both sides"):
        state_flow({}, [], [], ON, EN, dark=False)
