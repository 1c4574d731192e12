"""A table whose cells carry a number on a shade: cohorts by period, states by states.

Header, names and sizes stand still while the cells scroll; a cell is a button, reached by mouse,
finger or arrow keys, and tells everything of its number on hover. The browser builds it from plain
data with `textContent`; nothing from the warehouse is read as HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from charts.theme import palette
from ui.hover_card import HOVER_CSS, HOVER_JS
from ui.number_menu.entries import page_entries, people_entry, plain
from ui.number_menu.script import MENU_CSS, MENU_JS
from ui.session import text

_CSS = """
.frame{position:relative;font-family:inherit;margin-bottom:4px}
.scroll{overflow:auto;max-height:min(860px,80vh);overscroll-behavior-x:contain}
table{border-collapse:separate;border-spacing:0;font-size:12px;color:var(--text);
 font-variant-numeric:tabular-nums}
th{font-weight:400;background:var(--paper);text-align:left;white-space:nowrap}
thead th{position:sticky;top:0;z-index:3;color:var(--muted);padding:4px 2px 6px;text-align:center}
th.name{position:sticky;left:0;z-index:2;padding:0 10px 0 0;max-width:150px;overflow:hidden;
 text-overflow:ellipsis}
th.size{position:sticky;z-index:2;padding:0 8px 0 0;min-width:64px;text-align:right}
thead th.name,thead th.size{z-index:4;text-align:left}
thead th.size{text-align:right}
.bar{position:absolute;left:0;top:5px;bottom:5px;background:var(--bar);border-radius:1px}
th.size span.n{position:relative}
td{padding:1px;height:28px}
td button{display:block;width:100%;min-width:34px;height:28px;padding:0 4px;
 border:1px solid transparent;border-radius:2px;font:inherit;text-align:center;
 background:transparent;color:var(--muted);white-space:nowrap}
td button.pick{cursor:pointer}
td button.open{border:1px dashed var(--accent);color:var(--muted)}
td button:focus-visible,td button.pick:hover{outline:2px solid var(--accent);outline-offset:0}
tr.strong th,tr.strong td button{font-weight:600}
tr.strong td,tr.strong th{padding-bottom:8px}
tr.strong td{height:36px}
tr.small th{color:var(--muted)}
@media (max-width:640px){th.name{max-width:84px}th.size{min-width:44px}}
"""

_JS = """
export default function({data, parentElement, setTriggerValue}) {
  const root = parentElement.querySelector('.frame');
  for (const [k, v] of Object.entries(data.colours)) root.style.setProperty('--' + k, v);
  const make = (tag, cls, text) => { const e = document.createElement(tag);
    if (cls) e.className = cls;
    if (text !== undefined) e.textContent = text; return e; };
  const scroll = make('div', 'scroll'), table = make('table'), more = make('div', 'more');
  table.setAttribute('role', 'grid'); table.setAttribute('aria-label', data.label);
  const head = make('tr');
  head.append(make('th', 'name', data.corner), make('th', 'size', data.size_name),
    ...data.columns.map(c => { const th = make('th', '', c); th.scope = 'col'; return th; }));
  const thead = make('thead'), body = make('tbody'); thead.append(head);
  const cells = [];
  data.rows.forEach((r, i) => {
    const tr = make('tr', (r.strong ? 'strong ' : '') + (r.small ? 'small' : ''));
    const name = make('th', 'name', r.name); name.scope = 'row'; name.title = r.note || r.name;
    const size = make('th', 'size');
    if (r.bar > 0) {
      const bar = make('span', 'bar'); bar.style.width = (92 * r.bar) + '%'; size.append(bar);
    }
    size.append(make('span', 'n', r.size));
    tr.append(name, size);
    cells.push(r.cells.map((c, j) => {
      const td = make('td'), kind = (c.pick ? 'pick ' : '') + (c.open ? 'open' : '');
      const b = make('button', kind, c.text);
      b.type = 'button'; b.tabIndex = -1;
      b.setAttribute('aria-label', [r.name, data.columns[j], ...c.lines].join(', '));
      if (c.fill) { b.style.background = c.fill; b.style.color = c.ink; }
      const show = () => tell(root, more, b, r.name + ' · ' + data.columns[j], c.lines);
      b.onmouseenter = b.onfocus = show;
      b.onmouseleave = b.onblur = () => { more.style.display = 'none'; };
      const pick = () => setTriggerValue('pick', {row: r.key, column: j});
      const open = e => { e.preventDefault(); more.style.display = 'none';
        showMenu(root, b, r.name + ' · ' + data.columns[j] + ': ' + c.text,
          withPeople(data.menu, c.pick && data.people), pick); };
      if (c.pick) b.onclick = pick;
      else if (c.text) { b.onclick = open; b.setAttribute('aria-haspopup', 'menu'); }
      if (c.text) b.oncontextmenu = open;
      b.onkeydown = e => move(e, i, j);
      td.append(b); tr.append(td); return b;
    }));
    body.append(tr);
  });
  const first = cells.flat()[0]; if (first) first.tabIndex = 0;
  const STEPS = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]};
  function move(e, i, j) {
    const step = STEPS[e.key]; if (!step) return;
    const next = cells[i + step[0]]?.[j + step[1]]; if (!next) return;
    e.preventDefault(); cells[i][j].tabIndex = -1; next.tabIndex = 0; next.focus();
  }
  table.append(thead, body); scroll.append(table); root.replaceChildren(scroll, more);
  const stick = () => { const w = head.children[0].getBoundingClientRect().width;
    table.querySelectorAll('th.size').forEach(t => { t.style.left = w + 'px'; }); };
  stick(); requestAnimationFrame(stick);
}
"""

_COMPONENT = st.components.v2.component(
    "northstar_heat_table",
    html='<div class="frame"></div>',
    css=_CSS + HOVER_CSS + MENU_CSS,
    js=HOVER_JS + MENU_JS + _JS,
)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """`fill` and `ink` are colours, none for a blank or hollow cell; `open` draws it hollow;
    `lines` are what it tells on hover; `pick` says whether a click is reported."""

    text: str
    lines: tuple[str, ...]
    fill: str | None = None
    ink: str | None = None
    open: bool = False
    pick: bool = False


@dataclass(frozen=True, slots=True)
class HeatRow:
    """`key` comes back with a click; `bar` in [0, 1] is drawn behind the size. `strong`: the row
    that sums the others; `small`: too few to judge."""

    key: int
    name: str
    size: str
    cells: tuple[HeatCell, ...]
    bar: float = 0.0
    note: str = ""
    strong: bool = False
    small: bool = False


def heat_table(
    rows: Sequence[HeatRow],
    columns: Sequence[str],
    *,
    corner: str,
    size_name: str,
    label: str,
    dark: bool,
    key: str,
    on_pick: Callable[[], None],
) -> None:
    """Draw it; `on_pick` runs after a click on a cell that can be picked, `picked(key)` says on
    which. `corner` heads the names, `size_name` the sizes, `label` is read out for the whole. Every
    cell has the menu of the page's numbers."""
    p, tr = palette(dark), text()
    colours = {
        "paper": p.paper,
        "card": p.card,
        "text": p.text,
        "muted": p.muted,
        "accent": p.accent,
        "bar": p.grid,
    }
    _COMPONENT(
        key=key,
        data={
            "label": label,
            "corner": corner,
            "size_name": size_name,
            "columns": list(columns),
            "colours": colours,
            "rows": [asdict(r) for r in rows],
            "menu": plain(page_entries(tr)),
            "people": people_entry(tr).plain(),
        },
        on_pick_change=on_pick,
    )


def picked(key: str) -> tuple[int, int] | None:
    """Key of the row and place of the column that were clicked in this run."""
    state: Any = st.session_state.get(key)
    found = state.get("pick") if state is not None else None
    return None if not found else (int(found["row"]), int(found["column"]))
