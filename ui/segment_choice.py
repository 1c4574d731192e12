"""The split of cohorts and of survival curves: the choice of the address, and the control."""

from __future__ import annotations

import streamlit as st

from i18n import Words
from metrics.user_segments import NAMES, NEEDS, Segment
from ui.session import choose, chosen, text, warehouse

EVERYBODY = Words("Everybody", "全部")
_NONE = ""


def able() -> list[Segment]:
    """What this shop's people can be split by."""
    coverage = warehouse().coverage
    return [s for s in Segment if not coverage.lacking(*NEEDS[s])]


def shown_segment() -> Segment | None:
    """The split of the address, if the shop has what it is made of."""
    wanted = chosen().segment
    return wanted if wanted in able() else None


def choose_segment(name: str) -> None:
    """Everybody, or a curve for each part; `name` tells the control from that of other pages."""
    tr, options = text(), able()
    key = f"{name}_segment_{tr.language}"
    st.session_state[key] = shown_segment() or _NONE

    def said(option: str) -> str:
        return tr(EVERYBODY if option == _NONE else NAMES[Segment(option)])

    def take() -> None:
        found = st.session_state[key]
        choose(segment=Segment(found) if found else None)

    st.segmented_control(
        tr(Words("Split by", "拆分维度")),
        [_NONE, *options],
        key=key,
        format_func=said,
        on_change=take,
        label_visibility="collapsed",
    )
