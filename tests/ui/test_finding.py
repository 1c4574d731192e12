"""The sentence of the Overview, word by word."""

from __future__ import annotations

import pytest
import streamlit as st

from i18n import Language, Text
from metrics.reading import Reading, Reason
from metrics.scorecard import Line
from tests.ui.lines import DOWN, NOISE, TOO_FEW, UP, line
from ui.finding import overview_finding
from ui.url_state import Chosen

EN, ZH = Text("en"), Text("zh")


def finding(star: Line | None, lines: list[Line], language: Language) -> str:
    """Against the period before, as the reader chose it."""
    st.session_state["chosen"] = Chosen(lang=language)
    return overview_finding(star, lines, Text(language), "CNY")


def test_the_north_star_then_what_is_signal() -> None:
    """110 after 100; two of three metrics are signal, each with its direction."""
    star = line("mapu", 110, 100)
    lines = [
        line("gmv", 9, 8, judgement=UP),
        line("orders", 7, 8, judgement=DOWN),
        line("aov", 1, 1, judgement=NOISE),
    ]
    assert finding(star, lines, "en") == (
        "Monthly active purchasing users is 110, +10.0% vs period before. Signal: GMV ▲, Orders ▼."
    )
    assert finding(star, lines, "zh") == (
        "月活跃购买用户（MAPU）为 110，环比 +10.0%。显著变化：成交总额（GMV） ▲、订单数 ▼。"
    )


def test_three_are_named_and_the_rest_counted() -> None:
    """Five signals: three names and two more; Chinese counts all five."""
    keys = ("gmv", "net_revenue", "orders", "aov", "buyers")
    lines = [line(key, 9, 8, judgement=UP) for key in keys]
    assert finding(None, lines, "en") == "Signal: GMV ▲, Net revenue ▲, Orders ▲ and 2 more."
    assert finding(None, lines, "zh").endswith("、订单数 ▲等 5 项。")


def test_nothing_left_its_range() -> None:
    """Two could be judged, one has too short a history."""
    lines = [line("gmv", 9, 8), line("orders", 9, 8), line("aov", 9, 8, judgement=TOO_FEW)]
    assert finding(None, lines, "en") == "No metric left its usual range (2 judged)."
    assert finding(None, lines, "zh") == "各项指标均在正常波动范围内（已判定 2 项）。"


def test_nothing_could_be_judged_claims_nothing() -> None:
    """Too few periods: neither signal nor its absence is said."""
    assert finding(line("mapu", 110), [line("gmv", 9, judgement=TOO_FEW)], "en") == (
        "Monthly active purchasing users is 110."
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Monthly active purchasing users: no value, begins before the data does."),
        ("zh", "月活跃购买用户（MAPU）暂无数值：早于数据起始日。"),
    ],
)
def test_a_north_star_without_a_value_says_why(language: Language, said: str) -> None:
    missing = line("mapu", Reading.missing(Reason.NOT_COVERED), 100)
    assert finding(missing, [], language) == said
