"""A workbook runs nothing of what is in it, and shows numbers as their unit is."""

from __future__ import annotations

import io

import openpyxl
import pytest

from format.workbook import Sheet, number_format, workbook


def read(sheet: Sheet):
    return openpyxl.load_workbook(io.BytesIO(workbook([sheet]))).active


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1"])
def test_text_that_would_be_a_formula_is_kept_as_text(text: str) -> None:
    sheet = read(Sheet("x", ["name"], [[text]], [[None]]))
    cell = sheet["A2"]
    assert cell.data_type in ("s", "inlineStr")
    assert cell.quotePrefix


def test_plain_text_and_numbers_stay_what_they_are() -> None:
    sheet = read(Sheet("x", ["name", "n"], [["China", -5]], [[None, "count"]]))
    assert (sheet["A2"].value, sheet["A2"].quotePrefix) == ("China", False)
    assert (sheet["B2"].value, sheet["B2"].data_type) == (-5, "n")


@pytest.mark.parametrize(
    ("unit", "currency", "shown"),
    [
        ("money", "CNY", '"¥"#,##0.00'),
        ("money", "JPY", '"JP¥"#,##0'),
        ("money", "CHF", '"CHF"#,##0.00'),
        ("money", None, "#,##0.00"),
        ("share", "CNY", "0.0%"),
        ("count", None, "#,##0"),
        ("times", None, "#,##0.000"),
    ],
)
def test_a_number_is_shown_as_its_unit(unit: str, currency: str | None, shown: str) -> None:
    assert number_format(unit, currency) == shown


def test_a_title_that_no_sheet_may_have_is_cut_and_cleared() -> None:
    sheet = read(Sheet("a/b:" + "c" * 40, ["n"], [], []))
    assert sheet.title == "a b " + "c" * 27
    assert sheet.freeze_panes == "B2"


def test_signs_that_no_file_can_hold_are_left_out() -> None:
    assert read(Sheet("x", ["n"], [["a\x00b"]], [[None]]))["A2"].value == "ab"
