"""The one record that is being edited: on which version the edit rests, and how saving it ended.

A form stands in place of its record. Somebody else's newer version is never overwritten unseen:
the second of two editors is told who and when, sees both versions, and saves again or takes theirs.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st
from pydantic import BaseModel

from format import dates
from i18n import Problem, Text, Words
from store import ACTION_NAMES, Action, EditConflict, Kind, Saved
from ui.session import author, choose, store, warehouse
from ui.states import card
from ui.tables import html_table

B = TypeVar("B", bound=BaseModel)
Said = Callable[[B, Text], Mapping[str, str]]
"""A body as labelled texts, in the reader's language."""
_DESK = "meeting_desk"


@dataclass(slots=True)
class Desk:
    """`opened` is the version that the form was opened with, None for a new record: the form keeps
    it whatever others save. `mark` keeps the widgets of one editing apart from those of the next;
    `conflict` is what the last click on Save met."""

    kind: str
    opened: Saved[Any] | None
    based_on: int | None
    mark: str
    conflict: EditConflict | None = None

    @property
    def name(self) -> str | None:
        return None if self.opened is None else self.opened.name

    def body(self, model: type[B]) -> B | None:
        """What the form begins with; None for a new record and for one that can't be read."""
        content = None if self.opened is None else self.opened.content
        return content if isinstance(content, model) else None


def desk(kind: Kind[B]) -> Desk | None:
    """What is being edited of this kind."""
    found = st.session_state.get(_DESK)
    return found if isinstance(found, Desk) and found.kind == kind.key else None


def begin_edit(kind: Kind[B], saved: Saved[B] | None = None) -> Desk:
    """Open the form of a record, or of a new one; a form that was open is closed."""
    revision = None if saved is None else saved.revision
    st.session_state[_DESK] = made = Desk(kind.key, saved, revision, secrets.token_hex(4))
    return made


def close() -> None:
    """Put the form away; an address that asked for one asks no more."""
    st.session_state.pop(_DESK, None)
    choose(on=None)


def keep(kind: Kind[B], now: Desk, name: str, body: Callable[[], B], tr: Text) -> None:
    """Save what the form holds; `body` raises the `Problem` that says what is wrong with it."""
    try:
        store().save(
            kind,
            warehouse().shop,
            body(),
            author=author(),
            based_on=now.based_on,
            name=now.name or name,
        )
    except EditConflict as conflict:
        now.conflict, now.based_on = conflict, conflict.stored.revision
        st.rerun()
    except Problem as problem:
        say(problem, tr)
    else:
        close()
        st.toast(tr(Words("Saved.", "已保存。")))
        st.rerun()


def new_name(*parts: object) -> str:
    """A name that nobody else gives at the same moment."""
    return ":".join([*map(str, parts), secrets.token_hex(4)])


def remove(kind: Kind[B], now: Desk, tr: Text) -> None:
    """Delete the record of the form; it can be restored."""
    if now.name is None or now.based_on is None:
        return
    try:
        store().delete(
            kind, warehouse().shop, author=author(), based_on=now.based_on, name=now.name
        )
    except EditConflict as conflict:
        now.conflict, now.based_on = conflict, conflict.stored.revision
        st.rerun()
    except Problem as problem:
        say(problem, tr)
    else:
        close()
        st.toast(tr(Words("Deleted. It can be restored.", "已删除，可恢复。")))
        st.rerun()


def say_conflict(kind: Kind[B], now: Desk, said: Said[B], tr: Text) -> None:
    """Who was faster and when, both versions side by side, and the way to theirs."""
    conflict = now.conflict
    if conflict is None:
        return
    title = next(iter(_said_of(conflict.stored, said, tr).values()), conflict.stored.name)
    who, hint = told(conflict, title, tr)
    card(who, "\n".join([*hint, tr(_AGAIN)]), "warning")
    theirs, mine = _texts(conflict.stored, said, tr), _texts(conflict.draft, said, tr)
    labels = [label for label in {**theirs, **mine} if theirs.get(label) != mine.get(label)]
    if mine and labels:
        header = [tr(Words("What differs", "差异")), conflict.stored.author, tr(_YOURS)]
        rows = [[label, theirs.get(label, "–"), mine.get(label, "–")] for label in labels]
        st.html(html_table(tr(Words("Both versions", "两个版本")), header, rows, wide={1, 2}))
    if st.button(tr(Words("Take theirs", "采用对方的版本")), key=f"{kind.key}_theirs"):
        close()
        st.rerun()


def told(conflict: EditConflict, title: object, tr: Text) -> tuple[str, list[str]]:
    """Who changed what and when, and what is to do: the record by its title, since its name is
    only an identifier."""
    words = Problem(
        conflict.code, conflict.what, conflict.hint, **conflict.values | {"name": title}
    )
    what, *hint = words.say(tr).split("\n")
    return what, hint


def _texts(saved: Saved[BaseModel] | None, said: Said[B], tr: Text) -> Mapping[str, str]:
    if saved is None or saved.action is Action.DELETED:
        return {}
    return _said_of(saved, said, tr)


def _said_of(saved: Saved[BaseModel], said: Said[B], tr: Text) -> Mapping[str, str]:
    if isinstance(saved.content, Problem):
        return {}
    return said(saved.content, tr)  # type: ignore[arg-type]  # a conflict is of the kind it met


def last_edit(saved: Saved[BaseModel], tr: Text) -> str:
    """Who wrote this version, and when."""
    w = warehouse()
    at = dates.instant(saved.edited_at, w.reporting.zone, tr, w.coverage.last_day)
    words = _FIRST if saved.revision == 1 else _LATER
    return tr(words, who=saved.author, at=at, n=saved.revision)


def history(kind: Kind[B], name: str, seen: int | None, said: Said[B], tr: Text) -> None:
    """Every version of a record with the way back to one, folded away; `seen` is the version that
    the reader knows to be in force."""
    fold = st.container(key=f"quiet_{kind.key}").expander(
        tr(Words("History", "修改历史")), key=f"{kind.key}_history_{tr.language}",
        on_change="rerun",
    )  # fmt: skip
    with fold:
        if not fold.open:
            return
        shop, zone = warehouse().shop, warehouse().reporting.zone
        versions = store().history(kind, shop, name)
        rows = [
            [
                str(v.revision),
                v.author,
                dates.instant(v.edited_at, zone, tr),
                tr(ACTION_NAMES[v.action]),
                _changed(v, versions, said, tr),
                v.note,
            ]
            for v in versions
        ]
        header = [tr(words) for words in _HISTORY]
        if not any(v.note for v in versions):
            header, rows = header[:-1], [row[:-1] for row in rows]
        st.html(html_table(tr(Words("History", "修改历史")), header, rows, wide={4}))
        others = [v.revision for v in versions if v.revision != seen]
        if others:
            _restore(kind, name, others, seen, tr)


def _changed(saved: Saved[B], versions: Sequence[Saved[B]], said: Said[B], tr: Text) -> str:
    """What a version changed of the one it was based on; all of it where that is not known."""
    if isinstance(saved.content, Problem):
        return saved.content.say(tr)
    now = said(saved.content, tr)
    based_on = next((v for v in versions if v.revision == saved.based_on), None)
    before = {} if based_on is None else _said_of(based_on, said, tr)
    labels = [k for k in {**before, **now} if before.get(k, "") != now.get(k, "")]
    return tr(Words("; ", "；")).join(
        tr(Words("{label}: {text}", "{label}：{text}"), label=k, text=now.get(k) or "–")
        for k in labels
    )


def _restore(kind: Kind[B], name: str, others: list[int], based_on: int | None, tr: Text) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        revision = st.selectbox(
            tr(Words("Bring back version", "恢复到版本")), others,
            key=f"{kind.key}_version_{tr.language}",
        )  # fmt: skip
        if not st.button(tr(Words("Restore", "恢复")), key=f"{kind.key}_bring_back"):
            return
    try:
        store().restore(
            kind, warehouse().shop, revision, author=author(), based_on=based_on, name=name
        )
    except (EditConflict, Problem) as problem:
        say(problem, tr)
        return
    close()
    st.rerun()


def say(problem: Problem, tr: Text) -> None:
    """What is wrong, and what to do."""
    what, *hint = problem.say(tr).split("\n")
    card(what, "\n".join(hint), "warning")


_AGAIN = Words("Save again to put your version in its place.", "再次保存将以您的版本替换。")
_YOURS = Words("yours", "您的版本")
_FIRST = Words("by {who}, {at}", "{who}，{at}")
_LATER = Words("by {who}, {at}, version {n}", "{who}，{at}，第 {n} 版")
_HISTORY = (
    Words("Version", "版本"),
    Words("By", "修改人"),
    Words("When", "时间"),
    Words("Action", "操作"),
    Words("What changed", "修改内容"),
    Words("Note", "备注"),
)
