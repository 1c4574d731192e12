"""The team's north star and deck of tiles: chosen in the app, kept with author and history."""

from __future__ import annotations

import streamlit as st

from format import dates
from i18n import Problem, Text, Words
from metrics.catalog import DEFAULT_NORTH_STAR, DEFAULT_TILES, METRICS, NORTH_STARS
from store import OVERVIEW_DECK, EditConflict, OverviewDeck, Saved
from ui.session import author, store, text, warehouse
from ui.states import card

DEFAULT = OverviewDeck(north_star=DEFAULT_NORTH_STAR, tiles=DEFAULT_TILES)


def deck() -> OverviewDeck:
    """The saved deck of this shop without metrics that are gone, else the default one."""
    saved = _saved()
    if saved is None:
        return DEFAULT
    body = saved.body
    tiles = tuple(key for key in body.tiles if key in METRICS)
    star = body.north_star if body.north_star in NORTH_STARS else DEFAULT_NORTH_STAR
    return OverviewDeck(north_star=star, tiles=tiles if len(tiles) >= 3 else DEFAULT_TILES)


def _saved() -> Saved[OverviewDeck] | None:
    return store().load(OVERVIEW_DECK, warehouse().shop)


def deck_editor() -> None:
    """A button that opens the editor; what is saved shows on the next run."""
    tr = text()
    if st.button(tr(Words("Choose north star and tiles", "设置北极星与指标卡")), key="edit_deck"):
        st.session_state["deck_draft_on"] = _revision()
        _dialog(tr)


def _revision() -> int | None:
    saved = _saved()
    return None if saved is None else saved.revision


def _dialog(tr: Text) -> None:
    @st.dialog(tr(Words("North star and tiles", "北极星与指标卡")))
    def edit() -> None:
        _form(tr)

    edit()


def _form(tr: Text) -> None:
    now = deck()
    usable = [k for k in METRICS if not warehouse().coverage.lacking(*METRICS[k].needs)]
    star = st.selectbox(
        tr(Words("North star", "北极星指标")),
        [k for k in NORTH_STARS if k in usable],
        index=_position(now.north_star, usable),
        format_func=lambda k: tr(METRICS[k].name),
        key="deck_star",
    )
    tiles = st.multiselect(
        tr(Words("Tiles, in this order (3–12)", "指标卡（3–12 个，按此顺序）")),
        usable,
        default=[k for k in now.tiles if k in usable],
        format_func=lambda k: tr(METRICS[k].name),
        placeholder=tr(Words("Choose metrics", "选择指标")),
        key="deck_tiles",
    )
    _last_edit(tr)
    if st.button(tr(Words("Save for the team", "保存（团队可见）")), key="deck_save"):
        _save(star, tuple(tiles), tr)


def _position(star: str, usable: list[str]) -> int:
    offered = [k for k in NORTH_STARS if k in usable]
    return offered.index(star) if star in offered else 0


def _save(star: str, tiles: tuple[str, ...], tr: Text) -> None:
    try:
        body = OverviewDeck(north_star=star, tiles=tiles)
        store().save(
            OVERVIEW_DECK,
            warehouse().shop,
            body,
            author=author(),
            based_on=st.session_state.get("deck_draft_on"),
        )
    except EditConflict as conflict:
        st.session_state["deck_draft_on"] = conflict.stored.revision
        what, *hint = conflict.say(tr).split("\n")
        again = Words(
            "Save again to put your version in its place, or close to keep theirs.",
            "再次保存将以您的版本替换；关闭则保留对方的版本。",
        )
        card(what, "\n".join([*hint, tr(again)]), "warning")
    except Problem as problem:
        what, *hint = problem.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
    else:
        st.rerun()


def _last_edit(tr: Text) -> None:
    saved = _saved()
    if saved is not None:
        at = dates.instant(saved.edited_at, warehouse().reporting.zone, tr)
        words = Words("Last edited by {who}, {at}.", "最近由 {who} 于 {at} 修改。")
        st.caption(tr(words, who=saved.author, at=at))
