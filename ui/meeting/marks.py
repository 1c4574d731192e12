"""The team's annotations on the charts of a metric: marks over its line, sentences below it."""

from __future__ import annotations

from datetime import date

import streamlit as st

from data.scope import Span
from format import dates
from i18n import Words
from metrics.meeting.notes import notes_of
from metrics.meeting.targets import bodies
from store import ANNOTATION, Annotation, Saved
from ui.html import escape
from ui.meeting.address import annotate_link
from ui.session import chosen, store, text, warehouse

LISTED = 6
"""Sentences below a chart, the latest; the page of annotations has all."""


def annotations_of(metric: str, span: Span) -> tuple[Saved[Annotation], ...]:
    """The annotations of a metric on the days of a span, by day."""
    return notes_of(store().list(ANNOTATION, warehouse().shop), metric, span)


def marks_for(metric: str, span: Span) -> list[tuple[date, Words]]:
    """The same as marks of a figure: a day and what is written there, as it was written."""
    return [
        (one.body.on, Words(one.body.text, one.body.text)) for one in annotations_of(metric, span)
    ]


def marks_by_metric() -> dict[str, list[tuple[date, Words]]]:
    """All annotations as marks, by metric, read once for a page of many small charts."""
    found: dict[str, list[tuple[date, Words]]] = {}
    kept = bodies(store().list(ANNOTATION, warehouse().shop))
    for body in sorted(kept, key=lambda body: body.on):
        found.setdefault(body.metric, []).append((body.on, Words(body.text, body.text)))
    return found


def notes_below(metric: str, span: Span) -> None:
    """What the marks say, in full and with who wrote it, and the way to write one."""
    tr, last = text(), warehouse().coverage.last_day
    found = annotations_of(metric, span)[-LISTED:]
    items = "".join(
        f"<li><b>{escape(dates.day(one.body.on, tr, last))}</b> {escape(one.body.text)} "
        f"({escape(one.author)})</li>"
        for one in reversed(found)
    )
    listed = f'<ul style="margin:0 0 .2rem;padding-left:1.1rem">{items}</ul>' if items else ""
    link = annotate_link(metric, min(last, span.end - dates.DAY), chosen())
    words = escape(tr(Words("Annotate this chart", "为此图添加标注")))
    st.html(
        f'<div class="ns-sub">{listed}<a href="{escape(link)}" target="_self">{words}</a></div>'
    )
