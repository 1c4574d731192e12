"""What a page shows when it can't show numbers: each state says why, and the next step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from format import numbers
from i18n import Problem, Text, Words
from metrics.reading import REASONS, Reason
from ui.html import escape
from ui.session import text, warehouse

_SHOWN = "page_shown"


@contextmanager
def waiting(page: str, heights: Sequence[int]) -> Iterator[None]:
    """Space of the size of what comes, while a page's first answer is computed.

    Only for a page that is not on screen yet: on one that is, the numbers before stay until the
    next ones are there. `heights` in pixels, from the top.
    """
    slot = st.empty()
    if st.session_state.get(_SHOWN) != page:
        with slot.container():
            for height in heights:
                st.skeleton(height=height)
            st.html(f'<p class="ns-wait" role="status">{_still_counting()}</p>')
    try:
        yield
    finally:
        slot.empty()
    st.session_state[_SHOWN] = page


def _still_counting() -> str:
    """Shown by the style sheet after two seconds."""
    tr, filled = text(), warehouse().coverage.filled
    n = sum(rows for name, rows in filled.items() if "." not in name)
    words = Words("Still counting, {n} rows …", "正在统计 {n} 行数据……")
    return tr(words, n=numbers.short(n, "count", tr))


def card(title: str, body: str, kind: str) -> None:
    """A quiet card; `kind` is one of info, warning, error."""
    st.html(
        f'<div class="ns-state ns-{kind}" role="{"alert" if kind == "error" else "status"}">'
        f"<strong>{escape(title)}</strong><p>{escape(body)}</p></div>"
    )


def problem_card(problem: Problem, tr: Text) -> None:
    """What was found and what to do, in the reader's language, with a way to try again."""
    what, *hint = problem.say(tr).split("\n")
    card(what, "\n".join(hint), "error")
    st.button(tr(Words("Try again", "重试")), key="retry")


def failed(number: str, tr: Text) -> None:
    """Something unforeseen. What holds is said; the number finds it in the log."""
    card(
        tr(Words("This page could not be drawn.", "页面未能显示。")),
        tr(
            Words(
                "Your choice of dates and filters is kept, and no data is affected. Try again; if "
                "it stays, give the number {number} to whoever runs the dashboard.",
                "您选择的时间与筛选已保留，数据不受影响。请重试；若仍然出现，请把编号 {number} "
                "告知看板管理员。",
            ),
            number=number,
        ),
        "error",
    )
    st.button(tr(Words("Try again", "重试")), key="retry")


def not_available(lacking: Sequence[str], tr: Text) -> None:
    """The shop has no such tables or columns: which, and how to bring them."""
    card(
        tr(Words("This shop has no data for it.", "该店铺没有所需数据。")),
        tr(
            Words(
                "Needed: {needs}. Map them in the shop's mapping.yaml (docs/guides/importing.md) "
                "and import again.",
                "需要：{needs}。请在该店铺的 mapping.yaml 中配置映射"
                "（见 docs/guides/importing.md）后重新导入。",
            ),
            needs=tr(Words(", ", "、")).join(lacking),
        ),
        "info",
    )


def empty(tr: Text, reason: Reason | None) -> None:
    """The question is fine, but there is no value to show; why, where that is known."""
    card(
        tr(Words("No data in this selection.", "当前筛选下没有数据。")),
        tr(
            Words(
                "Why: {reason}. Choose other dates or fewer filters.",
                "原因：{reason}。请更换时间范围或减少筛选条件。",
            ),
            reason=REASONS[reason or Reason.NO_ROWS],
        ),
        "info",
    )
