"""The team's funnels: kept under a name, with author and history."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from format import dates
from i18n import Problem, Text, Words
from metrics.funnels.spec import Funnel
from metrics.funnels.written import funnel_from
from store import SAVED_FUNNEL, EditConflict, Saved, SavedFunnel
from ui.funnel.address import require_fits
from ui.funnel.asked import show
from ui.funnel.fields import key_of, tied
from ui.session import author, store, warehouse
from ui.states import card

_DESK = "funnel_desk"


@dataclass(slots=True)
class Desk:
    """What this session has open. `seen`: by shop and name, the revision that was looked at; a
    later one is not overwritten unseen."""

    name: str = ""
    seen: dict[tuple[str, str], int] = field(default_factory=dict)


def desk() -> Desk:
    found = st.session_state.get(_DESK)
    if not isinstance(found, Desk):
        found = st.session_state[_DESK] = Desk()
    return found


def saved_funnels() -> dict[str, Saved[SavedFunnel]]:
    """The shop's saved funnels by name, those that can't be read too."""
    return {s.name: s for s in store().list(SAVED_FUNNEL, warehouse().shop)}


def funnel_of(saved: Saved[SavedFunnel]) -> Funnel:
    """The funnel; a `Problem` for one of an older format, or without a meaning."""
    funnel = funnel_from(saved.body.definition)
    require_fits(funnel)
    return funnel


def readable(saved: Saved[SavedFunnel]) -> Funnel | None:
    """The funnel, or None where it can't be read."""
    try:
        return funnel_of(saved)
    except Problem:
        return None


def open_restored(saved: Saved[SavedFunnel]) -> None:
    """Show it if it can be read; its name is on the desk in any case."""
    if readable(saved) is not None:
        open_saved(saved)
    else:
        desk().name = saved.name


def open_saved(saved: Saved[SavedFunnel]) -> None:
    """Show it from the next run on, and remember on which version an edit would be based."""
    show(funnel_of(saved))
    desk().name = saved.name
    desk().seen[saved.shop, saved.name] = saved.revision


def last_edit(saved: Saved[SavedFunnel], tr: Text) -> None:
    """Who saved it, and when."""
    w = warehouse()
    at = dates.instant(saved.edited_at, w.reporting.zone, tr)
    words = Words("Saved by {who}, {at}.", "由 {who} 于 {at} 保存。")
    st.caption(tr(words, who=saved.author, at=at))


def say_unreadable(saved: dict[str, Saved[SavedFunnel]], tr: Text) -> None:
    """Saved funnels that can't be shown, and why. They stay in the store as they are."""
    for name, one in saved.items():
        try:
            funnel_of(one)
        except Problem as problem:
            words = Words("Saved funnel “{name}” can't be shown.", "无法显示已保存漏斗“{name}”。")
            card(tr(words, name=name), problem.say(tr), "warning")


def save_fields(funnel: Funnel | None, tr: Text) -> None:
    """A name, and buttons that save what the panel holds (None: it makes no sense yet) or delete
    what is open."""
    d = desk()
    known = saved_funnels()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            tr(Words("Name", "名称")),
            max_chars=80,
            placeholder=tr(Words("Name it to save it", "命名后可保存")),
            **tied(d, "name", "desk", tr, str),
        )
        wanted = st.button(
            tr(Words("Save for the team", "保存（团队可见）")),
            key=key_of("desk", "save", tr),
            disabled=funnel is None or not (d.name or "").strip(),
        )
        gone = d.name in known and st.button(
            tr(Words("Delete", "删除")), key=key_of("desk", "delete", tr)
        )
    if wanted and funnel is not None:
        _save(funnel, d.name.strip(), tr)
    if gone:
        _delete(known[d.name], tr)


def _save(funnel: Funnel, name: str, tr: Text) -> None:
    shop, d = warehouse().shop, desk()
    try:
        body = SavedFunnel(definition=funnel.model_dump(mode="json"))
        saved = store().save(
            SAVED_FUNNEL,
            shop,
            body,
            author=author(),
            based_on=d.seen.get((shop, name)),
            name=name,
        )
    except EditConflict as conflict:
        d.seen[shop, name] = conflict.stored.revision
        _conflict(conflict, tr)
    except Problem as problem:
        what, *hint = problem.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
    else:
        open_saved(saved)
        st.toast(tr(Words("Saved “{name}”.", "已保存“{name}”。"), name=name))
        st.rerun()


def _conflict(conflict: EditConflict, tr: Text) -> None:
    what, *hint = conflict.say(tr).split("\n")
    again = Words(
        "Save again to put your version in its place, or choose another name.",
        "再次保存将以您的版本替换；也可另取名称。",
    )
    card(what, "\n".join([*hint, tr(again)]), "warning")


def _delete(saved: Saved[SavedFunnel], tr: Text) -> None:
    """What is deleted stays in the history; another session's newer edit is not deleted unseen."""
    d, at = desk(), (saved.shop, saved.name)
    try:
        store().delete(
            SAVED_FUNNEL,
            saved.shop,
            author=author(),
            based_on=d.seen.get(at, saved.revision),
            name=saved.name,
        )
    except EditConflict as conflict:
        d.seen[at] = conflict.stored.revision
        what, *hint = conflict.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
    except Problem as problem:
        card(problem.say(tr), "", "warning")
    else:
        d.seen.pop(at, None)
        d.name = ""
        st.toast(tr(Words("Deleted “{name}”.", "已删除“{name}”。"), name=saved.name))
        st.rerun()
