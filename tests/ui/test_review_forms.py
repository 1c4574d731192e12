"""The editors of the review: the deck and the limits, conflicts, a store that is read-only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE
from i18n import Problem, Words
from metrics.review.deck import DEFAULT_DECK
from store import LIMIT_RULES, REVIEW_DECK, Baseline, DeckLine, LimitRules, Store, open_store
from tests.metrics.review.small_review import made
from tests.pages.framed import words_on
from tests.pages.shop import settings_of
from ui.review.deck import chosen_lines

COLUMNS = ("Order", "Metric", "Owner")


def _limits() -> None:
    """The open editor of one line alone; a dialog's buttons run it again."""
    from ui.guard import guarded
    from ui.review.asked import answered
    from ui.review.limits import begin_edit, limits_form
    from ui.session import begin, text

    begin()
    with guarded():
        import streamlit as st

        review = answered().review
        assert review is not None
        line = next(x for x in review.lines if x.metric.key == "gmv")
        if "begun" not in st.session_state:
            st.session_state["begun"] = True
            begin_edit("gmv")
        limits_form(line, text())


def _deck() -> None:
    """The open editor of the deck."""
    from ui.guard import guarded
    from ui.review.deck import begin_edit, deck_form
    from ui.session import begin, text

    begin()
    with guarded():
        import streamlit as st

        if "begun" not in st.session_state:
            st.session_state["begun"] = True
            begin_edit()
        deck_form(text())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forms")
    settings_of(folder, [made(folder / "wh", 7 * 15, lambda _: 10)])
    return folder


@pytest.fixture
def team(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store of the team."""
    st.cache_data.clear()
    st.cache_resource.clear()
    (folder / "store.sqlite").unlink(missing_ok=True)
    monkeypatch.setenv(SETTINGS_VARIABLE, str(folder / "northstar.toml"))
    store = open_store(f"sqlite:///{folder}/store.sqlite")
    yield store
    store.close()
    st.cache_data.clear()
    st.cache_resource.clear()


def form(of: object, lang: str = "en") -> AppTest:
    app = AppTest.from_function(of, default_timeout=60)  # type: ignore[arg-type]
    app.query_params["lang"] = lang
    return app.run()


def said(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(words_on(app))


def test_limits_are_not_changed_without_a_reason(team: Store) -> None:
    app = form(_limits)
    app.toggle(key="limits_seasonal").set_value(True)
    assert "Say why" in said(app.button(key="limits_save").click().run())
    assert team.load(LIMIT_RULES, "world", "gmv") is None


def test_a_rebase_is_kept_with_who_when_and_why(team: Store) -> None:
    """Locked to the fourteen weeks before the last one, which is offered."""
    app = form(_limits)
    app.toggle(key="limits_locked").set_value(True).run()
    app.text_input(key="limits_reason").set_value("New prices")
    app.button(key="limits_save").click().run()
    saved = team.load(LIMIT_RULES, "world", "gmv")
    assert saved is not None
    assert saved.body.baseline == Baseline(date(2024, 1, 1), date(2024, 4, 7))
    assert (saved.author, saved.note) == ("local", "New prices")
    assert "local: New prices" in said(form(_limits))


def test_the_second_of_two_editors_is_told_and_loses_nothing(team: Store) -> None:
    app = form(_limits)
    theirs = LimitRules(metric="gmv", trended=True)
    team.save(LIMIT_RULES, "world", theirs, author="mei", based_on=None, name="gmv", note="Trend")
    app.text_input(key="limits_reason").set_value("Mine")
    app = app.button(key="limits_save").click().run()
    assert "mei" in said(app)
    assert "Save again" in said(app)
    app.button(key="limits_save").click().run()
    history = team.history(LIMIT_RULES, "world", "gmv")
    assert [(v.note, v.action) for v in history] == [
        ("Mine", "saved"), ("Mine", "refused"), ("Trend", "saved"),
    ]  # fmt: skip


def test_the_deck_is_saved_as_it_stands(team: Store) -> None:
    app = form(_deck, "zh")
    assert "序号" in said(app)
    app.button(key="review_deck_save").click().run()
    saved = team.load(REVIEW_DECK, "world")
    assert saved is not None
    assert saved.body == DEFAULT_DECK


@pytest.mark.parametrize(("of", "button"), [(_deck, "review_deck_save"), (_limits, "limits_save")])
def test_a_store_that_may_not_be_written_is_told_in_words(
    team: Store, monkeypatch: pytest.MonkeyPatch, of: object, button: str
) -> None:
    """What the store says (tests/store/test_opening.py) stands below the button; nothing is lost
    of the form."""

    def refuses(*_: object, **__: object) -> None:
        raise Problem("store_read_only", Words("It may be read but not written.", "只可读取。"))

    app = form(of)
    monkeypatch.setattr(Store, "save", refuses)
    if of is _limits:
        app.text_input(key="limits_reason").set_value("Mine")
    app = app.button(key=button).click().run()
    assert "may be read but not written" in said(app)
    assert of is _deck or app.text_input(key="limits_reason").value == "Mine"


def test_lines_are_put_in_order_by_their_numbers() -> None:
    """2.5 stands between 2 and 3; without a number a line comes last; without a metric it is
    none; a key that has gone stays a key."""
    rows = [
        {"Order": 1.0, "Metric": "GMV", "Owner": "Lin"},
        {"Order": 2.0, "Metric": "Buyers", "Owner": None},
        {"Order": float("nan"), "Metric": "Orders", "Owner": ""},
        {"Order": 1.5, "Metric": "gone", "Owner": "Mei"},
        {"Order": 3.0, "Metric": None, "Owner": "Nobody"},
    ]
    names = {"GMV": "gmv", "Buyers": "buyers", "Orders": "orders"}
    assert chosen_lines(rows, COLUMNS, names) == (
        DeckLine(metric="gmv", owner="Lin"),
        DeckLine(metric="gone", owner="Mei"),
        DeckLine(metric="buyers"),
        DeckLine(metric="orders"),
    )


def test_an_owner_of_too_many_letters_is_refused_in_words() -> None:
    with pytest.raises(Problem, match="owner"):
        chosen_lines([{"Order": 1.0, "Metric": "gmv", "Owner": "x" * 81}], COLUMNS, {})
