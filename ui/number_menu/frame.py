"""The menu for numbers that no component of ours draws: small tiles, tables of text, figures.

One listener for the whole page, since such numbers are plain HTML, SVG or canvas. A tile's button
opens the menu; so does a right click (with Shift it stays the browser's own) on a tile, on a number
of a table, on a figure or on a grid.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from charts.theme import palette
from i18n import Words
from ui.html import escape
from ui.number_menu.entries import MENU, Entry, page_entries, plain
from ui.number_menu.script import MENU_CSS, MENU_JS
from ui.session import dark, text

_JS = """
const WHERE = '.ns-tile, td.ns-num, [data-testid="stPlotlyChart"], [data-testid="stDataFrame"]';
const LISTS = '[role="dialog"]';
export default function({data, parentElement}) {
  const root = parentElement.querySelector('.menus');
  for (const [k, v] of Object.entries(data.colours)) root.style.setProperty('--' + k, v);
  const items = at => { const own = at.closest('[data-menu]') || at.querySelector('[data-menu]');
    return own ? JSON.parse(own.dataset.menu) : data.items; };
  const nothing = () => {};
  const click = e => { const dots = e.target.closest?.('.ns-dots'); if (!dots) return;
    e.preventDefault(); showMenu(root, dots, dots.dataset.title, items(dots), nothing); };
  const context = e => {
    const at = e.target.closest?.(WHERE);
    if (!at || e.shiftKey || e.target.closest(LISTS)) return;
    e.preventDefault();
    const dots = at.querySelector('.ns-dots'), row = at.closest('tr')?.querySelector('th');
    const title = dots ? dots.dataset.title : row ? row.textContent + ': ' + at.textContent
      : data.figure;
    const point = {getBoundingClientRect: () => new DOMRect(e.clientX, e.clientY, 0, 0),
      isConnected: Boolean(dots), focus: () => dots?.focus()};
    showMenu(root, point, title, items(at), nothing);
  };
  const old = window.northstarMenus;
  if (old) { document.removeEventListener('click', old.click);
    document.removeEventListener('contextmenu', old.context); }
  document.addEventListener('click', click); document.addEventListener('contextmenu', context);
  window.northstarMenus = {click, context};
}
"""

_COMPONENT = st.components.v2.component(
    "northstar_number_menus", html='<div class="menus"></div>', css=MENU_CSS, js=MENU_JS + _JS
)


_FIGURE = Words("Numbers shown here", "此处的数字")


def number_menus() -> None:
    """Once per page, in the frame."""
    p, tr = palette(dark()), text()
    names = ("card", "text", "muted", "accent", "comparison")
    with st.container(key="number_menus"):
        _COMPONENT(
            key="number_menus_script",
            data={
                "items": plain(page_entries(tr)),
                "figure": tr(_FIGURE),
                "colours": {n: getattr(p, n) for n in names},
            },
        )


def figure_menu(title: str, entries: Sequence[Entry]) -> None:
    """The menu of a figure, beside its heading."""
    st.html(f'<div class="ns-figure-menu">{dots(title, entries)}</div>', width="content")


def dots(title: str, entries: Sequence[Entry] = ()) -> str:
    """The button of a number in HTML; without entries it has the menu of the page's numbers."""
    own = f' data-menu="{escape(json.dumps(plain(entries)))}"' if entries else ""
    label = escape(text()(MENU, name=title))
    return (
        f'<button type="button" class="ns-dots" aria-haspopup="menu" aria-label="{label}" '
        f'data-title="{escape(title)}"{own}>⋯</button>'
    )
