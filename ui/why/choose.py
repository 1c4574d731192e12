"""Of which metric, by what, and how the change is taken apart."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from i18n import Text, Words
from metrics.catalog import METRICS
from metrics.why.spec import METHODS, Method, dimensions_of
from ui.session import choose, generation, text, warehouse
from ui.states import not_available
from ui.why.asked import Asked, able_metrics, dimension_words, look, obstacles


def choose_question(asked: Asked | None) -> None:
    """Metric, method and dimensions in a row; what can't be used says why below."""
    tr = text()
    if asked is None:
        not_available(warehouse().coverage.lacking("orders"), tr)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _metric(asked, tr)
        if asked.by_segment:
            _dimension(asked, "by", Words("By", "维度"), tr)
            _dimension(asked, "then", Words("Then by", "下钻维度"), tr)
        _method(asked, tr)
    refused = obstacles(asked.metric)
    if refused:
        st.caption(tr(Words(" ", "")).join(tr(words) for words in refused.values()))


def _key(name: str, tr: Text) -> str:
    return f"why_{name}_{tr.language}_{generation()}"


def _metric(asked: Asked, tr: Text) -> None:
    key = _key("metric", tr)
    st.session_state[key] = asked.metric.key

    def taken() -> None:
        choose(metric=st.session_state[key])
        look(replace(asked.view, opened=None))

    st.selectbox(
        tr(Words("Metric", "指标")),
        able_metrics(),
        key=key,
        format_func=lambda k: tr(METRICS[k].name),
        on_change=taken,
        width=260,
    )


def _method(asked: Asked, tr: Text) -> None:
    if len(asked.able) < 2:
        return
    key = _key("method", tr)
    st.session_state[key] = asked.view.method
    st.segmented_control(
        tr(Words("Method", "方法")),
        asked.able,
        key=key,
        format_func=lambda m: tr(METHODS[Method(m)]),
        on_change=lambda: look(
            replace(asked.view, method=st.session_state[key] or Method.SEGMENTS)
        ),
    )


def _dimension(asked: Asked, field: str, label: Words, tr: Text) -> None:
    """The dimension of the parts, or of what is inside them."""
    key = _key(field, tr)
    known = dimensions_of(asked.metric)
    able = known if field == "by" else tuple(d for d in known if d != asked.view.by)
    st.session_state[key] = getattr(asked.view, field)

    def taken() -> None:
        changes = {field: st.session_state[key]}
        if field == "by":
            then = asked.view.then if asked.view.then != st.session_state[key] else None
            changes |= {"opened": None, "then": then}
        look(replace(asked.view, **changes))

    st.selectbox(
        tr(label),
        able,
        key=key,
        format_func=lambda d: tr(dimension_words(d)),
        on_change=taken,
        width=170,
    )
