"""The review on the wall of a meeting room: no chrome, larger type, one section a screen."""

from __future__ import annotations

import streamlit as st

from charts.theme import palette
from i18n import Words
from ui.review.strip import STRIP_CSS
from ui.session import choose, chosen, dark, text

_SCALE = 1.4
"""Of text and tables; figures are drawn larger, since they measure the space they have."""


def presenting() -> bool:
    return chosen().present is not None


def style() -> None:
    """The rules of the page, and those of a presentation where it is one."""
    p = palette(dark())
    rules = f"""
.stApp{{--ns-grid:{p.grid};--ns-muted:{p.muted}}}
{STRIP_CSS}
.ns-line{{font-size:1rem;font-weight:600;margin:12px 0 0;padding:0;color:{p.text}}}
.ns-mark{{font-size:13px;font-weight:400;color:{p.signal};margin-left:6px}}
.ns-mark.good{{color:{p.good}}}.ns-mark.bad{{color:{p.bad}}}
.ns-owner{{font-size:13px;font-weight:400;color:{p.muted};margin-left:10px}}
.ns-act{{font-size:13px;font-weight:400;margin-left:12px}}
.ns-decisions{{font-size:13px;border-left:3px solid {p.accent};padding-left:10px;margin:4px 0}}
.ns-decisions ul{{margin:0;padding-left:18px}}
"""
    if presenting():
        rules += f"""
[data-testid=stSidebar],[data-testid=stHeader],[data-testid=stExpandSidebarButton]{{display:none}}
.stMainBlockContainer{{max-width:none;padding-top:24px}}
.stMainBlockContainer [data-testid=stHtml],
[class*=st-key-review_rows_],.st-key-review_experiments{{zoom:{_SCALE}}}
[class*=st-key-review_section_]{{min-height:100vh;scroll-margin-top:16px}}
.st-key-review_leave{{position:fixed;right:16px;top:8px;z-index:99;width:auto}}
@media (max-width:900px){{.stMainBlockContainer [data-testid=stHtml],
[class*=st-key-review_rows_],.st-key-review_experiments{{zoom:1}}}}
"""
    st.html(f"<style>{rules}</style>")


def leave() -> None:
    """The way out of a presentation: a button, or Esc."""
    if presenting():
        tr = text()
        st.button(
            tr(Words("Leave", "退出演示")),
            key="review_leave",
            shortcut="Escape",
            on_click=lambda: choose(present=None),
        )
