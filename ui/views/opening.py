"""A link that names a view is opened: as it is saved now, without what has gone since."""

from __future__ import annotations

import streamlit as st

from i18n import Problem, Words
from store import SavedView
from ui.session import (
    author,
    choose,
    chosen,
    generation,
    notice,
    open_query,
    shop_key,
    store,
    text,
)
from ui.views.acts import look_at
from ui.views.kept import View, find, query_of

OPENED = "opened"
"""How the audit log calls it when somebody opened a view."""
_SEEN = "view_seen"
_NAMES_IT = frozenset({"view", "shop", "lang", "embed"})


def open_view(page: str) -> None:
    """Once for every link that is opened. One that only names the view chooses what is saved; one
    that says more is somebody's state of it and is taken as it is. On another page than the view's
    the reader has gone on, and the view is let go."""
    key = chosen().view
    if key is None:
        return
    view = find(key)
    if view is None:
        notice(_GONE)
        choose(view=None)
    elif view.body.page != page:
        choose(view=None)
    elif st.session_state.get(_SEEN) != (key, generation()):
        if set(st.query_params) <= _NAMES_IT:
            _choose_saved(view)
        st.session_state[_SEEN] = (key, generation())
        look_at(view)
        _remember(view)


def _choose_saved(view: View) -> None:
    body, shop = view.body, chosen().shop
    ignored = open_query(query_of(body))
    choose(shop=shop, view=view.name)
    _say_missing(body, ignored)


def _say_missing(body: SavedView, ignored: tuple[str, ...]) -> None:
    if ignored:
        names = text()(Words(", ", "、")).join(f"“{name[:40]}”" for name in ignored[:8])
        notice(_LACKS, title=body.title, names=names)


def _remember(view: View) -> None:
    """For the list of recently opened ones. A store that can't be written to opens views too."""
    try:
        store().log(author(), OPENED, subject(view.name))
    except Problem:
        return


def subject(key: str) -> str:
    """A view as the audit log names it."""
    return f"saved_view/{shop_key()}/{key}"


def recent_keys(most: int = 5) -> tuple[str, ...]:
    """Keys of the views that the reader opened last, the latest first."""
    lines = store().audit(200, actor=author(), action=OPENED)
    start = subject("")
    keys = [x.subject.removeprefix(start) for x in lines if x.subject.startswith(start)]
    return tuple(dict.fromkeys(keys))[:most]


_GONE = Words(
    "The saved view of this link is not there (deleted, or not shared with you); the page opens "
    "with what the link itself says.",
    "链接中的已存视图不存在（已删除或未共享给您），页面按链接自身的内容打开。",
)
_LACKS = Words(
    "The view “{title}” was saved with settings that no longer exist: {names}. It opens without "
    "them.",
    "视图“{title}”保存的部分设置已不存在：{names}。已略去这些设置后打开。",
)
