"""What a page shows when it can't show numbers: each state says why, and the next step."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from i18n import Problem, Text, Words
from ui.html import escape


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


def empty(tr: Text) -> None:
    """The question is fine, the answer has no rows."""
    card(
        tr(Words("No data in this selection.", "当前筛选下没有数据。")),
        tr(
            Words(
                "Choose other dates or fewer filters.",
                "请更换时间范围或减少筛选条件。",
            )
        ),
        "info",
    )
