"""A long read is shown as one, can be stopped, and is interrupted when the page moves on."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE
from tests.pages.framed import words_on
from tests.pages.shop import made, settings_of
from ui import patience


def _quick() -> None:
    """A read that is there at once."""
    import streamlit as st

    from ui.patience import patiently
    from ui.session import begin, warehouse

    begin()
    found = patiently(lambda: warehouse().coverage.last_day, "quick")
    st.caption(f"found: {found}")


def _wrong() -> None:
    """A read that fails with something to tell."""
    from i18n import Problem, Words
    from ui.guard import guarded
    from ui.patience import patiently
    from ui.session import begin

    def fail() -> int:
        raise Problem("broken", Words("It is broken.", "坏了。"))

    begin()
    with guarded():
        patiently(fail, "wrong")


def _stopped() -> None:
    """A read that the reader stopped in the run before."""
    import streamlit as st

    from ui import patience
    from ui.session import begin

    begin()
    if "begun" not in st.session_state:
        st.session_state["begun"] = True
        patience._stop(patience._key(("long",)))
    found = patience.patiently(lambda: 42, "long")
    st.caption(f"found: {found}")


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setenv(SETTINGS_VARIABLE, str(settings_of(tmp_path, [made(tmp_path)])))
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


def said(app: AppTest) -> str:
    assert not app.exception
    return html.unescape("\n".join(words_on(app)))


def test_a_quick_read_says_nothing_about_waiting() -> None:
    words = said(AppTest.from_function(_quick, default_timeout=60).run())
    assert "found: 2024-01-14" in words
    assert "counting" not in words


def test_what_goes_wrong_in_a_read_is_told_as_on_any_page() -> None:
    assert "It is broken." in said(AppTest.from_function(_wrong, default_timeout=60).run())


def test_a_stopped_read_is_said_and_asked_again_on_demand() -> None:
    app = AppTest.from_function(_stopped, default_timeout=60).run()
    assert "Stopped before it was answered." in said(app)
    assert "found: None" in said(app)
    [again] = [b for b in app.button if b.label == "Count again"]
    assert "found: 42" in said(again.click().run())


def test_a_page_that_moves_on_stops_its_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ends the waiting, the statement is interrupted: here the drawing itself."""
    stops: list[bool] = []

    class Watched(patience.Stop):
        def now(self) -> None:
            stops.append(True)
            super().now()

    def moved_on(*_: object) -> object:
        raise RuntimeError("another click")

    monkeypatch.setattr(patience, "Stop", Watched)
    monkeypatch.setattr(patience, "QUICK_SECONDS", 0.0)
    monkeypatch.setattr(patience, "_awaited", moved_on)
    monkeypatch.setattr(patience, "_key", lambda asked: "key")
    monkeypatch.setattr(patience, "text", lambda: None)
    gate = patience.Future[int]()
    with pytest.raises(RuntimeError, match="another click"):
        patience.patiently(gate.result, "long")
    gate.set_result(1)
    assert stops == [True]
