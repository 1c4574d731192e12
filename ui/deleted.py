"""What the team deleted of one kind, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from pydantic import BaseModel

from format import dates, numbers
from i18n import Problem, Text, Words
from store import EditConflict, Kind, Saved
from ui.session import author, store, text, warehouse
from ui.states import card

MOST_LISTED = 20
"""Deleted ones that are offered; older ones stay in the history."""
B = TypeVar("B", bound=BaseModel)


def deleted(
    kind: Kind[B],
    back: Callable[[Saved[B]], None],
    *,
    title: Callable[[Saved[B]], str] | None = None,
) -> None:
    """A button with how many there are; behind it who deleted which and when, each with a button
    that restores it. Nothing where none is deleted. `back` runs with what was restored, before
    the page runs again; `title` says what a record is whose name is only an identifier."""
    tr, gone = text(), store().deleted(kind, warehouse().shop)
    if not gone:
        return
    label = Words("Deleted ({n})", "已删除（{n}）")
    n = numbers.full(len(gone), "count", tr)
    with st.popover(tr(label, n=n), key=f"{kind.key}_deleted_{tr.language}"):
        for one in gone[:MOST_LISTED]:
            _line(kind, one, _title(one, title), back, tr)
        if len(gone) > MOST_LISTED:
            words = Words("The latest {most} of {n}.", "仅列出最近的 {most} 个，共 {n} 个。")
            st.caption(tr(words, most=MOST_LISTED, n=n))


def _title(one: Saved[B], title: Callable[[Saved[B]], str] | None) -> str:
    return one.name if title is None or isinstance(one.content, Problem) else title(one)


def _line(
    kind: Kind[B], one: Saved[B], called: str, back: Callable[[Saved[B]], None], tr: Text
) -> None:
    w = warehouse()
    said, way_back = st.columns([3, 2], vertical_alignment="center")
    with said:
        st.text(called)
        at = dates.instant(one.edited_at, w.reporting.zone, tr)
        words = Words("Deleted by {who}, {at}", "由 {who} 于 {at} 删除")
        st.caption(tr(words, who=one.author, at=at))
    with way_back:
        wanted = st.button(
            tr(Words("Restore", "恢复")),
            key=f"{kind.key}_restore_{one.name}_{tr.language}",
            icon=":material/restore_from_trash:",
        )
    if wanted:
        _restore(kind, one, called, back, tr)


def _restore(
    kind: Kind[B], one: Saved[B], called: str, back: Callable[[Saved[B]], None], tr: Text
) -> None:
    """Back as it was; told where somebody has saved another one under its name since."""
    try:
        restored = store().restore(
            kind, one.shop, one.revision, author=author(), based_on=one.revision, name=one.name
        )
    except EditConflict as conflict:
        what, *hint = conflict.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
        return
    except Problem as problem:
        card(problem.say(tr), "", "warning")
        return
    back(restored)
    st.toast(tr(Words("Restored “{name}”.", "已恢复“{name}”。"), name=called))
    st.rerun()
