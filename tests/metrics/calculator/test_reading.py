"""Numbers as they are typed, pasted and exported, and what is said of those that are none."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n import Problem, Text, Words
from metrics.calculator.file import arms_of, likely_control, read
from metrics.calculator.pasted import arm, number, table, whole
from metrics.calculator.question import Kind

LABEL = Words("Control", "对照组")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10,551", 10551),
        ("１０，５５１", 10551),
        ("10 551", 10551),
        ("1,234,567.5", 1234567.5),
        (" ¥1,234.50 ", 1234.5),
        ("86.4元", 86.4),
        ("−3", -3),
        ("1e3", 1000),
        (".5", 0.5),
    ],
)
def test_numbers_as_people_write_them(text: str, value: float) -> None:
    assert number(text, LABEL) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("24.9%", "number_is_percentage"),
        ("24.9％", "number_is_percentage"),
        ("1,5", "number_has_decimal_comma"),
        ("1,23,456", "number_not_readable"),
        ("abc", "number_not_readable"),
        ("nan", "number_not_readable"),
        ("inf", "number_not_readable"),
        ("1e999", "number_too_large"),
        ("9" * 40, "number_too_large"),
        ("", "number_missing"),
        ("   ", "number_missing"),
    ],
)
def test_what_is_no_number_says_what_to_write(text: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        number(text, LABEL)
    assert caught.value.code == code
    for language in ("en", "zh"):
        told = caught.value.say(Text(language))
        assert getattr(LABEL, language) in told
        assert "\n" in told


@given(st.integers(0, 10**12))
def test_grouped_digits_come_back(n: int) -> None:
    assert whole(f"{n:,}", LABEL) == n


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_problem(text: str) -> None:
    with contextlib.suppress(Problem):
        assert math.isfinite(number(text, LABEL))


def test_a_count_is_whole() -> None:
    with pytest.raises(Problem, match="not a whole number"):
        whole("12.5", LABEL)
    with pytest.raises(Problem, match="not a whole number"):
        whole("-1", LABEL)


def test_more_converted_than_units_may_be_swapped() -> None:
    with pytest.raises(Problem, match="swapped"):
        arm("A", Kind.RATES, ["10,551", "1,470"])


@pytest.mark.parametrize(
    "text",
    [
        "group\tbuyers\tusers\nold\t1,470\t10,551\nnew\t422\t1,694",
        "old; 1,470; 10,551\nnew; 422; 1,694",
        "old 1470/10551\n\nnew 422/1694\n",
        "old  1,470  10,551\r\nnew  422  1,694",
        "old 1,470 10,551\nnew 422 1,694",
    ],
)
def test_pasted_lines_with_any_separator(text: str) -> None:
    control, treatment = table(text, Kind.RATES)
    assert (control.name, control.converted, control.sums.n) == ("old", 1470, 10551)
    assert (treatment.name, treatment.converted, treatment.sums.n) == ("new", 422, 1694)


def test_lines_without_a_name_are_a_and_b() -> None:
    assert [a.name for a in table("1,470\t10,551\n422\t1,694", Kind.RATES)] == ["A", "B"]


def test_pasted_means() -> None:
    control, _ = table("group A\t10.5\t3\t500\nB\t11\t3\t480", Kind.MEANS)
    assert (control.name, control.sums.n, control.sums.means) == ("group A", 500, (10.5,))
    assert control.sums.covariance[0, 0] == pytest.approx(9)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("old\t1\t2", "pasted_not_two_lines"),
        ("a\t1\t2\nb\t1\t2\nc\t1\t2", "pasted_not_two_lines"),
        ("old\t1,470\nnew\t422", "pasted_line_not_readable"),
        ("old\t3\t1,470\t10,551\nnew\t422\t1,694", "pasted_line_not_readable"),
        ("old\t14%\t10,551\nnew\t422\t1,694", "number_is_percentage"),
    ],
)
def test_what_was_pasted_wrong_is_said(text: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        table(text, Kind.RATES)
    assert caught.value.code == code


def test_a_file_of_zeros_and_ones_is_a_rate() -> None:
    found = arms_of(read(b"arm,bought\na,1\na,0\nb,1\nb,1\nc,0\n"), "arm", "bought", "a", "b")
    assert found.kind is Kind.RATES
    assert (found.control.converted, found.control.sums.n) == (1, 2)
    assert found.other_lines == 1


def test_a_file_of_values_near_a_billion() -> None:
    """Means 1e9 + 1 and 1e9 + 2 with a variance of 1 each."""
    lines = "".join(f"a;{10**9 + v}\nb;{10**9 + v + 1}\n" for v in (0, 1, 2))
    found = arms_of(read(f"arm;value\n{lines}".encode()), "arm", "value", "a", "b")
    assert found.kind is Kind.MEANS
    assert found.control.sums.covariance[0, 0] == pytest.approx(1.0)
    assert found.treatment.sums.means == (10**9 + 2,)


def test_a_file_as_a_chinese_spreadsheet_writes_it() -> None:
    data = '分组,金额\n对照,"1,200.5"\n实验,0\n'.encode("gb18030")
    found = arms_of(read(data), "分组", "金额", "对照", "实验")
    assert found.control.sums.means == (1200.5,)


def test_text_in_the_value_column_is_named_by_line() -> None:
    data = b"arm,value\na,1\na,n/a\nb,\nb,2\n"
    with pytest.raises(Problem) as caught:
        arms_of(read(data), "arm", "value", "a", "b")
    assert caught.value.code == "file_values_not_numbers"
    told = caught.value.say(Text("en"))
    assert "2 values in “value” are no numbers: “n/a” in line 3, 4" in told
    assert "has the value 0" in told


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_not_a_table"),
        (b"one column\n1\n2\n", "file_not_a_table"),
        (b"a,a\n1,2\n", "file_not_a_table"),
        (b"a,b\n1,2\n3\n", "file_uneven"),
        (b"\x00\x01\xff\xfe", "file_not_a_table"),
    ],
)
def test_a_file_that_is_no_table(data: bytes, code: str) -> None:
    with pytest.raises(Problem) as caught:
        read(data)
    assert caught.value.code == code


def test_a_value_column_is_no_arm() -> None:
    lines = "".join(f"x,{n}\n" for n in range(30))
    with pytest.raises(Problem, match="30 different values"):
        read(f"arm,value\n{lines}".encode()).arms("value")


def test_the_likely_columns_are_offered_first() -> None:
    """Not the user, who has as many values as lines, and not the text."""
    lines = "".join(f"u{n},{'new' if n % 2 else 'control'},web,{n}\n" for n in range(40))
    found = read(f"user,variant,device,revenue\n{lines}".encode())
    arm = found.likely_arm()
    rest = [c for c in found.columns if c != arm]
    assert (arm, found.likely_value(rest)) == ("variant", "revenue")
    assert likely_control(("new", "control")) == "control"
    assert likely_control(("B", "A")) == "B"
