"""Which funnel is shown: those that come with the product, and the team's own."""

from __future__ import annotations

import streamlit as st

from i18n import Text, Words
from metrics.funnels.names import event_name
from metrics.funnels.ready import READY, Ready, offered
from metrics.funnels.spec import Funnel
from store import Saved, SavedFunnel
from ui.funnel.asked import Asked, known_events, show
from ui.funnel.saved import desk, last_edit, open_saved, readable, saved_funnels, say_unreadable
from ui.session import generation, text

_OWN, _READY, _SAVED = "own", "ready.", "saved."


def choose_funnel(asked: Asked | None) -> None:
    """A menu of funnels; below it what the chosen one answers, and what can't be offered."""
    tr, saved = text(), saved_funnels()
    ready = {_READY + r.key: r for r in offered(known_events())}
    team = {_SAVED + name: s for name, s in saved.items() if readable(s) is not None}
    at = _OWN if asked is None else _place(asked.funnel, ready, team)
    options = [*ready, *team, *([_OWN] if at == _OWN and asked is not None else [])]

    def name(key: str) -> str:
        if key in ready:
            return tr(ready[key].name)
        return tr(_TEAM, name=team[key].name) if key in team else tr(_OWN_NAME)

    def taken() -> None:
        chosen = st.session_state[key]
        if chosen in ready:
            show(ready[chosen].funnel)
            desk().name = ""
        elif chosen in team:
            open_saved(team[chosen])

    if options:
        key = f"funnel_pick_{tr.language}_{generation()}"
        st.session_state[key] = at if at in options else options[0]
        st.selectbox(
            tr(Words("Funnel", "漏斗")), options, key=key, format_func=name, on_change=taken
        )
    if at in ready:
        st.caption(tr(ready[at].about))
    elif at in team:
        last_edit(team[at], tr)
    _lacking(tr, [r for r in READY if _READY + r.key not in ready])
    say_unreadable(saved, tr)


_TEAM = Words("{name} · saved by the team", "{name} · 团队保存")
_OWN_NAME = Words("Own definition", "自定义漏斗")


def _place(funnel: Funnel, ready: dict[str, Ready], team: dict[str, Saved[SavedFunnel]]) -> str:
    """Which of the menu is shown; of several alike the one that was opened."""
    same = [key for key, s in team.items() if readable(s) == funnel]
    opened = _SAVED + desk().name
    if opened in same:
        return opened
    return next((k for k, r in ready.items() if r.funnel == funnel), (same or [_OWN])[0])


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
