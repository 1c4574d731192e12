"""Amounts as people write them, and columns that could be read two ways."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from data.importing.amounts import RATE, decimals, evidence, read_amount, whole_numbers
from data.importing.parsed import Cells, Parsed
from i18n import Problem


def column(*texts: str | None) -> Cells:
    return Cells("f.csv", "amount", pa.array(texts, pa.string()), np.arange(2, len(texts) + 2))


def values(parsed: Parsed) -> list[Decimal | None]:
    return parsed.values.to_pylist()


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1234.5", ".", "1234.5"),
        ("$1,234.50", ".", "1234.50"),
        ("US$1,234.50", ".", "1234.50"),
        ("1.234,56", ",", "1234.56"),
        ("1.234,56 €", ",", "1234.56"),
        ("1 234,56", ",", "1234.56"),
        ("1\u202f234,56\u00a0€", ",", "1234.56"),
        ("1'234.50", ".", "1234.50"),
        ("¥1,234", ".", "1234"),
        ("￥１，２３４．５", ".", "1234.5"),
        ("1234元", ".", "1234"),
        ("CNY 12.50", ".", "12.50"),
        ("12.50 GBP", ".", "12.50"),
        ("(12.50)", ".", "-12.50"),
        ("（12.50）", ".", "-12.50"),
        ("-£3.20", ".", "-3.20"),
        ("£-3.20", ".", "-3.20"),
        ("−3.20", ".", "-3.20"),
        ("3.20-", ".", "-3.20"),
        ("+7", ".", "7"),
        (".5", ".", "0.5"),
        ("12,34,567.5", ".", "1234567.5"),
        ("1.2E+05", ".", "120000"),
        ("0", ".", "0"),
    ],
)
def test_an_amount_is_read(text: str, decimal: str, number: str) -> None:
    assert read_amount(text, "." if decimal == "." else ",") == Decimal(number)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1,23", "12,3456", "1,234,56", "1.2.3", "--5", "12 bottles", "1,234.56,7", "."],
)
def test_what_is_not_an_amount_is_none(text: str) -> None:
    """Groups must be whole: `1,23` is not 123."""
    assert read_amount(text, ".") is None


@pytest.mark.parametrize(
    ("digits", "mark"),
    [("1,234.5", "."), ("1.234,5", ","), ("12,5", ","), ("12.5", "."), ("1,234,567", "."),
     ("1.234.567", ","), ("0,125", ","), ("1234,567", ","), ("1,234", None), ("1.234", None),
     ("1234", None)],
)  # fmt: skip
def test_what_digits_prove_about_the_decimal_mark(digits: str, mark: str | None) -> None:
    assert evidence(digits) == mark


def test_a_column_is_read_by_its_own_evidence() -> None:
    """`1,234` alone could be either; beside `0,50` it is a fraction, beside `99.90` a thousand."""
    assert values(decimals(column("1,234", "0,50"))) == [Decimal("1.234"), Decimal("0.5")]
    assert values(decimals(column("1,234", "99.90"))) == [Decimal(1234), Decimal("99.9")]


def test_a_column_without_evidence_is_refused_unless_the_setting_says() -> None:
    with pytest.raises(Problem) as caught:
        decimals(column("5", "1,234"))
    assert caught.value.code == "numbers_ambiguous"
    assert "line 3" in str(caught.value)
    assert "1,234" in str(caught.value)
    assert values(decimals(column("5", "1,234"), decimal=".")) == [Decimal(5), Decimal(1234)]
    assert values(decimals(column("5", "1,234"), decimal=",")) == [Decimal(5), Decimal("1.234")]


def test_three_decimals_after_a_point_are_as_doubtful_as_after_a_comma() -> None:
    with pytest.raises(Problem, match=r"1\.234"):
        decimals(column("1.234", "2.500"))
    assert values(decimals(column("1.234", "2.5"))) == [Decimal("1.234"), Decimal("2.5")]


def test_two_ways_of_writing_in_one_column_are_refused_with_both_lines() -> None:
    with pytest.raises(Problem) as caught:
        decimals(column("1,234.56", "7", "1.234,56"))
    assert caught.value.code == "numbers_two_formats"
    assert "line 2" in str(caught.value)
    assert "line 4" in str(caught.value)


def test_with_the_mark_set_the_other_way_of_writing_is_rejected_by_row() -> None:
    parsed = decimals(column("1,234.56", "1.234,56"), decimal=".")
    assert values(parsed) == [Decimal("1234.56"), None]
    assert [(list(f.rows), f.reason, f.found) for f in parsed.faults] == [
        ([1], "bad_number", ["1.234,56"])
    ]


def test_text_among_numbers_is_a_fault_and_an_empty_cell_is_not() -> None:
    parsed = decimals(column("1.5", "n/a", None))
    assert values(parsed) == [Decimal("1.5"), None, None]
    assert [list(fault.rows) for fault in parsed.faults] == [[1]]


def test_floats_become_the_decimals_they_were_written_as() -> None:
    """0.1 + 0.2 stored as a float is 0.30000000000000004; the money is 0.3."""
    cells = Cells("f", "a", pa.array([0.1 + 0.2, 2.675, float("nan")]), np.arange(3))
    assert values(decimals(cells)) == [Decimal("0.3"), Decimal("2.675"), None]


def test_digits_beyond_the_scale_are_rounded_half_away_from_zero() -> None:
    assert values(decimals(column("0.00005", "-0.00005", "12.340000000000001"))) == [
        Decimal("0.0001"), Decimal("-0.0001"), Decimal("12.34")]  # fmt: skip
    assert values(decimals(column("0.123456789"), RATE)) == [Decimal("0.12345679")]


def test_an_amount_too_large_for_its_column_is_a_fault_not_a_crash() -> None:
    parsed = decimals(column("1" * 15, "9" * 40, "1e30", "1"))
    assert values(parsed) == [None, None, None, Decimal(1)]
    assert {fault.reason for fault in parsed.faults} == {"out_of_range"}


def test_whole_numbers_keep_no_fraction_and_stay_in_range() -> None:
    parsed = whole_numbers(column("3", "3.0", "2.5", "3000000000"), pa.int32())
    assert values(parsed) == [3, 3, None, None]
    assert [(list(f.rows), f.reason) for f in parsed.faults] == [
        ([2], "bad_number"), ([3], "out_of_range")]  # fmt: skip
    assert values(whole_numbers(column("3000000000"), pa.int64())) == [3_000_000_000]
