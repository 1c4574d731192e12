"""How it is computed, and what can be taken along."""

from __future__ import annotations

import streamlit as st

from format import numbers
from i18n import Text, Words
from metrics.calculator.question import MODES
from metrics.experiments.judge import family
from metrics.experiments.record import Experiment
from metrics.experiments.text import as_csv, sums_csv
from ui.experiment.asked import Asked
from ui.page import version_line
from ui.session import text, warehouse

_RULES = (
    Words(
        "Unit: a user (or visitor) at the first exposure. Seen in several arms, before the start "
        "or after the end: left out and counted. Outcomes count from the exposure, within the "
        "metric's window; only units exposed on days whose whole window is over.",
        "实验单位：首次曝光的用户（或访客）。进入多个组、开始前或结束后曝光的样本剔除并计数。"
        "结果自曝光起、在指标窗口内统计；仅计入整个窗口已结束的曝光日。",
    ),
    Words(
        "p-values and boundaries are of the difference. Family: primary metrics × treatments; Holm "
        "at a fixed end, a share of the level in sequential modes. Secondary metrics: "
        "Benjamini–Hochberg. Guardrails: their margins. A look is a day of data.",
        "p 值与界限均针对差值。族：核心指标 × 实验组；固定样本用 Holm 校正，序贯模式按族均分水平。"
        "观察指标用 Benjamini–Hochberg；护栏按非劣界值。每日数据更新计为一次查看。",
    ),
    Words(
        "CUPED: the same unit's value in the 28 days before the exposure (0 for who was not there "
        "yet).",
        "CUPED：同一样本在曝光前 28 天的取值（当时不存在则为 0）。",
    ),
)


def _settings(e: Experiment, tr: Text) -> str:
    """What the numbers were computed with."""
    planned = numbers.NO_VALUE if e.planned_units is None else f"{e.planned_units:,}"
    cap = numbers.NO_VALUE
    if e.cap is not None:
        rule = (
            Words("P{p} of units above zero", "大于零样本的 P{p}")
            if e.cap_nonzero
            else Words("P{p} of all units", "全部样本的 P{p}")
        )
        cap = tr(rule, p=f"{e.cap * 100:g}")
    said = Words(
        "Mode: {mode}. Alpha {alpha}, family of {family} claims, power {power}, planned units "
        "{planned}, smallest lift worth shipping {worth}, cap of money: {cap}.",
        "模式：{mode}。显著性水平 {alpha}，族内检验 {family} 项，功效 {power}，计划样本 {planned}，"
        "最小可上线提升 {worth}，金额截尾：{cap}。",
    )
    return tr(
        said,
        mode=MODES[e.mode],
        alpha=f"{e.alpha:g}",
        family=family(e),
        power=numbers.short(e.power, "share", tr),
        planned=planned,
        worth=numbers.short(e.worth, "share", tr),
        cap=cap,
    )


def files_section(asked: Asked) -> None:
    """Rules, SQL by window, data version; numbers and sufficient statistics as files."""
    tr, found = text(), asked.found
    name = f"northstar_experiment_{found.experiment.key}"
    left, right, _ = st.columns([1, 1, 2])
    left.download_button(
        tr(Words("Download CSV", "下载 CSV")),
        lambda: as_csv(found, tr, asked.scope.currency).encode("utf-8-sig"),
        file_name=f"{name}.csv",
        mime="text/csv",
        on_click="ignore",
        key="experiment_csv",
    )
    right.download_button(
        tr(Words("Sufficient statistics", "充分统计量")),
        lambda: sums_csv(found).encode("utf-8-sig"),
        file_name=f"{name}_sums.csv",
        mime="text/csv",
        on_click="ignore",
        key="experiment_sums",
    )
    with st.expander(tr(Words("How it is computed", "计算方法"))):
        for rule in _RULES:
            st.markdown(tr(rule))
        st.markdown(_settings(found.experiment, tr))
        for days, table in found.tables.items():
            st.caption(tr(Words("Sums, window of {n} days", "{n} 天窗口的汇总"), n=days))
            st.code(table.sql, language="sql")
        st.caption(version_line(tr))
        st.caption(warehouse().shop)
