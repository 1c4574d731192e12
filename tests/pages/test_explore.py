"""The Explore page: the Overview's numbers on arrival, the drill, lists, files, bad addresses."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import openpyxl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.scope import Viewer
from data.settings import SETTINGS_VARIABLE
from i18n import Text
from metrics.catalog import METRICS
from metrics.explore.spec import Shape, Spec
from metrics.explore.text import Wide, wide
from tests.pages import framed
from tests.pages.framed import page, said
from tests.pages.shop import made, settings_of
from tests.world import World
from ui.explore.address import explore_link, write_explore
from ui.explore.asked import Asked
from ui.explore.files import _xlsx
from ui.url_state import Chosen

SCRIPT = "pages/review/explore.py"
WEEK = {"from": "2024-01-08", "to": "2024-01-15"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("explore_page")
    st.cache_data.clear()
    st.cache_resource.clear()
    world = made(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SETTINGS_VARIABLE, str(settings_of(folder, [world])))
        yield world
    st.cache_data.clear()
    st.cache_resource.clear()


def opened(spec: Spec | None = None, **query: str) -> AppTest:
    asked = {} if spec is None else {"x": write_explore(spec)}
    app = page(SCRIPT, lang="en", **{**WEEK, **asked, **query})
    assert not app.exception
    assert "ns-state ns-error" not in said(app)
    return app


def table(app: AppTest) -> list[dict[str, Any]]:
    """The rows of the table below the figure."""
    found = [json.loads(c.proto.mixed.json or c.proto.json) for c in app.get("bidi_component")]
    rows: list[dict[str, Any]] = found[-1]["rows"]
    return rows


def texts(row: dict[str, Any]) -> list[str]:
    return [cell["text"] for cell in row["cells"]]


def test_the_page_opens_with_markets_and_their_total(shop: World) -> None:
    """The United States sold 7,000 and 513 to a guest, China 100.25 and 50."""
    rows = table(opened())
    assert [r["name"] for r in rows] == ["United States", "China", "All"]
    assert [texts(r)[0] for r in rows] == ["¥7,513.00", "¥150.25", "¥7,663.25"]
    assert [texts(r)[1] for r in rows] == ["2", "2", "4"]


def test_every_number_of_the_catalog_is_the_overviews_on_arrival(shop: World) -> None:
    """The whole leaderboard against the Overview's table, as written."""
    overview = page("pages/overview/overview.py", lang="en", **WEEK)
    [told] = [d.value for d in overview.dataframe if "Compared value" in d.value.columns]
    there = {n: v for n, v in zip(told["Metric"], told["Value"], strict=True) if v != "–"}
    found = {r["name"]: texts(r)[0] for r in table(opened(Spec(shape=Shape.BOARD)))}
    assert found == there
    assert len(there) > 15


@pytest.mark.parametrize("key", ["gmv", "buyers", "mau", "arpu"])
def test_a_link_from_another_page_arrives_at_the_same_value(shop: World, key: str) -> None:
    """The Overview's own question, left by the link of its menu."""
    overview = page("pages/overview/overview.py", lang="en", market="CN", **WEEK)
    [told] = [d.value for d in overview.dataframe if "Compared value" in d.value.columns]
    there = dict(zip(told["Metric"], told["Value"], strict=True))[METRICS[key].name.en]
    left: Chosen = overview.session_state["chosen"]
    query = dict(parse_qsl(explore_link(key, left).partition("?")[2]))
    arrived = page(SCRIPT, **query)
    total = next(r for r in table(arrived) if r["name"] == "All")
    assert texts(total) == [there]


def test_the_way_back_up_stands_above_the_rows(shop: World) -> None:
    address = write_explore(Spec(by="channel", path=(("market", "CN"),)))
    app = framed.opened(SCRIPT, lang="en", x=address, **WEEK)
    assert "GMV of China" in said(app)
    assert [r["name"] for r in table(app)] == ["Organic search", "All"]
    up = next(b for b in app.button if b.key == "explore_up_0")
    up.click().run()
    assert [r["name"] for r in table(app)] == ["United States", "China", "All"]
    assert not app.exception


def test_a_small_share_is_grey_and_says_why(shop: World) -> None:
    """Ten sessions of each user are too few to judge a conversion by."""
    [us, china, _] = table(opened(Spec(("conversion_rate",))))
    assert (us["cells"][0]["text"], us["cells"][0]["tone"]) == ("< 30", "none")
    assert any("too small" in line for line in china["cells"][0]["lines"])


def test_a_reader_without_markets_is_told_so_and_sees_no_rows(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = Viewer("new", markets=frozenset(), personal_data=False)
    monkeypatch.setattr("ui.session.viewer", lambda: nobody)
    assert [r["name"] for r in table(opened(Spec(("buyers",))))] == ["All"]


def test_an_address_with_a_metric_that_has_gone_opens_with_the_rest(shop: World) -> None:
    app = page(SCRIPT, lang="en", x="gone.aov~channel", **WEEK)
    assert not app.exception
    assert "“gone”" in said(app)
    assert [texts(r) for r in table(app)][-1] == ["¥1,915.81"]


def test_a_dimension_that_the_shop_lacks_is_left_out_and_said(shop: World) -> None:
    """Nobody in this shop came by a campaign, but costs name one: it can be asked for. A shop
    without any is asked by market."""
    app = opened(Spec(("spend",), by="campaign"))
    assert [r["name"] for r in table(app)] == ["brand", "No campaign", "All"]


def test_more_buckets_than_a_screen_holds_become_longer_ones(shop: World) -> None:
    app = opened(Spec(("gmv",), shape=Shape.TIME), **{"from": "2023-11-01", "grain": "day"})
    assert "longer ones are shown" in said(app)
    assert len(table(app)[0]["cells"]) == 1 + 11


def test_files_hold_plain_numbers_formatted_by_their_unit(shop: World) -> None:
    """Money with its currency, shares in per cent, a name that would be a formula as text."""
    made_of = Wide(
        ["Campaign", "GMV", "Conversion rate"],
        [['=HYPERLINK("http://x")', 1234.5, 0.125], ["+1", None, None]],
        [[None, "money", "share"], [None, "money", "share"]],  # type: ignore[list-item]
    )
    file = openpyxl.load_workbook(io.BytesIO(_xlsx(made_of, ["@now"], Text("en"), "CNY")))
    sheet = file.active
    assert sheet is not None
    name, money, share = sheet[2]
    assert (name.value, name.data_type, name.quotePrefix) == ('=HYPERLINK("http://x")', "s", True)
    assert (money.value, money.number_format) == (1234.5, '"¥"#,##0.00')
    assert (share.value, share.number_format) == (0.125, "0.0%")
    assert (sheet["A3"].data_type, sheet["B3"].value, sheet["A5"].data_type) == ("s", None, "s")


def test_the_file_holds_what_the_table_shows(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[tuple[Asked, Wide]] = []

    def seen(found: Any, asked: Asked) -> None:
        taken.append((asked, wide(asked.answer(found), Text("zh"))))

    monkeypatch.setattr("ui.explore.files.files", seen)
    opened(Spec(("gmv", "aov")))
    [(_, file)] = taken
    assert file.heads[:4] == [
        "市场",
        "成交总额（GMV）",
        "成交总额（GMV）（对比期）",
        "成交总额（GMV）（变化）",
    ]
    assert [row[:2] for row in file.rows] == [["美国", 7513], ["中国", 150.25], ["合计", 7663.25]]


SHAPED = {
    "metrics": Spec(("gmv", "conversion_rate", "mau")),
    "time": Spec(("conversion_rate",), shape=Shape.TIME),
    "split": Spec(("gmv",), shape=Shape.SPLIT, split="channel"),
    "board": Spec(shape=Shape.BOARD),
    "deep": Spec(("gmv",), by="campaign", path=(("market", "CN"), ("channel", "nowhere"))),
}
ODD_DAYS = {
    "before the data": {"from": "2020-01-06", "to": "2020-01-13"},
    "after the data": {"from": "2024-02-05", "to": "2024-02-12"},
    "running": {"from": "2024-01-08", "to": "2024-02-05"},
}


@pytest.mark.parametrize("days", ODD_DAYS.values(), ids=ODD_DAYS)
@pytest.mark.parametrize("shape", SHAPED)
def test_every_shape_opens_on_days_that_hold_little(
    shop: World, shape: str, days: dict[str, str]
) -> None:
    """No value is a reason, never a zero: of a range outside the data even the total has none."""
    app = opened(SHAPED[shape], **days)
    if days == ODD_DAYS["running"]:
        assert "first 7 days, like for like" in said(app)
    elif shape == "metrics":
        total = table(app)[-1]
        assert {cell["text"] for cell in total["cells"]} == {"–"}


@pytest.mark.parametrize("shape", SHAPED)
def test_every_shape_opens_for_a_reader_without_markets(
    shop: World, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    nobody = Viewer("new", markets=frozenset(), personal_data=False)
    monkeypatch.setattr("ui.session.viewer", lambda: nobody)
    assert opened(SHAPED[shape])
