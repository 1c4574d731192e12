"""The sentence that the Explore page opens with: the first metric here, and what stands out."""

from __future__ import annotations

from format import numbers
from i18n import Text, Words
from metrics.explore.result import Grid, Line
from metrics.explore.spec import value_name
from metrics.explore.text import line_name
from metrics.metric import Metric
from metrics.reading import REASONS
from ui.page import comparison_name

_ANSWERS = Words(
    "Any metrics by any dimension, down to the people behind a number.",
    "任意指标按任意维度拆分，直至数字背后的人。",
)
_VALUE = Words("{metric}{place}: {value}", "{place}{metric}：{value}")
_IN = Words(" of {names}", "{names}的")
_CHANGE = Words(", {change} {against}", "，{against} {change}")
_MOSTLY = Words("; most of it in {name} ({change})", "，主要来自{name}（{change}）")
_RISE = Words("; largest rise: {name} ({change})", "；增幅最大：{name}（{change}）")
_FALL = Words("; largest fall: {name} ({change})", "；降幅最大：{name}（{change}）")
_ENDS = Words("; highest {first} ({most}), lowest {last} ({least})",
              "；最高为{first}（{most}），最低为{last}（{least}）")  # fmt: skip
_NONE = Words("{metric}: {reason}", "{metric}：{reason}")
_END = Words(".", "。")
_ABOUT_ALL = (0.5, 1.2)
"""How much of the whole change a value carries that is said to be most of it."""


def finding(found: Grid | None, tr: Text, currency: str) -> str:
    """The value and its change; of what adds up, where most of the change is, else the ends."""
    if found is None or not found.columns:
        return tr(_ANSWERS)
    place = next((n for n, c in enumerate(found.columns) if c.metric.key == found.spec.metric), 0)
    metric, cell = found.columns[place].metric, found.total.cells[place]
    if cell.reading is None:
        return tr(_ANSWERS)
    if cell.reading.value is None:
        reason = REASONS[cell.reading.reason] if cell.reading.reason else Words("", "")
        return tr(_NONE, metric=metric.name, reason=reason) + tr(_END)
    said = tr(
        _VALUE,
        metric=metric.name,
        place=_place(found, tr),
        value=numbers.short(cell.reading.value, metric.unit, tr, currency),
    )
    if cell.change is not None:
        before, after = cell.change.before, cell.change.after
        change = numbers.signed_change(before, after, metric.unit, tr, currency)
        said += tr(_CHANGE, change=change, against=comparison_name(tr))
    sums = metric.denominator is None
    told = _mover(found, place, metric, tr, currency) if sums else ""
    return said + (told or _ends(found, place, metric, tr, currency)) + tr(_END)


def _place(found: Grid, tr: Text) -> str:
    if not found.spec.path:
        return ""
    between = tr(Words(" › ", " › "))
    names = between.join(value_name(d, v, tr) for d, v in found.spec.path)
    return tr(_IN, names=names)


def _mover(found: Grid, place: int, metric: Metric, tr: Text, currency: str) -> str:
    """The value that carries about the whole change, else the largest rise and fall."""
    whole = found.total.cells[place].change
    own = [line for line in found.lines if line.value is not None]
    moved = [(line, line.cells[place].change) for line in own]
    known = [(line, c.absolute) for line, c in moved if c is not None and c.absolute]
    if whole is None or not known:
        return ""

    def said(words: Words, line: Line, amount: float) -> str:
        return tr(words, name=_name(found, line, tr), change=_signed(amount, metric, tr, currency))

    line, amount = max(known, key=lambda pair: pair[1] * whole.absolute)
    if whole.absolute and _ABOUT_ALL[0] <= amount / whole.absolute <= _ABOUT_ALL[1]:
        return said(_MOSTLY, line, amount)
    (up, rise), (down, fall) = (pick(known, key=lambda pair: pair[1]) for pick in (max, min))
    return (said(_RISE, up, rise) if rise > 0 else "") + (
        said(_FALL, down, fall) if fall < 0 else ""
    )


def _ends(found: Grid, place: int, metric: Metric, tr: Text, currency: str) -> str:
    known = [
        (line, cell.reading.value)
        for line in found.lines
        if line.value is not None
        for cell in [line.cells[place]]
        if cell.reading is not None and cell.reading.value is not None and not cell.small
    ]
    if len(known) < 2:
        return ""
    first, last = max(known, key=lambda p: p[1]), min(known, key=lambda p: p[1])
    if first[1] == last[1]:
        return ""
    return tr(
        _ENDS,
        first=_name(found, first[0], tr),
        most=numbers.short(first[1], metric.unit, tr, currency),
        last=_name(found, last[0], tr),
        least=numbers.short(last[1], metric.unit, tr, currency),
    )


def _name(found: Grid, line: Line, tr: Text) -> str:
    return line_name(line, found.spec.by, tr)


def _signed(amount: float, metric: Metric, tr: Text, currency: str) -> str:
    return numbers.plus(numbers.short(amount, metric.unit, tr, currency), amount)
