"""The hover card: one for every figure, lines in the same order everywhere.

Name, value, numerator / denominator, interval, period, maturity.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Metric, Unit
from metrics.reading import REASONS, Maturity, Reading
from metrics.scorecard import Point

INTERVAL = Words("95% interval {low} – {high}", "95% 区间 {low} – {high}")
RUNNING = Words("still running, not final", "进行中，未定稿")
_CUT = Words("part of the period only", "仅含该周期的一部分")
_IMMATURE = Words("value to date, not mature yet", "截至目前的数值，尚未成熟")
LEFT_OUT = Words("{n} left out: their window is open", "未计入 {n} 人：观察期未满")
ASSUMED = Words("rests on an assumed margin", "按假设毛利率估算")
NO_VALUE = Words("no value: {reason}", "无数值：{reason}")


def card(lines: Iterable[str | None]) -> str:
    """Lines of plain text as the HTML that Plotly shows; the first is the name, in bold."""
    name, *rest = [escape(line) for line in lines if line]
    return "<br>".join([f"<b>{name}</b>", *rest])


def value_line(reading: Reading, metric: Metric, tr: Text, currency: str | None) -> str:
    """The value in full, or why there is none."""
    if reading.reason is not None:
        return tr(NO_VALUE, reason=REASONS[reading.reason])
    return numbers.full(reading.value, metric.unit, tr, currency)


def parts_line(reading: Reading, metric: Metric, tr: Text, currency: str | None) -> str | None:
    """`1,234 / 5,678`: what the value was divided from. The numerator of a ratio in money is
    money; everything else is counted."""
    if metric.denominator is None or reading.numerator is None or reading.denominator is None:
        return None
    upper = Unit.MONEY if metric.unit is Unit.MONEY else Unit.COUNT
    numerator = numbers.full(reading.numerator, upper, tr, currency)
    return f"{numerator} / {numbers.full(reading.denominator, Unit.COUNT, tr)}"


def interval_line(reading: Reading, metric: Metric, tr: Text, currency: str | None) -> str | None:
    if reading.low is None or reading.high is None:
        return None
    low, high = (numbers.full(v, metric.unit, tr, currency) for v in (reading.low, reading.high))
    return tr(INTERVAL, low=low, high=high)


def maturity_line(point: Point, tr: Text, *, whole: bool) -> str | None:
    """What is not final about a value; `whole` says whether its bucket is a full calendar one."""
    reading = point.reading
    said: list[str] = []
    if point.running:
        said.append(tr(RUNNING if whole else _CUT))
    elif reading.value is not None and reading.maturity is Maturity.RUNNING:
        said.append(tr(_IMMATURE))
    if reading.left_out:
        said.append(tr(LEFT_OUT, n=numbers.full(reading.left_out, Unit.COUNT, tr)))
    if reading.assumed:
        said.append(tr(ASSUMED))
    return tr(Words("; ", "；")).join(said) or None


def point_card(
    point: Point, metric: Metric, grain: str, tr: Text, currency: str | None, *more: str | None
) -> str:
    """The card of one point of a series; `more` stands between the period and the maturity."""
    reading, span = point.reading, point.span
    return card(
        [
            tr(metric.name),
            value_line(reading, metric, tr, currency),
            parts_line(reading, metric, tr, currency),
            interval_line(reading, metric, tr, currency),
            dates.bucket(span.start, span.end, grain, tr, year_of=None),
            *more,
            maturity_line(point, tr, whole=dates.is_whole(span.start, span.end, grain)),
        ]
    )
