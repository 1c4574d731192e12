"""The annotations: what happened on a day beside a metric, shown on every chart of that metric."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from format import dates
from i18n import Problem, Text, Words
from metrics.catalog import METRICS
from metrics.meeting.notes import require_seen
from store import ANNOTATION, Annotation, Saved
from store.annotation import LONGEST
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
from ui.meeting.kept import Kept, arrived, metric_name, say_unreadable
from ui.page import section
from ui.session import chosen, text, warehouse
from ui.states import card

MOST = 20
_CAME = "meeting_came_for"


def annotations_section(kept: Kept) -> None:
    """The latest days first. Whoever came to write one finds its form open."""
    tr = text()
    section(tr(Words("What happened?", "数据背后发生了什么？")), tr(_SUB))
    _open_for_who_came()
    now = desk(ANNOTATION)
    if now is None:
        label = tr(Words("New annotation", "新增标注"))
        if st.button(label, icon=":material/add:", key="annotation_new"):
            begin_edit(ANNOTATION)
            st.rerun()
    readable = [one for one in kept.annotations if not isinstance(one.content, Problem)]
    readable.sort(key=lambda one: (one.body.on, one.name), reverse=True)
    if not readable and now is None:
        card(tr(Words("Nothing is annotated.", "尚无标注。")), tr(_EMPTY), "info")
    shown = readable[: None if _all(len(readable), tr) else MOST]
    if now is not None and now.name not in [one.name for one in shown]:
        _form(now, tr)  # of a new one, and of one that somebody has deleted
    for one in shown:
        _row(one, tr)
    for one in kept.annotations:
        if isinstance(one.content, Problem):
            say_unreadable(one.name, one.content)
    deleted(ANNOTATION, lambda _: None, title=lambda s: s.body.text)


def _open_for_who_came() -> None:
    """An address with a day opens the form once; afterwards it is the reader's."""
    came = (chosen().metric, chosen().on)
    if arrived() and st.session_state.get(_CAME) != came:
        begin_edit(ANNOTATION)
    st.session_state[_CAME] = came


def _all(n: int, tr: Text) -> bool:
    if n <= MOST:
        return True
    return st.toggle(tr(Words("Show all {n}", "显示全部 {n} 条"), n=n), key="annotations_all")


def _row(saved: Saved[Annotation], tr: Text) -> None:
    now = desk(ANNOTATION)
    if now is not None and now.name == saved.name:
        _form(now, tr)
        return
    body = saved.body
    with st.container(width=960):
        told, change = st.columns([6, 1], vertical_alignment="top")
    day = dates.day(body.on, tr, warehouse().coverage.last_day)
    about = f"<b>{escape(day)}</b> · {escape(metric_name(body.metric, tr))}"
    told.html(
        f'<div class="ns-kept"><p class="t">{escape(body.text)}</p><p class="a">{about}</p>'
        f'<p class="m">{escape(last_edit(saved, tr))}</p></div>'
    )
    label = tr(Words("Edit", "编辑"))
    if change.button(label, key=f"annotation_edit_{saved.name}", icon=":material/edit:"):
        begin_edit(ANNOTATION, saved)
        st.rerun()


def said(body: Annotation, tr: Text) -> Mapping[str, str]:
    """An annotation as labelled texts."""
    return {
        tr(Words("Annotation", "标注内容")): body.text,
        tr(Words("Metric", "指标")): metric_name(body.metric, tr),
        tr(Words("Day", "日期")): dates.day(body.on, tr, warehouse().coverage.last_day),
    }


def _form(now: Desk, tr: Text) -> None:
    body = now.body(Annotation)
    with st.container(border=True):
        say_conflict(ANNOTATION, now, said, tr)
        with st.form(f"annotation_form_{now.mark}", border=False):
            metric, on, words = _fields(body, now.mark, tr)
            wanted = st.form_submit_button(
                tr(Words("Save for the team", "保存（团队可见）")), type="primary"
            )

        def made() -> Annotation:
            note = Annotation(metric=metric, on=on, text=words)
            require_seen(note, warehouse().coverage)
            return note

        if wanted:
            keep(ANNOTATION, now, new_name(metric, on), made, tr)
        with st.container(horizontal=True):
            if st.button(tr(Words("Close", "关闭")), key="annotation_close"):
                close()
                st.rerun()
            if now.name is not None and st.button(
                tr(Words("Delete", "删除")), key="annotation_delete", icon=":material/delete:"
            ):
                remove(ANNOTATION, now, tr)
        if now.name is not None:
            history(ANNOTATION, now.name, now.based_on, said, tr)


def _fields(body: Annotation | None, mark: str, tr: Text) -> tuple[str, date, str]:
    c, last = chosen(), warehouse().coverage.last_day
    asked = c.metric if body is None else body.metric
    options = list(METRICS)
    if body is not None and body.metric not in METRICS:
        options.append(body.metric)
    left, right = st.columns([2, 1])
    metric = left.selectbox(
        tr(Words("Metric", "指标")),
        options,
        index=options.index(asked) if asked in options else 0,
        key=f"annotation_metric_{mark}_{tr.language}",
        format_func=lambda k: metric_name(k, tr),
    )
    on = right.date_input(
        tr(Words("Day", "日期")), (c.on or last) if body is None else body.on,
        key=f"annotation_on_{mark}", format="YYYY-MM-DD",
    )  # fmt: skip
    words = st.text_input(
        tr(Words("What happened", "发生了什么")), "" if body is None else body.text,
        key=f"annotation_text_{mark}", max_chars=LONGEST,
        placeholder=tr(_SUCH_AS),
    )  # fmt: skip
    return metric, on, words


_SUCH_AS = Words("Checkout was down from 14:00 to 16:00", "14:00–16:00 下单页故障")
_SUB = Words("shown on every chart of its metric", "显示在该指标的每一张图上")
_EMPTY = Words(
    "A sale, an outage, a change of price: write it beside the metric it moved, and nobody has to "
    "ask again in a year.",
    "促销、故障、调价：记在受影响的指标旁，一年后不必再问。",
)
