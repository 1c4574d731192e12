"""How a line's limits are drawn: locked baseline, dividers, season, trend; every change is kept
with author, time and reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from format import dates
from i18n import Problem, Text, Words
from metrics.review.result import ReviewLine
from store import LIMIT_RULES, Baseline, Divider, EditConflict, LimitRules, Saved
from ui.review.deck import say_conflict
from ui.session import author, store, text, warehouse
from ui.states import card

_ON = "limit_rules_on"
_TREND: dict[str, Words] = {
    "auto": Words("Where the values drift", "数值持续偏移时采用"),
    "always": Words("Always", "始终采用"),
    "never": Words("Never", "从不采用"),
}
_TRENDED: dict[str, bool | None] = {"auto": None, "always": True, "never": False}
_MOST_SHOWN = 6


def limits_editor(line: ReviewLine, said: str) -> None:
    """What the line was judged by, and a button that opens its rules."""
    tr, key = text(), line.metric.key
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(said)
        label = tr(Words("Limits", "波动范围"))
        if st.button(label, key=f"limits_{key}", type="tertiary", icon=":material/straighten:"):
            begin_edit(key)
            _dialog(line, tr)


def begin_edit(metric: str) -> None:
    """Remember on which version the edit is based: a later one is not overwritten unseen."""
    saved = _saved(metric)
    st.session_state[_ON] = None if saved is None else saved.revision


def _saved(metric: str) -> Saved[LimitRules] | None:
    return store().load(LIMIT_RULES, warehouse().shop, metric)


def _dialog(line: ReviewLine, tr: Text) -> None:
    title = Words("Natural limits of {name}", "{name}的自然波动范围")

    @st.dialog(tr(title, name=line.metric.name), width="medium")
    def edit() -> None:
        limits_form(line, tr)

    edit()


def limits_form(line: ReviewLine, tr: Text) -> None:
    """The rules, the reason for changing them, and who changed them before."""
    key = line.metric.key
    saved = _saved(key)
    rules = LimitRules(metric=key) if saved is None else saved.body
    baseline = _baseline(rules, line, tr)
    dividers = _dividers(rules, tr)
    seasonal = st.toggle(
        tr(Words("Take the season out (two whole years are needed)", "季节调整（需要两个整年）")),
        value=rules.seasonal,
        key="limits_seasonal",
    )
    by_median = st.toggle(
        tr(Words("Limits from the median range, for odd weeks", "按中位极差计算（抗异常周）")),
        value=rules.by_median,
        key="limits_by_median",
    )
    trend = st.segmented_control(
        tr(Words("Limits follow a trend", "波动范围随趋势变化")),
        list(_TREND),
        default=next(name for name, value in _TRENDED.items() if value is rules.trended),
        required=True,
        format_func=lambda v: tr(_TREND[v]),
        key=f"limits_trended_{tr.language}",
    )
    reason = st.text_input(
        tr(Words("Why are the limits changed?", "为什么修改波动范围？")),
        key="limits_reason",
        max_chars=300,
    )
    if st.button(tr(Words("Save for the team", "保存（团队可见）")), key="limits_save"):
        _save(key, baseline, dividers, seasonal, _TRENDED[trend or "auto"], by_median, reason, tr)
    _history(key, tr)


def _baseline(rules: LimitRules, line: ReviewLine, tr: Text) -> tuple[date, date] | None:
    locked = st.toggle(
        tr(Words("Lock the limits to a baseline", "锁定基准期")),
        value=rules.baseline is not None,
        key="limits_locked",
    )
    if not locked:
        return None
    usual = line.limits_in_force.baseline
    now = line.now.span
    start = now.start - timedelta(weeks=26) if usual is None else usual.start
    end = now.start - dates.DAY if usual is None else usual.end - dates.DAY
    if rules.baseline is not None:
        start, end = rules.baseline
    left, right = st.columns(2)
    first = left.date_input(
        tr(Words("First day", "首日")), value=start, key="limits_from", format="YYYY-MM-DD"
    )
    last = right.date_input(
        tr(Words("Last day", "末日")), value=end, key="limits_to", format="YYYY-MM-DD"
    )
    return first, last


def _dividers(rules: LimitRules, tr: Text) -> list[tuple[Any, Any]]:
    st.caption(
        tr(
            Words(
                "Dividers: days from which on the metric has another level for a known reason. "
                "Limits are drawn anew from there, which takes eight weeks.",
                "分界点：指标因已知原因改变水平的日期。此后重新计算波动范围，需要满 8 周。",
            )
        )
    )
    day, why = tr(Words("Day", "日期")), tr(Words("What happened", "发生了什么"))
    frame = pd.DataFrame(
        {
            day: pd.Series([d.on for d in rules.dividers], dtype="object"),
            why: pd.Series([d.reason for d in rules.dividers], dtype="object"),
        }
    )
    edited = st.data_editor(
        frame,
        hide_index=True,
        num_rows="dynamic",
        key=f"limits_dividers_{tr.language}",
        column_config={
            day: st.column_config.DateColumn(format="YYYY-MM-DD", required=True),
            why: st.column_config.TextColumn(max_chars=300),
        },
    )
    return [(r[day], r[why]) for r in edited.to_dict("records") if not pd.isna(r[day])]


def _save(
    key: str,
    baseline: tuple[date, date] | None,
    dividers: list[tuple[Any, Any]],
    seasonal: bool,
    trended: bool | None,
    by_median: bool,
    reason: str,
    tr: Text,
) -> None:
    if not reason.strip():
        card(tr(_NO_REASON), tr(_NO_REASON_HINT), "warning")
        return
    try:
        rules = LimitRules(
            metric=key,
            baseline=None if baseline is None else Baseline(*baseline),
            dividers=tuple(Divider(on=on, reason=why or "") for on, why in dividers),
            seasonal=seasonal,
            trended=trended,
            by_median=by_median,
        )
        store().save(
            LIMIT_RULES,
            warehouse().shop,
            rules,
            author=author(),
            based_on=st.session_state.get(_ON),
            name=key,
            note=reason,
        )
    except EditConflict as conflict:
        st.session_state[_ON] = conflict.stored.revision
        say_conflict(conflict, tr)
    except Problem as problem:
        what, *hint = problem.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
    else:
        st.rerun()


def _history(key: str, tr: Text) -> None:
    """Who changed the limits, when and why, the latest first."""
    versions = store().history(LIMIT_RULES, warehouse().shop, key)
    zone = warehouse().reporting.zone
    for one in versions[:_MOST_SHOWN]:
        at = dates.instant(one.edited_at, zone, tr)
        words = Words("{at} · {who}: {why}", "{at} · {who}：{why}")
        st.caption(tr(words, at=at, who=one.author, why=one.note))


_NO_REASON = Words("Say why the limits are changed.", "请说明修改波动范围的原因。")
_NO_REASON_HINT = Words(
    "It is kept with your name and the time: whoever reads the chart later can check it.",
    "原因会与您的姓名和时间一并保存，便于日后核对。",
)
