"""The deck editor: saved for the team, conflicts told with nothing lost, refusals in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE
from metrics.catalog import DEFAULT_NORTH_STAR
from store import OVERVIEW_DECK, OverviewDeck, Store, open_store
from tests.pages.framed import opened, words_on
from tests.pages.shop import made, settings_of


def _editor() -> None:
    """The open editor alone, begun as the frame begins it; a dialog's buttons run it again."""
    from ui.deck import begin_edit, deck, deck_form
    from ui.guard import guarded
    from ui.session import begin, text

    begin()
    with guarded():
        import streamlit as st

        if "begun" not in st.session_state:
            st.session_state["begun"] = True
            begin_edit()
        deck_form(text())
        st.caption(f"shown: {','.join(deck().tiles)}")


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The team's records as another program of the team sees them."""
    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setenv(SETTINGS_VARIABLE, str(settings_of(tmp_path, [made(tmp_path)])))
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite")
    yield store
    st.cache_data.clear()
    st.cache_resource.clear()


def editor(lang: str = "en") -> AppTest:
    app = AppTest.from_function(_editor, default_timeout=60)
    app.query_params["lang"] = lang
    return app.run()


def choose(app: AppTest, *tiles: str) -> AppTest:
    app.multiselect(key="deck_tiles").set_value(list(tiles))
    return app.button(key="deck_save").click().run()


def said(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(words_on(app))


def test_what_is_saved_is_shown_and_outlives_the_session(team: Store) -> None:
    """Three tiles in an order of their own; another session's Overview shows exactly these."""
    app = choose(editor(), "aov", "gmv", "buyers")
    assert "shown: aov,gmv,buyers" in said(app)
    saved = team.load(OVERVIEW_DECK, "world")
    assert saved is not None
    assert (saved.body.tiles, saved.author) == (("aov", "gmv", "buyers"), "local")
    drawn = opened(lang="en").get("bidi_component")
    sent = [json.loads(d.proto.mixed.json or d.proto.json) for d in drawn]
    [tiles] = [data["tiles"] for data in sent if "tiles" in data]
    assert [tile["key"] for tile in tiles] == ["aov", "gmv", "buyers"]


def test_an_edit_meanwhile_is_told_and_both_versions_are_kept(team: Store) -> None:
    """Li saves while the editor is open: told by name, not overwritten; the draft is in history.
    Saving once more puts it in force, knowingly."""
    app = editor()
    theirs = OverviewDeck(north_star=DEFAULT_NORTH_STAR, tiles=("orders", "gmv", "aov"))
    team.save(OVERVIEW_DECK, "world", theirs, author="Li", based_on=None)
    app = choose(app, "buyers", "gmv", "aov")
    told = said(app)
    assert "Li" in told
    assert "Save again to put your version in its place" in told
    in_force = team.load(OVERVIEW_DECK, "world")
    assert in_force is not None
    assert in_force.body == theirs
    assert app.multiselect(key="deck_tiles").value == ["buyers", "gmv", "aov"]
    kept = [v.body.tiles for v in team.history(OVERVIEW_DECK, "world") if v.body is not None]
    assert ("buyers", "gmv", "aov") in kept
    app.button(key="deck_save").click().run()
    in_force = team.load(OVERVIEW_DECK, "world")
    assert in_force is not None
    assert in_force.body.tiles == ("buyers", "gmv", "aov")


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "3 to 12 tiles; 2 chosen"), ("zh", "3–12 张指标卡，当前选择了 2 张")]
)
def test_fewer_than_three_tiles_are_refused_in_words(team: Store, lang: str, words: str) -> None:
    """Nothing is saved; the choice stays in the editor to be mended."""
    app = choose(editor(lang), "gmv", "aov")
    assert words in said(app)
    assert team.load(OVERVIEW_DECK, "world") is None
    assert app.multiselect(key="deck_tiles").value == ["gmv", "aov"]


def test_a_metric_that_is_gone_is_left_out_and_a_deck_of_such_is_not_shown(team: Store) -> None:
    """Three of four are known: three tiles. One of three: the default deck."""
    body = OverviewDeck(north_star="gone", tiles=("gmv", "gone", "aov", "buyers"))
    first = team.save(OVERVIEW_DECK, "world", body, author="Li", based_on=None)
    assert "shown: gmv,aov,buyers" in said(editor())
    body = OverviewDeck(north_star="mapu", tiles=("gmv", "gone", "lost"))
    team.save(OVERVIEW_DECK, "world", body, author="Li", based_on=first.revision)
    assert "shown: gmv,net_revenue,orders" in said(editor())


def test_the_editor_says_who_edited_last_and_when(team: Store) -> None:
    body = OverviewDeck(north_star="mapu", tiles=("gmv", "aov", "buyers"))
    team.save(OVERVIEW_DECK, "world", body, author="Li", based_on=None)
    assert "Last edited by Li, " in said(editor())
    assert "最近由 Li 于 " in said(editor("zh"))
