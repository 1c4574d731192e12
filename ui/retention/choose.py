"""What is asked on the cohort page: who begins, what counts as coming back, and how it is cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from format import numbers
from i18n import Problem, Text, Words
from metrics.funnels.names import event_name
from metrics.periods import Grain
from metrics.retention.spec import (
    GRAINS,
    Bracket,
    Clock,
    Kind,
    Return,
    Spec,
    Start,
    Value,
    brackets_of,
)
from metrics.retention.words import CLOCKS, KINDS, RETURNS, STARTS, VALUES
from ui.retention.asked import Asked, known_events, lacks, show, with_
from ui.scope_bar import GRAINS as GRAIN_WORDS
from ui.session import text
from ui.states import card

USUAL_BRACKETS: dict[Grain, tuple[Bracket, ...]] = {
    Grain.DAY: (Bracket(1, 1), Bracket(2, 6), Bracket(7, 30)),
    Grain.WEEK: (Bracket(1, 1), Bracket(2, 4), Bracket(5, 12)),
    Grain.MONTH: (Bracket(1, 1), Bracket(2, 3), Bracket(4, 12)),
}
_FAULT = "retention_fault"
WIDTH = 171
"""Pixels of a field: two stand side by side on a phone."""


def choose_question(asked: Asked) -> None:
    """One row of what every cohort table needs; the rest behind a button."""
    tr, spec = text(), asked.spec
    able = [
        s
        for s in Start
        if s in (Start.EVENT, spec.start) or not lacks(with_(spec, start=s, start_event=""))
    ]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _act(Words("Who begins", "起始行为"), "start", able or [spec.start], STARTS, spec, tr)
        _act(Words("Comes back by", "回访行为"), "returning", list(Return), RETURNS, spec, tr)
        _pick(
            Words("Cohorts by", "同期群粒度"), "grain", list(GRAINS), GRAIN_WORDS, spec, tr,
            lambda g: with_(spec, grain=g, brackets=USUAL_BRACKETS[g] if spec.brackets else ()),
        )  # fmt: skip
        _pick(
            Words("Show", "指标"), "value", list(Value), VALUES, spec, tr,
            lambda v: with_(spec, value=v),
        )  # fmt: skip
        _more(spec, tr)
    _say_fault(tr)


def _pick(
    label: Words,
    name: str,
    options: Sequence[Any],
    names: dict[Any, Words],
    spec: Spec,
    tr: Text,
    changed: Callable[[Any], Spec],
) -> None:
    key = f"retention_{name}_{tr.language}"
    st.session_state[key] = getattr(spec, name)
    st.selectbox(
        tr(label),
        options,
        key=key,
        format_func=lambda o: tr(names[o]),
        on_change=lambda: show(changed(st.session_state[key])),
        width=WIDTH,
    )


def _act(
    label: Words, name: str, kinds: Sequence[Any], names: dict[Any, Words], spec: Spec, tr: Text
) -> None:
    """The usual acts, then every event of the shop: one list to search in."""
    known = known_events()
    field = "start_event" if name == "start" else "return_event"
    event = Start.EVENT if name == "start" else Return.EVENT
    chosen_event = getattr(spec, field)
    options = [str(k) for k in kinds if k is not event]
    options += [f":{e}" for e in dict.fromkeys([*known, *filter(None, [chosen_event])])]
    key = f"retention_{name}_{tr.language}"
    st.session_state[key] = f":{chosen_event}" if chosen_event else str(getattr(spec, name))

    def said(option: str) -> str:
        if not option.startswith(":"):
            return tr(names[type(event)(option)])
        n = known.get(option[1:], 0)
        first = (
            Words("First “{event}”", "首次“{event}”")
            if name == "start"
            else Words("{event}", "{event}")
        )
        said_event = tr(first, event=event_name(option[1:]))
        return f"{said_event} · {numbers.short(n, 'count', tr)}"

    def take() -> None:
        option = st.session_state[key]
        if option.startswith(":"):
            show(with_(spec, **{name: event, field: option[1:]}))
        else:
            show(with_(spec, **{name: type(event)(option), field: ""}))

    st.selectbox(tr(label), options, key=key, format_func=said, on_change=take, width=WIDTH)


def _more(spec: Spec, tr: Text) -> None:
    with st.popover(tr(Words("More", "更多")), icon=":material/tune:", width=WIDTH):
        _pick(
            Words("Counted", "口径"), "kind", list(Kind), KINDS, spec, tr,
            lambda k: _of_kind(spec, k),
        )  # fmt: skip
        if spec.kind is Kind.BRACKET:
            _brackets(spec, tr)
        _pick(
            Words("Clock", "时钟"), "clock", list(Clock), CLOCKS, spec, tr,
            lambda c: with_(spec, clock=c),
        )  # fmt: skip
        if spec.returning is Return.PURCHASE or spec.start is Start.FIRST_PURCHASE:
            key = f"retention_returns_{tr.language}"
            st.session_state[key] = spec.returns_count
            st.toggle(
                tr(Words("Refunds and cancellations count", "退款与取消也计入")),
                key=key,
                on_change=lambda: show(with_(spec, returns_count=st.session_state[key])),
            )


def _of_kind(spec: Spec, kind: Kind) -> Spec:
    if kind is Kind.ROLLING and spec.value is not Value.USERS:
        return with_(spec, kind=kind, value=Value.USERS, brackets=())
    brackets = USUAL_BRACKETS[spec.grain] if kind is Kind.BRACKET else ()
    return with_(spec, kind=kind, brackets=brackets)


def _brackets(spec: Spec, tr: Text) -> None:
    key = f"retention_brackets_{tr.language}"
    st.session_state[key] = ", ".join(b.label.replace("–", "-") for b in spec.brackets)

    def take() -> None:
        try:
            brackets = brackets_of(st.session_state[key])
            show(with_(spec, kind=Kind.BRACKET, brackets=brackets))
        except Problem as problem:
            st.session_state[_FAULT] = problem

    st.text_input(
        tr(Words("Ranges of periods", "期数区间")),
        key=key,
        max_chars=120,
        help=tr(Words("Like 1-3, 4-7, 8-30; both ends included.", "如 1-3, 4-7, 8-30，首尾均含。")),
        on_change=take,
    )


def _say_fault(tr: Text) -> None:
    """What was typed and makes no sense; the question before stays."""
    fault = st.session_state.pop(_FAULT, None)
    if isinstance(fault, Problem):
        what, *hint = fault.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
