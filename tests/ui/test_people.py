"""The drawer: who and how many, page by page, as a file, and what they did next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.scope import Viewer
from i18n import LANGUAGES, Language, Text
from metrics.funnels.next_events import Afterwards, NextEvent
from metrics.funnels.paths import Path as Way
from metrics.funnels.paths import Paths
from metrics.funnels.people import Bar, State
from metrics.funnels.spec import simple
from tests.metrics.shops import settings_file
from tests.pages.framed import forgotten, said, use, words_on
from tests.world import event, order, user, world
from ui.funnel_people import next_rows, pairs_of, path_rows

__all__ = ["forgotten"]

EN = Text("en")
STEPS = ("view_item", "add_to_cart", "purchase")


def _opened(state: str, step: int, view: str | None) -> None:
    """What the drawer of one bar holds, without the dialog: it stands outside the page."""
    from datetime import date

    import streamlit as st

    from data.scope import Span
    from metrics.funnels.people import Bar, State, funnel_people
    from metrics.funnels.spec import simple
    from ui.funnel_people import BEHIND, bar_views
    from ui.guard import guarded
    from ui.people import people_views
    from ui.session import begin, scope, text, warehouse

    begin()
    if view is not None:
        st.session_state[f"behind_bar_views_{text().language}"] = view
    with guarded():
        funnel = simple("view_item", "add_to_cart", "purchase")
        span = Span(date(2024, 1, 1), date(2024, 1, 8))
        bar = Bar(State(state), step)
        people = funnel_people(warehouse(), scope(), funnel, span, bar)
        people_views(people, key=BEHIND.name, views=bar_views(funnel, span, bar))


def _listed() -> None:
    """The list alone, without the dialog: its buttons run it again."""
    from datetime import date

    from data.scope import Span
    from metrics.funnels.people import Bar, funnel_people
    from metrics.funnels.spec import simple
    from ui.guard import guarded
    from ui.people import people_list
    from ui.session import begin, scope, warehouse

    begin()
    with guarded():
        span = Span(date(2024, 1, 1), date(2024, 1, 8))
        funnel = simple("view_item", "purchase")
        people_list(funnel_people(warehouse(), scope(), funnel, span, Bar()), key="try")


def _file() -> None:
    from datetime import date

    import streamlit as st

    from data.scope import Span
    from metrics.funnels.people import Bar, funnel_people
    from metrics.funnels.spec import simple
    from metrics.people import people_page
    from ui.people import people_csv
    from ui.session import begin, scope, text, warehouse

    begin()
    span = Span(date(2024, 1, 1), date(2024, 1, 8))
    people = funnel_people(warehouse(), scope(), simple("view_item", "purchase"), span, Bar())
    st.code(people_csv(people_page(warehouse(), people, limit=500), text()))


@pytest.fixture
def shop(tmp_path: Path, forgotten: pytest.MonkeyPatch) -> Path:
    """120 users look; every third fills a cart; one is called like a formula."""
    ids = ["=cmd|'/c calc'!A0", *[f"u{n:03}" for n in range(119)]]
    made = world(
        tmp_path / "wh",
        users=[user(u, channel="kol", country="CN", city="Xi'an") for u in ids],
        events=[event(u, "2024-01-02 10:00", "view_item") for u in ids]
        + [event(u, "2024-01-02 10:01", "search") for u in ids[::2]]
        + [event(u, "2024-01-02 10:02", "add_to_cart") for u in ids[::3]],
        orders=[order(u, "2024-01-02 10:03", 20) for u in ids[::9]],
        through="2024-03-01",
    )
    settings = settings_file(tmp_path, made)
    use(settings, forgotten, tmp_path)
    return settings


def run(script: Any, *args: object, lang: str = "en") -> AppTest:
    app = AppTest.from_function(script, default_timeout=60, args=args)
    app.query_params["lang"] = lang
    return app.run()


@pytest.mark.parametrize(
    ("lang", "first", "second"),
    [("en", "1 – 50 of 120", "51 – 100 of 120"), ("zh", "第 1–50 条，共 120 条", "第 51–100 条")],
)
def test_pages_follow_one_another(shop: Path, lang: str, first: str, second: str) -> None:
    app = run(_listed, lang=lang)
    assert not app.exception
    assert first in said(app)
    assert len(app.dataframe[0].value) == 50
    app.button(key="try_offset_on").click().run()
    assert second in said(app)
    app.button(key="try_offset_on").click().run()
    assert len(app.dataframe[0].value) == 20
    assert app.button(key="try_offset_on").disabled
    app.button(key="try_offset_back").click().run()
    assert second in said(app)


def test_a_page_that_is_no_more_is_the_first_one(shop: Path) -> None:
    """The list became shorter since the reader was on its tenth page."""
    app = AppTest.from_function(_listed, default_timeout=60)
    app.query_params["lang"] = "en"
    app.session_state["try_offset"] = 450
    assert "1 – 50 of 120" in said(app.run())


def test_a_file_runs_nothing_and_names_its_clock(shop: Path) -> None:
    [text] = [c.value for c in run(_file).code]
    lines = text.splitlines()
    assert len(lines) == 121
    assert "(UTC)" in lines[0]
    assert "GMV to date (CNY)" in lines[0]
    formula = next(line for line in lines if "cmd" in line)
    assert formula.startswith("'=cmd")
    assert "2024-01-02 10:00:00" in formula


def test_without_the_right_there_is_no_file(shop: Path, forgotten: pytest.MonkeyPatch) -> None:
    forgotten.setattr("ui.session.LOCAL_VIEWER", Viewer("x", personal_data=False))
    app = run(_listed)
    assert not app.get("download_button")
    assert "right to personal data" in said(app)
    assert "City" not in app.dataframe[0].value.columns


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("view", [None, "next", "ways"])
def test_the_drawer_speaks_both_languages(shop: Path, lang: Language, view: str | None) -> None:
    names = {
        ("en", "next"): "What they did next", ("zh", "next"): "后续行为",
        ("en", "ways"): "Ways between two steps", ("zh", "ways"): "两步之间的路径",
    }  # fmt: skip
    chosen = None if view is None else names[lang, view]
    app = run(_opened, "dropped", 2, chosen, lang=lang)
    assert not app.exception
    words = "\n".join(words_on(app))
    expected = {
        (None, "en"): "u001", (None, "zh"): "u001",
        ("next", "en"): "Nothing more", ("next", "zh"): "无后续事件",
        ("ways", "en"): "nothing more in the window", ("ways", "zh"): "窗口内无后续",
    }  # fmt: skip
    assert expected[view, lang] in words


def test_shares_are_of_these_people_and_of_the_converted() -> None:
    events = (NextEvent("search", 6, 8, 1, 3),)
    found = Afterwards(1, 10, 4, 4, 3, events, "")
    header, [search, nothing] = next_rows(found, EN)
    assert len(header) == 5
    assert search == ["Search", "60.0% (6)", "80.0% (8)", "25.0% (1)", "75.0% (3)"]
    assert nothing == ["Nothing more", "40.0% (4)", "", "75.0% (3)", ""]


def test_without_anybody_to_compare_there_are_no_such_columns() -> None:
    found = Afterwards(3, 10, 4, 0, 0, (NextEvent("search", 6, 8, 0, 0),), "")
    header, rows = next_rows(found, EN)
    assert [len(r) for r in (header, *rows)] == [3, 3, 3]


def test_ways_say_how_they_ended_and_what_is_not_shown() -> None:
    funnel = simple(*STEPS)
    ways = (Way(("search", "view_item"), True, True, 5), Way((), False, False, 3))
    assert path_rows(funnel, Paths(1, 2, 10, ways, ""), EN) == [
        ["Search → Item view → …", "● Add to cart", "50.0%", "5"],
        ["nothing between", "○ nothing more in the window", "30.0%", "3"],
        ["All other ways", "", "20.0%", "2"],
    ]


@pytest.mark.parametrize(
    ("bar", "pairs"),
    [
        (Bar(State.DROPPED, 2), [(1, 2)]),
        (Bar(State.DROPPED, 3), [(2, 3), (1, 2)]),
        (Bar(State.REACHED, 2), [(1, 2), (2, 3)]),
        (Bar(State.CONVERTED), [(2, 3), (1, 2)]),
    ],
)
def test_the_pair_nearest_to_the_bar_comes_first(bar: Bar, pairs: list[tuple[int, int]]) -> None:
    assert pairs_of(simple(*STEPS), bar) == pairs


def test_any_order_has_no_ways() -> None:
    assert pairs_of(simple(*STEPS, order="unordered"), Bar()) == []
