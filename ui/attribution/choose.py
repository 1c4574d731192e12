"""What is asked on the attribution page: which conversions, by which date, which touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from i18n import Text, Words
from metrics.attribution.spec import CONVERSIONS, DATED, KINDS, Conversions, Dated
from ui.attribution.asked import Asked, known_kinds, knows_spend, show
from ui.attribution.view import SHOWN, Show
from ui.session import text

WIDTH = 171
"""Pixels of a field: two stand side by side on a phone."""
_LOOKBACKS = (1, 7, 14, 30, 60, 90, 180)
_HALF_LIVES = (1, 3, 7, 14, 30)
_DAYS = Words("{n} days", "{n} 天")


def choose_question(asked: Asked) -> None:
    """One row of what every answer depends on."""
    tr, view, spec = text(), asked.view, asked.spec
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _pick(
            Words("Credit for", "归因对象"),
            "conversions",
            list(Conversions),
            CONVERSIONS,
            asked,
            tr,
        )
        _pick(Words("Counted", "计入日期"), "dated", list(Dated), DATED, asked, tr)
        _days(Words("Look-back", "回溯窗口"), "lookback_days", _LOOKBACKS, asked, tr)
        _days(Words("Half-life (time decay)", "半衰期（时间衰减）"), "half_life_days",
              _HALF_LIVES, asked, tr)  # fmt: skip
        kinds = tuple(dict.fromkeys((*known_kinds(), *spec.kinds)))
        if len(kinds) > 1:
            key = f"attribution_kinds_{tr.language}"
            st.session_state[key] = list(spec.kinds or kinds)

            def take() -> None:
                chosen = st.session_state[key]
                every = not chosen or set(chosen) >= set(kinds)
                show(view.asking(kinds=() if every else tuple(sorted(chosen))))

            # Not a list with a field to search in: three kinds leave no room for it.
            st.pills(
                tr(Words("Touches that count", "计入的触点")),
                kinds,
                key=key,
                selection_mode="multi",
                format_func=lambda k: tr(KINDS.get(k, Words(k, k))),
                on_change=take,
            )


def _pick(
    label: Words, name: str, options: Sequence[Any], names: dict[Any, Words], asked: Asked, tr: Text
) -> None:
    key = f"attribution_{name}_{tr.language}"
    st.session_state[key] = getattr(asked.spec, name)
    st.selectbox(
        tr(label),
        options,
        key=key,
        format_func=lambda o: tr(names[o]),
        on_change=lambda: show(asked.view.asking(**{name: st.session_state[key]})),
        width=WIDTH,
    )


def _days(label: Words, name: str, usual: Sequence[int], asked: Asked, tr: Text) -> None:
    key = f"attribution_{name}_{tr.language}"
    now = getattr(asked.spec, name)
    st.session_state[key] = now
    st.selectbox(
        tr(label),
        sorted({*usual, now}),
        key=key,
        format_func=lambda n: tr(Words("1 day", "1 天") if n == 1 else _DAYS, n=n),
        on_change=lambda: show(asked.view.asking(**{name: st.session_state[key]})),
        width=WIDTH,
    )


def choose_number(asked: Asked) -> None:
    """Which number stands side by side."""
    if not knows_spend():
        return
    tr = text()
    key = f"attribution_show_{tr.language}"
    st.session_state[key] = asked.show

    def take() -> None:
        show(replace(asked.view, show=st.session_state[key] or asked.show))

    st.segmented_control(
        tr(Words("Show", "显示")),
        list(Show),
        key=key,
        format_func=lambda s: tr(SHOWN[s]),
        on_change=take,
        label_visibility="collapsed",
    )
