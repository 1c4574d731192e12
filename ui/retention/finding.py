"""The sentence that the cohort page opens with."""

from __future__ import annotations

from format import numbers
from i18n import Text, Words
from metrics.periods import Grain
from metrics.retention.result import Pooled, Retention, counted, shift
from metrics.retention.spec import Kind, Value
from metrics.retention.text import UNITS
from metrics.retention.words import VALUES, column_name

HEADLINE: dict[Grain, tuple[int, ...]] = {
    Grain.DAY: (1, 7, 30),
    Grain.WEEK: (1, 4, 12),
    Grain.MONTH: (1, 3, 6),
}
"""Periods by which a cohort is usually judged."""
CLEAR = 0.05

_ANSWERS = Words(
    "Who comes back, when, and how much do they bring?",
    "用户会回来吗？什么时候回来？带来多少价值？",
)
_NOBODY = Words("Nobody began in this period.", "所选时段内没有新的同期群用户。")
_YOUNG = Words(
    "{n} people began; no period of theirs is over yet, so every value is one to date.",
    "共 {n} 人，尚无任何一期结束，所有数值均为截至目前。",
)
_BACK = Words("{share} came back in {period}", "{period}留存 {share}")
_BACK_PLAIN = Words("{period}: {share}", "{period} {share}")
_WORTH = Words("{name}: {value} in {period}", "{name}：{period} {value}")
_OF = Words(
    " ({k} of {n} in the cohorts whose period is over)", "（{k} / {n}，仅含该期已结束的同期群）"
)
_ROSE = Words(
    "{period} of the last {last} cohorts is {points} points higher than before ({low} to {high}).",
    "最近 {last} 个同期群的{period}比之前高 {points} 个百分点（{low} 至 {high}）。",
)
_FELL = Words(
    "{period} of the last {last} cohorts is {points} points lower than before ({low} to {high}).",
    "最近 {last} 个同期群的{period}比之前低 {points} 个百分点（{low} 至 {high}）。",
)
_SAME = Words(
    "No clear change of {period} in the last {last} cohorts.",
    "最近 {last} 个同期群的{period}无显著变化。",
)
_JOIN, _SPACE = Words(", ", "，"), Words(" ", "")


def finding(found: Retention | None, tr: Text, currency: str) -> str:
    """Pooled retention of the usual periods, and whether the last cohorts differ."""
    if found is None or found.lacking:
        return tr(_ANSWERS)
    if found.size == 0:
        return tr(_NOBODY)
    shown = headline(found)
    if not shown:
        return tr(_YOUNG, n=numbers.full(found.size, "count", tr))
    said = [_values(found, shown, tr, currency) + tr(Words(".", "。"))]
    said += filter(None, [change_words(found, shown[0], tr)])
    return tr(_SPACE).join(said)


def headline(found: Retention) -> list[int]:
    """The places of the columns to name: of the usual periods those that are mature somewhere."""
    places = [n for n in range(len(found.columns)) if found.columns[n].first > 0]
    usual = [n for n in places if found.columns[n].first in HEADLINE[found.spec.grain]]
    wanted = places if found.spec.kind is Kind.BRACKET else usual
    return [n for n in wanted if counted(found.pooled[n].reading)][:3]


def _values(found: Retention, shown: list[int], tr: Text, currency: str) -> str:
    spec = found.spec
    parts: list[str] = []
    for place in shown:
        pooled = found.pooled[place]
        value = numbers.short(pooled.reading.value, UNITS[spec.value], tr, currency)
        period = column_name(spec, found.columns[place], tr)
        if spec.value is not Value.USERS:
            name = tr(VALUES[spec.value])
            words = _WORTH if not parts else _BACK_PLAIN
            parts.append(tr(words, name=name, value=value, share=value, period=period))
        elif not parts:
            parts.append(tr(_BACK, share=value, period=period) + _of(pooled, tr))
        else:
            parts.append(tr(_BACK_PLAIN, share=value, period=period))
    return tr(_JOIN).join(parts)


def _of(pooled: Pooled, tr: Text) -> str:
    k, n = pooled.reading.numerator, pooled.reading.denominator
    return tr(_OF, k=numbers.full(k, "count", tr), n=numbers.full(n, "count", tr))


def change_words(found: Retention, place: int, tr: Text) -> str:
    """Whether the last mature cohorts differ from the ones before; empty where none can be said."""
    moved = shift(found, place)
    if moved is None or moved.difference.diff is None:
        return ""
    d = moved.difference
    values: dict[str, object] = {
        "last": len(moved.after),
        "period": column_name(found.spec, found.columns[place], tr),
    }
    if moved.p_value >= CLEAR:
        return tr(_SAME, **values)
    points = [abs(100 * v) for v in (d.diff, d.low, d.high)]
    low, high = sorted(points[1:])
    words = _ROSE if d.diff > 0 else _FELL
    return tr(words, points=f"{points[0]:.1f}", low=f"{low:.1f}", high=f"{high:.1f}", **values)
