"""The programme of experiments in words: win rate, pace, summed impact."""

from __future__ import annotations

from collections.abc import Sequence

from format import numbers
from i18n import Text, Words
from metrics.experiments.programme import ADDED, Programme
from metrics.metric import Unit
from metrics.stats.experiments.programme import FEWEST, Total


def no_impact(made: Programme, tr: Text) -> str:
    """Why there is no summed impact; empty where there is one."""
    if made.shrinkage is None:
        words = Words(
            "Fewer than {n} decided experiments have a lift: too few to tell luck from effect.",
            "有提升估计的已决实验不足 {n} 个，尚不能区分运气与真实效果。",
        )
        return tr(words, n=FEWEST)
    if not made.shipped:
        return tr(Words("Nothing has been shipped yet.", "还没有可上线的实验。"))
    return ""


def programme_lines(made: Programme, currency: str, tr: Text) -> list[str]:
    """Win rate, pace and summed impact, a sentence each."""
    lines = []
    if made.won.value is not None:
        words = Words(
            "Win rate {rate}, 95 % interval {low} – {high}.",
            "胜率 {rate}，95% 区间 {low} – {high}。",
        )
        ends = (made.won.value, made.won.low, made.won.high)
        rate, low, high = (numbers.short(v, Unit.SHARE, tr) for v in ends)
        lines.append(tr(words, rate=rate, low=low, high=high))
    if made.started is not None and made.decided is not None:
        words = Words(
            "Per four weeks {started} started, {decided} decided (last {days} days).",
            "每四周启动 {started} 个、得出结论 {decided} 个（近 {days} 天）。",
        )
        values = [f"{p.per_four_weeks:.1f}" for p in (made.started, made.decided)]
        lines.append(tr(words, started=values[0], decided=values[1], days=made.started.days))
    why = no_impact(made, tr)
    return [*lines, why] if why else [*lines, *impact_lines(made, currency, tr)]


def impact_lines(made: Programme, currency: str, tr: Text) -> list[str]:
    """The summed lifts by metric, then what they add in four weeks."""
    words = Words(
        "{name}: {value} ({low} – {high}); without shrinkage {naive}.",
        "{name}：{value}（{low} 至 {high}）；未收缩为 {naive}。",
    )
    lines = []
    for lift in made.lifts:
        value, low, high, naive = percents(lift.lift)
        name = tr(lift.outcome.name())
        lines.append(tr(words, name=name, value=value, low=low, high=high, naive=naive))
    for added in made.additions:
        value, low, high, naive = amounts(added.total, added.unit, tr, currency)
        name = tr(Words("{what} in four weeks", "每四周{what}"), what=ADDED[added.measure])
        lines.append(tr(words, name=name, value=value, low=low, high=high, naive=naive))
    return lines


def percents(t: Total) -> tuple[str, str, str, str]:
    """Value, ends of the interval, naive value."""
    a, b, c, d = (numbers.signed_percent(v) for v in (t.value, t.low, t.high, t.naive))
    return a, b, c, d


def amounts(t: Total, unit: str, tr: Text, currency: str) -> tuple[str, str, str, str]:
    """The same of counts and money. Counts are estimates: whole ones are shown."""
    ends: Sequence[float] = (t.value, t.low, t.high, t.naive)
    if unit == Unit.COUNT:
        ends = [float(round(v)) for v in ends]
    a, b, c, d = (numbers.plus(numbers.short(v, unit, tr, currency), v) for v in ends)
    return a, b, c, d
