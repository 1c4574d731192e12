"""The page of saved views: the reader's own, the team's, the recent ones; what can be done."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from format import dates
from i18n import Text, Words
from store import SAVED_VIEW
from ui.deleted import deleted
from ui.html import escape
from ui.number_menu.entries import Entry, copy_entry
from ui.row_table import Cell, RowColumn, RowOf, acted, row_table
from ui.session import dark, settings, shop_key, text, warehouse
from ui.states import card
from ui.views.acts import attempt, look_at, looked_at
from ui.views.kept import View, address, delete, duplicate, is_mine, readable, save_over, views
from ui.views.opening import recent_keys
from ui.views.words import days_text, missing_text, page_name, page_of, shows_text

_WANTED = "view_wanted"
RENAME, DUPLICATE, SHARE, KEEP_PRIVATE, DELETE = "rename", "duplicate", "share", "own", "delete"
NAMES = {
    RENAME: Words("Rename", "重命名"),
    DUPLICATE: Words("Duplicate", "创建副本"),
    SHARE: Words("Share with the team", "共享给团队"),
    KEEP_PRIVATE: Words("Stop sharing", "取消共享"),
    DELETE: Words("Delete", "删除"),
}


def finding(found: Sequence[View], tr: Text) -> str:
    """How many there are, and whose the latest is."""
    if not found:
        return tr(Words("Pages as you or the team want to see them again. None is saved yet.",
                        "您与团队希望再次查看的页面状态。目前还没有。"))  # fmt: skip
    mine = sum(is_mine(v.body) for v in found)
    at = dates.instant(found[0].edited_at, warehouse().reporting.zone, tr)
    words = Words(
        "{mine} of yours, {team} shared by others; the latest is “{name}”, {at}.",
        "我的 {mine} 个，同事共享 {team} 个；最近更新的是“{name}”（{at}）。",
    )
    return tr(words, mine=mine, team=len(found) - mine, name=found[0].body.title, at=at)


def of_shop() -> Words:
    """Whose views these are: each shop has its own."""
    name = settings().shops[shop_key()].name.words
    return Words(f"Views of {name.en}", f"{name.zh}的视图")


def board() -> None:
    """Everything, section by section; nothing to show says how to make one."""
    tr, found = text(), views()
    if not found:
        how = Words(
            "Set up any page, then choose “Save view” below the filters.",
            "在任意页面设置好筛选后，点击左侧筛选下方的“保存视图”。",
        )
        card(tr(Words("No view yet.", "还没有视图。")), tr(how), "info")
    _recent(found, tr)
    mine = [v for v in found if is_mine(v.body)]
    team = [v for v in found if not is_mine(v.body)]
    _table("mine", Words("Mine", "我的视图"), mine, tr)
    _table("team", Words("Shared by others", "同事共享"), team, tr)
    _do(found, tr)
    deleted(
        SAVED_VIEW,
        look_at,
        title=lambda v: v.body.title,
        listed=lambda v: (body := readable(v)) is not None and is_mine(body),
    )


def _recent(found: Sequence[View], tr: Text) -> None:
    """Links to what the reader opened last."""
    by_key = {v.name: v for v in found}
    links = [
        f'<a href="{escape(address(by_key[key]))}" target="_self">'
        f"{escape(by_key[key].body.title)}</a>"
        for key in recent_keys()
        if key in by_key and page_of(by_key[key].body) is not None
    ]
    if links:
        said = escape(tr(Words("Recently opened", "最近打开")))
        st.html(f'<nav class="ns-sub" aria-label="{said}">{said} · {" · ".join(links)}</nav>')


def _table(key: str, title: Words, shown: Sequence[View], tr: Text) -> None:
    if not shown:
        return
    names = (
        (Words("Page", "页面"), 130), (Words("Shows", "内容"), 0),
        (Words("Seen by", "可见范围"), 90), (Words("Saved", "保存"), 130),
    )  # fmt: skip
    table = f"views_{key}"

    def chosen_act() -> None:
        at = acted(table)
        if at is not None:
            look_at(shown[at[0]])
            st.session_state[_WANTED] = (shown[at[0]].name, at[1])

    row_table(
        [_row(n, view, tr) for n, view in enumerate(shown)],
        [RowColumn(tr(name), number=False, width=width) for name, width in names],
        corner=tr(title),
        label=tr(title),
        dark=dark(),
        key=table,
        even=640,
        on_act=chosen_act,
    )


def _row(n: int, view: View, tr: Text) -> RowOf:
    body = view.body
    there, missing = page_of(body) is not None, missing_text(body, tr)
    seen = Words("the team", "团队") if body.shared else Words("only you", "仅自己")
    at = dates.instant(view.edited_at, warehouse().reporting.zone, tr)
    moves = (
        Words("dates move on", "时间随数据更新")
        if body.moving
        else Words("fixed dates", "固定时间")
    )
    return RowOf(
        n,
        body.title,
        (
            Cell(page_name(body, tr)),
            Cell(shows_text(body, tr), missing or (tr(moves) if days_text(body, tr) else ""),
                 "bad" if missing else "", tone="wraps"),
            Cell(tr(seen)),
            Cell(body.owner, at),
        ),
        href=address(view) if there else "",
        menu=tuple(menu_of(view, there, tr)),
    )  # fmt: skip


def menu_of(view: View, there: bool, tr: Text) -> list[Entry]:
    """What this reader may do with it: the owner everything, others copy."""
    made = [copy_entry(tr, address(view))] if there else []
    acts = [DUPLICATE]
    if is_mine(view.body):
        acts = [RENAME, DUPLICATE, KEEP_PRIVATE if view.body.shared else SHARE, DELETE]
    return [*made, *[Entry(tr(NAMES[act]), act=act) for act in acts]]


def _do(found: Sequence[View], tr: Text) -> None:
    """What was chosen in a row's menu before this run."""
    wanted = st.session_state.pop(_WANTED, None)
    view = next((v for v in found if wanted is not None and v.name == wanted[0]), None)
    if view is None:
        return
    done: View | None = None
    match wanted[1]:
        case "rename":
            _rename(view, tr)
        case "duplicate":
            done = attempt(lambda: duplicate(view), Words("Made “{name}”.", "已创建“{name}”。"))
        case "share" | "own":
            shared = wanted[1] == SHARE
            said = _SHARED if shared else _OWN
            done = attempt(lambda: save_over(view, looked_at(view), shared=shared), said)
        case "delete":
            done = attempt(lambda: delete(view, looked_at(view)), _DELETED)
    if done is not None:
        st.rerun()


def _rename(view: View, tr: Text) -> None:
    @st.dialog(tr(Words("Rename the view", "重命名视图")))
    def ask() -> None:
        with st.form(f"rename_{tr.language}", border=False):
            title = st.text_input(
                tr(Words("Name of the view", "视图名称")),
                value=view.body.title,
                max_chars=80,
                key=f"rename_{view.name}_{tr.language}",
            )
            wanted = st.form_submit_button(tr(Words("Save", "保存")))
        if wanted:
            based_on = looked_at(view)
            new = title.strip()
            if attempt(lambda: save_over(view, based_on, title=new), _RENAMED) is not None:
                st.rerun()

    ask()


_SHARED = Words("The team sees “{name}” now.", "团队现在可以看到“{name}”。")
_OWN = Words("Only you see “{name}” now.", "“{name}”现在仅自己可见。")
_DELETED = Words("Deleted “{name}”; it can be restored below.", "已删除“{name}”，可在下方恢复。")
_RENAMED = Words("Renamed to “{name}”.", "已重命名为“{name}”。")
