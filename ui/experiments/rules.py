"""How the list of experiments is computed, for who wants to know."""

from __future__ import annotations

import streamlit as st

from i18n import Words
from ui.experiments.asked import Found
from ui.how_computed import computed_fold
from ui.page import version_line
from ui.session import text


def how_computed(found: Found) -> None:
    """Definitions, the data version, the statements."""
    tr, listing = text(), found.listing
    if listing is None:
        return
    with computed_fold():
        lines = [*[tr(w) for w in _RULES], version_line(tr)]
        st.markdown("\n".join(f"- {x}" for x in lines))
        for sql in listing.sql:
            st.code(sql, language="sql")


_RULES = (
    Words(
        "Verdict and checks are those of the experiment's own page: trust checks first, then the "
        "primary metrics in the mode that was fixed, then guardrails by their margins.",
        "结论与检查同实验详情页：先看可信度，再按预先确定的方式读核心指标，最后看护栏指标是否守住界值。",
    ),
    Words(
        "Decided: ship, don't ship, or inconclusive at the end. Invalid ones never were. Win rate: "
        "shipped of decided, with Wilson's interval.",
        "已决：上线、不上线，或到期仍无定论；无效实验不计入。胜率 = 上线 ÷ 已决，Wilson 区间。",
    ),
    Words(
        "Started and decided in four weeks: of the last twelve weeks of data. The day of a "
        "decision is the last day of its windows; before the end, the last day there is.",
        "每四周启动与出结论数按最近十二周计；结论日为观察窗口的最后一天，"
        "提前得出结论的计为数据最后一天。",
    ),
    Words(
        "Summed impact: every primary effect of every decided experiment is drawn towards zero as "
        "far as their spread calls for (normal–normal empirical Bayes, τ² by Paule and Mandel, "
        "intervals by Morris), then those shipped are added.",
        "合计影响：所有已决实验的核心效应先按其离散程度向零收缩（正态–正态经验贝叶斯，τ² 用 "
        "Paule–Mandel 法，区间用 Morris 法），再把上线的相加。",
    ),
    Words(
        "In four weeks: the effect per unit, times the units that met the experiment per day of "
        "its run, times 28, as if all had the shipped arm. The pace of new units falls once "
        "most have been met.",
        "每四周：单位效应 × 实验期间日均新进样本 × 28，视同全部样本使用上线方案；"
        "多数用户都曝光过之后，新进样本会变少。",
    ),
)
