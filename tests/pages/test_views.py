"""A view is saved on any page, listed, opened as it is saved now, and told what it lacks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.scope import LOCAL_VIEWER, Viewer
from data.settings import SETTINGS_VARIABLE, load_settings
from i18n import Problem, Text, Words
from store import SAVED_VIEW, SavedView, Store, open_store
from tests.pages.framed import opened, said, words_on
from tests.pages.shop import made, settings_of
from ui.views.board import menu_of

VIEWS = "pages/review/views.py"
CHANNELS = "pages/channels/channels.py"
OTHER = Viewer("wang")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One shop for all; each test has a store of its own."""
    found = tmp_path_factory.mktemp("views")
    settings_of(found, [made(found)])
    return found


@pytest.fixture(autouse=True)
def store(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    st.cache_data.clear()
    st.cache_resource.clear()
    text = (folder / "northstar.toml").read_text("utf-8")
    file = tmp_path / "northstar.toml"
    file.write_text(re.sub(r"sqlite:///[^\"]*", f"sqlite:///{tmp_path}/s.sqlite", text), "utf-8")
    monkeypatch.setenv(SETTINGS_VARIABLE, str(file))
    yield open_store(load_settings(file).store.url)
    st.cache_data.clear()
    st.cache_resource.clear()


def keep(store: Store, key: str, **changes: object) -> None:
    body = {
        "title": key.title(), "page": "channels", "shared": False, "owner": LOCAL_VIEWER.user,
        "query": {"from": "2024-01-08", "to": "2024-01-15", "market": "CN"},
    } | changes  # fmt: skip
    view = SavedView.model_validate(body)
    store.save(SAVED_VIEW, "world", view, author=view.owner, based_on=None, name=key)


def form_saved(app: AppTest, title: str) -> AppTest:
    app.text_input(key="view_title_en").set_value(title)
    [save] = [b for b in app.button if b.label == "Save"]
    return save.click().run()


def test_a_page_is_saved_with_what_is_chosen_and_nothing_of_the_reader(store: Store) -> None:
    """Market, cost and dates; neither the language nor the shop. The view is the open one."""
    app = opened(CHANNELS, market="CN", cost="loaded", **{"from": "2024-01-08", "to": "2024-01-15"})
    form_saved(app, "China")
    [view] = store.list(SAVED_VIEW, "world")
    assert view.body.page == "channels"
    assert not view.body.shared
    assert view.body.owner == LOCAL_VIEWER.user
    kept = {"from": "2024-01-08", "to": "2024-01-15", "market": "CN", "cost": "loaded"}
    assert view.body.query == kept
    assert app.query_params["view"] == view.name


def test_dates_that_have_a_name_move_unless_told_to_stay(store: Store) -> None:
    """The 8th to the 14th is the last complete week of data that end on the 14th."""
    week = {"from": "2024-01-08", "to": "2024-01-15"}
    form_saved(opened(**week), "Moving")
    app = opened(**week)
    app.checkbox(key="view_moves").uncheck()
    form_saved(app, "Fixed")
    by_title = {v.body.title: v.body.moving for v in store.list(SAVED_VIEW, "world")}
    assert by_title == {"Moving": "last_week", "Fixed": None}


def test_a_short_link_opens_what_is_saved_now_with_dates_that_moved(store: Store) -> None:
    """Saved in December over a week; opened with data to the 14th of January: the week before."""
    old = {"from": "2023-12-04", "to": "2023-12-11", "market": "US"}
    keep(store, "abc", query=old, moving="last_week")
    app = opened(CHANNELS, view="abc")
    query = dict(app.query_params)
    assert query == {"lang": "en", "view": "abc", "market": "US",
                     "from": "2024-01-08", "to": "2024-01-15"}  # fmt: skip
    assert "Opened: “Abc”<" in said(app)


def test_a_long_link_is_somebodys_state_of_the_view(store: Store) -> None:
    """Market US said by the link itself stays; the page says that the view holds something else."""
    keep(store, "abc")
    app = opened(CHANNELS, view="abc", market="US", **{"from": "2024-01-08", "to": "2024-01-15"})
    assert app.query_params["market"] == "US"
    assert "Opened: “Abc”, changed since" in said(app)
    app.button(key="view_update").click().run()
    [view] = store.list(SAVED_VIEW, "world")
    assert view.body.query["market"] == "US"
    assert view.revision == 2


def test_what_somebody_saved_meanwhile_is_not_overwritten_unseen(store: Store) -> None:
    """The view is renamed elsewhere after it was opened here: told first, replaced knowingly."""
    keep(store, "abc")
    app = opened(CHANNELS, view="abc", market="US", **{"from": "2024-01-08", "to": "2024-01-15"})
    [view] = store.list(SAVED_VIEW, "world")
    renamed = view.body.model_copy(update={"title": "Theirs"})
    store.save(SAVED_VIEW, "world", renamed, author="wang", based_on=1, name="abc")
    app.button(key="view_update").click().run()
    assert "wang" in said(app)
    assert store.list(SAVED_VIEW, "world")[0].body.query["market"] == "CN"
    app.button(key="view_update").click().run()
    assert store.list(SAVED_VIEW, "world")[0].body.query["market"] == "US"


def test_a_name_of_ones_own_is_replaced_with_the_second_click(store: Store) -> None:
    keep(store, "abc")
    app = opened(market="US")
    form_saved(app, "Abc")
    assert "You have a view named “Abc”." in said(app)
    form_saved(app, "Abc")
    [view] = store.list(SAVED_VIEW, "world")
    assert (view.name, view.body.page, view.body.query["market"]) == ("abc", "", "US")


def test_a_nameless_view_is_refused_in_words(store: Store) -> None:
    assert "A view needs a name" in said(form_saved(opened(), " "))
    assert store.list(SAVED_VIEW, "world") == ()


def test_a_view_opens_with_what_still_works_and_says_what_is_missing(store: Store) -> None:
    """A parameter of an older version, a metric and a market that have gone: the rest holds."""
    gone = {"from": "2024-01-08", "to": "2024-01-15", "market": "CN~Atlantis", "mood": "1",
            "explain": "happiness"}  # fmt: skip
    keep(store, "old", query=gone)
    app = opened(CHANNELS, view="old")
    head = said(app)
    assert "saved with settings that no longer exist: “explain”, “mood”" in head
    assert "Market (“market” in the address) does not exist" in head
    assert app.query_params["market"] == "CN"
    listed = " ".join(words_on(opened(VIEWS)) + cells(opened(VIEWS)))
    assert "opens without “explain”, “mood”, Market (values: 1)" in listed


def cells(app: AppTest) -> list[str]:
    """Texts of the tables of views."""
    found = []
    for one in app.get("bidi_component"):
        for row in json.loads(one.proto.mixed.json or one.proto.json).get("rows", ()):
            found += [row["name"], row["href"]]
            found += [part for cell in row["cells"] for part in (cell["text"], cell["sub"])]
    return found


def test_a_page_that_has_gone_is_said_and_no_link(store: Store) -> None:
    keep(store, "old", page="tarot")
    shown = cells(opened(VIEWS))
    assert "its page no longer exists" in shown
    assert not any("tarot?" in text for text in shown)


def test_a_private_view_of_somebody_else_is_not_there(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in the list, not among the deleted, not by its link; the shared one is."""
    keep(store, "secret")
    keep(store, "hidden")
    keep(store, "ours", shared=True)
    [hidden] = [v for v in store.list(SAVED_VIEW, "world") if v.name == "hidden"]
    store.delete(SAVED_VIEW, "world", author="local", based_on=hidden.revision, name="hidden")
    monkeypatch.setattr("ui.session.viewer", lambda: OTHER)
    app = opened(VIEWS)
    text = " ".join([*words_on(app), *cells(app)])
    assert "Ours" in text
    assert "Secret" not in text
    assert "Hidden" not in text
    by_link = opened(CHANNELS, view="secret")
    assert "The saved view of this link is not there" in said(by_link)
    assert "view" not in by_link.query_params
    assert "market" not in by_link.query_params


def test_only_the_owner_changes_a_shared_view(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store, "ours", shared=True)
    [view] = store.list(SAVED_VIEW, "world")

    def offered() -> list[str]:
        return [entry.label for entry in menu_of(view, False, Text("en"))]

    assert offered() == ["Rename", "Duplicate", "Stop sharing", "Delete"]
    monkeypatch.setattr("ui.session.viewer", lambda: OTHER)
    assert offered() == ["Duplicate"]


def test_recently_opened_ones_are_the_readers_own(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened a, b, a: a stands first, once. Somebody else has opened none."""
    for key in ("aa", "bb"):
        keep(store, key, shared=True)
    for key in ("aa", "bb", "aa"):
        opened(CHANNELS, view=key)
    [nav] = [h.proto.body for h in opened(VIEWS).get("html") if "<nav" in h.proto.body]
    assert re.findall(r">(\w+)</a>", nav) == ["Aa", "Bb"]
    monkeypatch.setattr("ui.session.viewer", lambda: OTHER)
    assert not [h for h in opened(VIEWS).get("html") if "<nav" in h.proto.body]


def test_another_page_lets_go_of_the_view(store: Store) -> None:
    keep(store, "abc")
    app = opened(VIEWS, view="abc")
    assert "view" not in app.query_params


def test_a_store_that_may_only_be_read_still_opens_views(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The opening can't be noted; the view opens all the same, and saving is refused in words."""
    keep(store, "abc")

    def refused(*_args: object, **_kept: object) -> None:
        raise Problem("store_read_only", Words("The store may only be read.", "存储为只读。"))

    monkeypatch.setattr(Store, "log", refused)
    monkeypatch.setattr(Store, "save", refused)
    app = opened(CHANNELS, view="abc")
    assert app.query_params["market"] == "CN"
    assert "The store may only be read." in said(form_saved(app, "Mine"))
