"""What the shipped experiments came to, without the winner's curse and with it."""

from __future__ import annotations

import math

import streamlit as st

from format import numbers
from i18n import Text, Words
from metrics.experiments.programme import ADDED, Programme
from metrics.experiments.programme_words import amounts, no_impact, percents
from metrics.metric import Unit
from ui.experiments.asked import Found
from ui.page import section
from ui.session import text
from ui.states import card
from ui.tables import html_table


def impact_section(found: Found) -> None:
    """Summed lifts by metric and what they add in four weeks; the naive sums beside them."""
    tr, made = text(), found.programme
    if made is None:
        return
    section(
        tr(Words("What did it come to?", "合计带来了多少？")),
        tr(
            Words(
                "Effects of the shipped experiments, drawn towards zero as far as luck explains "
                "them; the naive sum is what they looked like.",
                "上线实验的效应，已按运气成分向零收缩；直接相加的数字为表面效果。",
            )
        ),
    )
    why = no_impact(made, tr)
    if why:
        card(tr(Words("There is no sum yet.", "暂无合计。")), why, "info")
        return
    header = [
        tr(w)
        for w in (
            Words("What", "项目"), Words("Experiments", "实验数"), Words("Effect", "效应"),
            Words("95 % interval", "95% 区间"), Words("Naive sum", "直接相加"),
        )
    ]  # fmt: skip
    title = tr(Words("Summed impact", "合计影响"))
    rows = _rows(made, tr, found.scope.currency)
    st.html(html_table(title, header, rows, numeric=(1, 2, 3, 4)))
    st.caption(" ".join(_notes(made, tr)))


def _rows(made: Programme, tr: Text, currency: str) -> list[list[str]]:
    between = Words("{low} to {high}", "{low} 至 {high}")
    rows = []
    for lift in made.lifts:
        value, low, high, naive = percents(lift.lift)
        name = tr(Words("Lift of: {metric}", "提升：{metric}"), metric=lift.outcome.name())
        rows.append([name, str(lift.n), value, tr(between, low=low, high=high), naive])
    for added in made.additions:
        value, low, high, naive = amounts(added.total, added.unit, tr, currency)
        name = tr(Words("{what} in four weeks", "每四周{what}"), what=ADDED[added.measure])
        rows.append([name, str(added.n), value, tr(between, low=low, high=high), naive])
    return rows


def _notes(made: Programme, tr: Text) -> list[str]:
    """The spread that effects are drawn by, and what is not in the sum."""
    s = made.shrinkage
    said = []
    if s is not None:
        tau, low, high = (
            numbers.short(math.sqrt(v), Unit.SHARE, tr) for v in (s.tau2, s.tau2_low, s.tau2_high)
        )
        words = Words(
            "True effects of {n} comparisons spread by ±{tau} about zero (95 % interval {low} to "
            "{high}).",
            "{n} 组对比的真实效应围绕零的离散度为 ±{tau}（95% 区间 {low} 至 {high}）。",
        )
        if s.tau2 == 0:
            words = Words(
                "The effects of {n} comparisons spread no more than chance alone would make them: "
                "all of it is taken off.",
                "{n} 组对比的效应离散度未超过随机波动：全部视为运气。",
            )
        said.append(tr(words, n=made.comparisons, tau=tau, low=low, high=high))
    if made.ratios:
        words = Words(
            "{n} shipped on a ratio, which adds nothing that can be counted.",
            "{n} 个上线实验的核心指标为比率，无法折算为数量。",
        )
        said.append(tr(words, n=made.ratios))
    if made.unsure:
        words = Words(
            "{n} shipped without a lift that has an error: left out.",
            "{n} 个上线实验的提升没有误差估计，未计入。",
        )
        said.append(tr(words, n=made.unsure))
    return said
