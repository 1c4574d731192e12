"""The parts of the cohort page, from the answers to the screen."""

from __future__ import annotations

import streamlit as st

from format import dates
from i18n import Problem, Text, Words
from metrics.reading import Reason
from metrics.retention.result import Retention
from metrics.retention.spec import Value
from metrics.retention.words import VALUES, return_name, rule, start_name
from ui.html import escape
from ui.page import section
from ui.patience import patiently
from ui.retention.asked import Asked
from ui.retention.cohort_table import cohort_table
from ui.retention.people import cell_clicked, opened_people, picker
from ui.session import dark, scope, text
from ui.states import card, empty, not_available

TABLE = 640
"""Height of the table in pixels."""


def cohorts_of(asked: Asked) -> Retention | None:
    """The cohorts; None, with the reason in its place, where the question has no answer or the
    reader stopped it."""
    try:
        return patiently(asked.cohorts, "cohorts", asked, height=TABLE)
    except Problem as problem:
        what, *hint = problem.say(text()).split("\n")
        card(what, "\n".join(hint), "warning")
        return None


def table_section(asked: Asked, found: Retention) -> bool:
    """The table of cohorts; False where there is nothing to show, with the reason in its place."""
    tr = text()
    if found.lacking:
        not_available(found.lacking, tr)
        return False
    title = Words("How many come back?", "有多少人回来？")
    if found.spec.value is not Value.USERS:
        title = Words("What do they bring?", "带来多少价值？")
    said = tr(
        Words(
            "{value} · {start} → {returned} · cohorts of {days} · shade: how much; dashed: still "
            "running, in no pooled value; blank: not begun",
            "{value} · {start} → {returned} · {days}的同期群 · 色阶表示高低；虚线框：进行中，"
            "不计入合计；空白：尚未开始",
        ),
        value=unit_words(found, tr),
        start=start_name(found.spec, tr),
        returned=return_name(found.spec, tr),
        days=dates.span(found.span.start, found.span.end, tr),
    )
    section(tr(title), said)
    if found.size == 0:
        reasons = [c.reason for c in found.cohorts if c.reason is not None]
        empty(tr, reasons[-1] if reasons else Reason.NO_ROWS)
        return False
    cohort_table(found, tr, dark=dark(), currency=scope().currency, on_pick=cell_clicked)

    st.html(f'<p class="ns-sub">{escape(rule(found.spec, tr))}</p>')
    if found.spec.value is Value.USERS:
        picker(found)
        opened_people(found, asked)
    return True


def unit_words(found: Retention, tr: Text) -> str:
    name = tr(VALUES[found.spec.value])
    if found.spec.value in (Value.USERS, Value.REVENUE_RETENTION):
        return tr(Words("{name}, per cent", "{name}（百分比）"), name=name)
    return name
