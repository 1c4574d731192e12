"""A list is kept from its drawer, stands on the page of audiences, and is asked again there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import streamlit as st

from data.settings import SETTINGS_VARIABLE, load_settings
from store import AUDIENCE, Audience, open_store
from tests.pages.framed import page, said
from tests.pages.shop import made, settings_of

SCRIPT = "pages/retention/audiences.py"


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    st.cache_data.clear()
    st.cache_resource.clear()
    file = settings_of(tmp_path, [made(tmp_path)])
    monkeypatch.setenv(SETTINGS_VARIABLE, str(file))
    yield file
    st.cache_data.clear()
    st.cache_resource.clear()


def keep(file: Path, name: str, **changes: object) -> None:
    body = {
        "list": "states",
        "definition": {"on": "2024-01-14", "state": "new"},
        "currency": "CNY",
        "said": {"en": "New users: 1", "zh": "新用户：1 人"},
        "counted": 1,
        "data_to": date(2024, 1, 14),
    }
    store = open_store(load_settings(file).store.url)
    audience = Audience.model_validate({**body, **changes})
    store.save(AUDIENCE, "world", audience, author="Anna", based_on=None, name=name)


def test_none_yet_says_how_to_make_one() -> None:
    assert "No audience yet." in said(page(SCRIPT))


def test_an_audience_is_counted_by_the_data_of_now(settings: Path) -> None:
    """Two users registered within thirty days of the 14th; one was counted when it was kept."""
    keep(settings, "Newcomers")
    app = page(SCRIPT)
    assert not app.exception
    assert "2 now; 1 when it was saved" in said(app)
    assert list(app.dataframe[0].value["Name"]) == ["Newcomers"]


def test_it_keeps_its_own_filters(settings: Path) -> None:
    keep(settings, "Newcomers in China", filters={"market": ("CN",)})
    app = page(SCRIPT, market="US")
    assert "1 now" in said(app)


@pytest.mark.parametrize("broken", [{"list": "nothing"}, {"definition": {"on": "never"}}])
def test_one_that_can_not_be_read_is_told_and_stays(
    settings: Path, broken: dict[str, object]
) -> None:
    keep(settings, "Old", **broken)
    app = page(SCRIPT)
    assert not app.exception
    assert list(app.dataframe[0].value["Name"]) == ["Old"]
    assert "ns-state ns-warning" in "".join(h.proto.body for h in app.get("html"))


def test_a_deleted_one_is_gone_and_stays_in_the_history(settings: Path) -> None:
    keep(settings, "Newcomers")
    app = page(SCRIPT)
    app.button(key="delete_audience").click().run()
    assert "No audience yet." in said(app)
    store = open_store(load_settings(settings).store.url)
    assert [s.name for s in store.deleted(AUDIENCE, "world")] == ["Newcomers"]


def test_a_deleted_one_is_restored_and_looked_at(settings: Path) -> None:
    keep(settings, "Newcomers")
    keep(settings, "Others")
    app = page(SCRIPT)
    app.selectbox[0].select("Newcomers").run()
    app.button(key="delete_audience").click().run()
    assert list(app.dataframe[0].value["Name"]) == ["Others"]
    app.button(key="audience_restore_Newcomers_en").click().run()
    assert not app.exception
    assert set(app.dataframe[0].value["Name"]) == {"Newcomers", "Others"}
    assert app.selectbox[0].value == "Newcomers"
    assert "2 now; 1 when it was saved" in said(app)
    assert "audience_restore_Newcomers_en" not in [b.key for b in app.button]


def test_the_name_of_a_deleted_one_may_be_taken_by_now(settings: Path) -> None:
    """The reader sees it on a page that is older than the other one's save."""
    keep(settings, "Newcomers")
    app = page(SCRIPT)
    app.button(key="delete_audience").click().run()
    keep(settings, "Newcomers", counted=5)
    app.button(key="audience_restore_Newcomers_en").click().run()
    assert not app.exception
    assert list(app.dataframe[0].value["Then"]) == ["5"]
