"""A range that is still running: what its change was made of, and where its trend ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import streamlit as st

from data.scope import Scope, Span
from data.settings import SETTINGS_VARIABLE
from i18n import Text
from metrics.periods import Comparison
from metrics.scorecard import Scorecard, scorecard
from tests.pages.framed import opened
from tests.pages.shop import made, settings_of
from tests.world import order, world
from ui.metric_table import table_rows
from ui.tiles import more_text

MARCH = Span(date(2024, 3, 1), date(2024, 4, 1))


@pytest.fixture
def card(tmp_path: Path) -> Scorecard:
    """February: 100 on its 1st. March, with data to noon of its 3rd: 60 on the 1st, 500 on the
    3rd, whose morning is in the value to date but in no complete day."""
    shop = world(
        tmp_path,
        orders=[
            order(1, "2024-02-01", 100),
            order(1, "2024-03-01", 60),
            order(1, "2024-03-03 09:00", 500),
        ],
        through="2024-03-03 12:00",
    )
    return scorecard(shop.warehouse(), Scope("CNY"), MARCH, Comparison.PREVIOUS, ("gmv",))


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "1–2 Feb: ¥100.00 → 1–2 Mar: ¥60.00"),
        ("zh", "2月1日–2日: ¥100.00 → 3月1日–2日: ¥60.00"),
    ],
)
def test_the_change_can_be_followed_in_table_and_hover(
    card: Scorecard, lang: str, said: str
) -> None:
    """560 to date beside 100 is no fall of 40 %: the two complete days are."""
    tr = Text("zh" if lang == "zh" else "en")
    _, [row] = table_rows(card, tr, "CNY")
    assert row[1:4] == ["¥560.00", "¥100.00", "−40.0%"]
    assert said in row[6]
    assert said in more_text(card.lines[0], tr, "CNY")


@pytest.fixture
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setenv(SETTINGS_VARIABLE, str(settings_of(tmp_path, [made(tmp_path)])))
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.mark.usefixtures("_shop")
def test_the_trend_ends_with_the_data() -> None:
    """Data to 14 January, January chosen: seventeen days to come are no days without a value."""
    app = opened(lang="en", grain="day", **{"from": "2024-01-01", "to": "2024-02-01"})
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    days = [c[1] for t in spec["data"] for c in t.get("customdata") or [] if len(c) == 2]
    assert days
    assert max(days) <= "2024-01-14"
