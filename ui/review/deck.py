"""The deck of the review: metrics, their order and owners, chosen in the app and kept."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from format import dates
from i18n import Problem, Text, Words
from metrics.catalog import METRICS
from metrics.review.deck import DEFAULT_DECK
from store import REVIEW_DECK, DeckLine, EditConflict, ReviewDeck, Saved
from ui.session import author, store, text, warehouse
from ui.states import card

_ON = "review_deck_on"


def deck() -> ReviewDeck:
    """The saved deck of this shop, else the default one. Metrics that are gone stay in it: the
    page names them."""
    saved = _saved()
    return DEFAULT_DECK if saved is None else saved.body


def _saved() -> Saved[ReviewDeck] | None:
    return store().load(REVIEW_DECK, warehouse().shop)


def deck_editor() -> None:
    """A button that opens the editor; what is saved shows on the next run."""
    tr = text()
    label = tr(Words("Edit the deck", "编辑清单"))
    if st.button(label, key="edit_review_deck", icon=":material/tune:"):
        begin_edit()
        _dialog(tr)


def begin_edit() -> None:
    """Remember on which version the edit is based: a later one is not overwritten unseen."""
    saved = _saved()
    st.session_state[_ON] = None if saved is None else saved.revision


def _dialog(tr: Text) -> None:
    @st.dialog(tr(Words("Deck of the weekly review", "周会指标清单")), width="medium")
    def edit() -> None:
        deck_form(tr)

    edit()


def deck_form(tr: Text) -> None:
    """Choose, order and save; what is wrong with the choice is said below the button."""
    lines = deck().lines
    names = {key: tr(m.name) for key, m in METRICS.items()}
    by_name = {name: key for key, name in names.items()}
    order, metric, owner = (
        tr(w) for w in (Words("Order", "顺序"), Words("Metric", "指标"), Words("Owner", "负责人"))
    )
    frame = pd.DataFrame(
        {
            order: [float(n) for n in range(1, len(lines) + 1)],
            metric: [names.get(line.metric, line.metric) for line in lines],
            owner: [line.owner for line in lines],
        }
    )
    edited = st.data_editor(
        frame,
        hide_index=True,
        num_rows="dynamic",
        key=f"review_deck_{tr.language}",
        column_config={
            order: st.column_config.NumberColumn(width=70, format="%g"),
            metric: st.column_config.SelectboxColumn(
                width="medium",
                required=True,
                options=[*names.values(), *(x.metric for x in lines if x.metric not in names)],
            ),
            owner: st.column_config.TextColumn(width="small", max_chars=80),
        },
    )
    st.caption(
        tr(
            Words(
                "Sections keep their order every week; inside a section the lines follow this one. "
                "To move a line, change its number (2.5 stands between 2 and 3).",
                "板块顺序每周不变，板块内按此处顺序排列。要移动某一行，修改其序号即可"
                "（2.5 表示排在 2 与 3 之间）。",
            )
        )
    )
    _last_edit(tr)
    if st.button(tr(Words("Save for the team", "保存（团队可见）")), key="review_deck_save"):
        _save(edited.to_dict("records"), (order, metric, owner), by_name, tr)


def chosen_lines(
    rows: list[dict[Any, Any]], columns: tuple[str, str, str], by_name: dict[str, str]
) -> tuple[DeckLine, ...]:
    """The lines by their numbers; one without a number comes last, one without a metric is none."""
    order, metric, owner = columns
    named = [r for r in rows if isinstance(r[metric], str) and r[metric]]
    named.sort(key=lambda r: float("inf") if pd.isna(r[order]) else float(r[order]))
    return tuple(
        DeckLine(
            metric=by_name.get(r[metric], r[metric]),
            owner=r[owner] if isinstance(r[owner], str) else "",
        )
        for r in named
    )


def _save(
    rows: list[dict[Any, Any]], columns: tuple[str, str, str], by_name: dict[str, str], tr: Text
) -> None:
    try:
        store().save(
            REVIEW_DECK,
            warehouse().shop,
            ReviewDeck(lines=chosen_lines(rows, columns, by_name)),
            author=author(),
            based_on=st.session_state.get(_ON),
        )
    except EditConflict as conflict:
        st.session_state[_ON] = conflict.stored.revision
        say_conflict(conflict, tr)
    except Problem as problem:
        what, *hint = problem.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
    else:
        st.rerun()


def say_conflict(conflict: EditConflict, tr: Text) -> None:
    """Somebody else was faster: both versions are kept, a second save puts one's own on top."""
    what, *hint = conflict.say(tr).split("\n")
    again = Words(
        "Save again to put your version in its place, or close to keep theirs.",
        "再次保存将以您的版本替换；关闭则保留对方的版本。",
    )
    card(what, "\n".join([*hint, tr(again)]), "warning")


def _last_edit(tr: Text) -> None:
    saved = _saved()
    if saved is not None:
        at = dates.instant(saved.edited_at, warehouse().reporting.zone, tr)
        words = Words("Last edited by {who}, {at}.", "最近由 {who} 于 {at} 修改。")
        st.caption(tr(words, who=saved.author, at=at))
