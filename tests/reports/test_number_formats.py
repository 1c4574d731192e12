"""Number formats of charts and cells write what the page writes."""

from __future__ import annotations

import pytest

from metrics.metric import Unit
from reports.number_formats import (
    axis_format,
    cell_format,
    cell_number,
    format_like,
    value_format,
)
from reports.pack import Axis, Cell, CellKind

LIKE = [
    ("1.5M", Unit.COUNT, None, '#,##0.0,,"M"'),
    ("¥288K", Unit.MONEY, "CNY", '"¥"#,##0,"K"'),
    ("¥28.8万", Unit.MONEY, "CNY", '"¥"0\\.0,"万"'),
    ("150万", Unit.COUNT, None, '0\\.0,"万"'),
    ("1.25万", Unit.COUNT, None, "#,##0"),
    ("3.45亿", Unit.COUNT, None, '0\\.00,,"亿"'),
    ("8.75%", Unit.SHARE, None, "0.00%"),
    ("−12%", Unit.SHARE, None, "0%"),
    ("1.04", Unit.TIMES, None, "#,##0.00"),
    ("1,234", Unit.COUNT, None, "#,##0"),
    ("–", Unit.COUNT, None, "#,##0"),
]


@pytest.mark.parametrize(("text", "unit", "currency", "code"), LIKE)
def test_a_format_writes_like_a_text(
    text: str, unit: Unit, currency: str | None, code: str
) -> None:
    """Spreadsheets scale by thousands: 28.8万 is 288 thousands with a point before the last digit.
    1.25万 needs a scale of a hundred, which there is not: it is written out."""
    assert format_like(text, unit, currency) == code


def test_an_axis_takes_its_longest_label() -> None:
    axis = Axis(0, 1_500_000, 500_000, (0, 500_000, 1_500_000), ("0", "0.5M", "1.5M"))
    assert axis_format(axis, Unit.COUNT, None) == '#,##0.0,,"M"'


def test_money_has_the_currency_s_sign_and_no_cents_where_it_has_none() -> None:
    assert value_format(Unit.MONEY, "GBP") == '"£"#,##0.00'
    assert value_format(Unit.MONEY, "JPY") == '"JP¥"#,##0'


def test_a_change_in_basis_points_is_a_number_of_basis_points() -> None:
    """0.0018 is 18: a spreadsheet can't multiply by ten thousand in a format."""
    cell = Cell("+18 bp", number=0.0018, kind=CellKind.POINTS)
    assert cell_number(cell) == pytest.approx(18)
    assert cell_format(cell, Unit.SHARE, None, "en").startswith('+#,##0" bp"')
    assert cell_format(cell, Unit.SHARE, None, "zh").startswith('+#,##0" 基点"')
    assert cell_number(Cell("–")) is None


def test_a_count_that_is_not_whole_keeps_two_decimals() -> None:
    """A mean per day, such as active users of a week."""
    assert value_format(Unit.COUNT, None, 2.5) == "#,##0.00"
    assert value_format(Unit.COUNT, None, 2.0) == "#,##0"
