"""Which days of spend have come."""

from __future__ import annotations

import streamlit as st

from charts.spend_days import spend_days
from format import numbers
from i18n import Words
from metrics.metric import Unit
from metrics.spend_coverage import SpendCoverage, spend_coverage
from ui.figures import draw
from ui.page import section
from ui.session import dark, remembered, scope, text, warehouse

ACCOUNTS_SHOWN = 10


def coverage_section() -> None:
    """A strip of days for each ad account, those with gaps first."""
    tr, w, currency = text(), warehouse(), scope().currency
    found: SpendCoverage = remembered(
        lambda: spend_coverage(w, currency), "spend_coverage", currency
    )
    if not found.accounts:
        return
    section(
        tr(Words("Which days have come?", "哪些日期已有花费数据？")),
        tr(Words("13 weeks, a row for each ad account", "近 13 周，每行一个广告账户")),
    )
    shown = found.accounts[:ACCOUNTS_SHOWN]
    figure = spend_days(found.days, shown, tr, currency=currency, dark=dark())
    draw(figure, "spend_days")
    if len(found.accounts) > len(shown):
        words = Words(
            "{shown} of {n} accounts: those that miss days first, then by spend.",
            "显示 {n} 个账户中的 {shown} 个：缺日期的在前，其余按花费排序。",
        )
        n = numbers.full(len(found.accounts), Unit.COUNT, tr)
        st.caption(tr(words, shown=len(shown), n=n))
