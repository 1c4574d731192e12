"""Widgets tied to a draft: they show what stands in it and put into it what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from format import numbers
from i18n import Text, Words
from metrics.funnels.names import event_name
from metrics.funnels.spec import LONGEST_DAYS
from ui.funnel.asked import known_events
from ui.funnel.draft import SAME_DAY, SESSION, UNITS, DraftExclusion, DraftStep, DraftWindow

WINDOW_UNITS: dict[str, Words] = {
    "d": Words("days", "天"),
    "h": Words("hours", "小时"),
    "m": Words("minutes", "分钟"),
    "s": Words("seconds", "秒"),
    SESSION: Words("one session", "同一会话"),
    SAME_DAY: Words("one calendar day", "同一自然日"),
}
NOTHING = ""
"""Stands for None among the options of a widget, which shows None as nothing chosen."""
_UNKNOWN_EVENT = Words("{name} (not in this shop)", "{name}（该店铺没有）")


def key_of(where: str, name: str, tr: Text) -> str:
    """Labels change with the language, so does the key; the draft holds the value."""
    return f"funnel_edit_{where}_{name}_{tr.language}"


def tied(
    owner: Any, name: str, where: str, tr: Text, convert: Callable[[Any], Any] = lambda v: v
) -> dict[str, Any]:
    """Key and callback of a widget for the field `name` of a part of the draft."""
    key = key_of(where, name, tr)
    value = getattr(owner, name)
    if value is None:
        value = NOTHING
    st.session_state[key] = list(value) if isinstance(value, list) else value

    def take() -> None:
        taken = st.session_state[key]
        setattr(owner, name, None if taken == NOTHING else convert(taken))

    return {"key": key, "on_change": take}


def events_field(owner: DraftStep | DraftExclusion, label: str, where: str, tr: Text) -> None:
    """Any of several events, searchable, with how many there are of each."""
    known = known_events()
    st.multiselect(
        label,
        [*known, *[e for e in owner.events if e not in known]],
        format_func=lambda e: event_text(e, known, tr),
        placeholder=tr(Words("Choose an event; several: any of them", "选择事件；多选表示任一")),
        **tied(owner, "events", where, tr, list),
    )


def event_text(event: str, known: Mapping[str, int], tr: Text) -> str:
    """`Add to cart · 531K`, so that rare events are seen to be rare."""
    name = tr(event_name(event))
    if event not in known:
        return tr(_UNKNOWN_EVENT, name=name)
    return f"{name} · {numbers.short(known[event], 'count', tr)}"


def window_fields(
    window: DraftWindow, label: Words, units: list[str], where: str, tr: Text
) -> None:
    """A number beside its unit; sessions and calendar days need none."""
    numbered = window.unit in UNITS
    sides = st.columns([2, 3], vertical_alignment="bottom") if numbered else [st.container()] * 2
    if numbered:
        with sides[0]:
            st.number_input(
                tr(label),
                min_value=1,
                max_value=LONGEST_DAYS * UNITS["d"],
                step=1,
                **tied(window, "amount", where, tr, int),
            )
    with sides[1]:
        st.selectbox(
            tr(Words("Unit", "单位")) if numbered else tr(label),
            units,
            format_func=lambda u: tr(WINDOW_UNITS[u]),
            label_visibility="hidden" if numbered else "visible",
            **tied(window, "unit", where, tr),
        )
