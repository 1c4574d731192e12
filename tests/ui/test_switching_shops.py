"""Another shop: what it has stays chosen, what it lacks is named, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE
from tests.pages.framed import opened
from tests.pages.shop import THROUGH, made, settings_of
from tests.world import order, shop, user, world

CHOSEN = {"market": "US", "currency": "USD", "from": "2024-01-08", "to": "2024-01-15"}


@pytest.fixture
def second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Call it with the rows of a second shop, or none for one like the first."""
    st.cache_data.clear()
    st.cache_resource.clear()

    def make(**rows: Any) -> None:
        first = made(tmp_path / "one")
        if rows:
            other = world(tmp_path / "two", settings=shop(), through=THROUGH, **rows)
        else:
            other = made(tmp_path / "two")
        monkeypatch.setenv(SETTINGS_VARIABLE, str(settings_of(tmp_path, [first, other])))

    yield make
    st.cache_data.clear()
    st.cache_resource.clear()


def switched(language: str) -> AppTest:
    """The first shop with a market and a currency chosen, then the second one picked."""
    app = opened(lang=language, **CHOSEN)
    assert not app.exception
    label = {"en": "Shop", "zh": "店铺"}[language]
    [pick] = [box for box in app.sidebar.selectbox if box.label == label]
    pick.set_value("world2").run()
    assert not app.exception
    return app


def header(app: AppTest) -> str:
    [head] = [h.proto.body for h in app.get("html") if 'class="ns-head"' in h.proto.body]
    return str(head)


def query(app: AppTest) -> dict[str, str]:
    return {k: v if isinstance(v, str) else v[0] for k, v in dict(app.query_params).items()}


def test_a_currency_and_a_market_that_the_other_shop_has_stay_chosen(second: Any) -> None:
    """Both shops sell in the United States and have rates for dollars: nothing is dropped."""
    second()
    app = switched("en")
    assert query(app)["shop"] == "world2"
    assert (query(app)["market"], query(app)["currency"]) == ("US", "USD")
    assert "ns-notice" not in header(app)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Part of the filter Market", "This shop has no rates for USD", "are in CNY"]),
        ("zh", ["市场筛选", "该店铺没有 USD 的汇率", "改以 CNY 显示"]),
    ],
)
def test_what_the_other_shop_lacks_is_named_and_leaves_the_address(
    second: Any, language: str, said: list[str]
) -> None:
    """It sells in China alone and has no rates: the market and the dollars are told, each by the
    name that the reader sees beside the filter."""
    second(
        users=[user(1, "2024-01-01", country="CN")],
        orders=[order(1, "2024-01-09", "10", country="CN")],
    )
    app = switched(language)
    for words in said:
        assert words in header(app)
    assert not {"market", "currency"} & set(query(app))
