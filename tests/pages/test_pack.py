"""The export of the review: a click makes the file of the week on screen, or says why there is
none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE
from tests.pages.framed import said
from tests.pages.shop import made, settings_of


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    return settings_of(folder, [made(folder)])


@pytest.fixture(autouse=True)
def use(settings: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setenv(SETTINGS_VARIABLE, str(settings))
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


def _form() -> None:
    from ui.pack.dialog import pack_form
    from ui.session import begin, text

    begin()
    pack_form(text())


def exported(key: str, **query: str) -> AppTest:
    """The dialog's content after a click on a format."""
    app = AppTest.from_function(_form, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.button(key=f"pack_{key}").click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize("key", ["pdf", "html"])
def test_a_click_offers_the_file_of_the_week(key: str) -> None:
    """Named after the week and the language; nothing before the click."""
    [offer] = exported(key, lang="zh", week="2024-01-08").get("download_button")
    assert f"northstar-2024-W02-zh.{key}" in offer.proto.label
    assert offer.proto.url


def test_before_a_click_nothing_is_made() -> None:
    app = AppTest.from_function(_form, default_timeout=60)
    app.query_params["week"] = "2024-01-08"
    app.run()
    assert app.get("download_button") == []
    assert len(app.button) == 4


def test_a_week_without_data_has_no_file() -> None:
    """The reason stands where the download would."""
    app = exported("pdf", lang="en", week="2019-01-07")
    assert app.get("download_button") == []
    assert "There is no review of this week." in said(app)
