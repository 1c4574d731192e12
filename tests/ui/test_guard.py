"""Whatever goes wrong on a page is a card in the reader's language, never a traceback."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from data.settings import SETTINGS_VARIABLE
from i18n import Problem, Words
from tests.pages.framed import opened, words_on
from tests.pages.shop import made, settings_of
from ui import overview


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setenv(SETTINGS_VARIABLE, str(settings_of(tmp_path, [made(tmp_path)])))
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


def failing(error: Exception, patch: pytest.MonkeyPatch) -> None:
    """The Overview fails where it draws the tiles."""

    def fail(*args: object) -> None:
        raise error

    patch.setattr(overview, "tile_grid", fail)


@pytest.mark.parametrize(
    ("lang", "what", "hint"),
    [("en", "The shelf 7 is empty.", "Fill it."), ("zh", "货架 7 是空的。", "请补货。")],
)
def test_a_problem_is_told_with_its_hint(
    monkeypatch: pytest.MonkeyPatch, lang: str, what: str, hint: str
) -> None:
    words = Words("The shelf {n} is empty.", "货架 {n} 是空的。"), Words("Fill it.", "请补货。")
    failing(Problem("empty_shelf", *words, n=7), monkeypatch)
    app = opened(lang=lang)
    assert not app.exception
    [card] = [
        h.proto.body for h in app.get("html") if "ns-error" in h.proto.body and what in h.proto.body
    ]
    assert hint in card
    assert 'role="alert"' in card
    assert app.button(key="retry")


@pytest.mark.parametrize(("lang", "what"), [("en", "could not be drawn"), ("zh", "页面未能显示")])
def test_the_unforeseen_has_a_number_that_is_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, lang: str, what: str
) -> None:
    """The reader sees no word of the exception; whoever runs it finds it by the number."""
    failing(ZeroDivisionError("secret detail"), monkeypatch)
    with caplog.at_level(logging.ERROR, "northstar"):
        app = opened(lang=lang)
    assert not app.exception
    text = "\n".join(words_on(app))
    assert what in text
    assert "secret detail" not in text
    assert "Traceback" not in text
    number = re.search(r"\b[0-9a-f]{6}\b", text)
    assert number is not None
    assert number[0] in caplog.text
    assert "secret detail" in caplog.text


def test_what_was_chosen_is_kept_and_the_next_run_draws_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The fault is over: Try again shows the page with the same days."""
    days = {"from": "2024-01-08", "to": "2024-01-15"}
    with monkeypatch.context() as patch:
        failing(ZeroDivisionError(), patch)
        app = opened(lang="en", **days)
        assert dict(app.query_params)["from"] in ("2024-01-08", ["2024-01-08"])
    app.button(key="retry").click().run()
    text = "\n".join(words_on(app))
    assert "could not be drawn" not in text
    assert "8–14 Jan" in text


def test_values_of_a_problem_are_text_not_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    """A path or a database's answer may hold anything."""
    tag = "<img src=x onerror=alert(1)>"
    failing(Problem("odd", Words("Found {tag}.", "发现 {tag}。"), tag=tag), monkeypatch)
    bodies = "".join(h.proto.body for h in opened(lang="en").get("html"))
    assert tag not in bodies
    assert "&lt;img src=x" in bodies
