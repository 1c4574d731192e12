"""What stands on a tile, by hand: direction, colour, notes, parts."""

from __future__ import annotations

import pytest

from i18n import LANGUAGES, Text, Words
from metrics.reading import REASONS, Reading, Reason
from metrics.stats.xmr import Judgement, Limits, Verdict
from tests.ui.lines import DOWN, NOISE, TOO_FEW, UP, line
from ui.tiles import change_text, judged_class, more_text, note_text, parts_text

EN, ZH = Text("en"), Text("zh")


@pytest.mark.parametrize(
    ("key", "judgement", "colour"),
    [
        ("gmv", UP, "good"),
        ("gmv", DOWN, "bad"),
        ("gmv", NOISE, "noise"),
        ("gmv", TOO_FEW, "noise"),
        ("returning_buyer_share", UP, "signal"),  # neither direction is better
        ("returning_buyer_share", DOWN, "signal"),
    ],
)
def test_colour_only_for_signal_and_good_or_bad_only_by_direction(
    key: str, judgement: Judgement, colour: str
) -> None:
    """The change is the same +50 % each time: what counts is the metric's own history."""
    assert judged_class(line(key, 150, 100, judgement=judgement)) == colour


def test_the_change_has_its_direction_and_says_signal() -> None:
    """100 to 150 is +50 %, to 50 is −50 %, to 100 is level; 12 % to 10 % is minus two points."""
    assert change_text(line("orders", 150, 100, judgement=UP), EN, "CNY") == "▲ +50.0% · signal"
    assert change_text(line("orders", 50, 100), ZH, "CNY") == "▼ −50.0%"
    assert change_text(line("orders", 100, 100), EN, "CNY").startswith("▬ ")
    assert change_text(line("conversion_rate", 0.10, 0.12), EN, "CNY") == "▼ −2.0 pt"
    assert change_text(line("conversion_rate", 0.10, 0.12), ZH, "CNY") == "▼ −2.0 个百分点"
    assert change_text(line("orders", 150), EN, "CNY") == ""


def test_a_running_range_says_to_date() -> None:
    """Only where there is a value, and only for what sums over the range."""
    assert note_text(line("gmv", 5, partial=True), EN) == "to date"
    assert note_text(line("gmv", 5, partial=True), ZH) == "截至目前"
    assert note_text(line("gmv", 5), EN) == ""
    assert note_text(line("mapu", 5, partial=True), EN) == ""
    missing = Reading.missing(Reason.NO_RATE)
    assert note_text(line("gmv", missing, partial=True), ZH) == "缺少汇率（见数据健康页）"


@pytest.mark.parametrize("tr", [Text(language) for language in LANGUAGES])
@pytest.mark.parametrize("reason", Reason)
def test_no_value_says_why(reason: Reason, tr: Text) -> None:
    """Each reason in each language; there is neither a zero nor a change."""
    missing = line("gmv", Reading.missing(reason), 100)
    assert note_text(missing, tr) == tr(REASONS[reason])
    assert change_text(missing, tr, "CNY") == ""


def test_what_was_left_out_assumed_or_not_filtered_is_said() -> None:
    """Twelve hundred immature customers, a margin that is assumed, a filter that did not apply."""
    young = line("repurchase_rate_30", Reading(0.2, 2, 10, left_out=1200))
    assert note_text(young, EN) == "1,200 not mature, left out"
    assumed = line("gross_margin", Reading(5, assumed=True), ignored=("channel", "customer"))
    assert note_text(assumed, EN) == "margin assumed · not filtered by: Channel, Customers"
    assert note_text(assumed, ZH) == "毛利率为假设值 · 未按“渠道、客户”筛选"


def test_parts_are_shown_only_of_ratios() -> None:
    """Six orders over four buyers; a sum has no parts."""
    frequency = line("frequency", Reading(1.5, 6, 4))
    assert parts_text(frequency.reading, frequency.metric.unit, EN) == "6 ÷ 4"
    gmv = line("gmv", 5)
    assert parts_text(gmv.reading, gmv.metric.unit, EN) == ""


def test_the_hover_card_keeps_one_order() -> None:
    """Meaning, value, parts, interval, what it was, its usual range."""
    wilson = Reading(0.25, 1, 4, low=0.046, high=0.699)
    usual = Judgement(Verdict.NOISE, None, Limits(0.3, 0.1, 0.5, 0.07, 0.2, 26), 26)
    share = line("conversion_rate", wilson, 0.5, judgement=usual)
    said = more_text(share, EN, "CNY").split("\n")
    assert said[0] == share.metric.meaning.en
    assert said[1:] == [
        "25.00%",
        "1 ÷ 4",
        "95 % interval 4.60% – 69.90%",
        "1–7 Jan: 50.00%",
        "usual range 10.0% – 50.0% (26 periods)",
    ]


def test_the_hover_card_says_why_there_is_nothing_to_compare_with() -> None:
    """The week before began before the data."""
    first = line("gmv", 5, 4, base=Reading.missing(Reason.NOT_COVERED))
    assert "1月1日–7日: 早于数据起始日" in more_text(first, ZH, "CNY")


def test_words_are_never_in_the_other_language() -> None:
    every = line("gmv", Reading(5, assumed=True, left_out=3), 4, partial=True, ignored=("market",))
    assert not set(note_text(every, ZH)) & set("abcdefghijklmnopqrstuvwxyz")
    assert note_text(every, EN).isascii() or "·" in note_text(every, EN)
    assert isinstance(REASONS[Reason.NO_ROWS], Words)
