"""How a change was taken apart, for who asks: formulas, limits, data version, statements."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from i18n import Text, Words
from metrics.why.result import Why
from metrics.why.spec import is_ratio
from metrics.why.steps import Steps
from ui.how_computed import computed_fold
from ui.page import version_line
from ui.session import text

_MIX = Words(
    "Mix = (share after − share before) × (its mean rate − the mean rate of all); own rate = mean "
    "share × (rate after − rate before). Weights from the middle of both sides leave no rest. A "
    "part that is there on one side alone is one part.",
    "结构影响 =（本期占比 − 对比期占比）×（自身平均值 − 整体平均值）；自身影响 = 平均占比 ×"
    "（本期值 − 对比期值）。权重取两期中点，因此没有残差。只在一期出现的部分合为一项。",
)
_INSIDE = Words(
    "Inside a part: its own rate is taken apart by the same formula, times its mean share; its "
    "share of the whole stands beside. Both levels sum exactly.",
    "下钻：用同样公式拆解该部分的自身影响（乘以其平均占比），占比变化单列。两级均精确加总。",
)
_SUM = Words(
    "Amounts and people add over segments: each user has one home market, channel, platform and "
    "campaign. A part's effect is its own difference.",
    "金额与人数可按维度相加：每位用户只有一个归属市场、渠道、平台与推广活动。各部分影响即其自身差额。",
)
_JUDGED = Words(
    "Signal: {n} courses were judged at once, each against limits from {past} earlier ranges, made "
    "so wide that all of them together cry wolf as rarely as one number of the scorecard. "
    "Campaign days are not judged: no other days are like them.",
    "显著性：同时判定 {n} 条序列，各以此前 {past} 个同类时段为基线；界限已放宽，"
    "使全部序列合计的误报率与单个指标相同。大促日期不判定：没有可比的日常时段。",
)
_FACTORS = Words(
    "Factors share the change in proportion to the logarithm of their own change (LMDI), which is "
    "exact and the same in any order; sums move by the differences of their parts.",
    "各因子按自身变化的对数比例分摊总变化（对数均值分解），精确且与顺序无关；求和关系按各项差额计算。",
)


def how_computed(found: Why) -> None:
    tr = text()
    of = (_MIX, _INSIDE) if is_ratio(found.question.of) else (_SUM, _INSIDE_SUM)
    said = [tr(w) for w in of]
    said.append(tr(_JUDGED, n=found.judged, past=len(found.past)))
    _expander(found.question.of.formula, said, found.sql, tr)


_INSIDE_SUM = Words(
    "Inside a part the differences sum to its own.", "下钻后，内部各项差额之和等于该部分的差额。"
)


def how_stepped(found: Steps) -> None:
    tr = text()
    judged_ = tr(_JUDGED, n=len(found.verdicts), past=found.past)
    _expander(found.equation, [tr(_FACTORS), judged_], found.sql, tr)


def _expander(formula: Words, said: list[str], sql: Mapping[str, str], tr: Text) -> None:
    with computed_fold():
        lines = [tr(formula), *said, version_line(tr)]
        st.markdown("\n".join(f"- {x}" for x in lines))
        for statement in sql.values():
            st.code(statement, language="sql", wrap_lines=True)
