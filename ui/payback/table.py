"""The table of payback: a row per cohort, its cost, its day, and value / cost by days."""

from __future__ import annotations

from charts.cards import ASSUMED
from charts.reading_lines import is_open, reading_lines
from charts.shades import Around, ink
from charts.theme import palette
from format import dates, numbers
from i18n import Text, Words
from metrics.channels.spec import Cost
from metrics.metric import Unit
from metrics.payback.result import Cohort, Payback
from metrics.payback.spec import BYS, WITHIN, By
from metrics.payback.text import (
    CAC,
    CUSTOMERS,
    PAYBACK,
    back_text,
    cohort_name,
    horizon_name,
    multiple,
)
from metrics.reading import REASONS, Reading, Reason
from ui.heat_table import HeatCell, HeatRow, heat_table
from ui.payback.people import KEY, WHOLE, cell_clicked

_ALL_MONTHS, _ALL = Words("All months", "全部月份"), Words("All", "全部")
_LABEL = Words("Value / CAC by cohort and days", "各同期群的价值 ÷ 获客成本（按天数）")
_POOLED = Words("{n} months that are old enough, each with its own cost",
                "{n} 个已满该天数的月份，各按自身成本合并")  # fmt: skip
_NO_POOLED = Words("no month is old enough", "尚无月份满该天数")
_EACH = Words("each month has its own day", "各月份各自回本，不合并")
_YOUNG = Words("nobody is {days} days old yet", "尚无客户首单满 {days} 天")
_PARTLY = Words("{n} of {all} customers are that old", "{all} 位客户中 {n} 位满该天数")
_SMALL = Words("fewer than 30 customers: too few to judge", "不足 30 人，样本过小，不宜判断")
_CUT = Words("the data hold a part of this month only", "数据只含该月的一部分")
_RUNNING = Words("the month is not over", "该月尚未结束")
_SPENT = Words("cost {amount} on {days}", "{days}费用 {amount}")
_BACK_LINE = Words("cost per customer reached on {day}", "{day}累计价值达到获客成本")
_NO_SPEND, _NOT_YET = Words("no spend", "无花费"), Words("not yet", "未回本")
_REACH = 1.0
"""Value / cost so far from 1 has the strongest shade: 0 below, 2 above."""


def payback_table(found: Payback, cost: Cost, tr: Text, *, dark: bool, currency: str) -> None:
    """Draw the table; a click on a cell opens its customers."""
    heat_table(
        rows(found, cost, tr, dark=dark, currency=currency),
        [tr(CAC), tr(PAYBACK), *[horizon_name(n, tr) for n in WITHIN]],
        corner=tr(BYS[found.by]) if found.by is not By.MONTH else tr(Words("Month", "月份")),
        size_name=tr(CUSTOMERS),
        label=tr(_LABEL),
        dark=dark,
        key=KEY,
        on_pick=cell_clicked,
    )


def rows(found: Payback, cost: Cost, tr: Text, *, dark: bool, currency: str) -> list[HeatRow]:
    """All cohorts, then each: the latest month or the dearest channel on top."""
    shades = Around(palette(dark), 1.0, _REACH)
    largest = max((c.size for c in found.cohorts), default=0) or 1
    listed = [
        HeatRow(
            key=n,
            name=cohort_name(cohort, found.by, tr),
            size=numbers.full(cohort.size, Unit.COUNT, tr),
            bar=cohort.size / largest,
            cells=_cells(cohort, cost, shades, tr, currency),
            note=about(cohort, tr),
            small=cohort.small,
        )
        for n, cohort in enumerate(found.cohorts)
    ]
    if found.by is By.MONTH:
        listed.reverse()
    return [_top(found, cost, shades, tr, currency), *listed]


def _top(found: Payback, cost: Cost, shades: Around, tr: Text, currency: str) -> HeatRow:
    """All of them: channels and markets as one cohort; months pooled, each of its own age."""
    whole, months = found.whole, found.by is By.MONTH
    cells = _cells(whole, cost, shades, tr, currency)
    if months:
        pooled = tuple(_pooled(found, n, cost, shades, tr, currency) for n in WITHIN)
        cells = (cells[0], HeatCell("", (tr(_EACH),)), *pooled)
    return HeatRow(
        key=WHOLE,
        name=tr(_ALL_MONTHS if months else _ALL),
        size=numbers.full(whole.size, Unit.COUNT, tr),
        cells=cells,
        strong=True,
    )


def about(cohort: Cohort, tr: Text) -> str:
    """What a reader has to know of a cohort before judging it."""
    days = cohort.days
    said = [
        (cohort.small, _SMALL),
        (days.running, _RUNNING),
        (not days.whole and not days.running, _CUT),
    ]
    return tr(Words("; ", "；")).join(tr(words) for holds, words in said if holds)


def _pooled(
    found: Payback, days: int, cost: Cost, shades: Around, tr: Text, currency: str
) -> HeatCell:
    pooled = found.pooled(days, cost)
    if pooled.reading.value is None:
        return HeatCell("", (tr(_NO_POOLED),))
    r = pooled.reading
    fill = shades.fill(pooled.reading.value)
    parts = " / ".join(
        numbers.full(v, Unit.MONEY, tr, currency) for v in (r.numerator, r.denominator)
    )
    lines = (multiple(r.value), parts, tr(_POOLED, n=pooled.cohorts))
    return HeatCell(multiple(r.value), lines, fill, ink(fill), pick=True)


def _cells(
    cohort: Cohort, cost: Cost, shades: Around, tr: Text, currency: str
) -> tuple[HeatCell, ...]:
    ratios = zip(WITHIN, cohort.ratios(WITHIN, cost), strict=True)
    return (
        _cost(cohort, cost, tr, currency),
        _back(cohort, cost, tr, currency),
        *[_ratio(cohort, n, r, shades, tr, currency) for n, r in ratios],
    )


def _cost(cohort: Cohort, cost: Cost, tr: Text, currency: str) -> HeatCell:
    cac, pick = cohort.cac(cost), cohort.size > 0
    span = cohort.days.span
    spent = tr(
        _SPENT,
        amount=numbers.full(cohort.spent.cost(cost), Unit.MONEY, tr, currency),
        days=dates.span(span.start, span.end, tr),
    )
    if cac.value is None:
        reason = tr(REASONS[cac.reason or Reason.NO_SPEND])
        said = tr(_NO_SPEND) if cac.reason is Reason.NO_SPEND else numbers.NO_VALUE
        return HeatCell(said, (reason, spent), pick=pick)
    lines = reading_lines(cac, Unit.MONEY, tr, currency, spent, about(cohort, tr) or None)
    text = numbers.short(cac.value, Unit.MONEY, tr, currency)
    return HeatCell(text, tuple(filter(None, lines)), open=is_open(cac), pick=pick)


def _back(cohort: Cohort, cost: Cost, tr: Text, currency: str) -> HeatCell:
    """The day; else how far the cohort has come, or that there is nothing to pay back."""
    back = cohort.back(cost)
    said, pick = back_text(back, tr), cohort.size > 0
    if back.day.value is not None:
        cac = numbers.full(cohort.cac(cost).value, Unit.MONEY, tr, currency)
        return HeatCell(said, (tr(_BACK_LINE, day=said), cac), pick=pick)
    waits = back.day.reason in (Reason.NOT_PAID_BACK, Reason.IMMATURE)
    return HeatCell(tr(_NOT_YET) if waits else numbers.NO_VALUE, (said,), pick=pick)


def _ratio(
    cohort: Cohort, days: int, r: Reading, shades: Around, tr: Text, currency: str
) -> HeatCell:
    if r.value is None:
        if r.reason is Reason.IMMATURE:
            return HeatCell("", (tr(_YOUNG, days=days),))
        return HeatCell("", (tr(REASONS[r.reason or Reason.NO_ROWS]),))
    parts = " / ".join(
        numbers.full(v, Unit.MONEY, tr, currency) for v in (r.numerator, r.denominator)
    )
    people = tr(
        _PARTLY,
        n=numbers.full(cohort.size - r.left_out, Unit.COUNT, tr),
        all=numbers.full(cohort.size, Unit.COUNT, tr),
    )
    assumed = tr(ASSUMED) if r.assumed else ""
    lines = tuple(filter(None, (multiple(r.value), parts, people, about(cohort, tr), assumed)))
    if is_open(r):
        return HeatCell(multiple(r.value), lines, open=True, pick=True)
    fill = shades.fill(r.value, faint=cohort.small)
    return HeatCell(multiple(r.value), lines, fill, ink(fill), pick=True)
