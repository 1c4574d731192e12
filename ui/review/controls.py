"""Above the review: which week, the deck, the presentation."""

from __future__ import annotations

from datetime import date

import streamlit as st

from format import dates
from i18n import Text, Words
from ui.pack.dialog import pack_button
from ui.review.asked import week, weeks
from ui.review.deck import deck_editor
from ui.session import choose, generation, text, warehouse
from ui.url_state import PRESENTING


def controls() -> None:
    """Draw them in one row; a phone wraps it."""
    tr = text()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _week(tr)
        deck_editor()
        pack_button()
        st.button(
            tr(Words("Present", "演示模式")),
            key="review_present",
            icon=":material/slideshow:",
            on_click=lambda: choose(present=PRESENTING),
        )


def _week(tr: Text) -> None:
    known, now = weeks(), week()
    starts = [s.start for s in known]
    if now.start not in starts:
        starts.insert(0, now.start)
    key = f"review_week_{tr.language}_{generation()}"
    st.session_state[key] = now.start

    names = {start: _name(start, tr) for start in starts}
    st.selectbox(
        tr(Words("Week", "周")),
        starts,
        key=key,
        format_func=names.__getitem__,
        on_change=lambda: choose(week=st.session_state[key]),
        width=260,
    )


def _name(start: date, tr: Text) -> str:
    coverage, end = warehouse().coverage, start + 7 * dates.DAY
    of = dates.bucket(start, end, "week", tr, coverage.last_day)
    return tr(Words("{week}, running", "{week}，进行中"), week=of) if end > coverage.until else of
