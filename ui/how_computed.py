"""The foot of a page that says how its numbers come about; the menu of a number leads there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from i18n import Words
from ui.session import text

HOW = Words("How is this computed?", "这些数字如何计算？")


@contextmanager
def computed_fold(title: Words = HOW, *, more: str = "") -> Iterator[None]:
    """Folded until somebody asks; `more` tells one from another on a page that has several."""
    with st.container(key=f"how_computed{more}"), st.expander(text()(title)):
        yield
