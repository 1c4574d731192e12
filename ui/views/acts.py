"""Edits of views as a reader makes them: based on what they looked at, told when refused."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from i18n import Problem, Text, Words
from store import EditConflict
from ui.session import text
from ui.states import card
from ui.views.kept import View

_SEEN = "view_revisions"


def look_at(view: View) -> None:
    """Remember which revision the reader has before them: a later one is not overwritten unseen."""
    st.session_state.setdefault(_SEEN, {})[view.name] = view.revision


def looked_at(view: View) -> int:
    """The revision that was looked at; the one in force where none was yet."""
    return int(st.session_state.get(_SEEN, {}).get(view.name, view.revision))


def attempt(edit: Callable[[], View], said: Words) -> View | None:
    """The edited view, with a word of success; None where it was refused, which a card says. After
    a conflict the next attempt is knowingly on top of the other's version."""
    tr = text()
    try:
        view = edit()
    except EditConflict as conflict:
        st.session_state.setdefault(_SEEN, {})[conflict.stored.name] = conflict.stored.revision
        _say(conflict, tr, tr(_AGAIN))
    except Problem as problem:
        _say(problem, tr)
    else:
        look_at(view)
        st.toast(tr(said, name=view.body.title))
        return view
    return None


def _say(problem: Problem, tr: Text, *more: str) -> None:
    what, *hint = problem.say(tr).split("\n")
    card(what, "\n".join([*hint, *more]), "warning")


_AGAIN = Words(
    "Save again to put your version in its place.",
    "再次保存将以您的版本替换。",
)
