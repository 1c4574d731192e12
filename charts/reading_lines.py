"""A reading in the lines of a hover card, where the unit is all that is known of its metric."""

from __future__ import annotations

from format import numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import REASONS, Maturity, Reading

_INTERVAL = Words("95% interval {low} – {high}", "95% 区间 {low} – {high}")
_INTERVAL_BY = Words(
    "95% interval {low} – {high} ({method})", "95% 区间 {low} – {high}（{method}）"
)
_NO_VALUE = Words("no value: {reason}", "无数值：{reason}")
_RUNNING = Words("still running, not final", "进行中，未定稿")
_LEFT_OUT = Words("{n} left out: their window is open", "未计入 {n} 人：观察期未满")
_BETWEEN = Words("; ", "；")


def value_of(reading: Reading, unit: str, tr: Text, currency: str | None) -> str:
    """The value in full, or why there is none."""
    if reading.reason is not None:
        return tr(_NO_VALUE, reason=REASONS[reading.reason])
    return numbers.full(reading.value, unit, tr, currency)


def parts_of(reading: Reading, unit: str, tr: Text, currency: str | None) -> str | None:
    """`1,234 / 5,678`: money over counts where the unit is money."""
    if reading.numerator is None or reading.denominator is None or unit == Unit.COUNT:
        return None
    upper = unit if unit == Unit.MONEY else Unit.COUNT
    above = numbers.full(reading.numerator, upper, tr, currency)
    return f"{above} / {numbers.full(reading.denominator, Unit.COUNT, tr)}"


def interval_of(
    reading: Reading, unit: str, tr: Text, currency: str | None, method: Words | None = None
) -> str | None:
    """`95% interval 1.2 – 1.4`, with the method where it is named."""
    if reading.low is None or reading.high is None:
        return None
    low, high = (numbers.full(v, unit, tr, currency) for v in (reading.low, reading.high))
    if method is None:
        return tr(_INTERVAL, low=low, high=high)
    return tr(_INTERVAL_BY, low=low, high=high, method=method)


def maturity_of(reading: Reading, tr: Text) -> str | None:
    """What is not final about the value."""
    said: list[str] = []
    if reading.value is not None and reading.maturity is Maturity.RUNNING:
        said.append(tr(_RUNNING))
    if reading.left_out:
        said.append(tr(_LEFT_OUT, n=numbers.full(reading.left_out, Unit.COUNT, tr)))
    return tr(_BETWEEN).join(said) or None


def reading_lines(
    reading: Reading,
    unit: str,
    tr: Text,
    currency: str | None,
    *period: str | None,
    method: Words | None = None,
) -> list[str | None]:
    """Value, parts, interval, then the period, then maturity: what follows the name in a card."""
    return [
        value_of(reading, unit, tr, currency),
        parts_of(reading, unit, tr, currency),
        interval_of(reading, unit, tr, currency, method),
        *period,
        maturity_of(reading, tr),
    ]


def is_open(reading: Reading) -> bool:
    """Whether a value is not final: drawn hollow."""
    return reading.value is not None and reading.maturity is not Maturity.MATURE
