"""Which lines of the review stand open with a whole figure, and which are folded to a row."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from metrics.review.result import Review

MOST_FIGURES = 8
_TOGGLED = "review_toggled"


def toggle(key: str) -> None:
    """Open what is folded, fold what is open."""
    st.session_state[_TOGGLED] = toggled() ^ {key}


def toggled() -> frozenset[str]:
    """Lines that the reader opened or folded."""
    return frozenset(st.session_state.get(_TOGGLED, ()))


def open_keys(review: Review, star: str, changed: Collection[str]) -> tuple[str, ...]:
    """The north star and what is signal, and what was opened by hand: at most eight whole figures.
    What the reader opened goes before what would open by itself; the order is that of the deck."""
    keys = [line.metric.key for line in review.lines]
    by_itself = {line.metric.key for line in review.opening.signals} | {star}
    wanted = [k for k in keys if k in changed and k not in by_itself]
    wanted += [k for k in keys if k == star and k not in changed]
    wanted += [k for k in keys if k in by_itself and k != star and k not in changed]
    kept = set(wanted[:MOST_FIGURES])
    return tuple(k for k in keys if k in kept)
