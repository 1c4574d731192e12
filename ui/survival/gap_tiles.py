"""The churn gap with and without the silences that still last, and the one in force."""

from __future__ import annotations

from format import numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.survival.gaps import ChurnGap
from ui.small_tiles import SmallTile

_DAYS = Words("{n} days", "{n} 天")
_RANGE = Words("95 % interval {low} – {high} days", "95% 区间 {low} – {high} 天")
_FROM = Words("95 % interval from {low} days", "95% 区间自 {low} 天起")
_COMEBACKS = Words("Nine of ten returns come within", "十次回购有九次发生在")
_SILENCES = Words("Nine of ten silences are over within", "十段沉默期有九段结束于")
_NOT_REACHED = Words("not reached", "未达到")
_ENDED = Words("{share} have ended within {days} days", "{days} 天内仅 {share} 结束")
_OF_ENDED = Words(
    "{n} returns; silences that still last are left out, so it is too small",
    "共 {n} 次回购；未计入仍在持续的沉默期，因此偏小",
)
_OF_ALL = Words(
    "{n} silences that still last counted as well (Kaplan–Meier)",
    "一并计入 {n} 段仍在持续的沉默期（Kaplan–Meier）",
)
_IN_FORCE = Words("In force", "当前生效")
_HOLDS = Words("holds {share} of the returns", "覆盖 {share} 的回购")
_WRONG = Words(
    "{share} of those silent for so long came back", "沉默满该天数的用户中 {share} 后来回来"
)


def gap_tiles(gap: ChurnGap, in_force: int, tr: Text) -> list[SmallTile]:
    """Nine of ten returns, nine of ten silences, and what the gap in force gets wrong."""
    return [_returns(gap, tr), _silences(gap, tr), _chosen(gap, in_force, tr)]


def _days(n: int, tr: Text) -> str:
    return tr(_DAYS, n=numbers.full(n, Unit.COUNT, tr))


def _returns(gap: ChurnGap, tr: Text) -> SmallTile:
    value = numbers.NO_VALUE if gap.suggested is None else _days(gap.suggested, tr)
    return SmallTile(
        tr(_COMEBACKS), value, note=tr(_OF_ENDED, n=numbers.full(gap.comebacks, "count", tr))
    )


def _silences(gap: ChurnGap, tr: Text) -> SmallTile:
    """The same length where silences that still last are watched as far as the data goes."""
    name = tr(_SILENCES)
    note = tr(_OF_ALL, n=numbers.full(gap.open_gaps, "count", tr))
    found, curve = gap.with_open_gaps, gap.survival
    if found is None or curve is None:
        return SmallTile(name, numbers.NO_VALUE, note=note)
    if found.age is None:
        ended = numbers.short(1 - curve.steps[-1].survival, Unit.SHARE, tr)
        last = numbers.full(curve.last_age, Unit.COUNT, tr)
        return SmallTile(name, tr(_NOT_REACHED), tr(_ENDED, share=ended, days=last), note=note)
    interval = ""
    if found.low is not None:
        low = numbers.full(found.low, Unit.COUNT, tr)
        high = "" if found.high is None else numbers.full(found.high, Unit.COUNT, tr)
        interval = tr(_RANGE if high else _FROM, low=low, high=high)
    return SmallTile(name, _days(found.age, tr), interval, note=note)


def _chosen(gap: ChurnGap, in_force: int, tr: Text) -> SmallTile:
    holds = numbers.short(gap.within(in_force), Unit.SHARE, tr)
    still, wrong = gap.still_return(in_force), ""
    if still is not None:
        wrong = tr(_WRONG, share=numbers.short(still, Unit.SHARE, tr))
    return SmallTile(tr(_IN_FORCE), _days(in_force, tr), tr(_HOLDS, share=holds), note=wrong)
