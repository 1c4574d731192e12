"""The menu laid open: one quiet line at the head of a drawer or an explanation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from charts.theme import palette
from ui.number_menu.entries import Entry, plain
from ui.number_menu.script import MENU_CSS, MENU_JS
from ui.session import dark

_CSS = """
.bar{display:flex;flex-wrap:wrap;gap:0 4px;margin:-4px 0 0 -8px;font-family:inherit}
.bar>*{display:inline-flex;align-items:center;min-height:28px;padding:0 8px;border:0;
 background:none;border-radius:4px;color:var(--accent);font:inherit;font-size:14px;text-decoration:none;
 cursor:pointer}
.bar>*:hover{text-decoration:underline}
.bar>*:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
"""

_JS = """
export default function({data, parentElement, setTriggerValue}) {
  const root = parentElement.querySelector('.bar');
  for (const [k, v] of Object.entries(data.colours)) root.style.setProperty('--' + k, v);
  const act = what => setTriggerValue('act', what);
  root.replaceChildren(...answered(data.items).map(i => itemOf(i, act, () => {})));
}
"""

_COMPONENT = st.components.v2.component(
    "northstar_menu_bar", html='<div class="bar"></div>', css=MENU_CSS + _CSS, js=MENU_JS + _JS
)


def _ignored() -> None:
    """A line of links alone."""


def menu_bar(entries: Sequence[Entry], key: str, *, on_act: Callable[[], None] = _ignored) -> None:
    """Draw it; `on_act` runs after a click on what the page does, `acted(key)` says on which."""
    p = palette(dark())
    names = ("accent", "text", "muted", "card", "comparison")
    _COMPONENT(
        key=key,
        data={"items": plain(entries), "colours": {n: getattr(p, n) for n in names}},
        on_act_change=on_act,
    )


def acted(key: str) -> str | None:
    """What was chosen in this run."""
    state = st.session_state.get(key)
    found = state.get("act") if state is not None else None
    return str(found) if found else None
