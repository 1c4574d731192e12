"""Number formats in the language of spreadsheets, for cells and charts that stay editable."""

from __future__ import annotations

import re

from format.numbers import currency_symbol
from metrics.metric import Unit
from reports.pack import Axis, Cell, CellKind

_MINUS = "\u2212"
RELATIVE = f"+0.0%;{_MINUS}0.0%;0.0%"
_POINTS = {"en": " bp", "zh": " 基点"}
_PLAIN = {Unit.COUNT: "#,##0", Unit.SHARE: "0.00%", Unit.TIMES: "0.000"}
_WITHOUT_CENTS = ("JPY", "KRW", "VND")
_LABEL = re.compile(r"(?P<digits>\d[\d,]*)(?:\.(?P<decimals>\d+))?(?P<step>[KMB万亿]?)%?$")
_THOUSANDS = {"": 0, "K": 1, "M": 2, "B": 3}


def value_format(unit: Unit, currency: str | None, value: float | None = None) -> str:
    """Of a value in the metric's own unit. A count that is not whole, such as a mean per day,
    keeps two decimals."""
    if unit is Unit.MONEY:
        return f"{_symbol(currency)}#,##0{'' if currency in _WITHOUT_CENTS else '.00'}"
    if unit is Unit.COUNT and value is not None and value != int(value):
        return "#,##0.00"
    return _PLAIN[unit]


def points_format(language: str) -> str:
    """Of a change in basis points, named in the reader's language."""
    name = f'"{_POINTS[language]}"'
    return f"+#,##0{name};{_MINUS}#,##0{name};0{name}"


def cell_format(cell: Cell, unit: Unit, currency: str | None, language: str) -> str:
    """Of a number in a table: value, per cent, or basis points."""
    match cell.kind:
        case CellKind.RELATIVE:
            return RELATIVE
        case CellKind.POINTS:
            return points_format(language)
        case _:
            return value_format(unit, currency, cell.number)


def cell_number(cell: Cell) -> float | None:
    """The number as it is written: basis points as such, everything else as it is."""
    if cell.number is None:
        return None
    return cell.number * 10_000 if cell.kind is CellKind.POINTS else cell.number


def axis_format(axis: Axis, unit: Unit, currency: str | None) -> str:
    """Of an axis, so that its steps read as on the page."""
    return format_like(max(axis.labels, key=len, default=""), unit, currency)


def format_like(label: str, unit: Unit, currency: str | None) -> str:
    """The format that writes a number like this text does: `1.5M`, `150万`, `12.5%`.

    Spreadsheets scale by thousands only. 万 and 亿 are had by scaling to a thousand or a million
    and writing the point into the digits, which are then not grouped: a separator would be counted
    from the last digit behind the point. A step too fine for that is written out.
    """
    found = _LABEL.search(label)
    symbol = _symbol(currency) if unit is Unit.MONEY else ""
    if found is None:
        return value_format(unit, currency)
    decimals, step = len(found["decimals"] or ""), found["step"]
    point = f"0.{'0' * decimals}" if decimals else "0"
    if unit is Unit.SHARE:
        return f"{point}%"
    if step == "万" and decimals <= 1:
        return f'{symbol}0\\.0,"万"'
    if step == "亿" and decimals <= 2:
        return f'{symbol}0\\.00,,"亿"'
    if step in _THOUSANDS:
        grouped = f"#,##{point}"
        return f"{symbol}{grouped}{',' * _THOUSANDS[step]}" + (f'"{step}"' if step else "")
    return f"{symbol}#,##0"


def _symbol(currency: str | None) -> str:
    return f'"{currency_symbol(currency)}"' if currency else ""
