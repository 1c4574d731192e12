"""The decisions: open ones first, each with owner, day and expected effect; written and closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from format import dates
from i18n import Problem, Text, Words
from metrics.catalog import METRICS
from metrics.meeting.notes import is_overdue, open_decisions
from store import DECISION, Decision, DecisionStatus, Saved
from store.decision import LONGEST
from ui.deleted import deleted
from ui.html import escape
from ui.meeting.desk import (
    Desk,
    begin_edit,
    close,
    desk,
    history,
    keep,
    last_edit,
    new_name,
    remove,
    say_conflict,
)
from ui.meeting.kept import Kept, metric_name, say_unreadable, today
from ui.page import section
from ui.session import chosen, text, warehouse
from ui.states import card

STATUSES: dict[DecisionStatus, Words] = {
    "open": Words("Open", "进行中"),
    "done": Words("Done", "已完成"),
    "dropped": Words("Dropped", "已放弃"),
}
MOST_CLOSED = 30
_NONE = ""


def decisions_section(kept: Kept) -> None:
    """Open ones, the most urgent first; the closed ones folded away; what was deleted."""
    tr = text()
    section(tr(Words("What was decided?", "会议决策")), tr(_SUB))
    still = open_decisions(kept.decisions, date.max)
    now = desk(DECISION)
    if now is None:
        if st.button(
            tr(Words("New decision", "新增决策")), icon=":material/add:", key="decision_new"
        ):
            begin_edit(DECISION)
            st.rerun()
    elif now.name not in [one.name for one in still]:
        _form(now, tr)  # of a new one, and of one that is closed or that somebody has deleted
    if not still and now is None:
        card(tr(Words("No decision is open.", "没有未完成的决策。")), tr(_EMPTY), "info")
    for one in still:
        _row(one, tr)
    for one in kept.decisions:
        if isinstance(one.content, Problem):
            say_unreadable(one.name, one.content)
    _closed(kept, tr)
    deleted(DECISION, lambda _: None, title=lambda s: s.body.text)


def _closed(kept: Kept, tr: Text) -> None:
    over = [
        one
        for one in kept.decisions
        if not isinstance(one.content, Problem) and one.body.status != "open"
    ]
    over.sort(key=lambda one: one.edited_at, reverse=True)
    if not over:
        return
    label = tr(Words("Closed ({n})", "已结束（{n}）"), n=len(over))
    quiet = st.container(key="quiet_closed")
    with quiet.expander(label, key=f"decisions_closed_{tr.language}"):
        for one in over[:MOST_CLOSED]:
            _row(one, tr)


def _row(saved: Saved[Decision], tr: Text) -> None:
    """One decision; its form in its place while it is edited."""
    now = desk(DECISION)
    if now is not None and now.name == saved.name:
        if saved.body.status == "open":
            _form(now, tr)
        return
    with st.container(width=960):
        told, change = st.columns([6, 1], vertical_alignment="top")
    told.html(_html(saved, tr))
    label = tr(Words("Edit", "编辑"))
    if change.button(label, key=f"decision_edit_{saved.name}", icon=":material/edit:"):
        begin_edit(DECISION, saved)
        st.rerun()


def _html(saved: Saved[Decision], tr: Text) -> str:
    body, last = saved.body, warehouse().coverage.last_day
    due = tr(_DUE, day=dates.day(body.due, tr, last))
    if is_overdue(body, today()):
        late = (today() - body.due).days
        overdue = tr(_OVERDUE_ONE if late == 1 else _OVERDUE, n=late)
        due = f'<b class="ns-late">{escape(due)} · {escape(overdue)}</b>'
    else:
        due = escape(due)
    about = [f"<b>{escape(body.owner)}</b>", due]
    if body.metric is not None:
        about.append(escape(metric_name(body.metric, tr)))
    if body.status != "open":
        about.insert(0, escape(tr(STATUSES[body.status])))
    more = ""
    if body.expected:
        more += f"<div>{escape(tr(_EXPECTED, what=body.expected))}</div>"
    if body.outcome:
        more += f"<div>{escape(tr(_OUTCOME, what=body.outcome))}</div>"
    made = tr(_MADE, day=dates.day(body.made_on, tr, last), by=last_edit(saved, tr))
    return (
        f'<div class="ns-kept"><p class="t">{escape(body.text)}</p>'
        f'<p class="a">{" · ".join(about)}</p>{more}<p class="m">{escape(made)}</p></div>'
    )


def said(body: Decision, tr: Text) -> Mapping[str, str]:
    """A decision as labelled texts, for both versions of a conflict and the history."""
    last = warehouse().coverage.last_day
    return {
        tr(Words("Decision", "决策")): body.text,
        tr(Words("Owner", "负责人")): body.owner,
        tr(Words("Due", "截止日")): dates.day(body.due, tr, last),
        tr(Words("Metric", "相关指标")): metric_name(body.metric, tr) if body.metric else "",
        tr(Words("Expected effect", "预期效果")): body.expected,
        tr(Words("Made on", "决策日")): dates.day(body.made_on, tr, last),
        tr(Words("Status", "状态")): tr(STATUSES[body.status]),
        tr(Words("Outcome", "结果")): body.outcome,
    }


def _form(now: Desk, tr: Text) -> None:
    body = now.body(Decision)
    with st.container(border=True):
        say_conflict(DECISION, now, said, tr)
        with st.form(f"decision_form_{now.mark}", border=False):
            made = _fields(body, now.mark, tr)
            wanted = st.form_submit_button(
                tr(Words("Save for the team", "保存（团队可见）")), type="primary"
            )
        if wanted:
            keep(DECISION, now, new_name(today()), lambda: Decision(**made), tr)
        with st.container(horizontal=True):
            if st.button(tr(Words("Close", "关闭")), key="decision_close"):
                close()
                st.rerun()
            if now.name is not None and st.button(
                tr(Words("Delete", "删除")), key="decision_delete", icon=":material/delete:"
            ):
                remove(DECISION, now, tr)
        if now.name is not None:
            history(DECISION, now.name, now.based_on, said, tr)


def _fields(body: Decision | None, mark: str, tr: Text) -> dict[str, object]:
    """The fields of the form; what they hold, unchecked."""
    key = f"decision_{{}}_{mark}"
    made: dict[str, object] = {}
    made["text"] = st.text_area(
        tr(Words("Decision", "决策")), "" if body is None else body.text, key=key.format("text"),
        max_chars=LONGEST, height=80,
        placeholder=tr(Words("What will be done", "要做什么")),
    )  # fmt: skip
    owner, made_on, due = st.columns([2, 1, 1])
    made["owner"] = owner.text_input(
        tr(Words("Owner", "负责人")), "" if body is None else body.owner, key=key.format("owner"),
        max_chars=80,
    )  # fmt: skip
    made["made_on"] = made_on.date_input(
        tr(Words("Made on", "决策日")), today() if body is None else body.made_on,
        key=key.format("made_on"), format="YYYY-MM-DD",
    )  # fmt: skip
    made["due"] = due.date_input(
        tr(Words("Due", "截止日")), today() + 7 * dates.DAY if body is None else body.due,
        key=key.format("due"), format="YYYY-MM-DD",
    )  # fmt: skip
    metric, expected = st.columns([1, 2])
    made["metric"] = _metric(metric, body, mark, tr)
    made["expected"] = expected.text_input(
        tr(Words("Expected effect", "预期效果")), "" if body is None else body.expected,
        key=key.format("expected"), max_chars=LONGEST,
        placeholder=tr(Words("GMV up 3 % within two weeks", "两周内提升 3%")),
    )  # fmt: skip
    if body is not None:
        made |= _closing(body, mark, tr)
    return made


def _metric(place: DeltaGenerator, body: Decision | None, mark: str, tr: Text) -> str | None:
    now = chosen().metric if body is None else body.metric
    options = [_NONE, *METRICS]
    if body is not None and now is not None and now not in METRICS:
        options.append(now)
    picked = place.selectbox(
        tr(Words("Metric", "相关指标")),
        options,
        index=options.index(now) if now in options else 0,
        key=f"decision_metric_{mark}_{tr.language}",
        format_func=lambda k: tr(Words("None", "无")) if k == _NONE else metric_name(k, tr),
    )
    return picked or None


def _closing(body: Decision, mark: str, tr: Text) -> dict[str, object]:
    """Where it stands, and what came of it."""
    status, outcome = st.columns([1, 2])
    picked = status.selectbox(
        tr(Words("Status", "状态")),
        list(STATUSES),
        index=list(STATUSES).index(body.status),
        key=f"decision_status_{mark}_{tr.language}",
        format_func=lambda s: tr(STATUSES[cast(DecisionStatus, s)]),
    )
    what = outcome.text_input(
        tr(Words("Outcome", "结果")), body.outcome, key=f"decision_outcome_{mark}",
        max_chars=LONGEST, placeholder=tr(Words("What came of it", "最终效果")),
    )  # fmt: skip
    return {"status": picked, "outcome": what}


_SUB = Words("open ones, the most urgent first", "进行中的决策，紧急者在前")
_EMPTY = Words(
    "Write down what a meeting decides: who does it, until when, and what it should change. It "
    "stands beside its metric until it is closed.",
    "记录会议决定：由谁负责、何时完成、预期改变什么。结束之前会一直显示在相关指标旁。",
)
_DUE = Words("due {day}", "{day}截止")
_OVERDUE = Words("overdue by {n} days", "已逾期 {n} 天")
_OVERDUE_ONE = Words("overdue by a day", "已逾期 1 天")
_EXPECTED = Words("Expected: {what}", "预期：{what}")
_OUTCOME = Words("Outcome: {what}", "结果：{what}")
_MADE = Words("made {day}; {by}", "{day}决定；{by}")
