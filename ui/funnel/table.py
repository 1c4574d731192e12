"""Every number of the funnel page in full, the same as a file, and how it was computed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from format import numbers
from format.durations import duration
from i18n import Text, Words
from metrics.funnels.answer import FunnelAnswer, funnel_csv
from metrics.funnels.names import segment_name, step_label
from metrics.funnels.result import FunnelCounts, FunnelMoney, FunnelTimes, FunnelTrend, Segment
from ui.funnel.asked import Asked
from ui.funnel.words import definition_lines
from ui.how_computed import computed_fold
from ui.metric_table import text_width
from ui.page import section, version_line
from ui.patience import patiently
from ui.session import text, warehouse

MOST_AT_ONCE = 12
"""Rows that are shown without scrolling."""
_HEADER = (
    Words("Step", "步骤"),
    Words("Reached", "到达"),
    Words("Overall", "总转化率"),
    Words("95 % interval", "95% 区间"),
    Words("From before", "上一步转化率"),
    Words("Dropped", "流失"),
    Words("May still come", "进行中"),
    Words("Median time", "用时中位数"),
    Words("Value", "金额"),
)
_OPTIONAL = Words("{name} (optional)", "{name}（可选）")
_SEGMENT = Words("Segment", "分组")


@dataclass(frozen=True, slots=True)
class Answers:
    """What the page has found; None: not asked, or stopped by the reader."""

    counts: FunnelCounts
    times: FunnelTimes | None = None
    trend: FunnelTrend | None = None
    split: FunnelCounts | None = None


def every_number(asked: Asked, found: Answers) -> FunnelMoney | None:
    """The table that the figures came from, segments below the total, and the file of it. Returns
    the money that it read besides."""
    tr, w = text(), warehouse()
    section(tr(Words("All numbers", "全部数字")))
    money = patiently(asked.money, "money", asked, height=240)
    header, rows = table_rows(found, money, tr)
    columns = {
        name: st.column_config.TextColumn(
            alignment="left" if name in (tr(_HEADER[0]), tr(_SEGMENT)) else "right",
            width=max(text_width(cells[n]) for cells in [header, *rows]),
        )
        for n, name in enumerate(header)
    }
    st.dataframe(
        pd.DataFrame(rows, columns=header),
        hide_index=True,
        key="funnel_table",
        height="content" if len(rows) <= MOST_AT_ONCE else 430,
        column_config=columns,
    )
    if money is not None and any(s.missing for s in money.steps):
        words = Words(
            "Some values have no exchange rate (see Data health); such a step shows no sum.",
            "部分金额缺少汇率（见数据健康页），相应步骤不显示合计。",
        )
        st.caption(tr(words))
    if found.times is not None:
        _file(
            FunnelAnswer(
                w, asked.scope, found.split or found.counts, found.times, None, None, None
            ),
            tr,
        )
    return money


def _file(answer: FunnelAnswer, tr: Text) -> None:
    span = answer.counts.span
    st.download_button(
        tr(Words("Download CSV", "下载 CSV")),
        lambda: funnel_csv(answer).encode("utf-8-sig"),
        file_name=f"northstar_funnel_{answer.warehouse.shop}_{span.start}_{span.end}.csv",
        mime="text/csv",
        on_click="ignore",
        key="download_funnel",
    )


def table_rows(
    found: Answers, money: FunnelMoney | None, tr: Text
) -> tuple[list[str], list[list[str]]]:
    """One row per step of the total, then of each segment; times and values only of the total."""
    counts, split = found.counts, found.split or found.counts
    by_segment = bool(split.segments)
    header = [tr(w) for w in ((_SEGMENT, *_HEADER) if by_segment else _HEADER)]
    rows = []
    for segment in (counts.total, *split.segments):
        name = [segment_name(segment.value, split.breakdown, tr)] if by_segment else []
        for row, n in zip(_rows(counts, segment, tr), range(len(segment.steps)), strict=True):
            more = ["", ""]
            if segment is counts.total:
                more = [_median(found.times, n, tr), _value(money, n, tr)]
            rows.append([*name, *row, *more])
    return header, rows


def _median(times: FunnelTimes | None, place: int, tr: Text) -> str:
    if place == 0:
        return ""
    return duration(None if times is None else times.steps[place - 1].quantiles.get(0.5), tr)


def _value(money: FunnelMoney | None, place: int, tr: Text) -> str:
    if money is None:
        return numbers.NO_VALUE
    return numbers.full(money.steps[place].money, "money", tr, money.currency)


def _rows(counts: FunnelCounts, segment: Segment, tr: Text) -> list[list[str]]:
    found = []
    for s in segment.steps:
        name = f"{s.step} {step_label(counts.funnel, s.step, tr)}"
        low_high = (s.overall.low, s.overall.high)
        interval = " – ".join(numbers.full(v, "share", tr) for v in low_high if v is not None)
        first = s.step == 1
        found.append(
            [
                tr(_OPTIONAL, name=name) if s.optional else name,
                numbers.full(s.reached, "count", tr),
                numbers.full(s.overall.value, "share", tr),
                "" if first else interval,
                "" if first else numbers.full(s.from_before.value, "share", tr),
                "" if first else numbers.full(s.dropped, "count", tr),
                numbers.full(s.in_progress, "count", tr),
            ]
        )
    return found


def how_computed(asked: Asked, found: Answers, money: FunnelMoney | None) -> None:
    """The definition in words with every chosen option, the rules, data version and statements."""
    tr = text()
    with computed_fold():
        fresh = version_line(tr)
        lines = [*definition_lines(asked.funnel, tr), *[tr(w) for w in _RULES], fresh]
        st.markdown("\n".join(f"- {_safe(line)}" for line in lines))
        statements = {
            Words("Counts", "计数"): found.counts,
            Words("Times", "用时"): found.times,
            Words("Trend", "趋势"): found.trend,
            Words("Break-down", "拆分"): found.split,
            Words("Value", "金额"): money,
        }
        for name, answer in statements.items():
            if answer is not None:
                st.caption(f"SQL · {tr(name)}")
                st.code(answer.sql, language="sql", wrap_lines=True)
        if found.counts is not None and found.counts.rates_sql:
            st.caption(f"SQL · {tr(Words('Rates', '转化率'))}")
            st.code(found.counts.rates_sql, language="sql", wrap_lines=True)


def _safe(line: str) -> str:
    """Names of events and values are data, not markup."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|$~" else c for c in line)


_RULES = (
    Words(
        "An attempt begins with an event of the first step in the chosen days; each required step "
        "is served by the first event of it after the step before. Windows are closed: exactly "
        "seven days later is within seven days.",
        "所选时段内每次触发第一步即开始一次尝试；每个必经步骤取上一步之后该步骤的首个事件。"
        "转化窗口含端点：恰好 7 天后仍在 7 天之内。",
    ),
    Words(
        "A purchase is the paid order, at its payment. Rates rest on entries whose windows are "
        "over; who may still convert stands apart. Intervals: 95 %, Wilson for rates, Newcombe "
        "for differences.",
        "支付成功以订单付款时间为准。转化率只统计窗口已结束的进入，仍可能转化的单独列出。"
        "区间均为 95%：转化率用 Wilson 法，差值用 Newcombe 法。",
    ),
    Words(
        "Value: what the events that served a step carry, in the reporting currency; a paid order "
        "carries its amount.",
        "金额：完成该步骤的事件所带金额，按报表币种折算；支付成功取订单金额。",
    ),
)
