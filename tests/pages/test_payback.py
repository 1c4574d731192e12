"""The payback page through the whole frame, on a shop that is worked out by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.scope import LOCAL_VIEWER, Viewer
from data.settings import SETTINGS_VARIABLE
from i18n import LANGUAGES, Language
from tests.metrics.payback.shops import january, spend
from tests.pages.framed import opened, words_on
from tests.pages.shop import settings_of
from tests.pages.test_every_page import leftovers
from tests.world import order

DAYS = {"from": "2024-01-01", "to": "2024-02-01"}
PAGE = "pages/channels/payback.py"


@pytest.fixture(scope="module", autouse=True)
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """`world`: January costs 80 by KOL in China and 20 by paid search in the United States;
    `world2`: no spend on record; `world3`: the cost of goods is not known; `world4`: spend names no
    country and stops for three days."""
    folder = tmp_path_factory.mktemp("payback")
    st.cache_data.clear()
    st.cache_resource.clear()
    costs = [
        spend(60, channel="kol", country="CN"),
        spend(20, channel="paid_search", country="US"),
    ]
    unknown = [order(1, "2024-01-05 10:00", 60), order(2, "2024-01-20 10:00", 50)]
    worlds = [
        january(folder / "a", *costs),
        january(folder / "b"),
        january(folder / "c", *costs, orders=unknown),
        january(folder / "d", spend(40, "2024-01-11"), spend(40, "2024-01-15")),
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


def numbers(app: AppTest) -> list[list[str]]:
    """The table below, first five columns."""
    [table] = [d.value for d in app.dataframe]
    return [list(map(str, row[:5])) for row in table.itertuples(index=False)]


def test_the_month_is_read_against_its_cost() -> None:
    app = page()
    assert finding(app) == "Customers of Jan 2024 cost ¥40.0 and paid back on day 4."
    assert numbers(app) == [
        ["All", "2", "¥80.00", "¥40.00", "–"],
        ["Jan 2024", "2", "¥80.00", "¥40.00", "day 4"],
    ]


def test_the_address_says_which_cohorts_and_which_costs() -> None:
    """User 1 cost 60 and brings 40, then 20 on day 4; user 2 cost 20 and brings them at once."""
    app = page(by="channel", cost="ads")
    assert [row[0] for row in numbers(app)] == ["KOL / influencer", "Paid search", "All"]
    assert [row[4] for row in numbers(app)] == ["day 4", "first day", "day 4"]
    assert page(by="market").dataframe[0].value.iloc[0, 0] == "China"


def test_one_channel_can_be_followed_month_by_month() -> None:
    assert numbers(page(channel="kol"))[1] == ["Jan 2024", "1", "¥60.00", "¥60.00", "day 4"]


def test_a_reader_of_one_market_sees_its_customers_and_costs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    viewer = Viewer("lin", markets=frozenset({"CN"}), personal_data=False)
    monkeypatch.setattr("ui.session.viewer", lambda: viewer)
    app = page(by="channel")
    assert [row[:3] for row in numbers(app)] == [
        ["KOL / influencer", "1", "¥60.00"], ["All", "1", "¥60.00"],
    ]  # fmt: skip
    assert "Paid search" not in " ".join(words_on(app))
    monkeypatch.setattr("ui.session.viewer", lambda: LOCAL_VIEWER)


def test_without_spend_the_page_says_what_is_needed() -> None:
    words = " ".join(words_on(page(shop="world2")))
    assert "marketing_spend" in words


def test_an_unknown_cost_of_goods_is_said_first() -> None:
    app = page(shop="world3")
    assert "cost is unknown on more than 1 % of GMV" in finding(app)
    assert numbers(app)[1] == [
        "Jan 2024", "2", "¥80.00", "¥40.00", "cost is unknown on more than 1 % of GMV",
    ]  # fmt: skip


def test_what_makes_costs_other_than_they_seem_is_said_on_top() -> None:
    words = " ".join(words_on(page(shop="world4", by="market", market="CN", customer="identified")))
    assert "No spend on 3 days in the middle (12 Jan, 13 Jan, 14 Jan)" not in words
    assert "Spend is not split by market" in words
    assert "in particular: the filter of customers" in words
    assert "Spend names no country" in words
    words = " ".join(words_on(page(shop="world4")))
    assert "No spend on 3 days in the middle (12 Jan, 13 Jan, 14 Jan)" in words


def test_a_range_before_the_data_says_so() -> None:
    app = opened(PAGE, lang="en", **{"from": "2019-01-01", "to": "2019-02-01"})
    assert not app.exception
    assert "no complete day" in " ".join(words_on(app))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("by", [None, "channel", "market"])
def test_every_word_is_in_the_readers_language(language: Language, by: str | None) -> None:
    app = page(language, **({} if by is None else {"by": by}))
    assert leftovers(words_on(app), language) == set()
