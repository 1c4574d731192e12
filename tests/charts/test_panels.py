"""Small multiples over time: one scale for all, nothing left out, nothing drawn twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from charts.growth import Stack
from charts.growth_panels import FlowPanel, flow_panels
from charts.states import StateLine
from charts.states_panels import StatePanel, state_panels
from data.scope import Span
from i18n import LANGUAGES, Text

EN = Text("en")
MONDAY = date(2026, 10, 5)
WEEKS = [
    (Span(MONDAY + timedelta(weeks=n), MONDAY + timedelta(weeks=n + 1)), n == 2) for n in range(3)
]
DAYS = [(date(2026, 10, 11), False), (date(2026, 10, 18), True)]


def flow(name: str, new: list[int | None], lost: list[int | None]) -> FlowPanel:
    return FlowPanel(name, [Stack("new", "New", new), Stack("churned", "Churned", lost)])


PARTS = [
    flow("China <b>", [30, 20, 10], [-5, -25, -1]),
    flow("Germany", [3, 2, 1], [-1, -1, 0]),
    flow("All others", [None, 4, 4], [None, -2, -2]),
]
STATES = [
    StatePanel("China", [StateLine("active", "Active", [3, 4]),
                         StateLine("churned", "Churned", [1, 4])]),
    StatePanel("Germany", [StateLine("active", "Active", [0, 0]),
                           StateLine("churned", "Churned", [0, 2])]),
]  # fmt: skip


def growth(tr: Text = EN) -> dict[str, object]:
    return flow_panels(WEEKS, PARTS, "count", "week", tr, dark=False).to_plotly_json()


def states(tr: Text = EN) -> dict[str, object]:
    return state_panels(DAYS, STATES, tr, dark=True).to_plotly_json()


def test_every_panel_has_the_same_axes() -> None:
    for drawn in (growth(), states()):
        layout = drawn["layout"]
        ys = [layout[k]["range"] for k in layout if k.startswith("yaxis")]
        xs = [layout[k]["range"] for k in layout if k.startswith("xaxis")]
        assert len(ys) == len(xs) == len({t["xaxis"] for t in drawn["data"]})
        assert all(list(y) == list(ys[0]) for y in ys)
        assert all(list(x) == list(xs[0]) for x in xs)


def test_the_scale_holds_the_tallest_bar_of_any_part() -> None:
    low, high = growth()["layout"]["yaxis3"]["range"]
    assert low < -25
    assert high > 30


def test_panels_do_not_lie_over_each_other() -> None:
    layout = growth()["layout"]
    boxes = [(layout[f"xaxis{k}"]["domain"], layout[f"yaxis{k}"]["domain"]) for k in ("", "2", "3")]
    (x1, y1), (x2, y2), (x3, y3) = boxes
    assert x1[1] < x2[0]
    assert y1 == y2
    assert y3[1] < y1[0]
    assert x3 == x1


def test_a_bar_knows_its_part_its_period_and_its_flow() -> None:
    bars = [t for t in growth()["data"] if t["type"] == "bar"]
    known = {tuple(c): y for t in bars for c, y in zip(t["customdata"], t["y"], strict=True)}
    assert known[0, 1, "churned"] == -25
    assert known[2, 2, "new"] == 4
    assert (2, 0, "new") not in known
    assert (1, 2, "churned") not in known, "a bar of nobody can't be clicked"


def test_the_title_says_the_net_of_the_last_finished_period() -> None:
    titles = [a["text"] for a in growth()["layout"]["annotations"]]
    assert "<b>China &lt;b&gt;</b> −5" in titles
    assert "<b>Germany</b> +1" in titles


def test_the_net_stands_on_every_card_and_takes_no_click() -> None:
    """20 new and 25 lost."""
    drawn = growth()["data"]
    first = next(t for t in drawn if t["type"] == "bar")
    assert "net −5" in first["hovertext"][1]
    lines = [t for t in drawn if t["type"] == "scatter"]
    assert {t["hoverinfo"] for t in lines} == {"skip"}
    assert lines[0]["y"] == [25, -5, 9]


def test_the_running_period_is_hollow() -> None:
    layout = growth()["layout"]
    first = next(t for t in growth()["data"] if t["type"] == "bar")
    assert first["marker"]["color"][2] == layout["paper_bgcolor"]
    assert first["marker"]["color"][1] != layout["paper_bgcolor"]


def test_states_are_shares_of_their_own_part() -> None:
    """3 of 4, then 4 of 8; nobody in Germany at first."""
    areas = {
        (c[0], c[1], c[2]): y
        for t in states()["data"]
        for c, y in zip(t["customdata"], t["y"], strict=True)
    }
    assert (areas[0, 0, "active"], areas[0, 1, "active"]) == (0.75, 0.5)
    assert (areas[1, 0, "active"], areas[1, 0, "churned"]) == (0, 0)
    assert "4 of 8 users" in next(iter(states()["data"]))["hovertext"][1]


def test_each_panel_stacks_by_itself() -> None:
    groups = {(t["xaxis"], t["stackgroup"]) for t in states()["data"]}
    assert len(groups) == 2
    assert len({g for _, g in groups}) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_told_in_words(language: str) -> None:
    tr = Text("zh" if language == "zh" else "en")
    assert "China <b> −5" in growth(tr)["layout"]["meta"]["alt"]
    assert "Germany 2" in states(tr)["layout"]["meta"]["alt"]


def test_without_parts_there_is_nothing_to_draw() -> None:
    with pytest.raises(ValueError, match="at least one part"):
        flow_panels(WEEKS, [], "count", "week", EN, dark=False)
    with pytest.raises(ValueError, match="at least one"):
        state_panels([], STATES, EN, dark=False)
