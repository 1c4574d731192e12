"""Columns that line up."""

from format.columns import aligned


def test_chinese_characters_are_two_wide() -> None:
    assert list(aligned(["a", "b"], [["客户", "1"], ["xy", "2"]])) == [
        "a     b", "----  -", "客户  1", "xy    2",
    ]  # fmt: skip


def test_numbers_stand_to_the_right() -> None:
    assert list(aligned(["n", ""], [["10", "x"], ["9", ""]], right=(0,))) == [
        " n", "--  -", "10  x", " 9",
    ]  # fmt: skip
