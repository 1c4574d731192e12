"""A figure on a page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from charts.theme import CONFIG


def draw(figure: Any, key: str, **more: Any) -> None:
    """A figure with its description for those who can't see it."""
    alt = str((figure.layout.meta or {}).get("alt", ""))
    st.plotly_chart(figure, theme=None, key=key, config=dict(CONFIG), alt=alt, **more)
