"""The budget page: plans, experiments and what it says where it has nothing to say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE
from i18n import LANGUAGES, Language
from tests.metrics.saturation.shop import (
    drawn_spend,
    end,
    michaelis,
    people_rows,
    spend_rows,
    two_channels,
)
from tests.pages.framed import opened, said, words_on
from tests.pages.shop import settings_of
from tests.pages.test_every_page import leftovers
from tests.world import World, world

SCRIPT = "pages/channels/budget.py"
TILE = re.compile(r'class="n">([^<]+)</span><span class="v">([^<]+)<')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("budget")


@pytest.fixture(scope="module")
def shop(folder: Path) -> World:
    """Search (80 customers at most), video (60) and people who come by themselves."""
    rows = two_channels()
    spend = drawn_spend(5, usual=3000.0)
    curve = michaelis(60, 3000)
    users, orders = people_rows("short_video", [curve(s) for s in spend], 6)
    return world(
        folder / "wh",
        through=end(),
        users=[*rows["users"], *users],
        orders=[*rows["orders"], *orders],
        marketing_spend=[*rows["marketing_spend"], *spend_rows("short_video", spend)],
    )


@pytest.fixture(autouse=True)
def _served(shop: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A store of its own for each test."""
    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setenv(SETTINGS_VARIABLE, str(settings_of(tmp_path, [shop])))
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


def page(language: Language = "en", **query: str) -> AppTest:
    app = opened(SCRIPT, lang=language, **query)
    assert not app.exception
    return app


def tiles(app: AppTest) -> dict[str, str]:
    return dict(TILE.findall(said(app)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_in_the_readers_language(language: Language) -> None:
    app = page(language, budget="paid_search:10~short_video:-10")
    assert leftovers(words_on(app), language) == set()
    assert len(app.get("plotly_chart")) == 2
    assert len(app.slider) == 2


def test_the_finding_names_the_dear_and_the_cheap_channel() -> None:
    """Search costs some 350 at the margin, video some 200."""
    text = said(page())
    assert "The next customer costs most in Paid search" in text
    assert "least in Short video" in text


def test_a_slider_moves_its_channel_and_the_address() -> None:
    app = page()
    before = tiles(app)
    slider = next(s for s in app.slider if "Short video" in s.label)
    slider.set_value(25.0).run()
    assert app.query_params["budget"] == "short_video:25"
    after = tiles(app)
    assert before["New customers a week"] != after["New customers a week"]
    assert "→" in next(s for s in app.slider if "Short video" in s.label).label
    app.button(key="budget_reset").click().run()
    assert tiles(app) == before
    assert "budget" not in app.query_params


def test_a_fixed_total_is_kept_by_the_other_channel() -> None:
    app = page(total="fixed")
    before = tiles(app)["Spend a week, these channels"]
    next(s for s in app.slider if "Short video" in s.label).set_value(25.0).run()
    assert tiles(app)["Spend a week, these channels"] == before
    other = next(s for s in app.slider if "Paid search" in s.label)
    assert other.value < 0


def test_a_plan_in_the_address_is_within_reach_and_marked() -> None:
    """900 % more is cut to half as much again as the largest week, which nobody has seen."""
    app = page(budget="paid_search:900")
    slider = next(s for s in app.slider if "Paid search" in s.label)
    assert slider.value <= slider.max < 900
    assert "Beyond the spend seen so far: Paid search" in said(app)


@pytest.mark.parametrize("bad", ["paid_search", "paid_search:x", "paid_search:nan", ":5", "a:9999"])
def test_a_plan_that_is_none_is_ignored_and_named(bad: str) -> None:
    app = page(budget=bad)
    assert "“budget”" in said(app)
    assert all(s.value == 0 for s in app.slider)


def test_what_cannot_be_moved_is_told_with_its_reason() -> None:
    text = said(page())
    assert "No spend on record: there is nothing to move." in text
    assert "Can't be moved, each for the reason in the table above: Direct." in text


def record(app: AppTest, channel: str | None = "short_video", *, low: float = 30.0) -> AppTest:
    """10,000 more brought 50 more, 30 to 70."""
    if channel is not None:
        next(s for s in app.selectbox if s.label == "Channel").set_value(channel)
    for label, value in (("Extra spend", 10_000.0), ("Extra new", 50.0), ("lower", low),
                         ("upper", 70.0)):  # fmt: skip
        next(n for n in app.number_input if label in n.label).set_value(value)
    next(t for t in app.text_input if "written up" in t.label).set_value("geo hold-out")
    return next(b for b in app.button if b.label == "Save").click().run()


def test_an_experiment_is_recorded_wins_is_deleted_and_restored() -> None:
    app = record(page())
    assert not app.exception
    text = said(app)
    assert "measured by experiment" in text
    assert "geo hold-out" in text
    assert "the curve alone says" in text
    next(b for b in app.button if b.label == "Delete").click().run()
    assert "measured by experiment" not in said(app)
    next(b for b in app.button if b.label == "Restore").click().run()
    assert "measured by experiment" in said(app)


def test_an_experiment_without_sense_is_told_what_is_wrong() -> None:
    app = record(page(), low=60.0)
    assert "must lie inside their interval (60 to 70)" in said(app)
    assert "measured by experiment" not in said(app)
    app = record(page(), channel=None)
    assert "Choose the channel" in said(app)


def test_under_a_market_filter_experiments_are_not_used() -> None:
    record(page())
    app = page(market="CN")
    assert "measured by experiment" not in said(app)
    assert "Experiments are of whole channels" in said(app)


def test_a_platform_filter_is_said_not_to_apply() -> None:
    app = page(platform="unknown")
    assert "Not narrowed by Platform" in said(app)
