"""The question as the reader puts it: metrics, rows, columns, how many and in which order; and the
place in the drill with the way back up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from i18n import Text, Words
from metrics.catalog import METRICS
from metrics.explore.spec import (
    BY,
    MOST_METRICS,
    ORDERS,
    SHAPES,
    TOPS,
    Order,
    Shape,
    Spec,
    value_name,
)
from ui.explore.asked import Asked, ask_for, offered
from ui.session import generation, text

_ALL = Words("All", "全部")


def choose_question(asked: Asked) -> None:
    """Every part of the question; a change is asked for at once."""
    tr, spec = text(), asked.spec
    shown = {*offered(), spec.by, spec.split}
    free = [d for d in BY if d in shown and d not in dict(spec.path)]
    _metrics(spec, tr)
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="explore_question"
    ):
        _segments("by", Words("By", "维度"), free, spec.by, BY, tr, lambda d: _by(spec, d))
        shapes = [s for s in Shape if s is not Shape.SPLIT or len(free) > 1]
        _segments(
            "shape", Words("Columns", "列"), shapes, spec.shape, SHAPES, tr,
            lambda s: _shaped(spec, s, free),
        )  # fmt: skip
        if spec.shape is Shape.SPLIT:
            others = [d for d in free if d != spec.by]
            _segments(
                "split", Words("Second dimension", "第二维度"), others, spec.split, BY, tr,
                lambda d: replace(spec, split=d),
            )  # fmt: skip
        said = Words("{order}, {n} rows", "{order}，{n} 行")
        with st.popover(tr(said, order=ORDERS[spec.order], n=spec.top), icon=":material/sort:"):
            _pick("order", Words("Order", "排序"), list(Order), spec.order, ORDERS, tr, spec)
            _pick("top", Words("Rows", "行数"), list(TOPS), spec.top, None, tr, spec)


def _by(spec: Spec, dimension: str) -> Spec:
    """Other rows; where the columns had that dimension, the two change places."""
    split = spec.by if spec.split == dimension else spec.split
    return replace(spec, by=dimension, split=split)


def _shaped(spec: Spec, shape: Shape, free: list[str]) -> Spec:
    split = next(d for d in free if d != spec.by) if shape is Shape.SPLIT else None
    return replace(spec, shape=shape, split=split)


def _key(name: str, tr: Text) -> str:
    """Another one with the language and with every URL that is opened."""
    return f"explore_{name}_{tr.language}_{generation()}"


def _metrics(spec: Spec, tr: Text) -> None:
    """Several side by side; one alone where the columns are something else."""
    one_only = spec.shape is not Shape.METRICS
    key = _key("metric" if one_only else "metrics", tr)
    if one_only:
        st.session_state[key] = spec.metric

        def taken() -> None:
            rest = [m for m in spec.metrics if m != st.session_state[key]]
            ask_for(replace(spec, metrics=(st.session_state[key], *rest)[:MOST_METRICS]))

        board = spec.shape is Shape.BOARD
        st.selectbox(
            tr(Words("Ordered by", "排序指标") if board else Words("Metric", "指标")),
            list(METRICS),
            key=key,
            format_func=lambda k: tr(METRICS[k].name),
            on_change=taken,
        )
        return
    st.session_state[key] = list(spec.metrics)
    st.multiselect(
        tr(Words("Metrics, the first decides the order", "指标（按第一个排序）")),
        list(METRICS),
        key=key,
        max_selections=MOST_METRICS,
        format_func=lambda k: tr(METRICS[k].name),
        placeholder=tr(Words("Choose metrics", "选择指标")),
        on_change=lambda: ask_for(
            replace(spec, metrics=tuple(st.session_state[key]) or spec.metrics)
        ),
    )


def _pick(
    name: str, label: Words, values: list[Any], now: Any, names: Any, tr: Text, spec: Spec
) -> None:
    key = _key(name, tr)
    st.session_state[key] = now
    st.selectbox(
        tr(label),
        values,
        key=key,
        format_func=lambda v: str(v) if names is None else tr(names[v]),
        on_change=lambda: ask_for(replace(spec, **{name: st.session_state[key]})),
    )


def _segments(
    name: str, label: Words, values: list[Any], now: Any, names: Any, tr: Text, changed: Any
) -> None:
    key = _key(name, tr)
    st.session_state[key] = now

    def taken() -> None:
        picked = st.session_state[key]
        if picked is not None:
            ask_for(changed(picked))

    st.segmented_control(
        tr(label), values, key=key, format_func=lambda v: tr(names[v]), on_change=taken
    )


def place(asked: Asked) -> None:
    """Where in the drill the reader is, and the way back up."""
    spec = asked.spec
    if not spec.path:
        return
    tr = text()
    names = [tr(_ALL), *[value_name(d, v, tr) for d, v in spec.path]]
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="explore_place"
    ):
        for depth, name in enumerate(names[:-1]):
            st.button(
                _plain(name),
                key=f"explore_up_{depth}",
                type="tertiary",
                icon=":material/chevron_left:",
                on_click=lambda depth=depth: ask_for(spec.up(depth)),
            )
        st.markdown(f"**{_plain(names[-1])}**")


def _plain(name: str) -> str:
    """A name from the data as text, not as Markdown."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|<>~$:" else c for c in name)
