"""Numbers by hand in both languages, then the laws that need none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from format.numbers import (
    MINUS,
    NO_VALUE,
    alike,
    currency_symbol,
    full,
    plus,
    short,
    signed_change,
    signed_percent,
)
from i18n import Text

EN, ZH = Text("en"), Text("zh")


@pytest.mark.parametrize(
    ("value", "unit", "currency", "en", "zh"),
    [
        (1_234_000, "count", None, "1.23M", "123万"),
        (120_000_000, "count", None, "120M", "1.2亿"),
        (1664, "count", None, "1.66K", "1,660"),
        (42, "count", None, "42", "42"),
        (12.345, "count", None, "12.3", "12.3"),
        (0, "count", None, "0", "0"),
        (0.124, "share", None, "12.4%", "12.4%"),
        (0.0234, "share", None, "2.34%", "2.34%"),
        (1, "share", None, "100%", "100%"),
        (0, "share", None, "0%", "0%"),
        (1_234_000, "money", "CNY", "¥1.23M", "¥123万"),
        (1_049_000, "money", "GBP", "£1.05M", "£105万"),
        (533.88, "money", "GBP", "£534", "£534"),
        (12.3, "money", "JPY", "JP¥12", "JP¥12"),
        (1.614, "times", None, "1.61", "1.61"),
        (2_500_000_000, "money", "USD", "$2.50B", "$25亿"),
    ],
)
def test_tiles_show_three_figures(value, unit, currency, en, zh):
    assert short(value, unit, EN, currency) == en
    assert short(value, unit, ZH, currency) == zh


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        (999_950, "1.00M", "100万"),
        (99_995_000, "100M", "1亿"),
        (999.6, "1.00K", "1,000"),
        (9_996, "10.0K", "1万"),
        (999_499, "999K", "99.9万"),
    ],
)
def test_rounding_that_carries_takes_the_next_step(value, en, zh):
    assert short(value, "count", EN) == en
    assert short(value, "count", ZH) == zh


def test_rounding_is_what_a_person_does_by_hand():
    """1.005 is a little less than 1.005 in binary, and 0.125 a tie: both go up."""
    assert full(1.005, "money", EN, "USD") == "$1.01"
    assert short(0.125, "money", EN, "USD") == "$0.13"


def test_minus_stands_before_the_currency_and_is_a_minus():
    assert short(-1_234_567, "money", EN, "GBP") == "\u2212£1.23M"
    assert full(-3, "money", ZH, "CNY") == "\u2212¥3.00"


def test_a_tiny_value_is_not_zero():
    assert short(0.00001, "share", EN) == "<0.01%"
    assert short(-0.00001, "share", EN) == ">\u22120.01%"
    assert full(0.001, "money", EN, "USD") == "<$0.01"
    assert short(0.4, "money", EN, "JPY") == "<JP¥1"


def test_nearly_all_is_not_all():
    assert short(0.99996, "share", EN) == ">99.9%"
    assert full(0.9999, "share", EN) == "99.99%"


def test_full_keeps_every_figure_that_a_table_needs():
    assert full(1_161_817.38, "money", EN, "GBP") == "£1,161,817.38"
    assert full(Decimal("1161817.3750"), "money", ZH, "GBP") == "£1,161,817.38"
    assert full(1_234_567, "count", ZH) == "1,234,567"
    assert full(12.345, "count", EN) == "12.35"
    assert full(0.124, "share", EN) == "12.40%"
    assert full(1.6144, "times", EN) == "1.614"
    assert full(5, "money", EN, "JPY") == "JP¥5"


def test_no_value_is_a_dash():
    assert short(None, "count", EN) == full(None, "money", ZH, "CNY") == NO_VALUE


def test_not_a_number_is_refused():
    with pytest.raises(ValueError, match="finite"):
        short(float("nan"), "count", EN)


def test_unknown_unit_is_named():
    with pytest.raises(ValueError, match="'apples'"):
        short(1, "apples", EN)


@pytest.mark.parametrize(
    ("before", "after", "unit", "en", "zh"),
    [
        (100, 112.4, "count", "+12.4%", "+12.4%"),
        (100, 96.8, "money", "\u22123.2%", "\u22123.2%"),
        (100, 100, "count", "0%", "0%"),
        (100, 100.01, "count", "≈0%", "≈0%"),
        (10, 133, "count", "+1,230%", "+1,230%"),
        (0.124, 0.142, "share", "+1.8 pt", "+1.8 个百分点"),
        (0.124, 0.1236, "share", "\u22120.04 pt", "\u22120.04 个百分点"),
        (0.1, 0.1, "share", "0 pt", "0 个百分点"),
        (0, 0.2, "share", "+20.0 pt", "+20.0 个百分点"),
        (0, 12_345, "count", "+12.3K", "+1.23万"),
        (0, 0, "count", "0", "0"),
        (-50, 100, "count", "+150", "+150"),
    ],
)
def test_change(before, after, unit, en, zh):
    assert signed_change(before, after, unit, EN) == en
    assert signed_change(before, after, unit, ZH) == zh


def test_change_from_nothing_is_in_money():
    assert signed_change(0, -1200, "money", EN, "GBP") == "\u2212£1.20K"


def test_currency_without_a_sign_is_named():
    assert currency_symbol("GBP") == "£"
    assert currency_symbol("CHF") == "CHF\u202f"
    assert short(3, "money", EN, "CHF") == "CHF\u202f3.00"


def test_ticks_share_one_scale():
    assert alike([0, 500, 1000, 1500], "count", EN) == ["0", "0.5K", "1.0K", "1.5K"]
    assert alike([0, 5000, 10_000], "count", ZH) == ["0", "0.5万", "1.0万"]
    assert alike([0, 0.05, 0.1], "share", EN) == ["0%", "5%", "10%"]
    assert alike([], "count", EN) == []


def test_parts_and_levels_add_by_eye():
    """1,161.8 + 12.3 − 3.2 = 1,170.9, on the scale of the largest part."""
    texts = alike([1_161_817, 12_345, -3_210, 1_170_952], "money", EN, "GBP", by=12_345, figures=3)
    assert texts == ["£1,161.8K", "£12.3K", "\u2212£3.2K", "£1,171.0K"]


def test_plus_is_for_increases_only():
    assert plus("3", 3) == "+3"
    assert plus("0", 0) == "0"


# Laws

units = st.sampled_from(["count", "share", "money", "times"])
readers = st.sampled_from([EN, ZH])
values = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False)


SCALES = {"B": 9, "M": 6, "K": 3, "亿": 8, "万": 4}


def read_back(text: str) -> Decimal:
    """The number that a reader takes from the text."""
    sign = -1 if MINUS in text else 1
    plain = "".join(c for c in text if c in "0123456789.")
    scale = next((s for k, s in SCALES.items() if k in text), 0)
    number = sign * Decimal(plain).scaleb(scale)
    if text.startswith(("<", ">" + MINUS)):
        return number / 2
    return number + Decimal("0.05") if text.startswith(">") else number


@given(values, units, readers)
def test_short_never_says_minus_zero_nor_uses_a_hyphen(value, unit, tr):
    text = short(value, unit, tr)
    assert "-" not in text
    if MINUS in text:
        assert any(c in "123456789" for c in text)


@given(st.floats(min_value=-1e10, max_value=1e10, allow_nan=False), units, readers)
def test_short_never_has_more_than_three_significant_figures(value, unit, tr):
    text = short(value, unit, tr)
    digits = "".join(c for c in text if c.isdigit()).lstrip("0")
    significant = digits if "." in text else digits.rstrip("0")
    assert len(significant) <= 3


@given(values, values, units, readers)
def test_short_keeps_the_order(a, b, unit, tr):
    low, high = sorted((a, b))
    shown_low, shown_high = (read_back(short(v, unit, tr)) for v in (low, high))
    assert shown_low <= shown_high


@given(values.filter(bool), units, readers)
def test_short_and_full_are_near_the_value(value, unit, tr):
    said = value * 100 if unit == "share" else value
    assert float(read_back(short(value, unit, tr))) == pytest.approx(said, rel=0.0051, abs=0.0051)
    assert float(read_back(full(value, unit, tr))) == pytest.approx(said, rel=1e-9, abs=0.0051)


@given(st.floats(min_value=0.01, max_value=1e9), units, readers)
def test_no_change_is_zero_without_a_sign(value, unit, tr):
    assert signed_change(value, value, unit, tr).startswith("0")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (0.018, "+1.8%"),
        (-0.1391, "−13.9%"),
        (1.2, "+120%"),
        (0.00001, "≈0%"),
        (0, "0%"),
        (12.3456, "+1,235%"),
    ],
)
def test_a_relative_change_has_its_sign(change: float, said: str) -> None:
    assert signed_percent(change) == said


def test_a_number_of_any_size_is_written() -> None:
    """Twenty-eight digits are where decimal arithmetic stops by itself; a lift over a control of
    next to nothing has more."""
    assert full(2e64, "share", Text("en")) == f"{2 * 10**66:,}.00%"
