"""The panel in which a funnel is put together: steps, options, exclusions, and its result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from i18n import Problem, Text, Words
from metrics.funnels.names import event_name
from metrics.funnels.spec import FEWEST_STEPS, MOST_STEPS, Counting
from store import SAVED_FUNNEL
from ui.deleted import deleted
from ui.funnel.asked import Asked, show
from ui.funnel.conditions import conditions
from ui.funnel.draft import (
    MOST_EXCLUSIONS,
    SAME_DAY,
    SESSION,
    Draft,
    DraftExclusion,
    DraftStep,
)
from ui.funnel.fields import NOTHING, WINDOW_UNITS, events_field, key_of, tied, window_fields
from ui.funnel.saved import open_restored, save_fields
from ui.funnel.words import COUNTINGS, EFFECTS, ENTRIES, HOLDS, ORDERS, matches_words
from ui.session import chosen, left_behind, text
from ui.states import card

_DRAFT = "funnel_draft"
OPEN = "funnel_panel_open"
"""Whether the panel is open, in the session."""
_WINDOW_MEANINGS: dict[str, Words] = {
    SESSION: Words(
        "All steps in the session in which it began.", "所有步骤须在进入时的同一会话内完成。"
    ),
    SAME_DAY: Words(
        "All steps on the day on which it began, by the reporting clock.",
        "所有步骤须在进入当天完成（按报表时区）。",
    ),
}
_ELAPSED = Words(
    "From the first step to the last; exactly that long still counts.",
    "从第一步到最后一步的时长，恰好等于也算。",
)


def draft_of(asked: Asked | None) -> Draft:
    """The draft of this session; begun anew when another funnel is shown."""
    base = chosen().funnel or ""
    draft = st.session_state.get(_DRAFT)
    if not isinstance(draft, Draft) or draft.base != base:
        draft = Draft.of(None if asked is None else asked.funnel, base)
        st.session_state[_DRAFT] = draft
    return draft


@st.fragment
def builder(asked: Asked | None) -> None:
    """The panel; what is typed into it stays until another funnel is shown. The rest of the page
    waits until then."""
    if left_behind():
        st.rerun()
    tr = text()
    with st.container(key="quiet_builder"):
        panel = st.expander(
            tr(Words("Change this funnel", "编辑漏斗")),
            icon=":material/edit:",
            **_folding(tr),
        )
        if panel.open:
            with panel:
                _form(draft_of(asked), tr)


def _folding(tr: Text) -> dict[str, Any]:
    """Key and callback of the panel: open or not, it stays so in the other language."""
    key = key_of("draft", "panel", tr)
    st.session_state[key] = bool(st.session_state.get(OPEN))

    def take() -> None:
        st.session_state[OPEN] = st.session_state[key]

    return {"key": key, "on_change": take}


def _form(draft: Draft, tr: Text) -> None:
    for at, step in enumerate(list(draft.steps)):
        _step(draft, at, step, tr)
    st.button(
        tr(Words("Add a step", "添加步骤")),
        key=key_of("draft", "add_step", tr),
        icon=":material/add:",
        disabled=len(draft.steps) >= MOST_STEPS,
        on_click=lambda: draft.insert(len(draft.steps)),
    )
    _options(draft, tr)
    _exclusions(draft, tr)
    _finish(draft, tr)


def _step(draft: Draft, at: int, step: DraftStep, tr: Text) -> None:
    first, last = at == 0, at == len(draft.steps) - 1
    where = f"step{step.id}"
    events, side = st.columns([5, 4], vertical_alignment="bottom")
    with events:
        label = tr(Words("Step {n}", "第 {n} 步"), n=at + 1)
        if step.kept is None:
            events_field(step, label, where, tr)
        else:
            st.caption(f"{label} · {matches_words(step.kept, tr)}")
    with side, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        conditions(draft, step, tr, first=first)
        _row_buttons(draft, at, where, tr)
        if step.optional or not (first or last):
            st.checkbox(
                tr(Words("Optional", "可选")),
                help=tr(
                    Words(
                        "Counted where it happens, but nobody drops out without it.",
                        "发生则计数，未发生也不算流失。",
                    )
                ),
                **tied(step, "optional", where, tr),
            )


def _row_buttons(draft: Draft, at: int, where: str, tr: Text) -> None:
    n = len(draft.steps)
    buttons = (
        ("up", "arrow_upward", Words("Move up", "上移"), at > 0,
         lambda: draft.move(at, -1)),
        ("down", "arrow_downward", Words("Move down", "下移"), at < n - 1,
         lambda: draft.move(at, 1)),
        ("below", "add", Words("Insert a step below", "在下方插入步骤"), n < MOST_STEPS,
         lambda: draft.insert(at + 1)),
        ("remove", "close", Words("Remove the step", "删除步骤"), n > FEWEST_STEPS,
         lambda: draft.remove(at)),
    )  # fmt: skip
    for name, icon, words, able, act in buttons:
        st.button(
            "",
            key=key_of(where, name, tr),
            icon=f":material/{icon}:",
            help=tr(words),
            disabled=not able,
            on_click=act,
            type="tertiary",
        )


def _options(draft: Draft, tr: Text) -> None:
    """Each with a sentence that says what the chosen one means."""
    window, order, count = st.columns(3)
    with window:
        units = list(WINDOW_UNITS)
        window_fields(draft.window, Words("Within", "转化窗口"), units, "draft", tr)
        st.caption(tr(_WINDOW_MEANINGS.get(draft.window.unit, _ELAPSED)))
    with order:
        _pick(draft, "order", Words("Order", "顺序"), ORDERS, tr)
    with count:
        _pick(draft, "count", Words("Count", "统计对象"), COUNTINGS, tr)
    hold, entry, _ = st.columns(3)
    with hold:
        _pick(draft, "hold", Words("Stays the same", "限定不变"), HOLDS, tr)
    if draft.count is not Counting.ATTEMPTS:
        with entry:
            _pick(draft, "entry", Words("Which attempt counts", "取哪次尝试"), ENTRIES, tr)


def _pick(
    draft: Draft, name: str, label: Words, choices: Mapping[Any, tuple[Words, Words]], tr: Text
) -> None:
    st.selectbox(
        tr(label),
        [NOTHING if c is None else c for c in choices],
        format_func=lambda c: tr(choices[None if c == NOTHING else c][0]),
        **tied(draft, name, "draft", tr),
    )
    st.caption(tr(choices[getattr(draft, name)][1]))


def _exclusions(draft: Draft, tr: Text) -> None:
    for e in list(draft.exclusions):
        _exclusion(draft, e, tr)
    st.button(
        tr(Words("Exclude an event between steps", "排除两步之间的事件")),
        key=key_of("draft", "exclude", tr),
        icon=":material/block:",
        disabled=len(draft.exclusions) >= MOST_EXCLUSIONS,
        on_click=lambda: draft.exclusions.append(DraftExclusion(draft.new_id())),
    )


def _exclusion(draft: Draft, e: DraftExclusion, tr: Text) -> None:
    where = f"exclusion{e.id}"
    events, side = st.columns([5, 4], vertical_alignment="bottom")
    with events:
        label = tr(Words("Must not happen", "不应发生"))
        if e.kept is None:
            events_field(e, label, where, tr)
        else:
            st.caption(f"{label} · {matches_words(e.kept, tr)}")
    with side, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        conditions(draft, e, tr)
        st.button(
            "",
            key=key_of(where, "remove", tr),
            icon=":material/close:",
            help=tr(Words("Remove the exclusion", "删除排除条件")),
            on_click=lambda: draft.exclusions.remove(e),
            type="tertiary",
        )
    after, before, effect = st.columns(3)
    ids = [s.id for s in draft.steps]
    _end(e, "after", Words("after", "之后"), _FIRST, ids[:-1], draft, after, tr)
    _end(e, "before", Words("and before", "之前"), _LAST, ids[1:], draft, before, tr)
    with effect:
        st.selectbox(
            tr(Words("If it does, it", "若发生则")),
            list(EFFECTS),
            format_func=lambda x: tr(EFFECTS[x][0]),
            **tied(e, "effect", where, tr),
        )
    st.caption(tr(EFFECTS[e.effect][1]))


_FIRST = Words("the first step", "第一步")
_LAST = Words("the last step", "最后一步")


def _end(
    e: DraftExclusion,
    name: str,
    label: Words,
    whole: Words,
    ids: list[int],
    draft: Draft,
    column: Any,
    tr: Text,
) -> None:
    """Between which steps; a step that was removed gives way to the whole funnel."""
    if getattr(e, name) not in ids:
        setattr(e, name, None)
    with column:
        st.selectbox(
            tr(label),
            [NOTHING, *ids],
            format_func=lambda i: tr(whole) if i == NOTHING else _step_text(draft, i, tr),
            **tied(e, name, f"exclusion{e.id}", tr),
        )


def _step_text(draft: Draft, step_id: int, tr: Text) -> str:
    at = draft.place(step_id, 1)
    names = [tr(event_name(n)) for n in draft.steps[at - 1].events]
    return f"{at} {tr(Words(' or ', '或')).join(names)}"


def _finish(draft: Draft, tr: Text) -> None:
    """The result, or what makes no sense yet; and a way back."""
    funnel, problem = None, None
    try:
        funnel = draft.funnel()
    except Problem as found:
        problem = found
    with st.container(horizontal=True, vertical_alignment="center"):
        wanted = st.button(
            tr(Words("Show the result", "查看结果")),
            key=key_of("draft", "show", tr),
            type="primary",
            disabled=problem is not None,
        )
        st.button(
            tr(Words("Undo changes", "撤销修改")),
            key=key_of("draft", "undo", tr),
            on_click=lambda: st.session_state.pop(_DRAFT),
        )
    if wanted and funnel is not None:
        show(funnel)
        st.rerun()
    save_fields(funnel, tr)
    deleted(SAVED_FUNNEL, open_restored)
    if problem is not None:
        what, *hint = problem.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
        return
    st.caption(
        tr(
            Words(
                "The address of the page then holds the whole funnel: copy it to share.",
                "结果页的地址包含完整的漏斗定义，复制即可分享。",
            )
        )
    )
