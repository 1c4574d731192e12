"""The parts of the growth page, from the answers to the screen."""

from __future__ import annotations

from typing import Any

import streamlit as st

from charts.growth import flows
from charts.sparkline import sparkline_svg
from data.rollups import BACK
from format import dates, numbers
from i18n import Text, Words
from metrics.growth.result import MoneyFlows, UserFlows
from metrics.growth.spec import (
    AWAY,
    FLOWS,
    GROSS_RETENTION,
    NET,
    QUICK_RATIO,
    RULES,
    Flow,
    MoneyFlow,
)
from metrics.growth.text import as_csv, table
from metrics.metric import Unit
from metrics.reading import Reading, Reason
from metrics.scorecard import SPARKLINE_POINTS, Point
from ui.figures import draw
from ui.growth.asked import Asked, Flows, able, shown_view
from ui.growth.flows import last_over, stacks
from ui.growth.people import BEHIND, opened_people, picker, selecting
from ui.growth.view import NEEDS, VIEWS, View
from ui.how_computed import computed_fold
from ui.page import section, version_line
from ui.patience import patiently
from ui.scope_bar import GRAINS
from ui.session import choose, dark, scope, text, warehouse
from ui.small_tiles import SmallTile, small_tiles
from ui.states import empty, not_available
from ui.tables import scroll_table

FIGURE = 420
"""Height of the figure in pixels."""


def answered(asked: Asked) -> Flows | None:
    """The flows; None, with the reason in its place, where the shop lacks what they are made of or
    the reader stopped it."""
    if not able():
        not_available(warehouse().coverage.lacking(*NEEDS[View.BOUGHT]), text())
        return None
    return patiently(asked.whole, "growth", asked, height=FIGURE)


def finding(found: Flows | None, tr: Text) -> str:
    """The net of the last finished period and what it was made of."""
    last = None if found is None else last_over(found)
    if found is None or last is None:
        return tr(Words("Is growth real, or does a leak hide behind it?",
                        "增长是真实的，还是掩盖了流失？"))  # fmt: skip
    money = isinstance(last, MoneyFlows)
    unit, currency = (Unit.MONEY if money else Unit.COUNT), scope().currency

    def said(value: float | None) -> str:
        return numbers.short(value, unit, tr, currency)

    gained = _gained(last)
    lost = gained - (last.net or 0)
    net = last.net or 0
    span = last.period.span
    words = Words(
        "{period}: {name} {net} ({gained} gained, {lost} lost).",
        "{period}{name}净增 {net}（流入 {gained}，流出 {lost}）。",
    )
    first = tr(
        words,
        period=dates.bucket(span.start, span.end, found.grain, tr),
        name=VIEWS[shown_view()],
        net=("+" if net > 0 else "") + said(net),
        gained=said(gained),
        lost=said(lost),
    )
    ratio = last.quick_ratio.value
    if ratio is None:
        return first
    quick = tr(
        Words("Quick ratio {ratio}: {verdict}.", "速动比 {ratio}，{verdict}。"),
        ratio=numbers.short(ratio, Unit.TIMES, tr),
        verdict=Words("more come than go", "流入大于流出")
        if ratio > 1
        else Words("more go than come", "流出大于流入")
        if ratio < 1
        else Words("as many come as go", "流入等于流出"),
    )
    return tr(Words(" ", "")).join([first, quick])


def _gained(f: UserFlows | MoneyFlows) -> float:
    """Everything that raised the number, what guests added among it."""
    if isinstance(f, UserFlows):
        return (f.new or 0) + (f.resurrected or 0)
    return sum(max(f.of(flow), 0.0) for flow in MoneyFlow)


def choose_view() -> None:
    """Users by activity or by purchase, or money."""
    tr, usable = text(), able()
    if not usable:
        return
    key = f"growth_view_{tr.language}"
    st.session_state[key] = shown_view()
    st.segmented_control(
        tr(Words("Account for", "核算对象")),
        usable,
        key=key,
        format_func=lambda v: tr(VIEWS[v]),
        on_change=lambda: choose(growth=st.session_state[key] or None),
        label_visibility="collapsed",
    )


def tiles(found: Flows) -> None:
    """The last finished period: level, net, quick ratio, retention; their course beside."""
    tr, last = text(), last_over(found)
    if last is None:
        return
    money = isinstance(last, MoneyFlows)
    unit, currency = (Unit.MONEY if money else Unit.COUNT), scope().currency
    known = [f for f in found.whole if f.period.follows]
    level = [(f, as_reading(f, _level(f))) for f in found.whole]
    net = [(f, as_reading(f, float(f.net or 0))) for f in known]
    span = last.period.span
    when = dates.bucket(span.start, span.end, found.grain, tr)
    rows: list[tuple[Words, str, str, list[tuple[Any, Reading]]]] = [
        (VIEWS[shown_view()], numbers.short(_level(last), unit, tr, currency), unit, level),
        (NET, _signed(last.net or 0, unit, tr, currency), unit, net),
        (QUICK_RATIO, numbers.short(last.quick_ratio.value, Unit.TIMES, tr),
         Unit.TIMES, [(f, f.quick_ratio) for f in known]),
        (GROSS_RETENTION,
         numbers.short(last.gross_retention.value, Unit.SHARE, tr),
         Unit.SHARE, [(f, f.gross_retention) for f in known]),
    ]  # fmt: skip
    small_tiles(
        [
            SmallTile(
                tr(name),
                value,
                note=when,
                spark=sparkline_svg(
                    [Point(f.period.span, r, f.period.running) for f, r in course][
                        -SPARKLINE_POINTS:
                    ],
                    tr,
                    dark(),
                    unit=of,
                    currency=currency,
                ),
            )
            for name, value, of, course in rows
        ],
        tr(Words("The last finished period", "最近一个已结束周期")),
    )


def as_reading(f: UserFlows | MoneyFlows, value: float) -> Reading:
    """The value; none where an exchange rate is missing, since the sum would be a part of it."""
    if isinstance(f, MoneyFlows) and f.unrated:
        return Reading.missing(Reason.NO_RATE)
    return Reading(value, value)


def _level(f: UserFlows | MoneyFlows) -> float:
    return float(f.active) if isinstance(f, UserFlows) else f.total


def _signed(value: float, unit: str, tr: Text, currency: str) -> str:
    return ("+" if value > 0 else "") + numbers.short(value, unit, tr, currency)


def flow_section(found: Flows, asked: Asked) -> None:
    """Who came above zero, who went below it, period by period."""
    tr = text()
    said = Words(
        "By {grain}; above zero what was gained, below what was lost, dot: net; hollow: still "
        "running. A user counts with {rule}.",
        "按{grain}：零线以上为流入，以下为流出，圆点为净增；空心：进行中。计入条件：{rule}。",
    )
    section(
        tr(Words("Where does growth come from?", "增长从哪里来？")),
        tr(said, grain=tr(GRAINS[found.grain]).lower(), rule=RULES[found.criterion]),
    )
    if found.reason is not None or not any(_level(f) for f in found.whole):
        empty(tr, found.reason)
        return
    money = isinstance(found.whole[0], MoneyFlows)
    figure = flows(
        [(f.period.span, f.period.running) for f in found.whole],
        stacks(found.whole, tr),
        [f.quick_ratio for f in found.whole],
        Unit.MONEY if money else Unit.COUNT,
        found.grain,
        tr,
        dark=dark(),
        currency=scope().currency,
    )
    draw(figure, BEHIND.figure_key, **selecting())
    picker(found)
    opened_people(found, asked)


def away_section(found: Flows) -> None:
    """The resurrected of the last finished period by how long they had been away."""
    tr, last = text(), last_over(found)
    if not isinstance(last, UserFlows) or last.back is None or not last.resurrected:
        return
    span = last.period.span
    section(
        tr(Words("How long had they been away?", "回流用户离开了多久？")),
        tr(
            Words("Resurrected users of {period}.", "{period}的回流用户。"),
            period=dates.bucket(span.start, span.end, found.grain, tr),
        ),
    )
    whole = last.resurrected
    small_tiles(
        [
            SmallTile(
                tr(AWAY[key]),
                numbers.short(last.back[key], Unit.COUNT, tr),
                numbers.short(last.back[key] / whole, Unit.SHARE, tr),
            )
            for key in BACK
        ],
        tr(FLOWS[Flow.RESURRECTED]),
    )


def every_number(found: Flows, split: Flows) -> None:
    """Every period of the whole in full, and with the parts as a file."""
    tr, w = text(), warehouse()
    section(tr(Words("All numbers", "全部数字")))
    header, rows = table(found, scope(), tr)
    scroll_table(header[1:], [row[1:] for row in reversed(rows)], "growth_table")
    st.download_button(
        tr(Words("Download CSV", "下载 CSV")),
        lambda: as_csv(split).encode("utf-8-sig"),
        file_name=f"northstar_growth_{w.shop}_{found.whole[0].period.span.start}.csv",
        mime="text/csv",
        on_click="ignore",
        key="download_growth",
    )


def how_computed(found: Flows, split: Flows) -> None:
    """The identities, the data version, the statements."""
    tr = text()
    with computed_fold():
        identity = Words(
            "Users: active(t) − active(t−1) = new + resurrected − churned. New: the first such "
            "period ever. Quick ratio = (new + resurrected) ÷ churned; gross retention = retained "
            "÷ users of the period before, with Wilson's interval. A running period is compared "
            "with nothing, the first period of the data has no flows.",
            "用户：本期 − 上期 = 新增 + 回流 − 流出。新增：首次出现的周期。"
            "速动比 =（新增 + 回流）÷ 流出；毛留存率 = 留存 ÷ 上期用户（Wilson 区间）。"
            "进行中的周期不参与比较，数据首期无流量。",
        )
        money = Words(
            "Money: GMV(t) − GMV(t−1) = new + resurrected + expansion − contraction − churned + "
            "the change of guests. Expansion and contraction are of buyers of both periods.",
            "金额：本期成交额 − 上期成交额 = 新增 + 回流 + 增购 − 减购 − 流出 + 游客变化。"
            "增购与减购指两期都有购买的用户。",
        )
        version = version_line(tr)
        is_money = bool(found.whole) and isinstance(found.whole[0], MoneyFlows)
        st.markdown("\n".join(f"- {x}" for x in (tr(money if is_money else identity), version)))
        st.code(found.sql, language="sql")
        st.caption(tr(Words("By part", "分组")))
        st.code(split.sql, language="sql")
