"""A long read is shown as one, can be stopped, and is interrupted when the page moves on."""

from __future__ import annotations

import html
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE
from data.stopping import Stop
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

    class Watched(Stop):
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
    gate = Future[int]()
    with pytest.raises(RuntimeError, match="another click"):
        patience.patiently(gate.result, "long")
    gate.set_result(1)
    assert stops == [True]


def _long() -> None:
    """A read that nobody waits for to the end."""
    from concurrent.futures import Future

    from ui.patience import patiently
    from ui.session import begin

    begin()
    patiently(lambda: Future[int]().result(timeout=60), "long")


def test_a_read_ends_when_its_reader_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser is closed: nothing is drawn any more, and the statement is interrupted."""
    stops: list[bool] = []
    monkeypatch.setattr(patience, "_has_reader", lambda: False)
    monkeypatch.setattr(patience, "QUICK_SECONDS", 0.0)
    monkeypatch.setattr(patience, "TICK_SECONDS", 0.0)
    monkeypatch.setattr(Stop, "now", lambda _: stops.append(True))
    said(AppTest.from_function(_long, default_timeout=60).run())
    assert stops == [True]


def _in_a_part() -> None:
    """A read in a part of a page that runs by itself; it ends when the test says so."""
    import streamlit as st

    from tests.ui.test_patience import GATE
    from ui.patience import patiently
    from ui.session import begin

    begin()
    found = patiently(lambda: GATE[0].result(timeout=60), "part", height=0)
    st.caption(f"found: {found}")


GATE: list[Future[int]] = []


def part_of(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Not done at first sight; asking for another run ends this one, as it does in a browser."""

    def again(scope: str) -> None:
        st.caption(f"again: {scope}")
        st.stop()

    GATE[:] = [Future[int]()]
    monkeypatch.setattr(patience, "runs_alone", lambda: True)
    monkeypatch.setattr(patience, "QUICK_SECONDS", 0.0)
    monkeypatch.setattr(patience, "TICK_SECONDS", 0.0)
    monkeypatch.setattr(st, "rerun", again)
    return AppTest.from_function(_in_a_part, default_timeout=60).run()


def test_a_part_that_waits_runs_again_until_its_read_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = part_of(monkeypatch)
    assert "again: fragment" in said(app)
    assert "Stop" in [b.label for b in app.button]
    monkeypatch.setattr(patience, "TICK_SECONDS", 60.0)
    GATE[0].set_result(42)
    assert "found: 42" in said(app.run())


def test_a_part_can_be_stopped_between_its_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    stops: list[bool] = []
    monkeypatch.setattr(Stop, "now", lambda _: stops.append(True))
    app = part_of(monkeypatch)
    [stop] = [b for b in app.button if b.label == "Stop"]
    assert "Stopped before it was answered." in said(stop.click().run())
    assert stops == [True]
    GATE[0].set_result(1)


def test_a_run_of_the_page_ends_what_its_parts_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    stops: list[bool] = []
    monkeypatch.setattr(Stop, "now", lambda _: stops.append(True))
    app = part_of(monkeypatch)
    monkeypatch.setattr(patience, "runs_alone", lambda: False)
    monkeypatch.setattr(patience, "QUICK_SECONDS", 60.0)
    first = GATE[0]
    GATE[:] = [Future[int]()]
    GATE[0].set_result(7)
    assert "found: 7" in said(app.run())
    assert stops == [True]
    first.set_result(1)
