"""The figure of one target: its course through the running week or month."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from charts.target_course import target_course
from i18n import Words
from metrics.catalog import METRICS
from metrics.meeting.course import course
from metrics.meeting.pacing import Pace, Standing
from metrics.meeting.words import pace_sentence
from metrics.metric import Adds
from ui.figures import draw
from ui.html import escape
from ui.meeting.marks import marks_for, notes_below
from ui.patience import patiently
from ui.session import chosen, dark, remembered, text, warehouse

_LATE = (Standing.BEHIND, Standing.MISSED)


def course_figure(found: Sequence[Pace]) -> None:
    """Choose one of the sums and see its course; one that is behind is shown first."""
    tr, w = text(), warehouse()
    sums = {p.metric.key: p for p in found if p.metric.adds is Adds.FULLY}
    if not sums:
        return
    late = [key for key, pace in sums.items() if pace.standing in _LATE]
    first = next(iter([*late, *sums]))
    asked = chosen().metric
    key = asked if asked in sums else first
    if len(sums) > 1:
        picked = st.segmented_control(
            tr(Words("Course of", "查看走势")), list(sums), default=key,
            key=f"meeting_course_{found[0].grain}_{tr.language}",
            format_func=lambda k: tr(METRICS[k].name),
        )  # fmt: skip
        key = picked or key
    pace = sums[key]
    made = patiently(lambda: remembered(lambda: course(w, pace), "course", pace), "course", pace)
    if made is None:
        return
    currency = w.reporting.currency
    sentence = pace_sentence(pace, tr, currency, w.coverage.last_day)
    st.html(f'<p class="ns-sub">{escape(sentence)}</p>')
    marks = marks_for(key, pace.span)
    figure = target_course(made, tr, dark=dark(), currency=currency, marks=marks)
    draw(figure, "meeting_course_figure")
    notes_below(key, pace.span)
