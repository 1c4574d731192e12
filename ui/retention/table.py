"""Every number of the cohort page as a file, and how it was computed."""

from __future__ import annotations

import streamlit as st

from i18n import Words
from metrics.retention.result import Retention
from metrics.retention.spec import Value
from metrics.retention.text import ORDERS_ONLY, as_csv
from metrics.retention.words import return_name, rule, start_name
from ui.how_computed import computed_fold
from ui.page import version_line
from ui.session import text, warehouse

_MEAN = Words(
    "Intervals: 95 %, Student's t over the people of a cohort, those without an order among them; "
    "finished periods only. A few who spend much widen them: below 30 people they are rough.",
    "区间为 95%，按同期群内每个人（含未下单者）计算的 t 区间，仅用于已结束的周期。"
    "少数高消费者会使区间变宽；不足 30 人时仅供参考。",
)
_INTERVALS: dict[Value, Words] = {
    Value.USERS: Words(
        "Intervals: 95 %, Wilson. The last cohorts are compared with the ones before by a "
        "two-sided z test, the difference's interval is Newcombe's.",
        "区间均为 95%（Wilson 法）。最近同期群与之前的比较采用双侧 z 检验，"
        "差值区间为 Newcombe 法。",
    ),
    Value.ORDERS: _MEAN,
    Value.REVENUE: _MEAN,
    Value.MARGIN: _MEAN,
    Value.REVENUE_RETENTION: Words(
        "Intervals: 95 %, delta method over the people of a cohort (a ratio of two sums of the "
        "same people); finished periods only, rough below 30 people.",
        "区间为 95%，对同期群内每个人使用 delta 法（分子、分母为同一批人的合计之比），"
        "仅用于已结束的周期；不足 30 人时仅供参考。",
    ),
}


def download(found: Retention) -> None:
    """Every cell with its parts, interval and maturity."""
    tr, w = text(), warehouse()
    st.download_button(
        tr(Words("Download CSV", "下载 CSV")),
        lambda: as_csv(found).encode("utf-8-sig"),
        file_name=f"northstar_retention_{w.shop}_{found.span.start}_{found.span.end}.csv",
        mime="text/csv",
        on_click="ignore",
        key="download_retention",
    )


def how_computed(found: Retention) -> None:
    """The rule in words, the data version, the statement."""
    tr = text()
    with computed_fold():
        lines = [
            tr(
                Words(
                    "People begin by: {start}. They come back by: {returned}.",
                    "起始行为：{start}。回访行为：{returned}。",
                ),
                start=start_name(found.spec, tr),
                returned=return_name(found.spec, tr),
            ),
            rule(found.spec, tr),
            tr(_INTERVALS[found.spec.value]),
            version_line(tr),
        ]
        if found.activity_is_orders:
            lines.insert(1, tr(ORDERS_ONLY))
        st.markdown("\n".join(f"- {line}" for line in lines))
        st.code(found.sql, language="sql")
        if found.interval_sql:
            st.caption(tr(Words("Intervals", "区间")))
            st.code(found.interval_sql, language="sql")
