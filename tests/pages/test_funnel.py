"""The funnel page: every state of it, on a shop that is added up by hand."""

from __future__ import annotations

import html
from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE
from tests.pages.framed import opened, words_on
from tests.pages.shop import made, rows, settings_of, shop
from tests.world import world

PAGE = "pages/funnels/funnel.py"
DAYS = {"lang": "en", "from": "2024-01-04", "to": "2024-01-15"}


@pytest.fixture(scope="module", autouse=True)
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The shop of the pages, and one that has orders alone."""
    folder = tmp_path_factory.mktemp("funnel")
    st.cache_data.clear()
    st.cache_resource.clear()
    orders = {k: v for k, v in rows().items() if k != "events"}
    only_orders = world(folder / "wh2", settings=shop(), through="2024-01-15", **orders)
    with pytest.MonkeyPatch.context() as patch:
        file = settings_of(folder, [made(folder), only_orders])
        first, _, second = file.read_text("utf-8").partition("[shops.world2]")
        second = second.replace('"World"', '"Orders"').replace('"世界"', '"订单"')
        file.write_text(f"{first}[shops.world2]{second}", "utf-8")  # a menu tells them by name
        patch.setenv(SETTINGS_VARIABLE, str(file))
        yield
    st.cache_data.clear()
    st.cache_resource.clear()


def page(**query: str) -> AppTest:
    return opened(PAGE, **{**DAYS, **query})


def said(app: AppTest) -> str:
    assert not app.exception
    return html.unescape("\n".join(words_on(app)))


def test_three_looked_two_of_them_paid() -> None:
    """Users 1, 2, 3 look at items every day from the 4th; 1 and 2 pay. All windows of a day but
    that of the last look are over by the 15th."""
    text = said(page(f="view_item~purchase~~within.1d"))
    assert "1 Item view 3" in text
    assert "2 Paid order 2" in text


def test_another_order_of_the_same_event() -> None:
    """User 1 paid on the 8th and the 10th, user 2 once; a guest is nobody to be followed."""
    text = said(page(f="purchase~purchase"))
    assert "1 Paid order 2" in text
    assert "2 Paid order 1" in text


def test_an_event_that_the_shop_never_had_is_named_and_the_panel_stays() -> None:
    app = page(f="view_item~viev_item")
    text = said(app)
    assert "This shop has no event named viev_item." in text
    assert "Did you mean “view_item”?" in text
    assert "Change this funnel" in text
    assert app.get("plotly_chart") == []


def test_a_shop_without_events_says_which_table_it_needs() -> None:
    text = said(page(shop="world2"))
    assert "This shop has no table `events`" in text
    assert "Not offered, this shop lacks events: Browse to paid order" in text
    assert "Order to next order" in text


def test_a_period_without_data_says_why() -> None:
    text = said(page(f="view_item~purchase", **{"from": "2024-02-01", "to": "2024-02-08"}))
    assert "Nobody entered this funnel in this period." in text
    assert "lies after the end of the data" in text


def test_a_break_down_by_a_step_that_is_not_there_is_left_out() -> None:
    text = said(page(f="view_item~purchase", split="channel@7"))
    assert "The break-down by step 7 was left out" in text


def test_a_funnel_that_was_edited_by_hand_is_ignored_and_named() -> None:
    text = said(page(f="view_item~~~purchase?"))
    assert "could not be used: “f”" in text


def test_the_people_behind_a_number_open_and_are_as_many() -> None:
    app = page(f="view_item~purchase~~within.1d")
    [pick] = [s for s in app.selectbox if s.label == "People behind a number"]
    pick.select_index(pick.options.index("Reached 2 Paid order: 2")).run()
    [people] = [d.value for d in app.dataframe if "User or visitor" in d.value.columns]
    assert sorted(people["User or visitor"]) == ["1", "2"]


def test_every_answer_has_its_statement_and_the_definition_is_in_words() -> None:
    app = page(f="view_item~purchase~~within.1d~~entry.first", split="channel")
    assert len(app.code) == 5
    text = said(app)
    assert "First attempt: Only the first attempt in the period counts" in text
    assert "the whole funnel within 1 day" in text
