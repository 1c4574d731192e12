"""Which funnel is shown: those that come with the product."""

from __future__ import annotations

import streamlit as st

from i18n import Text, Words
from metrics.funnels.names import event_name
from metrics.funnels.ready import READY, Ready, offered
from ui.funnel.asked import Asked, known_events, show
from ui.session import generation, text

_OWN = "own"


def choose_funnel(asked: Asked | None) -> None:
    """A menu of ready-made funnels; below it what the chosen one answers, and which can't be
    answered by this shop."""
    tr, known = text(), known_events()
    funnel = None if asked is None else asked.funnel
    ready = {r.key: r for r in offered(known)}
    at = next((k for k, r in ready.items() if r.funnel == funnel), _OWN)
    key = f"funnel_pick_{tr.language}_{generation()}"
    options = [*ready, *([_OWN] if at == _OWN else [])]
    if options:
        st.session_state[key] = at
        st.selectbox(
            tr(Words("Funnel", "漏斗")),
            options,
            key=key,
            format_func=lambda k: tr(ready[k].name if k in ready else _NAMES_OWN),
            on_change=lambda: show(ready[st.session_state[key]].funnel),
        )
    if at in ready:
        st.caption(tr(ready[at].about))
    _lacking(tr, [r for r in READY if r.key not in ready])


_NAMES_OWN = Words("Own definition", "自定义漏斗")


def _lacking(tr: Text, funnels: list[Ready]) -> None:
    """Ready-made funnels that this shop has no events for, and which those are."""
    if not funnels:
        return
    known = known_events()
    each = Words("{name} (no {events})", "{name}（缺少{events}）")
    comma = tr(Words(", ", "、"))
    said = tr(Words("; ", "；")).join(
        tr(each, name=r.name, events=comma.join(tr(event_name(e)) for e in r.missing(known)))
        for r in funnels
    )
    words = Words("Not offered, this shop lacks events: {said}.", "因缺少事件未提供：{said}。")
    st.caption(tr(words, said=said))
