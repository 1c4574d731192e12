"""The planner's inputs: metric, who meets the test, lift, split; then what is seldom changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from i18n import Problem, Text, Words
from metrics.experiments.outcomes import Outcome, outcome
from metrics.experiments.plans import can_guard
from metrics.planner.command import split
from metrics.planner.spec import (
    MEETINGS,
    MODES,
    MOST_GUARDRAILS,
    MOST_PRIMARY,
    Guarded,
    Meeting,
    Question,
)
from ui.planner.asked import WINDOWS, offered, question, show
from ui.session import text
from ui.states import card

WIDTH = 150
"""Pixels of a field: two stand side by side on a phone."""
USUAL_MARGIN = 0.1
_PROBLEM = "planner_problem"
_DAYS = Words("{n} days", "{n} 天")


def choose_question() -> None:
    """What every number below depends on; a mistake is told and the last question stays."""
    tr, asked = text(), question()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _metric(asked, tr)
        _pick(
            "days",
            Words("Window", "观察窗口"),
            sorted({*WINDOWS, asked.outcome.days}),
            asked.outcome.days,
            lambda n: tr(Words("1 day", "1 天") if n == 1 else _DAYS, n=n),
            lambda n: replace(question(), outcome=Outcome(question().outcome.base, n)),
            tr,
        )
        _pick(
            "meeting",
            Words("Users meet it", "用户何时进入"),
            list(Meeting),
            asked.meeting,
            lambda m: tr(MEETINGS[m]),
            lambda m: replace(question(), meeting=m),
            tr,
            width=215,
        )
        _percent("lift", Words("Lift to find, %", "要检出的提升（%）"), 0.1, 1000.0, tr)
        _split(asked, tr)
    with st.expander(tr(Words("Mode, power, correction, guardrails", "模式、功效、校正与护栏"))):
        _more(asked, tr)
    problem = st.session_state.pop(_PROBLEM, None)
    if isinstance(problem, Problem):
        what, *hint = problem.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")


def _metric(asked: Question, tr: Text) -> None:
    days = asked.outcome.days
    every = [o.key for o in offered(days)]
    if asked.outcome.key not in every:
        every.append(asked.outcome.key)
    _pick(
        "metric",
        Words("Primary metric", "核心指标"),
        every,
        asked.outcome.key,
        lambda key: tr(outcome(key).name()),
        lambda key: replace(question(), outcome=outcome(key)),
        tr,
        width=270,
    )


def _split(asked: Question, tr: Text) -> None:
    key = _key("split", tr)
    st.session_state[key] = "/".join(f"{w:g}" for w in asked.split)
    st.text_input(
        tr(Words("Split, control first", "分流（对照组在前）")),
        key=key,
        on_change=lambda: _take(
            lambda: replace(question(), split=split(st.session_state[key].replace("：", "/")))
        ),
        width=WIDTH,
        help=tr(Words("50/50, 80/20, 34/33/33 …", "如 50/50、80/20、34/33/33")),
    )


def _more(asked: Question, tr: Text) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _pick(
            "mode",
            Words("When it may be read", "何时可以看结果"),
            list(MODES),
            asked.mode,
            lambda m: tr(MODES[m]),
            lambda m: replace(question(), mode=m),
            tr,
        )
        _percent("power", Words("Power, %", "检验功效（%）"), 50.0, 99.0, tr)
        _percent("alpha", Words("Alpha, %", "显著性水平（%）"), 0.1, 50.0, tr)
        _percent("traffic", Words("Traffic in the test, %", "参与流量（%）"), 0.1, 100.0, tr)
        _pick(
            "primaries",
            Words("Primary metrics", "核心指标个数"),
            list(range(1, MOST_PRIMARY + 1)),
            asked.primaries,
            str,
            lambda n: replace(question(), primaries=n),
            tr,
        )
        key = _key("cuped", tr)
        st.session_state[key] = asked.cuped
        st.toggle(
            tr(Words("CUPED", "CUPED")),
            key=key,
            on_change=lambda: _take(lambda: replace(question(), cuped=st.session_state[key])),
            help=tr(
                Words(
                    "Adjust for what the same users did in the 28 days before.",
                    "用同一批用户此前 28 天的行为做方差缩减。",
                )
            ),
        )
    _guardrails(asked, tr)


def _guardrails(asked: Question, tr: Text) -> None:
    key = _key("guards", tr)
    now = [g.outcome.key for g in asked.guardrails]
    every = [o.key for o in offered(asked.outcome.days) if can_guard(o)]
    every = [k for k in dict.fromkeys((*every, *now)) if k != asked.outcome.key]
    st.session_state[key] = now
    margins = {g.outcome.key: g.margin for g in asked.guardrails}

    def take() -> None:
        kept = tuple(
            Guarded(outcome(k), margins.get(k, USUAL_MARGIN)) for k in st.session_state[key]
        )
        _take(lambda: replace(question(), guardrails=kept))

    st.multiselect(
        tr(Words("Guardrails", "护栏指标")),
        every,
        key=key,
        format_func=lambda k: tr(outcome(k).name()),
        max_selections=MOST_GUARDRAILS,
        on_change=take,
        placeholder=tr(Words("None", "无")),
    )
    if not now:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for guard in asked.guardrails:
            _margin(guard, tr)


def _margin(guard: Guarded, tr: Text) -> None:
    key = _key(f"margin_{guard.outcome.key}", tr)
    st.session_state[key] = round(guard.margin * 100, 4)

    def take() -> None:
        new = Guarded(guard.outcome, st.session_state[key] / 100)
        kept = tuple(
            new if g.outcome == guard.outcome else g for g in question().guardrails
        )  # fmt: skip
        _take(lambda: replace(question(), guardrails=kept))

    label = Words("{name}: may lose, %", "{name}：最多损失（%）")
    st.number_input(
        tr(label, name=guard.outcome.name()),
        min_value=0.1,
        max_value=99.0,
        key=key,
        on_change=take,
        format="%g",
        width=300,
    )


def _percent(name: str, label: Words, low: float, high: float, tr: Text) -> None:
    key = _key(name, tr)
    st.session_state[key] = round(getattr(question(), name) * 100, 4)

    def take() -> None:
        share = round(st.session_state[key] / 100, 8)
        _take(lambda: replace(question(), **{name: share}))

    st.number_input(
        tr(label), min_value=low, max_value=high, key=key, on_change=take, width=WIDTH, format="%g"
    )


def _pick(
    name: str,
    label: Words,
    options: Sequence[Any],
    now: Any,
    said: Callable[[Any], str],
    asking: Callable[[Any], Question],
    tr: Text,
    *,
    width: int = WIDTH,
) -> None:
    key = _key(name, tr)
    st.session_state[key] = now
    st.selectbox(
        tr(label),
        options,
        key=key,
        format_func=said,
        on_change=lambda: _take(lambda: asking(st.session_state[key])),
        width=width,
    )


def _take(make: Callable[[], Question]) -> None:
    """The new question, or what is wrong with it."""
    try:
        show(make())
    except Problem as problem:
        st.session_state[_PROBLEM] = problem


def _key(name: str, tr: Text) -> str:
    return f"planner_{name}_{tr.language}"
