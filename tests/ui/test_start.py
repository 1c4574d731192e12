"""Starting on something that is not right: the reader is told which, and can still move on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy import update

from data import rollups
from data.settings import SETTINGS_VARIABLE
from tests.pages.framed import opened, words_on
from tests.pages.shop import made, settings_of
from ui.navigation import PAGES, PageSpec
from ui.serve import free_port

SHOPS = """
[store]
url = "sqlite:///{folder}/store.sqlite"
[shops.first]
name = {{ en = "First", zh = "第一家" }}
url = "{url}"
[shops.world]
name = {{ en = "World", zh = "世界" }}
url = "duckdb:///{folder}/wh"
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The settings file that is read; a test writes what it wants into it."""
    st.cache_data.clear()
    st.cache_resource.clear()
    file = tmp_path / "northstar.toml"
    monkeypatch.setenv(SETTINGS_VARIABLE, str(file))
    yield file
    st.cache_data.clear()
    st.cache_resource.clear()


def first_shop(settings: Path, url: str) -> None:
    """`url` is the first shop, which opens by itself; the world that works is the second."""
    made(settings.parent)
    settings.write_text(SHOPS.format(folder=settings.parent, url=url), "utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.path or "overview")
@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[shops.a]\nurl = 'duckdb:///x'\nname = {en='A', zh='A'}\ncolour = 1", "shops.a.colour"),
        ("[reporting]\nweek_start = 'friday'", "reporting.week_start"),
        ("[reporting\n", "northstar.toml"),
        ("", "shops"),
        (None, "northstar.toml"),
    ],
)
def test_wrong_settings_are_told_by_key_on_every_page(
    settings: Path, text: str | None, named: str, page: PageSpec
) -> None:
    """An unknown key, a value not allowed, no TOML, no shop, no file."""
    if text is not None:
        settings.write_text(text, "utf-8")
    app = opened(page.file if page.path else "", lang="zh")
    assert not app.exception
    told = "\n".join(words_on(app))
    assert named in told
    assert "设置" in told
    assert app.button(key="retry")


def test_mended_settings_are_read_without_a_restart(settings: Path) -> None:
    """Nothing is kept of the failed reading."""
    settings.write_text("", "utf-8")
    app = opened(lang="en")
    settings_of(settings.parent, [made(settings.parent)])
    app.button(key="retry").click().run()
    assert "Scorecard" in "\n".join(words_on(app))


def test_a_server_that_does_not_answer_is_told_without_its_password(settings: Path) -> None:
    url = f"postgresql+psycopg://reader:secret-word@127.0.0.1:{free_port()}/shop"
    first_shop(settings, url)
    app = opened(lang="en")
    assert not app.exception
    told = "\n".join(words_on(app))
    assert "does not answer" in told
    assert "secret-word" not in told


def test_a_shop_without_data_says_how_to_bring_some_and_lets_the_reader_go(
    settings: Path,
) -> None:
    """Nothing was ever published: language and shop can be switched, and the other shop works."""
    first_shop(settings, f"duckdb:///{settings.parent}/nothing")
    app = opened(lang="en")
    assert not app.exception
    assert "import" in "\n".join(words_on(app))
    app.sidebar.get("button_group")[0].set_value("zh").run()
    assert "导入" in "\n".join(words_on(app))
    [shop] = [s for s in app.sidebar.selectbox if s.label == "店铺"]
    shop.set_value("world").run()
    assert "核心指标" in "\n".join(words_on(app))


def test_a_warehouse_of_another_layout_is_told_with_the_command_that_mends_it(
    settings: Path,
) -> None:
    """Cut by an earlier program: its numbers would be read from the wrong columns."""
    world = made(settings.parent)
    with world.versions.draft(from_current=True) as draft:
        draft.connection.execute(
            update(rollups.facts).where(rollups.facts.c.key == "layout").values(value="of old")
        )
        draft.publish()
    settings_of(settings.parent, [world])
    for lang in ("en", "zh"):
        app = opened(lang=lang)
        assert not app.exception
        assert "python -m data refresh" in "\n".join(words_on(app))


def test_a_warehouse_that_goes_away_while_reading_is_told_and_comes_back(settings: Path) -> None:
    """The folder is renamed between two runs, then put back."""
    settings_of(settings.parent, [made(settings.parent)])
    app = opened(lang="en")
    assert "Scorecard" in "\n".join(words_on(app))
    (settings.parent / "wh").rename(settings.parent / "gone")
    app.run()
    assert not app.exception
    assert "Scorecard" not in "\n".join(words_on(app))
    (settings.parent / "gone").rename(settings.parent / "wh")
    app.button(key="retry").click().run()
    assert "Scorecard" in "\n".join(words_on(app))
