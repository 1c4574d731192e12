"""A bridge whose labels add up, in both of its forms."""

from __future__ import annotations

from typing import Any

import pytest

from charts.theme import LIGHT
from charts.waterfall import changes_only, waterfall
from charts.words import waterfall_alt
from i18n import Words
from metrics.stats.bridges import Bridge, Part
from tests.charts.shop import EN, GROWTH, NAMES, NUDGE, ZH


def drawn(bridge: Bridge, tr=EN, names=NAMES, unit="count", currency=None, **more: Any) -> Any:
    return waterfall(
        bridge, names, "Oct 2011", "Nov 2011", unit, tr, dark=False, currency=currency, **more
    )


def texts(figure: Any) -> list[str]:
    return [a.text for a in figure.layout.annotations]


def number(text: str) -> float:
    plain = text.replace("\u2212", "-").replace("▲", "").replace("▼", "").replace(",", "")
    thousands = plain.endswith("K")
    value = float(plain.replace("£", "").replace("+", "").replace("K", "").strip())
    return value * 1000 if thousands else value


def test_bars_run_from_start_to_end_without_a_break():
    bar = drawn(GROWTH).data[0]
    assert list(bar.base) == [0, 1425, 1747, 1627, 0]
    assert list(bar.x) == [1425, 322, -120, 37, 1664]
    assert bar.base[3] + bar.x[3] == 1664


def test_labels_sum_to_the_change():
    start, *parts, end = map(number, texts(drawn(GROWTH)))
    assert start + sum(parts) == end == 1664


def test_labels_of_money_sum_within_their_rounding():
    said = map(number, texts(drawn(NUDGE, unit="money", currency="GBP")))
    start, *parts, change, end = said
    assert sum(parts) == pytest.approx(change, abs=50 * len(parts))
    assert start + change == pytest.approx(end, abs=100)


def test_bars_stand_on_zero():
    low, high = drawn(GROWTH).layout.xaxis.range
    assert low == 0
    assert high > 1747


def test_small_change_shows_the_parts_around_zero_alone():
    assert not changes_only(GROWTH)
    assert changes_only(NUDGE)
    bar = drawn(NUDGE, unit="money", currency="GBP").data[0]
    assert list(bar.customdata) == ["start", "new", "retained", "resurrected", "change", "end"]
    assert set(bar.base) == {0}
    assert bar.x[0] == bar.x[-1] == 0
    assert bar.x[-2] == pytest.approx(10_182.72)


def test_no_change_from_nothing_is_not_divided_by():
    still = Bridge(0, 0, (Part("new", 5), Part("retained", -5)))
    assert not changes_only(still)
    assert "of the change" not in drawn(still).data[0].hovertext[1]


def test_good_and_bad_have_arrows_as_well_as_colours():
    figure = drawn(GROWTH)
    assert list(figure.data[0].marker.color) == [
        LIGHT.comparison,
        LIGHT.good,
        LIGHT.bad,
        LIGHT.good,
        LIGHT.comparison,
    ]
    assert texts(figure) == ["1,425", "▲ +322", "▼ \u2212120", "▲ +37", "1,664"]


def test_a_fall_is_welcome_where_less_is_better():
    figure = drawn(GROWTH, good="down")
    assert figure.data[0].marker.color[2] == LIGHT.good


def test_no_judgement_where_there_is_no_direction():
    figure = drawn(GROWTH, good="neither")
    assert set(figure.data[0].marker.color) == {LIGHT.comparison, LIGHT.accent}


def test_hover_has_value_share_and_levels():
    assert drawn(GROWTH).data[0].hovertext[1].split("<br>") == [
        "<b>New buyers</b>",
        "+322",
        "135% of the change",
        "1,425 → 1,747",
    ]


def test_names_are_the_readers_and_not_markup():
    names = {**NAMES, "new": Words("<i>New</i>", "<i>新</i>")}
    assert drawn(GROWTH, ZH).layout.yaxis.ticktext[1] == "新买家"
    assert drawn(GROWTH, names=names).layout.yaxis.ticktext[1] == "&lt;i&gt;New&lt;/i&gt;"


def test_unnamed_part_shows_its_key():
    figure = drawn(Bridge(10, 20, (Part("CN", 10),)), names={})
    assert figure.layout.yaxis.ticktext[1] == "CN"


def test_long_names_break_into_two_lines():
    names = {
        "new": Words("Average order value of identified customers", "会员客单价（已识别客户）")
    }
    one = Bridge(10, 20, (Part("new", 10),))
    assert drawn(one, EN, names).layout.yaxis.ticktext[1].count("<br>") == 1
    assert drawn(one, ZH, names).layout.yaxis.ticktext[1] == "会员客单价<br>（已识别客户）"


def test_bridge_below_zero_keeps_its_labels_inside():
    figure = drawn(Bridge(1000, -500, (Part("new", -1800), Part("retained", 300))))
    low, _ = figure.layout.xaxis.range
    assert low < -800 - 50
    new = figure.layout.annotations[1]
    assert (new.x, new.xanchor) == (-800, "right")


def test_no_parts_is_a_figure_still():
    assert list(drawn(Bridge(10, 10, ())).data[0].customdata) == ["start", "change", "end"]


def test_sentence_names_the_largest_part_first():
    assert waterfall_alt(GROWTH, NAMES, "Oct", "Nov", "count", EN) == (
        "From 1.43K (Oct) to 1.66K (Nov), a change of +239: New buyers +322, "
        "Retained buyers \u2212120, Resurrected buyers +37."
    )
    assert waterfall_alt(GROWTH, NAMES, "10月", "11月", "count", ZH) == (
        "从 1,430（10月）到 1,660（11月），变化 +239："
        "新买家 +322、留存买家 \u2212120、回流买家 +37。"
    )


def test_of_judged_parts_only_signals_are_coloured_and_marked():
    figure = drawn(GROWTH, signals={"retained"})
    colours = list(figure.data[0].marker.color)
    assert colours[2] == LIGHT.bad
    assert colours[1] == colours[3]
    assert colours[1] not in (LIGHT.good, LIGHT.bad, LIGHT.accent, LIGHT.comparison)
    assert [name.startswith("◆") for name in figure.layout.yaxis.ticktext] == [
        False, False, True, False, False,
    ]  # fmt: skip


def test_a_difference_of_shares_is_in_points_and_its_levels_are_not():
    bridge = Bridge(0.10, 0.12, (Part("new", 0.03), Part("retained", -0.01)))
    assert texts(drawn(bridge, unit="share")) == [
        "10.00%", "▲ +3.00 pt", "▼ \u22121.00 pt", "12.00%",
    ]  # fmt: skip
    opened = Bridge(0.0, 0.02, bridge.parts)
    assert texts(drawn(opened, ZH, unit="share", of_change=True))[-1] == "2.00 个百分点"
