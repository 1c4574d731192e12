"""The review section by section, in the same order every week."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from format import dates
from i18n import Text, Words
from metrics.catalog import METRICS
from metrics.review.result import SECTIONS, Review, Section
from ui.deck import deck as overview_deck
from ui.html import escape
from ui.page import section, version_line
from ui.review.asked import Found
from ui.review.experiments import experiments_section
from ui.review.figure import decisions_html, figure
from ui.review.opened import MOST_FIGURES, open_keys, toggled
from ui.review.present import presenting
from ui.review.rows import rows
from ui.session import chosen, text
from ui.url_state import write

_ELSEWHERE: dict[Section, tuple[str, Words]] = {
    Section.ACTIVATE: ("lifecycle", Words("Lifecycle funnel", "生命周期漏斗")),
    Section.REFER: (
        "lifecycle",
        Words("Referral, in the lifecycle funnel", "推荐（生命周期漏斗）"),
    ),
    Section.CHANNELS: ("channels", Words("Channels", "渠道")),
}
"""Pages that say more of a section than the metrics of the deck do."""


def sections(found: Found) -> None:
    """All of them; a section without a line of the deck says where its numbers are."""
    review = found.review
    if review is None:
        return
    tr = text()
    _left_out(review, found, tr)
    opened = open_keys(review, overview_deck().north_star, toggled())
    for of in Section:
        with st.container(key=f"review_section_{of}"):
            if of is Section.EXPERIMENTS:
                experiments_section(review, tr)
            else:
                _section(of, review, opened, tr)
    if review.decisions:
        st.html(decisions_html(list(review.decisions), tr))


def _section(of: Section, review: Review, opened: tuple[str, ...], tr: Text) -> None:
    lines, title, currency = review.of(of), tr(SECTIONS[of]), review.scope.currency
    if lines:
        rows(
            lines,
            title,
            f"review_rows_{of}",
            tr,
            currency,
            week=dates.week(review.week.start, review.week.end, tr),
        )
        whole = [line for line in lines if line.metric.key in opened]
        folded = [line for line in lines if line.metric.key not in opened]
        decided = [d for line in folded for d in line.decisions]
        if decided:
            st.html(decisions_html(decided, tr))
        for pair in (whole[n : n + 2] for n in range(0, len(whole), 2)):
            for column, line in zip(st.columns(len(pair), gap="large"), pair, strict=True):
                with column:
                    figure(line, tr, currency, presenting=presenting())
    else:
        st.html(f'<h2 class="ns-section">{escape(title)}</h2>')
    if of in _ELSEWHERE and not presenting():
        _more(of, tr)


def _more(of: Section, tr: Text) -> None:
    path, name = _ELSEWHERE[of]
    query = urlencode(write(replace(chosen(), week=None, present=None)))
    words = Words("More of it: {page}", "详见：{page}")
    link = f'<a href="{path}?{escape(query)}" target="_self">{escape(tr(name))}</a>'
    st.html(f'<p class="ns-sub">{tr(words, page=link)}</p>')


def _left_out(review: Review, found: Found, tr: Text) -> None:
    """What of the deck can't be shown, and records that can't be read."""
    comma = tr(Words("; ", "；"))
    if review.gone:
        words = Words(
            "The deck names metrics that no longer exist: {keys}. Edit the deck to remove them.",
            "清单中有已不存在的指标：{keys}。可在“编辑清单”中移除。",
        )
        st.caption(tr(words, keys=", ".join(review.gone)))
    if review.missing:
        names = comma.join(f"{tr(m.metric.name)} ({', '.join(m.lacking)})" for m in review.missing)
        words = Words(
            "Not shown, the shop has no data for: {names}.", "未显示（店铺缺少数据）：{names}。"
        )
        st.caption(tr(words, names=names))
    if found.memory.unreadable:
        words = Words(
            "Records that this version can't read are left out: {names}.",
            "以下记录当前版本无法读取，已略去：{names}。",
        )
        st.caption(tr(words, names=", ".join(found.memory.unreadable)))
    if len(review.opening.signals) >= MOST_FIGURES:
        words = Words(
            "At most {n} figures stand open at once; a name opens its own.",
            "同时最多展开 {n} 张图，点击名称可展开对应图表。",
        )
        st.caption(tr(words, n=MOST_FIGURES))


def how(found: Found) -> None:
    """How the numbers are computed: rules, statements, data version."""
    review, tr = found.review, text()
    if review is None or presenting():
        return
    section(tr(Words("How is this computed?", "这些数字如何计算？")))
    for words in _RULES:
        st.caption(tr(words))
    st.caption(version_line(tr))
    with st.expander("SQL"):
        for family, sql in review.sql.items():
            st.code(f"-- {family}\n{sql}", language="sql", wrap_lines=True)
    _definitions(review, tr)


def _definitions(review: Review, tr: Text) -> None:
    lines = "\n".join(
        f"- **{tr(line.metric.name)}**: {tr(METRICS[line.metric.key].meaning)}"
        for line in review.lines
    )
    with st.expander(tr(Words("What the metrics mean", "指标含义"))):
        st.markdown(lines)


_RULES = (
    Words(
        "A line is signal by rules of its own: outside its natural limits (mean ± 2.66 × the mean "
        "moving range of 26 periods before), eight in a row on one side, or three of four beyond "
        "the quarter line. The opening counts it only where it also stands among all lines of the "
        "deck: on pure noise the opening names nothing in at least nine weeks of ten.",
        "每项指标按自身规则判定是否显著：超出自然波动范围（此前 26 期均值 ± 2.66 × 平均移动极差）、"
        "连续 8 期位于均值同侧，或最近 4 期中 3 期越过四分之一线。页首结论只计入在全部指标中仍然"
        "成立的显著变化：在纯噪声下，至少九成的周不会点名任何指标。",
    ),
    Words(
        "Weeks are compared with the week before and with the same week 52 weeks earlier; month, "
        "quarter and year to date with as many days of the same period a year before. Rates move "
        "in basis points (a hundredth of a point), everything else in per cent. A number of the "
        "last 30 days is judged by values four weeks apart, which share no days.",
        "周数据对比上周与 52 周前的同一周；本月、本季、本年至今对比上年同期相同天数。比率的变化以"
        "基点（0.01 个百分点）表示，其余以百分比表示。近 30 天类指标按相隔四周的数值判定，"
        "避免重叠。",
    ),
)
