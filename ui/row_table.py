"""A table with one row a thing and many kinds of cells: figures, small trends, stacked bars.

Header and names stand still while the rest scrolls. A name opens the level below, a cell that can
be picked opens the people behind it, everything tells more on hover or focus. The browser builds
it from plain data with `textContent`; nothing from the warehouse is read as HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

import streamlit as st

from charts.theme import palette
from ui.hover_card import HOVER_CSS, HOVER_JS

_CSS = """
.frame{position:relative;font-family:inherit;margin-bottom:4px}
.scroll{overflow:auto;max-height:min(760px,80vh);overscroll-behavior-x:contain}
table{border-collapse:separate;border-spacing:0;font-size:13px;color:var(--text);width:100%;
 font-variant-numeric:tabular-nums}
th{font-weight:400;background:var(--paper);text-align:left}
thead th{position:sticky;top:0;z-index:3;color:var(--muted);padding:4px 8px 6px;font-size:12px;
 border-bottom:1px solid var(--comparison);vertical-align:bottom;white-space:normal;min-width:56px}
thead th.num{text-align:right}
thead th .sub{display:block;font-size:11px}
th.name{position:sticky;left:0;z-index:2;padding:0 8px 0 0;max-width:190px;min-width:96px}
thead th.name{z-index:4}
tbody td,tbody th{border-bottom:1px solid var(--grid);height:38px;padding:0 8px}
td{white-space:nowrap}td.num{text-align:right}
td .sub{display:block;font-size:11px;color:var(--muted);line-height:1.2}
td .sub.good{color:var(--good)}td .sub.bad{color:var(--bad)}
td.none{color:var(--muted)}
td.good>b{color:var(--good)}td.bad>b{color:var(--bad)}td.accent>b{color:var(--accent)}
td .marks{display:inline-flex;gap:5px;font-size:13px;line-height:1}
td .marks .good{color:var(--good)}td .marks .bad{color:var(--bad)}
td .marks .signal{color:var(--signal)}td .marks .none{color:var(--muted)}
td.wraps{white-space:normal;min-width:112px;line-height:1.3}
td.narrow{white-space:normal;min-width:72px;line-height:1.3}
a.name{color:var(--accent);text-decoration:none;display:block;padding:4px 0}
a.name:hover{text-decoration:underline}
th.name a.name{white-space:normal;line-height:1.3}
button{font:inherit;color:inherit;background:none;border:0;padding:4px 0;text-align:inherit;
 cursor:pointer;max-width:100%}
button.name{color:var(--accent);overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
button.pick{text-decoration:underline dotted var(--comparison);text-underline-offset:3px}
button:focus-visible,td:focus-visible,
a:focus-visible{outline:2px solid var(--accent);outline-offset:-1px}
th.name span{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.bar{display:flex;height:8px;margin-top:3px}.bar i{display:block;height:8px}
img{display:block;height:28px}
tr.strong td,tr.strong th{font-weight:600;border-top:1px solid var(--comparison)}
tr.strong td .sub{font-weight:400}
table.even{table-layout:fixed}
table.even th.name{width:190px}
table.even img{max-width:100%}
table.even button.name{white-space:normal;line-height:1.3}
table.even thead th.name{font-size:15px;font-weight:600;color:var(--text)}
@media (max-width:640px){th.name{max-width:104px;min-width:80px}table.even th.name{width:104px}
 table.even thead th:nth-child(2){width:80px!important}}
"""

_JS = """
export default function({data, parentElement, setTriggerValue}) {
  const root = parentElement.querySelector('.frame');
  for (const [k, v] of Object.entries(data.colours)) root.style.setProperty('--' + k, v);
  const make = (tag, cls, text) => { const e = document.createElement(tag);
    if (cls) e.className = cls;
    if (text !== undefined) e.textContent = text; return e; };
  const scroll = make('div', 'scroll'), table = make('table'), more = make('div', 'more');
  table.setAttribute('aria-label', data.label);
  if (data.even) { table.className = 'even'; table.style.minWidth = data.even + 'px'; }
  const head = make('tr'), thead = make('thead'), body = make('tbody');
  const corner = make('th', 'name', data.corner); corner.scope = 'col'; head.append(corner);
  data.columns.forEach(c => {
    const th = make('th', c.number ? 'num' : '', c.name); th.scope = 'col';
    if (c.sub) th.append(make('span', 'sub', c.sub));
    if (c.note) th.title = c.note;
    if (c.width) th.style.width = c.width + 'px';
    head.append(th); });
  thead.append(head);
  data.rows.forEach(r => {
    const tr = make('tr', r.strong ? 'strong' : '');
    const name = make('th', 'name'); name.scope = 'row'; name.title = r.name;
    if (r.href) {
      const a = make('a', 'name', r.name); a.href = r.href; a.target = '_self'; name.append(a);
    } else if (r.opens) {
      const b = make('button', 'name', r.name + ' ›'); b.type = 'button';
      b.onclick = () => setTriggerValue('open', {row: r.key}); name.append(b);
    } else name.append(make('span', '', r.name));
    tr.append(name);
    r.cells.forEach((c, j) => {
      const column = data.columns[j], td = make('td', (column.number ? 'num ' : '') + c.tone);
      let told = td;
      if (c.pick) {
        told = make('button', 'pick', c.text); told.type = 'button';
        told.onclick = () => setTriggerValue('pick', {row: r.key, column: j}); td.append(told);
      } else if (c.strong) td.append(make('b', '', c.text));
      else if (c.text) td.append(c.text);
      if (c.marks.length) { const marks = make('span', 'marks'); marks.setAttribute('role', 'img');
        marks.setAttribute('aria-label', c.marks_alt);
        c.marks.forEach(([glyph, tone]) => marks.append(make('span', tone, glyph)));
        td.append(marks); }
      if (c.spark) { const i = make('img'); i.src = c.spark; i.alt = c.spark_alt; td.append(i); }
      if (c.bars.length) { const bar = make('div', 'bar');
        c.bars.forEach(([width, colour]) => { const i = make('i');
          i.style.width = (96 * width) + 'px'; i.style.background = colour; bar.append(i); });
        td.append(bar); }
      if (c.sub) td.append(make('span', 'sub ' + c.sub_tone, c.sub));
      if (c.lines.length) {
        if (told === td) td.tabIndex = 0;
        const show = () => tell(root, more, told, r.name + ' · ' + column.name, c.lines);
        told.onmouseenter = told.onfocus = show;
        told.onmouseleave = told.onblur = () => { more.style.display = 'none'; };
      }
      tr.append(td);
    });
    body.append(tr);
  });
  table.append(thead, body); scroll.append(table); root.replaceChildren(scroll, more);
}
"""

_COMPONENT = st.components.v2.component(
    "northstar_row_table",
    html='<div class="frame"></div>',
    css=_CSS + HOVER_CSS,
    js=HOVER_JS + _JS,
)


@dataclass(frozen=True, slots=True)
class RowColumn:
    """`number` columns stand to the right; `sub` is a second line, `note` is told on hover, `width`
    are pixels in a table whose columns are `even` otherwise."""

    name: str
    sub: str = ""
    note: str = ""
    number: bool = True
    width: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """`sub` is a second line in a tone (good, bad or none); `lines` are told on hover; `bars` are
    (share of the full width, colour); `spark` is an SVG; `pick`: a click is reported. `strong` text
    is bold and takes the colour of `tone`; `marks` are signs in a tone, `marks_alt` what they say.
    """

    text: str = ""
    sub: str = ""
    sub_tone: str = ""
    lines: tuple[str, ...] = ()
    bars: tuple[tuple[float, str], ...] = ()
    spark: str = ""
    spark_alt: str = ""
    pick: bool = False
    tone: str = ""
    strong: bool = False
    marks: tuple[tuple[str, str], ...] = ()
    marks_alt: str = ""


@dataclass(frozen=True, slots=True)
class RowOf:
    """`key` comes back with a click; `opens`: there is a level below; `href`: the name is a link to
    another page; `strong`: the sum."""

    key: int
    name: str
    cells: tuple[Cell, ...]
    opens: bool = False
    strong: bool = False
    href: str = ""


def _ignored() -> None:
    """A table that answers no clicks."""


def row_table(
    rows: Sequence[RowOf],
    columns: Sequence[RowColumn],
    *,
    corner: str,
    label: str,
    dark: bool,
    key: str,
    even: int = 0,
    on_pick: Callable[[], None] = _ignored,
    on_open: Callable[[], None] = _ignored,
) -> None:
    """Draw it. After a click `opened(key)` or `picked(key)` say on what. `even`: all columns are
    alike, so that several tables stand in line, and take at least so many pixels together; the
    corner is then the heading of the table."""
    p = palette(dark)
    names = (
        "paper", "card", "text", "muted", "accent", "grid", "comparison", "good", "bad", "signal",
    )  # fmt: skip
    _COMPONENT(
        key=key,
        data={
            "label": label,
            "corner": corner,
            "even": even,
            "columns": [asdict(c) for c in columns],
            "colours": {n: getattr(p, n) for n in names},
            "rows": [_plain(r) for r in rows],
        },
        on_pick_change=on_pick,
        on_open_change=on_open,
    )


def _plain(row: RowOf) -> dict[str, Any]:
    made = asdict(row)
    for cell in made["cells"]:
        if cell["spark"]:
            cell["spark"] = f"data:image/svg+xml;charset=utf-8,{quote(cell['spark'])}"
    return made


def opened(key: str) -> int | None:
    """Key of the row whose name was clicked in this run."""
    found = _trigger(key, "open")
    return None if found is None else int(found["row"])


def picked(key: str) -> tuple[int, int] | None:
    """Key of the row and place of the column that were clicked in this run."""
    found = _trigger(key, "pick")
    return None if found is None else (int(found["row"]), int(found["column"]))


def _trigger(key: str, name: str) -> Any:
    state: Any = st.session_state.get(key)
    return None if state is None else state.get(name)
