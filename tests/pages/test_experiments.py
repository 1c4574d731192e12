"""The list of experiments: what it opens with, its filters in the address, its states."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.scope import Viewer
from data.settings import load_settings
from metrics.experiments.trust import Check
from store import open_store
from tests.metrics.experiments.listed_shop import THROUGH, kept, rows
from tests.metrics.shops import settings_file, two_months
from tests.pages.framed import opened, page, said, use, words_on
from tests.pages.test_every_page import leftovers
from tests.world import shop, world

SCRIPT = "pages/experiments/experiments.py"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("listed")
    made = world(folder / "wh", settings=shop(), through=THROUGH, **rows())
    file = settings_file(folder, made)
    st.cache_data.clear()
    st.cache_resource.clear()
    with pytest.MonkeyPatch.context() as patch:
        use(file, patch, folder)
        yield file
    st.cache_data.clear()
    st.cache_resource.clear()


def table(app: AppTest) -> dict[str, Any]:
    """What the table was given."""
    [drawn] = [c for c in app.get("bidi_component") if "columns" in _data(c)]
    return _data(drawn)


def _data(component: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(component.proto.mixed.json or component.proto.json)
    return found


def names(app: AppTest) -> list[str]:
    return [r["name"] for r in table(app)["rows"]]


def test_it_opens_with_what_was_won(file: Path) -> None:
    app = page(SCRIPT, lang="en")
    assert not app.exception
    assert "1 of 3 decided experiments won; 2 are running" in said(app)
    assert names(app)[:2] == ["Fresh", "Empty"]  # the latest first
    assert len(names(app)) == 9


def test_a_verdict_is_a_word_and_a_colour(file: Path) -> None:
    by_name = {r["name"]: r["cells"] for r in table(page(SCRIPT, lang="en"))["rows"]}
    won, skewed = by_name["Won"][0], by_name["Skewed"][0]
    assert (won["text"], won["sub"]) == ("▲ Ship", "better than control")
    assert "good" in won["tone"]
    assert (skewed["text"], skewed["sub"]) == ("✕ Invalid", "sample ratio mismatch")
    assert "bad" in skewed["tone"]
    assert by_name["Armless"][0]["text"] == "Can't be judged"
    assert any("60.00" in line or "30.00%" in line for line in won["lines"])


def test_health_is_told_in_words_too(file: Path) -> None:
    by_name = {r["name"]: r["cells"] for r in table(page(SCRIPT, lang="en"))["rows"]}
    [health] = [c for c in by_name["Skewed"] if c["marks"]]
    assert health["marks"][0] == ["✕", "bad"]
    assert health["marks_alt"].startswith("Split (SRM): failed; Multiple exposure: passed")
    assert len(health["lines"]) == len(Check)
    assert any("300 / 100" in line for line in health["lines"])


def test_a_name_is_a_link_to_its_own_page(file: Path) -> None:
    by_name = {r["name"]: r["href"] for r in table(page(SCRIPT, lang="zh", owner="Ann"))["rows"]}
    address = urlsplit(by_name["Won"])
    query = parse_qs(address.query)
    assert address.path == "experiment"
    assert (query["experiment"], query["lang"]) == (["won"], ["zh"])
    assert "owner" not in query


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"owner": "Ann"}, {"Won", "Worse"}),
        ({"verdict": "ship~dont_ship", "owner": "Ann~Bo"}, {"Won", "Worse"}),
        ({"status": "running"}, {"Fresh", "Empty"}),
        ({"search": "flat bo"}, {"Flat"}),
    ],
)
def test_an_address_carries_the_filters(file: Path, query: dict[str, str], shown: set[str]) -> None:
    app = page(SCRIPT, lang="en", **query)
    assert set(names(app)) == shown
    assert "1 of 3 decided" in said(app)  # the programme is of all of them


def test_a_filter_that_is_picked_narrows_and_is_kept(file: Path) -> None:
    app = opened(SCRIPT, lang="en")
    [owner] = [m for m in app.multiselect if m.label == "Owner"]
    owner.set_value(["Bo"]).run()
    assert set(names(app)) == {"Flat", "Skewed", "Fresh"}
    app.main.text_input[0].set_value("skew").run()
    assert names(app) == ["Skewed"]
    assert app.session_state["chosen"].search == "skew"
    assert app.session_state["chosen"].owner == ("Bo",)


def test_filters_that_fit_nothing_say_so_and_are_taken_back(file: Path) -> None:
    app = opened(SCRIPT, lang="en", search="no such words", owner="Nobody")
    assert "No experiment fits these filters." in said(app)
    app.button(key="experiments_clear").click().run()
    assert len(names(app)) == 9


@pytest.mark.parametrize(
    "junk", [{"verdict": "splendid"}, {"status": "running~asleep"}, {"search": " "}]
)
def test_a_filter_that_is_not_one_is_named_and_ignored(file: Path, junk: dict[str, str]) -> None:
    app = opened(SCRIPT, lang="en", **junk)
    assert not app.exception
    assert next(iter(junk)) in "".join(re.findall(r"“(\w+)”. It was ignored", said(app)))
    assert len(names(app)) == 9


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_word_is_in_the_readers_language(file: Path, lang: Any) -> None:
    """Names, owners and arms are the shop's own; methods are named after people."""
    app = page(SCRIPT, lang=lang)
    own = {r["experiment_id"].title() for r in rows()["experiments"]}
    allowed = own | {"Ann", "control", "new", "SRM", "Paule", "Mandel", "Morris", "Welch", "CUPED"}
    allowed |= {"clicks_within_7_days", "experiment_arms"}
    assert {w for w in leftovers(words_on(app), lang) if w not in allowed} == set()


def test_who_sees_nobody_that_met_one_is_told_so(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Viewer("lin", markets=frozenset({"FR"}))
    monkeypatch.setattr("ui.session.viewer", lambda: elsewhere)
    app = page(SCRIPT, lang="en")
    assert "None of the users you may see met an experiment." in said(app)
    assert "Planned here" not in said(app)
    assert not app.get("bidi_component")


def test_a_plan_that_is_registered_meanwhile_is_listed_at_the_next_look(file: Path) -> None:
    app = page(SCRIPT, lang="en")
    assert "Planned here" not in names(app)
    kept(open_store(load_settings(file).store.url))
    assert "Planned here" in names(app.run())


def test_a_shop_without_experiments_says_what_to_map(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    st.cache_resource.clear()
    request.addfinalizer(st.cache_resource.clear)
    made = world(tmp_path / "wh", settings=shop(), through="2024-02-11", **two_months())
    bare = settings_file(tmp_path, made)
    use(bare, monkeypatch, tmp_path)
    app = page(SCRIPT, lang="en")
    assert not app.exception
    assert "This shop has no experiments." in said(app)
    assert "exposures: experiment_id, unit_id, arm, exposed_at" in said(app)
    assert "experiment_arms: experiment_id, arm, weight, is_control" in said(app)
