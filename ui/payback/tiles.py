"""The tiles of the payback page."""

from __future__ import annotations

from charts.sparkline import sparkline_svg
from format import numbers
from i18n import Text, Words
from metrics.channels.spec import Cost
from metrics.channels.sums import change
from metrics.metric import Unit
from metrics.payback.result import Cohort, Payback
from metrics.payback.spec import By
from metrics.payback.text import CAC, PAYBACK, back_text, cohort_name, day_text, multiple
from metrics.reading import REASONS, Reading, Reason
from metrics.scorecard import SPARKLINE_POINTS, Point
from ui.cost_change import cost_change
from ui.payback.asked import Asked
from ui.payback.finding import waiting
from ui.session import dark, text
from ui.small_tiles import SmallTile, small_tiles

AFTER = (90, 180)
"""Days by which tiles read the value against the cost."""
_VALUE = Words("Value ÷ CAC, {n} days", "{n} 天价值 ÷ 获客成本")
_LAST_PAID = Words("Latest payback", "最近一次回本")
_BEFORE = Words("vs month before", "较上月")


def tiles(found: Payback, asked: Asked) -> None:
    """Payback, cost, and value against cost: of the latest months that can say, or of all."""
    tr, cost, currency = text(), asked.cost, asked.scope.currency
    if found.by is By.MONTH:
        made = [_last_paid(found, cost, tr), _latest_cost(found, cost, currency, tr)]
        made += [_latest_value(found, n, cost, tr) for n in AFTER]
    else:
        made = [_whole_back(found, cost, tr), _whole_cost(found, cost, currency, tr)]
        made += [_whole_value(found, n, cost, tr) for n in AFTER]
    small_tiles(made, tr(Words("Payback in short", "回本概览")))


def _spark(found: Payback, readings: list[Reading], unit: str, tr: Text, currency: str) -> str:
    points = [
        Point(c.days.span, r, c.days.running) for c, r in zip(found.cohorts, readings, strict=True)
    ]
    return sparkline_svg(points[-SPARKLINE_POINTS:], tr, dark(), unit=unit, currency=currency)


def _last_paid(found: Payback, cost: Cost, tr: Text) -> SmallTile:
    last, n = found.last_back(cost), len(waiting(found, cost))
    note = tr(Words("{n} months not yet", "{n} 个月未回本"), n=n)
    if last is None:
        return SmallTile(tr(_LAST_PAID), numbers.NO_VALUE, note=note)
    month, step = last
    days = [c.back(cost).day for c in found.cohorts]
    return SmallTile(
        tr(_LAST_PAID),
        day_text(step.age, tr),
        cohort_name(month, found.by, tr),
        note=note,
        spark=_spark(found, days, Unit.COUNT, tr, ""),
    )


def _latest_cost(found: Payback, cost: Cost, currency: str, tr: Text) -> SmallTile:
    """The cost of the last month that is over, against the one before."""
    over = [c for c in found.cohorts if not c.days.running]
    costs = [c.cac(cost) for c in found.cohorts]
    spark = _spark(found, costs, Unit.MONEY, tr, currency)
    if not over:
        return SmallTile(tr(CAC), numbers.NO_VALUE, note=tr(REASONS[Reason.IMMATURE]))
    last = over[-1]
    moved = change(over[-2].spent, last.spent, cost) if len(over) > 1 else None
    said, judged = "", "noise"
    if moved is not None:
        text_, judged = cost_change(moved)
        said = f"{text_} {tr(_BEFORE)}"
    value = numbers.short(last.cac(cost).value, Unit.MONEY, tr, currency)
    name = cohort_name(last, found.by, tr)
    return SmallTile(tr(CAC), value, said, judged, note=name, spark=spark)


def _latest_value(found: Payback, days: int, cost: Cost, tr: Text) -> SmallTile:
    """Of the latest month whose customers are all that old, against the one before."""
    readings = [c.ratios((days,), cost)[0] for c in found.cohorts]
    spark = _spark(found, readings, Unit.TIMES, tr, "")
    kept = [c for c in found.cohorts if found.counts(c, days, cost)]
    name = tr(_VALUE, n=days)
    if not kept:
        return SmallTile(name, numbers.NO_VALUE, note=tr(REASONS[Reason.IMMATURE]))
    values = [c.ratios((days,), cost)[0].value for c in kept[-2:]]
    said = ""
    if len(values) == 2:
        words = Words("{value} the month before", "上月 {value}")
        said = tr(words, value=multiple(values[0]))
    month = cohort_name(kept[-1], found.by, tr)
    return SmallTile(name, multiple(values[-1]), said, note=month, spark=spark)


def _whole_back(found: Payback, cost: Cost, tr: Text) -> SmallTile:
    back = found.whole.back(cost)
    value = numbers.NO_VALUE if back.day.value is None else day_text(back.day.value, tr)
    said = "" if back.day.value is not None else back_text(back, tr)
    return SmallTile(tr(PAYBACK), value, said, note=_everybody(found.whole, tr))


def _everybody(whole: Cohort, tr: Text) -> str:
    n = numbers.short(whole.size, Unit.COUNT, tr)
    return tr(Words("all {n} new customers", "全部新客 {n} 人"), n=n)


def _whole_cost(found: Payback, cost: Cost, currency: str, tr: Text) -> SmallTile:
    cac = found.whole.cac(cost)
    reason = "" if cac.reason is None else tr(REASONS[cac.reason])
    value = numbers.short(cac.value, Unit.MONEY, tr, currency)
    return SmallTile(tr(CAC), value, reason, note=_everybody(found.whole, tr))


def _whole_value(found: Payback, days: int, cost: Cost, tr: Text) -> SmallTile:
    r = found.whole.ratios((days,), cost)[0]
    said = "" if r.reason is None else tr(REASONS[r.reason])
    return SmallTile(tr(_VALUE, n=days), multiple(r.value), said, note=_everybody(found.whole, tr))
