"""Below the planner: choose whose plan is written, write it, save it, and what then is told."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from data.scope import Scope
from format import dates
from i18n import Problem, Text, Words
from metrics.experiments.plan_words import decision_table
from metrics.experiments.plans import (
    check_metrics,
    needs_note,
    save_plan,
    seen_arms,
    seen_words,
    stored_plan,
)
from metrics.experiments.record import Experiment, experiments, of_plan
from metrics.planner.answer import Plan
from store import EXPERIMENT_PLAN, EditConflict, ExperimentPlan, Saved
from ui.deleted import deleted
from ui.html import escape
from ui.page import section
from ui.planner.asked import Found
from ui.planner.draft import Draft, draft, filled, forget, keep, opened, today
from ui.planner.form import fields, note_field
from ui.session import author, choose, chosen, scope, store, text, warehouse
from ui.states import card
from ui.tables import html_table
from ui.url_state import write

_NEW = ""
_SAVED, _CONFLICT, _PROBLEM = "plan_saved", "plan_conflict", "plan_problem"


def record_section(found: Found | None) -> None:
    """The form, whether there is an answer to plan with or not."""
    tr = text()
    section(
        tr(Words("Write the plan down", "登记实验方案")),
        tr(
            Words(
                "What is fixed before the start decides the verdict. For a new experiment, or for "
                "one that ran elsewhere and whose exposures are in the warehouse.",
                "开始前确定的内容决定结论。可用于新实验，也可用于在别处运行、曝光已入仓的实验。",
            )
        ),
    )
    known = {e.key: e for e in experiments(warehouse(), scope(), store())}
    of = _pick(known, tr)
    answer = None if found is None else found.plan
    now = opened(of, known, answer)
    saved = None if of is None else stored_plan(store(), warehouse().shop, of)
    _state(saved, tr)
    if answer is not None and st.button(
        tr(Words("Take over from the planner above", "采用上方规划的指标与样本量")),
        key=f"plan_take_over_{tr.language}",
        icon=":material/south:",
    ):
        keep(replace(filled(now, answer), touched=True))
        st.rerun()
    fields(tr, known_key=of is not None)
    _save(saved, answer, tr)
    deleted(EXPERIMENT_PLAN, _back)


def _pick(known: dict[str, Experiment], tr: Text) -> str | None:
    """Whose plan: a new experiment's, or one that is known."""
    asked = chosen().experiment
    key = f"plan_of_{tr.language}"
    st.session_state[key] = asked if asked in known else _NEW

    def said(of: str) -> str:
        if of == _NEW:
            return tr(Words("A new experiment", "新实验"))
        one = known[of]
        planned = Words("{name} · planned", "{name} · 已登记方案")
        bare = Words("{name} · no plan yet", "{name} · 尚无方案")
        return tr(bare if one.plan is None else planned, name=one.name)

    def take() -> None:
        for name in (_SAVED, _CONFLICT, _PROBLEM):
            st.session_state.pop(name, None)
        forget()
        choose(experiment=st.session_state[key] or None)

    st.selectbox(
        tr(Words("Plan of", "方案属于")), [_NEW, *known], key=key, format_func=said, on_change=take
    )
    if asked is not None and asked not in known:
        words = Words(
            "There is no experiment “{key}” here: this is the form of a new one.",
            "没有实验“{key}”，以下为新实验的表单。",
        )
        card(tr(words, key=asked), "", "warning")
    return asked if asked in known else None


def _state(saved: Saved[ExperimentPlan] | None, tr: Text) -> None:
    """Who saved it last; why it can't be read, where it can't."""
    if saved is None:
        return
    at = dates.instant(saved.edited_at, warehouse().reporting.zone, tr)
    words = Words("Saved by {who}, {at}, revision {n}.", "由 {who} 于 {at} 保存，第 {n} 版。")
    st.caption(tr(words, who=saved.author, at=at, n=saved.revision))
    if isinstance(saved.content, Problem):
        _say(saved.content, tr)
        return
    entry = urlencode(write(replace(chosen(), experiment=saved.name, plan=None)))
    link = tr(Words("Open the experiment", "打开实验详情"))
    st.html(f"<a href='experiment?{escape(entry)}' target='_self'>{escape(link)}</a>")


def _save(saved: Saved[ExperimentPlan] | None, answer: Plan | None, tr: Text) -> None:
    now = draft()
    plan = _checked(now)
    if isinstance(plan, ExperimentPlan):
        _rules(now, plan, tr)
        if saved is not None and needs_note(saved, plan, today()) and saved.content != plan:
            said = Words(
                "The experiment has started. A change is kept with its reason, and the "
                "experiment's page shows both.",
                "实验已经开始。修改会连同原因一并保存，并显示在实验页上。",
            )
            card(tr(said), "", "warning")
            note_field(tr)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            tr(Words("Save the plan", "保存方案")), type="primary", key=f"plan_save_{tr.language}"
        ):
            _saved(tr)
        if saved is not None and st.button(
            tr(Words("Delete the plan", "删除方案")),
            key=f"plan_delete_{tr.language}",
            icon=":material/delete:",
        ):
            _delete(saved)
    _told(tr)


def _checked(now: Draft) -> ExperimentPlan | Problem:
    """The draft as a plan, or the first thing that is wrong with it."""
    try:
        plan = now.plan()
        check_metrics(plan)
    except Problem as problem:
        return problem
    return plan


def _rules(now: Draft, plan: ExperimentPlan, tr: Text) -> None:
    """What will be fixed, and what exposures say against it."""
    title = tr(Words("How it will be decided", "判定规则"))
    section(title, tr(Words("fixed with the plan", "随方案一并确定")))
    header = [tr(Words("Verdict", "结论")), tr(Words("When", "条件"))]
    rows = decision_table(of_plan(now.key, plan), tr)
    st.html(html_table(title, header, rows, wide={1}))
    if now.of is None:
        return
    seen = seen_arms(warehouse(), Scope(scope().currency), now.of, plan)
    against = seen_words(seen, tr)
    if seen.units and against:
        card(tr(Words("The exposures differ from the plan.", "曝光数据与方案不一致。")),
             "\n".join(against), "warning")  # fmt: skip


def _saved(tr: Text) -> None:
    now = draft()
    for name in (_SAVED, _CONFLICT, _PROBLEM):
        st.session_state.pop(name, None)
    try:
        saved = save_plan(
            store(), warehouse().shop, now.key, now.plan(), author(), now.based_on, now.note,
            today(),
        )  # fmt: skip
    except EditConflict as conflict:
        # Saving again is then knowingly on top of the other's version.
        keep(replace(now, based_on=conflict.stored.revision))
        st.session_state[_CONFLICT] = conflict
    except Problem as problem:
        st.session_state[_PROBLEM] = problem
    else:
        late = saved.note and saved.based_on is not None
        st.session_state[_SAVED] = (saved.name, bool(late))
        forget()
        choose(experiment=saved.name)
    st.rerun()


def _told(tr: Text) -> None:
    """How the last click on Save ended."""
    conflict, problem = st.session_state.get(_CONFLICT), st.session_state.pop(_PROBLEM, None)
    done = st.session_state.pop(_SAVED, None)
    if isinstance(problem, Problem):
        _say(problem, tr)
    if done is not None:
        name, late = done
        said = Words("The plan of “{name}” is saved.", "“{name}”的方案已保存。")
        more = Words(
            "It was changed after the start: the experiment's page shows it with its reason.",
            "方案在开始后被修改：实验页会显示这次修改及其原因。",
        )
        card(tr(said, name=name), tr(more) if late else "", "info")
    if isinstance(conflict, EditConflict):
        what, *hint = conflict.say(tr).split("\n")
        again = Words(
            "Save again to put your version in its place, or load the stored one.",
            "再次保存将以您的版本替换；也可载入已保存的版本。",
        )
        card(what, "\n".join([*hint, tr(again)]), "warning")
        if st.button(tr(Words("Load the stored plan", "载入已保存的方案")), key="plan_load"):
            st.session_state.pop(_CONFLICT)
            forget()
            choose(experiment=conflict.stored.name)
            st.rerun()


def _delete(saved: Saved[ExperimentPlan]) -> None:
    based_on = draft().based_on or saved.revision
    try:
        store().delete(
            EXPERIMENT_PLAN, saved.shop, author=author(), based_on=based_on, name=saved.name
        )
    except (EditConflict, Problem) as problem:
        st.session_state[_PROBLEM] = problem
    else:
        forget()
    st.rerun()


def _back(saved: Saved[ExperimentPlan]) -> None:
    forget()
    choose(experiment=saved.name)


def _say(problem: Problem, tr: Text) -> None:
    what, *hint = problem.say(tr).split("\n")
    card(what, "\n".join(hint), "warning")
