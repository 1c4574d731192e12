"""The page that takes a change apart, through the whole frame, on a shop added up by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE
from i18n import LANGUAGES, Language
from tests.pages.framed import opened, words_on
from tests.pages.shop import rows, settings_of
from tests.pages.test_every_page import leftovers
from tests.world import order, shop, world
from ui.navigation import PAGES
from ui.why.view import View, read_view, write_view

PAGE = "pages/review/why.py"
DAYS = {"from": "2024-01-08", "to": "2024-01-15"}


@pytest.fixture(scope="module", autouse=True)
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Last week nothing but ¥40 of user 1; in the week China 150.25, the United States 7,513.
    A campaign on 9 January of this year and of last year. `world2` has nothing but events."""
    folder = tmp_path_factory.mktemp("why")
    st.cache_data.clear()
    st.cache_resource.clear()
    more = rows()
    more["orders"] = [*more["orders"], order(1, "2024-01-03", "40", country="CN")]
    more["calendar"] = [
        {"day": date(year, 1, 9), "name": "618", "market": None} for year in (2023, 2024)
    ]
    bare = {"events": rows()["events"]}
    worlds = [
        world(folder / "a", settings=shop(), through="2024-01-15", **more),
        world(folder / "b", settings=shop(), through="2024-01-15", **bare),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SETTINGS_VARIABLE, str(settings_of(folder, worlds)))
        yield
    st.cache_data.clear()
    st.cache_resource.clear()


def page(language: Language = "en", **query: str) -> AppTest:
    app = opened(PAGE, lang=language, **{**DAYS, **query})
    assert not app.exception
    assert "ns-state ns-error" not in "".join(h.proto.body for h in app.get("html"))
    return app


def finding(app: AppTest) -> str:
    found = re.search(r'class="ns-finding">([^<]+)<', app.get("html")[0].proto.body)
    assert found is not None
    return found[1]


def tables(app: AppTest) -> list[dict[str, Any]]:
    found = [json.loads(b.proto.mixed.json or b.proto.json) for b in app.get("bidi_component")]
    return [t for t in found if "rows" in t]


def cells(table: dict[str, Any], column: str) -> dict[str, str]:
    at = [c["name"] for c in table["columns"]].index(column)
    return {r["name"]: r["cells"][at]["text"] for r in table["rows"]}


def test_the_parts_of_gmv_by_market() -> None:
    """40 to 7,663.25: the United States took it up by 7,513, China by 110.25."""
    app = page(metric="gmv", y="segments:market")
    assert finding(app).startswith("GMV rose by 19,058% (¥40.0 → ¥7.66K), a signal.")
    assert "United States makes up 98.6% of it (not judged)." in finding(app)
    [table] = tables(app)
    assert cells(table, "Effect") == {
        "United States": "+¥7,513.00", "China": "+¥110.25", "All": "+¥7,623.25",
    }  # fmt: skip


def test_a_part_opens_into_what_is_inside_it() -> None:
    """The United States by channel: paid search of user 2, and the guest, of no channel."""
    app = page(metric="gmv", y="segments:market:channel:US")
    outer, inner = tables(app)
    assert set(cells(outer, "Effect")) == {"United States", "China", "All"}
    assert cells(inner, "Effect") == {
        "Paid search": "+¥7,000.00", "Unknown": "+¥513.00", "All": "+¥7,513.00",
    }  # fmt: skip
    assert len(app.get("plotly_chart")) == 2
    app.button(key="why_close").click().run()
    assert len(tables(app)) == 1


def test_a_value_that_is_no_part_of_the_change_says_so() -> None:
    app = page(metric="gmv", y="segments:market:channel:DE")
    assert len(tables(app)) == 1
    assert any("Germany is not among" in c.value for c in app.caption)


def test_mix_and_rate_say_their_formula() -> None:
    app = page(metric="conversion_rate", y="segments:market")
    [table] = tables(app)
    names = [c["name"] for c in table["columns"]]
    before = table["rows"][0]["cells"][names.index("Before")]
    assert (before["tone"], before["lines"][-1]) == (
        "none", "over fewer than 30: it moves by chance",
    )  # fmt: skip
    row = table["rows"][0]["cells"]
    for column in ("Mix", "Own rate"):
        words, filled = row[names.index(column)]["lines"]
        assert "share" in words
        assert "×" in filled


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "query",
    [
        {"metric": "aov", "y": "factors"},
        {"metric": "gmv", "y": "growth"},
        {"metric": "mapu"},
        {"metric": "blended_cac", "y": "segments:channel:market:paid_search"},
        {"metric": "gmv", "compare": "campaign", "from": "2024-01-09", "to": "2024-01-10"},
        {"metric": "gmv", "compare": "campaign", "from": "2024-01-11", "to": "2024-01-12"},
        {"metric": "gmv", "compare": "none"},
        {"metric": "gmv", "shop": "world2"},
    ],
    ids=lambda q: "-".join(q.values()),
)
def test_every_view_is_in_the_readers_language(language: Language, query: dict[str, str]) -> None:
    app = page(language, **query)
    assert leftovers(words_on(app), language) == set()


def test_growth_accounting_needs_whole_weeks_and_says_so() -> None:
    app = page(metric="gmv", y="growth", to="2024-01-12")
    assert any("whole, finished calendar week" in c.value for c in app.caption)
    assert len(tables(app)) == 1


def test_a_metric_that_is_not_there_is_named_and_another_shown() -> None:
    app = page(metric="gone_metric")
    assert "gone_metric" in app.get("html")[0].proto.body
    assert finding(app).startswith("GMV")


def test_days_without_a_campaign_say_that_nothing_compares() -> None:
    app = page(metric="gmv", compare="campaign", **{"from": "2024-01-11", "to": "2024-01-12"})
    assert finding(app) == "GMV: no bridge, no campaign of the calendar lies in these days."


@pytest.mark.parametrize(
    "text", ["growth", "segments:market", "segments:channel:campaign:a%3Ab", "segments:market::US"]
)
def test_a_view_comes_back_from_its_address(text: str) -> None:
    assert write_view(read_view(text)) == text


def test_the_view_that_the_page_opens_with_needs_no_words() -> None:
    assert write_view(View()) is None


@pytest.mark.parametrize(
    "text", ["", "sideways", "segments:planet", "segments::channel:US", "a:b:c:d:e"]
)
def test_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        read_view(text)


@pytest.mark.parametrize("path", ["lifecycle", "funnel", "channels"])
def test_other_pages_are_laid_over_the_campaign_too(path: str) -> None:
    [spec] = [p for p in PAGES if p.path == path]
    app = opened(spec.file, lang="en", compare="campaign",
                 **{"from": "2024-01-09", "to": "2024-01-10"})  # fmt: skip
    assert not app.exception
    [head] = [h.proto.body for h in app.get("html") if 'class="ns-scope"' in h.proto.body]
    assert "against 9 Jan 2023 · laid over last year’s 618, day for day" in head
