"""Funnels that the team deleted, and the way back."""

from __future__ import annotations

import streamlit as st

from format import dates, numbers
from i18n import Problem, Text, Words
from store import SAVED_FUNNEL, EditConflict, Saved, SavedFunnel
from ui.funnel.fields import key_of
from ui.funnel.saved import desk, open_saved, readable
from ui.session import author, store, text, warehouse
from ui.states import card

MOST_LISTED = 20
"""Deleted funnels that are offered; older ones stay in the history."""


def deleted_funnels(tr: Text) -> None:
    """A button with how many there are; behind it who deleted which and when, each with a button
    that restores it. Nothing where none is deleted."""
    gone = store().deleted(SAVED_FUNNEL, warehouse().shop)
    if not gone:
        return
    label = Words("Deleted ({n})", "已删除（{n}）")
    n = numbers.full(len(gone), "count", tr)
    with st.popover(tr(label, n=n), key=f"funnel_deleted_{tr.language}"):
        for one in gone[:MOST_LISTED]:
            _line(one, tr)
        if len(gone) > MOST_LISTED:
            words = Words("The latest {most} of {n}.", "仅列出最近的 {most} 个，共 {n} 个。")
            st.caption(tr(words, most=MOST_LISTED, n=n))


def _line(one: Saved[SavedFunnel], tr: Text) -> None:
    w = warehouse()
    said, way_back = st.columns([3, 2], vertical_alignment="center")
    with said:
        st.text(one.name)
        at = dates.instant(one.edited_at, w.reporting.zone, tr)
        words = Words("Deleted by {who}, {at}", "由 {who} 于 {at} 删除")
        st.caption(tr(words, who=one.author, at=at))
    with way_back:
        wanted = st.button(
            tr(Words("Restore", "恢复")),
            key=key_of(f"deleted_{one.name}", "restore", tr),
            icon=":material/restore_from_trash:",
        )
    if wanted:
        _restore(one)


def _restore(one: Saved[SavedFunnel]) -> None:
    """Back as it was; told where somebody has saved another one under its name since."""
    tr = text()
    try:
        back = store().restore(
            SAVED_FUNNEL,
            one.shop,
            one.revision,
            author=author(),
            based_on=one.revision,
            name=one.name,
        )
    except EditConflict as conflict:
        what, *hint = conflict.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
        return
    except Problem as problem:
        card(problem.say(tr), "", "warning")
        return
    if readable(back) is not None:
        open_saved(back)
    else:
        desk().name = back.name
    st.toast(tr(Words("Restored “{name}”.", "已恢复“{name}”。"), name=back.name))
    st.rerun()
