"""Amounts as people write them: `1,234.50`, `1.234,56`, `¥1,234`, `(12.50)`, `１２００`.

Which mark is the decimal point is a setting of the source, or is chosen for a whole column from
the cells that leave no doubt. A column that could be read both ways is refused, not guessed.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.importing.parsed import Cells, Fault, Parsed, fault, mask, missing
from data.importing.problems import BAD_NUMBER, OUT_OF_RANGE
from i18n import Problem, Words

MONEY = pa.decimal128(18, 4)
RATE = pa.decimal128(18, 8)
_WIDE = pa.decimal128(38, 10)
Mark = Literal[".", ","]

_PLAIN = r"^[+-]?\d{1,14}(\.\d{1,10})?$"
_CURRENCY = re.compile(
    r"^(?:[A-Z]{3}|(?:US|HK|NT|CA|AU|NZ|[ACRSZ])?\$|R\$|kr\.?|zł|Kč|Ft|Rs\.?)\s*"
    r"|\s*(?:[A-Z]{3}|元|円|圓|원|kr\.?|zł|Kč|Ft)$"
)
_SIGNS = str.maketrans({"−": "-", "﹣": "-", "‒": "-", "–": "-", "（": "(", "）": ")", "’": "'"})
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_SCIENTIFIC = re.compile(r"^[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,3}$")


def tidy(text: str) -> tuple[str, bool]:
    """The digits and marks of an amount without currency, and whether it is below zero."""
    text = unicodedata.normalize("NFKC", text).translate(_SIGNS).strip()
    negative = False
    if text.startswith("(") and text.endswith(")"):
        text, negative = text[1:-1].strip(), True
    signed = negative
    for _ in range(2):  # the one sign may stand before or after the currency
        if text.startswith(("+", "-")) and not signed:
            signed, negative = True, text[0] == "-"
            text = text[1:].strip()
        text = "".join(c for c in text if unicodedata.category(c) != "Sc" or c == "$").strip()
        text = _CURRENCY.sub("", text).strip().strip("$").strip()
    if text.endswith("-") and not signed:
        text, negative = text[:-1].strip(), True
    return text, negative


def evidence(digits: str) -> Mark | None:
    """The decimal mark that the digits prove: `1,234.5` proves the point, `12,5` the comma.
    None where they prove nothing, as `1234`, `1,234` and `1.234` do."""
    marks = [c for c in digits if c in ".,"]
    if not marks:
        return None
    if len(set(marks)) == 2:
        return "." if marks[-1] == "." else ","
    mark = marks[0]
    other: Mark = "," if mark == "." else "."
    if len(marks) > 1:
        return other
    before, after = digits.split(mark)
    if len(after) == 3 and 1 <= len(before) <= 3 and before != "0" and before.isdigit():
        return None
    return "." if mark == "." else ","


def read_amount(text: str, decimal: Mark, thousands: str | None = None) -> Decimal | None:
    """The exact number that `text` writes, or None. Groups must be whole: `12,34.5` is none."""
    digits, negative = tidy(text)
    if _SCIENTIFIC.match(digits) and decimal == ".":
        number = Decimal(digits)
    else:
        usual = "'," if decimal == "." else "'."
        groups = usual if thousands is None else thousands
        digits = _SPACES.sub(" ", digits)
        mark = re.escape(decimal)
        separators = [g for g in (*groups, " ") if g in digits]
        if len(separators) > 1:
            return None
        group = re.escape(separators[0]) if separators else None
        whole = rf"\d{{1,3}}(?:{group}\d{{2,3}})*{group}\d{{3}}" if group else r"\d+"
        if not re.fullmatch(rf"(?:{whole})?(?:{mark}\d*)?", digits) or not re.search(r"\d", digits):
            return None
        for separator in separators:
            digits = digits.replace(separator, "")
        number = Decimal(digits.replace(decimal, "."))
    return number.copy_negate() if negative else number


def decimals(
    cells: Cells,
    kind: pa.Decimal128Type = MONEY,
    *,
    decimal: Mark | None = None,
    thousands: str | None = None,
) -> Parsed:
    """A column as exact decimals. Digits beyond the type's scale are rounded half away from zero.
    Raises `Problem` when the column could be read two ways or is written in two ways."""
    values = cells.values
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return _typed(values, kind)
    plain = mask(pc.match_substring_regex(values, _PLAIN))
    if (decimal or ".") == "." and (plain | missing(values)).all():
        dotted = values.filter(pc.match_substring_regex(values, r"\."))
        if decimal == "." or len(dotted) == 0 or not _all_threes(dotted):
            return _fitted(values.cast(_WIDE), kind, values)
    coded = values.dictionary_encode()
    words = coded.dictionary.to_pylist()
    mark = decimal or _decimal_mark(cells, words)
    numbers = [read_amount(word, mark, thousands) for word in words]
    sane = [_in_range(n) for n in numbers]
    indices = coded.indices
    parsed = pa.array(sane, _WIDE).take(indices)
    unread = pa.array([n is None for n in numbers], pa.bool_()).take(indices)
    huge = pa.array(
        [n is not None and s is None for n, s in zip(numbers, sane, strict=True)], pa.bool_()
    ).take(indices)
    style = f"1234{mark}56"
    fitted = _fitted(parsed, kind, values)
    return Parsed(
        fitted.values,
        fault(values, mask(unread), BAD_NUMBER, style)
        + fault(values, mask(huge), OUT_OF_RANGE, str(kind))
        + fitted.faults,
    )


def whole_numbers(
    cells: Cells,
    kind: pa.DataType,
    *,
    decimal: Mark | None = None,
    thousands: str | None = None,
) -> Parsed:
    """A column as whole numbers; `3.0` is 3, `2.5` can't be read."""
    if pa.types.is_integer(cells.values.type):
        numbers = cells.values
        faults: tuple[Fault, ...] = ()
        broken = np.zeros(len(numbers), dtype=bool)
    else:
        exact = decimals(cells, _WIDE, decimal=decimal, thousands=thousands)
        numbers, faults = exact.values, exact.faults
        broken = mask(pc.not_equal(pc.round(numbers), numbers))
    largest = 2**31 - 1 if kind == pa.int32() else 2**63 - 1
    outside = ~broken & mask(pc.or_(pc.greater(numbers, largest), pc.less(numbers, -largest)))
    kept = pc.if_else(pa.array(broken | outside), pa.scalar(None, numbers.type), numbers)
    return Parsed(
        pc.cast(kept, kind),
        faults
        + fault(cells.values, broken, BAD_NUMBER, "1234")
        + fault(cells.values, outside, OUT_OF_RANGE, f"-{largest} … {largest}"),
    )


def _typed(values: pa.Array, kind: pa.Decimal128Type) -> Parsed:
    """Numbers that the source stores as numbers: integers, floats or decimals."""
    source = values
    if pa.types.is_null(values.type):
        return Parsed(pa.nulls(len(values), kind))
    if pa.types.is_floating(values.type):
        # "Not a number" is how several writers store an empty cell.
        values = pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)
    elif pa.types.is_integer(values.type):
        values = pc.cast(values, _WIDE)
    elif not pa.types.is_decimal(values.type):
        return Parsed(
            pa.nulls(len(values), kind),
            fault(source, ~missing(values), BAD_NUMBER, "1234.56"),
        )
    limit = 10 ** (kind.precision - kind.scale)
    huge = mask(pc.greater_equal(pc.abs(pc.cast(values, pa.float64(), safe=False)), float(limit)))
    if huge.any():
        values = pc.if_else(pa.array(huge), pa.scalar(None, values.type), values)
    return Parsed(rounded(values, kind), fault(source, huge, OUT_OF_RANGE, str(kind)))


def rounded(values: pa.Array, kind: pa.Decimal128Type) -> pa.Array:
    """Numbers in an exact type, half away from zero."""
    if pa.types.is_decimal(values.type) and values.type.scale > kind.scale:
        values = pc.round(values, ndigits=kind.scale, round_mode="half_towards_infinity")
    return pc.cast(values, kind, safe=not pa.types.is_decimal(values.type))


def _fitted(values: pa.Array, kind: pa.Decimal128Type, source: pa.Array) -> Parsed:
    """Wide decimals in the column's own type, those that are too large being faults."""
    largest = Decimal("9" * (kind.precision - kind.scale) + "." + "9" * _WIDE.scale)
    huge = mask(pc.greater(pc.abs(values), pa.scalar(largest, _WIDE)))
    if huge.any():
        values = pc.if_else(pa.array(huge), pa.scalar(None, values.type), values)
    return Parsed(rounded(values, kind), fault(source, huge, OUT_OF_RANGE, str(kind)))


def _in_range(number: Decimal | None) -> Decimal | None:
    if number is None or number.copy_abs() >= Decimal(10) ** 28:
        return None
    with localcontext(prec=_WIDE.precision + 1, rounding=ROUND_HALF_UP):
        return round(number, int(_WIDE.scale))


def _all_threes(dotted: pa.Array) -> bool:
    """Whether every dotted number has exactly three digits after its only point: `1.234`."""
    return bool(pc.all(pc.match_substring_regex(dotted, r"^[+-]?[1-9]\d{0,2}\.\d{3}$")).as_py())


def _decimal_mark(cells: Cells, words: list[str]) -> Mark:
    """The decimal mark of a column by its own evidence. Raises `Problem` for both or neither."""
    proof: dict[str, str] = {}
    doubtful: str | None = None
    for word in words:
        digits = tidy(word)[0]
        if not re.fullmatch(r"[\d.,\s']+", digits):
            continue
        found = evidence(digits)
        if found is not None:
            proof.setdefault(found, word)
        elif doubtful is None and ("," in digits or "." in digits):
            doubtful = word
    if len(proof) == 2:
        raise Problem(
            "numbers_two_formats",
            Words(
                en="{file}, column {column}: “{a}” (line {line_a}) has a decimal point and "
                "“{b}” (line {line_b}) a decimal comma.",
                zh="{file} 的 {column} 列：“{a}”（第 {line_a} 行）用小数点，"
                "“{b}”（第 {line_b} 行）用小数逗号。",
            ),
            Words(
                en='Set decimal: "." or decimal: "," on the source; cells of the other kind are '
                "then rejected and counted.",
                zh='请在数据源中设置 decimal: "." 或 decimal: ","，另一种写法的行会被拒收并计数。',
            ),
            file=cells.file,
            column=cells.column,
            a=proof["."],
            line_a=cells.line_of(proof["."]),
            b=proof[","],
            line_b=cells.line_of(proof[","]),
        )
    if proof:
        return "." if "." in proof else ","
    if doubtful is not None:
        raise Problem(
            "numbers_ambiguous",
            Words(
                en="{file}, column {column}, line {line}: “{text}” may be a thousand or a "
                "fraction, and no other cell of the column tells.",
                zh="{file} 的 {column} 列第 {line} 行：“{text}”可能是千位分隔，也可能是小数，"
                "同列其他值也无法判断。",
            ),
            Words(
                en='Set decimal: "." (1,234 is a thousand) or decimal: "," on the source.',
                zh='请在数据源中设置 decimal: "."（1,234 表示一千多）或 decimal: ","。',
            ),
            file=cells.file,
            column=cells.column,
            line=cells.line_of(doubtful),
            text=doubtful,
        )
    return "."
