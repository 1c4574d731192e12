"""The tiles of the channel page: what all rows together cost and bring."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from charts.cards import INTERVAL
from charts.reading_lines import interval_of
from charts.sparkline import sparkline_svg
from data.scope import Span
from format import dates, numbers
from i18n import Text, Words
from metrics.channels.result import Row, Table, paid
from metrics.channels.spec import Cost
from metrics.metric import Unit
from metrics.reading import REASONS, Reading, Reason
from metrics.scorecard import Point
from metrics.stats.response import Range
from ui.channels.asked import Asked
from ui.cost_change import cost_change
from ui.page import comparison_name
from ui.saturation.asked import next_customer
from ui.session import dark, text
from ui.small_tiles import SmallTile, small_tiles


class Tiles:
    """What all rows together cost and bring. The marginal cost rests on curves that take a moment
    to fit: it is filled in when everything else stands."""

    def __init__(self, found: Table, asked: Asked) -> None:
        self._found, self._asked, self._slot = found, asked, st.empty()
        self._draw(None if found.node.path else _waiting(text()))

    def complete(self) -> None:
        """Fill in what the next customer costs; below the first level there is no such curve."""
        if self._found.node.path:
            return
        cost, channels = next_customer()
        self._draw(_marginal(cost, channels, text(), self._asked.scope.currency))

    def _draw(self, marginal: SmallTile | None) -> None:
        with self._slot:
            _tiles(self._found, self._asked, marginal)


_MARGINAL = Words("Marginal CAC", "边际获客成本")


def _waiting(tr: Text) -> SmallTile:
    return SmallTile(tr(_MARGINAL), "…", note=tr(Words("fitting curves", "正在拟合曲线")))


def _marginal(cost: Range | None, channels: int, tr: Text, currency: str) -> SmallTile:
    if cost is None:
        why = Words("the weeks can't tell: see Saturation and budget",
                    "历史数据无法判断，见“饱和与预算”")  # fmt: skip
        return SmallTile(tr(_MARGINAL), numbers.NO_VALUE, note=tr(why))
    low, high = (numbers.full(v, Unit.MONEY, tr, currency) for v in (cost.low, cost.high))
    interval = tr(INTERVAL, low=low, high=high)
    note = Words("the next customer, {n} channels with a curve", "再多一位新客，{n} 个可测渠道")
    value = numbers.short(cost.value, Unit.MONEY, tr, currency)
    return SmallTile(tr(_MARGINAL), value, note=tr(note, n=channels), more=interval)


def _tiles(found: Table, asked: Asked, marginal: SmallTile | None) -> None:
    tr, currency, cost = text(), asked.scope.currency, asked.cost
    now = found.total.now
    spark = sparkline_svg(
        [Point(s, r, open_) for (s, r), (_, open_) in
         zip(found.trend(found.total, cost), found.weeks, strict=True)],
        tr, dark(), unit=Unit.MONEY, currency=currency,
    )  # fmt: skip
    made = [
        _cost_tile(
            _blended(found),
            now.cac(cost),
            found.total,
            cost,
            tr,
            currency,
            spark,
            metric="blended_cac" if _is_everything(found, cost) else "",
            of=found.span,
        ),
    ]
    bought = paid(found)
    if bought is not None:
        made.append(_plain_tile(
            Words("Paid CAC", "付费渠道获客成本"), bought.cac(cost), Unit.MONEY, tr, currency,
            tr(Words("{n} new customers of paid channels", "付费渠道新客 {n} 人"),
               n=numbers.short(bought.customers, Unit.COUNT, tr)),
        ))  # fmt: skip
    if marginal is not None:
        made.append(marginal)
    worth = found.worth(found.total, asked.horizon, cost)
    made += [
        _plain_tile(
            Words(f"LTV : CAC, {asked.horizon} days", f"{asked.horizon} 日 LTV : CAC"),
            worth.ltv_cac, Unit.TIMES, tr, currency, _cohort_note(found, asked.horizon, tr),
        ),
        _plain_tile(
            Words("Payback", "回本周期"), worth.payback, Unit.COUNT, tr, currency,
            _cohort_note(found, asked.horizon, tr), days=True,
        ),
        _revenue_tile(found, now.roas(cost), cost, tr, currency),
    ]  # fmt: skip
    small_tiles(made, tr(Words("All rows together", "整体")))


def _is_everything(found: Table, cost: Cost) -> bool:
    """Whether the cost of a customer is the catalog's: of all spend, and of nothing else."""
    return cost is Cost.MARKETING and not found.node.path


def _revenue_tile(found: Table, reading: Reading, cost: Cost, tr: Text, currency: str) -> SmallTile:
    """Of everything it is MER, of a part ROAS; the direction is written out in both."""
    name = Words("MER: net revenue ÷ spend", "MER：净收入 ÷ 花费")
    note = Words("all revenue, every customer", "全部收入，含老客")
    if found.node.path:
        name = Words("ROAS: net revenue ÷ spend", "ROAS：净收入 ÷ 花费")
        note = Words("of everybody it ever brought", "含其历来带来的老客")
    tile = _plain_tile(name, reading, Unit.TIMES, tr, currency, tr(note))
    return replace(tile, metric="mer", of=found.span) if _is_everything(found, cost) else tile


def _blended(found: Table) -> Words:
    if found.node.path:
        return Words("CAC", "获客成本")
    return Words("Blended CAC", "综合获客成本")


def _cost_tile(
    name: Words,
    reading: Reading,
    row: Row,
    cost: Cost,
    tr: Text,
    currency: str,
    spark: str,
    metric: str,
    of: Span,
) -> SmallTile:
    change = row.change(cost)
    said, judged = "", "noise"
    if change is not None:
        text_, judged = cost_change(change)
        said = f"{text_} {comparison_name(tr)}"
    return SmallTile(
        tr(name),
        numbers.short(reading.value, Unit.MONEY, tr, currency),
        said,
        judged,
        note=_customers(row, tr),
        more=interval_of(reading, Unit.MONEY, tr, currency) or "",
        spark=spark,
        metric=metric,
        of=of,
    )


def _customers(row: Row, tr: Text) -> str:
    n = numbers.short(row.now.customers, Unit.COUNT, tr)
    return tr(Words("{n} new customers", "新客 {n} 人"), n=n)


def _plain_tile(
    name: Words,
    reading: Reading,
    unit: str,
    tr: Text,
    currency: str,
    note: str,
    *,
    days: bool = False,
) -> SmallTile:
    value = numbers.short(reading.value, unit, tr, currency)
    if days and reading.value is not None:
        value = tr(Words("day {n}", "第 {n} 天"), n=int(reading.value))
    reason = "" if reading.reason is None else tr(REASONS[reading.reason])
    if reading.assumed:
        note = f"{note} · {tr(Words('assumed margin', '按假设毛利率'))}"
    return SmallTile(
        tr(name), value, reason, note=note, more=interval_of(reading, unit, tr, currency) or ""
    )


def _cohort_note(found: Table, days: int, tr: Text) -> str:
    """Whose value it is: the days of the first orders."""
    span = found.cohorts.get(days)
    if span is None:
        return tr(REASONS[Reason.IMMATURE])
    said = dates.span(span.start, span.end, tr)
    return tr(Words("first orders {days}", "首单 {days}"), days=said)
