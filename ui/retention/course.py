"""Whether one period gets better over the cohorts, and how the segments differ."""

from __future__ import annotations

import streamlit as st

from charts.retention_curves import retention_curves
from charts.retention_over_time import over_time as over_time_figure
from i18n import Words
from metrics.retention.result import Retention, over_time, shift
from metrics.retention.spec import Kind
from metrics.retention.text import UNITS
from metrics.retention.words import VALUES, column_name
from metrics.user_segments import segment_words
from ui.figures import draw
from ui.page import section
from ui.retention.asked import Asked
from ui.retention.finding import headline
from ui.retention.segment_people import BEHIND, lines, opened_people, picker, selecting
from ui.segment_choice import EVERYBODY, choose_segment, shown_segment
from ui.session import dark, scope, text
from ui.states import card, empty

_PERIOD = "retention_period"


def over_time_section(found: Retention) -> None:
    """One period by cohort with its band, and the last cohorts against those before."""
    tr, spec = text(), found.spec
    section(
        tr(Words("Is it getting better?", "留存在变好吗？")),
        tr(
            Words(
                "One period, cohort by cohort; band: 95 % interval; hollow: still running.",
                "同一期在各同期群中的表现；色带：95% 区间；空心点：进行中。",
            )
        ),
    )
    places = [n for n in range(len(found.columns)) if found.columns[n].first or spec.brackets]
    if not places:
        empty(tr, None)
        return
    usual = (headline(found) or places)[0]
    key = f"{_PERIOD}_{tr.language}"
    held = st.session_state.get(_PERIOD)
    current = held if held in places else usual
    st.session_state[key] = current

    def keep() -> None:
        st.session_state[_PERIOD] = st.session_state[key]

    st.selectbox(
        tr(Words("Period", "周期")),
        places,
        key=key,
        format_func=lambda n: column_name(spec, found.columns[n], tr),
        on_change=keep,
        width=171,
    )
    points = [(c, r) for c, r in over_time(found, current) if c.size]
    if not points:
        empty(tr, None)
        return
    figure = over_time_figure(
        points,
        f"{tr(VALUES[spec.value])} · {column_name(spec, found.columns[current], tr)}",
        UNITS[spec.value],
        spec.grain,
        tr,
        dark=dark(),
        shift=shift(found, current),
        currency=scope().currency,
    )
    draw(figure, "retention_over_time")


def curve_section(asked: Asked, found: Retention) -> None:
    """The curve of everybody or of each segment, pooled over finished cells."""
    tr, spec = text(), found.spec
    section(
        tr(Words("How does it fade, and for whom?", "留存如何衰减？谁留得更久？")),
        tr(
            Words(
                "Pooled over the cohorts whose period is over; band: 95 % interval.",
                "合并该期已结束的同期群；色带：95% 区间。",
            )
        ),
    )
    choose_segment("retention")
    by = shown_segment()
    split = found if by is None else asked.segments(by)
    drawn = [s for s in lines(split) if any(p.reading.value is not None for p in s.pooled)]
    if not drawn:
        card(tr(Words("No period is over yet.", "尚无已结束的周期。")), "", "info")
        return
    names = [tr(segment_words(by, s.value) if by else EVERYBODY) for s in drawn]
    figure = retention_curves(
        drawn,
        names,
        [column_name(spec, c, tr) for c in found.columns],
        tr(VALUES[spec.value]),
        UNITS[spec.value],
        tr,
        dark=dark(),
        dimension=by,
        currency=scope().currency,
    )
    draw(figure, BEHIND.figure_key, **selecting(split))
    picker(split)
    opened_people(split, asked)
    if spec.kind is Kind.ROLLING:
        words = Words(
            "Periods that are over may still rise: somebody may come back later.",
            "已结束的周期仍可能上升：用户可能在之后回来。",
        )
        st.caption(tr(words))
