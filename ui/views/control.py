"""Save view: the small control below the scope, on every page."""

from __future__ import annotations

import streamlit as st

from i18n import Text, Words
from ui.dates import CUSTOM, PRESETS, preset_of
from ui.html import escape
from ui.navigation import VIEWS
from ui.session import choose, chosen, page_path, span, text, warehouse
from ui.states import card
from ui.views.acts import attempt, look_at, looked_at
from ui.views.kept import (
    View,
    address_of,
    find,
    is_changed,
    is_mine,
    named,
    query_now,
    save_new,
    save_over,
)

_REPLACE = "view_replaces"
"""Of the reader's own view under a name that is taken: the revision that a second click replaces.
"""


def save_control() -> None:
    """A button; behind it the name, who sees it, and whether its dates move."""
    tr, page = text(), page_path()
    if page == VIEWS.path:
        return
    view = None if chosen().view is None else find(str(chosen().view))
    label = tr(Words("Save view", "保存视图"))
    with st.popover(label, key="save_view", icon=":material/bookmark_add:", width="stretch"):
        if view is not None:
            _opened(view, tr)
        _form(page, tr)
        link = address_of(VIEWS.path, {"lang": tr.language, "shop": warehouse().shop})
        st.html(f"<a href='{escape(link)}' target='_self'>{tr(VIEWS.title)}</a>")


def _opened(view: View, tr: Text) -> None:
    """Which view this is, and a way to keep what was changed since it was opened."""
    body = view.body
    changed = is_changed(body)
    words = Words("Opened: “{name}”, changed since", "已打开“{name}”，当前有改动")
    if not changed:
        words = Words("Opened: “{name}”", "已打开“{name}”")
    st.html(f'<p class="ns-sub">{escape(tr(words, name=body.title))}</p>')
    if (
        changed
        and is_mine(body)
        and st.button(tr(Words("Save the changes in it", "保存改动到该视图")), key="view_update")
    ):
        moving = body.moving if body.moving == _preset() else None
        changes = {"query": query_now(), "moving": moving}
        _show(attempt(lambda: save_over(view, looked_at(view), **changes), _SAVED))


def _preset() -> str | None:
    """The name of the chosen range, where it has one."""
    w = warehouse()
    found = preset_of(span(), w.coverage, w.reporting.week_start)
    return None if found == CUSTOM.key else found


def _form(page: str, tr: Text) -> None:
    preset = _preset()
    with st.form(f"view_form_{tr.language}", border=False):
        title = st.text_input(
            tr(Words("Name of the view", "视图名称")),
            max_chars=80,
            placeholder=tr(Words("Name it", "请命名")),
            key=f"view_title_{tr.language}",
        )
        shared = st.checkbox(tr(Words("Share with the team", "共享给团队")), key="view_shared")
        moves = False
        if preset is not None:
            name = next(p.name for p in PRESETS if p.key == preset)
            words = Words("Dates move on: always “{name}”", "时间随数据更新：始终为“{name}”")
            moves = st.checkbox(tr(words, name=name), value=True, key="view_moves")
        wanted = st.form_submit_button(tr(Words("Save", "保存")))
    if wanted:
        _keep(title.strip(), page, shared, preset if moves else None, tr)


def _keep(title: str, page: str, shared: bool, moving: str | None, tr: Text) -> None:
    """A new view; under a name of one's own that is taken, the second click replaces it."""
    mine = named(title)
    if mine is None:
        _show(attempt(lambda: save_new(title, page, shared=shared, moving=moving), _SAVED))
    elif st.session_state.get(_REPLACE) != (mine.name, mine.revision):
        st.session_state[_REPLACE] = (mine.name, mine.revision)
        look_at(mine)
        what = Words("You have a view named “{name}”.", "您已有名为“{name}”的视图。")
        again = Words(
            "Save again to put this page in its place, or choose another name.",
            "再次保存将以当前页面替换；也可另取名称。",
        )
        card(tr(what, name=title), tr(again), "warning")
    else:
        now = {"page": page, "query": query_now(), "shared": shared, "moving": moving}
        _show(attempt(lambda: save_over(mine, looked_at(mine), **now), _SAVED))


def _show(saved: View | None) -> None:
    """What was saved is the view that is open."""
    if saved is not None:
        choose(view=saved.name)
        st.rerun()


_SAVED = Words("Saved “{name}”.", "已保存“{name}”。")
