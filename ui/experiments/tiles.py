"""The tiles of the list: how many win, how often, and what the winners came to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from charts.reading_lines import interval_of
from charts.sparkline import sparkline_svg
from data.scope import Span
from format import numbers
from i18n import Text, Words
from metrics.experiments.programme import ADDED, Addition, Programme
from metrics.experiments.programme_words import amounts, no_impact
from metrics.metric import Unit
from metrics.periods import add_months
from metrics.reading import Reading
from metrics.scorecard import Point
from metrics.stats.experiments.programme import Pace
from ui.experiments.asked import Found
from ui.session import dark, text
from ui.small_tiles import SmallTile, small_tiles

MOST_ADDED = 2
"""Measures that have a tile of their own; the section below holds all of them."""


def tiles(found: Found) -> None:
    """Win rate, pace of starts and decisions by month, what the shipped ones add."""
    tr, made = text(), found.programme
    if made is None:
        return
    drawn = [
        _won(made, tr),
        _pace(
            Words("Started per four weeks", "每四周启动"), made.started,
            [(month, n) for month, n, _ in made.months], tr,
        ),
        _pace(
            Words("Decided per four weeks", "每四周出结论"), made.decided,
            [(month, n) for month, _, n in made.months], tr,
        ),
        *_impact(made, tr, found.scope.currency),
    ]  # fmt: skip
    small_tiles(drawn, tr(Words("The programme", "实验整体")))


def _won(made: Programme, tr: Text) -> SmallTile:
    won = made.won
    note = Words("{n} of {all} decided", "{all} 个已决实验中 {n} 个")
    if won.value is None:
        reason = tr(Words("none is decided yet", "尚无已决实验"))
        return SmallTile(tr(_WIN_RATE), numbers.NO_VALUE, note=reason)
    return SmallTile(
        tr(_WIN_RATE),
        numbers.short(won.value, Unit.SHARE, tr),
        _ends(won, tr),
        note=tr(note, n=int(won.numerator or 0), all=int(won.denominator or 0)),
        more=interval_of(won, Unit.SHARE, tr, None) or "",
    )


_WIN_RATE = Words("Win rate", "胜率")


def _ends(reading: Reading, tr: Text) -> str:
    low, high = (numbers.short(v, Unit.SHARE, tr) for v in (reading.low, reading.high))
    return tr(Words("95%: {low} to {high}", "95%：{low} 至 {high}"), low=low, high=high)


def _pace(
    name: Words, pace: Pace | None, by_month: Sequence[tuple[date, int]], tr: Text
) -> SmallTile:
    months = [
        Point(Span(month, add_months(month, 1)), Reading(float(n)), place == len(by_month) - 1)
        for place, (month, n) in enumerate(by_month)
    ]
    spark = sparkline_svg(months, tr, dark(), unit=Unit.COUNT) if len(months) > 1 else ""
    if pace is None:
        young = tr(Words("younger than four weeks", "不足四周"))
        return SmallTile(tr(name), numbers.NO_VALUE, note=young, spark=spark)
    note = Words("{n} in the last {days} days; by month", "近 {days} 天 {n} 个；按月")
    return SmallTile(
        tr(name),
        f"{pace.per_four_weeks:.1f}",
        note=tr(note, n=pace.n, days=pace.days),
        spark=spark,
    )


def _impact(made: Programme, tr: Text, currency: str) -> list[SmallTile]:
    """What is added in four weeks, after shrinkage; else why there is nothing to say."""
    if made.additions:
        return [_added(a, tr, currency) for a in made.additions[:MOST_ADDED]]
    name = tr(Words("Added by what shipped", "上线实验带来的增量"))
    why = no_impact(made, tr) or tr(Words("ratios add nothing countable", "比率类指标无法累加"))
    return [SmallTile(name, numbers.NO_VALUE, note=why)]


def _added(added: Addition, tr: Text, currency: str) -> SmallTile:
    value, low, high, naive = amounts(added.total, added.unit, tr, currency)
    name = Words("{what} added in four weeks", "每四周新增{what}")
    judged = "good" if added.total.low > 0 else "bad" if added.total.high < 0 else "noise"
    return SmallTile(
        tr(name, what=ADDED[added.measure]),
        value,
        tr(Words("95%: {low} to {high}", "95%：{low} 至 {high}"), low=low, high=high),
        judged,
        note=tr(
            Words("{n} shipped; observed {naive}", "{n} 个上线；观测值 {naive}"),
            n=added.n,
            naive=naive,
        ),
        more=tr(_SHRUNKEN),
    )


_SHRUNKEN = Words(
    "After the winner's curse is taken off: who ships what looked best ships luck as well.",
    "已扣除“赢家诅咒”：挑选表现最好的上线，也会挑中运气。",
)
