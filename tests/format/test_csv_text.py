"""Cells that a spreadsheet would run as formulas, and cells that it must not lose."""

from format.csv_text import csv_text


def test_a_formula_in_a_cell_is_not_run() -> None:
    rows = [["=1+1"], ["+1"], ["-1"], ["@sum"], ["\t=1"], ["  =1"]]
    assert csv_text(["a"], rows).splitlines() == [
        "a", "'=1+1", "'+1", "'-1", "'@sum", "'\t=1", "'  =1",
    ]  # fmt: skip


def test_a_negative_number_stays_a_number() -> None:
    assert csv_text(["a", "b"], [[-896812.49, None]]) == "a,b\n-896812.49,\n"


def test_a_formula_in_a_heading_is_not_run() -> None:
    assert csv_text(["=cmd()"], []) == "'=cmd()\n"


def test_commas_quotes_and_line_ends_stay_in_their_cell() -> None:
    assert csv_text(["a"], [['x,"y"\nz']]) == 'a\n"x,""y""\nz"\n'
