"""The Overview's parts where a plain drawing of them would mislead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from data.settings import SETTINGS_VARIABLE
from tests.pages.framed import opened, words_on
from tests.pages.shop import made, settings_of
from tests.world import order, world
from ui.metric_table import TABLE_WIDTHS, column_widths, text_width

HEADER = ["指标", "数值", "对比值", "变化", "是否显著", "分子 ÷ 分母", "说明", "类别"]


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setenv(SETTINGS_VARIABLE, str(settings_of(tmp_path, [made(tmp_path)])))
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.mark.parametrize(
    ("lang", "title", "why"),
    [
        ("en", "No data in this selection.", "begins before the data does"),
        ("zh", "当前筛选下没有数据。", "早于数据起始日"),
    ],
)
def test_days_before_the_data_are_told_and_no_empty_chart_is_drawn(
    lang: str, title: str, why: str
) -> None:
    """An axis from 0 to 1 without a line would look like a measured nothing."""
    app = opened(lang=lang, **{"from": "1995-01-01", "to": "1995-02-01"})
    assert not app.exception
    assert app.get("plotly_chart") == []
    [card] = [h.proto.body for h in app.get("html") if title in h.proto.body]
    assert why in card


def test_days_within_the_data_have_their_chart() -> None:
    app = opened(lang="en", **{"from": "2024-01-08", "to": "2024-01-15"})
    assert app.get("plotly_chart")
    assert "No data in this selection." not in "\n".join(words_on(app))


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [("2024-01-08", "2024-01-15", "data to 14 Jan 23:59"),
     ("2023-11-06", "2023-11-13", "data to 14 Jan 2024 23:59")],
)  # fmt: skip
def test_the_end_of_the_data_has_its_year_where_the_chosen_days_are_of_another(
    start: str, end: str, said: str
) -> None:
    """November 2023 with `data to 14 Jan` would read as ten months before it."""
    app = opened(lang="en", **{"from": start, "to": end})
    assert said in app.get("html")[0].proto.body + "\n".join(words_on(app))


def test_a_number_in_the_table_never_loses_its_head() -> None:
    """+18.5 个百分点 in a column for +18.5% was shown as 8.5 个百分点."""
    short = ["客单价", "£535.16", "£541.52", "−1.2%", "", "", "", "收入"]
    points = ["老买家占比", "83.19%", "75.84%", "+18.5 个百分点", "", "", "", "复购"]
    assert column_widths(HEADER, [short]) == list(TABLE_WIDTHS)
    wide = column_widths(HEADER, [short, points])
    assert wide[3] == text_width("+18.5 个百分点") > TABLE_WIDTHS[3]
    assert [w for n, w in enumerate(wide) if n != 3] == [
        w for n, w in enumerate(TABLE_WIDTHS) if n != 3
    ]


def test_chinese_is_twice_as_wide_as_digits() -> None:
    assert text_width("个") - text_width("") == 2 * (text_width("1") - text_width(""))


def test_no_tree_is_offered_that_the_shop_can_not_feed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guests alone: buyers can't be told apart, so no tree closes; the reason stands there."""
    folder = tmp_path / "guests"
    guests = world(folder, orders=[order(None, "2024-01-09", "10")], through="2024-01-15")
    monkeypatch.setenv(SETTINGS_VARIABLE, str(settings_of(folder, [guests])))
    app = opened(lang="en", **{"from": "2024-01-08", "to": "2024-01-15"})
    assert not app.exception
    assert [b for b in app.main.get("button_group") if b.key == "tree_pick"] == []
    assert any("orders.user_id" in word for word in words_on(app))
