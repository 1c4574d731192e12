"""The funnel page: every state of it, on a shop that is added up by hand."""

from __future__ import annotations

import base64
import html
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE
from i18n import LANGUAGES, Language
from tests.pages.framed import opened, words_on
from tests.pages.shop import made, rows, settings_of, shop
from tests.world import event, order, user, world

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


def packed(text: str) -> str:
    """As an address carries a definition that is not plain."""
    return "z." + base64.urlsafe_b64encode(zlib.compress(text.encode())).decode().rstrip("=")


WINDOW = {
    "en": "lasts from one second to 366 days; 0 days were asked for",
    "zh": "当前为 0 天",
}
DAMAGED = {"en": "damaged or was cut off", "zh": "已损坏或被截断"}
WRONG_AT = {"en": "definition is wrong at", "zh": "漏斗定义在"}
COUNT = {"en": "A funnel has 2 to 20 steps; this one has 1", "zh": "当前为 1 个"}
BY_HAND = {
    "a window of nothing": ("view_item~purchase~~within.0d", WINDOW),
    "a step's window of nothing": ("view_item~purchase~~steps.2=0h", WINDOW),
    "an option that is none": ("view_item~~~purchase?", DAMAGED),
    "no JSON": (packed('{"steps": ['), DAMAGED),
    "not packed": ("z.%%%", DAMAGED),
    "huge": ("a" * 100_000, DAMAGED),
    "JSON of something else": (packed("[1, 2]"), WRONG_AT),
    "an unknown key": (packed('{"steps": [], "mood": "hopeful"}'), WRONG_AT),
    "steps that are none": (packed('{"steps": "view_item"}'), WRONG_AT),
    "a single step": ("view_item", COUNT),
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", BY_HAND)
def test_a_funnel_that_was_edited_by_hand_is_named_and_another_one_shown(
    case: str, lang: Language
) -> None:
    """The page draws the ready-made one and says so; nothing of it looks like an answer to the
    address."""
    f, why = BY_HAND[case]
    app = page(f=f, lang=lang)
    text = said(app)
    assert {"en": "could not be used: “f”", "zh": "“f”无法识别"}[lang] in text
    assert why[lang] in text
    assert {"en": "Another funnel is shown in its place", "zh": "当前显示的是另一个漏斗"}[
        lang
    ] in text
    assert "f" not in app.query_params


@pytest.mark.parametrize(
    ("window", "zero"),
    [
        ("1d", "Nobody reached Login in this funnel: 0 is measured, not missing."),
        ("12d", "Nobody has reached Login so far: 0 is measured, not missing."),
    ],
)
def test_steps_that_nobody_reaches_are_said_to_be_a_measured_zero(window: str, zero: str) -> None:
    """The login of 1 November is the only one: nobody has logged in after looking. Of twelve days
    from the 4th none is over."""
    text = said(page(f=f"view_item~login~~within.{window}"))
    assert zero in text
    assert "Nobody reached another step." in text


def test_a_break_down_with_many_values_says_how_many_are_shown(tmp_path: Path) -> None:
    """Ninety people look at an item each: eight items and the rest."""
    people = range(90)
    many = world(
        tmp_path / "wh",
        settings=shop(),
        users=[user(n, "2024-01-04") for n in people],
        events=[event(n, "2024-01-05", "view_item", item_id=f"i{n:02}") for n in people],
        orders=[order(1, "2024-01-06")],
        through="2024-02-15",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SETTINGS_VARIABLE, str(settings_of(tmp_path, [many])))
        st.cache_resource.clear()
        st.cache_data.clear()
        text = said(page(f="view_item~purchase~~within.1d", split="item_id@1"))
    st.cache_resource.clear()
    st.cache_data.clear()
    assert "90 values: the largest 8 are shown, the others together." in text


@pytest.mark.parametrize(
    ("lang", "said_why"),
    [("en", "lasts from one second to 366 days; 10000 days were asked for"), ("zh", "10000 天")],
)
def test_a_window_of_ten_thousand_days_says_how_long_one_may_be(lang: str, said_why: str) -> None:
    assert said_why in said(page(f="view_item~purchase~~within.10000d", lang=lang))


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
