"""The page of repeat and churn where a shop can't answer all of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from data.settings import SETTINGS_VARIABLE
from tests.pages.framed import page, said
from tests.pages.shop import made, settings_of
from tests.world import event, order, user, world

SCRIPT = "pages/retention/repeat.py"


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


def test_visitors_alone_are_told_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No empty table, and no advice to choose other dates."""
    seen = [{**event(None, "2024-01-02 10:00", "view_item"), "visitor_id": "v"}]
    shop = world(tmp_path / "wh", events=seen, orders=[order(None, "2024-01-02", 10)])
    monkeypatch.setenv(SETTINGS_VARIABLE, str(settings_of(tmp_path, [shop])))
    app = page(SCRIPT)
    assert "This shop has no data for it." in said(app)
    assert not app.dataframe


def test_without_orders_the_last_activity_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [event("a", f"2023-{month:02d}-05 10:00", "view_item") for month in range(1, 12)]
    shop = world(tmp_path / "wh", users=[user("a", "2023-01-01")], events=events)
    monkeypatch.setenv(SETTINGS_VARIABLE, str(settings_of(tmp_path, [shop])))
    app = page(SCRIPT)
    assert not app.exception
    assert len(app.get("plotly_chart")) == 1


def test_one_that_bought_twice_is_on_the_curve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTINGS_VARIABLE, str(settings_of(tmp_path, [made(tmp_path)])))
    app = page(SCRIPT)
    assert not app.exception
    assert "first-time buyers" in said(app)
