"""A reading in the lines of a hover card, where the unit is all that is known of its metric."""

from __future__ import annotations

from charts.cards import ASSUMED, INTERVAL, LEFT_OUT, NO_VALUE, RUNNING
from format import numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import REASONS, Maturity, Reading

_INTERVAL_BY = Words(
    "95% interval {low} – {high} ({method})", "95% 区间 {low} – {high}（{method}）"
)
_BETWEEN = Words("; ", "；")


def value_of(reading: Reading, unit: str, tr: Text, currency: str | None) -> str:
    """The value in full, or why there is none."""
    if reading.reason is not None:
        return tr(NO_VALUE, reason=REASONS[reading.reason])
    return numbers.full(reading.value, unit, tr, currency)


def parts_of(
    reading: Reading,
    unit: str,
    tr: Text,
    currency: str | None,
    units: tuple[str, str] | None = None,
) -> str | None:
    """`1,234 / 5,678`: money over counts where the unit is money, counts over counts else, unless
    the `units` of both are named."""
    if reading.numerator is None or reading.denominator is None or unit == Unit.COUNT:
        return None
    upper, lower = units or (unit if unit == Unit.MONEY else Unit.COUNT, Unit.COUNT)
    above = numbers.full(reading.numerator, upper, tr, currency)
    return f"{above} / {numbers.full(reading.denominator, lower, tr, currency)}"


def interval_of(
    reading: Reading, unit: str, tr: Text, currency: str | None, method: Words | None = None
) -> str | None:
    """`95% interval 1.2 – 1.4`, with the method where it is named."""
    if reading.low is None or reading.high is None:
        return None
    low, high = (numbers.full(v, unit, tr, currency) for v in (reading.low, reading.high))
    if method is None:
        return tr(INTERVAL, low=low, high=high)
    return tr(_INTERVAL_BY, low=low, high=high, method=method)


def maturity_of(reading: Reading, tr: Text) -> str | None:
    """What is not final about the value."""
    said: list[str] = []
    if reading.value is not None and reading.maturity is Maturity.RUNNING:
        said.append(tr(RUNNING))
    if reading.left_out:
        said.append(tr(LEFT_OUT, n=numbers.full(reading.left_out, Unit.COUNT, tr)))
    if reading.assumed:
        said.append(tr(ASSUMED))
    return tr(_BETWEEN).join(said) or None


def reading_lines(
    reading: Reading,
    unit: str,
    tr: Text,
    currency: str | None,
    *period: str | None,
    method: Words | None = None,
    units: tuple[str, str] | None = None,
) -> list[str | None]:
    """Value, parts, interval, then the period, then maturity: what follows the name in a card."""
    return [
        value_of(reading, unit, tr, currency),
        parts_of(reading, unit, tr, currency, units),
        interval_of(reading, unit, tr, currency, method),
        *period,
        maturity_of(reading, tr),
    ]


def is_open(reading: Reading) -> bool:
    """Whether a value is not final: drawn hollow."""
    return reading.value is not None and reading.maturity is not Maturity.MATURE
