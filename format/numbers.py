"""Numbers become text: short for tiles, full for tables, signed for changes.

Units are the words of `metrics.metric.Unit`: "count", "share", "money", "times". A share is 0.14,
never 14; money is in the currency whose code is passed. Rounding is half away from zero on the
decimal a person would write, so that 0.125 becomes 0.13 and not 0.12.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from i18n import Text, Words

Number = float | Decimal

NO_VALUE = "–"
"""What stands where there is no value; the reason is said beside it or on hover."""

MINUS = "\u2212"
_NARROW = "\u202f"
_FIGURES = 3

_STEPS: dict[str, tuple[tuple[int, str], ...]] = {
    "en": ((9, "B"), (6, "M"), (3, "K")),
    "zh": ((8, "亿"), (4, "万")),
}
_POINTS = Words("pt", "个百分点")
_BASIS_POINTS = Words("bp", "基点")

_SYMBOLS = {
    "CNY": "¥",
    "USD": "$",
    "GBP": "£",
    "EUR": "€",
    "JPY": "JP¥",
    "KRW": "₩",
    "INR": "₹",
    "HKD": "HK$",
    "SGD": "S$",
    "AUD": "A$",
    "CAD": "C$",
    "NZD": "NZ$",
    "TWD": "NT$",
    "BRL": "R$",
    "THB": "฿",
    "VND": "₫",
    "PHP": "₱",
}
WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND"})
_SHORT_DECIMALS = {"count": 2, "share": 2, "money": 2, "times": 3}
_FULL_DECIMALS = {"count": 2, "share": 2, "money": 2, "times": 3}


def currency_symbol(code: str) -> str:
    """`GBP` is £; the yen is JP¥, because ¥ alone is the yuan here. A code that has no sign of its
    own stands for itself, with a narrow space that does not break."""
    return _SYMBOLS.get(code, code + _NARROW)


def short(value: Number | None, unit: str, tr: Text, currency: str | None = None) -> str:
    """For tiles and labels: three significant figures, `1.23M` or `123万`, `12.4%`, `£1.05M`.

    A value that is not zero never reads as zero: it is `<0.01`; a share that is not all never reads
    as all: it is `>99.9%`. No value is `NO_VALUE`.
    """
    if value is None:
        return NO_VALUE
    exact = _exact(value, unit)
    most = _most_decimals(unit, currency, _SHORT_DECIMALS)
    steps = _STEPS[tr.language] if unit != "share" else ()
    step, suffix = 0, ""
    rounded = _round(exact, _decimals_for(exact, most))
    for power, word in steps:
        scaled = _to_figures(exact.scaleb(-power))
        if abs(scaled) >= 1:
            rounded, step, suffix = scaled, power, word
            break
    if step == 0:
        rounded = _to_figures(rounded)
    if exact and not rounded:
        return _almost_zero(exact, most, unit, currency)
    if unit == "share" and exact < 100 <= rounded:
        return ">99.9%"
    decimals = _decimals_for(rounded, 2 if step else most)
    text = f"{abs(rounded):,.{decimals}f}"
    if not rounded or (unit == "count" and not step and exact == exact.to_integral_value()):
        text = f"{abs(rounded):,.0f}"
    elif step and tr.language == "zh":
        text = _trimmed(text)
    return _dress(rounded, text + suffix, unit, currency)


def full(value: Number | None, unit: str, tr: Text, currency: str | None = None) -> str:
    """For tables, hovers and exports: grouped digits, money and shares with two decimals.

    Both languages group by thousands, as their spreadsheets do.
    """
    if value is None:
        return NO_VALUE
    exact = _exact(value, unit)
    decimals = _most_decimals(unit, currency, _FULL_DECIMALS)
    if unit == "count" and exact == exact.to_integral_value():
        decimals = 0
    rounded = _round(exact, decimals)
    if exact and not rounded:
        return _almost_zero(exact, decimals, unit, currency)
    return _dress(rounded, f"{abs(rounded):,.{decimals}f}", unit, currency)


def signed_change(
    before: Number, after: Number, unit: str, tr: Text, currency: str | None = None
) -> str:
    """How much it changed, always with its sign.

    Shares change in points (`+1.8 pt`), everything else in percent of `before` (`−3.2%`). Where
    `before` is not above zero a percentage would mislead, and the difference itself is given.
    A change too small to print is `≈0`, which is not the same as none.
    """
    difference = _exact(after, unit) - _exact(before, unit)
    if unit == "share":
        ending = f" {tr(_POINTS)}"
        decimals = 2 if abs(_round(difference, 1)) < 1 else 1
        rounded = _round(difference, decimals)
        if not rounded:
            return f"≈0{ending}" if difference else f"0{ending}"
        sign = "+" if rounded > 0 else MINUS
        return f"{sign}{abs(rounded):,.{decimals}f}{ending}"
    if before > 0:
        return _signed_percent(difference / _exact(before, unit) * 100)
    text = short(difference, unit, tr, currency)
    return f"+{text}" if difference > 0 else text


def basis_points(before: Number, after: Number, tr: Text) -> str:
    """`+35 bp`, `−1,240 bp`: how a share changed, in hundredths of a point."""
    difference = (_exact(after, "share") - _exact(before, "share")) * 100
    rounded = _round(difference, 0)
    ending = f" {tr(_BASIS_POINTS)}"
    if not rounded:
        return f"≈0{ending}" if difference else f"0{ending}"
    return f"{'+' if rounded > 0 else MINUS}{abs(rounded):,}{ending}"


def signed_percent(share: Number) -> str:
    """`+1.8%`, `−13.9%`, `+120%`: a change relative to before (0.018 is 1.8 %)."""
    return _signed_percent(_exact(share, "share"))


def _signed_percent(change: Decimal) -> str:
    rounded = _round(change, 1 if abs(_round(change, 1)) < 100 else 0)
    if not rounded:
        return "≈0%" if change else "0%"
    return f"{'+' if rounded > 0 else MINUS}{abs(rounded):,}%"


def signed_points(share: Number) -> str:
    """`+1.8`, `−0.35`: an end of an interval of a change in points, which is named beside it."""
    points = _exact(share, "share")
    rounded = _round(points, 2 if abs(_round(points, 1)) < 1 else 1)
    sign = "+" if rounded > 0 else MINUS if rounded < 0 else ""
    return f"{sign}{abs(rounded)}"


def alike(
    values: Sequence[Number],
    unit: str,
    tr: Text,
    currency: str | None = None,
    *,
    by: Number | None = None,
    figures: int | None = None,
) -> list[str]:
    """Several numbers on one scale with the same decimals, so that they compare and add by eye.

    `by` is the size that chooses the scale (the largest of them unless given). With `figures` that
    size is shown with so many significant figures; without, as many decimals are kept as the
    numbers have (at most three): that suits the ticks of an axis, which are round.
    """
    exact = [_exact(v, unit) for v in values]
    size = abs(_exact(by, unit)) if by is not None else max((abs(e) for e in exact), default=0)
    size = Decimal(size)
    step, suffix = 0, ""
    for power, word in _STEPS[tr.language] if unit != "share" else ():
        if abs(_round(size.scaleb(-power), 2)) >= 1:
            step, suffix = power, word
            break
    scaled = [e.scaleb(-step) for e in exact]
    whole = not step and unit == "count" and all(e == e.to_integral_value() for e in exact)
    if whole:
        decimals = 0
    elif figures is not None and size:
        decimals = min(max(0, figures - 1 - size.scaleb(-step).adjusted()), 3)
    else:
        decimals = max((_places(_round(s, 3)) for s in scaled), default=0)
    rounded = [_round(s, decimals) for s in scaled]
    return [
        _dress(r, f"{abs(r):,.{decimals}f}{suffix}" if r else "0", unit, currency) for r in rounded
    ]


def plus(text: str, value: Number) -> str:
    """The text of an increase gets its plus sign; a decrease has its minus already."""
    return f"+{text}" if value > 0 else text


def _exact(value: Number, unit: str) -> Decimal:
    """The decimal a person would write for it; shares in percent."""
    if unit not in _SHORT_DECIMALS:
        raise ValueError(f"unit is one of {', '.join(_SHORT_DECIMALS)}; got {unit!r}")
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if not exact.is_finite():
        raise ValueError(f"a number on screen is finite; got {value}")
    return exact * 100 if unit == "share" else exact


_ANY_SIZE = Context(prec=400)
"""Digits enough for every floating-point number: 28 are the usual limit."""


def _round(value: Decimal, decimals: int) -> Decimal:
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _ANY_SIZE)
    return rounded if rounded else abs(rounded)


def _to_figures(value: Decimal) -> Decimal:
    """Rounded to three significant figures; a carry (999.95 to 1000) may add a place."""
    if not value:
        return value
    return _round(value, _FIGURES - 1 - value.adjusted())


def _decimals_for(value: Decimal, most: int) -> int:
    """Decimals that make three significant figures, within what the unit bears."""
    return min(max(0, _FIGURES - 1 - value.adjusted()), most) if value else most


def _most_decimals(unit: str, currency: str | None, table: dict[str, int]) -> int:
    return 0 if unit == "money" and currency in WITHOUT_CENTS else table[unit]


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _dress(value: Decimal, text: str, unit: str, currency: str | None) -> str:
    """Sign, then currency, then digits, then the percent sign."""
    sign = MINUS if value < 0 else ""
    symbol = currency_symbol(currency) if unit == "money" and currency else ""
    return f"{sign}{symbol}{text}{'%' if unit == 'share' else ''}"


def _almost_zero(value: Decimal, decimals: int, unit: str, currency: str | None) -> str:
    """A measured zero and a tiny value are different things."""
    least = Decimal(1).scaleb(-decimals)
    text = _dress(least.copy_sign(value), f"{least:f}", unit, currency)
    return f"<{text}" if value > 0 else f">{text}"
